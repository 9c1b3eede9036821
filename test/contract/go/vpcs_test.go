package contract

import (
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

// unknownID has the form of an id that the service could have issued.
const unknownID = "r006-00000000-0000-4000-8000-000000000000"

func TestVPCs(t *testing.T) {
	t.Run("list", func(t *testing.T) {
		list := drive(t, "list_vpcs", 200, cloud.vpc.ListVpcs, &vpcv1.ListVpcsOptions{})
		if list.Next != nil {
			t.Errorf("next on the only page: %s", *list.Next.Href)
		}
		ids := idsOf(list.Vpcs, func(vpc vpcv1.VPC) *string { return vpc.ID })
		sameSet(t, ids, []string{cloud.env.VPC, cloud.env.OtherVPC, cloud.env.DoomedVPC})
	})
	t.Run("page by page", func(t *testing.T) {
		pages, err := cloud.vpc.NewVpcsPager(&vpcv1.ListVpcsOptions{Limit: ptr[int64](1)})
		if err != nil {
			t.Fatal(err)
		}
		all := drivePages(t, "list_vpcs", "vpcs", 1, pages)
		sameSet(t, idsOf(all, func(vpc vpcv1.VPC) *string { return vpc.ID }), []string{cloud.env.VPC, cloud.env.OtherVPC, cloud.env.DoomedVPC})
	})
	t.Run("filter by resource group", func(t *testing.T) {
		none := drive(t, "list_vpcs", 200, cloud.vpc.ListVpcs, &vpcv1.ListVpcsOptions{ResourceGroupID: ptr("00000000000000000000000000000000")})
		if len(none.Vpcs) != 0 || *none.TotalCount != 0 {
			t.Errorf("%d VPCs in an unknown resource group", len(none.Vpcs))
		}
		classic := drive(t, "list_vpcs", 200, cloud.vpc.ListVpcs, &vpcv1.ListVpcsOptions{ClassicAccess: ptr(true)})
		if len(classic.Vpcs) != 0 {
			t.Errorf("%d VPCs with classic access", len(classic.Vpcs))
		}
	})
	t.Run("limits", func(t *testing.T) {
		refuse(t, "list_vpcs", 400, "validation_min_value", cloud.vpc.ListVpcs, &vpcv1.ListVpcsOptions{Limit: ptr[int64](0)})
		refuse(t, "list_vpcs", 400, "validation_max_value", cloud.vpc.ListVpcs, &vpcv1.ListVpcsOptions{Limit: ptr[int64](101)})
	})
	t.Run("get", func(t *testing.T) {
		vpc := drive(t, "get_vpc", 200, cloud.vpc.GetVPC, &vpcv1.GetVPCOptions{ID: &cloud.env.VPC})
		if *vpc.ID != cloud.env.VPC || *vpc.ResourceGroup.ID != cloud.env.ResourceGroup || *vpc.Status != "available" {
			t.Errorf("got %s in %s, %s", *vpc.ID, *vpc.ResourceGroup.ID, *vpc.Status)
		}
		resolver := drive(t, "get_vpc", 200, cloud.vpc.GetVPC, &vpcv1.GetVPCOptions{ID: &cloud.env.DoomedVPC}).Dns.Resolver.(*vpcv1.VpcdnsResolver)
		if *resolver.Type != "manual" || len(resolver.ManualServers) != 2 || *resolver.Servers[0].Address != "10.0.0.53" {
			t.Errorf("got %s with %d servers of its own", *resolver.Type, len(resolver.ManualServers))
		}
		refuse(t, "get_vpc", 404, "not_found", cloud.vpc.GetVPC, &vpcv1.GetVPCOptions{ID: ptr(unknownID)})
	})
	t.Run("default security group", func(t *testing.T) {
		get := func(id *string) *vpcv1.GetVPCDefaultSecurityGroupOptions {
			return &vpcv1.GetVPCDefaultSecurityGroupOptions{ID: id}
		}
		group := drive(t, "get_vpc_default_security_group", 200, cloud.vpc.GetVPCDefaultSecurityGroup, get(&cloud.env.VPC))
		if len(group.Rules) != 2 || *group.VPC.ID != cloud.env.VPC {
			t.Errorf("%d rules in %s", len(group.Rules), *group.VPC.ID)
		}
		refuse(t, "get_vpc_default_security_group", 404, "not_found", cloud.vpc.GetVPCDefaultSecurityGroup, get(ptr(unknownID)))
	})
	t.Run("delete", func(t *testing.T) {
		remove := func(id, etag *string) *vpcv1.DeleteVPCOptions {
			return &vpcv1.DeleteVPCOptions{ID: id, IfMatch: etag}
		}
		newSubnet(t, 1, "in-the-way")
		refuse(t, "delete_vpc", 409, "vpc_not_empty", bare(cloud.vpc.DeleteVPC), remove(&cloud.env.VPC, nil))
		refuse(t, "delete_vpc", 412, "precondition_failed", bare(cloud.vpc.DeleteVPC), remove(&cloud.env.DoomedVPC, ptr(`W/"stale"`)))
		_, response, err := cloud.vpc.GetVPC(&vpcv1.GetVPCOptions{ID: &cloud.env.DoomedVPC})
		only(t, cloud.services, err)
		drive(t, "delete_vpc", 204, bare(cloud.vpc.DeleteVPC), remove(&cloud.env.DoomedVPC, ptr(response.Headers.Get("ETag"))))
		untilGone(t, "get_vpc", "status", cloud.vpc.GetVPC, &vpcv1.GetVPCOptions{ID: &cloud.env.DoomedVPC})
	})
}

// vpcByID refers to the main VPC.
func vpcByID() *vpcv1.VPCIdentityByID {
	return &vpcv1.VPCIdentityByID{ID: &cloud.env.VPC}
}
