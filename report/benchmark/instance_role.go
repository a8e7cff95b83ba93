package benchmark

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// instanceRole is automated in CIS by EC2's list of instances, which is no part of an audit
// of identities. What IAM knows is shown instead: the roles that instances can have, and the
// access keys whose last call went to EC2, which often stand on instances or in the tools
// that start them. A person compares them with the instances.
func instanceRole() *Control {
	return &Control{
		ID: "instance-role", Title: "EC2 instances have a role instead of access keys", Severity: Medium, Scope: AccountScope, Manual: true,
		Finding: "instances are not known to use roles",
		Why:     "A key on an instance is read by whoever gets into it, works from anywhere, and does not expire; a role's credentials end within hours.",
		Test:    "In every region, every instance of ec2:DescribeInstances that is not terminated or shutting down has an IamInstanceProfile, and iam:GetInstanceProfile shows a role in it. Facts: roles whose trust policy lets ec2.amazonaws.com assume them, with their instance profiles and last use; active access keys whose access_key_N_last_used_service is ec2.",
		Remedy:  "Attach an instance profile with a role to the instance, move its programs to it, and delete their keys.",
		Needs:   []org.Section{collect.AuthorizationSection},
		Uses:    []org.Section{collect.CredentialReportSection},
		Judge: func(s *Subject) Outcome {
			return Outcome{
				Manual: true, Items: append(s.instanceRoles(), s.keysOfEC2()...),
				Reason: "EC2 is not read; in every region compare the instances without an instance profile with these roles and keys",
			}
		},
	}
}

// instanceRoles are the facts about roles that EC2 may assume.
func (s *Subject) instanceRoles() []Item {
	var items []Item
	for i, r := range s.Evidence.Authorization.Roles {
		item := Item{Resource: r.ARN, Expected: "a person says that the instances that need it have it", Evidence: s.ref("/authorization_details/roles/%d", i)}
		trusted, err := s.trustsEC2(r.Trust)
		if err != nil {
			items = append(items, s.unknown(item, collect.AuthorizationSection, "the role's trust policy could not be understood: "+err.Error()))
			continue
		}
		if !trusted {
			continue
		}
		item.Status, item.Observed = Passed, "no instance profile"
		if n := len(r.InstanceProfiles); n > 0 {
			item.Observed = count(n, "instance profile")
		}
		if r.LastUsed.IsZero() {
			item.Observed += ", no use in the 400 days that AWS tracks"
		} else {
			item.Observed += ", last used " + r.LastUsed.Format(time.DateOnly)
		}
		items = append(items, item)
	}
	return items
}

// trustsEC2 tells whether a trust policy lets EC2 assume the role. The service's name has
// another ending in China in old policies.
func (s *Subject) trustsEC2(trust string) (bool, error) {
	document, err := s.Policies.Parse(trust)
	if err != nil {
		return false, err
	}
	for _, statement := range document.Statements {
		if statement.Effect != policy.Allow || statement.Principals == nil {
			continue
		}
		if slices.ContainsFunc(statement.Principals.Service, func(name string) bool {
			return strings.TrimSuffix(name, ".cn") == "ec2.amazonaws.com"
		}) {
			return true, nil
		}
	}
	return false, nil
}

// keysOfEC2 are the facts about active access keys that last called EC2.
func (s *Subject) keysOfEC2() []Item {
	if !s.has(collect.CredentialReportSection) {
		return nil
	}
	var items []Item
	users := s.users()
	for i := range users {
		u := &users[i]
		for j, k := range u.Keys {
			if !k.Active || k.LastUsedService != "ec2" {
				continue
			}
			items = append(items, Item{
				Resource: fmt.Sprintf("%s/access-key-%d", u.ARN, j+1), Status: Passed, Evidence: s.lineRef(u),
				Expected: "a person says that the key stands on no instance",
				Observed: "last used with EC2 in " + k.LastUsedRegion + " " + k.LastUsed.Time.Format(time.DateOnly),
			})
		}
	}
	return items
}
