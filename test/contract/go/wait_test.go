package contract

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// ptr returns the address that the SDK's optional fields want.
func ptr[T any](value T) *T {
	return &value
}

// until repeats a probe until it is satisfied, and returns what it saw then.
func until[M any](t *testing.T, what string, probe func() (M, bool)) M {
	t.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for {
		seen, done := probe()
		if done {
			return seen
		}
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// untilGone reads a resource whose deletion was accepted until it answers 404, which must be a proper refusal.
// Until then the given field must read as deleting (fact sheet 5.1; it is called status on a VPC and a subnet).
func untilGone[O, M any](t *testing.T, operation, field string, get method[O, M], options *O) {
	t.Helper()
	until(t, operation+" answers 404", func() (struct{}, bool) {
		model, _, err := get(options)
		seen := only(t, cloud.services, err)
		if seen.Status == 404 {
			_, problems := readRefusal(seen)
			report.exchange(t, operation, seen, false, problems)
			return struct{}{}, true
		}
		problems, compareErr := differences(operation, seen.Body, model)
		if compareErr != nil {
			problems = append(problems, compareErr.Error())
		}
		if !strings.Contains(string(seen.Body), fmt.Sprintf("%q:%q", field, "deleting")) {
			problems = append(problems, "neither deleting nor gone")
		}
		report.exchange(t, operation, seen, err == nil, problems)
		return struct{}{}, false
	})
}
