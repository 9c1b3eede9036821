package contract

import (
	"net/http"
	"testing"
	"time"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

// Fact sheet 4.4: 429 and 5xx in the shape that the SDK core retries, after Retry-After when there is one.
func TestThrottledAndUnavailable(t *testing.T) {
	fault := func(status int) map[string]any {
		return map[string]any{"operation": "list_vpcs", "times": 1, "status": status, "retryAfter": 1}
	}
	t.Run("429", func(t *testing.T) {
		admin(t, http.MethodPost, "/faults", fault(429))
		refuse(t, "list_vpcs", 429, "rate_limit_exceeded", cloud.vpc.ListVpcs, &vpcv1.ListVpcsOptions{})
	})
	t.Run("503", func(t *testing.T) {
		admin(t, http.MethodPost, "/faults", fault(503))
		refuse(t, "list_vpcs", 503, "backend_service_unavailable", cloud.vpc.ListVpcs, &vpcv1.ListVpcsOptions{})
	})
	t.Run("retried by the SDK", func(t *testing.T) {
		admin(t, http.MethodPost, "/faults", fault(429))
		client := vpcWithKey(t, cloud.env.APIKey)
		client.Service.EnableRetries(1, time.Second)
		_, _, err := client.ListVpcs(&vpcv1.ListVpcsOptions{})
		seen := cloud.services.Take()
		if err != nil || len(seen) != 2 || seen[0].Status != 429 || seen[1].Status != 200 {
			t.Errorf("%v after %v", err, seen)
		}
		if len(seen) > 0 && seen[0].Header.Get("Retry-After") != "1" {
			t.Errorf("Retry-After is %q", seen[0].Header.Get("Retry-After"))
		}
	})
}

// Rule R24: while one create of a VPC is being processed, another is refused. The simulator's clock stands still
// meanwhile, so that this does not depend on who is faster.
func TestVPCLock(t *testing.T) {
	admin(t, http.MethodPost, "/clock/freeze", nil)
	other, err := connect(cloud.env)
	if err != nil {
		t.Fatal(err)
	}
	created := make(chan *vpcv1.EndpointGateway, 1)
	go func() {
		gateway, _, err := other.vpc.CreateEndpointGateway(&vpcv1.CreateEndpointGatewayOptions{VPC: vpcByID(), Target: target(0)})
		if err != nil {
			t.Error(err)
		}
		created <- gateway
	}()
	until(t, "the first create is under way", func() (struct{}, bool) {
		list := drive(t, "list_endpoint_gateways", 200, cloud.vpc.ListEndpointGateways, &vpcv1.ListEndpointGatewaysOptions{})
		return struct{}{}, len(list.EndpointGateways) == 1
	})
	refuse(t, "create_endpoint_gateway", 409, "vpc_locked", cloud.vpc.CreateEndpointGateway, &vpcv1.CreateEndpointGatewayOptions{
		VPC:    vpcByID(),
		Target: target(1),
	})
	admin(t, http.MethodPost, "/clock/resume", nil)
	if gateway := <-created; gateway != nil {
		waitStable(t, gateway.ID)
		deleteGateway(t, gateway.ID)
	}
}
