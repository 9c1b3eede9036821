package contract

import (
	"crypto/x509"
	"errors"
	"net/http"
	"testing"

	"github.com/IBM/vpc-go-sdk/vpcv1"
)

// Every other test speaks TLS; a person with curl need not.
func TestPlainHTTP(t *testing.T) {
	authenticator, err := cloud.authenticator(cloud.env.APIKey)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := cloud.newVPC(cloud.env.PlainEndpoints.VPC, authenticator)
	if err != nil {
		t.Fatal(err)
	}
	drive(t, "list_vpcs", 200, plain.ListVpcs, &vpcv1.ListVpcsOptions{})
}

// The certificates are the simulator's own: a client that was not told of its authority must refuse them.
func TestUnknownAuthority(t *testing.T) {
	response, err := (&http.Client{Transport: &http.Transport{}}).Get(cloud.env.Endpoints.VPC)
	if err == nil {
		_ = response.Body.Close()
		t.Fatal("a client without the simulator's CA was served")
	}
	if unknown := (x509.UnknownAuthorityError{}); !errors.As(err, &unknown) {
		t.Errorf("refused for another reason: %v", err)
	}
}
