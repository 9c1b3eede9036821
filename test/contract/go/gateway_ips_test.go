package contract

import (
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

func TestGatewayIPs(t *testing.T) {
	one, two := newSubnet(t, 1, "gateway-ips-one"), newSubnet(t, 2, "gateway-ips-two")
	kept, other, spare := newReservedIP(t, one.ID, "b-kept"), newReservedIP(t, two.ID, "a-other"), newReservedIP(t, one.ID, "c-spare")
	gateway := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(0)})
	add := func(id *string) *vpcv1.AddEndpointGatewayIPOptions {
		return &vpcv1.AddEndpointGatewayIPOptions{EndpointGatewayID: gateway.ID, ID: id}
	}
	remove := func(id *string) *vpcv1.RemoveEndpointGatewayIPOptions {
		return &vpcv1.RemoveEndpointGatewayIPOptions{EndpointGatewayID: gateway.ID, ID: id}
	}
	t.Run("put", func(t *testing.T) {
		for _, ip := range []*vpcv1.ReservedIP{kept, other} {
			bound := drive(t, "add_endpoint_gateway_ip", 201, cloud.vpc.AddEndpointGatewayIP, add(ip.ID))
			if id := bound.Target.(*vpcv1.ReservedIPTarget).ID; *id != *gateway.ID {
				t.Errorf("bound to %s", *id)
			}
			waitStable(t, gateway.ID)
		}
		refuse(t, "add_endpoint_gateway_ip", 400, "bad_field", cloud.vpc.AddEndpointGatewayIP, add(spare.ID))
		refuse(t, "add_endpoint_gateway_ip", 404, "not_found", cloud.vpc.AddEndpointGatewayIP, add(ptr("0717-00000000-0000-4000-8000-000000000000")))
	})
	t.Run("list and get", func(t *testing.T) { listGatewayIPs(t, gateway, kept, other, spare) })
	t.Run("an address made for the gateway", func(t *testing.T) {
		three := newSubnet(t, 3, "gateway-ips-three")
		made := drive(t, "create_subnet_reserved_ip", 201, cloud.vpc.CreateSubnetReservedIP, &vpcv1.CreateSubnetReservedIPOptions{
			SubnetID:   three.ID,
			AutoDelete: ptr(true),
			Target:     &vpcv1.ReservedIPTargetPrototypeEndpointGatewayIdentityEndpointGatewayIdentityByID{ID: gateway.ID},
		})
		waitStable(t, gateway.ID)
		contains(t, ipIDs(getGateway(t, gateway.ID)), *made.ID)
		renamed := drive(t, "update_subnet_reserved_ip", 200, cloud.vpc.UpdateSubnetReservedIP, &vpcv1.UpdateSubnetReservedIPOptions{
			SubnetID:        three.ID,
			ID:              made.ID,
			ReservedIPPatch: map[string]any{"name": "made-for-it", "auto_delete": true},
		})
		if !*renamed.AutoDelete || renamed.Target == nil {
			t.Errorf("auto_delete %t, target %v", *renamed.AutoDelete, renamed.Target)
		}
		drive(t, "remove_endpoint_gateway_ip", 204, bare(cloud.vpc.RemoveEndpointGatewayIP), remove(made.ID))
		goneReservedIP(t, three.ID, made.ID)
		waitStable(t, gateway.ID)
	})
	t.Run("delete", func(t *testing.T) {
		drive(t, "remove_endpoint_gateway_ip", 204, bare(cloud.vpc.RemoveEndpointGatewayIP), remove(kept.ID))
		waitStable(t, gateway.ID)
		sameSet(t, ipIDs(getGateway(t, gateway.ID)), []string{*other.ID})
		if unbound := getReservedIP(t, one.ID, kept.ID); unbound.Target != nil {
			t.Errorf("still bound to %v", unbound.Target)
		}
		refuse(t, "remove_endpoint_gateway_ip", 404, "not_found", bare(cloud.vpc.RemoveEndpointGatewayIP), remove(kept.ID))
	})
}

func listGatewayIPs(t *testing.T, gateway *vpcv1.EndpointGateway, kept, other, spare *vpcv1.ReservedIP) {
	name := func(ip vpcv1.ReservedIP) *string { return ip.Name }
	options := func() *vpcv1.ListEndpointGatewayIpsOptions {
		return &vpcv1.ListEndpointGatewayIpsOptions{EndpointGatewayID: gateway.ID}
	}
	list := drive(t, "list_endpoint_gateway_ips", 200, cloud.vpc.ListEndpointGatewayIps, options())
	sameSet(t, idsOf(list.Ips, name), []string{*kept.Name, *other.Name})
	byName := options()
	byName.Sort = ptr("name")
	sorted := drive(t, "list_endpoint_gateway_ips", 200, cloud.vpc.ListEndpointGatewayIps, byName)
	sameList(t, idsOf(sorted.Ips, name), []string{*other.Name, *kept.Name})
	paged := options()
	paged.Limit = ptr[int64](1)
	pages, err := cloud.vpc.NewEndpointGatewayIpsPager(paged)
	if err != nil {
		t.Fatal(err)
	}
	all := drivePages(t, "list_endpoint_gateway_ips", "ips", 1, pages)
	sameSet(t, idsOf(all, name), []string{*kept.Name, *other.Name})
	refuse(t, "list_endpoint_gateway_ips", 404, "not_found", cloud.vpc.ListEndpointGatewayIps, &vpcv1.ListEndpointGatewayIpsOptions{EndpointGatewayID: ptr(unknownID)})

	get := func(id *string) *vpcv1.GetEndpointGatewayIPOptions {
		return &vpcv1.GetEndpointGatewayIPOptions{EndpointGatewayID: gateway.ID, ID: id}
	}
	one := drive(t, "get_endpoint_gateway_ip", 200, cloud.vpc.GetEndpointGatewayIP, get(kept.ID))
	if *one.ID != *kept.ID || *one.ResourceType != "subnet_reserved_ip" {
		t.Errorf("got %s %s", *one.ResourceType, *one.ID)
	}
	refuse(t, "get_endpoint_gateway_ip", 404, "not_found", cloud.vpc.GetEndpointGatewayIP, get(spare.ID))

	bySubnet := drive(t, "list_subnet_reserved_ips", 200, cloud.vpc.ListSubnetReservedIps, &vpcv1.ListSubnetReservedIpsOptions{
		SubnetID: ptr(subnetOf(kept)),
		TargetID: gateway.ID,
	})
	sameList(t, idsOf(bySubnet.ReservedIps, name), []string{*kept.Name})
}
