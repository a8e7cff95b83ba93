package report

import (
	"fmt"
	"strings"
	"testing"

	"orgaudit/collect"
)

// TestExplainKeepsContactsPrivate: an explanation is pasted into tickets, which more people
// read than may know names and telephone numbers.
func TestExplainKeepsContactsPrivate(t *testing.T) {
	folder := smallFolder(t)
	ev := smallEvidence(t)[0]
	ev.PrimaryContact = &collect.PrimaryContact{FullName: "Erika Example", Company: "Sample Ltd", Country: "CH", Phone: "+41 79 000 00 03"}
	ev.Contacts = []collect.AlternateContact{{Type: "SECURITY", Name: "Max Example", Title: "Head", Email: "max@example.com", Phone: "+41 79 000 00 04"}}
	if err := folder.WriteAccount(ev); err != nil {
		t.Fatal(err)
	}
	if err := folder.Seal(); err != nil {
		t.Fatal(err)
	}
	for _, control := range []string{"account-contact-current", "account-security-contact", "account-contacts-differ"} {
		e, err := Explain(smallOptions(t, folder), completeID, control)
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Evidence) == 0 {
			t.Errorf("%s: no evidence is named", control)
		}
		for _, v := range e.Evidence {
			if v.SHA256 == "" {
				t.Errorf("%s: %s has no digest", control, v.Pointer)
			}
			told := fmt.Sprintf("%+v", v)
			for _, private := range []string{"Erika", "Max", "Sample Ltd", "Head", "+41", "max@"} {
				if strings.Contains(told, private) {
					t.Errorf("%s tells %q: %s", control, private, told)
				}
			}
		}
	}
	e, err := Explain(smallOptions(t, folder), completeID, "root-mfa")
	if err != nil {
		t.Fatal(err)
	}
	if v := e.Evidence[0]; !strings.Contains(v.Value, "AccountMFAEnabled") || v.Problem != "" {
		t.Errorf("root-mfa shows %+v, want the account summary", v)
	}
}
