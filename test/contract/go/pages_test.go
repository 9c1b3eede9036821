package contract

import (
	"encoding/json"
	"fmt"
	"testing"
)

// pager is the shape of the SDK's pagers.
type pager[T any] interface {
	HasNext() bool
	GetNext() ([]T, error)
}

// page is what every VPC collection has beside its elements (fact sheet 1.3).
type page struct {
	First      *link  `json:"first"`
	Next       *link  `json:"next"`
	Limit      *int64 `json:"limit"`
	TotalCount *int64 `json:"total_count"`
}

type link struct {
	Href string `json:"href"`
}

// drivePages follows a pager of the given page size to its end, which must lie beyond the first page; it
// holds the elements of each raw page against the SDK's and returns all of them.
func drivePages[T any](t *testing.T, operation, field string, size int64, pages pager[T]) []T {
	t.Helper()
	var all []T
	var total int64
	count := 0
	for pages.HasNext() {
		elements, err := pages.GetNext()
		seen := only(t, cloud.services, err)
		if err != nil {
			report.exchange(t, operation, seen, false, []string{"the pager failed: " + err.Error()})
			t.FailNow()
		}
		count++
		all = append(all, elements...)
		raw, envelope, problems := readPage(seen.Body, field)
		problems = append(problems, envelope.problems(size, len(elements), pages.HasNext())...)
		found, err := differences(operation, raw, map[string][]T{field: append([]T{}, elements...)})
		if err != nil {
			problems = append(problems, err.Error())
		}
		report.exchange(t, operation, seen, true, append(problems, found...))
		if envelope.TotalCount != nil {
			total = *envelope.TotalCount
		}
	}
	if count < 2 {
		t.Errorf("%s: %d pages of %d, want at least 2", operation, count, size)
	}
	if total != int64(len(all)) {
		t.Errorf("%s: total_count %d, %d elements", operation, total, len(all))
	}
	return all
}

// readPage splits a page into its one field of elements, still under its name, and the rest.
func readPage(body []byte, field string) (elements []byte, envelope page, problems []string) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, envelope, []string{err.Error()}
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return nil, envelope, []string{err.Error()}
	}
	elements, err := json.Marshal(map[string]json.RawMessage{field: members[field]})
	if err != nil {
		problems = append(problems, err.Error())
	}
	return elements, envelope, problems
}

func (p page) problems(size int64, elements int, more bool) []string {
	var problems []string
	if p.First == nil || p.First.Href == "" {
		problems = append(problems, "a page without first.href")
	}
	if p.Limit == nil || *p.Limit != size {
		problems = append(problems, fmt.Sprintf("limit is not the %d that was asked for", size))
	}
	if p.TotalCount == nil {
		problems = append(problems, "a page without total_count")
	}
	if more != (p.Next != nil) {
		problems = append(problems, "next and the pager disagree about whether this is the last page")
	}
	if more && int64(elements) != size {
		problems = append(problems, fmt.Sprintf("%d elements on a page of %d that is not the last", elements, size))
	}
	return problems
}
