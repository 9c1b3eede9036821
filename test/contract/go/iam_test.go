package contract

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/IBM/go-sdk-core/v5/core"
	"github.com/IBM/vpc-go-sdk/vpcv1"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"vpe-operator.io/contract/internal/record"
)

const (
	getToken = "get_token_api_key"
	getKeys  = "get_keys"
)

// accessClaims are the claims that clients read (fact sheet hpcs-network-policy 8.1).
type accessClaims struct {
	jwt.Claims
	ID         string `json:"id"`
	IAMID      string `json:"iam_id"`
	Identifier string `json:"identifier"`
	GrantType  string `json:"grant_type"`
	Scope      string `json:"scope"`
	Account    struct {
		BSS   string `json:"bss"`
		Valid bool   `json:"valid"`
	} `json:"account"`
}

func TestTokenFromAPIKey(t *testing.T) {
	authenticator, err := cloud.authenticator(cloud.env.APIKey)
	if err != nil {
		t.Fatal(err)
	}
	before := time.Now()
	token, err := authenticator.RequestToken()
	seen := onlyToken(t, err)
	if err != nil {
		report.exchange(t, getToken, seen, false, []string{"the SDK refused the answer: " + err.Error()})
		return
	}
	problems, err := differences(getToken, seen.Body, token)
	if err != nil {
		problems = append(problems, err.Error())
	}
	if seen.Status != http.StatusOK {
		problems = append(problems, fmt.Sprintf("status %d, want 200", seen.Status))
	}
	problems = append(problems, tokenProblems(token, before)...)
	report.exchange(t, getToken, seen, true, problems)
	checkClaims(t, token.AccessToken, token.Expiration, "urn:ibm:params:oauth:grant-type:apikey")
}

func tokenProblems(token *core.IamTokenServerResponse, asked time.Time) []string {
	var problems []string
	if token.TokenType != "Bearer" || token.RefreshToken != "not_supported" {
		problems = append(problems, "token_type or refresh_token is not what hpcs-network-policy 8.1 says")
	}
	if token.ExpiresIn <= 0 || token.ExpiresIn > 3600 || token.Expiration < asked.Unix()+token.ExpiresIn-300 {
		problems = append(problems, fmt.Sprintf("expires_in %d, expiration %d", token.ExpiresIn, token.Expiration))
	}
	return problems
}

// checkClaims verifies the signature with the published keys before it believes a claim.
func checkClaims(t *testing.T, accessToken string, expiration int64, grant string) {
	t.Helper()
	parsed, err := jwt.ParseSigned(accessToken, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatalf("the access token is no RS256 JWT: %v", err)
	}
	var claims accessClaims
	if err := parsed.Claims(publishedKeys(t), &claims); err != nil {
		t.Fatalf("the access token's signature: %v", err)
	}
	if claims.Issuer != "https://iam.cloud.ibm.com/identity" {
		t.Errorf("iss %q", claims.Issuer)
	}
	if claims.Account.BSS != cloud.env.Account || !claims.Account.Valid {
		t.Errorf("account %+v, want bss %s", claims.Account, cloud.env.Account)
	}
	if claims.ID == "" || claims.IAMID == "" || claims.Subject == "" || claims.IssuedAt == nil {
		t.Errorf("claims lack id, iam_id, sub or iat: %+v", claims)
	}
	if claims.Expiry == nil || claims.Expiry.Time().Unix() != expiration {
		t.Errorf("exp %v, expiration %d", claims.Expiry, expiration)
	}
	if claims.GrantType != grant || claims.Scope != "ibm openid" {
		t.Errorf("grant_type %q, scope %q", claims.GrantType, claims.Scope)
	}
}

func publishedKeys(t *testing.T) *jose.JSONWebKeySet {
	t.Helper()
	response, err := (&http.Client{Transport: cloud.iam}).Get(cloud.env.Endpoints.IAM + "/identity/keys")
	seen := onlyToken(t, err)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var problems []string
	keys := &jose.JSONWebKeySet{}
	if err := json.Unmarshal(seen.Body, keys); err != nil {
		problems = append(problems, err.Error())
	}
	for _, key := range keys.Keys {
		if key.KeyID == "" || key.Algorithm != string(jose.RS256) || !key.IsPublic() || !key.Valid() {
			problems = append(problems, fmt.Sprintf("key %q with algorithm %q, public %t", key.KeyID, key.Algorithm, key.IsPublic()))
		}
	}
	if seen.Status != http.StatusOK || len(keys.Keys) == 0 {
		problems = append(problems, fmt.Sprintf("status %d with %d keys", seen.Status, len(keys.Keys)))
	}
	report.exchange(t, getKeys, seen, false, problems)
	return keys
}

func TestTokenRefused(t *testing.T) {
	t.Run("wrong API key", func(t *testing.T) {
		authenticator, err := cloud.authenticator("no-such-key")
		if err != nil {
			t.Fatal(err)
		}
		// A bad key is 400, not 401 (hpcs-network-policy 8.4).
		refuseToken(t, getToken, authenticator, "BXNIM0415E", "no-such-key")
	})
	t.Run("another grant", func(t *testing.T) {
		authenticator, err := core.NewIamAuthenticatorBuilder().
			SetRefreshToken("a-refresh-token").
			SetClientIDSecret("bx", "bx").
			SetURL(cloud.env.Endpoints.IAM).
			SetClient(&http.Client{Transport: cloud.iam}).
			Build()
		if err != nil {
			t.Fatal(err)
		}
		refuseToken(t, getToken, authenticator, "BXNIM0106E", "a-refresh-token")
	})
}

// refuseToken calls the VPC API with an authenticator that cannot get a token, and expects IAM's own error body
// (hpcs-network-policy 8.4) to reach the caller without the secret.
func refuseToken(t *testing.T, operation string, authenticator core.Authenticator, code, secret string) {
	t.Helper()
	_, response, err := vpcAs(t, authenticator).ListVpcs(&vpcv1.ListVpcsOptions{})
	seen := onlyToken(t, err)
	if err == nil {
		t.Fatal("the VPC API answered without a token")
	}
	var body struct {
		ErrorCode    string `json:"errorCode"`
		ErrorMessage string `json:"errorMessage"`
		Context      struct {
			RequestID string `json:"requestId"`
		} `json:"context"`
	}
	var problems []string
	if err := json.Unmarshal(seen.Body, &body); err != nil {
		problems = append(problems, err.Error())
	}
	if seen.Status != http.StatusBadRequest || response == nil || response.StatusCode != seen.Status {
		problems = append(problems, fmt.Sprintf("status %d, want 400", seen.Status))
	}
	if body.ErrorCode != code || body.ErrorMessage == "" || body.Context.RequestID == "" {
		problems = append(problems, fmt.Sprintf("got %+v, want code %s", body, code))
	}
	if !strings.Contains(err.Error(), body.ErrorMessage) {
		problems = append(problems, fmt.Sprintf("the SDK's message is %q, the body's %q", err, body.ErrorMessage))
	}
	if strings.Contains(string(seen.Body), secret) {
		problems = append(problems, "the answer repeats the secret")
	}
	report.exchange(t, operation, seen, false, problems)
	if calls := cloud.services.Take(); len(calls) != 0 {
		t.Errorf("the VPC API was called without a token: %v", calls)
	}
}

// onlyToken is only for IAM, whose bodies must not be printed.
func onlyToken(t *testing.T, callErr error) record.Exchange {
	t.Helper()
	seen := cloud.iam.Take()
	if len(seen) == 0 {
		t.Fatalf("no answer from IAM: %v", callErr)
	}
	return seen[len(seen)-1]
}
