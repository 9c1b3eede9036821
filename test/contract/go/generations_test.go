package contract

import (
	"fmt"
	"net/http"
	"testing"
)

// Fact sheet 2.3: before 2025-11-18 two booleans stand in the mode's place.
func TestOldVersionDates(t *testing.T) {
	old := map[string]string{"version": "2025-11-17", "generation": "2"}
	create := func(fields string) *rawCall {
		return &rawCall{
			operation: "create_endpoint_gateway",
			method:    http.MethodPost,
			path:      "/endpoint_gateways",
			query:     old,
			header:    map[string]string{"Content-Type": "application/json"},
			body: fmt.Sprintf(`{"vpc":{"id":%q},"target":{"resource_type":"provider_cloud_service","crn":%q},%s}`,
				cloud.env.VPC, cloud.env.Targets[cloud.env.BindableTarget], fields),
		}
	}
	tests := []struct{ fields, sharing, binding, mode string }{
		{`"allow_dns_resolution_binding":false`, "false", "false", "disabled"},
		{`"allow_dns_resolution_binding":true`, "true", "false", "primary"},
		{`"allow_dns_resolution_binding":true,"allow_resource_binding":true`, "true", "true", "per_resource_binding"},
	}
	for _, test := range tests {
		t.Run(test.mode, func(t *testing.T) {
			created := askWell(t, 201, create(test.fields))
			id := created.text("id")
			t.Cleanup(func() { deleteGateway(t, &id) })
			if created.text("allow_dns_resolution_binding") != test.sharing || created.text("allow_resource_binding") != test.binding {
				t.Errorf("sharing %s, binding %s", created.text("allow_dns_resolution_binding"), created.text("allow_resource_binding"))
			}
			if _, present := created["dns_resolution_binding_mode"]; present {
				t.Error("the mode is shown to an old version date")
			}
			if mode := waitStable(t, &id).DnsResolutionBindingMode; *mode != test.mode {
				t.Errorf("the mode is %s", *mode)
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		askBadly(t, 400, "bad_field", create(`"allow_dns_resolution_binding":false,"allow_resource_binding":true`))
		askBadly(t, 400, "bad_field", create(`"dns_resolution_binding_mode":"primary"`))
		modern := create(`"allow_dns_resolution_binding":true`)
		modern.query = nil
		askBadly(t, 400, "field_no_longer_supported", modern)
	})
}
