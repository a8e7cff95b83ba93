package benchmark_test

import (
	"testing"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

// A person always judges; the items are what IAM knows.
func TestInstanceRole(t *testing.T) {
	const manual = "manual: EC2 is not read; in every region compare the instances without an instance profile with these roles and keys"
	const key = "fact user/alice/access-key-1: last used with EC2 in eu-central-1 2026-09-28"
	trusting := func(service string) string {
		return `{"Statement":{"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com","` + service + `"]},"Action":"sts:AssumeRole"}}`
	}
	roles := func(change func(w *world)) func(w *world) {
		return func(w *world) {
			w.evidence.Authorization.Roles = nil
			change(w)
		}
	}
	runVerdicts(t, "instance-role", []verdictCase{
		{name: "roles in profiles, used and not", change: roles(func(w *world) {
			w.role("/", "web").Trust = trusting("ec2.amazonaws.com")
			w.evidence.Authorization.Roles[0].InstanceProfiles = []string{w.arn("instance-profile/web"), w.arn("instance-profile/web-2")}
			w.role("/", "batch").Trust = trusting("ec2.amazonaws.com.cn")
			w.evidence.Authorization.Roles[1].LastUsed = time.Time{}
			w.role("/", "lambda").Trust = trusting("edgelambda.amazonaws.com")
		}), want: []string{
			manual,
			"fact role/web: 2 instance profiles, last used 2026-09-27",
			"fact role/batch: no instance profile, no use in the 400 days that AWS tracks",
		}},
		{name: "a trust policy that denies", change: roles(func(w *world) {
			w.role("/", "web").Trust = `{"Statement":{"Effect":"Deny","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}`
		}), want: []string{manual}},
		{name: "a trust policy that cannot be understood", change: roles(func(w *world) { w.role("/", "web").Trust = "{" }), want: []string{
			manual, "not_assessed role/web: the role's trust policy could not be understood: decode JSON: unexpected end of JSON input",
		}},
		{name: "keys that last called EC2", change: roles(func(w *world) {
			ec2 := w.userRow("alice").with("access_key_1_last_used_service", "ec2", "access_key_1_last_used_region", "eu-central-1")
			s3 := w.userRow("bob").with("access_key_1_last_used_service", "s3")
			w.report(w.rootRow(), ec2, s3, w.idleRow("carol").with("access_key_2_last_used_service", "ec2"))
		}), want: []string{manual, key}},
		{name: "no report", change: roles(func(w *world) { w.lose(collect.CredentialReportSection, org.Throttled) }), want: []string{manual}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
	})
}
