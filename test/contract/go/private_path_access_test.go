package contract

import (
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

const (
	listAccess   = "list_private_path_service_gateway_endpoint_gateway_bindings"
	getAccess    = "get_private_path_service_gateway_endpoint_gateway_binding"
	permitAccess = "permit_private_path_service_gateway_endpoint_gateway_binding"
	denyAccess   = "deny_private_path_service_gateway_endpoint_gateway_binding"
	listPolicies = "list_private_path_service_gateway_account_policies"
	createPolicy = "create_private_path_service_gateway_account_policy"
	getPolicy    = "get_private_path_service_gateway_account_policy"
	updatePolicy = "update_private_path_service_gateway_account_policy"
	deletePolicy = "delete_private_path_service_gateway_account_policy"
)

// A consumer asks, and the provider decides (fact sheet 5.2).
func TestPrivatePathAccess(t *testing.T) {
	offer := newPrivatePath(t, "access", "review")
	gateway := consume(t, offer.ID)
	abroad := newGatewayTo(t, offer)
	requests := listRequests(t, &vpcv1.ListPrivatePathServiceGatewayEndpointGatewayBindingsOptions{PrivatePathServiceGatewayID: offer.ID, AccountID: &cloud.env.OtherAccount})
	if len(requests) != 1 || requests[0].ExpirationAt == nil || *requests[0].Status != "pending" {
		t.Fatalf("the requests are %v", requests)
	}
	t.Run("list", func(t *testing.T) {
		pages, err := cloud.vpc.NewPrivatePathServiceGatewayEndpointGatewayBindingsPager(&vpcv1.ListPrivatePathServiceGatewayEndpointGatewayBindingsOptions{PrivatePathServiceGatewayID: offer.ID, Limit: ptr[int64](1)})
		if err != nil {
			t.Fatal(err)
		}
		all := drivePages(t, listAccess, "endpoint_gateway_bindings", 1, pages)
		contains(t, idsOf(all, requestID), *requests[0].ID)
		refuse(t, listAccess, 404, "not_found", cloud.vpc.ListPrivatePathServiceGatewayEndpointGatewayBindings, &vpcv1.ListPrivatePathServiceGatewayEndpointGatewayBindingsOptions{PrivatePathServiceGatewayID: ptr(unknownID)})
	})
	t.Run("permit", func(t *testing.T) {
		permit := &vpcv1.PermitPrivatePathServiceGatewayEndpointGatewayBindingOptions{PrivatePathServiceGatewayID: offer.ID, ID: requests[0].ID, SetAccountPolicy: ptr(true)}
		drive(t, permitAccess, 204, bare(cloud.vpc.PermitPrivatePathServiceGatewayEndpointGatewayBinding), permit)
		refuse(t, permitAccess, 409, "invalid_state", bare(cloud.vpc.PermitPrivatePathServiceGatewayEndpointGatewayBinding), permit)
		get := func(id *string) *vpcv1.GetPrivatePathServiceGatewayEndpointGatewayBindingOptions {
			return &vpcv1.GetPrivatePathServiceGatewayEndpointGatewayBindingOptions{PrivatePathServiceGatewayID: offer.ID, ID: id}
		}
		permitted := drive(t, getAccess, 200, cloud.vpc.GetPrivatePathServiceGatewayEndpointGatewayBinding, get(requests[0].ID))
		if *permitted.Status != "permitted" || permitted.ExpirationAt != nil {
			t.Errorf("the request is %s and expires at %v", *permitted.Status, permitted.ExpirationAt)
		}
		refuse(t, getAccess, 404, "not_found", cloud.vpc.GetPrivatePathServiceGatewayEndpointGatewayBinding, get(ptr(unknownID)))
		client := vpcWithKey(t, cloud.env.OtherAPIKey)
		until(t, "the permitted gateway is stable", func() (*vpcv1.EndpointGateway, bool) {
			one := drive(t, "get_endpoint_gateway", 200, client.GetEndpointGateway, &vpcv1.GetEndpointGatewayOptions{ID: gateway.ID})
			return one, *one.LifecycleState == "stable"
		})
	})
	t.Run("deny", func(t *testing.T) { deny(t, offer.ID, abroad.ID) })
	t.Run("account policies", func(t *testing.T) { managePolicies(t, offer.ID) })
}

// deny decides about the request of our own account, whose gateway fails then.
func deny(t *testing.T, offer, gateway *string) {
	pending := listRequests(t, &vpcv1.ListPrivatePathServiceGatewayEndpointGatewayBindingsOptions{PrivatePathServiceGatewayID: offer, Status: ptr("pending")})
	if len(pending) != 1 {
		t.Fatalf("%d requests are pending", len(pending))
	}
	options := &vpcv1.DenyPrivatePathServiceGatewayEndpointGatewayBindingOptions{PrivatePathServiceGatewayID: offer, ID: pending[0].ID}
	drive(t, denyAccess, 204, bare(cloud.vpc.DenyPrivatePathServiceGatewayEndpointGatewayBinding), options)
	refuse(t, denyAccess, 409, "invalid_state", bare(cloud.vpc.DenyPrivatePathServiceGatewayEndpointGatewayBinding), options)
	denied := getGateway(t, gateway)
	if *denied.LifecycleState != "failed" || *denied.HealthState != "inapplicable" || *denied.LifecycleReasons[0].Code != "access_denied" {
		t.Errorf("the gateway is %s, %s, %v", *denied.LifecycleState, *denied.HealthState, denied.LifecycleReasons)
	}
}

// managePolicies finds the one that the permit has set, and manages one of another account.
func managePolicies(t *testing.T, offer *string) {
	create := &vpcv1.CreatePrivatePathServiceGatewayAccountPolicyOptions{
		PrivatePathServiceGatewayID: offer,
		AccessPolicy:                ptr("review"),
		Account:                     &vpcv1.AccountIdentityByID{ID: ptr("0123456789abcdef0123456789abcdef")},
	}
	created := drive(t, createPolicy, 201, cloud.vpc.CreatePrivatePathServiceGatewayAccountPolicy, create)
	refuse(t, createPolicy, 409, "duplicate_error", cloud.vpc.CreatePrivatePathServiceGatewayAccountPolicy, create)
	pages, err := cloud.vpc.NewPrivatePathServiceGatewayAccountPoliciesPager(&vpcv1.ListPrivatePathServiceGatewayAccountPoliciesOptions{PrivatePathServiceGatewayID: offer, Limit: ptr[int64](1)})
	if err != nil {
		t.Fatal(err)
	}
	all := drivePages(t, listPolicies, "account_policies", 1, pages)
	sameList(t, idsOf(all, func(one vpcv1.PrivatePathServiceGatewayAccountPolicy) *string { return one.AccessPolicy }), []string{"review", "permit"})
	list := &vpcv1.ListPrivatePathServiceGatewayAccountPoliciesOptions{PrivatePathServiceGatewayID: offer, AccountID: &cloud.env.OtherAccount}
	if found := drive(t, listPolicies, 200, cloud.vpc.ListPrivatePathServiceGatewayAccountPolicies, list); len(found.AccountPolicies) != 1 {
		t.Errorf("%d policies of one account", len(found.AccountPolicies))
	}
	refuse(t, listPolicies, 404, "not_found", cloud.vpc.ListPrivatePathServiceGatewayAccountPolicies, &vpcv1.ListPrivatePathServiceGatewayAccountPoliciesOptions{PrivatePathServiceGatewayID: ptr(unknownID)})
	update := func(policy string) *vpcv1.UpdatePrivatePathServiceGatewayAccountPolicyOptions {
		return &vpcv1.UpdatePrivatePathServiceGatewayAccountPolicyOptions{
			PrivatePathServiceGatewayID: offer,
			ID:                          created.ID,
			PrivatePathServiceGatewayAccountPolicyPatch: map[string]any{"access_policy": policy},
		}
	}
	drive(t, updatePolicy, 200, cloud.vpc.UpdatePrivatePathServiceGatewayAccountPolicy, update("deny"))
	refuse(t, updatePolicy, 400, "validation_enum", cloud.vpc.UpdatePrivatePathServiceGatewayAccountPolicy, update("perhaps"))
	get := &vpcv1.GetPrivatePathServiceGatewayAccountPolicyOptions{PrivatePathServiceGatewayID: offer, ID: created.ID}
	if policy := drive(t, getPolicy, 200, cloud.vpc.GetPrivatePathServiceGatewayAccountPolicy, get); *policy.AccessPolicy != "deny" {
		t.Errorf("the policy is %s", *policy.AccessPolicy)
	}
	remove := &vpcv1.DeletePrivatePathServiceGatewayAccountPolicyOptions{PrivatePathServiceGatewayID: offer, ID: created.ID}
	drive(t, deletePolicy, 204, bare(cloud.vpc.DeletePrivatePathServiceGatewayAccountPolicy), remove)
	refuse(t, deletePolicy, 404, "not_found", bare(cloud.vpc.DeletePrivatePathServiceGatewayAccountPolicy), remove)
	refuse(t, getPolicy, 404, "not_found", cloud.vpc.GetPrivatePathServiceGatewayAccountPolicy, get)
}

// consume publishes an offer and has the other account make a gateway to it, which is gone at the end of the test.
func consume(t *testing.T, offer *string) *vpcv1.EndpointGateway {
	t.Helper()
	client := vpcWithKey(t, cloud.env.OtherAPIKey)
	drive(t, publish, 204, bare(cloud.vpc.PublishPrivatePathServiceGateway), &vpcv1.PublishPrivatePathServiceGatewayOptions{PrivatePathServiceGatewayID: offer})
	shown := drive(t, getPrivatePath, 200, cloud.vpc.GetPrivatePathServiceGateway, &vpcv1.GetPrivatePathServiceGatewayOptions{ID: offer})
	gateway := drive(t, "create_endpoint_gateway", 201, client.CreateEndpointGateway, &vpcv1.CreateEndpointGatewayOptions{
		VPC:    &vpcv1.VPCIdentityByID{ID: &cloud.env.ForeignVPC},
		Target: privatePathTarget(shown.CRN),
	})
	t.Cleanup(func() {
		drive(t, "delete_endpoint_gateway", 204, bare(client.DeleteEndpointGateway), &vpcv1.DeleteEndpointGatewayOptions{ID: gateway.ID})
		untilGone(t, "get_endpoint_gateway", "lifecycle_state", client.GetEndpointGateway, &vpcv1.GetEndpointGatewayOptions{ID: gateway.ID})
	})
	remote := gateway.Target.(*vpcv1.EndpointGatewayTarget).Remote
	if remote == nil || *remote.Account.ID != cloud.env.Account {
		t.Errorf("the target's owner is %v", remote)
	}
	if *gateway.LifecycleReasons[0].Code != "access_pending" {
		t.Errorf("the gateway waits for %v", gateway.LifecycleReasons)
	}
	return gateway
}

// newGatewayTo makes a gateway of our own account to an offer; it waits for a review.
func newGatewayTo(t *testing.T, offer *vpcv1.PrivatePathServiceGateway) *vpcv1.EndpointGateway {
	t.Helper()
	gateway := drive(t, "create_endpoint_gateway", 201, cloud.vpc.CreateEndpointGateway, &vpcv1.CreateEndpointGatewayOptions{
		VPC:    &vpcv1.VPCIdentityByID{ID: &cloud.env.OtherVPC},
		Target: privatePathTarget(offer.CRN),
	})
	t.Cleanup(func() { deleteGateway(t, gateway.ID) })
	return gateway
}

func privatePathTarget(crn *string) vpcv1.EndpointGatewayTargetPrototypeIntf {
	return &vpcv1.EndpointGatewayTargetPrototypeEndpointGatewayTargetResourceTypePrivatePathServiceGatewayPrototype{
		CRN:          crn,
		ResourceType: ptr("private_path_service_gateway"),
	}
}

func listRequests(t *testing.T, options *vpcv1.ListPrivatePathServiceGatewayEndpointGatewayBindingsOptions) []vpcv1.PrivatePathServiceGatewayEndpointGatewayBinding {
	t.Helper()
	return drive(t, listAccess, 200, cloud.vpc.ListPrivatePathServiceGatewayEndpointGatewayBindings, options).EndpointGatewayBindings
}

func requestID(one vpcv1.PrivatePathServiceGatewayEndpointGatewayBinding) *string { return one.ID }
