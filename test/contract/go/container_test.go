package contract

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/IBM/go-sdk-core/v5/core"
)

const getCRToken = "get_token_cr_token"

// containerAuthenticator exchanges the token of a ServiceAccount, as a pod has it in a file.
func containerAuthenticator(t *testing.T, crToken string, one profile) *core.ContainerAuthenticator {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sa-token")
	if err := os.WriteFile(file, []byte(crToken), 0o600); err != nil {
		t.Fatal(err)
	}
	authenticator, err := core.NewContainerAuthenticatorBuilder().
		SetCRTokenFilename(file).
		SetIAMProfileID(one.ID).
		SetIAMProfileName(one.Name).
		SetURL(cloud.env.Endpoints.IAM).
		SetClient(&http.Client{Transport: cloud.iam}).
		Build()
	if err != nil {
		t.Fatal(err)
	}
	return authenticator
}

func TestTokenFromComputeResource(t *testing.T) {
	for _, one := range []profile{{ID: cloud.env.Profile.ID}, {Name: cloud.env.Profile.Name}} {
		t.Run(one.ID+one.Name, func(t *testing.T) {
			before := time.Now()
			token, err := containerAuthenticator(t, cloud.env.CRToken, one).RequestToken()
			seen := onlyToken(t, err)
			if err != nil {
				report.exchange(t, getCRToken, seen, false, []string{"the SDK refused the answer: " + err.Error()})
				return
			}
			problems, err := differences(getCRToken, seen.Body, token)
			if err != nil {
				problems = append(problems, err.Error())
			}
			if seen.Status != http.StatusOK {
				problems = append(problems, fmt.Sprintf("status %d, want 200", seen.Status))
			}
			problems = append(problems, tokenProblems(token, before)...)
			report.exchange(t, getCRToken, seen, true, problems)
			checkClaims(t, token.AccessToken, token.Expiration, "urn:ibm:params:oauth:grant-type:cr-token")
		})
	}
}

func TestComputeResourceRefused(t *testing.T) {
	t.Run("no token of a cluster", func(t *testing.T) {
		authenticator := containerAuthenticator(t, "no-such-token", cloud.env.Profile)
		refuseToken(t, getCRToken, authenticator, "BXNIM0407E", "no-such-token")
	})
	t.Run("a profile that does not trust it", func(t *testing.T) {
		authenticator := containerAuthenticator(t, cloud.env.CRToken, profile{ID: cloud.env.StrangeProfile})
		refuseToken(t, getCRToken, authenticator, "BXNIM0398E", cloud.env.CRToken)
	})
}
