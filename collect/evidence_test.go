package collect_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
)

// TestRunEvidence compares the evidence of every account that could be read in full with
// the world itself.
func TestRunEvidence(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 20})
	// What the demo has none of: two policies in one role, and signs that a decoding may lose.
	logs := &w.Accounts[logsPlace]
	logs.Roles[0].Inline = []awsfake.InlinePolicy{
		{Name: "signs", Document: []byte(`{"Version": "2012-10-17", "Statement": [{"Sid": "a+b %2B %% &amp; <ä> ελ 🔒", "Effect": "Allow",
	"Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/a b+c%20d/*"}]}`)},
		{Name: "names", Document: []byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}}`)},
	}
	s := start(t, w, awsfake.Options{PageSize: 2, Now: clock})
	folder := run(t, s.options(t))

	for i := range w.Accounts {
		account := &w.Accounts[i]
		if account.State != "ACTIVE" || slices.Contains([]int{unreachablePlace, deniedOnePlace, quarantinedPlace}, i) {
			continue // other tests are about those
		}
		t.Run(account.Name, func(t *testing.T) {
			ev := evidence(t, folder, account.ID)
			content := cmpopts.IgnoreFields(collect.Evidence{}, "StartedAt", "EndedAt", "Entry", "Calls", "Retries", "Reads", "CredentialReport", "AccountSummary", "Traffic")
			if len(ev.Gaps) > 0 {
				t.Errorf("gaps %v, want none", ev.Gaps)
			}
			if diff := gocmp.Diff(evidenceOf(w, account), ev, cmpopts.EquateEmpty(), content); diff != "" {
				t.Errorf("evidence differs (-world +evidence):\n%s", diff)
			}
			rows, err := ev.CredentialReport.Rows()
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(rowsOf(account), rows); diff != "" {
				t.Errorf("credential report differs (-world +evidence):\n%s", diff)
			}
			if got := ev.CredentialReport.GeneratedAt; !got.Equal(now) {
				t.Errorf("the report is of %v, want %v", got, now)
			}
			summary := map[string]int32{
				"Users": int32(len(account.Users)), "Groups": int32(len(account.Groups)), "Roles": int32(len(account.Roles)),
				"Policies": int32(len(account.Policies)), "AccountAccessKeysPresent": flag(len(account.Root.Keys) > 0),
				"AccountMFAEnabled": flag(account.Root.MFA != "none"), "AccountPasswordPresent": flag(account.Root.Password),
			}
			for key, want := range summary {
				if got := ev.AccountSummary[key]; got != want {
					t.Errorf("account summary says %s %d, want %d", key, got, want)
				}
			}
			for _, c := range collect.Collectors() {
				if !c.Asked(nil) {
					continue
				}
				if gap, missing := ev.Missing(c.Section); missing {
					t.Errorf("section %s is missing: %+v", c.Section, gap)
				}
			}
			if _, missing := ev.Missing(collect.ManagedPoliciesSection); missing {
				t.Error("the AWS-managed policies are missing")
			}
		})
	}
}

func flag(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

// evidenceOf is what an account's evidence must hold.
func evidenceOf(w *awsfake.World, a *awsfake.Account) *collect.Evidence {
	ev := &collect.Evidence{Schema: collect.Schema, AccountID: a.ID, Authorization: authorizationOf(a), PasswordPolicy: &collect.PasswordPolicy{}}
	if p := a.PasswordPolicy; p != nil {
		ev.PasswordPolicy = &collect.PasswordPolicy{
			Present: true, MinimumLength: int32(p.MinLength), RequireSymbols: p.Symbols, RequireNumbers: p.Numbers,
			RequireUppercase: p.Uppercase, RequireLowercase: p.Lowercase, AllowChange: p.AllowChange,
			HardExpiry: p.HardExpiry, MaxAgeDays: int32(p.MaxAge), ReusePrevention: int32(p.Reuse), ExpirePasswords: p.MaxAge > 0,
		}
	}
	if a.Root.MFA == "virtual" {
		ev.VirtualMFADevices = append(ev.VirtualMFADevices, collect.VirtualMFADevice{
			Serial: iamARN(a, "mfa/root-account-mfa-device"), UserARN: iamARN(a, "root"), Enabled: a.Root.Created,
		})
	}
	for _, u := range a.Users {
		for _, d := range u.MFA {
			if d.Kind == "virtual" {
				ev.VirtualMFADevices = append(ev.VirtualMFADevices, collect.VirtualMFADevice{
					Serial: d.Serial, UserARN: iamARN(a, "user"+u.Path+u.Name), Enabled: d.Enabled,
				})
			}
		}
	}
	for _, c := range a.ServerCertificates {
		ev.ServerCertificates = append(ev.ServerCertificates, collect.ServerCertificate{
			ARN: iamARN(a, "server-certificate"+c.Path+c.Name), Name: c.Name, Uploaded: c.Uploaded, Expires: c.Expires,
		})
	}
	for _, p := range a.SAMLProviders {
		ev.SAMLProviders = append(ev.SAMLProviders, collect.SAMLProvider{
			ARN: iamARN(a, "saml-provider/"+p.Name), Created: p.Created, Expires: p.Expires,
		})
	}
	for _, p := range a.OIDCProviders {
		ev.OIDCProviders = append(ev.OIDCProviders, collect.OIDCProvider{ARN: iamARN(a, "oidc-provider/"+p.URL)})
	}
	if a.Alias != "" {
		ev.Aliases = []string{a.Alias}
	}
	for _, kind := range []string{"BILLING", "OPERATIONS", "SECURITY"} {
		if c, ok := a.Contacts[kind]; ok {
			ev.Contacts = append(ev.Contacts, collect.AlternateContact{Type: kind, Name: c.Name, Title: c.Title, Email: c.Email, Phone: c.Phone})
		}
	}
	ev.PrimaryContact = &collect.PrimaryContact{
		FullName: a.Primary.FullName, Company: a.Primary.Company, Country: a.Primary.CountryCode, Phone: a.Primary.Phone,
	}
	ev.Regions = regionsOf(a)
	addAnalyzers(ev, w, a)
	return ev
}

// addAnalyzers adds the account's own analyzers where the organization has none, and what
// the organization's found in the account.
func addAnalyzers(ev *collect.Evidence, w *awsfake.World, a *awsfake.Account) {
	covered := map[string]string{}
	for _, holder := range []*awsfake.Account{&w.Accounts[managementPlace], &w.Accounts[securityPlace]} {
		for i := range holder.Analyzers {
			z := &holder.Analyzers[i]
			if !strings.HasPrefix(z.Type, "ORGANIZATION") {
				continue
			}
			if z.Type == "ORGANIZATION" && z.Status == "ACTIVE" {
				covered[z.Region] = analyzerARN(holder, z)
			}
			for _, f := range findingsOf(holder, z) {
				if f.Account == a.ID {
					ev.OrganizationFindings = append(ev.OrganizationFindings, f)
				}
			}
		}
	}
	sortFindings(ev.OrganizationFindings)
	for _, region := range ev.Regions {
		one := collect.RegionAnalyzers{Region: region.Name, CoveredBy: covered[region.Name]}
		for i := range a.Analyzers {
			z := &a.Analyzers[i]
			if z.Region == region.Name && one.CoveredBy == "" && !strings.HasPrefix(z.Type, "ORGANIZATION") {
				one.Analyzers = append(one.Analyzers, collect.Analyzer{
					ARN: analyzerARN(a, z), Name: z.Name, Type: z.Type, Status: z.Status, Findings: findingsOf(a, z),
					ArchiveRules: archiveRulesOf(z),
				})
			}
		}
		slices.SortFunc(one.Analyzers, func(x, y collect.Analyzer) int { return strings.Compare(x.ARN, y.ARN) })
		ev.Analyzers = append(ev.Analyzers, one)
	}
}

// findingsOf are the findings of an analyzer that are not resolved.
func findingsOf(holder *awsfake.Account, z *awsfake.Analyzer) []collect.AnalyzerFinding {
	var findings []collect.AnalyzerFinding
	for _, f := range z.Findings {
		if f.Status == "RESOLVED" {
			continue
		}
		findings = append(findings, collect.AnalyzerFinding{
			ID: f.ID, Analyzer: analyzerARN(holder, z), Region: z.Region, Type: f.Type, Status: f.Status, Resource: f.Resource,
			ResourceType: f.ResourceType, Account: f.Account, Public: f.Public, Created: f.Created, Updated: f.Updated, Analyzed: f.Analyzed,
		})
	}
	sortFindings(findings)
	return findings
}

// archiveRulesOf are the archive rules of an analyzer.
func archiveRulesOf(z *awsfake.Analyzer) []collect.ArchiveRule {
	var rules []collect.ArchiveRule
	for _, r := range z.ArchiveRules {
		rule := collect.ArchiveRule{Name: r.Name, Created: r.Created, Updated: r.Updated, Filter: map[string][]string{}}
		for property, c := range r.Filter {
			for _, v := range c.Eq {
				rule.Filter[property] = append(rule.Filter[property], "eq "+v)
			}
			for _, v := range c.Contains {
				rule.Filter[property] = append(rule.Filter[property], "contains "+v)
			}
			slices.Sort(rule.Filter[property])
		}
		rules = append(rules, rule)
	}
	slices.SortFunc(rules, func(x, y collect.ArchiveRule) int { return strings.Compare(x.Name, y.Name) })
	return rules
}

func sortFindings(findings []collect.AnalyzerFinding) {
	slices.SortFunc(findings, func(a, b collect.AnalyzerFinding) int {
		return cmp.Or(strings.Compare(a.Analyzer, b.Analyzer), strings.Compare(a.ID, b.ID))
	})
}

// regionsOf are the regions that are enabled for an account of the demo.
func regionsOf(a *awsfake.Account) []collect.Region {
	var regions []collect.Region
	for _, name := range strings.Fields(`ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2
		ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2`) {
		regions = append(regions, collect.Region{Name: name, Status: "ENABLED_BY_DEFAULT"})
	}
	for _, name := range a.OptInRegions {
		regions = append(regions, collect.Region{Name: name, Status: "ENABLED"})
	}
	slices.SortFunc(regions, func(a, b collect.Region) int { return strings.Compare(a.Name, b.Name) })
	return regions
}

func iamARN(a *awsfake.Account, resource string) string {
	return "arn:aws:iam::" + a.ID + ":" + resource
}

func analyzerARN(a *awsfake.Account, z *awsfake.Analyzer) string {
	return "arn:aws:access-analyzer:" + z.Region + ":" + a.ID + ":analyzer/" + z.Name
}
