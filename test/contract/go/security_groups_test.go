package contract

import (
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

func newSecurityGroup(t *testing.T, vpc, name string) *vpcv1.SecurityGroup {
	t.Helper()
	return drive(t, "create_security_group", 201, cloud.vpc.CreateSecurityGroup, &vpcv1.CreateSecurityGroupOptions{
		VPC:  &vpcv1.VPCIdentityByID{ID: &vpc},
		Name: &name,
	})
}

func securityGroupID(group vpcv1.SecurityGroup) *string { return group.ID }

func TestSecurityGroups(t *testing.T) {
	group := createWithRules(t)
	other := newSecurityGroup(t, cloud.env.OtherVPC, "of-the-other-vpc")
	t.Run("get", func(t *testing.T) {
		again := drive(t, "get_security_group", 200, cloud.vpc.GetSecurityGroup, &vpcv1.GetSecurityGroupOptions{ID: group.ID})
		if len(again.Rules) != 4 || len(again.Targets) != 0 || *again.VPC.ID != cloud.env.VPC {
			t.Errorf("%d rules, %d targets, in %s", len(again.Rules), len(again.Targets), *again.VPC.ID)
		}
		refuse(t, "get_security_group", 404, "not_found", cloud.vpc.GetSecurityGroup, &vpcv1.GetSecurityGroupOptions{ID: ptr(unknownID)})
	})
	t.Run("list and filter", func(t *testing.T) {
		listed := func(options vpcv1.ListSecurityGroupsOptions) []string {
			list := drive(t, "list_security_groups", 200, cloud.vpc.ListSecurityGroups, &options)
			return idsOf(list.SecurityGroups, securityGroupID)
		}
		contains(t, listed(vpcv1.ListSecurityGroupsOptions{}), *group.ID, *other.ID)
		lacks(t, listed(vpcv1.ListSecurityGroupsOptions{VPCID: &cloud.env.VPC}), *other.ID)
		contains(t, listed(vpcv1.ListSecurityGroupsOptions{VPCCRN: group.VPC.CRN, ResourceGroupID: &cloud.env.ResourceGroup}), *group.ID)
		lacks(t, listed(vpcv1.ListSecurityGroupsOptions{VPCName: other.VPC.Name}), *group.ID)
	})
	t.Run("page by page", func(t *testing.T) {
		pages, err := cloud.vpc.NewSecurityGroupsPager(&vpcv1.ListSecurityGroupsOptions{Limit: ptr[int64](2)})
		if err != nil {
			t.Fatal(err)
		}
		all := drivePages(t, "list_security_groups", "security_groups", 2, pages)
		contains(t, idsOf(all, securityGroupID), *group.ID, *other.ID)
		refuse(t, "list_security_groups", 400, "validation_max_value", cloud.vpc.ListSecurityGroups, &vpcv1.ListSecurityGroupsOptions{Limit: ptr[int64](101)})
	})
	t.Run("patch", func(t *testing.T) {
		patch := func(id *string, name string) *vpcv1.UpdateSecurityGroupOptions {
			return &vpcv1.UpdateSecurityGroupOptions{ID: id, SecurityGroupPatch: map[string]any{"name": name}}
		}
		renamed := drive(t, "update_security_group", 200, cloud.vpc.UpdateSecurityGroup, patch(group.ID, "renamed"))
		if *renamed.Name != "renamed" {
			t.Errorf("the name is %s", *renamed.Name)
		}
		refuse(t, "update_security_group", 400, "validation_invalid_name", cloud.vpc.UpdateSecurityGroup, patch(group.ID, "No"))
		refuse(t, "update_security_group", 404, "not_found", cloud.vpc.UpdateSecurityGroup, patch(ptr(unknownID), "no-one"))
	})
	t.Run("delete", func(t *testing.T) { deleteSecurityGroups(t, group) })
	t.Run("refused", func(t *testing.T) {
		create := func(code string, options *vpcv1.CreateSecurityGroupOptions) {
			t.Helper()
			refuse(t, "create_security_group", 400, code, cloud.vpc.CreateSecurityGroup, options)
		}
		create("validation_unique_failed", &vpcv1.CreateSecurityGroupOptions{VPC: &vpcv1.VPCIdentityByID{ID: &cloud.env.OtherVPC}, Name: other.Name})
		create("validation_invalid_name", &vpcv1.CreateSecurityGroupOptions{VPC: vpcByID(), Name: ptr("trailing-")})
		create("not_found", &vpcv1.CreateSecurityGroupOptions{VPC: &vpcv1.VPCIdentityByID{ID: ptr(unknownID)}})
	})
}

// createWithRules creates a group with a rule of each kind that the SDK has a variant for.
func createWithRules(t *testing.T) *vpcv1.SecurityGroup {
	t.Helper()
	source := newSecurityGroup(t, cloud.env.VPC, "source")
	return drive(t, "create_security_group", 201, cloud.vpc.CreateSecurityGroup, &vpcv1.CreateSecurityGroupOptions{
		VPC: vpcByID(),
		Rules: []vpcv1.SecurityGroupRulePrototypeIntf{
			&vpcv1.SecurityGroupRulePrototype{
				Direction: ptr("inbound"), Protocol: ptr("tcp"), PortMin: ptr[int64](443), PortMax: ptr[int64](443),
				Remote: &vpcv1.SecurityGroupRuleRemotePrototype{CIDRBlock: ptr("10.0.0.0/8")},
			},
			&vpcv1.SecurityGroupRulePrototype{
				Direction: ptr("inbound"), Protocol: ptr("icmp"), Type: ptr[int64](8), Code: ptr[int64](0),
				Remote: &vpcv1.SecurityGroupRuleRemotePrototype{Address: ptr("10.0.0.9")},
			},
			&vpcv1.SecurityGroupRulePrototype{
				Direction: ptr("inbound"), Protocol: ptr("udp"), PortMin: ptr[int64](53), PortMax: ptr[int64](53),
				Remote: &vpcv1.SecurityGroupRuleRemotePrototype{ID: source.ID},
			},
			&vpcv1.SecurityGroupRulePrototype{Direction: ptr("outbound"), Protocol: ptr("icmp_tcp_udp")},
		},
	})
}

func deleteSecurityGroups(t *testing.T, referring *vpcv1.SecurityGroup) {
	remove := func(id *string) *vpcv1.DeleteSecurityGroupOptions {
		return &vpcv1.DeleteSecurityGroupOptions{ID: id}
	}
	doomed := newSecurityGroup(t, cloud.env.VPC, "doomed")
	drive(t, "delete_security_group", 204, bare(cloud.vpc.DeleteSecurityGroup), remove(doomed.ID))
	refuse(t, "get_security_group", 404, "not_found", cloud.vpc.GetSecurityGroup, &vpcv1.GetSecurityGroupOptions{ID: doomed.ID})
	refuse(t, "delete_security_group", 404, "not_found", bare(cloud.vpc.DeleteSecurityGroup), remove(doomed.ID))
	main := drive(t, "get_vpc", 200, cloud.vpc.GetVPC, &vpcv1.GetVPCOptions{ID: &cloud.env.VPC})
	refuse(t, "delete_security_group", 409, "security_group_vpc_default", bare(cloud.vpc.DeleteSecurityGroup), remove(main.DefaultSecurityGroup.ID))
	for _, rule := range referring.Rules {
		if udp, isUDP := rule.(*vpcv1.SecurityGroupRuleSecurityGroupRuleProtocolTcpudp); isUDP && *udp.Protocol == "udp" {
			remote := udp.Remote.(*vpcv1.SecurityGroupRuleRemote)
			refuse(t, "delete_security_group", 409, "security_group_remoting_rules", bare(cloud.vpc.DeleteSecurityGroup), remove(remote.ID))
			return
		}
	}
	t.Error("the rule that refers to another group is not among the answer's")
}
