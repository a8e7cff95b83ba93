package benchmark_test

import (
	"testing"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

// The control never is not applicable: where the interface is missing a person must look.
func TestAccountSecurityContact(t *testing.T) {
	const resource = " security contact of account " + memberID + ": "
	const manual = "manual: this partition has no interface for alternate contacts; look in the console"
	contact := func(c collect.AlternateContact) func(w *world) {
		return func(w *world) { w.evidence.Contacts = []collect.AlternateContact{c} }
	}
	runVerdicts(t, "account-security-contact", []verdictCase{
		{name: "set", want: []string{"pass", "pass" + resource + "the contact is set"}},
		{name: "none", change: func(w *world) { w.evidence.Contacts = nil },
			want: []string{"fail", "fail" + resource + "no security contact is set"}},
		{name: "another type", change: contact(collect.AlternateContact{Type: "BILLING", Name: "Billing", Email: "b@example.com", Phone: "1"}),
			want: []string{"fail", "fail" + resource + "no security contact is set"}},
		{name: "behind another type", change: func(w *world) {
			w.evidence.Contacts = append([]collect.AlternateContact{{Type: "BILLING"}}, w.evidence.Contacts...)
		}, want: []string{"pass", "pass" + resource + "the contact is set"}},
		{name: "without a telephone number", change: contact(collect.AlternateContact{Type: "SECURITY", Name: "Security", Email: "s@example.com"}),
			want: []string{"fail", "fail" + resource + "the contact is set in part"}},
		{name: "without a name", change: contact(collect.AlternateContact{Type: "SECURITY", Email: "s@example.com", Phone: "1"}),
			want: []string{"fail", "fail" + resource + "the contact is set in part"}},
		{name: "without an address", change: contact(collect.AlternateContact{Type: "SECURITY", Name: "Security", Phone: "1"}),
			want: []string{"fail", "fail" + resource + "the contact is set in part"}},
		{name: "the expected address", change: func(w *world) { w.parameters.ExpectedSecurityEmail = "Security@Example.com" },
			want: []string{"pass", "pass" + resource + "the contact is set"}},
		{name: "another address than expected", change: func(w *world) { w.parameters.ExpectedSecurityEmail = "soc@example.com" },
			want: []string{"fail", "fail" + resource + "the contact has another e-mail address than expected"}},
		{name: "denied", change: func(w *world) { w.lose(collect.ContactsSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
		{name: "GovCloud", partition: "aws-us-gov", want: []string{manual}},
		{name: "GovCloud, which refuses the call", partition: "aws-us-gov", change: func(w *world) {
			w.lose(collect.ContactsSection, org.NotSupported)
		}, want: []string{manual}},
		{name: "China", partition: "aws-cn", change: func(w *world) { w.evidence.Contacts = nil },
			want: []string{"fail", "fail" + resource + "no security contact is set"}},
	})
}

func TestServerCertExpired(t *testing.T) {
	expires := func(at time.Time) func(w *world) {
		return func(w *world) { w.evidence.ServerCertificates[0].Expires = at }
	}
	runVerdicts(t, "server-cert-expired", []verdictCase{
		{name: "in force", want: []string{"pass", "pass server-certificate/www: expires 2027-09-30 12:00:00 UTC"}},
		{name: "a second before its end", change: expires(listed().Add(second)),
			want: []string{"pass", "pass server-certificate/www: expires 2026-09-30 12:00:01 UTC"}},
		{name: "at the very moment", change: expires(listed()),
			want: []string{"fail", "fail server-certificate/www: expired 2026-09-30 12:00:00 UTC"}},
		{name: "earlier on the same day", change: expires(listed().Add(-hour)),
			want: []string{"fail", "fail server-certificate/www: expired 2026-09-30 11:00:00 UTC"}},
		{name: "the clock is when certificates were listed, not the end of the visit", change: func(w *world) {
			expires(listed().Add(second))(w)
			w.evidence.EndedAt = listed().Add(day)
		}, want: []string{"pass", "pass server-certificate/www: expires 2026-09-30 12:00:01 UTC"}},
		{name: "one of two", change: func(w *world) {
			w.evidence.ServerCertificates = append(w.evidence.ServerCertificates,
				collect.ServerCertificate{ARN: w.arn("server-certificate/old"), Expires: listed().AddDate(-3, 0, 0)})
		}, want: []string{
			"fail",
			"pass server-certificate/www: expires 2027-09-30 12:00:00 UTC",
			"fail server-certificate/old: expired 2023-09-30 12:00:00 UTC",
		}},
		{name: "without a date", change: expires(time.Time{}), want: []string{
			"not_assessed because malformed", "not_assessed server-certificate/www: IAM does not say when the certificate expires",
		}},
		{name: "none", change: func(w *world) { w.evidence.ServerCertificates = nil },
			want: []string{"not_applicable: IAM holds no server certificate"}},
		{name: "throttled", change: func(w *world) { w.lose(collect.ServerCertificatesSection, org.Throttled) },
			want: []string{"not_assessed because throttled"}},
	})
}
