package contract

import (
	"strings"
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

func TestCreateGateway(t *testing.T) {
	one := newSubnet(t, 1, "create-gateway-one")
	two := newSubnet(t, 2, "create-gateway-two")
	group := newSecurityGroup(t, cloud.env.VPC, "create-gateway")
	t.Run("everything given", func(t *testing.T) {
		gateway := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{
			Target:                   target(0),
			Name:                     ptr("everything"),
			DnsResolutionBindingMode: ptr("disabled"),
			ResourceGroup:            &vpcv1.ResourceGroupIdentityByID{ID: &cloud.env.ResourceGroup},
			SecurityGroups:           groups(group.ID),
			Ips:                      []vpcv1.EndpointGatewayReservedIPIntf{inSubnet(one, "every-one", true), inSubnet(two, "every-two", true)},
		})
		isEverything(t, gateway, group)
	})
	t.Run("nothing but the required", func(t *testing.T) {
		gateway := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(0)})
		vpc := drive(t, "get_vpc", 200, cloud.vpc.GetVPC, &vpcv1.GetVPCOptions{ID: &cloud.env.VPC})
		sameSet(t, groupIDs(gateway), []string{*vpc.DefaultSecurityGroup.ID})
		if *gateway.Name == "" || len(gateway.Ips) != 0 || *gateway.DnsResolutionBindingMode != "primary" {
			t.Errorf("name %q, %d IPs, mode %s", *gateway.Name, len(gateway.Ips), *gateway.DnsResolutionBindingMode)
		}
	})
	t.Run("references by CRN and href", func(t *testing.T) {
		vpc := drive(t, "get_vpc", 200, cloud.vpc.GetVPC, &vpcv1.GetVPCOptions{ID: &cloud.env.VPC})
		byCRN := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{
			VPC:            &vpcv1.VPCIdentityByCRN{CRN: vpc.CRN},
			Target:         target(0),
			SecurityGroups: []vpcv1.SecurityGroupIdentityIntf{&vpcv1.SecurityGroupIdentityByCRN{CRN: group.CRN}},
			Ips: []vpcv1.EndpointGatewayReservedIPIntf{
				&vpcv1.EndpointGatewayReservedIP{Subnet: &vpcv1.SubnetIdentityByCRN{CRN: one.CRN}, AutoDelete: ptr(true)},
			},
		})
		byHref := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{
			VPC:            &vpcv1.VPCIdentityByHref{Href: vpc.Href},
			Target:         target(1),
			SecurityGroups: []vpcv1.SecurityGroupIdentityIntf{&vpcv1.SecurityGroupIdentityByHref{Href: group.Href}},
			Ips: []vpcv1.EndpointGatewayReservedIPIntf{
				&vpcv1.EndpointGatewayReservedIP{Subnet: &vpcv1.SubnetIdentityByHref{Href: one.Href}, AutoDelete: ptr(true)},
			},
		})
		for _, gateway := range []*vpcv1.EndpointGateway{byCRN, byHref} {
			if *gateway.VPC.ID != cloud.env.VPC || len(gateway.Ips) != 1 {
				t.Errorf("in %s with %d IPs", *gateway.VPC.ID, len(gateway.Ips))
			}
			sameSet(t, groupIDs(gateway), []string{*group.ID})
		}
	})
	t.Run("existing addresses", func(t *testing.T) { createOnExisting(t, one, two) })
	t.Run("an infrastructure service", func(t *testing.T) {
		gateway := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{
			Target: &vpcv1.EndpointGatewayTargetPrototype{ResourceType: ptr("provider_infrastructure_service"), Name: ptr("ibm-ntp-server")},
		})
		if name := gateway.Target.(*vpcv1.EndpointGatewayTarget).Name; name == nil || *name != "ibm-ntp-server" {
			t.Errorf("the target is %v", gateway.Target)
		}
	})
}

func isEverything(t *testing.T, gateway *vpcv1.EndpointGateway, group *vpcv1.SecurityGroup) {
	t.Helper()
	if *gateway.Name != "everything" || *gateway.DnsResolutionBindingMode != "disabled" || *gateway.HealthState != "ok" {
		t.Errorf("name %s, mode %s, health %s", *gateway.Name, *gateway.DnsResolutionBindingMode, *gateway.HealthState)
	}
	if crn := gateway.Target.(*vpcv1.EndpointGatewayTarget).CRN; *crn != cloud.env.Targets[0] {
		t.Errorf("the target is %s", *crn)
	}
	if !strings.HasSuffix(*gateway.CRN, "::endpoint-gateway:"+*gateway.ID) || !strings.Contains(*gateway.CRN, ":a/"+cloud.env.Account+":") {
		t.Errorf("the CRN is %s", *gateway.CRN)
	}
	if len(gateway.ServiceEndpoints) == 0 || len(gateway.LifecycleReasons) != 0 {
		t.Errorf("service endpoints %v, reasons %v", gateway.ServiceEndpoints, gateway.LifecycleReasons)
	}
	sameSet(t, groupIDs(gateway), []string{*group.ID})
	sameSet(t, idsOf(gateway.Ips, func(ip vpcv1.ReservedIPReference) *string { return ip.Name }), []string{"every-one", "every-two"})
	for _, ip := range gateway.Ips {
		// Terraform takes the fifth element of the path as the subnet (2.10).
		segments := strings.Split(*ip.Href, "/")
		if *ip.Address == "0.0.0.0" || len(segments) != 8 || segments[4] != "subnets" || segments[7] != *ip.ID {
			t.Errorf("address %s, href %s", *ip.Address, *ip.Href)
		}
	}
}

// createOnExisting binds addresses by id, by href, and by id beside the empty subnet that Terraform sends (2.4).
func createOnExisting(t *testing.T, one, two *vpcv1.Subnet) {
	byID, byHref, quirk := newReservedIP(t, one.ID, "by-id"), newReservedIP(t, two.ID, "by-href"), newReservedIP(t, one.ID, "quirk")
	gateway := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{
		Target: target(0),
		Ips: []vpcv1.EndpointGatewayReservedIPIntf{
			&vpcv1.EndpointGatewayReservedIP{ID: byID.ID},
			&vpcv1.EndpointGatewayReservedIP{Href: byHref.Href},
		},
	})
	terraform := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{
		Target: target(1),
		Ips: []vpcv1.EndpointGatewayReservedIPIntf{
			&vpcv1.EndpointGatewayReservedIP{ID: quirk.ID, Subnet: &vpcv1.SubnetIdentity{ID: ptr("")}},
		},
	})
	sameSet(t, ipIDs(gateway), []string{*byID.ID, *byHref.ID})
	sameSet(t, ipIDs(terraform), []string{*quirk.ID})
	bound := getReservedIP(t, one.ID, byID.ID)
	if id := bound.Target.(*vpcv1.ReservedIPTarget).ID; *id != *gateway.ID {
		t.Errorf("the address is bound to %s", *id)
	}
	refuse(t, "delete_subnet_reserved_ip", 409, "reserved_ip_in_use", bare(cloud.vpc.DeleteSubnetReservedIP), &vpcv1.DeleteSubnetReservedIPOptions{SubnetID: one.ID, ID: byID.ID})
	// R7: an address serves one gateway.
	refuse(t, "create_endpoint_gateway", 409, "reserved_ip_in_use", cloud.vpc.CreateEndpointGateway, &vpcv1.CreateEndpointGatewayOptions{
		VPC:    vpcByID(),
		Target: target(2),
		Ips:    []vpcv1.EndpointGatewayReservedIPIntf{&vpcv1.EndpointGatewayReservedIP{ID: byID.ID}},
	})
}

func ipIDs(gateway *vpcv1.EndpointGateway) []string {
	return idsOf(gateway.Ips, func(ip vpcv1.ReservedIPReference) *string { return ip.ID })
}
