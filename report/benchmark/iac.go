package benchmark

import (
	"fmt"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// iacManaged shows how much of the account's identities bears the marks of CloudFormation
// or Terraform. The marks are hints: Terraform leaves none unless its code sets tags, and a
// name can look like CloudFormation's by chance, so that a person judges.
func iacManaged() *Control {
	return &Control{
		ID: "iac-managed", Title: "Roles and policies are made by code", Severity: Low, Scope: AccountScope, Manual: true,
		Finding: "roles and policies are not known to be made by code",
		Why:     "What stands in code is reviewed before it changes, can be restored, and shows who asked for it.",
		Test:    "Ask the owner of the account how roles and customer-managed policies are made. Facts: of each, the share that shows CloudFormation (a tag aws:cloudformation:*, or a name that ends in a logical id and 12 or 13 random characters) or Terraform (a tag terraform, or managed-by with that value, or a name that begins with terraform-). Service-linked roles and those of IAM Identity Center are left out.",
		Remedy:  "Describe roles and policies in CloudFormation, CDK or Terraform, import those that there are, and let people change them through reviews.",
		Needs:   []org.Section{collect.AuthorizationSection},
		Judge: func(s *Subject) Outcome {
			roles, policies := codeShare{}, codeShare{}
			for i := range s.Evidence.Authorization.Roles {
				r := &s.Evidence.Authorization.Roles[i]
				if !linkedToService(r) && !strings.Contains(r.ARN, ":role/aws-reserved/") {
					roles.count(madeBy(r.Name, r.Tags))
				}
			}
			for _, p := range s.Evidence.Authorization.Policies {
				policies.count(madeBy(p.Name, nil)) // the authorization details hold no tags of policies
			}
			if roles.all+policies.all == 0 {
				return notApplicable("the account has no role of its own and no customer-managed policy")
			}
			return Outcome{
				Manual: true, Reason: "ask how roles and policies are made; what bears no mark may still stand in code",
				Items: []Item{
					s.codeItem("roles", "/authorization_details/roles", roles),
					s.codeItem("customer-managed policies", "/authorization_details/policies", policies),
				},
			}
		},
	}
}

// tool is what a role or policy was made with, as far as it shows.
type tool int

const (
	noTool tool = iota
	cloudFormation
	terraform
)

// codeShare counts what was made with which tool.
type codeShare struct{ all, cloudFormation, terraform int }

func (c *codeShare) count(by tool) {
	c.all++
	switch by {
	case cloudFormation:
		c.cloudFormation++
	case terraform:
		c.terraform++
	}
}

func (s *Subject) codeItem(what, pointer string, c codeShare) Item {
	return Item{
		Resource: what + " of account " + s.Account.ID, Status: Passed, Evidence: s.ref("%s", pointer),
		Expected: "a person says that they are made by code",
		Observed: fmt.Sprintf("%d of %d show CloudFormation, %d Terraform", c.cloudFormation, c.all, c.terraform),
	}
}

// madeBy reads the marks of a role or policy. A tag says more than a name.
func madeBy(name string, tags map[string]string) tool {
	seen := noTool
	for key, value := range tags {
		switch key, value = strings.ToLower(key), strings.ToLower(value); {
		case strings.HasPrefix(key, "aws:cloudformation:"):
			return cloudFormation // AWS alone sets these
		case key == "terraform" && value != "false":
			seen = terraform
		case strings.NewReplacer("-", "", "_", "").Replace(key) == "managedby" && strings.Contains(value, "terraform"):
			seen = terraform
		}
	}
	switch {
	case seen != noTool:
		return seen
	case strings.HasPrefix(name, "terraform-"):
		return terraform
	case stackName(name):
		return cloudFormation
	}
	return noTool
}

// stackName tells whether CloudFormation may have made a name: the name of the stack, the
// logical id and a random end, such as network-FlowLogRole-1ABCDEFGHIJKL ("Name type",
// AWS CloudFormation User Guide). An end of small letters alone is taken for a word.
func stackName(name string) bool {
	parts := strings.Split(name, "-")
	if len(parts) < 3 {
		return false
	}
	end, logical := parts[len(parts)-1], parts[len(parts)-2]
	if len(end) != 12 && len(end) != 13 || logical == "" {
		return false
	}
	const letters = "abcdefghijklmnopqrstuvwxyz"
	const others = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	return strings.Trim(end, letters+others) == "" && strings.Trim(logical, letters+others) == "" && strings.ContainsAny(end[1:], others)
}
