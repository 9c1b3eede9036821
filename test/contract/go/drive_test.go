package contract

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/IBM/go-sdk-core/v5/core"

	"vpe-operator.io/contract/internal/compare"
	"vpe-operator.io/contract/internal/record"
)

// method is the shape of every SDK operation that answers with a model.
type method[O, M any] func(*O) (M, *core.DetailedResponse, error)

// nothing is the model of an operation that answers without a body.
type nothing struct{}

// bare gives an operation without a model the shape of the others.
func bare[O any](call func(*O) (*core.DetailedResponse, error)) method[O, *nothing] {
	return func(options *O) (*nothing, *core.DetailedResponse, error) {
		response, err := call(options)
		return nil, response, err
	}
}

// drive calls an operation that must succeed with the given status, holds the raw answer against the model,
// and returns the model.
func drive[O, M any](t *testing.T, operation string, status int, call method[O, M], options *O) M {
	t.Helper()
	model, response, err := call(options)
	seen := only(t, cloud.services, err)
	if err != nil {
		report.exchange(t, operation, seen, false, []string{"the SDK refused the answer: " + err.Error()})
		t.FailNow()
	}
	problems := statusProblems(response, seen, status)
	if core.IsNil(model) {
		if len(seen.Body) > 0 {
			problems = append(problems, fmt.Sprintf("a body without a model: %.80s", seen.Body))
		}
		report.exchange(t, operation, seen, false, problems)
		return model
	}
	found, err := differences(operation, seen.Body, model)
	if err != nil {
		problems = append(problems, err.Error())
	}
	report.exchange(t, operation, seen, true, append(problems, found...))
	return model
}

// differences holds a raw answer against its model, and every union in the model against the variant that
// it stands for, since the SDK's union types do not know which fields a variant requires.
func differences(operation string, raw []byte, model any) ([]string, error) {
	again, err := json.Marshal(model)
	if err != nil {
		return nil, fmt.Errorf("the model cannot be marshalled: %w", err)
	}
	found, err := compare.JSON(raw, again)
	if err != nil {
		return nil, err
	}
	var problems []string
	for _, difference := range report.known.Unknown(operation, found) {
		problems = append(problems, difference.String())
	}
	return append(problems, unionProblems(model)...), nil
}

func statusProblems(response *core.DetailedResponse, seen record.Exchange, want int) []string {
	var problems []string
	if seen.Status != want {
		problems = append(problems, fmt.Sprintf("status %d, want %d", seen.Status, want))
	}
	if response.StatusCode != seen.Status {
		problems = append(problems, fmt.Sprintf("the SDK saw status %d", response.StatusCode))
	}
	return problems
}

// only returns the one exchange that the last call caused; callErr is what that call returned.
func only(t *testing.T, recorder *record.Recorder, callErr error) record.Exchange {
	t.Helper()
	seen := recorder.Take()
	if len(seen) != 1 {
		t.Fatalf("one call made %d exchanges: %v (%v)", len(seen), seen, callErr)
	}
	return seen[0]
}
