package benchmark

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/org"
	"orgaudit/org/policy"
)

// delegableServices are the services that let a member account run them for the
// organization ("AWS services that you can use with AWS Organizations", AWS Organizations
// User Guide), by their principal without .amazonaws.com.
var delegableServices = [...]string{
	"access-analyzer", "account", "auditmanager", "backup", "cloudtrail", "compute-optimizer", "config",
	"config-multiaccountsetup", "detective", "devops-guru", "fms", "guardduty", "health", "iam", "inspector2",
	"ipam", "license-manager", "license-manager-linux-subscriptions", "macie", "member.org.stacksets.cloudformation",
	"reachabilityanalyzer.networkinsights", "reporting.trustedadvisor", "resource-explorer-2", "securityhub",
	"securitylake", "servicecatalog", "ssm", "sso", "storage-lens.s3",
}

// delegable tells whether a service principal is asked for a delegated administrator.
func (s *Subject) delegable(principal string) bool {
	if len(s.Parameters.DelegationServices) > 0 {
		return slices.Contains(s.Parameters.DelegationServices, principal)
	}
	name, ok := strings.CutSuffix(principal, ".amazonaws.com")
	return ok && slices.Contains(delegableServices[:], name)
}

// organizationTrails is the service whose delegated administrator is asked for only where
// there is an organization trail. Trails are not collected.
const organizationTrails = "cloudtrail.amazonaws.com"

// orgServiceDelegation asks for an administrator that can act: one that is suspended or
// closed runs nothing. Whether the account fits is for a person to say, and so is every
// service of which it is not known that an account can run it.
func orgServiceDelegation() *Control {
	return &Control{
		ID: "org-service-delegation", Title: "Services of the organization are run by delegated administrators", Severity: Critical, Scope: OrganizationScope,
		Finding:    "services with trusted access are run from the management account",
		Why:        "Nobody should work in the management account, which no SCP binds; a delegated administrator lets them work elsewhere.",
		Test:       "For every service of organizations:ListAWSServiceAccessForOrganization that supports delegated administration, or that delegation_services names: organizations:ListDelegatedAdministrators for its principal lists an ACTIVE account that is not the management account. Without one for cloudtrail.amazonaws.com, look whether there is an organization trail (cloudtrail:DescribeTrails, IsOrganizationTrail): only then is one needed. For every other service, look in its documentation whether it supports delegated administration.",
		Remedy:     "Register a member account that is made for the purpose as delegated administrator of the service.",
		Needs:      []org.Section{org.SectionTrusted, org.SectionDelegation, org.SectionAccounts},
		Parameters: []string{"delegation_services"},
		Judge: func(s *Subject) Outcome {
			var items []Item
			failed, asked := false, false
			for i := range s.Organization.TrustedServices {
				item := s.delegatedService(i)
				failed = failed || item.Status == Failed
				asked = asked || item.Status == Fact
				items = append(items, item)
			}
			switch {
			case len(items) == 0:
				return notApplicable("no service has trusted access to the organization")
			case asked:
				return Outcome{
					Items: items, Manual: !failed,
					Reason: "judge the services with trusted access of which it is not known whether they need a delegated administrator",
				}
			}
			return Outcome{Items: items}
		},
	}
}

// delegatedService judges one service with trusted access.
func (s *Subject) delegatedService(i int) Item {
	o, principal := s.Organization, s.Organization.TrustedServices[i].Principal
	item := Item{
		Resource: principal, Status: Failed, Expected: "an active member account is the delegated administrator",
		Observed: "trusted access is on, and no account is delegated administrator", Evidence: orgRef("/trusted_services/%d", i),
	}
	for j, d := range o.DelegatedAdministrators {
		if !slices.Contains(d.Services, principal) {
			continue
		}
		a := o.Account(d.AccountID)
		if a != nil && a.State == org.StateActive && !o.IsManagement(a.ID) {
			item.Status, item.Evidence = Passed, orgRef("/delegated_administrators/%d", j)
			item.Observed = fmt.Sprintf("delegated to account %s (%s)", a.ID, a.Name)
			break
		}
		item.Observed = "delegated to account " + d.AccountID + " alone, which is no active member"
	}
	doubt := ""
	switch {
	case principal == organizationTrails:
		if item.Status == Failed {
			doubt = "needed only where there is an organization trail, and trails are not collected"
		}
	case s.delegable(principal):
	case len(s.Parameters.DelegationServices) > 0:
		doubt = "delegation_services does not name the service"
	default:
		doubt = "not known to support delegated administration"
	}
	if doubt != "" {
		item.Status = Fact
		item.Observed += "; " + doubt
	}
	return item
}

// orgTrustedDelegates judges every administrator. Without a list of trusted accounts nobody
// has said which are wanted, so that a person must; only an account that is not of the
// organization fails then. Other tools let the last of the list decide, and with an empty
// list of trusted accounts fail all of them, which is the opposite of what is recommended.
func orgTrustedDelegates() *Control {
	return &Control{
		ID: "org-trusted-delegates", Title: "Only known accounts are delegated administrators", Severity: Critical, Scope: OrganizationScope,
		Finding:    "unknown accounts are delegated administrators",
		Why:        "A delegated administrator reads and changes a service in every account of the organization.",
		Test:       "Every account of organizations:ListDelegatedAdministrators is in trusted_delegated_accounts. Where that is empty, an account that is not in the organization fails, and for each of the others judge whether it should run the services that are delegated to it. An organization without delegated administrators passes.",
		Remedy:     "Deregister the account, or add it to trusted_delegated_accounts.",
		Needs:      []org.Section{org.SectionDelegation, org.SectionAccounts},
		Parameters: []string{"trusted_delegated_accounts"},
		Judge: func(s *Subject) Outcome {
			o, trusted := s.Organization, s.Parameters.TrustedDelegatedAccounts
			expected := "a member of the organization that is wanted"
			if len(trusted) > 0 {
				expected = "one of " + strings.Join(trusted, ", ")
			}
			var items []Item
			failed := false
			for i, d := range o.DelegatedAdministrators {
				item := Item{
					Resource: "account " + d.AccountID, Status: status(slices.Contains(trusted, d.AccountID)), Expected: expected,
					Observed: "delegated administrator of " + strings.Join(d.Services, ", "), Evidence: orgRef("/delegated_administrators/%d", i),
				}
				if len(trusted) == 0 {
					if a := o.Account(d.AccountID); a != nil {
						item.Status, item.Observed = Fact, a.Name+", "+item.Observed
					} else {
						item.Observed += ", and no account of the organization"
					}
				}
				failed = failed || item.Status == Failed
				items = append(items, item)
			}
			switch {
			case len(items) == 0:
				return fromItem(Item{
					Resource: o.ARN, Status: Passed, Expected: expected,
					Observed: "there is no delegated administrator", Evidence: orgRef("/delegated_administrators"),
				})
			case len(trusted) == 0 && !failed:
				return Outcome{Items: items, Manual: true, Reason: "judge whether each account should run what is delegated to it, or set trusted_delegated_accounts"}
			}
			return Outcome{Items: items}
		},
	}
}

// orgIdentityCenter can say whether IAM Identity Center may work in the organization and
// who runs it. Which identity provider it trusts no interface of Organizations tells.
func orgIdentityCenter() *Control {
	const identityCenter = "sso.amazonaws.com"
	return &Control{
		ID: "org-identity-center", Title: "People sign in through IAM Identity Center with an external identity provider", Severity: Low, Scope: OrganizationScope,
		Finding: "people do not sign in through IAM Identity Center",
		Why:     "With one place where people sign in, joiners get access and leavers lose it everywhere at once.",
		Test:    "organizations:ListAWSServiceAccessForOrganization lists sso.amazonaws.com, and organizations:ListDelegatedAdministrators an account for it. Then look in IAM Identity Center: is the identity source an external identity provider, which permission sets give administrator access, and to whom.",
		Remedy:  "Turn on IAM Identity Center for the organization, connect the identity provider, and hand it to a delegated administrator.",
		Needs:   []org.Section{org.SectionTrusted, org.SectionDelegation},
		Manual:  true,
		Judge: func(s *Subject) Outcome {
			o := s.Organization
			access := Item{
				Resource: "trusted access of " + identityCenter, Status: Passed, Expected: "on",
				Observed: "off", Evidence: orgRef("/trusted_services"),
			}
			for i, t := range o.TrustedServices {
				if t.Principal == identityCenter {
					access.Observed, access.Evidence = "on", orgRef("/trusted_services/%d", i)
				}
			}
			administrator := Item{
				Resource: "delegated administrator of " + identityCenter, Status: Passed, Expected: "a member account",
				Observed: "none", Evidence: orgRef("/delegated_administrators"),
			}
			for i, d := range o.DelegatedAdministrators {
				if slices.Contains(d.Services, identityCenter) {
					administrator.Observed, administrator.Evidence = "account "+d.AccountID, orgRef("/delegated_administrators/%d", i)
				}
			}
			return Outcome{
				Items: []Item{access, administrator}, Manual: true,
				Reason: "look in IAM Identity Center which identity provider it trusts and whom its permission sets make administrators",
			}
		},
	}
}

// policyManagement are the actions with which policies of the organization are run.
var policyManagement = [...]string{
	"organizations:CreatePolicy", "organizations:UpdatePolicy", "organizations:AttachPolicy", "organizations:DetachPolicy", "organizations:DeletePolicy",
}

// delegation is an Allow statement of the delegation policy that lets somebody manage policies.
type delegation struct {
	statement string
	everyone  bool
	bound     bool // a condition narrows whom it is about
	whole     bool // it allows all of organizations:*
	accounts  []string
}

// delegations reads the statements; Deny statements are left to the reader, since they
// cannot give what is asked for.
func delegations(document *policy.Document, stranger *policy.Facts, trustedIPs []string) []delegation {
	var list []delegation
	for i := range document.Statements {
		st := &document.Statements[i]
		manages := func(action string) bool { return st.AppliesToAction(action) }
		if st.Effect != policy.Allow || !slices.ContainsFunc(policyManagement[:], manages) {
			continue
		}
		d := delegation{
			statement: fmt.Sprintf("statement %d", i+1), everyone: everyone(st), bound: keepsOut(st.Conditions, stranger, trustedIPs),
			// To close accounts and to name administrators has nothing to do with policies.
			whole: manages("organizations:CloseAccount") && manages("organizations:RegisterDelegatedAdministrator"),
		}
		if st.Sid != "" {
			d.statement += fmt.Sprintf(" (%q)", st.Sid)
		}
		if st.Principals != nil {
			for _, p := range st.Principals.AWS {
				if fields := strings.SplitN(p, ":", 6); len(fields) == 6 {
					p = fields[4]
				}
				if p != "*" {
					d.accounts = append(d.accounts, p)
				}
			}
		}
		list = append(list, d)
	}
	return list
}

// orgPolicyDelegation reads the delegation policy. Other tools read the delegated
// administrators of services here, which have nothing to do with who runs policies.
func orgPolicyDelegation() *Control {
	return &Control{
		ID: "org-policy-delegation", Title: "Policies of the organization are run from a delegated account", Severity: Critical, Scope: OrganizationScope,
		Finding:    "policies of the organization are run from the management account",
		Why:        "Policies change often; who changes them should not need the management account, which no policy binds.",
		Test:       "organizations:DescribeResourcePolicy returns a policy. An Allow statement of it gives an ACTIVE member account, or a principal in one, an action of CreatePolicy, UpdatePolicy, AttachPolicy, DetachPolicy, DeletePolicy. No such statement is for every principal without a condition that narrows them (an address only by private ranges or ones inside trusted_ips), and, where policy_admin_accounts is set, none names an account that is not in it.",
		Remedy:     "Write a delegation policy that lets one account that is made for the purpose manage policies, and nothing else.",
		Needs:      []org.Section{org.SectionResourcePolicy, org.SectionAccounts},
		Parameters: []string{"policy_admin_accounts", "trusted_ips"},
		Judge: func(s *Subject) Outcome {
			o := s.Organization
			item := Item{Resource: o.ARN, Status: Failed, Expected: "an active member account may manage policies", Evidence: orgRef("/resource_policy")}
			if o.ResourcePolicy == "" {
				item.Observed, item.Evidence = "the organization has no delegation policy", orgRef("/gaps")
				return fromItem(item)
			}
			document, err := s.Policies.Parse(o.ResourcePolicy)
			if err != nil {
				return fromItem(s.malformed(item, org.SectionResourcePolicy, fmt.Errorf("the delegation policy could not be understood: %w", err)))
			}
			item.Observed = "the delegation policy lets no active member account manage policies"
			var items []Item
			for _, d := range delegations(document, policy.Stranger(o.Partition, o.WalkEnded), s.Parameters.TrustedIPs) {
				if d.everyone {
					open := Item{
						Resource: o.ARN + "/" + d.statement, Status: status(d.bound), Expected: "named accounts, or a condition that narrows the principals",
						Observed: "every principal may manage policies", Evidence: item.Evidence,
					}
					if d.bound {
						open.Observed += ", narrowed by a condition"
					}
					items = append(items, open)
				}
				for _, id := range d.accounts {
					a := o.Account(id)
					if a != nil && a.State == org.StateActive && !o.IsManagement(id) {
						item.Status, item.Observed = Passed, fmt.Sprintf("account %s (%s) may manage policies", a.ID, a.Name)
					}
					named := Item{
						Resource: o.ARN + "/" + d.statement + "/" + id, Status: Passed, Expected: "an account that may manage policies",
						Observed: "account " + id + " may manage policies", Evidence: item.Evidence,
					}
					if admins := s.Parameters.PolicyAdminAccounts; len(admins) > 0 {
						named.Expected = "one of " + strings.Join(admins, ", ")
						named.Status = status(slices.Contains(admins, id))
					}
					if d.whole {
						named.Because = []string{d.statement + " allows far more of Organizations than policies"}
					}
					items = append(items, named)
				}
			}
			return Outcome{Items: append([]Item{item}, items...)}
		},
	}
}
