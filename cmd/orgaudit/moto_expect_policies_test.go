package main

import (
	"slices"

	"orgaudit/report/benchmark"
)

// noneGives tells whether no policy gives one of the powers.
func noneGives(policies []motoPolicy, powers ...motoPower) bool {
	return !slices.ContainsFunc(policies, func(p motoPolicy) bool { return p.gives(powers...) })
}

// policyVerdicts are those of policies by themselves, whoever has them. An account without
// inline policies there is not: the audit role has one.
func (a motoAccount) policyVerdicts() motoExpected {
	attached, inline := a.attached(), a.inline()
	var customer, unattached, unused []motoPolicy
	for _, name := range a.own() {
		if p := motoPolicyNamed(name); slices.ContainsFunc(attached, func(q motoPolicy) bool { return q.name == name }) {
			customer = append(customer, p)
		} else {
			unattached = append(unattached, p)
		}
		if !a.uses(name) {
			unused = append(unused, motoPolicyNamed(name))
		}
	}
	both := slices.Concat(customer, inline)
	ofCustomer := func(ok bool) benchmark.Verdict { return where(len(customer) > 0, passIf(ok)) }
	return motoExpected{
		"policy-no-full-admin":          where(len(attached) > 0, passIf(noneGives(attached, canAll))),
		"policy-unattached-admin":       where(len(unattached) > 0, passIf(noneGives(unattached, canAll))),
		"policy-unused":                 where(len(a.own()) > 0, passIf(len(unused) == 0)),
		"policy-full-cloudtrail":        ofCustomer(noneGives(customer, canAllTrails)),
		"policy-full-kms":               ofCustomer(noneGives(customer, canAllKMS)),
		"policy-marketplace-subscribe":  ofCustomer(noneGives(customer, canSubscribe)),
		"policy-privesc":                ofCustomer(noneGives(customer, canRewriteSelf)),
		"policy-assume-any-role":        ofCustomer(noneGives(customer, canAssumeAny)),
		"policy-service-wildcard":       ofCustomer(!slices.ContainsFunc(customer, func(p motoPolicy) bool { return !p.mfa && p.gives(canAllKMS, canAllTrails) })),
		"policy-kms-decrypt-all":        passIf(noneGives(both, canAllKMS)),
		"policy-permissions-management": passIf(noneGives(both, canAll)), // the others are about one policy alone
		"inline-admin":                  passIf(noneGives(inline, canAll)),
		"inline-full-cloudtrail":        passIf(noneGives(inline, canAllTrails)),
		"inline-full-kms":               passIf(noneGives(inline, canAllKMS)),
		"inline-marketplace-subscribe":  passIf(noneGives(inline, canSubscribe)),
		"inline-privesc":                passIf(noneGives(inline, canRewriteSelf)),
	}
}

// uses tells whether somebody has a policy, or is bound by it. A group without members is nobody.
func (a motoAccount) uses(policy string) bool {
	has := func(h motoHolder) bool { return slices.Contains(h.attached, policy) }
	return a.someUser(func(u motoUser) bool { return has(u.motoHolder) }) ||
		slices.ContainsFunc(a.roles, func(r motoRole) bool { return has(r.motoHolder) || r.boundary == policy }) ||
		slices.ContainsFunc(a.groups, func(g motoHolder) bool { return has(g) && a.hasMember(g) })
}

// policies are those that a holder has by itself.
func (h motoHolder) policies() []motoPolicy {
	var policies []motoPolicy
	for _, name := range h.attached {
		policies = append(policies, motoPolicyNamed(name))
	}
	if h.inline != "" {
		policies = append(policies, motoPolicyNamed(h.inline))
	}
	return policies
}

// adminVerdicts ask for conditions where somebody may do everything.
func (a motoAccount) adminVerdicts() motoExpected {
	full := func(holders []motoHolder) (some, free bool) {
		for _, h := range holders {
			for _, p := range h.policies() {
				some, free = some || p.gives(canAll), free || p.gives(canAll) && !p.mfa
			}
		}
		return some, free
	}
	ofPeople := slices.Clone(a.groups)
	for _, u := range a.users {
		ofPeople = append(ofPeople, u.motoHolder)
	}
	for _, r := range a.allRoles() {
		if r.trust.people() {
			ofPeople = append(ofPeople, r.motoHolder) // no trust policy asks for MFA
		}
	}
	mfa, withoutMFA := full(ofPeople)
	some, free := full(a.holders())
	return motoExpected{
		"admin-requires-mfa-condition": where(mfa, passIf(!withoutMFA)),
		"admin-without-condition":      where(some, passIf(!free)),
	}
}

// motoPrincipal is a user or role with all that it has.
type motoPrincipal struct {
	name     string // with its kind, as in ARNs
	policies []motoPolicy
	bound    bool
	// console is a password, hardware the only kind of MFA.
	console, hardware bool
}

func (p motoPrincipal) may(powers ...motoPower) bool { return !noneGives(p.policies, powers...) }

func (a motoAccount) principals() []motoPrincipal {
	var principals []motoPrincipal
	for _, u := range a.users {
		p := motoPrincipal{name: "user/" + u.name, policies: u.policies(), console: u.password, hardware: u.hardware && !u.mfa}
		for _, g := range a.groups {
			if slices.Contains(u.groups, g.name) {
				p.policies = append(p.policies, g.policies()...)
			}
		}
		principals = append(principals, p)
	}
	for _, r := range a.allRoles() {
		principals = append(principals, motoPrincipal{name: "role/" + r.name, policies: r.policies(), bound: r.boundary != ""})
	}
	return principals
}

// administers tells whether a principal is an administrator, and escalates whether it is none
// and can become one. An SCP about IAM leaves neither.
func (a motoAccount) administers(p motoPrincipal) bool {
	return p.may(canAll) && !a.denied("iam:CreatePolicyVersion", false)
}

func (a motoAccount) escalates(p motoPrincipal) bool {
	return !a.administers(p) && p.may(canRewriteSelf) && !a.denied("iam:CreatePolicyVersion", false)
}

// unbound tells whether a principal that is no administrator makes others without a boundary
// of its own that it hands on.
func (a motoAccount) unbound(p motoPrincipal) bool {
	return a.makes(p) && (p.may(canCreate) || !p.bound)
}

func (a motoAccount) makes(p motoPrincipal) bool {
	return !a.administers(p) && p.may(canCreate, canCreateBound) && !a.denied("iam:CreateUser", false)
}

// privileged tells whether a principal manages permissions, which here only those do that
// are administrators or can become one.
func (a motoAccount) privileged(p motoPrincipal) bool { return a.administers(p) || a.escalates(p) }

// principalVerdicts are those of what users and roles may do in the end: their policies, and
// what SCPs leave of them.
func (a motoAccount) principalVerdicts() motoExpected {
	some := func(is func(motoPrincipal) bool) bool { return slices.ContainsFunc(a.principals(), is) }
	console := func(p motoPrincipal) bool { return p.console && a.privileged(p) }
	return motoExpected{
		"principal-admin-inventory":        where(some(a.privileged), benchmark.VerdictManual),
		"principal-no-escalation":          passIf(!some(a.escalates)),
		"principal-permissions-management": passIf(!some(a.privileged)),
		"permissions-boundary":             where(some(a.makes), passIf(!some(a.unbound))),
		"privileged-user-hardware-mfa":     where(some(console), passIf(!some(func(p motoPrincipal) bool { return console(p) && !p.hardware }))),
	}
}

// motoCulprits are the users and roles that fail, by control and name, where an account has
// good ones beside them.
func motoCulprits() map[string][]string {
	culprits := map[string][]string{}
	for _, a := range motoAccounts() {
		if a.closed {
			continue
		}
		add := func(control, name string, fails bool) {
			if fails {
				culprits[control] = append(culprits[control], a.name+" "+name)
			}
		}
		for _, p := range a.principals() {
			add("principal-no-escalation", p.name, a.escalates(p))
			add("principal-permissions-management", p.name, a.privileged(p))
			add("permissions-boundary", p.name, a.unbound(p))
		}
		for _, r := range a.allRoles() {
			for control, fails := range motoTrustRules() {
				add(control, "role/"+r.name, fails(r))
			}
		}
	}
	for _, names := range culprits {
		slices.Sort(names)
	}
	return culprits
}
