package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
)

func TestReadSettings(t *testing.T) {
	r := built(t, smallFolder(t))
	r.Register = RegisterFacts{File: "accepted.toml", Digest: strings.Repeat("ec", 32)}
	r.ExceptionLimits = benchmark.ExceptionLimits{ExpiringDays: 7, MostItems: 8, MostAccounts: 9}
	whole := string(writtenJSON(t, r))
	s, err := ReadSettings(strings.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&ReportedSettings{
		EvidenceDigest: r.Evidence.Digest, Benchmark: r.Benchmark, Weights: r.Weights, Register: r.Register, Parameters: s.Parameters,
		Limits: &r.ExceptionLimits,
	}, s); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	for _, p := range r.Parameters {
		if s.Parameters[p.Name] != p.Value {
			t.Errorf("%s is %q, want %q", p.Name, s.Parameters[p.Name], p.Value)
		}
	}
	older, err := ReadSettings(strings.NewReader(strings.Replace(whole, `"exception_limits"`, `"other_limits"`, 1)))
	if err != nil || older.Limits != nil {
		t.Errorf("of a report that does not name its limits: error %v, limits %v", err, older)
	}
	for name, text := range map[string]string{
		"nothing": "", "an empty object": "{}", "another schema": strings.Replace(whole, `"schema": "1"`, `"schema": "0"`, 1),
		"no benchmark": strings.Replace(whole, `"benchmark"`, `"bench"`, 1), "half": whole[:300], "a number": strings.Replace(whole, `"parameters": [`, `"parameters": 7, "x": [`, 1),
	} {
		if _, err := ReadSettings(strings.NewReader(text)); err == nil {
			t.Errorf("%s is taken for an audit.json", name)
		}
	}
}
