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

// orgMgmtNoWorkloads gathers what IAM knows of workloads in the management account: the
// roles that they would run with. Instances, databases and buckets themselves are not in
// the evidence, so that a person has to look.
func orgMgmtNoWorkloads() *Control {
	return &Control{
		ID: "org-mgmt-no-workloads", Title: "The management account hosts no workloads", Severity: Medium, Scope: AccountScope,
		Finding:    "workloads run in the management account",
		Why:        "No SCP and no RCP binds the management account: a workload that is taken over there reaches the whole organization.",
		Test:       "In the management account alone: read the roles that are not service-linked and whose trust policy allows a service of workload_services, with their last use and their instance profiles. Then look in every region for instances, functions, clusters, databases, tables, load balancers, interfaces of API Gateway and buckets that are not there for governance.",
		Remedy:     "Move the workloads into a member account.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: []string{"workload_services"},
		Manual:     true,
		Judge: func(s *Subject) Outcome {
			if !s.Organization.IsManagement(s.Account.ID) {
				return notApplicable("the account is not the management account")
			}
			const expected = "no role of a workload"
			var items []Item
			roles := s.Evidence.Authorization.Roles
			for i, r := range roles {
				if isServiceLinked(r.ARN) {
					continue
				}
				item := Item{Resource: r.ARN, Status: Passed, Expected: expected, Evidence: s.ref("/authorization_details/roles/%d", i)}
				trust, err := s.Policies.Parse(r.Trust)
				if err != nil {
					items = append(items, s.unknown(item, collect.AuthorizationSection, trustNotUnderstood+err.Error()))
					continue
				}
				services := s.workloads(trust)
				if len(services) == 0 {
					continue
				}
				used := "not used in the 400 days that AWS looks back"
				if !r.LastUsed.IsZero() {
					used = "last used " + r.LastUsed.Format(time.DateOnly)
					if r.LastUsedRegion != "" {
						used += " in " + r.LastUsedRegion
					}
				}
				item.Observed = fmt.Sprintf("trusts %s; %s; %s", strings.Join(services, ", "), used, count(len(r.InstanceProfiles), "instance profile"))
				items = append(items, item)
			}
			if len(items) == 0 {
				items = []Item{{
					Resource: "roles of account " + s.Account.ID, Status: Passed, Expected: expected,
					Observed: fmt.Sprintf("none of %s trusts a service of workloads", count(len(roles), "role")), Evidence: s.ref("/authorization_details/roles"),
				}}
			}
			return Outcome{
				Items: items, Manual: true,
				Reason: "IAM shows the roles of workloads alone; look in every region for instances, functions, clusters, databases, tables, load balancers, interfaces of API Gateway and buckets",
			}
		},
	}
}

const trustNotUnderstood = "the trust policy could not be understood: "

// workloads are the services of workload_services that a trust policy allows. In China
// some principals end in .amazonaws.com.cn.
func (s *Subject) workloads(trust *policy.Document) []string {
	var services []string
	for i := range trust.Statements {
		st := &trust.Statements[i]
		if st.Effect != policy.Allow || st.Principals == nil {
			continue
		}
		for _, p := range st.Principals.Service {
			name := strings.TrimSuffix(p, ".cn")
			if slices.Contains(s.Parameters.WorkloadServices, name) && !slices.Contains(services, name) {
				services = append(services, name)
			}
		}
	}
	return services
}
