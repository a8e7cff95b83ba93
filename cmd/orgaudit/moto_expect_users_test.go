package main

import (
	"slices"
	"strings"

	"orgaudit/report/benchmark"
)

// someUser tells whether a user of the account is so.
func (a motoAccount) someUser(is func(motoUser) bool) bool { return slices.ContainsFunc(a.users, is) }

func (a motoAccount) hasPasswords() bool {
	return a.someUser(func(u motoUser) bool { return u.password })
}

// passwordVerdicts are those of the password policy, which binds those who have a password.
func (a motoAccount) passwordVerdicts() motoExpected {
	e := motoExpected{}
	p := motoPasswordPolicy{length: 8} // AWS's default
	if a.passwordPolicy != nil {
		p = *a.passwordPolicy
	}
	for control, ok := range map[string]bool{
		"password-min-length": p.length >= 14, "password-reuse": p.reuse >= 24, "password-expiry": p.age > 0 && p.age <= 90,
		"password-lowercase": p.all, "password-uppercase": p.all, "password-number": p.all, "password-symbol": p.all,
		"password-allow-change": p.all,
	} {
		e[control] = where(a.hasPasswords(), passIf(ok))
	}
	return e
}

// userVerdicts are those of the credential report. How old a password or key is nobody can
// say, since the report is older.
func (a motoAccount) userVerdicts() motoExpected {
	users := len(a.users) > 0
	hasKeys := a.someUser(func(u motoUser) bool { return u.keys > 0 })
	none := func(is func(motoUser) bool) benchmark.Verdict { return where(users, passIf(!a.someUser(is))) }
	e := motoExpected{
		"user-console-mfa":       none(func(u motoUser) bool { return u.password && !u.mfa && !u.hardware }),
		"user-hardware-mfa":      none(func(u motoUser) bool { return u.mfa || !u.hardware }),
		"user-single-active-key": none(func(u motoUser) bool { return u.keys > 1 }),
		"user-console-and-keys":  none(func(u motoUser) bool { return u.password && u.keys > 0 }),
		// No key was ever used.
		"user-no-initial-access-key": none(func(u motoUser) bool { return u.password && u.keys > 0 }),
		// No policy of the users with keys is about IAM or STS alone.
		"user-temporary-credentials": none(func(u motoUser) bool {
			return u.keys > 0 && (u.inline != "" || len(u.attached) > 0 || len(u.groups) > 0)
		}),
		"password-rotation":       where(users, unless(a.hasPasswords(), benchmark.VerdictPass)),
		"user-credentials-unused": where(users, unless(a.hasPasswords() || hasKeys, benchmark.VerdictPass)),
		"user-in-group":           none(func(u motoUser) bool { return len(u.groups) == 0 }),
		// Identity Center has trusted access to the organization, so that people can come by it;
		// who of the management account does not is for a person to judge.
		"users-centralized": passIf(!a.hasPasswords()),
		"user-shared-name":  where(a.someUser(func(u motoUser) bool { return strings.HasPrefix(u.name, "team") }), benchmark.VerdictManual),
	}
	if a.name == motoMaster && a.hasPasswords() {
		e["users-centralized"] = benchmark.VerdictManual
	}
	e.set(where(users, unless(hasKeys, benchmark.VerdictPass)), "access-key-rotation", "user-key-unused", "user-key-365")
	return e
}

// holderVerdicts are those of who has what attached, by the policies' names.
func (a motoAccount) holderVerdicts() motoExpected {
	has := func(h motoHolder, policy string) bool { return slices.Contains(h.attached, policy) }
	some := func(policy string) bool {
		return slices.ContainsFunc(a.holders(), func(h motoHolder) bool { return has(h, policy) })
	}
	role := func(policy string) bool {
		return slices.ContainsFunc(a.roles, func(r motoRole) bool { return has(r.motoHolder, policy) })
	}
	const admin = "AdministratorAccess"
	users, groups := len(a.users) > 0, len(a.groups) > 0
	return motoExpected{
		"user-permissions-via-groups": where(users, passIf(!a.someUser(func(u motoUser) bool { return u.inline != "" || len(u.attached) > 0 }))),
		"user-admin-policy":           where(users, passIf(!a.someUser(func(u motoUser) bool { return has(u.motoHolder, admin) }))),
		"group-admin-policy":          where(groups, passIf(!slices.ContainsFunc(a.groups, func(g motoHolder) bool { return has(g, admin) }))),
		"role-admin-policy":           passIf(!role(admin)),
		"admin-group-mfa": where(groups, passIf(!slices.ContainsFunc(a.groups, func(g motoHolder) bool {
			return has(g, admin) && a.someUser(func(u motoUser) bool { return slices.Contains(u.groups, g.name) && !u.mfa && !u.hardware })
		}))),
		"group-not-empty":        where(groups, passIf(!slices.ContainsFunc(a.groups, func(g motoHolder) bool { return !a.hasMember(g) }))),
		"support-role":           passIf(role("AWSSupportAccess")),
		"securityaudit-role":     passIf(role("SecurityAudit")),
		"cloudshell-restricted":  passIf(!some("AWSCloudShellFullAccess")),
		"broad-managed-policies": passIf(!some("PowerUserAccess")),
		"no-inline-policies":     passIf(len(a.inline()) == 0), // the audit role has one
		"role-unused":            benchmark.VerdictNotApplicable,
	}
}

func (a motoAccount) hasMember(g motoHolder) bool {
	return a.someUser(func(u motoUser) bool { return slices.Contains(u.groups, g.name) })
}

// motoOfReport are the controls that need the credential report; those of the password
// policy are where nobody may read that.
func motoOfReport() []string {
	return []string{
		"user-console-mfa", "user-hardware-mfa", "user-single-active-key", "user-console-and-keys", "user-no-initial-access-key",
		"user-credentials-unused", "password-rotation", "access-key-rotation", "user-key-unused", "user-key-365", "users-centralized",
		"user-shared-name", "user-temporary-credentials", "admin-group-mfa", "privileged-user-hardware-mfa", "root-not-used", "root-signing-cert",
	}
}
