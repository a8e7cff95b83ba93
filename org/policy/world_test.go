package policy

import (
	"strings"
	"testing"
	"time"
)

// testAccount is the account of the tests, a member of testOrganization.
const (
	testAccount      = "111122223333"
	testOrganization = "o-a1b2c3d4e5"
)

func testNow() time.Time { return time.Date(2026, 9, 30, 12, 0, 0, 0, time.UTC) }

func testARN(resource string) string { return "arn:aws:iam::" + testAccount + ":" + resource }

// statements makes a document of statements, which are JSON objects; short ones may be
// written as "Allow ACTION on RESOURCE" or "Deny ACTION on RESOURCE".
func statements(t testing.TB, texts ...string) *Analysis {
	t.Helper()
	for i, text := range texts {
		effect, rest, ok := strings.Cut(text, " ")
		if ok && (effect == "Allow" || effect == "Deny") {
			action, resource, _ := strings.Cut(rest, " on ")
			texts[i] = `{"Effect":"` + effect + `","Action":"` + action + `","Resource":"` + resource + `"}`
		}
	}
	d, err := Parse(`{"Version":"2012-10-17","Statement":[` + strings.Join(texts, ",") + `]}`)
	if err != nil {
		t.Fatal(err)
	}
	return Analyse(d)
}

// source is a policy of one kind at a place.
func source(t testing.TB, kind Kind, name string, texts ...string) *Source {
	t.Helper()
	return &Source{Kind: kind, ID: name, Name: name, Analysis: statements(t, texts...)}
}

// level is a level of SCPs or RCPs, by name and statements; every SCP level has FullAWSAccess.
func scpLevel(t testing.TB, place string, texts ...string) []*Source {
	t.Helper()
	sources := []*Source{{Kind: ServiceControlPolicy, ID: "p-FullAWSAccess", Name: "FullAWSAccess", PlaceName: place, Analysis: statements(t, "Allow * on *")}}
	if len(texts) > 0 {
		sources = append(sources, &Source{Kind: ServiceControlPolicy, ID: "p-" + place, Name: "guard", PlaceName: place, Analysis: statements(t, texts...)})
	}
	return sources
}

// alice is a user of the account with identity policies.
func alice(t testing.TB, texts ...string) *Principal {
	t.Helper()
	return &Principal{
		ARN: testARN("user/alice"), Account: testAccount, GlobalRegion: "us-east-1",
		Facts: Identity{
			ARN: testARN("user/alice"), Account: testAccount, Kind: User, ID: "AIDAALICE", OrganizationID: testOrganization,
			OrganizationPath: testOrganization + "/r-ab12/ou-ab12-work/", Tags: map[string]string{"Team": "payments"},
		}.Facts(testNow()),
		Identity: []*Source{source(t, IdentityPolicy, "own", texts...)},
	}
}
