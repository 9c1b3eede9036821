package contract

import (
	"encoding/json"
	"testing"

	"vpe-operator.io/contract/internal/compare"
	"vpe-operator.io/contract/internal/record"
)

// report is where every driven exchange ends up.
var report *reporter

// line is one line of the report; test/contract/report.ts reads it.
type line struct {
	// Operation is IBM's operation id, as the test named it.
	Operation string `json:"operation"`
	Test      string `json:"test"`
	// RequestID finds the exchange in the simulator's own log.
	RequestID string `json:"requestID"`
	Status    int    `json:"status"`
	// Compared tells whether the answer was held against a model.
	Compared bool     `json:"compared"`
	Problems []string `json:"problems"`
}

// summary is the last line.
type summary struct {
	Known  int             `json:"known"`
	Unused []compare.Known `json:"unused"`
}

type reporter struct {
	out   *json.Encoder
	known *compare.KnownList
}

// exchange reports one call and fails the test for each of its problems.
func (r *reporter) exchange(t *testing.T, operation string, seen record.Exchange, compared bool, problems []string) {
	t.Helper()
	for _, problem := range problems {
		t.Errorf("%s (%s): %s", operation, seen, problem)
	}
	entry := line{
		Operation: operation,
		Test:      t.Name(),
		RequestID: seen.Header.Get("X-Request-Id"),
		Status:    seen.Status,
		Compared:  compared,
		Problems:  append([]string{}, problems...),
	}
	if err := r.out.Encode(entry); err != nil {
		t.Fatal(err)
	}
}

func (r *reporter) finish() error {
	unused := append([]compare.Known{}, r.known.Unused()...)
	return r.out.Encode(summary{Known: r.known.Len(), Unused: unused})
}
