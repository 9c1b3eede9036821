package contract

import (
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

// newGateway creates a gateway in the main VPC, waits until it is stable, and has it deleted at the end of the
// test, so that every test may use every target.
func newGateway(t *testing.T, options *vpcv1.CreateEndpointGatewayOptions) *vpcv1.EndpointGateway {
	t.Helper()
	if options.VPC == nil {
		options.VPC = vpcByID()
	}
	created := drive(t, "create_endpoint_gateway", 201, cloud.vpc.CreateEndpointGateway, options)
	if state := *created.LifecycleState; state != "pending" && state != "updating" {
		t.Errorf("a new gateway is %s, want pending or updating (5.1)", state)
	}
	t.Cleanup(func() { deleteGateway(t, created.ID) })
	return waitStable(t, created.ID)
}

func getGateway(t *testing.T, id *string) *vpcv1.EndpointGateway {
	t.Helper()
	return drive(t, "get_endpoint_gateway", 200, cloud.vpc.GetEndpointGateway, &vpcv1.GetEndpointGatewayOptions{ID: id})
}

func waitStable(t *testing.T, id *string) *vpcv1.EndpointGateway {
	t.Helper()
	return until(t, "the gateway is stable", func() (*vpcv1.EndpointGateway, bool) {
		gateway := getGateway(t, id)
		return gateway, *gateway.LifecycleState == "stable"
	})
}

// deleteGateway also waits until the gateway is gone.
func deleteGateway(t *testing.T, id *string) {
	t.Helper()
	drive(t, "delete_endpoint_gateway", 204, bare(cloud.vpc.DeleteEndpointGateway), &vpcv1.DeleteEndpointGatewayOptions{ID: id})
	untilGone(t, "get_endpoint_gateway", "lifecycle_state", cloud.vpc.GetEndpointGateway, &vpcv1.GetEndpointGatewayOptions{ID: id})
}

// target is one of the services that the simulator was told of.
func target(index int) *vpcv1.EndpointGatewayTargetPrototypeEndpointGatewayTargetResourceTypeProviderCloudServicePrototype {
	return &vpcv1.EndpointGatewayTargetPrototypeEndpointGatewayTargetResourceTypeProviderCloudServicePrototype{
		CRN:          &cloud.env.Targets[index],
		ResourceType: ptr("provider_cloud_service"),
	}
}

// inSubnet asks for a new address in a subnet.
func inSubnet(subnet *vpcv1.Subnet, name string, autoDelete bool) *vpcv1.EndpointGatewayReservedIPReservedIPPrototypeTargetContext {
	return &vpcv1.EndpointGatewayReservedIPReservedIPPrototypeTargetContext{
		Subnet:     &vpcv1.SubnetIdentityByID{ID: subnet.ID},
		Name:       &name,
		AutoDelete: &autoDelete,
	}
}

func gatewayID(gateway vpcv1.EndpointGateway) *string { return gateway.ID }
