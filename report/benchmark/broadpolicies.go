package benchmark

import (
	"fmt"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// fullAdministrator finds what policy-no-full-admin finds; where the line stands and why is
// said at policy.Document.FullAdministrator.
func fullAdministrator(_ *Subject, p *ownPolicy) finding {
	if len(p.analysed.Grants) == 0 {
		return finding{}
	}
	var statements []int
	for _, g := range p.analysed.Grants {
		statements = append(statements, g.Statement)
	}
	f := p.found(p.analysed.Grants[0].By, statements...)
	if p.analysed.Grants[0].Denied {
		f.observed += ", beside a deny of everything"
	}
	return f
}

const (
	noFullGrant   = "no grant of every action on every resource"
	fullAdminTest = "no Allow statement has every resource and every action (or, by NotAction, all but a part that leaves IAM, Organizations or Account Management). Deny statements and conditions do not change the verdict."
)

// policyUnattachedAdmin counts a policy that is a permissions boundary alone as unattached,
// as AWS does: somebody can attach it.
func policyUnattachedAdmin() *Control {
	return &Control{
		ID: "policy-unattached-admin", Title: "No unattached policy grants every action on every resource", Severity: Medium, Scope: AccountScope,
		Finding: "policies that allow everything lie ready to be attached",
		Why:     "A policy that nobody has is reviewed by nobody, and makes an administrator of whomever it is attached to.",
		Test:    "For every customer-managed policy that the authorization details show attached to no user, group or role, read the version in force: " + fullAdminTest,
		Remedy:  "Delete the policy, or write it anew with the actions and resources that a job needs.",
		Needs:   []org.Section{collect.AuthorizationSection},
		Judge:   eachPolicy(unattachedPolicies, noFullGrant, "no such grant", fullAdministrator),
	}
}

// inlineAdmin has an item for each inline policy; some tools have one for each of those who
// have any.
func inlineAdmin() *Control {
	return &Control{
		ID: "inline-admin", Title: "No inline policy grants every action on every resource", Severity: Critical, Scope: AccountScope,
		Finding: "inline policies allow everything",
		Why:     "An inline policy stands in no list of policies, so that an administrator made by one is easily missed.",
		Test:    "For every inline policy of a user, group or role in the authorization details: " + fullAdminTest,
		Remedy:  "Delete the inline policy; give the job's permissions by a managed policy that names actions and resources.",
		Needs:   []org.Section{collect.AuthorizationSection},
		Judge:   eachPolicy(inlinePolicies, noFullGrant, "no such grant", fullAdministrator),
	}
}

// fullAccess makes the controls on policies that give a service whole. What counts, and
// where other tools differ, is said at policy.Analysis.FullService: a condition on the
// Allow is noted and does not help, a Deny helps where it holds always and everywhere.
func fullAccess(id string, severity Severity, of population, kind, service, name, why string) *Control {
	return &Control{
		ID: id, Title: fmt.Sprintf("No %s policy grants all of %s", kind, name), Severity: severity, Scope: AccountScope,
		Finding: fmt.Sprintf("%s policies grant all of %s", kind, name),
		Why:     why,
		Test: fmt.Sprintf("For every %s policy: not every action of %s is allowed on all resources, by Action or NotAction and by all its statements together. An action that a statement denies without condition on all resources is not allowed; conditions of Allow statements do not change the verdict.%s",
			kind, name, attachedWords(kind)),
		Remedy:     fmt.Sprintf("Name the actions of %s that the job needs, and the resources.", name),
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: attachedParameters(kind),
		Judge: eachPolicy(of, "not every action of "+name+" on all resources", "does not grant the whole service", func(_ *Subject, p *ownPolicy) finding {
			statements, full := p.analysed.FullService(service)
			if !full {
				return finding{}
			}
			return p.found("every action of "+name+" on all resources", statements...)
		}),
	}
}

const (
	customerManaged = "customer-managed"
	inline          = "inline"
	customerOrOwn   = "customer-managed or inline"
)

// attachedWords say which customer-managed policies are judged.
func attachedWords(kind string) string {
	if kind == inline {
		return ""
	}
	return " Managed policies that are attached to nobody are judged only with include_unattached."
}

func attachedParameters(kind string, more ...string) []string {
	if kind == inline {
		return more
	}
	return append([]string{"include_unattached"}, more...)
}

const (
	whyCloudTrail = "Whoever has all of CloudTrail can stop the trail, and what they do next is recorded nowhere."
	whyKMS        = "Whoever has all of KMS can read what any key protects, give keys to others, and delete them with the data."
)

func policyFullCloudTrail() *Control {
	return fullAccess("policy-full-cloudtrail", Medium, customerPolicies, customerManaged, "cloudtrail", "CloudTrail", whyCloudTrail)
}

func policyFullKMS() *Control {
	return fullAccess("policy-full-kms", Medium, customerPolicies, customerManaged, "kms", "KMS", whyKMS)
}

func inlineFullCloudTrail() *Control {
	return fullAccess("inline-full-cloudtrail", High, inlinePolicies, inline, "cloudtrail", "CloudTrail", whyCloudTrail)
}

func inlineFullKMS() *Control {
	return fullAccess("inline-full-kms", Medium, inlinePolicies, inline, "kms", "KMS", whyKMS)
}

// policyServiceWildcard is about how a policy is written, so that denials beside the Allow
// do not count. A NotAction that leaves whole services over is the same grant in other
// words; tools that look for the text svc:* miss it.
func policyServiceWildcard() *Control {
	return &Control{
		ID: "policy-service-wildcard", Title: "No customer-managed policy allows whole services everywhere", Severity: Medium, Scope: AccountScope,
		Finding:    "customer-managed policies allow whole services on all resources",
		Why:        "A whole service on all resources holds actions that no job needs, and grows whenever AWS adds one.",
		Test:       "For every customer-managed policy: no Allow statement without a condition has all resources and an Action element that covers every action of a service, such as s3:* or *, or a NotAction that leaves a whole service over." + attachedWords(customerManaged),
		Remedy:     "Name actions, by access level or one by one, or the resources; a condition, such as on a tag, bounds what must stay broad.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: attachedParameters(customerManaged),
		Judge: eachPolicy(customerPolicies, "no whole service on all resources without a condition", "no such statement", func(_ *Subject, p *ownPolicy) finding {
			statement, by, ok := p.analysed.ServiceWildcard()
			if !ok {
				return finding{}
			}
			return p.found(by+" on all resources", statement)
		}),
	}
}

// marketplaceSubscribe makes the controls on subscriptions. The action knows no resources,
// so that a statement about some other than all does not allow it.
func marketplaceSubscribe(id string, of population, kind string) *Control {
	const action = "aws-marketplace:Subscribe"
	return &Control{
		ID: id, Title: fmt.Sprintf("No %s policy allows subscribing to products", kind), Severity: Medium, Scope: AccountScope,
		Finding:    fmt.Sprintf("%s policies allow subscribing to products of AWS Marketplace", kind),
		Why:        "A subscription costs money, brings in software of others, and accepts terms in the organization's name.",
		Test:       fmt.Sprintf("For every %s policy: no Allow statement has %s, by Action or NotAction, on all resources, unless a Deny statement without condition takes it away on all resources. A condition on the Allow does not change the verdict.%s", kind, action, attachedWords(kind)),
		Remedy:     "Leave subscriptions to those who buy; let others use products through a private marketplace.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: attachedParameters(kind),
		Judge: eachPolicy(of, action+" not allowed on all resources", "not allowed", func(_ *Subject, p *ownPolicy) finding {
			statement, ok := p.analysed.AllowsEverywhere(action)
			if !ok {
				return finding{}
			}
			return p.found("allows "+action, statement)
		}),
	}
}

func policyMarketplaceSubscribe() *Control {
	return marketplaceSubscribe("policy-marketplace-subscribe", customerPolicies, customerManaged)
}

func inlineMarketplaceSubscribe() *Control {
	return marketplaceSubscribe("inline-marketplace-subscribe", inlinePolicies, inline)
}

// policyKMSDecryptAll counts, beside the plain *, every glob that takes in all keys of at
// least one account and region, such as key/* there: a key that is made tomorrow is in it
// too, whoever's data it protects. Some tools fail any key, even one that is named; AWS's
// own check stops at all keys of all regions. Conditions do not change the verdict, as in
// that check ("Security Hub CSPM controls for AWS KMS", KMS.1 and KMS.2).
func policyKMSDecryptAll() *Control {
	return &Control{
		ID: "policy-kms-decrypt-all", Title: "No policy allows decrypting with every key", Severity: Medium, Scope: AccountScope,
		Finding:    "policies allow decrypting with every key",
		Why:        "A key keeps data apart only from those who may not use it; whoever may decrypt with all keys may read all data.",
		Test:       "For every customer-managed and inline policy: no Allow statement has an action of blocked_kms_actions, by Action or NotAction, on all resources or on all keys of at least one account and region, unless a Deny statement without condition takes the action away on all resources. Conditions on the Allow do not change the verdict." + attachedWords(customerOrOwn),
		Remedy:     "Name the keys, by ARN; a key that many use is better opened in its key policy.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: attachedParameters(customerOrOwn, "blocked_kms_actions"),
		Judge: eachPolicy(customerAndInlinePolicies, "keys named one by one", "not on all keys", func(s *Subject, p *ownPolicy) finding {
			var actions []string
			var statements []int
			for _, action := range s.Parameters.BlockedKMSActions {
				if i, ok := p.analysed.AllowsOnEvery(action, "key/"); ok {
					actions, statements = append(actions, action), append(statements, i)
				}
			}
			if len(actions) == 0 {
				return finding{}
			}
			return p.found(strings.Join(actions, ", ")+" on all keys", statements...)
		}),
	}
}
