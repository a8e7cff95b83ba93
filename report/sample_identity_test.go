package report

import (
	"context"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
	"orgaudit/report/benchmark"
)

// identityReport is the sample with two controls on guardrails, and with privileged
// principals and trusts in the accounts that could be read. Account 2 is denied them.
func identityReport(accounts int) *Report {
	r := sampleReport(accounts)
	guardrail := &benchmark.Control{ID: "guardrail-cloudtrail", Title: "SCPs protect CloudTrail", Severity: benchmark.High, Scope: benchmark.AccountScope}
	regions := &benchmark.Control{ID: "org-scp-deny-regions", Title: "SCPs restrict regions", Severity: benchmark.High, Scope: benchmark.OrganizationScope}
	r.Controls = append(r.Controls, Control{Control: guardrail, Weight: 5, Passed: 3, Failed: 4, NotAssessed: 1}, Control{Control: regions, Number: "2.9", Weight: 5})
	restricted := benchmark.Result{Control: regions.ID, Verdict: benchmark.VerdictFail, At: sampleStart()}
	for i := range r.Accounts {
		a := &r.Accounts[i]
		a.ARN = "arn:aws:organizations::000190000025:account/o-a1b2c3d4e5/" + a.ID
		if a.Management || a.Outcome == Excluded {
			continue
		}
		item := benchmark.Item{Resource: a.ARN, Status: benchmark.Passed}
		if i%2 == 0 {
			item.Status = benchmark.Failed
		}
		restricted.Items = append(restricted.Items, item)
	}
	r.OrganizationResults = append(r.OrganizationResults, restricted)
	each := r.EachAccount
	r.EachAccount = func(ctx context.Context, f func(*AccountRows) error) error {
		i := -1
		return each(ctx, func(rows *AccountRows) error {
			i++
			sampleIdentity(rows, i)
			return f(rows)
		})
	}
	trusts := newTrustCount(r)
	if err := r.EachAccount(context.Background(), func(rows *AccountRows) error {
		trusts.add(rows.Account, rows.Trusts)
		return nil
	}); err != nil {
		panic(err)
	}
	r.TrustMatrix, r.OutsideAccess, r.OutsideRoles = trusts.matrix(), trusts.access(), trusts.roles
	return r
}

func sampleIdentity(rows *AccountRows, i int) {
	for j := range rows.Results {
		if rows.Results[j].Control == "guardrail-cloudtrail" {
			rows.Results[j] = sampleGuardrail(rows.Account, i)
		}
	}
	if rows.Evidence == nil {
		return
	}
	if i == 2 {
		rows.Evidence.Gaps = append(rows.Evidence.Gaps, org.Gap{Section: collect.AuthorizationSection, Cause: org.DeniedBySCP})
		rows.Gaps = rows.Evidence.Gaps
		rows.Account.Roles = -1
		return
	}
	arn := "arn:aws:iam::" + rows.Account.ID
	at := benchmark.Reference{File: rows.Account.EvidenceFile, Pointer: "/authorization_details/roles/0"}
	rows.Privileged = []benchmark.PrivilegedPrincipal{
		{ARN: arn + ":user/=root", Name: "=root", Kind: policy.UserMember, Why: benchmark.AdministratorByRight, By: "=AdministratorAccess, statement 1",
			Levels: policy.LevelCounts{policy.List: 7, policy.PermissionsManagement: 2}, Services: []string{"*"},
			Credentials: &benchmark.UserCredentials{Password: true, ActiveKeys: 2}, LastUsed: sampleStart(), LastUsedKnown: true, Evidence: at},
		{ARN: arn + ":user/unknown", Name: "unknown", Kind: policy.UserMember, Why: benchmark.AdministratorByRight, Conditional: true, By: "policy p, statement 2", Services: []string{"*"}, ServicesExcept: []string{"cloudtrail", "config"},
			Doubt: "SCPs may take it away, and are not all known", Evidence: at},
		{ARN: arn + ":role/deploy", Name: "deploy", Kind: policy.RoleMember, Why: benchmark.AdministratorByEscalation, Ways: []string{"iam:PutRolePolicy", "iam:PassRole + ec2:RunInstances"},
			Services:      strings.Split("a4b account aiops amplify aoss apigateway appflow athena aws-portal backup batch bedrock iam s3", " "),
			LastUsedKnown: true, Boundary: arn + ":policy/limits", Evidence: at, AssumableBy: []benchmark.Assumers{
				{Origin: benchmark.OtherAccount, Count: 7, Names: []string{"111111111111", "222222222222"}},
				{Origin: benchmark.ManagementAccount, Count: 1, Names: []string{"000190000025"}},
				{Origin: benchmark.AWSService, Count: 1, Names: []string{"ec2.amazonaws.com"}},
			}},
	}
	rows.Trusts = sampleTrusts(arn, at)
}

// sampleTrusts are those of the roles vendor, service, open and management.
func sampleTrusts(arn string, at benchmark.Reference) []benchmark.Trust {
	outside := func(role string) benchmark.Trust {
		return benchmark.Trust{Role: arn + ":role/" + role, Kind: policy.TrustsAccount, Value: "arn:aws:iam::999999999999:root", Account: "999999999999",
			Origin: benchmark.OutsideAccount, Statement: "statement 1", Evidence: at}
	}
	vendor, again, shut, kept := outside("vendor"), outside("vendor"), outside("open"), outside("rcp")
	vendor.ExternalID, vendor.Conditions = true, `StringEquals sts:ExternalId ["=1"]`
	again.ExternalID, again.MFA = true, true
	shut.NobodyIn = true
	kept.Mitigated = &benchmark.Mitigation{PolicyID: "p-1", PolicyName: "=perimeter", NodeID: "r-ab12", NodeName: "the root", Statement: "statement 1"}
	management := benchmark.Trust{Role: arn + ":role/central", Kind: policy.TrustsAccount, Value: "000190000025", Account: "000190000025", Origin: benchmark.ManagementAccount, Organization: true, Evidence: at}
	return []benchmark.Trust{
		vendor, again,
		{Role: arn + ":role/service", Kind: policy.TrustsService, Value: "lambda.amazonaws.com", Origin: benchmark.AWSService, Source: true, Evidence: at},
		shut, {Role: arn + ":role/open", Kind: policy.TrustsEveryone, Value: "*", Origin: benchmark.Everyone, Evidence: at},
		kept, management,
		{Role: arn + ":role/own", Kind: policy.TrustsAccount, Value: arn + ":root", Account: "own", Origin: benchmark.SameAccount, Evidence: at},
	}
}

// sampleGuardrail denies one of two actions in every second account, and is not known in
// those that were not entered.
func sampleGuardrail(a *Account, i int) benchmark.Result {
	result := benchmark.Result{Control: "guardrail-cloudtrail", Account: a.ID, At: sampleStart()}
	switch {
	case a.Management:
		result.Verdict, result.Reason = benchmark.VerdictNotApplicable, "no SCP binds the management account"
	case a.Outcome == NotEntered:
		result.Verdict, result.Gap = benchmark.VerdictNotAssessed, &org.Gap{Section: org.SectionPolicies, Cause: org.Throttled}
	default:
		result.Verdict = benchmark.VerdictPass
		result.Items = []benchmark.Item{{
			Status: benchmark.Passed, Observed: "denied by SCP =protect", Because: []string{"Deny: SCP =protect, statement 1", "a second line"},
			Denial: &benchmark.Denial{Action: "cloudtrail:StopLogging", PolicyID: "p-1", PolicyName: "=protect", NodeID: "ou-ab12-00000001", NodeName: "unit Workloads", Statement: "statement 1", Exempt: "ArnNotLike aws:PrincipalArn"},
		}, {Status: benchmark.Passed, Denial: &benchmark.Denial{Action: "cloudtrail:DeleteTrail", Region: "eu-west-1", NodeName: "unit Workloads"}, Observed: "no SCP allows it at unit Workloads"}}
		if i%2 == 0 {
			result.Verdict = benchmark.VerdictFail
			result.Items[1].Status, result.Items[1].Observed = benchmark.Failed, "no SCP that binds the account denies it"
			result.Items[1].Denial.NodeName = ""
		}
	}
	result.Population = len(result.Items)
	return result
}
