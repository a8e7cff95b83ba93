package benchmark_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
)

// TestGuardrailDenial: a guardrail tells which policy denies, where, and whom it exempts.
func TestGuardrailDenial(t *testing.T) {
	const leave = "organizations:LeaveOrganization"
	deny := func(condition string) string {
		return `{"Sid":"Stay","Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*","Condition":{` + condition + `}}`
	}
	for _, test := range []struct {
		name, control string
		change        func(w *world)
		want          benchmark.Denial
	}{
		{"some are exempt", "guardrail-leave-organization", scps(scp("p-1", deny(`"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/break-glass"}`), workloadsID)), benchmark.Denial{
			Action: leave, PolicyID: "p-1", PolicyName: "p-1-name", NodeID: workloadsID, NodeName: "unit Workloads",
			Statement: `statement 1 ("Stay")`, Exempt: `ArnNotLike aws:PrincipalArn ["arn:aws:iam::*:role/break-glass"]`,
		}},
		{"in some requests alone", "guardrail-leave-organization", scps(scp("p-1", deny(`"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}`), rootID)), benchmark.Denial{
			Action: leave, PolicyID: "p-1", PolicyName: "p-1-name", NodeID: rootID, NodeName: "the root", Statement: `statement 1 ("Stay")`,
		}},
		{"a level does not allow it", "guardrail-leave-organization", func(w *world) {
			scps(scp("p-1", `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`, workloadsID))(w)
			withoutFullAccess(w, workloadsID)
		}, benchmark.Denial{Action: leave, NodeName: "unit Workloads"}},
		{"nobody denies it", "guardrail-leave-organization", scps(), benchmark.Denial{Action: leave}},
		{"SCPs are not enabled", "guardrail-leave-organization", func(w *world) { w.org.PolicyTypes = nil }, benchmark.Denial{Action: leave}},
		{"in a region", "guardrail-regions", scps(), benchmark.Denial{Action: "ec2:RunInstances", Region: "(one that no policy names)"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld("aws")
			test.change(w)
			r := w.judge(t, test.control)
			if len(r.Items) == 0 || r.Items[0].Denial == nil {
				t.Fatalf("no denial in %+v", r)
			}
			if diff := cmp.Diff(test.want, *r.Items[0].Denial); diff != "" {
				t.Errorf("denial (-want +got):\n%s", diff)
			}
		})
	}
}
