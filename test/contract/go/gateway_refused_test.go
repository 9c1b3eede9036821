package contract

import (
	"fmt"
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

// The rules of fact sheet 3.2, as far as a create can break them, and its 4.2.
func TestCreateGatewayRefused(t *testing.T) {
	one := newSubnet(t, 1, "refused-one")
	again := newSubnet(t, 1, "refused-again")
	existing := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(0), Name: ptr("existing")})
	foreign := newSecurityGroup(t, cloud.env.OtherVPC, "refused-foreign")
	var six []*string
	for i := range 6 {
		six = append(six, newSecurityGroup(t, cloud.env.VPC, fmt.Sprintf("refused-%d", i)).ID)
	}
	create := func(status int, code string, change func(*vpcv1.CreateEndpointGatewayOptions)) {
		t.Helper()
		options := &vpcv1.CreateEndpointGatewayOptions{VPC: vpcByID(), Target: target(1)}
		change(options)
		refuse(t, "create_endpoint_gateway", status, code, cloud.vpc.CreateEndpointGateway, options)
	}
	type options = vpcv1.CreateEndpointGatewayOptions
	type ips = []vpcv1.EndpointGatewayReservedIPIntf

	create(409, "duplicate_error", func(o *options) { o.Target = target(0) })
	create(400, "validation_unique_failed", func(o *options) { o.Name = existing.Name })
	create(400, "validation_invalid_name", func(o *options) { o.Name = ptr("1-begins-with-a-digit") })
	create(400, "not_found", func(o *options) { o.VPC = &vpcv1.VPCIdentityByID{ID: ptr(unknownID)} })
	create(400, "bad_field", func(o *options) { o.Target = serviceByCRN("crn:v1:bluemix:public:kms:us-south") })
	create(400, "not_found", func(o *options) {
		o.Target = serviceByCRN("crn:v1:bluemix:public:no-vpe:us-south:a/" + cloud.env.Account + ":33333333-3333-4333-8333-333333333333::")
	})
	create(400, "validation_enum", func(o *options) { o.DnsResolutionBindingMode = ptr("secondary") })
	create(400, "bad_field", func(o *options) { o.DnsResolutionBindingMode = ptr("per_resource_binding") })
	create(400, "security_group_not_in_vpc", func(o *options) { o.SecurityGroups = groups(foreign.ID) })
	create(400, "security_group_sgs_per_interface_exceeded", func(o *options) { o.SecurityGroups = groups(six...) })
	create(400, "not_found", func(o *options) { o.SecurityGroups = groups(ptr(unknownID)) })
	create(400, "bad_field", func(o *options) { o.Ips = ips{inSubnet(one, "zone-a", true), inSubnet(again, "zone-b", true)} })
	create(400, "validation_invalid_name", func(o *options) { o.Ips = ips{inSubnet(one, "ibm-own", true)} })
	create(400, "validation_failed_oneof", func(o *options) { o.Ips = ips{&vpcv1.EndpointGatewayReservedIP{}} })
	create(400, "not_found", func(o *options) {
		o.Ips = ips{&vpcv1.EndpointGatewayReservedIP{ID: ptr("0717-00000000-0000-4000-8000-000000000000")}}
	})
	create(400, "not_found", func(o *options) {
		o.ResourceGroup = &vpcv1.ResourceGroupIdentityByID{ID: ptr("00000000000000000000000000000000")}
	})

	left := drive(t, "list_endpoint_gateways", 200, cloud.vpc.ListEndpointGateways, &vpcv1.ListEndpointGatewaysOptions{VPCID: &cloud.env.VPC})
	sameSet(t, idsOf(left.EndpointGateways, gatewayID), []string{*existing.ID})
	addresses := drive(t, "list_subnet_reserved_ips", 200, cloud.vpc.ListSubnetReservedIps, &vpcv1.ListSubnetReservedIpsOptions{SubnetID: one.ID})
	if *addresses.TotalCount != 5 {
		t.Errorf("refused creates left %d addresses", *addresses.TotalCount-5)
	}
}

func serviceByCRN(crn string) *vpcv1.EndpointGatewayTargetPrototype {
	return &vpcv1.EndpointGatewayTargetPrototype{ResourceType: ptr("provider_cloud_service"), CRN: &crn}
}
