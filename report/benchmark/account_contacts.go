package benchmark

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"orgaudit/collect"
	"orgaudit/org"
)

// withoutAlternateContacts settles controls of contacts where AWS has no interface for them.
func withoutAlternateContacts(p org.Partition) (Outcome, bool) {
	return Outcome{Manual: true, Reason: "this partition has no interface for alternate contacts; look in the console"}, !p.AlternateContacts
}

// contactField is one thing that the primary contact holds.
type contactField struct{ name, value string }

// contactFields are the fields of the primary contact, as expected_contacts names them.
func contactFields(c *collect.PrimaryContact) []contactField {
	return []contactField{
		{"full_name", c.FullName}, {"company", c.Company}, {"country", c.Country}, {"phone", c.Phone},
	}
}

func contactFieldNames() []string {
	var names []string
	for _, f := range contactFields(&collect.PrimaryContact{}) {
		names = append(names, f.name)
	}
	return names
}

// accountContactCurrent can be judged only by somebody who knows the right contact, unless
// expected_contacts says it. It tells which fields are set and whether they are as expected,
// never what they hold: they are personal data.
func accountContactCurrent() *Control {
	return &Control{
		ID: "account-contact-current", Title: "The account's primary contact is up to date", Severity: Medium, Scope: AccountScope,
		Finding:    "the primary contact is not the expected one",
		Why:        "AWS turns to the primary contact when an account is abused or about to be suspended; a contact who left the company does not answer.",
		Test:       "account:GetContactInformation: every field that expected_contacts names has one of the values given for it, compared without regard to case, spaces and, in telephone numbers, all but digits. Without expected_contacts a person compares the contact with the company's records.",
		Remedy:     "Update the primary contact, for all accounts at once from the management account.",
		Needs:      []org.Section{collect.PrimaryContactSection},
		Parameters: []string{"expected_contacts"},
		Partition:  withoutAlternateContacts,
		Judge: func(s *Subject) Outcome {
			c := s.Evidence.PrimaryContact
			if c == nil {
				return fromItem(s.unknown(Item{
					Resource: "primary contact of account " + s.Account.ID, Expected: "a primary contact",
					Evidence: s.readRef(collect.PrimaryContactSection, ""),
				}, collect.PrimaryContactSection, "the evidence says that the contact was read, and does not hold it"))
			}
			if len(s.Parameters.ExpectedContacts) > 0 {
				return s.expectedContact(c)
			}
			var items []Item
			for _, f := range contactFields(c) {
				item := Item{
					Resource: fmt.Sprintf("primary contact of account %s: %s", s.Account.ID, f.name), Status: Passed,
					Expected: "a person says that it is right", Observed: "set", Evidence: s.ref("/primary_contact"),
				}
				if f.value == "" {
					item.Observed = "not set"
				}
				items = append(items, item)
			}
			return Outcome{Manual: true, Items: items, Reason: "compare the primary contact with the company's records, or set expected_contacts"}
		},
	}
}

// fieldAndValue takes an entry of expected_contacts apart. What has no field may be
// somebody's name that was written alone, and is not told.
func fieldAndValue(entry string) (field, value string) {
	field, value, ok := strings.Cut(entry, "=")
	if !ok {
		return "an entry without a field", ""
	}
	return field, value
}

// fieldsOf are the fields that expected_contacts names, without the values, which are
// personal data and no part of a report.
func fieldsOf(expected []string) string {
	var fields []string
	for _, entry := range expected {
		name, _ := fieldAndValue(entry)
		fields = append(fields, name+"=…")
	}
	return strings.Join(fields, ", ")
}

// expectedContact compares the fields that expected_contacts names.
func (s *Subject) expectedContact(c *collect.PrimaryContact) Outcome {
	fields := contactFields(c)
	expected := map[string][]string{}
	var named []string
	for _, entry := range s.Parameters.ExpectedContacts {
		name, value := fieldAndValue(entry)
		if _, twice := expected[name]; !twice {
			named = append(named, name)
		}
		expected[name] = append(expected[name], sameContact(value))
	}
	var items []Item
	for _, name := range named {
		item := Item{
			Resource: fmt.Sprintf("primary contact of account %s: %s", s.Account.ID, name),
			Expected: "as in expected_contacts", Evidence: s.ref("/primary_contact"),
		}
		i := slices.IndexFunc(fields, func(f contactField) bool { return f.name == name })
		switch {
		case i < 0:
			item = s.unknown(item, collect.PrimaryContactSection, "expected_contacts names a field that no primary contact has")
		case fields[i].value == "":
			item.Status, item.Observed = Failed, "not set"
		case slices.Contains(expected[name], sameContact(fields[i].value)):
			item.Status, item.Observed = Passed, "as expected"
		default:
			item.Status, item.Observed = Failed, "set, and not as expected"
		}
		items = append(items, item)
	}
	return Outcome{Items: items}
}

// sameContact is a contact's name, address or number in a form in which two that mean the
// same are equal.
func sameContact(text string) string {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	if strings.ContainsFunc(text, unicode.IsLetter) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}

// accountContactsDiffer counts a contact that is not set as a fail: a missing contact is
// nobody else. It says whose details are the same, never what they are: they are personal
// data.
func accountContactsDiffer() *Control {
	return &Control{
		ID: "account-contacts-differ", Title: "Billing, operations, security and primary contacts differ", Severity: Medium, Scope: AccountScope,
		Finding:   "contacts are missing or the same",
		Why:       "When all warnings of AWS go to one person, they wait while that person is away, and those of security drown among bills.",
		Test:      "account:GetContactInformation and account:GetAlternateContact for BILLING, OPERATIONS and SECURITY: the four names differ, the four telephone numbers differ, and the three e-mail addresses differ (the primary contact has none there); none is empty.",
		Remedy:    "Set alternate contacts for billing, operations and security, each with the mailbox and number of its own team.",
		Needs:     []org.Section{collect.ContactsSection, collect.PrimaryContactSection},
		Partition: withoutAlternateContacts,
		Judge: func(s *Subject) Outcome {
			primary := s.Evidence.PrimaryContact
			if primary == nil {
				return fromItem(s.unknown(Item{
					Resource: "contacts of account " + s.Account.ID, Expected: "contacts that differ",
					Evidence: s.readRef(collect.PrimaryContactSection, ""),
				}, collect.PrimaryContactSection, "the evidence says that the primary contact was read, and does not hold it"))
			}
			names := []contactField{{"primary", primary.FullName}}
			phones := []contactField{{"primary", primary.Phone}}
			var emails []contactField
			for _, kind := range []string{"BILLING", "OPERATIONS", "SECURITY"} {
				var c collect.AlternateContact
				if i := slices.IndexFunc(s.Evidence.Contacts, func(c collect.AlternateContact) bool { return c.Type == kind }); i >= 0 {
					c = s.Evidence.Contacts[i]
				}
				kind = strings.ToLower(kind)
				names = append(names, contactField{kind, c.Name})
				phones = append(phones, contactField{kind, c.Phone})
				emails = append(emails, contactField{kind, c.Email})
			}
			return Outcome{Items: []Item{
				s.differ("names", names), s.differ("telephone numbers", phones), s.differ("e-mail addresses", emails),
			}}
		},
	}
}

// differ judges whether all contacts have a value, each another one.
func (s *Subject) differ(what string, contacts []contactField) Item {
	item := Item{
		Resource: fmt.Sprintf("%s of the contacts of account %s", what, s.Account.ID),
		Expected: fmt.Sprintf("%d different %s", len(contacts), what), Evidence: s.readRef(collect.ContactsSection, ""),
	}
	var missing, same []string
	first := map[string]string{}
	for _, c := range contacts {
		value := sameContact(c.value)
		switch {
		case value == "":
			missing = append(missing, c.name)
		case first[value] != "":
			same = append(same, c.name+" as "+first[value])
		default:
			first[value] = c.name
		}
	}
	var problems []string
	if len(missing) > 0 {
		problems = append(problems, "not set: "+strings.Join(missing, ", "))
	}
	if len(same) > 0 {
		problems = append(problems, "the same: "+strings.Join(same, ", "))
	}
	item.Status, item.Observed = status(len(problems) == 0), strings.Join(problems, "; ")
	if len(problems) == 0 {
		item.Observed = "all are set and differ"
	}
	return item
}
