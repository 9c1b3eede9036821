package contract

import (
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

// newSubnet creates a subnet in a zone of the main VPC; the simulator ends with the run, so nothing deletes it.
func newSubnet(t *testing.T, zone int, name string) *vpcv1.Subnet {
	t.Helper()
	return drive(t, "create_subnet", 201, cloud.vpc.CreateSubnet, &vpcv1.CreateSubnetOptions{
		SubnetPrototype: &vpcv1.SubnetPrototypeSubnetByTotalCount{
			VPC:                   vpcByID(),
			TotalIpv4AddressCount: ptr[int64](16),
			Zone:                  &vpcv1.ZoneIdentityByName{Name: ptr(zoneName(zone))},
			Name:                  &name,
		},
	})
}

func zoneName(zone int) string {
	return cloud.env.Region + "-" + string(rune('0'+zone))
}

func TestSubnets(t *testing.T) {
	first := newSubnet(t, 1, "subnets-one")
	second := newSubnet(t, 2, "subnets-two")
	t.Run("create by count", func(t *testing.T) {
		if *first.TotalIpv4AddressCount != 16 || *first.AvailableIpv4AddressCount != 11 {
			t.Errorf("%d of %d addresses are free, want 11 of 16 (2.6)", *first.AvailableIpv4AddressCount, *first.TotalIpv4AddressCount)
		}
		if *first.Zone.Name != zoneName(1) || *first.VPC.ID != cloud.env.VPC || *first.Name != "subnets-one" {
			t.Errorf("got %s in %s of %s", *first.Name, *first.Zone.Name, *first.VPC.ID)
		}
	})
	t.Run("create by block", func(t *testing.T) {
		// The far end of the zone's address prefix, where no other test looks for room.
		byBlock := drive(t, "create_subnet", 201, cloud.vpc.CreateSubnet, &vpcv1.CreateSubnetOptions{
			SubnetPrototype: &vpcv1.SubnetPrototypeSubnetByCIDR{VPC: vpcByID(), Ipv4CIDRBlock: ptr("10.1.255.0/24")},
		})
		if *byBlock.Ipv4CIDRBlock != "10.1.255.0/24" || *byBlock.Zone.Name != zoneName(2) || *byBlock.Name == "" {
			t.Errorf("got %s in %s named %q", *byBlock.Ipv4CIDRBlock, *byBlock.Zone.Name, *byBlock.Name)
		}
	})
	t.Run("get", func(t *testing.T) {
		again := drive(t, "get_subnet", 200, cloud.vpc.GetSubnet, &vpcv1.GetSubnetOptions{ID: first.ID})
		if *again.Ipv4CIDRBlock != *first.Ipv4CIDRBlock {
			t.Errorf("the block was %s and is %s", *first.Ipv4CIDRBlock, *again.Ipv4CIDRBlock)
		}
		refuse(t, "get_subnet", 404, "not_found", cloud.vpc.GetSubnet, &vpcv1.GetSubnetOptions{ID: ptr("0717-00000000-0000-4000-8000-000000000000")})
	})
	t.Run("list and filter", func(t *testing.T) {
		listed := func(options vpcv1.ListSubnetsOptions) []string {
			list := drive(t, "list_subnets", 200, cloud.vpc.ListSubnets, &options)
			return idsOf(list.Subnets, func(subnet vpcv1.Subnet) *string { return subnet.ID })
		}
		contains(t, listed(vpcv1.ListSubnetsOptions{VPCID: &cloud.env.VPC}), *first.ID, *second.ID)
		lacks(t, listed(vpcv1.ListSubnetsOptions{VPCID: &cloud.env.OtherVPC}), *first.ID, *second.ID)
		lacks(t, listed(vpcv1.ListSubnetsOptions{ZoneName: ptr(zoneName(1))}), *second.ID)
		contains(t, listed(vpcv1.ListSubnetsOptions{VPCName: first.VPC.Name, ZoneName: ptr(zoneName(2))}), *second.ID)
		contains(t, listed(vpcv1.ListSubnetsOptions{VPCCRN: first.VPC.CRN, ResourceGroupID: &cloud.env.ResourceGroup}), *first.ID)
	})
	t.Run("page by page", func(t *testing.T) {
		pages, err := cloud.vpc.NewSubnetsPager(&vpcv1.ListSubnetsOptions{Limit: ptr[int64](1)})
		if err != nil {
			t.Fatal(err)
		}
		all := drivePages(t, "list_subnets", "subnets", 1, pages)
		contains(t, idsOf(all, func(subnet vpcv1.Subnet) *string { return subnet.ID }), *first.ID, *second.ID)
		refuse(t, "list_subnets", 400, "validation_max_value", cloud.vpc.ListSubnets, &vpcv1.ListSubnetsOptions{Limit: ptr[int64](101)})
	})
	t.Run("delete", func(t *testing.T) { deleteSubnets(t) })
	t.Run("refused", func(t *testing.T) {
		create := func(status int, code string, prototype *vpcv1.SubnetPrototype) {
			t.Helper()
			refuse(t, "create_subnet", status, code, cloud.vpc.CreateSubnet, &vpcv1.CreateSubnetOptions{SubnetPrototype: prototype})
		}
		zone := &vpcv1.ZoneIdentityByName{Name: ptr(zoneName(1))}
		create(400, "validation_unique_failed", &vpcv1.SubnetPrototype{VPC: vpcByID(), TotalIpv4AddressCount: ptr[int64](16), Zone: zone, Name: first.Name})
		create(400, "validation_invalid_name", &vpcv1.SubnetPrototype{VPC: vpcByID(), TotalIpv4AddressCount: ptr[int64](16), Zone: zone, Name: ptr("Upper")})
		create(400, "validation_invalid_cidr", &vpcv1.SubnetPrototype{VPC: vpcByID(), Ipv4CIDRBlock: ptr("10.0.0.0/99")})
		create(400, "not_found", &vpcv1.SubnetPrototype{VPC: &vpcv1.VPCIdentityByID{ID: ptr(unknownID)}, TotalIpv4AddressCount: ptr[int64](16), Zone: zone})
	})
}

// deleteSubnets deletes one whose address serves a gateway, which does not stop it (rule R17).
func deleteSubnets(t *testing.T) {
	doomed := newSubnet(t, 3, "subnets-doomed")
	gateway := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{
		Target: target(0),
		Ips:    []vpcv1.EndpointGatewayReservedIPIntf{inSubnet(doomed, "goes-with-its-subnet", false)},
	})
	options := &vpcv1.DeleteSubnetOptions{ID: doomed.ID}
	drive(t, "delete_subnet", 204, bare(cloud.vpc.DeleteSubnet), options)
	untilGone(t, "get_subnet", "status", cloud.vpc.GetSubnet, &vpcv1.GetSubnetOptions{ID: doomed.ID})
	refuse(t, "delete_subnet", 404, "not_found", bare(cloud.vpc.DeleteSubnet), options)
	if left := waitStable(t, gateway.ID); len(left.Ips) != 0 {
		t.Errorf("the gateway still has %v", ipIDs(left))
	}
}
