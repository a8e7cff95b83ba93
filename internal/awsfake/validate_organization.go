package awsfake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// tree checks the root and the units and notes their ids.
func (v *validator) tree() {
	root := &v.world.Organization.Root
	v.id("organization.root", root.ID, rootShape)
	v.units[root.ID] = true
	v.children("organization.root", root)
}

func (v *validator) children(place string, parent *Unit) {
	prefix := "ou-" + strings.TrimPrefix(v.world.Organization.Root.ID, "r-") + "-"
	for i := range parent.Units {
		u := &parent.Units[i]
		here := fmt.Sprintf("%s.units[%d] %q", place, i, u.Name)
		v.id(here, u.ID, unitShape)
		if !strings.HasPrefix(u.ID, prefix) {
			v.problem(here, "id %q does not begin with %s, as the root's id demands", u.ID, prefix)
		}
		v.units[u.ID] = true
		v.children(here, u)
	}
}

func (v *validator) organization() {
	o := &v.world.Organization
	const place = "organization"
	v.id(place, o.ID, organizationShape)
	v.oneOf(place, "feature set", o.FeatureSet, "ALL", "CONSOLIDATED_BILLING")
	if !v.accounts[o.ManagementAccount] {
		v.problem(place, "management account %q is not among the accounts", o.ManagementAccount)
	}
	for _, t := range o.PolicyTypes {
		v.oneOf(place, "policy type", t, orgPolicyTypes()...)
	}
	for _, f := range o.RootFeatures {
		v.oneOf(place, "root feature", f, "RootCredentialsManagement", "RootSessions")
	}
	v.orgPolicies()
	if len(o.ResourcePolicy) > 0 {
		v.rules("organization.resource_policy", o.ResourcePolicy)
	}
	for i, d := range o.Delegated {
		here := fmt.Sprintf("organization.delegated_administrators[%d]", i)
		v.once(here, "delegated administrator", d.Account)
		switch {
		case !v.accounts[d.Account]:
			v.problem(here, "account %q is not among the accounts", d.Account)
		case d.Account == o.ManagementAccount:
			v.problem(here, "the management account cannot be a delegated administrator")
		}
		if len(d.Services) == 0 {
			v.problem(here, "no services")
		}
	}
}

func (v *validator) orgPolicies() {
	o := &v.world.Organization
	guarded := make(map[string]bool) // what has a service control policy
	for i := range o.Policies {
		p := &o.Policies[i]
		here := fmt.Sprintf("organization.policies[%d] %q", i, p.Name)
		v.id(here, p.ID, orgPolicyShape)
		v.oneOf(here, "type", p.Type, orgPolicyTypes()...)
		switch p.Type {
		case serviceControl, resourceControl:
			v.rules(here, p.Document)
		default:
			var members map[string]any
			if err := json.Unmarshal(p.Document, &members); err != nil {
				v.problem(here, "document is no JSON object: %s", err)
			}
		}
		for j, target := range p.Targets {
			if !v.units[target] && !v.accounts[target] {
				v.problem(here, "target %q is neither a unit nor an account", target)
			}
			if slices.Contains(p.Targets[:j], target) {
				v.problem(here, "target %q stands twice", target)
			}
			guarded[target] = guarded[target] || p.Type == serviceControl
		}
	}
	if !slices.Contains(o.PolicyTypes, serviceControl) {
		return
	}
	// AWS refuses to detach the last service control policy; without this check
	// a forgotten attachment would silently deny everything.
	for id := range v.units {
		if !guarded[id] {
			v.problem("organization.policies", "no service control policy is attached to %s", id)
		}
	}
	for id := range v.accounts {
		if !guarded[id] {
			v.problem("organization.policies", "no service control policy is attached to account %s", id)
		}
	}
}
