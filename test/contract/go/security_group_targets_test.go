package contract

import (
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

const (
	putTarget    = "create_security_group_target_binding"
	deleteTarget = "delete_security_group_target_binding"
)

func TestSecurityGroupTargets(t *testing.T) {
	first := newSecurityGroup(t, cloud.env.VPC, "targets-one")
	second := newSecurityGroup(t, cloud.env.VPC, "targets-two")
	gateways := []*vpcv1.EndpointGateway{
		newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(0), SecurityGroups: groups(first.ID)}),
		newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(1), SecurityGroups: groups(first.ID)}),
		newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(2), SecurityGroups: groups(first.ID)}),
	}
	gateway := gateways[0]
	put := func(group, id *string) *vpcv1.CreateSecurityGroupTargetBindingOptions {
		return &vpcv1.CreateSecurityGroupTargetBindingOptions{SecurityGroupID: group, ID: id}
	}
	remove := func(group, id *string) *vpcv1.DeleteSecurityGroupTargetBindingOptions {
		return &vpcv1.DeleteSecurityGroupTargetBindingOptions{SecurityGroupID: group, ID: id}
	}
	t.Run("put", func(t *testing.T) {
		bound := drive(t, putTarget, 200, cloud.vpc.CreateSecurityGroupTargetBinding, put(second.ID, gateway.ID))
		isTarget(t, bound, gateway)
		again := drive(t, putTarget, 200, cloud.vpc.CreateSecurityGroupTargetBinding, put(second.ID, gateway.ID))
		isTarget(t, again, gateway)
		stable := waitStable(t, gateway.ID)
		sameSet(t, groupIDs(stable), []string{*first.ID, *second.ID})
		refuse(t, putTarget, 404, "not_found", cloud.vpc.CreateSecurityGroupTargetBinding, put(second.ID, ptr(unknownID)))
		refuse(t, putTarget, 404, "not_found", cloud.vpc.CreateSecurityGroupTargetBinding, put(ptr(unknownID), gateway.ID))
		foreign := newSecurityGroup(t, cloud.env.OtherVPC, "targets-foreign")
		refuse(t, putTarget, 400, "security_group_not_in_vpc", cloud.vpc.CreateSecurityGroupTargetBinding, put(foreign.ID, gateway.ID))
	})
	t.Run("list and get", func(t *testing.T) {
		drive(t, "list_security_group_targets", 200, cloud.vpc.ListSecurityGroupTargets, &vpcv1.ListSecurityGroupTargetsOptions{SecurityGroupID: first.ID})
		pages, err := cloud.vpc.NewSecurityGroupTargetsPager(&vpcv1.ListSecurityGroupTargetsOptions{SecurityGroupID: first.ID, Limit: ptr[int64](2)})
		if err != nil {
			t.Fatal(err)
		}
		all := drivePages(t, "list_security_group_targets", "targets", 2, pages)
		sameSet(t, idsOf(all, targetID), idsOf(gateways, func(one *vpcv1.EndpointGateway) *string { return one.ID }))
		refuse(t, "list_security_group_targets", 404, "not_found", cloud.vpc.ListSecurityGroupTargets, &vpcv1.ListSecurityGroupTargetsOptions{SecurityGroupID: ptr(unknownID)})
		get := func(group, id *string) *vpcv1.GetSecurityGroupTargetOptions {
			return &vpcv1.GetSecurityGroupTargetOptions{SecurityGroupID: group, ID: id}
		}
		one := drive(t, "get_security_group_target", 200, cloud.vpc.GetSecurityGroupTarget, get(second.ID, gateway.ID))
		isTarget(t, one, gateway)
		refuse(t, "get_security_group_target", 404, "not_found", cloud.vpc.GetSecurityGroupTarget, get(second.ID, gateways[1].ID))
	})
	t.Run("delete", func(t *testing.T) {
		refuse(t, "delete_security_group", 409, "security_group_interfaces_attached", bare(cloud.vpc.DeleteSecurityGroup), &vpcv1.DeleteSecurityGroupOptions{ID: second.ID})
		drive(t, deleteTarget, 204, bare(cloud.vpc.DeleteSecurityGroupTargetBinding), remove(second.ID, gateway.ID))
		refuse(t, deleteTarget, 404, "not_found", bare(cloud.vpc.DeleteSecurityGroupTargetBinding), remove(second.ID, gateway.ID))
		refuse(t, deleteTarget, 409, "security_group_last_security_group_is_default", bare(cloud.vpc.DeleteSecurityGroupTargetBinding), remove(first.ID, gateway.ID))
		sameSet(t, groupIDs(waitStable(t, gateway.ID)), []string{*first.ID})
	})
	t.Run("at most five", func(t *testing.T) {
		for _, name := range []string{"a", "b", "c", "d"} {
			group := newSecurityGroup(t, cloud.env.VPC, "targets-more-"+name)
			drive(t, putTarget, 200, cloud.vpc.CreateSecurityGroupTargetBinding, put(group.ID, gateway.ID))
		}
		refuse(t, putTarget, 400, "security_group_sgs_per_interface_exceeded", cloud.vpc.CreateSecurityGroupTargetBinding, put(second.ID, gateway.ID))
	})
}

func isTarget(t *testing.T, got vpcv1.SecurityGroupTargetReferenceIntf, want *vpcv1.EndpointGateway) {
	t.Helper()
	reference := got.(*vpcv1.SecurityGroupTargetReference)
	if *reference.ID != *want.ID || *reference.CRN != *want.CRN || *reference.ResourceType != "endpoint_gateway" {
		t.Errorf("the target is %s %s, want %s", *reference.ResourceType, *reference.ID, *want.ID)
	}
}

func targetID(reference vpcv1.SecurityGroupTargetReferenceIntf) *string {
	return reference.(*vpcv1.SecurityGroupTargetReference).ID
}

// groups refers to security groups by id.
func groups(ids ...*string) []vpcv1.SecurityGroupIdentityIntf {
	identities := make([]vpcv1.SecurityGroupIdentityIntf, len(ids))
	for i, id := range ids {
		identities[i] = &vpcv1.SecurityGroupIdentityByID{ID: id}
	}
	return identities
}

func groupIDs(gateway *vpcv1.EndpointGateway) []string {
	return idsOf(gateway.SecurityGroups, func(group vpcv1.SecurityGroupReference) *string { return group.ID })
}
