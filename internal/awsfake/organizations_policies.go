package awsfake

import (
	"slices"
	"strings"
)

func orgPolicyTypes() []string {
	return []string{
		serviceControl, resourceControl, "TAG_POLICY", "BACKUP_POLICY", "AISERVICES_OPT_OUT_POLICY",
		"CHATBOT_POLICY", "DECLARATIVE_POLICY_EC2", "SECURITYHUB_POLICY", "INSPECTOR_POLICY",
		"UPGRADE_ROLLOUT_POLICY", "BEDROCK_POLICY", "S3_POLICY", "NETWORK_SECURITY_DIRECTOR_POLICY",
	}
}

func listOrgPolicies(s *Server, r *request, in organizationsInput) (any, error) {
	list := make([]*OrgPolicy, 0, len(s.Organization.Policies))
	for i := range s.Organization.Policies {
		list = append(list, &s.Organization.Policies[i])
	}
	return s.policyPage(r, in, list)
}

func listPoliciesForTarget(s *Server, r *request, in organizationsInput) (any, error) {
	_, isUnit := s.units[in.TargetID]
	_, isAccount := s.accounts[in.TargetID]
	if !isUnit && !isAccount {
		return nil, notFound("Target", "We can't find a root, OU, account, or policy with the TargetId that you specified.")
	}
	return s.policyPage(r, in, s.attached[in.TargetID])
}

// policyPage answers the policies of the type that the filter names.
func (s *Server) policyPage(r *request, in organizationsInput, list []*OrgPolicy) (any, error) {
	if !slices.Contains(orgPolicyTypes(), in.Filter) {
		return nil, invalidInput("INVALID_ENUM_POLICY_TYPE")
	}
	var some []*OrgPolicy
	for _, p := range list {
		if p.Type == in.Filter {
			some = append(some, p)
		}
	}
	return organizationsPage(s, r, in, "Policies", some, s.policySummary)
}

func describeOrgPolicy(s *Server, _ *request, in organizationsInput) (any, error) {
	p, err := s.orgPolicy(in.PolicyID)
	if err != nil {
		return nil, err
	}
	return object{"Policy": object{"PolicySummary": s.policySummary(p), "Content": string(p.Document)}}, nil
}

// describeResourcePolicy follows "DescribeResourcePolicy" in the API reference. A world does
// not say the id of the policy, which is made from that of the organization.
func describeResourcePolicy(s *Server, _ *request, _ organizationsInput) (any, error) {
	o := &s.Organization
	if len(o.ResourcePolicy) == 0 {
		return nil, notFound("ResourcePolicy", "We can't find a resource policy request with the parameter that you specified.")
	}
	id := "rp-" + strings.TrimPrefix(o.ID, "o-")
	return object{"ResourcePolicy": object{
		"ResourcePolicySummary": object{"Id": id, "Arn": s.organizationARN("resourcepolicy", id)},
		"Content":               string(o.ResourcePolicy),
	}}, nil
}

func listTargets(s *Server, r *request, in organizationsInput) (any, error) {
	p, err := s.orgPolicy(in.PolicyID)
	if err != nil {
		return nil, err
	}
	return organizationsPage(s, r, in, "Targets", p.Targets, s.target)
}

func (s *Server) orgPolicy(id string) (*OrgPolicy, error) {
	if p, ok := s.orgPolicies[id]; ok {
		return p, nil
	}
	return nil, notFound("Policy", "We can't find a policy with the PolicyId that you specified.")
}

func (s *Server) policySummary(p *OrgPolicy) object {
	return object{
		"Id":          p.ID,
		"Arn":         s.orgPolicyARN(p),
		"Name":        p.Name,
		"Description": p.Description,
		"Type":        p.Type,
		"AwsManaged":  p.AWSManaged,
	}
}

func (s *Server) target(id string) object {
	if n, ok := s.units[id]; ok {
		return object{"TargetId": id, "Arn": s.unitARN(id), "Name": n.Name, "Type": n.kind()}
	}
	t := s.accounts[id]
	return object{"TargetId": id, "Arn": s.accountARN(id), "Name": t.Name, "Type": typeAccount}
}
