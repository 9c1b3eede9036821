package contract

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/IBM/go-sdk-core/v5/core"
	"github.com/IBM/platform-services-go-sdk/resourcecontrollerv2"
	"github.com/IBM/platform-services-go-sdk/resourcemanagerv2"
)

// hpcs-network-policy 3.2: an instance is read by its GUID or its CRN.
func TestGetInstance(t *testing.T) {
	want := cloud.env.Instances[0]
	for _, id := range []string{want.GUID, want.CRN} {
		got := drive(t, "get_resource_instance", 200, cloud.controller.GetResourceInstance, &resourcecontrollerv2.GetResourceInstanceOptions{ID: &id})
		if *got.CRN != want.CRN || *got.GUID != want.GUID || *got.Name != want.Name || *got.State != "active" {
			t.Errorf("%s %s %s %s", *got.CRN, *got.GUID, *got.Name, *got.State)
		}
		if got.Extensions["virtual_private_endpoints"] == nil || *got.ResourceGroupID != cloud.env.ResourceGroup {
			t.Errorf("extensions %v, resource group %s", got.Extensions, *got.ResourceGroupID)
		}
	}
}

// Pages follow by the start token in next_url, a path; on the last page that is null.
func TestListInstances(t *testing.T) {
	var got, want []string
	options := &resourcecontrollerv2.ListResourceInstancesOptions{Limit: ptr[int64](2)}
	for {
		page := drive(t, "list_resource_instances", 200, cloud.controller.ListResourceInstances, options)
		if *page.RowsCount != int64(len(page.Resources)) {
			t.Errorf("rows_count %d, %d instances", *page.RowsCount, len(page.Resources))
		}
		got = append(got, idsOf(page.Resources, func(instance resourcecontrollerv2.ResourceInstance) *string { return instance.CRN })...)
		if page.NextURL == nil {
			break
		}
		start, err := core.GetQueryParam(page.NextURL, "start")
		if err != nil || start == nil {
			t.Fatalf("next_url is %q", *page.NextURL)
		}
		options.Start = start
	}
	for _, instance := range cloud.env.Instances {
		want = append(want, instance.CRN)
	}
	sameSet(t, got, want)
	list := drive(t, "list_resource_instances", 200, cloud.controller.ListResourceInstances, &resourcecontrollerv2.ListResourceInstancesOptions{
		Name: &cloud.env.Instances[0].Name, Type: ptr("service_instance"), State: ptr("active"),
	})
	if len(list.Resources) != 1 {
		t.Errorf("%d instances of one name", len(list.Resources))
	}
}

// hpcs-network-policy 5.1: Terraform looks the default group up before it creates anything.
func TestResourceGroups(t *testing.T) {
	list := func(options *resourcemanagerv2.ListResourceGroupsOptions) []string {
		t.Helper()
		options.AccountID = &cloud.env.Account
		found := drive(t, "list_resource_groups", 200, cloud.manager.ListResourceGroups, options)
		return idsOf(found.Resources, func(group resourcemanagerv2.ResourceGroup) *string { return group.ID })
	}
	sameSet(t, list(&resourcemanagerv2.ListResourceGroupsOptions{}), []string{cloud.env.ResourceGroup, cloud.env.Team})
	sameList(t, list(&resourcemanagerv2.ListResourceGroupsOptions{Default: ptr(true)}), []string{cloud.env.ResourceGroup})
	sameList(t, list(&resourcemanagerv2.ListResourceGroupsOptions{Name: ptr("team")}), []string{cloud.env.Team})
}

func TestResourcesRefused(t *testing.T) {
	refuseResource(t, "get_resource_instance", 404, cloud.controller.GetResourceInstance, &resourcecontrollerv2.GetResourceInstanceOptions{ID: ptr("none")})
	refuseResource(t, "list_resource_instances", 400, cloud.controller.ListResourceInstances, &resourcecontrollerv2.ListResourceInstancesOptions{Limit: ptr[int64](101)})
	refuseResource(t, "list_resource_groups", 403, cloud.manager.ListResourceGroups, &resourcemanagerv2.ListResourceGroupsOptions{AccountID: ptr("another")})
}

// resourceRefusal is the error body of Resource Controller and Manager (hpcs-network-policy 9.9).
type resourceRefusal struct {
	ErrorCode     string `json:"error_code"`
	Message       string `json:"message"`
	StatusCode    int    `json:"status_code"`
	TransactionID string `json:"transaction_id"`
}

func refuseResource[O, M any](t *testing.T, operation string, status int, call method[O, M], options *O) {
	t.Helper()
	_, response, err := call(options)
	seen := only(t, cloud.services, err)
	if err == nil {
		report.exchange(t, operation, seen, false, []string{fmt.Sprintf("accepted, want %d", status)})
		t.FailNow()
	}
	problems := statusProblems(response, seen, status)
	var body resourceRefusal
	if err := json.Unmarshal(seen.Body, &body); err != nil {
		problems = append(problems, err.Error())
	}
	if body.StatusCode != seen.Status || body.Message == "" || body.TransactionID != seen.Header.Get("X-Request-Id") {
		problems = append(problems, fmt.Sprintf("the body is %s", seen.Body))
	}
	// In place of its message the core tells of credentials, whatever a 401 or 403 was about.
	if status != http.StatusUnauthorized && status != http.StatusForbidden && err.Error() != body.Message {
		problems = append(problems, fmt.Sprintf("the SDK's message is %q, the body's %q", err, body.Message))
	}
	report.exchange(t, operation, seen, false, problems)
}
