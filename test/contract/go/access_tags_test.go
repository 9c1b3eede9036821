package contract

import (
	"testing"

	"github.com/IBM/platform-services-go-sdk/globaltaggingv1"
	"github.com/IBM/vpc-go-sdk/vpcv1"
)

// Fact sheet 9: access tags must exist before they can be attached, and are apart from user tags.
func TestAccessTags(t *testing.T) {
	gateway := newGateway(t, &vpcv1.CreateEndpointGatewayOptions{Target: target(0)})
	// The SDK's model of a list loses an empty one, so each kind has a tag that stays.
	attach(t, gateway.CRN, &globaltaggingv1.AttachTagOptions{TagNames: []string{"stays"}})
	createAccess(t, "project:stays", false)
	allWell(t, attachAccess(t, gateway.CRN, "project:stays"), gateway.CRN)
	t.Run("attach before it exists", func(t *testing.T) {
		results := attachAccess(t, gateway.CRN, "project:secret").Results
		if len(results) != 1 || !*results[0].IsError || results[0].Message == nil {
			t.Errorf("%+v", results)
		}
		sameList(t, accessTagsOf(t, gateway.CRN), []string{"project:stays"})
	})
	t.Run("create", func(t *testing.T) {
		createAccess(t, "project:secret", false)
		createAccess(t, "project:secret", true)
	})
	t.Run("attach and detach", func(t *testing.T) {
		allWell(t, attachAccess(t, gateway.CRN, "project:secret"), gateway.CRN)
		sameSet(t, accessTagsOf(t, gateway.CRN), []string{"project:secret", "project:stays"})
		sameList(t, tagsOf(t, gateway.CRN), []string{"stays"})
		result := drive(t, "detach_tag", 200, cloud.tagging.DetachTag, &globaltaggingv1.DetachTagOptions{
			Resources: resources(gateway.CRN), TagNames: []string{"project:secret"}, TagType: ptr("access"),
		})
		allWell(t, result, gateway.CRN)
		sameList(t, accessTagsOf(t, gateway.CRN), []string{"project:stays"})
	})
	t.Run("refused", func(t *testing.T) {
		refuse(t, "create_tag", 400, "validation_failure", cloud.tagging.CreateTag, &globaltaggingv1.CreateTagOptions{
			TagNames: []string{"no-value"}, TagType: ptr("access"),
		})
	})
}

// createAccess creates a tag; a tag that exists is an error inside the 200.
func createAccess(t *testing.T, tag string, wantError bool) {
	t.Helper()
	created := drive(t, "create_tag", 200, cloud.tagging.CreateTag, &globaltaggingv1.CreateTagOptions{
		TagNames: []string{tag}, TagType: ptr("access"),
	})
	if len(created.Results) != 1 || *created.Results[0].TagName != tag || *created.Results[0].IsError != wantError {
		t.Errorf("%+v", created.Results)
	}
}

func attachAccess(t *testing.T, crn *string, tag string) *globaltaggingv1.TagResults {
	t.Helper()
	return drive(t, "attach_tag", 200, cloud.tagging.AttachTag, &globaltaggingv1.AttachTagOptions{
		Resources: resources(crn), TagNames: []string{tag}, TagType: ptr("access"),
	})
}

func accessTagsOf(t *testing.T, crn *string) []string {
	t.Helper()
	list := drive(t, "list_tags", 200, cloud.tagging.ListTags, &globaltaggingv1.ListTagsOptions{
		AttachedTo: crn, Providers: []string{"ghost"}, TagType: ptr("access"),
	})
	return idsOf(list.Items, func(tag globaltaggingv1.Tag) *string { return tag.Name })
}
