package contract

import (
	"testing"

	policies "github.com/IBM/platform-services-go-sdk/iampolicymanagementv1"
)

const viewer = "crn:v1:bluemix:public:iam::::role:Viewer"

// policyClient manages policies in the name of whoever has the key.
func policyClient(t *testing.T, apiKey string) *policies.IamPolicyManagementV1 {
	t.Helper()
	authenticator, err := cloud.authenticator(apiKey)
	if err != nil {
		t.Fatal(err)
	}
	client, err := policies.NewIamPolicyManagementV1(&policies.IamPolicyManagementV1Options{
		URL: cloud.env.Endpoints.IAM, Authenticator: authenticator,
	})
	if err != nil {
		t.Fatal(err)
	}
	client.Service.SetHTTPClient(cloud.serviceClient())
	return client
}

// source is the account whose gateways are let in: any that is not ours.
const source = "0123456789abcdef0123456789abcdef"

func subjects() []policies.PolicySubject {
	attribute := func(name, value string) policies.SubjectAttribute {
		return policies.SubjectAttribute{Name: &name, Value: &value}
	}
	return []policies.PolicySubject{{Attributes: []policies.SubjectAttribute{
		attribute("accountId", source), attribute("serviceName", "is"), attribute("resourceType", "endpoint-gateway"),
	}}}
}

func policyResources(service string) []policies.PolicyResource {
	return []policies.PolicyResource{{Attributes: []policies.ResourceAttribute{
		{Name: ptr("accountId"), Value: ptr(cloud.env.Account)}, {Name: ptr("serviceName"), Value: ptr(service)},
	}}}
}

func roles() []policies.PolicyRole {
	return []policies.PolicyRole{{RoleID: ptr(viewer)}}
}

func creation(service string) *policies.CreatePolicyOptions {
	return &policies.CreatePolicyOptions{
		Type: ptr("authorization"), Subjects: subjects(), Roles: roles(), Resources: policyResources(service),
	}
}

// etag is what the last answer of an operation was headed with.
func etag(t *testing.T, client *policies.IamPolicyManagementV1, id *string) *string {
	t.Helper()
	_, response, err := client.GetPolicy(&policies.GetPolicyOptions{PolicyID: id})
	only(t, cloud.services, err)
	return ptr(response.GetHeaders().Get("ETag"))
}

func TestPoliciesV1(t *testing.T) {
	client := policyClient(t, cloud.env.APIKey)
	policy := drive(t, "create_policy", 201, client.CreatePolicy, creation("kms"))
	stale := etag(t, client, policy.ID)
	t.Run("refused", func(t *testing.T) {
		refusePolicy(t, "create_policy", 409, "policy_conflict_error", client.CreatePolicy, creation("kms"))
		other := policyClient(t, cloud.env.OtherAPIKey)
		refusePolicy(t, "create_policy", 403, "insufficent_permissions", other.CreatePolicy, creation("kms"))
		refusePolicy(t, "get_policy", 404, "policy_not_found", other.GetPolicy, &policies.GetPolicyOptions{PolicyID: policy.ID})
		refusePolicy(t, "delete_policy", 404, "policy_not_found", bare(other.DeletePolicy), &policies.DeletePolicyOptions{PolicyID: policy.ID})
		none := &policies.ListPoliciesOptions{AccountID: &cloud.env.Account, State: ptr("unheard-of")}
		refusePolicy(t, "list_policies", 400, "missing_required_query_parameter", client.ListPolicies, none)
	})
	replaced := drive(t, "replace_policy", 200, client.ReplacePolicy, &policies.ReplacePolicyOptions{
		PolicyID: policy.ID, IfMatch: stale, Type: ptr("authorization"), Description: ptr("of the contract"),
		Subjects: subjects(), Roles: roles(), Resources: policyResources("hs-crypto"),
	})
	if *replaced.Description != "of the contract" || *replaced.Resources[0].Attributes[1].Value != "hs-crypto" {
		t.Errorf("replaced by %+v", replaced)
	}
	refusePolicy(t, "replace_policy", 409, "policy_conflict_error", client.ReplacePolicy, &policies.ReplacePolicyOptions{
		PolicyID: policy.ID, IfMatch: stale, Type: ptr("authorization"),
		Subjects: subjects(), Roles: roles(), Resources: policyResources("kms"),
	})
	drive(t, "get_policy", 200, client.GetPolicy, &policies.GetPolicyOptions{PolicyID: policy.ID})
	drive(t, "delete_policy", 204, bare(client.DeletePolicy), &policies.DeletePolicyOptions{PolicyID: policy.ID})
	if listed := listedV1(t, client, "active"); listed[*policy.ID] {
		t.Error("a deleted policy is listed")
	}
	if listed := listedV1(t, client, "deleted"); !listed[*policy.ID] {
		t.Error("a deleted policy is not listed as such")
	}
	refusePolicy(t, "update_policy_state", 409, "policy_conflict_error", client.UpdatePolicyState, &policies.UpdatePolicyStateOptions{
		PolicyID: policy.ID, IfMatch: stale, State: ptr("active"),
	})
	restored := drive(t, "update_policy_state", 200, client.UpdatePolicyState, &policies.UpdatePolicyStateOptions{
		PolicyID: policy.ID, IfMatch: etag(t, client, policy.ID), State: ptr("active"),
	})
	if *restored.State != "active" || !listedV1(t, client, "active")[*policy.ID] {
		t.Errorf("state %s after it was put back", *restored.State)
	}
}

func listedV1(t *testing.T, client *policies.IamPolicyManagementV1, state string) map[string]bool {
	t.Helper()
	list := drive(t, "list_policies", 200, client.ListPolicies, &policies.ListPoliciesOptions{
		AccountID: &cloud.env.Account, Type: ptr("authorization"), State: &state,
	})
	listed := map[string]bool{}
	for _, policy := range list.Policies {
		listed[*policy.ID] = true
	}
	return listed
}

func attributesV2(pairs ...string) (subject []policies.V2PolicySubjectAttribute, resource []policies.V2PolicyResourceAttribute) {
	for index := 0; index < len(pairs); index += 2 {
		key, value := pairs[index], pairs[index+1]
		subject = append(subject, policies.V2PolicySubjectAttribute{Key: &key, Operator: ptr("stringEquals"), Value: value})
		resource = append(resource, policies.V2PolicyResourceAttribute{Key: &key, Operator: ptr("stringEquals"), Value: value})
	}
	return subject, resource
}

func TestPoliciesV2(t *testing.T) {
	client := policyClient(t, cloud.env.APIKey)
	who, _ := attributesV2("accountId", source, "serviceName", "is", "resourceType", "endpoint-gateway")
	_, what := attributesV2("accountId", cloud.env.Account, "serviceName", "cloud-object-storage")
	control := &policies.Control{Grant: &policies.Grant{Roles: []policies.Roles{{RoleID: ptr(viewer)}}}}
	create := &policies.CreateV2PolicyOptions{
		Type: ptr("authorization"), Control: control,
		Subject: &policies.V2PolicySubject{Attributes: who}, Resource: &policies.V2PolicyResource{Attributes: what},
	}
	policy := drive(t, "create_v2_policy", 201, client.CreateV2Policy, create)
	refusePolicy(t, "create_v2_policy", 409, "policy_conflict_error", client.CreateV2Policy, create)
	read := drive(t, "get_v2_policy", 200, client.GetV2Policy, &policies.GetV2PolicyOptions{ID: policy.ID})
	if *read.State != "active" {
		t.Errorf("state %s", *read.State)
	}
	// The same policy in the other form.
	if inV1 := drive(t, "get_policy", 200, client.GetPolicy, &policies.GetPolicyOptions{PolicyID: policy.ID}); *inV1.Roles[0].RoleID != viewer {
		t.Errorf("role %s", *inV1.Roles[0].RoleID)
	}
	replace := &policies.ReplaceV2PolicyOptions{
		ID: policy.ID, IfMatch: etag(t, client, policy.ID), Type: ptr("authorization"), Control: control,
		Description: ptr("of the contract"), Subject: create.Subject, Resource: create.Resource,
	}
	drive(t, "replace_v2_policy", 200, client.ReplaceV2Policy, replace)
	refusePolicy(t, "replace_v2_policy", 409, "policy_conflict_error", client.ReplaceV2Policy, replace)
	list := drive(t, "list_v2_policies", 200, client.ListV2Policies, &policies.ListV2PoliciesOptions{
		AccountID: &cloud.env.Account, Type: ptr("authorization"),
	})
	if len(list.Policies) == 0 {
		t.Error("nothing is listed")
	}
	unheardOf := &policies.ListV2PoliciesOptions{AccountID: &cloud.env.Account, State: ptr("unheard-of")}
	refusePolicy(t, "list_v2_policies", 400, "missing_required_query_parameter", client.ListV2Policies, unheardOf)
	drive(t, "delete_v2_policy", 204, bare(client.DeleteV2Policy), &policies.DeleteV2PolicyOptions{ID: policy.ID})
	nobody := ptr("00000000-0000-4000-8000-000000000000")
	refusePolicy(t, "get_v2_policy", 404, "policy_not_found", client.GetV2Policy, &policies.GetV2PolicyOptions{ID: nobody})
	refusePolicy(t, "delete_v2_policy", 404, "policy_not_found", bare(client.DeleteV2Policy), &policies.DeleteV2PolicyOptions{ID: nobody})
}

// refusePolicy calls an operation that must fail, in the form of the SDK's ErrorResponse.
func refusePolicy[O, M any](t *testing.T, operation string, status int, code string, call method[O, M], options *O) {
	t.Helper()
	_, response, err := call(options)
	seen := only(t, cloud.services, err)
	problems := append(statusProblems(response, seen, status), statusRefusalProblems(seen, status, code, err)...)
	report.exchange(t, operation, seen, false, problems)
}
