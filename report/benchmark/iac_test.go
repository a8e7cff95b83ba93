package benchmark_test

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

// A person always judges; the items are the marks that there are.
func TestIACManaged(t *testing.T) {
	const manual = "manual: ask how roles and policies are made; what bears no mark may still stand in code"
	told := func(roles, policies string) []string {
		return []string{
			manual, "fact roles of account " + memberID + ": " + roles, "fact customer-managed policies of account " + memberID + ": " + policies,
		}
	}
	const onePolicy = "0 of 1 show CloudFormation, 0 Terraform"
	role := func(name string, tags map[string]string) func(w *world) {
		return func(w *world) {
			w.evidence.Authorization.Roles = nil
			w.role("/", name).Tags = tags
		}
	}
	const none, stack, code = "0 of 1 show CloudFormation, 0 Terraform", "1 of 1 show CloudFormation, 0 Terraform", "0 of 1 show CloudFormation, 1 Terraform"
	for _, c := range []struct {
		name string
		tags map[string]string
		want string
	}{
		{"incidents", nil, none},
		{"incidents", map[string]string{"Owner": "terraform"}, none},
		{"incidents", map[string]string{"aws:cloudformation:stack-name": "network"}, stack},
		{"incidents", map[string]string{"Terraform": "true"}, code},
		{"incidents", map[string]string{"terraform": "false"}, none},
		{"incidents", map[string]string{"ManagedBy": "Terraform"}, code},
		{"incidents", map[string]string{"managed-by": "terraform"}, code},
		{"incidents", map[string]string{"managed_by": "people"}, none},
		{"incidents", map[string]string{"managed_by": "terraform", "aws:cloudformation:stack-id": "x"}, stack},
		{"network-FlowLogRole-1ABCDEFGHIJKL", nil, stack},
		{"my-stack-FlowLogRole-aB3dE5gH7jK9", nil, stack},
		{"network-FlowLogRole-1ABCDEFGHIJKL", map[string]string{"terraform": "true"}, code},
		{"FlowLogRole-1ABCDEFGHIJKL", nil, none},
		{"data-team-orchestrator", nil, none},
		{"network-FlowLogRole-1ABCDEFGHIJ", nil, none},
		{"network-FlowLogRole-1ABCDEF_HIJKL", nil, none},
		{"network--1ABCDEFGHIJKL", nil, none},
		{"terraform-20260901120000000000000001", nil, code},
	} {
		runVerdicts(t, "iac-managed", []verdictCase{{name: c.name, change: role(c.name, c.tags), want: told(c.want, onePolicy)}})
	}
	runVerdicts(t, "iac-managed", []verdictCase{
		{name: "policies, by name alone", change: func(w *world) {
			w.own("network-FlowLogPolicy-1ABCDEFGHIJKL", `{}`)
			w.own("terraform-20260901120000000000000001", `{}`)
		}, want: told(none, "1 of 3 show CloudFormation, 1 Terraform")},
		{name: "roles that AWS makes", change: func(w *world) {
			w.role("/aws-service-role/x.amazonaws.com/", "AWSServiceRoleForX")
			w.role("/aws-reserved/sso.amazonaws.com/", "AWSReservedSSO_Audit_0123456789abcdef")
		}, want: told(none, onePolicy)},
		{name: "nothing of the account's own", change: nobody,
			want: []string{"not_applicable: the account has no role of its own and no customer-managed policy"}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
	})
}
