package contract

import (
	"fmt"
	"strings"
	"testing"

	"github.com/IBM/platform-services-go-sdk/globaltaggingv1"
	"github.com/IBM/vpc-go-sdk/vpcv1"
)

func TestUserTags(t *testing.T) {
	gateway := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(0)})
	t.Run("attach", func(t *testing.T) {
		attach(t, gateway.CRN, &globaltaggingv1.AttachTagOptions{TagNames: []string{"team:storage", "env:prod"}})
		attach(t, gateway.CRN, &globaltaggingv1.AttachTagOptions{TagName: ptr("single")})
		sameSet(t, tagsOf(t, gateway.CRN), []string{"env:prod", "single", "team:storage"})
	})
	t.Run("attach again", func(t *testing.T) {
		attach(t, gateway.CRN, &globaltaggingv1.AttachTagOptions{TagNames: []string{"env:prod"}})
		sameSet(t, tagsOf(t, gateway.CRN), []string{"env:prod", "single", "team:storage"})
	})
	t.Run("update one key", func(t *testing.T) {
		attach(t, gateway.CRN, &globaltaggingv1.AttachTagOptions{TagNames: []string{"env:test"}, Update: ptr(true)})
		sameSet(t, tagsOf(t, gateway.CRN), []string{"env:test", "single", "team:storage"})
	})
	t.Run("page by page", func(t *testing.T) {
		var all []string
		for offset := range int64(3) {
			list := drive(t, "list_tags", 200, cloud.tagging.ListTags, &globaltaggingv1.ListTagsOptions{
				AttachedTo: gateway.CRN, Providers: []string{"ghost"}, TagType: ptr("user"),
				Offset: ptr(offset), Limit: ptr[int64](1), OrderByName: ptr("asc"),
			})
			if *list.TotalCount != 3 || *list.Offset != offset || *list.Limit != 1 || len(list.Items) != 1 {
				t.Fatalf("total_count %d, offset %d, limit %d, %d items", *list.TotalCount, *list.Offset, *list.Limit, len(list.Items))
			}
			all = append(all, *list.Items[0].Name)
		}
		sameList(t, all, []string{"env:test", "single", "team:storage"})
	})
	t.Run("detach", func(t *testing.T) {
		result := drive(t, "detach_tag", 200, cloud.tagging.DetachTag, &globaltaggingv1.DetachTagOptions{
			Resources: resources(gateway.CRN), TagNames: []string{"single"}, TagType: ptr("user"),
		})
		allWell(t, result, gateway.CRN)
		sameSet(t, tagsOf(t, gateway.CRN), []string{"env:test", "team:storage"})
	})
	t.Run("in use", func(t *testing.T) { tagsInUse(t) })
	t.Run("replace", func(t *testing.T) {
		attach(t, gateway.CRN, &globaltaggingv1.AttachTagOptions{TagNames: []string{"only"}, Replace: ptr(true)})
		sameSet(t, tagsOf(t, gateway.CRN), []string{"only"})
	})
	t.Run("failure of one resource", func(t *testing.T) { partialFailure(t, gateway.CRN) })
	t.Run("refused", func(t *testing.T) { refuseTags(t, gateway.CRN) })
}

func attach(t *testing.T, crn *string, options *globaltaggingv1.AttachTagOptions) {
	t.Helper()
	options.Resources = resources(crn)
	options.TagType = ptr("user")
	allWell(t, drive(t, "attach_tag", 200, cloud.tagging.AttachTag, options), crn)
}

func tagsOf(t *testing.T, crn *string) []string {
	t.Helper()
	list := drive(t, "list_tags", 200, cloud.tagging.ListTags, &globaltaggingv1.ListTagsOptions{
		AttachedTo: crn,
		Providers:  []string{"ghost"},
		TagType:    ptr("user"),
	})
	return idsOf(list.Items, func(tag globaltaggingv1.Tag) *string { return tag.Name })
}

// tagsInUse lists the account's tags page by page, as one does who looks for resources by their tags.
func tagsInUse(t *testing.T) {
	t.Helper()
	inUse := accountTags(t, true)
	contains(t, inUse, "env:test", "team:storage")
	lacks(t, inUse, "single", "env:prod")
	// A tag outlives its last resource (9).
	contains(t, accountTags(t, false), "env:test", "team:storage", "single", "env:prod")
}

func accountTags(t *testing.T, attachedOnly bool) []string {
	t.Helper()
	var all []string
	for {
		list := drive(t, "list_tags", 200, cloud.tagging.ListTags, &globaltaggingv1.ListTagsOptions{
			Providers: []string{"ghost"}, TagType: ptr("user"), AttachedOnly: ptr(attachedOnly),
			Offset: ptr(int64(len(all))), Limit: ptr[int64](2),
		})
		if len(list.Items) == 0 {
			t.Fatalf("a page without tags after %d of %d", len(all), *list.TotalCount)
		}
		all = append(all, idsOf(list.Items, func(tag globaltaggingv1.Tag) *string { return tag.Name })...)
		if int64(len(all)) >= *list.TotalCount {
			return all
		}
	}
}

func resources(crns ...*string) []globaltaggingv1.Resource {
	list := make([]globaltaggingv1.Resource, len(crns))
	for i, crn := range crns {
		list[i] = globaltaggingv1.Resource{ResourceID: crn}
	}
	return list
}

func allWell(t *testing.T, got *globaltaggingv1.TagResults, crn *string) {
	t.Helper()
	if len(got.Results) != 1 || *got.Results[0].ResourceID != *crn || *got.Results[0].IsError {
		t.Errorf("results %+v", got.Results)
	}
}

// partialFailure: a 200 can hide failures of single resources (fact sheet 9).
func partialFailure(t *testing.T, crn *string) {
	unknown := ptr(fmt.Sprintf("crn:v1:bluemix:public:is:%s:a/%s::endpoint-gateway:%s", cloud.env.Region, cloud.env.Account, unknownID))
	for operation, results := range map[string]*globaltaggingv1.TagResults{
		"attach": drive(t, "attach_tag", 200, cloud.tagging.AttachTag, &globaltaggingv1.AttachTagOptions{
			Resources: resources(crn, unknown), TagNames: []string{"partly"}, TagType: ptr("user"),
		}),
		"detach": drive(t, "detach_tag", 200, cloud.tagging.DetachTag, &globaltaggingv1.DetachTagOptions{
			Resources: resources(crn, unknown), TagNames: []string{"partly"}, TagType: ptr("user"),
		}),
	} {
		if len(results.Results) != 2 {
			t.Fatalf("%s: %d results for 2 resources", operation, len(results.Results))
		}
		for _, result := range results.Results {
			if failed := *result.ResourceID == *unknown; *result.IsError != failed || failed && result.Message == nil {
				t.Errorf("%s: %+v", operation, result)
			}
		}
	}
}

func refuseTags(t *testing.T, crn *string) {
	attach := func(code, name string) {
		t.Helper()
		refuse(t, "attach_tag", 400, code, cloud.tagging.AttachTag, &globaltaggingv1.AttachTagOptions{
			Resources: resources(crn), TagNames: []string{name}, TagType: ptr("user"),
		})
	}
	attach("validation_failure", "no/slash")
	attach("validation_failed_min_length", "")
	attach("validation_failed_max_length", strings.Repeat("x", 129))
	refuse(t, "detach_tag", 400, "validation_required_field", cloud.tagging.DetachTag, &globaltaggingv1.DetachTagOptions{TagNames: []string{"x"}})
	// attached_to needs to be told where the resource lives (9).
	refuse(t, "list_tags", 400, "validation_required_field", cloud.tagging.ListTags, &globaltaggingv1.ListTagsOptions{AttachedTo: crn})
	refuse(t, "list_tags", 400, "validation_enum", cloud.tagging.ListTags, &globaltaggingv1.ListTagsOptions{TagType: ptr("own")})
}
