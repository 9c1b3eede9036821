package contract

import (
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

const (
	listDNSBindings  = "list_vpc_dns_resolution_bindings"
	createDNSBinding = "create_vpc_dns_resolution_binding"
	getDNSBinding    = "get_vpc_dns_resolution_binding"
	updateDNSBinding = "update_vpc_dns_resolution_binding"
	deleteDNSBinding = "delete_vpc_dns_resolution_binding"
)

// The main VPC, and one of another account, share DNS with a hub (fact sheet 10.1).
func TestDNSResolutionBindings(t *testing.T) {
	setHub(t, true)
	t.Cleanup(func() { setHub(t, false) })
	gateway := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(0)})
	binding := drive(t, createDNSBinding, 201, cloud.vpc.CreateVPCDnsResolutionBinding, joinHub(cloud.env.VPC, "to-hub"))
	foreign := joinFromAbroad(t)
	t.Run("both ends show it", func(t *testing.T) {
		sameSet(t, idsOf(listBindings(t, cloud.env.VPC), dnsBindingID), []string{*binding.ID})
		sameSet(t, idsOf(listBindings(t, cloud.env.OtherVPC), dnsBindingID), []string{*binding.ID, *foreign.ID})
		pages, err := cloud.vpc.NewVPCDnsResolutionBindingsPager(&vpcv1.ListVPCDnsResolutionBindingsOptions{VPCID: &cloud.env.OtherVPC, Limit: ptr[int64](1)})
		if err != nil {
			t.Fatal(err)
		}
		all := drivePages(t, listDNSBindings, "dns_resolution_bindings", 1, pages)
		sameSet(t, idsOf(all, dnsBindingID), []string{*binding.ID, *foreign.ID})
		for _, one := range all {
			if isForeign := *one.ID == *foreign.ID; isForeign != (one.VPC.Remote != nil) {
				t.Errorf("%s is remote: %v", *one.VPC.Name, one.VPC.Remote)
			}
		}
		refuse(t, listDNSBindings, 404, "not_found", cloud.vpc.ListVPCDnsResolutionBindings, &vpcv1.ListVPCDnsResolutionBindingsOptions{VPCID: ptr(unknownID)})
	})
	t.Run("it names the shared gateways", func(t *testing.T) {
		get := &vpcv1.GetVPCDnsResolutionBindingOptions{VPCID: &cloud.env.VPC, ID: binding.ID}
		shown := until(t, "the DNS binding is stable", func() (*vpcv1.VpcdnsResolutionBinding, bool) {
			one := drive(t, getDNSBinding, 200, cloud.vpc.GetVPCDnsResolutionBinding, get)
			return one, *one.LifecycleState == "stable"
		})
		sameSet(t, idsOf(shown.EndpointGateways, func(one vpcv1.EndpointGatewayReferenceRemote) *string { return one.ID }), []string{*gateway.ID})
		vpc := drive(t, "get_vpc", 200, cloud.vpc.GetVPC, &vpcv1.GetVPCOptions{ID: &cloud.env.OtherVPC})
		if !*vpc.Dns.EnableHub || *vpc.Dns.ResolutionBindingCount != 2 {
			t.Errorf("hub %t, %d bindings", *vpc.Dns.EnableHub, *vpc.Dns.ResolutionBindingCount)
		}
		refuse(t, getDNSBinding, 404, "not_found", cloud.vpc.GetVPCDnsResolutionBinding, &vpcv1.GetVPCDnsResolutionBindingOptions{VPCID: &cloud.env.VPC, ID: ptr(unknownID)})
	})
	t.Run("rename", func(t *testing.T) {
		update := func(name string) *vpcv1.UpdateVPCDnsResolutionBindingOptions {
			return &vpcv1.UpdateVPCDnsResolutionBindingOptions{VPCID: &cloud.env.VPC, ID: binding.ID, VpcdnsResolutionBindingPatch: map[string]any{"name": name}}
		}
		if renamed := drive(t, updateDNSBinding, 200, cloud.vpc.UpdateVPCDnsResolutionBinding, update("renamed")); *renamed.Name != "renamed" {
			t.Errorf("the name is %s", *renamed.Name)
		}
		refuse(t, updateDNSBinding, 400, "validation_invalid_name", cloud.vpc.UpdateVPCDnsResolutionBinding, update("No"))
	})
	t.Run("refused", func(t *testing.T) { refuseJoins(t) })
	t.Run("a delegated resolver keeps the binding", func(t *testing.T) { delegate(t, binding.ID) })
	endDNSBinding(t, cloud.vpc, cloud.env.VPC, binding.ID)
}

func refuseJoins(t *testing.T) {
	refuse(t, createDNSBinding, 409, "invalid_state", cloud.vpc.CreateVPCDnsResolutionBinding, joinHub(cloud.env.VPC, "second"))
	refuse(t, createDNSBinding, 400, "not_found", cloud.vpc.CreateVPCDnsResolutionBinding, &vpcv1.CreateVPCDnsResolutionBindingOptions{
		VPCID: &cloud.env.VPC,
		VPC:   &vpcv1.VPCIdentityByID{ID: ptr(unknownID)},
	})
	refuse(t, "update_vpc", 409, "invalid_state", cloud.vpc.UpdateVPC, hubPatch(false))
	// R3: the spoke has a gateway for the same target.
	refuse(t, "create_endpoint_gateway", 409, "duplicate_error", cloud.vpc.CreateEndpointGateway, &vpcv1.CreateEndpointGatewayOptions{
		VPC:    &vpcv1.VPCIdentityByID{ID: &cloud.env.OtherVPC},
		Target: target(0),
	})
}

// delegate points the main VPC's resolver at the hub, which rule R23 looks at, and back.
func delegate(t *testing.T, binding *string) {
	patch := func(resolver map[string]any) *vpcv1.VPC {
		return drive(t, "update_vpc", 200, cloud.vpc.UpdateVPC, &vpcv1.UpdateVPCOptions{
			ID:       &cloud.env.VPC,
			VPCPatch: map[string]any{"dns": map[string]any{"resolver": resolver}},
		})
	}
	delegated := patch(map[string]any{"type": "delegated", "vpc": map[string]any{"id": cloud.env.OtherVPC}})
	if id := delegated.Dns.Resolver.(*vpcv1.VpcdnsResolver).VPC.ID; *id != cloud.env.OtherVPC {
		t.Errorf("DNS is delegated to %s", *id)
	}
	refuse(t, deleteDNSBinding, 409, "invalid_state", cloud.vpc.DeleteVPCDnsResolutionBinding, &vpcv1.DeleteVPCDnsResolutionBindingOptions{VPCID: &cloud.env.VPC, ID: binding})
	patch(map[string]any{"type": "system", "vpc": nil})
}

// joinFromAbroad has the other account's VPC share DNS with our hub until the end of the test.
func joinFromAbroad(t *testing.T) *vpcv1.VpcdnsResolutionBinding {
	t.Helper()
	client := vpcWithKey(t, cloud.env.OtherAPIKey)
	binding := drive(t, createDNSBinding, 201, client.CreateVPCDnsResolutionBinding, joinHub(cloud.env.ForeignVPC, "from-abroad"))
	t.Cleanup(func() { endDNSBinding(t, client, cloud.env.ForeignVPC, binding.ID) })
	if owner := binding.VPC.Remote.Account.ID; *owner != cloud.env.Account {
		t.Errorf("the hub belongs to %s", *owner)
	}
	return binding
}

func joinHub(spoke, name string) *vpcv1.CreateVPCDnsResolutionBindingOptions {
	return &vpcv1.CreateVPCDnsResolutionBindingOptions{VPCID: &spoke, Name: &name, VPC: &vpcv1.VPCIdentityByID{ID: &cloud.env.OtherVPC}}
}

// endDNSBinding is answered with 202 and the binding, which is gone a while later (1.7).
func endDNSBinding(t *testing.T, client *vpcv1.VpcV1, spoke string, id *string) {
	t.Helper()
	ended := drive(t, deleteDNSBinding, 202, client.DeleteVPCDnsResolutionBinding, &vpcv1.DeleteVPCDnsResolutionBindingOptions{VPCID: &spoke, ID: id})
	if *ended.LifecycleState != "deleting" {
		t.Errorf("the binding is %s", *ended.LifecycleState)
	}
	untilGone(t, getDNSBinding, "lifecycle_state", client.GetVPCDnsResolutionBinding, &vpcv1.GetVPCDnsResolutionBindingOptions{VPCID: &spoke, ID: id})
}

func setHub(t *testing.T, enabled bool) {
	t.Helper()
	drive(t, "update_vpc", 200, cloud.vpc.UpdateVPC, hubPatch(enabled))
}

func hubPatch(enabled bool) *vpcv1.UpdateVPCOptions {
	return &vpcv1.UpdateVPCOptions{
		ID:       &cloud.env.OtherVPC,
		VPCPatch: map[string]any{"dns": map[string]any{"enable_hub": enabled}},
	}
}

func listBindings(t *testing.T, vpc string) []vpcv1.VpcdnsResolutionBinding {
	t.Helper()
	return drive(t, listDNSBindings, 200, cloud.vpc.ListVPCDnsResolutionBindings, &vpcv1.ListVPCDnsResolutionBindingsOptions{VPCID: &vpc}).DnsResolutionBindings
}

func dnsBindingID(binding vpcv1.VpcdnsResolutionBinding) *string { return binding.ID }
