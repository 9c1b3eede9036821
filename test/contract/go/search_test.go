package contract

import (
	"fmt"
	"testing"

	"github.com/IBM/platform-services-go-sdk/globalsearchv2"
	"github.com/IBM/platform-services-go-sdk/globaltaggingv1"
	"github.com/IBM/vpc-go-sdk/vpcv1"
)

// Fact sheet 8: IBM's Terraform provider finds instances that can be targets so.
const (
	targetInstances = "doc.extensions.virtual_private_endpoints.endpoints.ip_address:*"
	taggedGateways  = "family:is AND type:endpoint-gateway AND region:%s"
)

func TestSearchTargetInstances(t *testing.T) {
	result := drive(t, "search", 200, cloud.search.Search, &globalsearchv2.SearchOptions{
		Query: ptr(targetInstances),
		Fields: []string{
			"name", "region", "family", "type", "crn", "tags", "organization_guid",
			"doc.extensions", "doc.resource_group_id", "doc.space_guid", "resource_id",
		},
		Limit: ptr[int64](100),
	})
	instances := cloud.env.Instances
	var want []string
	for _, instance := range instances[:len(instances)-1] {
		want = append(want, instance.CRN)
	}
	sameSet(t, idsOf(result.Items, func(item globalsearchv2.ResultItem) *string { return item.CRN }), want)
	for _, item := range result.Items {
		doc, _ := item.GetProperty("doc").(map[string]any)
		extensions, _ := doc["extensions"].(map[string]any)
		endpoints, _ := extensions["virtual_private_endpoints"].(map[string]any)
		for _, name := range []string{"dns_domain", "dns_hosts", "endpoints", "origin_type", "ports"} {
			if endpoints[name] == nil {
				t.Errorf("%s: no %s in %v", *item.CRN, name, endpoints)
			}
		}
	}
}

// Fact sheet 9: Terraform reads the tags of one resource so, and fails when one of the arrays is missing.
func TestSearchTags(t *testing.T) {
	gateway := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(0)})
	attach(t, gateway.CRN, &globaltaggingv1.AttachTagOptions{TagNames: []string{"env:prod"}})
	result := drive(t, "search", 200, cloud.search.Search, &globalsearchv2.SearchOptions{
		Query:  ptr(fmt.Sprintf("crn:\"%s\"", *gateway.CRN)),
		Fields: []string{"access_tags", "tags", "service_tags"},
	})
	if len(result.Items) != 1 {
		t.Fatalf("%d items", len(result.Items))
	}
	for name, want := range map[string]int{"access_tags": 0, "tags": 1, "service_tags": 0} {
		if tags, ok := result.Items[0].GetProperty(name).([]any); !ok || len(tags) != want {
			t.Errorf("%s: %v", name, result.Items[0].GetProperty(name))
		}
	}
}

// The cursor is all that a following page needs; an empty page has none.
func TestSearchPages(t *testing.T) {
	var want, got []string
	for i := range 3 {
		want = append(want, *newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(i)}).CRN)
	}
	options := &globalsearchv2.SearchOptions{
		Query:     ptr(fmt.Sprintf(taggedGateways, cloud.env.Region)),
		Fields:    []string{"*"},
		AccountID: ptr(cloud.env.Account),
		Limit:     ptr[int64](2),
	}
	for {
		page := drive(t, "search", 200, cloud.search.Search, options)
		if *page.Limit != 2 {
			t.Errorf("limit %d", *page.Limit)
		}
		got = append(got, idsOf(page.Items, func(item globalsearchv2.ResultItem) *string { return item.CRN })...)
		if len(page.Items) == 0 {
			if page.SearchCursor != nil {
				t.Error("an empty page with a cursor")
			}
			break
		}
		options = &globalsearchv2.SearchOptions{SearchCursor: page.SearchCursor, Limit: ptr[int64](2)}
	}
	sameSet(t, got, want)
}

func TestSearchRefused(t *testing.T) {
	refuse(t, "search", 400, "bad_request", cloud.search.Search, &globalsearchv2.SearchOptions{SearchCursor: ptr("forged")})
	refuse(t, "search", 400, "validation_max_value", cloud.search.Search, &globalsearchv2.SearchOptions{Limit: ptr[int64](1001)})
}
