package contract

import (
	"strings"
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

func TestInstances(t *testing.T) {
	get := func(id string) *vpcv1.GetInstanceOptions {
		return &vpcv1.GetInstanceOptions{ID: &id}
	}
	t.Run("get", func(t *testing.T) {
		instance := drive(t, "get_instance", 200, cloud.vpc.GetInstance, get(cloud.env.VirtualServer))
		if *instance.ID != cloud.env.VirtualServer || *instance.VPC.ID != cloud.env.VPC || *instance.Zone.Name != zoneName(2) {
			t.Errorf("got %s in %s of %s", *instance.ID, *instance.Zone.Name, *instance.VPC.ID)
		}
		if !strings.HasSuffix(*instance.CRN, "::instance:"+cloud.env.VirtualServer) || *instance.ResourceGroup.ID != cloud.env.ResourceGroup {
			t.Errorf("got %s in %s", *instance.CRN, *instance.ResourceGroup.ID)
		}
	})
	t.Run("refused", func(t *testing.T) {
		refuse(t, "get_instance", 404, "not_found", cloud.vpc.GetInstance, get("0717_00000000-0000-4000-8000-000000000000"))
		// An instance of another account cannot be told from none.
		refuse(t, "get_instance", 404, "not_found", cloud.vpc.GetInstance, get(cloud.env.ForeignServer))
	})
}
