package contract

import (
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

const (
	listPrivatePaths  = "list_private_path_service_gateways"
	createPrivatePath = "create_private_path_service_gateway"
	getPrivatePath    = "get_private_path_service_gateway"
	updatePrivatePath = "update_private_path_service_gateway"
	deletePrivatePath = "delete_private_path_service_gateway"
	publish           = "publish_private_path_service_gateway"
	unpublish         = "unpublish_private_path_service_gateway"
	revokeAccount     = "revoke_account_for_private_path_service_gateway"
)

// The provider's side of Private Path (fact sheet 1.8, 2.9).
func TestPrivatePathServiceGateways(t *testing.T) {
	first := newPrivatePath(t, "offer-one", "review")
	second := newPrivatePath(t, "offer-two", "deny")
	t.Run("create", func(t *testing.T) {
		if *first.DefaultAccessPolicy != "review" || *first.Published || *first.VPC.ID != cloud.env.VPC {
			t.Errorf("policy %s, published %t, in %s", *first.DefaultAccessPolicy, *first.Published, *first.VPC.ID)
		}
		sameList(t, first.ServiceEndpoints, []string{"offer-one.example.com"})
		create := func(status int, code string, change func(*vpcv1.CreatePrivatePathServiceGatewayOptions)) {
			t.Helper()
			options := privatePathOptions("offer-three", "deny")
			change(options)
			refuse(t, createPrivatePath, status, code, cloud.vpc.CreatePrivatePathServiceGateway, options)
		}
		create(400, "bad_field", func(o *vpcv1.CreatePrivatePathServiceGatewayOptions) {
			o.LoadBalancer = &vpcv1.LoadBalancerIdentityByID{ID: &cloud.env.PublicLoadBalancer}
		})
		create(400, "not_found", func(o *vpcv1.CreatePrivatePathServiceGatewayOptions) {
			o.LoadBalancer = &vpcv1.LoadBalancerIdentityByID{ID: ptr(unknownID)}
		})
		create(400, "validation_enum", func(o *vpcv1.CreatePrivatePathServiceGatewayOptions) { o.DefaultAccessPolicy = ptr("perhaps") })
		create(400, "validation_unique_failed", func(o *vpcv1.CreatePrivatePathServiceGatewayOptions) { o.Name = first.Name })
	})
	t.Run("list", func(t *testing.T) {
		list := drive(t, listPrivatePaths, 200, cloud.vpc.ListPrivatePathServiceGateways, &vpcv1.ListPrivatePathServiceGatewaysOptions{ResourceGroupID: &cloud.env.ResourceGroup})
		sameSet(t, idsOf(list.PrivatePathServiceGateways, privatePathID), []string{*first.ID, *second.ID})
		pages, err := cloud.vpc.NewPrivatePathServiceGatewaysPager(&vpcv1.ListPrivatePathServiceGatewaysOptions{Limit: ptr[int64](1)})
		if err != nil {
			t.Fatal(err)
		}
		all := drivePages(t, listPrivatePaths, "private_path_service_gateways", 1, pages)
		sameList(t, idsOf(all, privatePathID), []string{*second.ID, *first.ID})
		refuse(t, listPrivatePaths, 400, "validation_max_value", cloud.vpc.ListPrivatePathServiceGateways, &vpcv1.ListPrivatePathServiceGatewaysOptions{Limit: ptr[int64](101)})
	})
	t.Run("update", func(t *testing.T) {
		update := func(id *string, fields map[string]any) *vpcv1.UpdatePrivatePathServiceGatewayOptions {
			return &vpcv1.UpdatePrivatePathServiceGatewayOptions{ID: id, PrivatePathServiceGatewayPatch: fields}
		}
		fields := map[string]any{"name": "renamed", "zonal_affinity": true, "default_access_policy": "permit"}
		updated := drive(t, updatePrivatePath, 200, cloud.vpc.UpdatePrivatePathServiceGateway, update(second.ID, fields))
		if *updated.Name != "renamed" || !*updated.ZonalAffinity || *updated.DefaultAccessPolicy != "permit" {
			t.Errorf("name %s, affinity %t, policy %s", *updated.Name, *updated.ZonalAffinity, *updated.DefaultAccessPolicy)
		}
		refuse(t, updatePrivatePath, 400, "validation_unique_failed", cloud.vpc.UpdatePrivatePathServiceGateway, update(second.ID, map[string]any{"name": *first.Name}))
		refuse(t, updatePrivatePath, 404, "not_found", cloud.vpc.UpdatePrivatePathServiceGateway, update(ptr(unknownID), map[string]any{}))
	})
	t.Run("publish and unpublish", func(t *testing.T) { publishAndTakeBack(t, first.ID) })
	t.Run("unknown", func(t *testing.T) {
		refuse(t, getPrivatePath, 404, "not_found", cloud.vpc.GetPrivatePathServiceGateway, &vpcv1.GetPrivatePathServiceGatewayOptions{ID: ptr(unknownID)})
		refuse(t, deletePrivatePath, 404, "not_found", bare(cloud.vpc.DeletePrivatePathServiceGateway), &vpcv1.DeletePrivatePathServiceGatewayOptions{ID: ptr(unknownID)})
		refuse(t, revokeAccount, 404, "not_found", bare(cloud.vpc.RevokeAccountForPrivatePathServiceGateway), revocation(ptr(unknownID)))
	})
}

// publishAndTakeBack publishes an offer for a consumer of another account; while it has access, R20 keeps the offer.
func publishAndTakeBack(t *testing.T, id *string) {
	drive(t, publish, 204, bare(cloud.vpc.PublishPrivatePathServiceGateway), &vpcv1.PublishPrivatePathServiceGatewayOptions{PrivatePathServiceGatewayID: id})
	refuse(t, publish, 404, "not_found", bare(cloud.vpc.PublishPrivatePathServiceGateway), &vpcv1.PublishPrivatePathServiceGatewayOptions{PrivatePathServiceGatewayID: ptr(unknownID)})
	consume(t, id)
	takeBack := &vpcv1.UnpublishPrivatePathServiceGatewayOptions{PrivatePathServiceGatewayID: id}
	refuse(t, unpublish, 409, "invalid_state", bare(cloud.vpc.UnpublishPrivatePathServiceGateway), takeBack)
	refuse(t, deletePrivatePath, 409, "invalid_state", bare(cloud.vpc.DeletePrivatePathServiceGateway), &vpcv1.DeletePrivatePathServiceGatewayOptions{ID: id})
	drive(t, revokeAccount, 204, bare(cloud.vpc.RevokeAccountForPrivatePathServiceGateway), revocation(id))
	drive(t, unpublish, 204, bare(cloud.vpc.UnpublishPrivatePathServiceGateway), takeBack)
}

func revocation(id *string) *vpcv1.RevokeAccountForPrivatePathServiceGatewayOptions {
	return &vpcv1.RevokeAccountForPrivatePathServiceGatewayOptions{
		PrivatePathServiceGatewayID: id,
		Account:                     &vpcv1.AccountIdentityByID{ID: &cloud.env.OtherAccount},
	}
}

// newPrivatePath creates an offer, waits until it is stable, and has it deleted at the end of the test.
func newPrivatePath(t *testing.T, name, policy string) *vpcv1.PrivatePathServiceGateway {
	t.Helper()
	created := drive(t, createPrivatePath, 201, cloud.vpc.CreatePrivatePathServiceGateway, privatePathOptions(name, policy))
	get := &vpcv1.GetPrivatePathServiceGatewayOptions{ID: created.ID}
	t.Cleanup(func() {
		drive(t, deletePrivatePath, 204, bare(cloud.vpc.DeletePrivatePathServiceGateway), &vpcv1.DeletePrivatePathServiceGatewayOptions{ID: created.ID})
		untilGone(t, getPrivatePath, "lifecycle_state", cloud.vpc.GetPrivatePathServiceGateway, get)
	})
	return until(t, "the private path service gateway is stable", func() (*vpcv1.PrivatePathServiceGateway, bool) {
		one := drive(t, getPrivatePath, 200, cloud.vpc.GetPrivatePathServiceGateway, get)
		return one, *one.LifecycleState == "stable"
	})
}

func privatePathOptions(name, policy string) *vpcv1.CreatePrivatePathServiceGatewayOptions {
	return &vpcv1.CreatePrivatePathServiceGatewayOptions{
		LoadBalancer:        &vpcv1.LoadBalancerIdentityByID{ID: &cloud.env.LoadBalancer},
		ServiceEndpoints:    []string{name + ".Example.com"},
		DefaultAccessPolicy: &policy,
		Name:                &name,
	}
}

func privatePathID(one vpcv1.PrivatePathServiceGateway) *string { return one.ID }
