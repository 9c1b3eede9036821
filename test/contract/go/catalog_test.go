package contract

import (
	"fmt"
	"testing"

	"github.com/IBM/go-sdk-core/v5/core"
	"github.com/IBM/platform-services-go-sdk/catalogmanagementv1"
)

// Fact sheet 8: the catalogue is asked so by IBM's Terraform provider and CLI, and paged by the offset in next.
func TestServiceTargets(t *testing.T) {
	options := &catalogmanagementv1.SearchObjectsOptions{
		Query:  ptr(fmt.Sprintf("kind:vpe AND svc AND parent_id:%s", cloud.env.Region)),
		Digest: ptr(false),
		Limit:  ptr[int64](20),
	}
	var crns []string
	for pages := 1; ; pages++ {
		page := drive(t, "search_objects", 200, cloud.catalog.SearchObjects, options)
		crns = append(crns, idsOf(page.Resources, readTarget(t))...)
		if page.Next == nil {
			if pages < 2 || *page.TotalCount != int64(len(crns)) {
				t.Errorf("%d pages, total_count %d, %d objects", pages, *page.TotalCount, len(crns))
			}
			break
		}
		offset, err := core.GetQueryParamAsInt(page.Next, "offset")
		if err != nil || offset == nil || *offset != int64(len(crns)) {
			t.Fatalf("next is %q", *page.Next)
		}
		options.Offset = offset
	}
	sameSet(t, crns, cloud.env.Targets)
}

// readTarget checks what the clients read of an object, and returns its target.
func readTarget(t *testing.T) func(catalogmanagementv1.CatalogObject) *string {
	return func(object catalogmanagementv1.CatalogObject) *string {
		t.Helper()
		crn, _ := object.Data["service_crn"].(string)
		names, _ := object.Data["fully_qualified_domain_names"].([]any)
		if *object.Kind != "vpe" || *object.ParentID != cloud.env.Region || *object.Label == "" || len(names) == 0 || object.Data["endpoint_type"] == nil {
			t.Errorf("%+v", object)
		}
		return &crn
	}
}

func TestDigest(t *testing.T) {
	page := drive(t, "search_objects", 200, cloud.catalog.SearchObjects, &catalogmanagementv1.SearchObjectsOptions{
		Query: ptr("kind:vpe AND svc AND parent_id:eu-de"),
	})
	if len(page.Resources) == 0 || page.Resources[0].Data != nil {
		t.Errorf("%d objects, the first with data %v", len(page.Resources), page.Resources[0].Data)
	}
}

func TestCatalogRefused(t *testing.T) {
	refuse(t, "search_objects", 400, "bad_request", cloud.catalog.SearchObjects, &catalogmanagementv1.SearchObjectsOptions{Query: ptr("kind:offering")})
}
