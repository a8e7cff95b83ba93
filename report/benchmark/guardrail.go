package benchmark

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// guardrail is a denial that the organization's policies should make in every member
// account. It is judged by what the policies mean: a denial by NotAction or by a wildcard
// counts, and so does an SCP that allows other things alone. What is attached to an empty
// unit covers nobody, and the management account is never covered.
type guardrail struct {
	name, title, finding, why string
	severity                  Severity
	// denied are the actions that must be denied, each with a resource that no policy names,
	// after the ARN's partition; REGION and ACCOUNT stand for those of the account. A * is
	// an action that has no resource, nothing one whose resources are not known.
	denied []deniedAction
	// root asks about the root user instead of an ordinary principal.
	root bool
}

type deniedAction struct{ action, resource string }

// guardrails are the denials that the parameter guardrails names. The actions are those
// that AWS's own examples protect ("Example service control policies", AWS Organizations
// User Guide).
func guardrails() []guardrail {
	return []guardrail{
		{
			name: "leave-organization", severity: High, title: "SCPs keep accounts from leaving the organization",
			finding: "no SCP keeps the account from leaving the organization",
			why:     "An account that leaves is free of every guardrail, and of central logging, at once.",
			denied:  []deniedAction{{"organizations:LeaveOrganization", "*"}},
		},
		{
			name: "cloudtrail", severity: High, title: "SCPs protect CloudTrail",
			finding: "no SCP protects all of CloudTrail",
			why:     "Whoever takes over an account turns off its trail first; what a member cannot change, it cannot turn off.",
			denied: []deniedAction{
				{"cloudtrail:StopLogging", "cloudtrail:REGION:ACCOUNT:trail/any"}, {"cloudtrail:DeleteTrail", "cloudtrail:REGION:ACCOUNT:trail/any"},
				{"cloudtrail:UpdateTrail", "cloudtrail:REGION:ACCOUNT:trail/any"}, {"cloudtrail:PutEventSelectors", "cloudtrail:REGION:ACCOUNT:trail/any"},
			},
		},
		{
			name: "config", severity: Medium, title: "SCPs protect AWS Config",
			finding: "no SCP protects all of AWS Config",
			why:     "Without the recorder nobody can say what a resource looked like before an incident.",
			denied: []deniedAction{
				{"config:StopConfigurationRecorder", "config:REGION:ACCOUNT:configuration-recorder/any"},
				{"config:DeleteConfigurationRecorder", "config:REGION:ACCOUNT:configuration-recorder/any"},
				{"config:DeleteDeliveryChannel", "*"},
			},
		},
		{
			name: "guardduty", severity: High, title: "SCPs protect GuardDuty",
			finding: "no SCP protects all of GuardDuty",
			why:     "GuardDuty sees the attack that a member account would rather not have seen.",
			denied: []deniedAction{
				{"guardduty:DeleteDetector", "guardduty:REGION:ACCOUNT:detector/any"}, {"guardduty:UpdateDetector", "guardduty:REGION:ACCOUNT:detector/any"},
				{"guardduty:DisassociateFromAdministratorAccount", "guardduty:REGION:ACCOUNT:detector/any"},
			},
		},
		{
			name: "securityhub", severity: Medium, title: "SCPs protect Security Hub",
			finding: "no SCP protects all of Security Hub",
			why:     "An account that leaves Security Hub is missing from the picture that the security team looks at.",
			denied: []deniedAction{
				{"securityhub:DisableSecurityHub", "securityhub:REGION:ACCOUNT:hub/default"},
				{"securityhub:DisassociateFromAdministratorAccount", "securityhub:REGION:ACCOUNT:hub/default"},
			},
		},
		{
			name: "access-analyzer", severity: Medium, title: "SCPs protect IAM Access Analyzer",
			finding: "no SCP protects IAM Access Analyzer",
			why:     "Without its analyzer nobody notices what an account opens to the outside.",
			denied:  []deniedAction{{"access-analyzer:DeleteAnalyzer", "access-analyzer:REGION:ACCOUNT:analyzer/any"}},
		},
		{
			name: "root-keys", severity: High, root: true, title: "SCPs keep the root user from making access keys",
			finding: "no SCP keeps the root user from making access keys",
			why:     "A root access key opens the whole account and cannot be narrowed by any IAM policy.",
			denied:  []deniedAction{{"iam:CreateAccessKey", "iam::ACCOUNT:root"}},
		},
		{
			name: "root-user", severity: High, root: true, title: "SCPs deny the root user of members its work",
			finding: "no SCP denies the root user its work",
			why:     "Members hardly ever need their root user; what an SCP denies cannot be misused with a stolen root password.",
			denied: []deniedAction{
				{"iam:CreateUser", "iam::ACCOUNT:user/any"}, {"iam:AttachRolePolicy", "iam::ACCOUNT:role/any"},
				{"ec2:RunInstances", "ec2:REGION:ACCOUNT:instance/any"}, {"s3:DeleteBucket", "s3:::any"}, {"s3:GetObject", "s3:::any/any"},
				{"kms:ScheduleKeyDeletion", "kms:REGION:ACCOUNT:key/any"}, {"lambda:CreateFunction", "lambda:REGION:ACCOUNT:function:any"},
				{"secretsmanager:GetSecretValue", "secretsmanager:REGION:ACCOUNT:secret:any"},
			},
		},
		{
			name: "regions", severity: Medium, title: "SCPs restrict the regions that can be used",
			finding: "no SCP restricts the regions that can be used",
			why:     "What runs in a region that nobody looks at is seen by nobody but its owner.",
			denied: []deniedAction{
				{"ec2:RunInstances", "ec2:REGION:ACCOUNT:instance/any"}, {"lambda:CreateFunction", "lambda:REGION:ACCOUNT:function:any"},
				{"rds:CreateDBInstance", "rds:REGION:ACCOUNT:db:any"}, {"sqs:CreateQueue", "sqs:REGION:ACCOUNT:any"},
			},
		},
		{
			name: "iam-users", severity: Medium, title: "SCPs keep accounts from creating IAM users",
			finding: "no SCP keeps the account from creating IAM users",
			why:     "People who come through federation need no IAM users; each one is a credential that lasts.",
			denied:  []deniedAction{{"iam:CreateUser", "iam::ACCOUNT:user/any"}},
		},
		{
			name: "access-keys", severity: Medium, title: "SCPs keep accounts from creating access keys",
			finding: "no SCP keeps the account from creating access keys",
			why:     "Access keys do not expire and end up in code; roles need none.",
			denied:  []deniedAction{{"iam:CreateAccessKey", "iam::ACCOUNT:user/any"}},
		},
		{
			name: "audit-role", severity: Medium, title: "SCPs protect the audit role",
			finding: "no SCP keeps the account from changing the audit role",
			why:     "An account that can change the audit role can decide what the audit sees.",
			denied: []deniedAction{
				{"iam:DeleteRole", auditRoleARN}, {"iam:UpdateAssumeRolePolicy", auditRoleARN}, {"iam:AttachRolePolicy", auditRoleARN},
				{"iam:DetachRolePolicy", auditRoleARN}, {"iam:PutRolePolicy", auditRoleARN}, {"iam:DeleteRolePolicy", auditRoleARN},
				{"iam:PutRolePermissionsBoundary", auditRoleARN},
			},
		},
	}
}

const auditRoleARN = "iam::ACCOUNT:role/AUDITROLE"

// guardrailNames are the names that the parameter guardrails knows.
func guardrailNames() []string {
	var names []string
	for _, g := range guardrails() {
		names = append(names, g.name)
	}
	return names
}

// guardrailControl makes the control guardrail-NAME.
func guardrailControl(name string) *Control {
	all := guardrails()
	g := all[slices.IndexFunc(all, func(g guardrail) bool { return g.name == name })]
	var actions []string
	for _, d := range g.denied {
		actions = append(actions, d.action)
	}
	who := "any role or user that no policy names"
	if g.root {
		who = "the root user"
	}
	c := &Control{
		ID: "guardrail-" + name, Title: g.title, Severity: g.severity, Scope: AccountScope, Finding: g.finding, Why: g.why,
		Test: fmt.Sprintf("Follow the SCPs from the root over the units to the account, as the sheet SCPs by account lists them. For %s, each of %s is denied in every request: by a Deny statement, or since one level does not allow it. Conditions that exempt some principals are told with the item. Does not apply to the management account, which no SCP binds.",
			who, strings.Join(actions, ", ")),
		Remedy:            "Attach an SCP that denies these actions to the root or to the units that hold the accounts; exempt the roles that need them by a condition on aws:PrincipalArn.",
		NeedsOrganization: []org.Section{org.SectionTree, org.SectionPolicies},
		Parameters:        []string{"guardrails"},
		Judge: func(s *Subject) Outcome {
			if !slices.Contains(s.Parameters.Guardrails, g.name) {
				return notApplicable("the configuration does not ask for this guardrail")
			}
			return s.judgeGuardrail(g.denied, g.root, g.name == "regions")
		},
	}
	if name == "regions" {
		c.Uses = []org.Section{collect.RegionsSection}
		c.Parameters = append(c.Parameters, "allowed_regions")
	}
	return c
}

// guardrailRequiredDenials judges the actions that the configuration names beside the
// guardrails that orgaudit knows.
func guardrailRequiredDenials() *Control {
	return &Control{
		ID: "guardrail-required-denials", Title: "SCPs deny what the company requires", Severity: Medium, Scope: AccountScope,
		Finding:           "SCPs do not deny all that the configuration requires",
		Why:               "A guardrail that stands in a policy document and binds no account guards nothing.",
		Test:              "Follow the SCPs from the root over the units to the account. For any role or user that no policy names, each action of required_denials is denied in every request. Does not apply to the management account, nor where required_denials is empty.",
		Remedy:            "Attach an SCP that denies these actions to the root or to the units that hold the accounts.",
		NeedsOrganization: []org.Section{org.SectionTree, org.SectionPolicies},
		Parameters:        []string{"required_denials"},
		Judge: func(s *Subject) Outcome {
			if len(s.Parameters.RequiredDenials) == 0 {
				return notApplicable("the configuration requires no further denials")
			}
			var denied []deniedAction
			for _, action := range s.Parameters.RequiredDenials {
				denied = append(denied, deniedAction{action: action})
			}
			return s.judgeGuardrail(denied, false, false)
		},
	}
}

// judgeGuardrail asks for every action whether the account's SCPs deny it.
func (s *Subject) judgeGuardrail(denied []deniedAction, root, regional bool) Outcome {
	if s.Organization.IsManagement(s.Account.ID) {
		return notApplicable("no SCP binds the management account")
	}
	scps, _, doubt := s.organizationPolicies()
	if scps == nil && doubt == nil {
		return s.noSCPs(denied)
	}
	regions := []string{""}
	if regional {
		regions = s.forbiddenRegions(scps)
	}
	var items []Item
	for _, d := range denied {
		for _, region := range regions {
			item := Item{
				Resource: fmt.Sprintf("%s in account %s", d.action, s.Account.ID), Expected: "denied by SCPs",
				Evidence: Reference{File: collect.OrganizationFile, Pointer: "/policies"},
				Denial:   &Denial{Action: d.action},
			}
			if regional {
				item.Denial.Region = strings.ReplaceAll(region, anyRegion, "(one that no policy names)")
				item.Resource += ", region " + item.Denial.Region
			}
			if doubt != nil {
				item.Status, item.Gap, item.Observed = NotAssessed, doubt, "the SCPs of the account are not all known"
			} else {
				decision, users := s.decideForAll(scps, root, d, region)
				s.judgeDenial(&item, decision)
				if users {
					item.Observed = "IAM users: " + item.Observed
				}
			}
			items = append(items, item)
		}
	}
	return Outcome{Items: items}
}

// noSCPs are the items of an account in an organization without SCPs.
func (s *Subject) noSCPs(denied []deniedAction) Outcome {
	var items []Item
	for _, d := range denied {
		items = append(items, Item{
			Resource: fmt.Sprintf("%s in account %s", d.action, s.Account.ID), Status: Failed, Expected: "denied by SCPs",
			Observed: "service control policies are not enabled in the organization",
			Evidence: Reference{File: collect.OrganizationFile, Pointer: "/policy_types"},
			Denial:   &Denial{Action: d.action},
		})
	}
	return Outcome{Items: items}
}

// policyRef is the place of a policy of the organization.
func (s *Subject) policyRef(id string) Reference {
	i := slices.IndexFunc(s.Organization.Policies, func(p org.Policy) bool { return p.ID == id })
	return Reference{File: collect.OrganizationFile, Pointer: fmt.Sprintf("/policies/%d/document", i)}
}
