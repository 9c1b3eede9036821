package contract

import (
	"strings"
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

const (
	listResourceBindings  = "list_endpoint_gateway_resource_bindings"
	createResourceBinding = "create_endpoint_gateway_resource_binding"
	getResourceBinding    = "get_endpoint_gateway_resource_binding"
	updateResourceBinding = "update_endpoint_gateway_resource_binding"
	deleteResourceBinding = "delete_endpoint_gateway_resource_binding"
)

// Local access to buckets (fact sheet 2.8).
func TestResourceBindings(t *testing.T) {
	gateway := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{
		Target:                   target(cloud.env.BindableTarget),
		DnsResolutionBindingMode: ptr("per_resource_binding"),
	})
	logs := bindBucket(t, gateway, "logs")
	backups := bindBucket(t, gateway, "backups")
	t.Run("create", func(t *testing.T) {
		if *logs.Type != "weak" || !strings.HasPrefix(*logs.ServiceEndpoint, "logs.s3.direct."+cloud.env.Region+".") {
			t.Errorf("type %s, service endpoint %s", *logs.Type, *logs.ServiceEndpoint)
		}
		create := func(status int, code, name, crn string) {
			t.Helper()
			refuse(t, createResourceBinding, status, code, cloud.vpc.CreateEndpointGatewayResourceBinding, newBinding(gateway.ID, name, crn))
		}
		create(400, "validation_unique_failed", "logs", bucketCRN("others"))
		create(409, "duplicate_error", "again", bucketCRN("logs"))
		create(400, "bad_field", "key", cloud.env.Targets[0])
		create(400, "validation_invalid_name", "No", bucketCRN("others"))
		refuse(t, createResourceBinding, 404, "not_found", cloud.vpc.CreateEndpointGatewayResourceBinding, newBinding(ptr(unknownID), "logs", bucketCRN("logs")))
	})
	t.Run("list", func(t *testing.T) {
		list := drive(t, listResourceBindings, 200, cloud.vpc.ListEndpointGatewayResourceBindings, &vpcv1.ListEndpointGatewayResourceBindingsOptions{EndpointGatewayID: gateway.ID})
		sameSet(t, idsOf(list.ResourceBindings, bindingName), []string{"logs", "backups"})
		pages, err := cloud.vpc.NewEndpointGatewayResourceBindingsPager(&vpcv1.ListEndpointGatewayResourceBindingsOptions{EndpointGatewayID: gateway.ID, Limit: ptr[int64](1)})
		if err != nil {
			t.Fatal(err)
		}
		all := drivePages(t, listResourceBindings, "resource_bindings", 1, pages)
		sameList(t, idsOf(all, bindingName), []string{"backups", "logs"})
		refuse(t, listResourceBindings, 404, "not_found", cloud.vpc.ListEndpointGatewayResourceBindings, &vpcv1.ListEndpointGatewayResourceBindingsOptions{EndpointGatewayID: ptr(unknownID)})
	})
	t.Run("rename", func(t *testing.T) {
		update := func(id *string, name string) *vpcv1.UpdateEndpointGatewayResourceBindingOptions {
			return &vpcv1.UpdateEndpointGatewayResourceBindingOptions{
				EndpointGatewayID:                   gateway.ID,
				ID:                                  id,
				EndpointGatewayResourceBindingPatch: map[string]any{"name": name},
			}
		}
		renamed := drive(t, updateResourceBinding, 200, cloud.vpc.UpdateEndpointGatewayResourceBinding, update(logs.ID, "2026-logs"))
		if *renamed.Name != "2026-logs" {
			t.Errorf("the name is %s", *renamed.Name)
		}
		refuse(t, updateResourceBinding, 400, "validation_unique_failed", cloud.vpc.UpdateEndpointGatewayResourceBinding, update(logs.ID, "backups"))
		refuse(t, updateResourceBinding, 404, "not_found", cloud.vpc.UpdateEndpointGatewayResourceBinding, update(ptr(unknownID), "any"))
	})
	t.Run("delete", func(t *testing.T) {
		remove := &vpcv1.DeleteEndpointGatewayResourceBindingOptions{EndpointGatewayID: gateway.ID, ID: backups.ID}
		drive(t, deleteResourceBinding, 204, bare(cloud.vpc.DeleteEndpointGatewayResourceBinding), remove)
		untilGone(t, getResourceBinding, "lifecycle_state", cloud.vpc.GetEndpointGatewayResourceBinding, &vpcv1.GetEndpointGatewayResourceBindingOptions{EndpointGatewayID: gateway.ID, ID: backups.ID})
		refuse(t, deleteResourceBinding, 404, "not_found", bare(cloud.vpc.DeleteEndpointGatewayResourceBinding), remove)
	})
}

// bindBucket binds a bucket and waits until the binding is stable.
func bindBucket(t *testing.T, gateway *vpcv1.EndpointGateway, name string) *vpcv1.EndpointGatewayResourceBinding {
	t.Helper()
	created := drive(t, createResourceBinding, 201, cloud.vpc.CreateEndpointGatewayResourceBinding, newBinding(gateway.ID, name, bucketCRN(name)))
	return until(t, "the resource binding is stable", func() (*vpcv1.EndpointGatewayResourceBinding, bool) {
		binding := drive(t, getResourceBinding, 200, cloud.vpc.GetEndpointGatewayResourceBinding, &vpcv1.GetEndpointGatewayResourceBindingOptions{EndpointGatewayID: gateway.ID, ID: created.ID})
		return binding, *binding.LifecycleState == "stable"
	})
}

func newBinding(gateway *string, name, crn string) *vpcv1.CreateEndpointGatewayResourceBindingOptions {
	return &vpcv1.CreateEndpointGatewayResourceBindingOptions{
		EndpointGatewayID: gateway,
		Name:              &name,
		Target:            &vpcv1.EndpointGatewayResourceBindingTargetPrototypeEndpointGatewayResourceBindingTargetByCRN{CRN: &crn},
	}
}

func bucketCRN(name string) string {
	return "crn:v1:bluemix:public:cloud-object-storage:global:a/" + cloud.env.Account + ":88888888-8888-4888-8888-888888888888:bucket:" + name
}

func bindingName(binding vpcv1.EndpointGatewayResourceBinding) *string { return binding.Name }
