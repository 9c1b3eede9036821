package contract

import (
	"net/http"
	"testing"

	"github.com/IBM/go-sdk-core/v5/core"
	"github.com/IBM/vpc-go-sdk/vpcv1"
)

// Fact sheet 1.2 and 4.3: every call names a version date and generation 2.
func TestVersionAndGeneration(t *testing.T) {
	list := func(query map[string]string) *rawCall {
		return &rawCall{operation: "list_vpcs", method: http.MethodGet, path: "/vpcs", query: query}
	}
	askBadly(t, 400, "missing_version", list(map[string]string{"generation": "2"}))
	askBadly(t, 400, "invalid_version", list(map[string]string{"version": "yesterday", "generation": "2"}))
	askBadly(t, 400, "invalid_version", list(map[string]string{"version": "2026-02-30", "generation": "2"}))
	askBadly(t, 400, "invalid_version_range", list(map[string]string{"version": "2999-01-01", "generation": "2"}))
	askBadly(t, 400, "invalid_version_range", list(map[string]string{"version": "2010-01-01", "generation": "2"}))
	askBadly(t, 400, "missing_generation_parameter", list(map[string]string{"version": "2026-06-23"}))
	askBadly(t, 400, "invalid_generation_parameter", list(map[string]string{"version": "2026-06-23", "generation": "1"}))
	askWell(t, 200, list(map[string]string{"version": "2020-01-01", "generation": "2"}))
}

// Fact sheet 12: 401 without a good token, 403 without the role; what another account owns does not exist.
func TestAuthorization(t *testing.T) {
	anonymous := vpcAs(t, &core.NoAuthAuthenticator{})
	refuse(t, "list_vpcs", 401, "token_missing", anonymous.ListVpcs, &vpcv1.ListVpcsOptions{})
	forger := vpcAs(t, &core.BearerTokenAuthenticator{BearerToken: "a.forged.token"})
	refuse(t, "list_vpcs", 401, "token_invalid", forger.ListVpcs, &vpcv1.ListVpcsOptions{})

	stranger := vpcWithKey(t, cloud.env.OtherAPIKey)
	refuse(t, "get_vpc", 404, "not_found", stranger.GetVPC, &vpcv1.GetVPCOptions{ID: &cloud.env.VPC})
	list := drive(t, "list_vpcs", 200, stranger.ListVpcs, &vpcv1.ListVpcsOptions{})
	sameList(t, idsOf(list.Vpcs, func(vpc vpcv1.VPC) *string { return vpc.ID }), []string{cloud.env.ForeignVPC})

	viewer := vpcWithKey(t, cloud.env.ViewerAPIKey)
	drive(t, "list_vpcs", 200, viewer.ListVpcs, &vpcv1.ListVpcsOptions{})
	refuse(t, "create_endpoint_gateway", 403, "not_authorized", viewer.CreateEndpointGateway, &vpcv1.CreateEndpointGatewayOptions{
		VPC:    vpcByID(),
		Target: target(0),
	})
}

func vpcWithKey(t *testing.T, apiKey string) *vpcv1.VpcV1 {
	t.Helper()
	authenticator, err := cloud.authenticator(apiKey)
	if err != nil {
		t.Fatal(err)
	}
	return vpcAs(t, authenticator)
}

func vpcAs(t *testing.T, authenticator core.Authenticator) *vpcv1.VpcV1 {
	t.Helper()
	client, err := cloud.newVPC(cloud.env.Endpoints.VPC, authenticator)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// Fact sheet 1.2: the documented examples name other media types than the SDKs, or none.
func TestBodies(t *testing.T) {
	gateway := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(0)})
	patch := func(contentType, body string) *rawCall {
		return &rawCall{
			operation: "update_endpoint_gateway",
			method:    http.MethodPatch,
			path:      "/endpoint_gateways/" + *gateway.ID,
			header:    map[string]string{"Content-Type": contentType},
			body:      body,
		}
	}
	if renamed := askWell(t, 200, patch("application/json", `{"name":"plain-json"}`)); renamed.text("name") != "plain-json" {
		t.Errorf("the name is %s", renamed.text("name"))
	}
	waitStable(t, gateway.ID)
	askBadly(t, 400, "bad_request", patch("application/merge-patch+json", `{"name":`))
	askBadly(t, 400, "validation_invalid_field_type", patch("application/merge-patch+json", `["name"]`))
}

func TestUnknownPath(t *testing.T) {
	_, _, err := ask(&rawCall{method: http.MethodGet, path: "/endpoint_gatewaus"})
	seen := only(t, cloud.services, err)
	body, problems := readRefusal(seen)
	if seen.Status != 404 || len(body.Errors) != 1 || body.Errors[0].Code != "invalid_route" {
		t.Errorf("%s: %+v, want 404 invalid_route", seen, body)
	}
	for _, problem := range problems {
		t.Error(problem)
	}
}
