package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/org/policy"
	"orgaudit/report/benchmark"
)

// A role that several of those outside can assume is one role, and so is one that every
// identity of a public issuer can assume.
func TestOutsideRolesAreCountedOnce(t *testing.T) {
	trust := func(role, account string, change func(*benchmark.Trust)) benchmark.Trust {
		trust := benchmark.Trust{Role: role, Kind: policy.TrustsAccount, Account: account, Origin: benchmark.OutsideAccount}
		if change != nil {
			change(&trust)
		}
		return trust
	}
	guarded := func(t *benchmark.Trust) { t.ExternalID = true }
	shut := func(t *benchmark.Trust) { t.NobodyIn = true }
	provider := func(public bool) func(*benchmark.Trust) {
		return func(t *benchmark.Trust) {
			t.Kind, t.Origin, t.Public = policy.TrustsFederated, benchmark.FederatedIdentity, public
		}
	}
	c := newTrustCount(&Report{})
	c.add(&Account{}, []benchmark.Trust{
		trust("two", "111111111111", guarded), trust("two", "222222222222", nil),
		trust("guarded", "111111111111", guarded),
		trust("shut", "333333333333", shut),
		trust("public", "", provider(true)),
		trust("own provider", "", provider(false)),
		trust("service", "", func(t *benchmark.Trust) { t.Kind, t.Origin, t.Value = policy.TrustsService, benchmark.AWSService, "s3" }),
		trust("inside", "444444444444", func(t *benchmark.Trust) { t.Origin = benchmark.OtherAccount }),
	})
	if diff := cmp.Diff(OutsideRoles{Roles: 3, Everyone: 1, Unguarded: 2}, c.roles); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
	everyone := c.access()[0]
	if everyone.Kind != TrusteeEveryone || everyone.Origin != benchmark.Everyone || everyone.Roles != 1 {
		t.Errorf("the public issuer is counted as %+v", everyone)
	}
}
