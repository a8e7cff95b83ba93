package awsfake

import (
	"fmt"
	"slices"
	"strings"
)

// Kinds of MFA devices of a world.
const (
	mfaNone     = "none"
	mfaVirtual  = "virtual"
	mfaHardware = "hardware" // of the root user: a FIDO key or a token
	mfaFIDO     = "fido"
	mfaToken    = "token"
)

func (v *validator) account(place string, a *Account) {
	v.id(place, a.ID, accountShape)
	v.once(place, "e-mail address", strings.ToLower(a.Email))
	v.oneOf(place, "state", a.State, "PENDING_ACTIVATION", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED")
	v.oneOf(place, "method", a.Method, "INVITED", "CREATED")
	v.oneOf(place, "root MFA", a.Root.MFA, mfaNone, mfaVirtual, mfaHardware)
	if !v.units[a.Unit] {
		v.problem(place, "unit %q is not in the tree", a.Unit)
	}
	v.keys(place+": root", a.Root.Keys)
	known := v.policies(place+": policies", a.Policies, a.ID)
	v.groups(place, a, known)
	v.users(place, a, known)
	v.roles(place, a, known)
	for i, c := range a.ServerCertificates {
		here := fmt.Sprintf("%s: server_certificates[%d] %q", place, i, c.Name)
		v.uniqueID(here, c.ID, "ASCA")
		v.named(here, c.Name, c.Path)
	}
	for _, region := range a.OptInRegions {
		if !slices.Contains(v.regions.optIn, region) {
			v.problem(place, "%q is no opt-in region", region)
		}
	}
	for kind := range a.Contacts {
		v.oneOf(place, "contact type", kind, contactTypes()...)
	}
	for i := range a.Analyzers {
		v.analyzer(fmt.Sprintf("%s: analyzers[%d] %q", place, i, a.Analyzers[i].Name), a, &a.Analyzers[i])
	}
}

// attachments checks that the managed policies of an entity are there.
func (v *validator) attachments(place string, known map[string]bool, arns ...string) {
	for _, arn := range arns {
		if !known[arn] && !v.managed[arn] {
			v.problem(place, "policy %s does not exist", arn)
		}
	}
}

func (v *validator) inline(place string, list []InlinePolicy) {
	for _, p := range list {
		v.rules(fmt.Sprintf("%s: inline policy %q", place, p.Name), p.Document)
	}
}

func (v *validator) keys(place string, keys []AccessKey) {
	for _, k := range keys {
		v.uniqueID(place, k.ID, "AKIA")
	}
}

func (v *validator) groups(place string, a *Account, known map[string]bool) {
	for i := range a.Groups {
		g := &a.Groups[i]
		here := fmt.Sprintf("%s: groups[%d] %q", place, i, g.Name)
		v.uniqueID(here, g.ID, "AGPA")
		v.named(here, g.Name, g.Path)
		v.once(here, "group of "+a.ID, strings.ToLower(g.Name))
		v.attachments(here, known, g.Attached...)
		v.inline(here, g.Inline)
	}
}

func (v *validator) users(place string, a *Account, known map[string]bool) {
	for i := range a.Users {
		u := &a.Users[i]
		here := fmt.Sprintf("%s: users[%d] %q", place, i, u.Name)
		v.uniqueID(here, u.ID, "AIDA")
		v.named(here, u.Name, u.Path)
		v.once(here, "user of "+a.ID, strings.ToLower(u.Name))
		v.keys(here, u.Keys)
		v.attachments(here, known, u.Attached...)
		v.inline(here, u.Inline)
		if u.Boundary != "" {
			v.attachments(here+": boundary", known, u.Boundary)
		}
		for _, name := range u.Groups {
			if !slices.ContainsFunc(a.Groups, func(g Group) bool { return g.Name == name }) {
				v.problem(here, "group %q does not exist", name)
			}
		}
		for _, d := range u.MFA {
			v.oneOf(here, "MFA kind", d.Kind, mfaVirtual, mfaFIDO, mfaToken)
			v.once(here, "MFA device", d.Serial)
		}
	}
}

func (v *validator) roles(place string, a *Account, known map[string]bool) {
	for i := range a.Roles {
		r := &a.Roles[i]
		here := fmt.Sprintf("%s: roles[%d] %q", place, i, r.Name)
		v.uniqueID(here, r.ID, "AROA")
		v.named(here, r.Name, r.Path)
		v.once(here, "role of "+a.ID, strings.ToLower(r.Name))
		v.rules(here+": trust", r.Trust)
		v.attachments(here, known, r.Attached...)
		v.inline(here, r.Inline)
		if r.Boundary != "" {
			v.attachments(here+": boundary", known, r.Boundary)
		}
		for _, name := range r.InstanceProfiles {
			v.named(here+": instance profile", name, "/")
			v.once(here, "instance profile of "+a.ID, strings.ToLower(name))
		}
		if r.MaxSession != 0 && (r.MaxSession < defaultSession || r.MaxSession > maxSession) {
			v.problem(here, "max_session %d is not from %d to %d seconds", r.MaxSession, defaultSession, maxSession)
		}
	}
}

func (v *validator) analyzer(place string, a *Account, z *Analyzer) {
	v.oneOf(place, "type", z.Type, analyzerTypes()...)
	v.oneOf(place, "status", z.Status, "ACTIVE", "CREATING", "DISABLED", "FAILED")
	if !v.regions.enabled(a, z.Region) {
		v.problem(place, "region %q is not enabled for the account", z.Region)
	}
	v.once(place, "analyzer of "+a.ID+" in "+z.Region, z.Name)
	for _, rule := range z.ArchiveRules {
		v.once(place, "archive rule of "+z.Name+" in "+z.Region+" of "+a.ID, rule.Name)
		if len(rule.Filter) == 0 {
			v.problem(place, "archive rule %q has no filter", rule.Name)
		}
	}
	for i := range z.Findings {
		f := &z.Findings[i]
		here := fmt.Sprintf("%s: findings[%d]", place, i)
		v.once(here, "finding", f.ID)
		v.oneOf(here, "status", f.Status, "ACTIVE", "ARCHIVED", "RESOLVED")
		v.oneOf(here, "type", f.Type, "ExternalAccess", "InternalAccess", "UnusedIAMRole",
			"UnusedIAMUserAccessKey", "UnusedIAMUserPassword", "UnusedPermission")
	}
}
