package contract

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/IBM/go-sdk-core/v5/core"

	"vpe-operator.io/contract/internal/record"
)

const (
	createAccessToken = "create_access_token"
	createIAMToken    = "create_iam_token"
)

func instanceAuthenticator(t *testing.T, version string, lifetime int, one profile) *core.VpcInstanceAuthenticator {
	t.Helper()
	authenticator, err := core.NewVpcInstanceAuthenticatorBuilder().
		SetServiceVersion(version).
		SetTokenLifetime(lifetime).
		SetIAMProfileID(one.ID).
		SetIAMProfileCRN(one.CRN).
		SetURL(cloud.env.Endpoints.Metadata).
		SetClient(&http.Client{Transport: cloud.iam}).
		Build()
	if err != nil {
		t.Fatal(err)
	}
	return authenticator
}

func TestInstanceIdentity(t *testing.T) {
	chosen := map[string]profile{
		"default profile": {},
		"profile by id":   {ID: cloud.env.Profile.ID},
		"profile by CRN":  {CRN: cloud.env.Profile.CRN},
	}
	for _, version := range []string{"2022-03-01", "2025-08-26"} {
		for name, one := range chosen {
			t.Run(version+" "+name, func(t *testing.T) {
				token, err := instanceAuthenticator(t, version, 600, one).RequestToken()
				seen := cloud.iam.Take()
				if err != nil || len(seen) != 2 {
					t.Fatalf("%d exchanges: %v", len(seen), err)
				}
				report.exchange(t, createAccessToken, seen[0], false, instanceTokenProblems(seen[0], 600))
				report.exchange(t, createIAMToken, seen[1], false, instanceTokenProblems(seen[1], token.ExpiresIn))
				checkClaims(t, token.AccessToken, token.Expiration, "urn:ibm:params:oauth:grant-type:cr-token")
			})
		}
	}
}

// instanceTokenProblems checks the four members that both answers have (hpcs-network-policy 9.12); the SDK's model of
// them is its own.
func instanceTokenProblems(seen record.Exchange, lifetime int64) []string {
	var answer struct {
		AccessToken string    `json:"access_token"`
		CreatedAt   time.Time `json:"created_at"`
		ExpiresAt   time.Time `json:"expires_at"`
		ExpiresIn   int64     `json:"expires_in"`
	}
	decoder := json.NewDecoder(strings.NewReader(string(seen.Body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&answer); err != nil {
		return []string{err.Error()}
	}
	var problems []string
	if seen.Status != http.StatusOK || answer.AccessToken == "" {
		problems = append(problems, fmt.Sprintf("status %d, %d characters of a token", seen.Status, len(answer.AccessToken)))
	}
	if answer.ExpiresIn != lifetime || answer.ExpiresAt.Sub(answer.CreatedAt).Round(time.Second) != time.Duration(lifetime)*time.Second {
		problems = append(problems, fmt.Sprintf("from %s to %s, expires_in %d", answer.CreatedAt, answer.ExpiresAt, answer.ExpiresIn))
	}
	return problems
}

func TestInstanceIdentityRefused(t *testing.T) {
	t.Run("too long a life", func(t *testing.T) {
		refuseInstance(t, instanceAuthenticator(t, "2025-08-26", 3601, profile{}), createAccessToken, "invalid_value")
	})
	t.Run("a profile that is not linked", func(t *testing.T) {
		strange := profile{ID: cloud.env.StrangeProfile}
		refuseInstance(t, instanceAuthenticator(t, "2022-03-01", 300, strange), createIAMToken, "profile_not_linked")
	})
}

// refuseInstance expects the last exchange to fail in the form of hpcs-network-policy 8.3.
func refuseInstance(t *testing.T, authenticator *core.VpcInstanceAuthenticator, operation, code string) {
	t.Helper()
	_, err := authenticator.RequestToken()
	seen := onlyToken(t, err)
	report.exchange(t, operation, seen, false, statusRefusalProblems(seen, http.StatusBadRequest, code, err))
}

// statusRefusalProblems checks an error body that repeats the status, and that its message reached the caller.
func statusRefusalProblems(seen record.Exchange, status int, code string, callErr error) []string {
	var body struct {
		refusal
		StatusCode int `json:"status_code"`
	}
	decoder := json.NewDecoder(strings.NewReader(string(seen.Body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		return []string{fmt.Sprintf("no error body: %v: %.80s", err, seen.Body)}
	}
	var problems []string
	if seen.Status != status || body.StatusCode != status || body.Trace != seen.Header.Get("X-Request-Id") {
		problems = append(problems, fmt.Sprintf("status %d, status_code %d, trace %q", seen.Status, body.StatusCode, body.Trace))
	}
	switch {
	case callErr == nil:
		problems = append(problems, fmt.Sprintf("accepted, want %d %s", status, code))
	case len(body.Errors) != 1 || body.Errors[0].Code != code:
		problems = append(problems, fmt.Sprintf("%+v, want code %s", body.Errors, code))
	case !strings.Contains(callErr.Error(), body.Errors[0].Message):
		problems = append(problems, fmt.Sprintf("the SDK's message is %q, the body's %q", callErr, body.Errors[0].Message))
	}
	return problems
}
