package contract

import (
	"slices"
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

func TestListGateways(t *testing.T) {
	first := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(0), Name: ptr("list-one"), DnsResolutionBindingMode: ptr("disabled")})
	second := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(1), Name: ptr("list-two")})
	elsewhere := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{
		VPC:    &vpcv1.VPCIdentityByID{ID: &cloud.env.OtherVPC},
		Target: target(0),
		Name:   ptr("list-one"),
	})
	newestFirst := []string{*elsewhere.ID, *second.ID, *first.ID}
	t.Run("newest first", func(t *testing.T) {
		list := drive(t, "list_endpoint_gateways", 200, cloud.vpc.ListEndpointGateways, &vpcv1.ListEndpointGatewaysOptions{})
		sameList(t, idsOf(list.EndpointGateways, gatewayID), newestFirst)
		if list.Next != nil || *list.TotalCount != 3 || *list.Limit != 50 {
			t.Errorf("next %v, total_count %d, limit %d", list.Next, *list.TotalCount, *list.Limit)
		}
	})
	t.Run("page by page", func(t *testing.T) {
		pages, err := cloud.vpc.NewEndpointGatewaysPager(&vpcv1.ListEndpointGatewaysOptions{Limit: ptr[int64](2)})
		if err != nil {
			t.Fatal(err)
		}
		all := drivePages(t, "list_endpoint_gateways", "endpoint_gateways", 2, pages)
		sameList(t, idsOf(all, gatewayID), newestFirst)
	})
	t.Run("filtered pages stay filtered", func(t *testing.T) {
		pages, err := cloud.vpc.NewEndpointGatewaysPager(&vpcv1.ListEndpointGatewaysOptions{Limit: ptr[int64](1), VPCID: &cloud.env.VPC})
		if err != nil {
			t.Fatal(err)
		}
		all := drivePages(t, "list_endpoint_gateways", "endpoint_gateways", 1, pages)
		sameList(t, idsOf(all, gatewayID), []string{*second.ID, *first.ID})
	})
	filters := []struct {
		name    string
		options vpcv1.ListEndpointGatewaysOptions
		want    []*vpcv1.EndpointGateway
	}{
		{"name", vpcv1.ListEndpointGatewaysOptions{Name: ptr("list-one")}, []*vpcv1.EndpointGateway{first, elsewhere}},
		{"vpc.id", vpcv1.ListEndpointGatewaysOptions{VPCID: &cloud.env.VPC}, []*vpcv1.EndpointGateway{first, second}},
		{"vpc.crn", vpcv1.ListEndpointGatewaysOptions{VPCCRN: elsewhere.VPC.CRN}, []*vpcv1.EndpointGateway{elsewhere}},
		{"vpc.name", vpcv1.ListEndpointGatewaysOptions{VPCName: elsewhere.VPC.Name}, []*vpcv1.EndpointGateway{elsewhere}},
		{"resource_group.id", vpcv1.ListEndpointGatewaysOptions{ResourceGroupID: ptr("00000000000000000000000000000000")}, nil},
		{"one state", vpcv1.ListEndpointGatewaysOptions{LifecycleState: []string{"failed"}}, nil},
		{"two states", vpcv1.ListEndpointGatewaysOptions{LifecycleState: []string{"failed", "stable"}}, []*vpcv1.EndpointGateway{first, second, elsewhere}},
		{"one mode", vpcv1.ListEndpointGatewaysOptions{DnsResolutionBindingMode: []string{"disabled"}}, []*vpcv1.EndpointGateway{first}},
		{"two filters", vpcv1.ListEndpointGatewaysOptions{Name: ptr("list-one"), VPCID: &cloud.env.VPC}, []*vpcv1.EndpointGateway{first}},
	}
	for _, filter := range filters {
		t.Run("by "+filter.name, func(t *testing.T) {
			list := drive(t, "list_endpoint_gateways", 200, cloud.vpc.ListEndpointGateways, &filter.options)
			sameSet(t, idsOf(list.EndpointGateways, gatewayID), idsOf(filter.want, func(one *vpcv1.EndpointGateway) *string { return one.ID }))
			if *list.TotalCount != int64(len(filter.want)) {
				t.Errorf("total_count %d counts more than the filter lets through", *list.TotalCount)
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		refuse(t, "list_endpoint_gateways", 400, "validation_max_value", cloud.vpc.ListEndpointGateways, &vpcv1.ListEndpointGatewaysOptions{Limit: ptr[int64](101)})
		refuse(t, "list_endpoint_gateways", 400, "bad_request", cloud.vpc.ListEndpointGateways, &vpcv1.ListEndpointGatewaysOptions{Start: ptr("no-token")})
	})
}

func TestChangeGateway(t *testing.T) {
	gateway := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(0), Name: ptr("change-before")})
	other := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(1), Name: ptr("change-taken")})
	patch := func(id *string, fields map[string]any) *vpcv1.UpdateEndpointGatewayOptions {
		return &vpcv1.UpdateEndpointGatewayOptions{ID: id, EndpointGatewayPatch: fields}
	}
	t.Run("name and mode", func(t *testing.T) {
		fields, err := (&vpcv1.EndpointGatewayPatch{Name: ptr("change-after"), DnsResolutionBindingMode: ptr("disabled")}).AsPatch()
		if err != nil {
			t.Fatal(err)
		}
		changed := drive(t, "update_endpoint_gateway", 200, cloud.vpc.UpdateEndpointGateway, patch(gateway.ID, fields))
		if *changed.Name != "change-after" || *changed.DnsResolutionBindingMode != "disabled" {
			t.Errorf("name %s, mode %s", *changed.Name, *changed.DnsResolutionBindingMode)
		}
		waitStable(t, gateway.ID)
	})
	t.Run("nothing", func(t *testing.T) {
		// Terraform patches with {} when only tags or security groups changed (2.4).
		same := drive(t, "update_endpoint_gateway", 200, cloud.vpc.UpdateEndpointGateway, patch(gateway.ID, map[string]any{}))
		if *same.Name != "change-after" {
			t.Errorf("the name became %s", *same.Name)
		}
		waitStable(t, gateway.ID)
	})
	t.Run("refused", func(t *testing.T) {
		update := func(status int, code string, id *string, fields map[string]any) {
			t.Helper()
			refuse(t, "update_endpoint_gateway", status, code, cloud.vpc.UpdateEndpointGateway, patch(id, fields))
		}
		update(400, "validation_unique_failed", gateway.ID, map[string]any{"name": *other.Name})
		update(400, "validation_invalid_name", gateway.ID, map[string]any{"name": "No"})
		update(400, "validation_enum", gateway.ID, map[string]any{"dns_resolution_binding_mode": "on"})
		update(400, "validation_invalid_field_type", gateway.ID, map[string]any{"name": 7})
		update(404, "not_found", ptr(unknownID), map[string]any{"name": "no-one"})
		refuse(t, "get_endpoint_gateway", 404, "not_found", cloud.vpc.GetEndpointGateway, &vpcv1.GetEndpointGatewayOptions{ID: ptr(unknownID)})
		refuse(t, "delete_endpoint_gateway", 404, "not_found", bare(cloud.vpc.DeleteEndpointGateway), &vpcv1.DeleteEndpointGatewayOptions{ID: ptr(unknownID)})
	})
}

// Deleting a gateway takes its security group bindings and its own addresses along, and leaves the others (3.4).
func TestDeleteGateway(t *testing.T) {
	subnet := newSubnet(t, 1, "delete-gateway")
	second := newSubnet(t, 2, "delete-gateway-two")
	group := newSecurityGroup(t, cloud.env.VPC, "delete-gateway")
	created := drive(t, "create_endpoint_gateway", 201, cloud.vpc.CreateEndpointGateway, &vpcv1.CreateEndpointGatewayOptions{
		VPC:            vpcByID(),
		Target:         target(0),
		SecurityGroups: groups(group.ID),
		Ips:            []vpcv1.EndpointGatewayReservedIPIntf{inSubnet(subnet, "goes", true), inSubnet(second, "stays", false)},
	})
	gateway := waitStable(t, created.ID)
	deleteGateway(t, gateway.ID)
	targets := drive(t, "list_security_group_targets", 200, cloud.vpc.ListSecurityGroupTargets, &vpcv1.ListSecurityGroupTargetsOptions{SecurityGroupID: group.ID})
	if len(targets.Targets) != 0 {
		t.Errorf("the security group still has %d targets", len(targets.Targets))
	}
	for _, ip := range gateway.Ips {
		if *ip.Name == "goes" {
			goneReservedIP(t, subnet.ID, ip.ID)
			continue
		}
		if kept := getReservedIP(t, second.ID, ip.ID); kept.Target != nil || *kept.AutoDelete {
			t.Errorf("the kept address has target %v and auto_delete %t", kept.Target, *kept.AutoDelete)
		}
	}
	left := drive(t, "list_endpoint_gateways", 200, cloud.vpc.ListEndpointGateways, &vpcv1.ListEndpointGatewaysOptions{})
	if slices.Contains(idsOf(left.EndpointGateways, gatewayID), *gateway.ID) {
		t.Error("the deleted gateway is still listed")
	}
}
