package contract

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

func newReservedIP(t *testing.T, subnet *string, name string) *vpcv1.ReservedIP {
	t.Helper()
	return drive(t, "create_subnet_reserved_ip", 201, cloud.vpc.CreateSubnetReservedIP, &vpcv1.CreateSubnetReservedIPOptions{
		SubnetID: subnet,
		Name:     &name,
	})
}

func getReservedIP(t *testing.T, subnet, id *string) *vpcv1.ReservedIP {
	t.Helper()
	return drive(t, "get_subnet_reserved_ip", 200, cloud.vpc.GetSubnetReservedIP, &vpcv1.GetSubnetReservedIPOptions{
		SubnetID: subnet,
		ID:       id,
	})
}

func TestReservedIPs(t *testing.T) {
	subnet := newSubnet(t, 1, "reserved-ips")
	block := netip.MustParsePrefix(*subnet.Ipv4CIDRBlock)
	t.Run("create", func(t *testing.T) {
		created := newReservedIP(t, subnet.ID, "chosen-by-ibm")
		if *created.Owner != "user" || *created.AutoDelete || created.Target != nil {
			t.Errorf("owner %s, auto_delete %t, target %v", *created.Owner, *created.AutoDelete, created.Target)
		}
		settled := until(t, "the address is chosen", func() (*vpcv1.ReservedIP, bool) {
			seen := getReservedIP(t, subnet.ID, created.ID)
			return seen, *seen.Address != "0.0.0.0"
		})
		if !block.Contains(netip.MustParseAddr(*settled.Address)) {
			t.Errorf("%s is not in %s", *settled.Address, block)
		}
	})
	t.Run("create with an address", func(t *testing.T) {
		wanted := lastUsable(block)
		created := drive(t, "create_subnet_reserved_ip", 201, cloud.vpc.CreateSubnetReservedIP, &vpcv1.CreateSubnetReservedIPOptions{SubnetID: subnet.ID, Address: &wanted})
		if *created.Address != wanted || *created.Name == "" {
			t.Errorf("got %s named %q, want %s with a name", *created.Address, *created.Name, wanted)
		}
		createIP(t, 409, "address_is_already_reserved", &vpcv1.CreateSubnetReservedIPOptions{SubnetID: subnet.ID, Address: &wanted})
	})
	t.Run("list", func(t *testing.T) { listReservedIPs(t, subnet) })
	t.Run("patch", func(t *testing.T) { patchReservedIPs(t, subnet) })
	t.Run("delete", func(t *testing.T) {
		doomed := newReservedIP(t, subnet.ID, "doomed")
		options := &vpcv1.DeleteSubnetReservedIPOptions{SubnetID: subnet.ID, ID: doomed.ID}
		drive(t, "delete_subnet_reserved_ip", 204, bare(cloud.vpc.DeleteSubnetReservedIP), options)
		goneReservedIP(t, subnet.ID, doomed.ID)
		refuse(t, "delete_subnet_reserved_ip", 404, "not_found", bare(cloud.vpc.DeleteSubnetReservedIP), options)
	})
	t.Run("refused", func(t *testing.T) {
		createIP(t, 400, "validation_invalid_name", &vpcv1.CreateSubnetReservedIPOptions{SubnetID: subnet.ID, Name: ptr("ibm-own")})
		createIP(t, 400, "validation_invalid_address", &vpcv1.CreateSubnetReservedIPOptions{SubnetID: subnet.ID, Address: ptr("192.0.2.1")})
		createIP(t, 404, "not_found", &vpcv1.CreateSubnetReservedIPOptions{SubnetID: ptr("0717-00000000-0000-4000-8000-000000000000")})
		createIP(t, 400, "bad_field", &vpcv1.CreateSubnetReservedIPOptions{SubnetID: subnet.ID, AutoDelete: ptr(true)})
	})
}

func createIP(t *testing.T, status int, code string, options *vpcv1.CreateSubnetReservedIPOptions) {
	t.Helper()
	refuse(t, "create_subnet_reserved_ip", status, code, cloud.vpc.CreateSubnetReservedIP, options)
}

func listReservedIPs(t *testing.T, subnet *vpcv1.Subnet) {
	list := drive(t, "list_subnet_reserved_ips", 200, cloud.vpc.ListSubnetReservedIps, &vpcv1.ListSubnetReservedIpsOptions{SubnetID: subnet.ID})
	addresses := idsOf(list.ReservedIps, func(ip vpcv1.ReservedIP) *string { return ip.Address })
	sorted := slices.SortedFunc(slices.Values(addresses), func(a, b string) int {
		return netip.MustParseAddr(a).Compare(netip.MustParseAddr(b))
	})
	sameList(t, addresses, sorted)
	provided := 0
	for _, ip := range list.ReservedIps {
		if *ip.Owner == "provider" {
			provided++
			if !strings.HasPrefix(*ip.Name, "ibm-") || ip.Target != nil {
				t.Errorf("provider-owned %s has target %v", *ip.Name, ip.Target)
			}
		}
	}
	if provided != 5 {
		t.Errorf("%d provider-owned addresses, want 5 (2.6)", provided)
	}
	byName := drive(t, "list_subnet_reserved_ips", 200, cloud.vpc.ListSubnetReservedIps, &vpcv1.ListSubnetReservedIpsOptions{SubnetID: subnet.ID, Sort: ptr("-name")})
	names := idsOf(byName.ReservedIps, func(ip vpcv1.ReservedIP) *string { return ip.Name })
	descending := slices.Sorted(slices.Values(names))
	slices.Reverse(descending)
	sameList(t, names, descending)
	pages, err := cloud.vpc.NewSubnetReservedIpsPager(&vpcv1.ListSubnetReservedIpsOptions{SubnetID: subnet.ID, Limit: ptr[int64](3)})
	if err != nil {
		t.Fatal(err)
	}
	all := drivePages(t, "list_subnet_reserved_ips", "reserved_ips", 3, pages)
	sameList(t, idsOf(all, func(ip vpcv1.ReservedIP) *string { return ip.Address }), addresses)
	refuse(t, "list_subnet_reserved_ips", 400, "validation_enum", cloud.vpc.ListSubnetReservedIps, &vpcv1.ListSubnetReservedIpsOptions{SubnetID: subnet.ID, Sort: ptr("size")})
}

func patchReservedIPs(t *testing.T, subnet *vpcv1.Subnet) {
	one := newReservedIP(t, subnet.ID, "before")
	other := newReservedIP(t, subnet.ID, "taken")
	patch := func(id *string, fields map[string]any) *vpcv1.UpdateSubnetReservedIPOptions {
		return &vpcv1.UpdateSubnetReservedIPOptions{SubnetID: subnet.ID, ID: id, ReservedIPPatch: fields}
	}
	renamed := drive(t, "update_subnet_reserved_ip", 200, cloud.vpc.UpdateSubnetReservedIP, patch(one.ID, map[string]any{"name": "after"}))
	if *renamed.Name != "after" {
		t.Errorf("the name is %s", *renamed.Name)
	}
	update := func(status int, code string, id *string, fields map[string]any) {
		t.Helper()
		refuse(t, "update_subnet_reserved_ip", status, code, cloud.vpc.UpdateSubnetReservedIP, patch(id, fields))
	}
	update(400, "validation_unique_failed", one.ID, map[string]any{"name": *other.Name})
	update(400, "validation_invalid_name", one.ID, map[string]any{"name": "-no-"})
	update(404, "not_found", ptr("0717-00000000-0000-4000-8000-000000000000"), map[string]any{"name": "x"})
	refuse(t, "get_subnet_reserved_ip", 404, "not_found", cloud.vpc.GetSubnetReservedIP, &vpcv1.GetSubnetReservedIPOptions{
		SubnetID: subnet.ID,
		ID:       ptr("0717-00000000-0000-4000-8000-000000000000"),
	})
}

// goneReservedIP waits until a deleted address answers 404 and says so in the report.
func goneReservedIP(t *testing.T, subnet, id *string) {
	t.Helper()
	options := &vpcv1.GetSubnetReservedIPOptions{SubnetID: subnet, ID: id}
	untilGone(t, "get_subnet_reserved_ip", "lifecycle_state", cloud.vpc.GetSubnetReservedIP, options)
}

// lastUsable is the address before the broadcast address.
func lastUsable(block netip.Prefix) string {
	last := block.Addr()
	for next := last; block.Contains(next); next = next.Next() {
		last = next
	}
	return last.Prev().String()
}

// subnetOf reads the subnet's id as Terraform does (fact sheet 2.10).
func subnetOf(ip *vpcv1.ReservedIP) string {
	return strings.Split(*ip.Href, "/")[5]
}
