package policy

import (
	"fmt"
	"strings"
	"testing"
)

// listed is a statement of an effect on n resources, which it names by a format.
func listed(effect, action, element, format string, n int) string {
	var resources []string
	for i := range n {
		resources = append(resources, fmt.Sprintf("%q", fmt.Sprintf(format, i)))
	}
	return fmt.Sprintf(`{"Effect":%q,"Action":%q,%q:[%s]}`, effect, action, element, strings.Join(resources, ","))
}

// TestMayOfManyResources: however long the lists are, a right is not missed, and one that is
// wholly denied is gone.
func TestMayOfManyResources(t *testing.T) {
	const many = 3 * mostPermissions
	pass := func(n int) string { return testARN(fmt.Sprintf("role/r%d", n)) }
	for _, c := range []struct {
		name     string
		identity []string
		boundary []string
		scp      []string
		resource string
		want     bool
	}{
		{name: "the last of a list", identity: []string{listed("Allow", "iam:PassRole", "Resource", testARN("role/r%d"), many)}, resource: pass(many - 1), want: true},
		{name: "the last of a list, without the others", identity: []string{listed("Allow", "iam:PassRole", "Resource", testARN("role/r%d"), many), listed("Deny", "iam:PassRole", "Resource", testARN("role/r%d"), many-1)},
			resource: pass(many - 1), want: true},
		{name: "the last of a list within a boundary of many", identity: []string{listed("Allow", "iam:PassRole", "Resource", testARN("role/r%d"), many)},
			boundary: []string{listed("Allow", "iam:PassRole", "Resource", testARN("role/*%d"), many)}, resource: pass(many - 1), want: true},
		{name: "the last exception of an SCP", identity: []string{listed("Allow", "iam:PassRole", "Resource", testARN("role/*%d"), 200)},
			scp: []string{listed("Deny", "iam:PassRole", "NotResource", testARN("role/r%d*"), 200)}, resource: pass(199), want: true},
		{name: "a long list, all of it denied", identity: []string{listed("Allow", "iam:PassRole", "Resource", testARN("role/r%d"), many)},
			scp: []string{"Deny iam:PassRole on arn:aws:iam::*:role/*"}, resource: pass(1)},
		{name: "a long list with many exceptions, all of it denied", identity: []string{listed("Allow", "iam:PassRole", "Resource", testARN("role/r%d*"), 200), listed("Deny", "iam:PassRole", "Resource", testARN("role/r*x%d"), 30)},
			scp: []string{"Deny iam:PassRole on *"}, resource: pass(1)},
		{name: "a short list, outside of a long one", identity: []string{listed("Allow", "iam:PassRole", "Resource", testARN("role/r%d"), 20)},
			boundary: []string{listed("Allow", "iam:PassRole", "Resource", testARN("role/s%d"), 150)}, resource: pass(1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := alice(t, c.identity...)
			if c.boundary != nil {
				p.Boundary = source(t, PermissionsBoundary, "b", c.boundary...)
			}
			if c.scp != nil {
				p.SCPs = [][]*Source{scpLevel(t, "root", c.scp...)}
			}
			may := p.May("iam:PassRole", nil)
			if len(may) > 2*mostPermissions {
				t.Errorf("%d sets are too many", len(may))
			}
			got := false
			for _, m := range may {
				got = got || m.Resources.Holds(c.resource)
			}
			if allowed := p.Decide(Request{Action: "iam:PassRole", Resource: c.resource}).Allowed; allowed != truth(c.want) {
				t.Fatalf("the decision is %d", allowed)
			}
			switch {
			case c.want && !got:
				t.Errorf("%s is missing in %d sets", c.resource, len(may))
			case !c.want && len(may) > 0:
				t.Errorf("the right is gone, and %v is there", may[0].Resources)
			}
		})
	}
}

// TestMayBeyondTheAccount: RCPs bind the resources of their own accounts, and other accounts
// may have resources too.
func TestMayBeyondTheAccount(t *testing.T) {
	const queue = "arn:aws:sqs:eu-central-1:%s:q"
	for _, c := range []struct {
		allow string
		want  Truth
	}{
		{"Allow sqs:SendMessage on *", Depends},
		{"Allow sqs:SendMessage on " + fmt.Sprintf(queue, "444455556666"), Depends},
		{"Allow sqs:SendMessage on " + fmt.Sprintf(queue, testAccount), False},
	} {
		p := alice(t, c.allow)
		p.RCPs = [][]*Source{{source(t, ResourceControlPolicy, "rcp", `{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*"}`)}}
		got := False
		for _, m := range p.May("sqs:SendMessage", nil) {
			got = max(got, m.Always)
		}
		if got != c.want {
			t.Errorf("%s: %d, want %d", c.allow, got, c.want)
		}
	}
	p := alice(t, "Allow sqs:* on *")
	p.RCPs = [][]*Source{{source(t, ResourceControlPolicy, "rcp", `{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*"}`)}}
	for account, want := range map[string]Truth{testAccount: False, "444455556666": True} {
		if got := p.Decide(Request{Action: "sqs:SendMessage", Resource: fmt.Sprintf(queue, account)}).Allowed; got != want {
			t.Errorf("a queue of %s: %d, want %d", account, got, want)
		}
	}
}

// TestAdministratorWithoutRoles: who may change nothing of IAM, kind by kind, is no
// administrator, and who may still change users is one.
func TestAdministratorWithoutRoles(t *testing.T) {
	var denials []string
	for _, kind := range []string{"role", "policy", "user"} {
		denials = append(denials, "Deny iam:* on arn:aws:iam::*:"+kind+"/*")
		p := alice(t, "Allow * on *")
		p.SCPs = [][]*Source{scpLevel(t, "root", append([]string{}, denials...)...)}
		if is := p.Administrator() != nil; is != (kind != "user") {
			t.Errorf("after %s the principal is an administrator: %t", kind, is)
		}
		if may := p.May("iam:PassRole", nil); len(may) > 0 {
			t.Errorf("every role is denied, and iam:PassRole is allowed on %v", may[0].Resources)
		}
	}
}

// BenchmarkMay is the worst that the quotas of AWS allow: full policies at every layer, whose
// elements overlap each other.
func BenchmarkMay(b *testing.B) {
	p := alice(b, listed("Allow", "iam:PassRole", "Resource", testARN("role/*%d"), 250), listed("Allow", "iam:*", "Resource", testARN("role/a*%d*"), 250))
	for i := range 9 {
		p.Identity = append(p.Identity, source(b, IdentityPolicy, fmt.Sprint(i), listed("Allow", "iam:PassRole", "Resource", testARN("role/b*%d"), 150)))
	}
	p.Boundary = source(b, PermissionsBoundary, "b", listed("Allow", "iam:*", "Resource", testARN("role/*%d*"), 150))
	for range 5 {
		p.SCPs = append(p.SCPs, scpLevel(b, "level", listed("Deny", "iam:PassRole", "NotResource", testARN("role/*%d"), 100), listed("Deny", "iam:*", "Resource", testARN("role/x*%d"), 100)))
	}
	for b.Loop() {
		p.May("iam:PassRole", nil)
	}
}

// BenchmarkMayWithin is a long list that the bound does not cut short.
func BenchmarkMayWithin(b *testing.B) {
	p := alice(b, listed("Allow", "iam:PassRole", "Resource", testARN("role/r%d*"), 100))
	p.Boundary = source(b, PermissionsBoundary, "b", listed("Allow", "iam:PassRole", "Resource", testARN("role/*-%d"), 2))
	for range 5 {
		p.SCPs = append(p.SCPs, scpLevel(b, "level", listed("Deny", "iam:PassRole", "NotResource", testARN("role/r*%d"), 100), listed("Deny", "iam:*", "Resource", testARN("role/r*x%d"), 100)))
	}
	for b.Loop() {
		p.May("iam:PassRole", nil)
	}
}

// TestRegionOfGlobalServices: Global Accelerator and Network Manager are global and answer
// from another region than IAM does.
func TestRegionOfGlobalServices(t *testing.T) {
	p := alice(t, "Allow * on *")
	p.SCPs = [][]*Source{scpLevel(t, "root", `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"us-east-1"}}}`)}
	for action, want := range map[string]Truth{"iam:CreateUser": True, "globalaccelerator:CreateAccelerator": Depends, "networkmanager:CreateGlobalNetwork": Depends} {
		if got := p.Decide(Request{Action: action, Resource: "*"}).Allowed; got != want {
			t.Errorf("%s: %d, want %d", action, got, want)
		}
	}
}
