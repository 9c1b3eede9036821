package contract

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"

	"github.com/IBM/go-sdk-core/v5/core"
	"github.com/IBM/platform-services-go-sdk/globaltaggingv1"
	"github.com/IBM/vpc-go-sdk/vpcv1"

	"vpe-operator.io/contract/internal/record"
)

// cloud is the simulator as every test sees it.
var cloud *connection

// connection holds IBM's clients, set up as an application would, except that recorders see their traffic.
type connection struct {
	env     environment
	vpc     *vpcv1.VpcV1
	tagging *globaltaggingv1.GlobalTaggingV1
	platform
	// services records the calls of all services but IAM, iam the token calls that these cause.
	services *record.Recorder
	iam      *record.Recorder
}

func connect(env environment) (*connection, error) {
	transport, err := trusting(env.CA)
	if err != nil {
		return nil, err
	}
	c := &connection{
		env:      env,
		services: &record.Recorder{Base: transport},
		iam:      &record.Recorder{Base: transport},
	}
	authenticator, err := c.authenticator(env.APIKey)
	if err != nil {
		return nil, err
	}
	if c.vpc, err = c.newVPC(env.Endpoints.VPC, authenticator); err != nil {
		return nil, err
	}
	c.tagging, err = globaltaggingv1.NewGlobalTaggingV1(&globaltaggingv1.GlobalTaggingV1Options{
		URL:           env.Endpoints.Tagging,
		Authenticator: authenticator,
	})
	if err != nil {
		return nil, err
	}
	c.tagging.Service.SetHTTPClient(c.serviceClient())
	if c.platform, err = newPlatform(env.Endpoints, authenticator, c.serviceClient()); err != nil {
		return nil, err
	}
	return c, nil
}

// trusting returns a transport that trusts the simulator's authority and no other.
func trusting(pem string) (*http.Transport, error) {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(pem)) {
		return nil, errors.New("the simulator's CA is no PEM certificate")
	}
	return &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}, nil
}

func (c *connection) serviceClient() *http.Client {
	return &http.Client{Transport: c.services}
}

// authenticator exchanges an API key for tokens at the simulator's IAM.
func (c *connection) authenticator(apiKey string) (*core.IamAuthenticator, error) {
	return core.NewIamAuthenticatorBuilder().
		SetApiKey(apiKey).
		SetURL(c.env.Endpoints.IAM).
		SetClient(&http.Client{Transport: c.iam}).
		Build()
}

// newVPC returns a client with the API version date that this SDK release pins.
func (c *connection) newVPC(url string, authenticator core.Authenticator) (*vpcv1.VpcV1, error) {
	client, err := vpcv1.NewVpcV1(&vpcv1.VpcV1Options{URL: url, Authenticator: authenticator})
	if err != nil {
		return nil, err
	}
	client.Service.SetHTTPClient(c.serviceClient())
	return client, nil
}
