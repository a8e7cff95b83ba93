package benchmark_test

import (
	"errors"
	"strings"
	"testing"

	"orgaudit/report/benchmark"
)

func TestParametersCheck(t *testing.T) {
	if err := benchmark.DefaultParameters().Check(); err != nil {
		t.Errorf("the defaults: %v", err)
	}
	for _, c := range []struct {
		name, parameter, want string
		change                func(p *benchmark.Parameters)
	}{
		{"guardrail", "guardrails", `"cloudtrial"; did you mean "cloudtrail"`, func(p *benchmark.Parameters) { p.Guardrails = []string{"cloudtrial"} }},
		{"finding type", "finding_types", "ExternalAccess", func(p *benchmark.Parameters) { p.FindingTypes = []string{"External"} }},
		{"contact", "expected_contacts", "FIELD=VALUE", func(p *benchmark.Parameters) { p.ExpectedContacts = []string{"phone"} }},
		{"contact field", "expected_contacts", "full_name", func(p *benchmark.Parameters) { p.ExpectedContacts = []string{"name=x"} }},
		{"account", "known_vendors", "12 digits", func(p *benchmark.Parameters) { p.KnownVendors = []string{"12345678901"} }},
		{"address", "trusted_ips", `"203.0.113.0/33" is neither an address nor a range`, func(p *benchmark.Parameters) { p.TrustedIPs = []string{"203.0.113.7", "203.0.113.0/33"} }},
		{"every address", "trusted_ips", `"0.0.0.0/0" is every address`, func(p *benchmark.Parameters) { p.TrustedIPs = []string{"0.0.0.0/0"} }},
		{"days", "max_key_age_days", "negative", func(p *benchmark.Parameters) { p.MaxKeyAgeDays = -1 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := benchmark.DefaultParameters()
			c.change(&p)
			var wrong *benchmark.ParameterError
			if err := p.Check(); !errors.As(err, &wrong) || wrong.Name != c.parameter || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s with %s", err, c.parameter, c.want)
			}
		})
	}
}
