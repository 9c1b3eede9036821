package contract

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/IBM/go-sdk-core/v5/core"
	"github.com/IBM/platform-services-go-sdk/resourcecontrollerv2"
)

// keeperPlatform returns IBM's clients with the keeper's key.
func keeperPlatform(t *testing.T) platform {
	t.Helper()
	authenticator, err := cloud.authenticator(cloud.env.Keeper.APIKey)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPlatform(cloud.env.Endpoints, authenticator, cloud.serviceClient())
	if err != nil {
		t.Fatal(err)
	}
	// Here and not with the first call, which others count.
	if _, err := authenticator.GetToken(); err != nil {
		t.Fatal(err)
	}
	cloud.iam.Take()
	return p
}

// hpcs-network-policy 2.3: Terraform takes both endpoints for strings without a check.
func TestKeyInstanceEndpoints(t *testing.T) {
	controller := keeperPlatform(t).controller
	for _, guid := range []string{cloud.env.Keeper.HPCS, cloud.env.Keeper.Older, cloud.env.Keeper.KeyProtect} {
		got := drive(t, "get_resource_instance", 200, controller.GetResourceInstance, &resourcecontrollerv2.GetResourceInstanceOptions{ID: &guid})
		endpoints, _ := got.Extensions["endpoints"].(map[string]any)
		for _, side := range []string{"public", "private"} {
			if url, _ := endpoints[side].(string); url == "" {
				t.Errorf("%s: endpoints %v", guid, endpoints)
			}
		}
	}
}

// hpcs-network-policy 3.4: parameters go to the service's own broker.
func TestChangeInstance(t *testing.T) {
	controller := keeperPlatform(t).controller
	change := func(parameters map[string]any) *resourcecontrollerv2.UpdateResourceInstanceOptions {
		return &resourcecontrollerv2.UpdateResourceInstanceOptions{ID: &cloud.env.Keeper.Older, Parameters: parameters}
	}
	got := drive(t, "update_resource_instance", 200, controller.UpdateResourceInstance, change(map[string]any{"allowed_network": both}))
	if got.Parameters["allowed_network"] != both {
		t.Errorf("parameters %v", got.Parameters)
	}
	refuseResource(t, "update_resource_instance", 422, controller.UpdateResourceInstance, change(map[string]any{"units": 3}))
}

// hpcs-network-policy 3.7: an instance is deleted once its crypto units are empty, and can come back.
func TestReclamation(t *testing.T) {
	controller := keeperPlatform(t).controller
	remove := func(guid string) *resourcecontrollerv2.DeleteResourceInstanceOptions {
		return &resourcecontrollerv2.DeleteResourceInstanceOptions{ID: &guid, Recursive: ptr(true)}
	}
	deleteInstance := bare(controller.DeleteResourceInstance)
	refuseResource(t, "delete_resource_instance", 422, deleteInstance, remove(cloud.env.Keeper.HPCS))
	guid := cloud.env.Keeper.Fresh
	read := func() *resourcecontrollerv2.ResourceInstance {
		t.Helper()
		return drive(t, "get_resource_instance", 200, controller.GetResourceInstance, &resourcecontrollerv2.GetResourceInstanceOptions{ID: &guid})
	}
	drive(t, "delete_resource_instance", 202, deleteInstance, remove(guid))
	if got := read(); *got.State != "pending_reclamation" || got.DeletedAt == nil || got.ScheduledReclaimAt == nil {
		t.Errorf("state %s, deleted_at %v, scheduled_reclaim_at %v", *got.State, got.DeletedAt, got.ScheduledReclaimAt)
	}
	list := drive(t, "list_reclamations", 200, controller.ListReclamations, &resourcecontrollerv2.ListReclamationsOptions{ResourceInstanceID: &guid})
	if len(list.Resources) != 1 || *list.Resources[0].EntityID != guid {
		t.Fatalf("%d reclamations", len(list.Resources))
	}
	refuseResource(t, "list_reclamations", 403, controller.ListReclamations, &resourcecontrollerv2.ListReclamationsOptions{AccountID: ptr("another")})
	act := func(id *string) *resourcecontrollerv2.RunReclamationActionOptions {
		return &resourcecontrollerv2.RunReclamationActionOptions{ID: id, ActionName: ptr("restore"), Comment: ptr("keep")}
	}
	refuseResource(t, "run_reclamation_action", 404, controller.RunReclamationAction, act(ptr("none")))
	drive(t, "run_reclamation_action", 200, controller.RunReclamationAction, act(list.Resources[0].ID))
	for deadline := time.Now().Add(10 * time.Second); *read().State != "active"; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not active again")
		}
	}
	if restored := read(); restored.RestoredAt == nil || restored.DeletedAt != nil {
		t.Errorf("restored_at %v, deleted_at %v", restored.RestoredAt, restored.DeletedAt)
	}
}

// hpcsEndpoints is the broker's answer, for which IBM publishes no SDK of this kind (hpcs-network-policy 9.7).
type hpcsEndpoints struct {
	InstanceID string   `json:"instance_id"`
	KMS        twoSides `json:"kms"`
	EP11       twoSides `json:"ep11"`
}

type twoSides struct {
	Public  string `json:"public"`
	Private string `json:"private"`
}

// reading returns an operation that reads a path, through the core of IBM's SDKs, where IBM publishes no more than that.
func reading[M any](p platform, base string) method[string, *M] {
	return func(path *string) (*M, *core.DetailedResponse, error) {
		builder := core.NewRequestBuilder(http.MethodGet)
		if _, err := builder.ResolveRequestURL(base, *path, nil); err != nil {
			return nil, nil, err
		}
		request, err := builder.Build()
		if err != nil {
			return nil, nil, err
		}
		var found M
		response, err := p.controller.Service.Request(request, &found)
		return &found, response, err
	}
}

// hpcs-network-policy 2.2.
func TestBroker(t *testing.T) {
	ask := reading[hpcsEndpoints](keeperPlatform(t), cloud.env.Endpoints.Broker)
	for _, version := range []string{"crypto_v2", "crypto_v1"} {
		path := fmt.Sprintf("/%s/instances/%s", version, cloud.env.Keeper.Older)
		got := drive(t, "get_crypto_instance", 200, ask, &path)
		if got.KMS.Private != "api.private."+cloud.env.Region+".hs-crypto.cloud.ibm.com:9110" || got.InstanceID != cloud.env.Keeper.Older {
			t.Errorf("%+v", got)
		}
	}
	refuseResource(t, "get_crypto_instance", 404, ask, ptr("/crypto_v2/instances/"+cloud.env.Keeper.KeyProtect))
}

// cryptoUnits is the answer of trusted key entry. IBM's SDK for it cannot be pointed at a simulator
// (hpcs-network-policy 2.5, 9.13).
type cryptoUnits struct {
	Metadata      []any        `json:"metadata"`
	HSMs          []cryptoUnit `json:"hsms"`
	SourceHSMs    []cryptoUnit `json:"source_hsms"`
	FailoverUnits []cryptoUnit `json:"failover_hsms"`
}

type cryptoUnit struct {
	ID           string `json:"hsm_id"`
	Location     string `json:"location"`
	State        string `json:"state"`
	Version      string `json:"version"`
	SerialNumber string `json:"serial_number"`
}

// hpcs-network-policy 1.5: a closed instance shows its crypto units inside only.
func TestCryptoUnits(t *testing.T) {
	env, p := cloud.env, keeperPlatform(t)
	for _, c := range []struct {
		base, guid string
		units      int
	}{
		{env.Endpoints.TKE, env.Keeper.HPCS, 2},
		{env.Endpoints.TKE, env.Keeper.Closed, 0},
		{env.Endpoints.PrivateTKE, env.Keeper.Closed, 2},
	} {
		got := drive(t, "list_hsms", 200, reading[cryptoUnits](p, c.base), ptr("/v1/tke/"+c.guid+"/hsms"))
		if len(got.HSMs) != c.units {
			t.Errorf("%s of %s: %d units, want %d", c.base, c.guid, len(got.HSMs), c.units)
		}
	}
	refuseResource(t, "list_hsms", 401, reading[cryptoUnits](p, env.Endpoints.TKE), ptr("/v1/tke/"+env.Keeper.KeyProtect+"/hsms"))
}
