package benchmark_test

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

// A person must always look, so that nothing passes or fails.
func TestOrgMgmtNoWorkloads(t *testing.T) {
	const manual = "manual: IAM shows the roles of workloads alone; look in every region for instances, functions, clusters, databases, tables, load balancers, interfaces of API Gateway and buckets"
	// management makes the judged account the management account, with a role more.
	management := func(name, trust string, change ...func(r *collect.Role)) func(w *world) {
		return func(w *world) {
			w.org.ManagementAccountID = memberID
			role := collect.Role{ARN: w.arn("role/" + name), Name: name, Trust: trust}
			for _, c := range change {
				c(&role)
			}
			w.evidence.Authorization.Roles = append(w.evidence.Authorization.Roles, role)
		}
	}
	service := func(name string) string {
		return `{"Statement":{"Effect":"Allow","Principal":{"Service":["` + name + `"]},"Action":"sts:AssumeRole"}}`
	}
	const idle = "; not used in the 400 days that AWS looks back; 0 instance profiles"
	none := []string{manual, "fact roles of account 111111111111: none of 2 roles trusts a service of workloads"}
	runGoodVerdicts(t, "org-mgmt-no-workloads", []verdictCase{
		{name: "a member", want: []string{"not_applicable: the account is not the management account"}},
		{name: "a role of a workload", change: management("web", service("ec2.amazonaws.com"), func(r *collect.Role) {
			r.LastUsed, r.LastUsedRegion, r.InstanceProfiles = listed(), "eu-central-1", []string{"arn:profile"}
		}), want: []string{manual, "fact role/web: trusts ec2.amazonaws.com; last used 2026-09-30 in eu-central-1; 1 instance profile"}},
		{name: "in China", partition: "aws-cn", change: management("web", service("ec2.amazonaws.com.cn")),
			want: []string{manual, "fact role/web: trusts ec2.amazonaws.com" + idle}},
		{name: "a role of governance", change: management("trail", service("cloudtrail.amazonaws.com")), want: none},
		{name: "a service-linked role", change: management("aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS", service("rds.amazonaws.com")), want: none},
		{name: "a denial", change: management("web", `{"Statement":{"Effect":"Deny","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}`), want: none},
		{name: "other services", change: func(w *world) {
			w.parameters.WorkloadServices = []string{"cloudtrail.amazonaws.com"}
			management("trail", service("cloudtrail.amazonaws.com"))(w)
		}, want: []string{manual, "fact role/trail: trusts cloudtrail.amazonaws.com" + idle}},
		{name: "a trust policy that is not understood", change: management("web", "{"), want: []string{
			manual, "not_assessed role/web: the trust policy could not be understood: decode JSON: unexpected end of JSON input",
		}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedByRole) }, want: []string{"not_assessed because denied_by_role"}},
	})
}
