package awsfake

import (
	"bytes"
	"slices"
	"strings"
	"time"
)

// countStories counts in a world what reports are expected to bring up.
func countStories(w *World) map[string]int {
	got := map[string]int{}
	count := func(story string, is bool) {
		if is {
			got[story]++
		}
	}
	chains := unitChains(w.Organization.Root)
	for _, a := range w.Accounts {
		member := a.ID != w.Organization.ManagementAccount
		active := a.State == "ACTIVE"
		count("management account", !member)
		count("account id with leading zeros", strings.HasPrefix(a.ID, "00"))
		count("suspended account", a.State == "SUSPENDED")
		count("account that is being closed", a.State == "PENDING_CLOSURE")
		count("account that joined yesterday", demoNow.Sub(a.Joined) < 48*time.Hour)
		count("member directly under the root", member && a.Unit == w.Organization.Root.ID)
		count("root user with password and without MFA", a.Root.Password && a.Root.MFA == "none")
		count("root user who signed in three days ago", a.Root.PasswordLastUsed != nil && days(*a.Root.PasswordLastUsed) == 3)
		count("account with active root keys", slices.ContainsFunc(a.Root.Keys, func(k AccessKey) bool { return k.Active }))
		count("account with opt-in regions", len(a.OptInRegions) == 2)
		_, contact := a.Contacts["SECURITY"]
		count("account without security contact", !contact)
		count("account without password policy", a.PasswordPolicy == nil)
		for _, v := range a.Tags {
			count("tag like a formula", strings.HasPrefix(v, "="))
		}
		for _, c := range a.ServerCertificates {
			left := c.Expires.Sub(demoNow)
			count("expired certificate", left < 0)
			count("certificate that expires within 30 days", left > 0 && left < 30*24*time.Hour)
		}
		countIAM(a, active, count)
		for _, an := range a.Analyzers {
			for _, f := range an.Findings {
				count("finding "+f.Status, true)
				count("public bucket", f.Public && f.ResourceType == "AWS::S3::Bucket" && f.Status == "ACTIVE")
			}
		}
		bound := false
		for _, p := range w.Organization.Policies {
			if p.Type != "SERVICE_CONTROL_POLICY" || p.AWSManaged {
				continue
			}
			on := slices.Contains(p.Targets, a.ID)
			bound = bound || on || slices.ContainsFunc(chains[a.Unit], func(unit string) bool { return slices.Contains(p.Targets, unit) })
			count("account whose SCP hides one operation", on && bytes.Contains(p.Document, []byte(`"Action":"iam:`)))
			count("account in quarantine", on && bytes.Contains(p.Document, []byte(`"iam:*","access-analyzer:*","account:*"`)))
		}
		count("active account without any SCP of the company", member && active && !bound)
	}
	return got
}

func countIAM(a Account, active bool, count func(string, bool)) {
	attached := map[string]bool{}
	for _, u := range a.Users {
		count("user named like a formula", strings.ContainsAny(u.Name[:1], "=+-@"))
		for _, k := range u.Keys {
			count("user with a secret key", k.Secret != "")
			count("active key older than 90 days", k.Active && days(k.Created) > 90)
			count("key of six years", days(k.Created) == 6*365)
		}
		for _, p := range u.Attached {
			attached[p] = true
		}
	}
	support := false
	for _, r := range a.Roles {
		for _, p := range r.Attached {
			attached[p] = true
			support = support || strings.HasSuffix(p, "/AWSSupportAccess")
		}
	}
	count("active account without support role", active && !support)
	count("account without audit role", !slices.ContainsFunc(a.Roles, func(r Role) bool { return r.Name == DemoRoleName }))
	for _, p := range a.Policies {
		count("policy whose default version is not the newest", p.Default != p.Versions[len(p.Versions)-1].ID)
		used := attached[demoARN(a.ID, "policy"+p.Path+p.Name)]
		for _, v := range p.Versions {
			if v.ID != p.Default {
				continue
			}
			document := strings.NewReplacer("[", "", "]", "").Replace(string(v.Document))
			everything := strings.Contains(document, `"Effect":"Allow","Action":"*","Resource":"*"`)
			count("attached policy for everything", everything && used)
			count("unattached policy for everything", everything && !used)
		}
	}
}

// days is the age in whole days.
func days(at time.Time) int { return int(demoNow.Sub(at) / (24 * time.Hour)) }

// unitChains gives each unit with all above it, without the root.
func unitChains(root Unit) map[string][]string {
	chains := map[string][]string{root.ID: nil}
	var walk func(Unit)
	walk = func(u Unit) {
		for _, c := range u.Units {
			chains[c.ID] = append([]string{c.ID}, chains[u.ID]...)
			walk(c)
		}
	}
	walk(root)
	return chains
}
