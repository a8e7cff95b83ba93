package main

import (
	"slices"

	"orgaudit/report/benchmark"
)

// none tells whether no policy gives one of the powers.
func none(policies []motoPolicy, powers ...motoPower) bool {
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
		"policy-no-full-admin":          where(len(attached) > 0, passIf(none(attached, everything))),
		"policy-unattached-admin":       where(len(unattached) > 0, passIf(none(unattached, everything))),
		"policy-unused":                 where(len(a.own()) > 0, passIf(len(unused) == 0)),
		"policy-full-cloudtrail":        ofCustomer(none(customer, allTrails)),
		"policy-full-kms":               ofCustomer(none(customer, allKMS)),
		"policy-marketplace-subscribe":  ofCustomer(none(customer, subscribes)),
		"policy-privesc":                ofCustomer(none(customer, rewritesSelf)),
		"policy-assume-any-role":        ofCustomer(none(customer, assumesAny)),
		"policy-service-wildcard":       ofCustomer(!slices.ContainsFunc(customer, func(p motoPolicy) bool { return !p.mfa && p.gives(allKMS, allTrails) })),
		"policy-kms-decrypt-all":        passIf(none(both, allKMS)),
		"policy-permissions-management": passIf(none(both, everything)), // the others are about one policy alone
		"inline-admin":                  passIf(none(inline, everything)),
		"inline-full-cloudtrail":        passIf(none(inline, allTrails)),
		"inline-full-kms":               passIf(none(inline, allKMS)),
		"inline-marketplace-subscribe":  passIf(none(inline, subscribes)),
		"inline-privesc":                passIf(none(inline, rewritesSelf)),
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
				some, free = some || p.gives(), free || p.gives() && !p.mfa
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
	policies []motoPolicy
	bound    bool
	// console is a password, hardware the only kind of MFA.
	console, hardware bool
}

func (p motoPrincipal) may(powers ...motoPower) bool { return !none(p.policies, powers...) }

func (a motoAccount) principals() []motoPrincipal {
	var principals []motoPrincipal
	for _, u := range a.users {
		p := motoPrincipal{policies: u.policies(), console: u.password, hardware: u.hardware && !u.mfa}
		for _, g := range a.groups {
			if slices.Contains(u.groups, g.name) {
				p.policies = append(p.policies, g.policies()...)
			}
		}
		principals = append(principals, p)
	}
	for _, r := range a.allRoles() {
		principals = append(principals, motoPrincipal{policies: r.policies(), bound: r.boundary != ""})
	}
	return principals
}

// principalVerdicts are those of what users and roles may do in the end: their policies, and
// what SCPs leave of them. No account has an administrator under an SCP about IAM.
func (a motoAccount) principalVerdicts() motoExpected {
	free := !a.denied("iam:CreatePolicyVersion", false)
	mayCreate := !a.denied("iam:CreateUser", false)
	var powerful, escalates, manages, makes, unbound, console, phishable bool
	for _, p := range a.principals() {
		administrator := p.may() && free
		if administrator || p.may(rewritesSelf) && free {
			powerful = true
			console = console || p.console
			phishable = phishable || p.console && !p.hardware
		}
		manages = manages || p.may(rewritesSelf) && free
		if administrator {
			continue
		}
		escalates = escalates || p.may(rewritesSelf) && free
		makes = makes || p.may(creates, createsBound) && mayCreate
		unbound = unbound || (p.may(creates) || p.may(createsBound) && !p.bound) && mayCreate
	}
	return motoExpected{
		"principal-admin-inventory":        where(powerful, benchmark.VerdictManual),
		"principal-no-escalation":          passIf(!escalates),
		"principal-permissions-management": passIf(!manages),
		"permissions-boundary":             where(makes, passIf(!unbound)),
		"privileged-user-hardware-mfa":     where(console, passIf(!phishable)),
	}
}
