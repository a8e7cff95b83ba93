package benchmark_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// trustLine is a row of the matrix in a line.
func trustLine(r benchmark.Trust) string {
	line := fmt.Sprintf("%s %s %q in %q: %s;", strings.TrimPrefix(r.Role, "arn:aws:iam::111111111111:"), r.Kind, r.Value, r.Account, r.Origin)
	for _, guard := range []struct {
		name string
		held bool
	}{{"nobody", r.NobodyIn}, {"external ID", r.ExternalID}, {"MFA", r.MFA}, {"source", r.Source}, {"organization", r.Organization}, {"network", r.Network}, {"public", r.Public}} {
		if guard.held {
			line += " " + guard.name
		}
	}
	line += strings.TrimSuffix(" ("+r.NoSource+")", " ()")
	if r.Mitigated != nil {
		line += " kept out by " + r.Mitigated.PolicyID
	}
	return line + "; " + r.Statement
}

func TestTrusts(t *testing.T) {
	w := newWorld("aws")
	w.parameters.TrustedAccountIDs, w.parameters.KnownVendors = []string{"444444444444"}, []string{"555555555555"}
	trusting(
		statement(`{"AWS":["111111111111","000000000001","222222222222","444444444444","555555555555","999999999999","AIDAGONE"]}`, ""),
		`{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"},"StringEquals":{"aws:PrincipalAccount":"222222222222"}}}`,
		statement(`{"AWS":"999999999999"}`, `{"StringEquals":{"sts:ExternalId":"4711"},"IpAddress":{"aws:SourceIp":"10.20.0.0/16"}}`),
		statement(`{"AWS":"999999999999"}`, `{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`),
		statement(`{"AWS":"*"}`, `{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`),
		statement(`{"AWS":"*"}`, `{"StringEquals":{"aws:PrincipalAccount":["222222222222","999999999999"]}}`),
		statement(`"*"`, ""),
		statement(`{"Service":"config.amazonaws.com"}`, `{"StringEquals":{"aws:SourceAccount":"111111111111"}}`),
		webIdentity(githubARN, ""),
		statement(`{"Service":["ec2.amazonaws.com","new.amazonaws.com"]}`, ""),
	)(w)
	w.policied(org.ResourceControlPolicy, "p-rcp", `{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*","Condition":{
		"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"StringNotEquals":{"aws:PrincipalAccount":"555555555555"},"Bool":{"aws:PrincipalIsAWSService":"false"}}}`, rootID)
	var got []string
	for _, r := range w.subject().Trusts() {
		got = append(got, trustLine(r))
		if _, err := resolve(w.files(t)[r.Evidence.File], r.Evidence.Pointer); err != nil {
			t.Errorf("%s: %v", r.Value, err)
		}
	}
	want := []string{
		`role/incidents account "111111111111" in "111111111111": same account;; statement 1`,
		`role/incidents account "000000000001" in "000000000001": management account;; statement 1`,
		`role/incidents account "222222222222" in "222222222222": other account of the organization; MFA; statement 1`,
		`role/incidents account "444444444444" in "444444444444": trusted account; kept out by p-rcp; statement 1`,
		`role/incidents account "555555555555" in "555555555555": known vendor;; statement 1`,
		`role/incidents account "999999999999" in "999999999999": outside the organization; kept out by p-rcp; statement 1`,
		`role/incidents deleted principal "AIDAGONE" in "": deleted principal; kept out by p-rcp; statement 1`,
		`role/incidents account "999999999999" in "999999999999": outside the organization; external ID network kept out by p-rcp; statement 3`,
		`role/incidents account "999999999999" in "999999999999": outside the organization; nobody organization kept out by p-rcp; statement 4`,
		`role/incidents everyone "*" in "": other account of the organization; organization; statement 5`,
		`role/incidents everyone "*" in "222222222222": other account of the organization; MFA; statement 6`,
		`role/incidents everyone "*" in "999999999999": outside the organization; kept out by p-rcp; statement 6`,
		`role/incidents everyone "*" in "": everyone; kept out by p-rcp; statement 7`,
		`role/incidents service "config.amazonaws.com" in "": AWS service; source; statement 8`,
		`role/incidents identity provider "` + githubARN + `" in "111111111111": identity provider; public; statement 9`,
		`role/incidents service "ec2.amazonaws.com" in "": AWS service; (an instance profile holds roles of its own account alone, and EC2 sends no source); statement 10`,
		`role/incidents service "new.amazonaws.com" in "": AWS service; (no document tells whether the service says for whom it acts); statement 10`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	w.evidence.Authorization.Roles[0].Trust = "{"
	if rows := w.subject().Trusts(); rows == nil || len(rows) != 0 {
		t.Errorf("a trust policy that nobody understands gives %v", rows)
	}
	w.lose(collect.AuthorizationSection, org.Throttled)
	if w.subject().Trusts() != nil || w.subject().Privileged() != nil {
		t.Error("without authorization details nothing is known, and the list is not nil")
	}
}

func TestPrivileged(t *testing.T) {
	w := newWorld("aws")
	bare(w)
	a := w.evidence.Authorization
	administrator := w.library("AdministratorAccess", allowEverything)
	a.Users = append(a.Users, collect.User{ARN: w.arn("user/bob"), Name: "bob"}, collect.User{ARN: w.arn("user/carol"), Name: "carol"})
	w.attach("user/alice", administrator)
	w.attach("user/bob", w.own("attach", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}}`))
	w.attach("user/carol", w.own("read", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}`))
	w.report(w.rootRow(), w.userRow("alice").key("1", ago(9), ago(3)), w.idleRow("bob").key("1", ago(9), "N/A"))
	a.Roles[0].LastUsed = listed().AddDate(0, -1, 0)
	w.attach("role/incidents", administrator)
	trusting(
		statement(`{"AWS":["arn:aws:iam::111111111111:user/u1","arn:aws:iam::111111111111:user/u2","arn:aws:iam::111111111111:user/u3"]}`, ""),
		statement(`{"AWS":["arn:aws:iam::111111111111:user/u6","arn:aws:iam::111111111111:user/u5","arn:aws:iam::111111111111:user/u4","222222222222"]}`, ""),
		statement(`{"AWS":"999999999999"}`, `{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`),
		statement(`{"Service":"config.amazonaws.com"}`, `{"StringEquals":{"aws:SourceAccount":"111111111111"}}`),
		statement(`"*"`, ""),
	)(w)
	var got []string
	for _, p := range w.subject().Privileged() {
		line := fmt.Sprintf("%s %s: %s, conditional %t, by %q, %d ways", p.Kind, p.Name, p.Why, p.Conditional, p.By, len(p.Ways))
		if c := p.Credentials; c != nil {
			line += fmt.Sprintf(", password %t, MFA %t, %d keys", c.Password, c.MFA, c.ActiveKeys)
		}
		if p.LastUsedKnown && p.LastUsed.IsZero() {
			line += ", never used"
		} else if p.LastUsedKnown {
			line += ", used " + p.LastUsed.Format("2006-01-02")
		}
		for _, assumer := range p.AssumableBy {
			line += fmt.Sprintf(", %s %d %s", assumer.Origin, assumer.Count, strings.ReplaceAll(strings.Join(assumer.Names, " "), "arn:aws:iam::111111111111:", ""))
		}
		line += fmt.Sprintf(", all of %v but %v", p.Services, p.ServicesExcept)
		if p.Why == benchmark.AdministratorByEscalation {
			line += ", " + p.Levels.String()
		}
		got = append(got, line+p.Doubt)
		if _, err := resolve(w.files(t)[p.Evidence.File], p.Evidence.Pointer); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
	}
	const by = `"identity policy AdministratorAccess (arn:aws:iam::aws:policy/AdministratorAccess), statement 1"`
	want := []string{
		"user alice: administrator by right, conditional false, by " + by + ", 0 ways, password true, MFA true, 1 keys, used 2026-09-29, all of [*] but [organizations]",
		`user bob: can become an administrator, conditional true, by "", 1 ways, password false, MFA false, 1 keys, never used, all of [] but [], Permissions management 1`,
		"role incidents: administrator by right, conditional false, by " + by + ", 0 ways, used 2026-08-30" +
			", same account 6 user/u1 user/u2 user/u3 user/u4 user/u5, other account of the organization 1 222222222222, AWS service 1 config.amazonaws.com, everyone 1 everyone, all of [*] but [organizations]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPrivilegedDoubt: what is not known of a principal's rights stands beside them.
func TestPrivilegedDoubt(t *testing.T) {
	w := newWorld("aws")
	w.attach("user/alice", w.library("AdministratorAccess", allowEverything))
	lost(org.SectionPolicies, org.Throttled)(w)
	rows := w.subject().Privileged()
	if len(rows) != 1 || rows[0].Doubt != "SCPs may take it away, and are not all known" {
		t.Errorf("%+v", rows)
	}
}
