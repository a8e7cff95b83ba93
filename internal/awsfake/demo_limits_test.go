package awsfake

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// checkNames reports names that AWS would refuse.
func checkNames(t *testing.T, w *World) {
	t.Helper()
	account := regexp.MustCompile(`^[ -~]{1,50}$`)
	entity := regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]{1,64}$`)
	tag := regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
	phone := regexp.MustCompile(`^[\s0-9()+-]+$`)
	description := regexp.MustCompile(`^[\t\n\r\x20-\x7E\x{A1}-\x{FF}]*$`)
	tags := func(who string, m map[string]string) {
		for k, v := range m {
			if !tag.MatchString(k) || !tag.MatchString(v) {
				t.Errorf("%s has the tag %q = %q", who, k, v)
			}
		}
	}
	for _, a := range w.Accounts {
		if !account.MatchString(a.Name) {
			t.Errorf("account name %q", a.Name)
		}
		if len(a.Email) > 64 || !strings.HasSuffix(a.Email, ".example.com") {
			t.Errorf("account address %q", a.Email)
		}
		tags(a.Name, a.Tags)
		if !phone.MatchString(a.Primary.Phone) {
			t.Errorf("%s: phone number %q", a.Name, a.Primary.Phone)
		}
		for _, u := range a.Users {
			if !entity.MatchString(u.Name) {
				t.Errorf("user name %q", u.Name)
			}
			tags(u.Name, u.Tags)
		}
		for _, r := range a.Roles {
			if !entity.MatchString(r.Name) || !description.MatchString(r.Description) {
				t.Errorf("role name %q with description %q", r.Name, r.Description)
			}
			tags(r.Name, r.Tags)
		}
	}
}

// checkDocuments reports policy documents that the server could not read.
func checkDocuments(t *testing.T, w *World) {
	t.Helper()
	check := func(what string, document json.RawMessage) {
		if _, err := parsePolicy(document); err != nil {
			t.Errorf("document of %s: %v: %s", what, err, document)
		}
	}
	for _, p := range w.Organization.Policies {
		if p.Type == serviceControl || p.Type == resourceControl {
			check(p.Name, p.Document)
		}
		// "Quotas for AWS Organizations" gives the longest document in characters.
		if len(p.Document) > 5120 {
			t.Errorf("%s has %d characters", p.Name, len(p.Document))
		}
	}
	managed := func(policies []ManagedPolicy) {
		for _, p := range policies {
			for _, v := range p.Versions {
				check(p.Name, v.Document)
			}
		}
	}
	managed(w.ManagedPolicies)
	for _, a := range w.Accounts {
		managed(a.Policies)
		for _, r := range a.Roles {
			check(r.Name, r.Trust)
			for _, p := range r.Inline {
				check(r.Name+"/"+p.Name, p.Document)
			}
		}
		for _, u := range a.Users {
			for _, p := range u.Inline {
				check(u.Name+"/"+p.Name, p.Document)
			}
		}
	}
}
