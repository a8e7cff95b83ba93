package benchmark_test

import (
	"fmt"
	"strings"
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

const noContactInterface = "manual: this partition has no interface for alternate contacts; look in the console"

func TestAccountContactCurrent(t *testing.T) {
	const manual = "manual: compare the primary contact with the company's records, or set expected_contacts"
	const resource = " primary contact of account " + memberID + ": "
	expected := func(entries ...string) func(w *world) {
		return func(w *world) { w.parameters.ExpectedContacts = entries }
	}
	runVerdicts(t, "account-contact-current", []verdictCase{
		{name: "nothing is expected", want: []string{
			manual, "fact" + resource + "full_name: set", "fact" + resource + "company: set",
			"fact" + resource + "country: set", "fact" + resource + "phone: set",
		}},
		{name: "nothing is expected, and no company is set", change: func(w *world) { w.evidence.PrimaryContact.Company = "" }, want: []string{
			manual, "fact" + resource + "full_name: set", "fact" + resource + "company: not set",
			"fact" + resource + "country: set", "fact" + resource + "phone: set",
		}},
		{name: "as expected, in another spelling", change: expected("full_name=ERIKA  example", "phone=+41 (79) 0000003", "country=ch"), want: []string{
			"pass", "pass" + resource + "full_name: as expected", "pass" + resource + "phone: as expected", "pass" + resource + "country: as expected",
		}},
		{name: "one of several that will do", change: expected("company=Other AG", "company=Example AG"),
			want: []string{"pass", "pass" + resource + "company: as expected"}},
		{name: "another", change: expected("full_name=Erika Example", "phone=+41 79 000 00 04"), want: []string{
			"fail", "pass" + resource + "full_name: as expected", "fail" + resource + "phone: set, and not as expected",
		}},
		{name: "not set", change: func(w *world) {
			expected("company=Example AG")(w)
			w.evidence.PrimaryContact.Company = ""
		}, want: []string{"fail", "fail" + resource + "company: not set"}},
		{name: "a field that there is not", change: expected("email=erika@example.com"), want: []string{
			"not_assessed because malformed", "not_assessed" + resource + "email: expected_contacts names a field that no primary contact has",
		}},
		{name: "an entry without a field", change: expected("Erika Example", "+41 79 000 00 03"), want: []string{
			"not_assessed because malformed", "not_assessed" + resource + "an entry without a field: expected_contacts names a field that no primary contact has",
		}},
		{name: "denied", change: func(w *world) { w.lose(collect.PrimaryContactSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
		{name: "said to be read, and not there", change: func(w *world) { w.evidence.PrimaryContact = nil }, want: []string{
			"not_assessed because malformed",
			"not_assessed primary contact of account " + memberID + ": the evidence says that the contact was read, and does not hold it",
		}},
		{name: "GovCloud", partition: "aws-us-gov", want: []string{noContactInterface}},
	})
}

// The control never is not applicable: where the interface is missing a person must look.
func TestAccountContactsDiffer(t *testing.T) {
	const differ = ": all are set and differ"
	names := " names of the contacts of account " + memberID
	phones := " telephone numbers of the contacts of account " + memberID
	emails := " e-mail addresses of the contacts of account " + memberID
	runVerdicts(t, "account-contacts-differ", []verdictCase{
		{name: "all differ", want: []string{"pass", "pass" + names + differ, "pass" + phones + differ, "pass" + emails + differ}},
		{name: "one number for two, in another spelling", change: func(w *world) { w.evidence.Contacts[1].Phone = "+41790000003" },
			want: []string{"fail", "pass" + names + differ, "fail" + phones + ": the same: billing as primary", "pass" + emails + differ}},
		{name: "one mailbox for all", change: func(w *world) {
			w.evidence.Contacts[0].Email = "aws@example.com"
			w.evidence.Contacts[1].Email, w.evidence.Contacts[2].Email = "AWS@example.com", "aws@Example.com"
		}, want: []string{"fail", "pass" + names + differ, "pass" + phones + differ, "fail" + emails + ": the same: operations as billing, security as billing"}},
		{name: "one is missing", change: func(w *world) { w.evidence.Contacts = w.evidence.Contacts[:2] }, want: []string{
			"fail", "fail" + names + ": not set: operations", "fail" + phones + ": not set: operations", "fail" + emails + ": not set: operations",
		}},
		{name: "one has no number, two have the same", change: func(w *world) {
			w.evidence.Contacts[0].Phone = " "
			w.evidence.Contacts[2].Phone = w.evidence.Contacts[1].Phone
		}, want: []string{
			"fail", "pass" + names + differ, "fail" + phones + ": not set: security; the same: operations as billing", "pass" + emails + differ,
		}},
		{name: "no alternate contact", change: func(w *world) { w.evidence.Contacts = nil }, want: []string{
			"fail", "fail" + names + ": not set: billing, operations, security", "fail" + phones + ": not set: billing, operations, security",
			"fail" + emails + ": not set: billing, operations, security",
		}},
		{name: "the primary contact was denied", change: func(w *world) { w.lose(collect.PrimaryContactSection, org.DeniedBySCP) },
			want: []string{"not_assessed because denied_by_scp"}},
		{name: "the alternate contacts were denied", change: func(w *world) { w.lose(collect.ContactsSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
		{name: "said to be read, and not there", change: func(w *world) { w.evidence.PrimaryContact = nil }, want: []string{
			"not_assessed because malformed",
			"not_assessed contacts of account " + memberID + ": the evidence says that the primary contact was read, and does not hold it",
		}},
		{name: "GovCloud", partition: "aws-us-gov", want: []string{noContactInterface}},
	})
}

// TestContactsStayPrivate: results go into reports, which more people read than may know
// names and telephone numbers.
func TestContactsStayPrivate(t *testing.T) {
	for _, id := range []string{"account-contact-current", "account-contacts-differ", "account-security-contact"} {
		for _, expected := range [][]string{
			nil, {"full_name=Erika Example", "phone=+41 79 000 00 03"}, {"full_name=Max Sample", "phone=1"}, {"Max Sample", "+41 79 000 00 04"},
		} {
			w := newWorld("aws")
			w.evidence.Contacts[1].Name = "Erika Example"
			w.parameters.ExpectedContacts = expected
			w.parameters.ExpectedSecurityEmail = "max@example.com"
			told := fmt.Sprintf("%+v, with %+v", w.judge(t, id), w.parameters.Values())
			for _, private := range []string{"Erika", "Example AG", "Max", "Sample", "+41", "79 000", "@example.com"} {
				if strings.Contains(told, private) {
					t.Errorf("%s, expecting %q: the result tells %q: %s", id, expected, private, told)
				}
			}
		}
	}
}

// The control always applies: every account can have an alias.
func TestAccountAlias(t *testing.T) {
	const resource = " alias of account " + memberID + ": "
	runVerdicts(t, "account-alias", []verdictCase{
		{name: "set", want: []string{"pass", "pass" + resource + "the alias is example-payments"}},
		{name: "none", change: func(w *world) { w.evidence.Aliases = nil }, want: []string{"fail", "fail" + resource + "no alias"}},
		{name: "denied", change: func(w *world) { w.lose(collect.AliasSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
	})
}

// A person always judges.
func TestAccountSecurityQuestions(t *testing.T) {
	const manual = "manual: no interface tells whether security questions are set; look in the console where the account still has them"
	runVerdicts(t, "account-security-questions", []verdictCase{
		{name: "a root password", want: []string{manual, "fact root: the root user has a password"}},
		{name: "no root password", change: func(w *world) { w.summary(0, 0, 0) }, want: []string{manual, "fact root: the root user has no password"}},
		{name: "the report instead of the summary", change: func(w *world) {
			w.lose(collect.AccountSummarySection, org.DeniedByRole)
			w.report(w.rootRow().with("password_enabled", "false"))
		}, want: []string{manual, "fact root: the root user has no password"}},
		{name: "neither says it", change: func(w *world) {
			w.lose(collect.AccountSummarySection, org.DeniedByRole)
			w.report(w.rootRow().with("password_enabled", "not_supported"))
		}, want: []string{manual, "fact root: whether the root user has a password is not known"}},
		{name: "nothing could be read", change: func(w *world) {
			w.lose(collect.AccountSummarySection, org.DeniedBySCP)
			w.lose(collect.CredentialReportSection, org.DeniedByRole)
		}, want: []string{"not_assessed because denied_by_scp"}},
	})
	if c := benchmark.ControlByID("account-security-questions"); !c.Manual {
		t.Error("the control does not say that a person always judges")
	}
}
