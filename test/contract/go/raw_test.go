package contract

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/IBM/go-sdk-core/v5/core"
)

// rawCall is a request that no operation of the SDK makes: another version date, a missing parameter, a body
// of another form. It goes through the SDK core all the same.
type rawCall struct {
	operation string
	method    string
	path      string
	// query replaces version and generation of the SDK when not nil.
	query  map[string]string
	header map[string]string
	body   string
}

// answer is any JSON object.
type answer map[string]json.RawMessage

// ask has the shape of an SDK operation, so that refuse takes it.
func ask(call *rawCall) (answer, *core.DetailedResponse, error) {
	builder := core.NewRequestBuilder(call.method)
	if _, err := builder.ResolveRequestURL(cloud.env.Endpoints.VPC, call.path, nil); err != nil {
		return nil, nil, err
	}
	query := call.query
	if query == nil {
		query = map[string]string{"version": *cloud.vpc.Version, "generation": "2"}
	}
	for name, value := range query {
		builder.AddQuery(name, value)
	}
	for name, value := range call.header {
		builder.AddHeader(name, value)
	}
	if call.body != "" {
		if _, err := builder.SetBodyContent(call.header["Content-Type"], nil, nil, call.body); err != nil {
			return nil, nil, err
		}
	}
	request, err := builder.Build()
	if err != nil {
		return nil, nil, err
	}
	var fields map[string]json.RawMessage
	response, err := cloud.vpc.Service.Request(request, &fields)
	if err != nil {
		// As the SDK's generated methods do, without which the core keeps the HTTP problem to itself.
		component := core.NewProblemComponent("contract", "1")
		core.EnrichHTTPProblem(err, call.operation, component)
		err = core.SDKErrorf(err, "", "http-request-err", component)
	}
	return fields, response, err
}

// askWell makes a call that must succeed; nothing is compared, since the SDK has no model for it.
func askWell(t *testing.T, status int, call *rawCall) answer {
	t.Helper()
	fields, response, err := ask(call)
	seen := only(t, cloud.services, err)
	if err != nil {
		report.exchange(t, call.operation, seen, false, []string{err.Error()})
		t.FailNow()
	}
	report.exchange(t, call.operation, seen, false, statusProblems(response, seen, status))
	return fields
}

func askBadly(t *testing.T, status int, code string, call *rawCall) {
	t.Helper()
	refuse(t, call.operation, status, code, ask, call)
}

// text reads a string field; it is empty when absent.
func (a answer) text(name string) string {
	return strings.Trim(string(a[name]), `"`)
}
