// Package contract drives the IBM Cloud simulator through IBM's published SDKs. It has no code of its own:
// it is a set of tests that test/contract/main.ts starts with a running simulator.
package contract

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"vpe-operator.io/contract/internal/compare"
)

// environmentVariable names the file that describes the simulator.
const environmentVariable = "CONTRACT_ENVIRONMENT"

// environment is that file: where the simulator listens and what it was seeded with. main.ts writes it.
type environment struct {
	// Endpoints are served over TLS, PlainEndpoints over HTTP.
	Endpoints      endpoints `json:"endpoints"`
	PlainEndpoints endpoints `json:"plainEndpoints"`
	// CA is the simulator's certificate authority in PEM.
	CA string `json:"ca"`
	// APIKey may do everything, ViewerAPIKey may only read; OtherAPIKey belongs to another account.
	APIKey        string `json:"apiKey"`
	ViewerAPIKey  string `json:"viewerApiKey"`
	OtherAPIKey   string `json:"otherApiKey"`
	Account       string `json:"account"`
	Region        string `json:"region"`
	ResourceGroup string `json:"resourceGroup"`
	// CRToken is the token of a ServiceAccount that may assume Profile, as may the instance whose metadata service
	// is served; nobody may assume StrangeProfile.
	CRToken        string  `json:"crToken"`
	Profile        profile `json:"profile"`
	StrangeProfile string  `json:"strangeProfile"`
	// Team is a resource group that is not the default one.
	Team string `json:"team"`
	// Instances are service instances in Region; all but the last can be targets.
	Instances []instance `json:"instances"`
	// VPC has addresses for subnets in three zones; the others are in the same account. DoomedVPC has DNS servers of
	// its own and is there to be deleted.
	VPC       string `json:"vpc"`
	OtherVPC  string `json:"otherVPC"`
	DoomedVPC string `json:"doomedVPC"`
	// VirtualServer runs in the second zone of VPC, ForeignServer in ForeignVPC.
	VirtualServer string `json:"virtualServer"`
	ForeignServer string `json:"foreignServer"`
	// LoadBalancer carries Private Path in VPC, PublicLoadBalancer does not. ForeignVPC is OtherAccount's, which may
	// share DNS with ours.
	LoadBalancer       string `json:"loadBalancer"`
	PublicLoadBalancer string `json:"publicLoadBalancer"`
	OtherAccount       string `json:"otherAccount"`
	ForeignVPC         string `json:"foreignVPC"`
	// Targets are CRNs of distinct services that can be targets of endpoint gateways.
	Targets []string `json:"targets"`
	// BindableTarget is the index of one whose resources can be bound (fact sheet 2.8).
	BindableTarget int `json:"bindableTarget"`
	// Keeper is an account that has key-management instances and nothing else.
	Keeper keeper `json:"keeper"`
	// Report receives one JSON line per exchange; KnownRawOnly is the committed list.
	Report       string `json:"report"`
	KnownRawOnly string `json:"knownRawOnly"`
}

// profile is a trusted profile by each of its names.
type profile struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	CRN  string `json:"crn"`
}

// keeper names instances by their GUIDs: Closed is private-only, Fresh holds no master key, Older is known by a port.
type keeper struct {
	APIKey       string `json:"apiKey"`
	ViewerAPIKey string `json:"viewerApiKey"`
	HPCS         string `json:"hpcs"`
	Older        string `json:"older"`
	KeyProtect   string `json:"keyProtect"`
	Closed       string `json:"closed"`
	Fresh        string `json:"fresh"`
}

// endpoints are service URLs as the SDKs take them.
type endpoints struct {
	VPC string `json:"vpc"`
	IAM string `json:"iam"`
	// Keys and PrivateKeys are the two sides of the key-management services, Broker is HPCS's.
	Keys        string `json:"keys"`
	PrivateKeys string `json:"privateKeys"`
	Broker      string `json:"hpcsBroker"`
	// TKE and PrivateTKE are the two sides of trusted key entry.
	TKE        string `json:"tke"`
	PrivateTKE string `json:"privateTke"`
	Tagging    string `json:"tagging"`
	// Metadata is the VPC metadata service of an instance.
	Metadata string `json:"metadata"`
	Search   string `json:"search"`
	Catalog  string `json:"catalog"`
	// ResourceController and ResourceManager are one host at IBM.
	ResourceController string `json:"resourceController"`
	ResourceManager    string `json:"resourceManager"`
	// Admin is the simulator's own: its clock and its faults.
	Admin string `json:"admin"`
}

type instance struct {
	GUID string `json:"guid"`
	CRN  string `json:"crn"`
	Name string `json:"name"`
}

func readEnvironment() (environment, error) {
	var env environment
	file := os.Getenv(environmentVariable)
	if file == "" {
		return env, fmt.Errorf("%s is not set: these tests need a simulator, start them with npm run contract", environmentVariable)
	}
	document, err := os.ReadFile(file)
	if err != nil {
		return env, err
	}
	return env, json.Unmarshal(document, &env)
}

// TestMain connects to the simulator once for all tests; they share its state and run one after another.
func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 2
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	env, err := readEnvironment()
	if err != nil {
		return 0, err
	}
	known, err := compare.ReadKnown(env.KnownRawOnly)
	if err != nil {
		return 0, err
	}
	if cloud, err = connect(env); err != nil {
		return 0, err
	}
	out, err := os.Create(env.Report)
	if err != nil {
		return 0, err
	}
	report = &reporter{out: json.NewEncoder(out), known: known}
	code = m.Run()
	if err := report.finish(); err != nil {
		return 0, err
	}
	return code, out.Close()
}
