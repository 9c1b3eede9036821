package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/IBM/go-sdk-core/v5/core"

	"vpe-operator.io/contract/internal/record"
)

// refusal is an error body of the VPC API (fact sheet 4.1).
type refusal struct {
	Errors []struct {
		Code     string         `json:"code"`
		Message  string         `json:"message"`
		MoreInfo string         `json:"more_info"`
		Target   *refusalTarget `json:"target"`
	} `json:"errors"`
	Trace string `json:"trace"`
}

type refusalTarget struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Value any    `json:"value"`
}

// refuse calls an operation that must fail with the given status and code. It checks that the SDK core finds
// message, code and trace in the body, and returns the body.
func refuse[O, M any](t *testing.T, operation string, status int, code string, call method[O, M], options *O) refusal {
	t.Helper()
	_, response, err := call(options)
	seen := only(t, cloud.services, err)
	if err == nil {
		report.exchange(t, operation, seen, false, []string{fmt.Sprintf("accepted, want %d %s", status, code)})
		t.FailNow()
	}
	body, problems := readRefusal(seen)
	problems = append(problems, statusProblems(response, seen, status)...)
	if len(body.Errors) > 0 {
		if body.Errors[0].Code != code {
			problems = append(problems, fmt.Sprintf("code %q, want %q (%s)", body.Errors[0].Code, code, body.Errors[0].Message))
		}
		problems = append(problems, coreProblems(err, operation, body)...)
	}
	report.exchange(t, operation, seen, false, problems)
	return body
}

// readRefusal checks the shape of an error body; unknown members are problems too.
func readRefusal(seen record.Exchange) (refusal, []string) {
	var body refusal
	decoder := json.NewDecoder(strings.NewReader(string(seen.Body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		return body, []string{fmt.Sprintf("no error body: %v: %.80s", err, seen.Body)}
	}
	var problems []string
	if len(body.Errors) == 0 {
		problems = append(problems, "errors is empty")
	}
	for _, one := range body.Errors {
		if one.Code == "" || one.Message == "" {
			problems = append(problems, fmt.Sprintf("an error without code or message: %+v", one))
		}
		if one.Target != nil && (one.Target.Name == "" || !slices.Contains([]string{"field", "header", "parameter"}, one.Target.Type)) {
			problems = append(problems, fmt.Sprintf("a target that fact sheet 4.1 does not allow: %+v", *one.Target))
		}
	}
	if body.Trace == "" || body.Trace != seen.Header.Get("X-Request-Id") {
		problems = append(problems, fmt.Sprintf("trace %q, X-Request-Id %q", body.Trace, seen.Header.Get("X-Request-Id")))
	}
	return body, problems
}

// coreProblems tells what the SDK core failed to find in an error body.
func coreProblems(err error, operation string, body refusal) []string {
	var problems []string
	if err.Error() != body.Errors[0].Message {
		problems = append(problems, fmt.Sprintf("the SDK's message is %q, the body's %q", err, body.Errors[0].Message))
	}
	var problem *core.HTTPProblem
	if !errors.As(err, &problem) {
		return append(problems, fmt.Sprintf("the SDK sees no HTTP problem in %v", err))
	}
	if problem.OperationID != operation {
		problems = append(problems, "the SDK calls the operation "+problem.OperationID)
	}
	console := problem.GetConsoleMessage()
	for _, want := range []string{"error_code: " + body.Errors[0].Code, "request_id: " + body.Trace} {
		if !strings.Contains(console, want) {
			problems = append(problems, fmt.Sprintf("the SDK's console message lacks %q", want))
		}
	}
	return problems
}
