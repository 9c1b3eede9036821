package contract

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	kp "github.com/IBM/keyprotect-go-client"

	"vpe-operator.io/contract/internal/record"
)

const (
	getInstancePolicy = "get_instance_policy"
	putInstancePolicy = "put_instance_policy"
	getAllowedIPPort  = "get_allowed_ip_port"
	both              = "public-and-private"
	closed            = "private-only"
)

// keysAt returns IBM's client of one instance. It takes its tokens from the older name of the token operation, as it
// does by itself, but over HTTP, since it would not trust the simulator's authority there.
func keysAt(t *testing.T, url, apiKey, guid string) *kp.Client {
	t.Helper()
	client, err := kp.New(kp.ClientConfig{
		BaseURL:    url,
		APIKey:     apiKey,
		TokenURL:   cloud.env.PlainEndpoints.IAM + "/oidc/token",
		InstanceID: guid,
	}, cloud.services)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// insideKeys calls on the private side with every right.
func insideKeys(t *testing.T, guid string) *kp.Client {
	t.Helper()
	return keysAt(t, cloud.env.Endpoints.PrivateKeys, cloud.env.Keeper.APIKey, guid)
}

// hpcs-network-policy 1.6, 1.7, 9.3: HPCS and Key Protect alike.
func TestNetworkPolicy(t *testing.T) {
	for name, guid := range map[string]string{"HPCS": cloud.env.Keeper.HPCS, "Key Protect": cloud.env.Keeper.KeyProtect} {
		t.Run(name, func(t *testing.T) {
			client := insideKeys(t, guid)
			if never := networkPolicy(t, client); never != nil {
				t.Errorf("a policy that was never set reads %+v", never)
			}
			setNetwork(t, client, true, closed)
			got := networkPolicy(t, client)
			if !*got.PolicyData.Enabled || *got.PolicyData.Attributes.AllowedNetwork != closed || got.CreatedBy == "" {
				t.Errorf("%+v", got)
			}
			setNetwork(t, client, false, both)
			again := networkPolicy(t, client)
			if *again.PolicyData.Enabled || !again.CreatedAt.Equal(*got.CreatedAt) || again.UpdatedAt.Before(*got.UpdatedAt) {
				t.Errorf("%+v", again)
			}
		})
	}
}

// hpcs-network-policy 9.4: Terraform dereferences both dates of every policy.
func TestAllPolicies(t *testing.T) {
	client := insideKeys(t, cloud.env.Keeper.Older)
	err := client.SetInstancePolicies(context.Background(), kp.MultiplePolicies{
		AllowedNetwork:        &kp.AllowedNetworkPolicyData{Enabled: true, Network: both},
		DualAuthDelete:        &kp.BasicPolicyData{Enabled: true},
		Metrics:               &kp.BasicPolicyData{Enabled: false},
		Rotation:              &kp.RotationPolicyData{Enabled: true, IntervalMonth: ptr(6)},
		KeyCreateImportAccess: &kp.KeyCreateImportAccessInstancePolicy{Enabled: true},
	})
	wroteKeys(t, err)
	policies, err := client.GetInstancePolicies(context.Background())
	seen := readKeys(t, policies, err)
	if len(policies) != 5 {
		t.Errorf("%d policies: %s", len(policies), seen.Body)
	}
	for _, policy := range policies {
		if policy.CreatedAt == nil || policy.UpdatedAt == nil {
			t.Errorf("%s lacks a date", policy.PolicyType)
		}
	}
}

// hpcs-network-policy 1.9: a closed instance answers outside as it does to a caller without the role.
func TestClosedInstance(t *testing.T) {
	keeper := cloud.env.Keeper
	outside := keysAt(t, cloud.env.Endpoints.Keys, keeper.APIKey, keeper.Closed)
	reader := keysAt(t, cloud.env.Endpoints.PrivateKeys, keeper.ViewerAPIKey, keeper.Closed)
	for _, client := range []*kp.Client{outside, reader} {
		_, err := client.GetAllowedNetworkInstancePolicy(context.Background())
		refusedKeys(t, getInstancePolicy, 401, "", err)
		refusedKeys(t, putInstancePolicy, 401, "", client.SetAllowedNetworkInstancePolicy(context.Background(), true, both))
	}
	if got := networkPolicy(t, insideKeys(t, keeper.Closed)); *got.PolicyData.Attributes.AllowedNetwork != closed {
		t.Errorf("%+v", got)
	}
}

// hpcs-network-policy 6: callers are judged by their address, and there is a port for private ones while they are.
func TestAllowedIP(t *testing.T) {
	ctx, keeper := context.Background(), cloud.env.Keeper
	client := insideKeys(t, keeper.HPCS)
	_, err := client.GetAllowedIPPrivateNetworkPort(ctx)
	if seen := only(t, cloud.services, err); err == nil || seen.Status != 200 {
		t.Errorf("a port without a policy: %s (%v)", seen.Body, err)
	}
	wroteKeys(t, client.SetAllowedIPInstancePolicy(ctx, true, []string{"127.0.0.1/32"}))
	port, err := client.GetAllowedIPPrivateNetworkPort(ctx)
	seen := only(t, cloud.services, err)
	model := map[string]any{
		"metadata":  map[string]any{"collectionType": "application/vnd.ibm.kms.allowed_ip_metadata+json", "collectionTotal": 1},
		"resources": []map[string]any{{"private_endpoint_port": port}},
	}
	problems := keysProblems(seen, 200, err)
	found, err := differences(getAllowedIPPort, seen.Body, model)
	if err != nil {
		problems = append(problems, err.Error())
	}
	report.exchange(t, getAllowedIPPort, seen, true, append(problems, found...))
	policy, err := client.GetAllowedIPInstancePolicy(ctx)
	readKeys(t, []kp.InstancePolicy{*policy}, err)
	wroteKeys(t, client.SetAllowedIPInstancePolicy(ctx, false, nil))
	_, err = keysAt(t, cloud.env.Endpoints.PrivateKeys, keeper.ViewerAPIKey, keeper.HPCS).GetAllowedIPPrivateNetworkPort(ctx)
	refusedKeys(t, getAllowedIPPort, 401, "", err)
}

// hpcs-network-policy 1.8, 9.5.
func TestPolicyRefused(t *testing.T) {
	client := insideKeys(t, cloud.env.Keeper.HPCS)
	ctx := context.Background()
	refusedKeys(t, putInstancePolicy, 400, "INVALID_FIELD_ERR", client.SetAllowedNetworkInstancePolicy(ctx, true, "public-only"))
	// As the CLI does when it is told no network.
	refusedKeys(t, putInstancePolicy, 400, "MISSING_FIELD_ERR", client.SetAllowedNetworkInstancePolicy(ctx, false, ""))
	_, err := insideKeys(t, "no-uuid").GetAllowedNetworkInstancePolicy(ctx)
	refusedKeys(t, getInstancePolicy, 400, "", err)
	_, err = insideKeys(t, "00000000-0000-4000-8000-000000000000").GetAllowedNetworkInstancePolicy(ctx)
	refusedKeys(t, getInstancePolicy, 401, "", err)
}

func networkPolicy(t *testing.T, client *kp.Client) *kp.InstancePolicy {
	t.Helper()
	policy, err := client.GetAllowedNetworkInstancePolicy(context.Background())
	policies := []kp.InstancePolicy{}
	if policy != nil {
		policies = append(policies, *policy)
	}
	readKeys(t, policies, err)
	return policy
}

func setNetwork(t *testing.T, client *kp.Client, enabled bool, network string) {
	t.Helper()
	wroteKeys(t, client.SetAllowedNetworkInstancePolicy(context.Background(), enabled, network))
}

// readKeys holds the raw answer against the policies that the client made of it.
func readKeys(t *testing.T, policies []kp.InstancePolicy, callErr error) record.Exchange {
	t.Helper()
	seen := only(t, cloud.services, callErr)
	problems := keysProblems(seen, 200, callErr)
	model := kp.InstancePolicies{
		Metadata: kp.PoliciesMetadata{CollectionType: "application/vnd.ibm.kms.policy+json", NumberOfPolicies: len(policies)},
		Policies: policies,
	}
	found, err := differences(getInstancePolicy, seen.Body, model)
	if err != nil {
		problems = append(problems, err.Error())
	}
	report.exchange(t, getInstancePolicy, seen, true, append(problems, found...))
	return seen
}

// wroteKeys checks an answer without a body.
func wroteKeys(t *testing.T, callErr error) {
	t.Helper()
	seen := only(t, cloud.services, callErr)
	problems := keysProblems(seen, 204, callErr)
	if len(seen.Body) > 0 {
		problems = append(problems, fmt.Sprintf("a body: %.80s", seen.Body))
	}
	report.exchange(t, putInstancePolicy, seen, false, problems)
}

func keysProblems(seen record.Exchange, status int, callErr error) []string {
	var problems []string
	if callErr != nil {
		problems = append(problems, "the client refused the answer: "+callErr.Error())
	}
	if seen.Status != status {
		problems = append(problems, fmt.Sprintf("status %d, want %d", seen.Status, status))
	}
	if seen.Header.Get("Correlation-Id") == "" {
		problems = append(problems, "no correlation-id")
	}
	return problems
}

// keysRefusal is an error body of the key-management API (hpcs-network-policy 9.5).
type keysRefusal struct {
	Metadata struct {
		CollectionType  string `json:"collectionType"`
		CollectionTotal int    `json:"collectionTotal"`
	} `json:"metadata"`
	Resources []struct {
		ErrorMsg string `json:"errorMsg"`
	} `json:"resources"`
}

// refusedKeys checks that the client finds message and code in the body of an error; a 401 has no code.
func refusedKeys(t *testing.T, operation string, status int, code string, callErr error) {
	t.Helper()
	seen := only(t, cloud.services, callErr)
	var problems []string
	var refusal *kp.Error
	if !errors.As(callErr, &refusal) {
		report.exchange(t, operation, seen, false, []string{fmt.Sprintf("the client sees no error of the service in %v", callErr)})
		return
	}
	if refusal.StatusCode != status || seen.Status != status {
		problems = append(problems, fmt.Sprintf("status %d, the client's %d, want %d", seen.Status, refusal.StatusCode, status))
	}
	var body keysRefusal
	if err := json.Unmarshal(seen.Body, &body); err != nil || len(body.Resources) != 1 || body.Metadata.CollectionTotal != 1 {
		problems = append(problems, fmt.Sprintf("the body is %s (%v)", seen.Body, err))
	} else if refusal.Message != body.Resources[0].ErrorMsg {
		problems = append(problems, fmt.Sprintf("the client's message is %q", refusal.Message))
	}
	var codes []string
	for _, reason := range refusal.Reasons {
		codes = append(codes, reason.Code)
	}
	if want := fmt.Sprint(codesOf(code)); fmt.Sprint(codes) != want {
		problems = append(problems, fmt.Sprintf("codes %v, want %s", codes, want))
	}
	report.exchange(t, operation, seen, false, problems)
}

func codesOf(code string) []string {
	if code == "" {
		return nil
	}
	return []string{code}
}
