package main

import (
	"slices"
	"strings"

	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"

	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// Where the description says that a thing is there, an audit must say so too. What moto
// itself lacks is not assessed:
//   - the account summary has no AccountPasswordPresent, and the credential report no row
//     of the root user;
//   - the credential report is always dated 2015, before the users in it were made;
//   - account:ListRegions, account:GetContactInformation, IAM Access Analyzer,
//     iam:ListOrganizationsFeatures and organizations:DescribeResourcePolicy are not there.
//
// Every server certificate of moto expired in 2012.

// motoVerdicts are what an audit must say of the organization, by account and control.
func motoVerdicts() map[string]map[string]benchmark.Verdict {
	ofOrganization := map[string]benchmark.Verdict{
		"org-guardrail-policies": benchmark.VerdictPass, "org-root-access-central": benchmark.VerdictNotAssessed,
	}
	verdicts := map[string]map[string]benchmark.Verdict{"": ofOrganization}
	for _, a := range motoAccounts() {
		if a.closed {
			continue
		}
		verdicts[a.name] = a.verdicts()
		if !a.guarded() && a.name != motoMaster {
			ofOrganization["org-guardrail-policies"] = benchmark.VerdictFail
		}
	}
	return verdicts
}

// verdicts are what an audit must say of the account.
func (a motoAccount) verdicts() map[string]benchmark.Verdict {
	some := func(f func(motoUser) bool) bool { return slices.ContainsFunc(a.users, f) }
	hasPassword := func(u motoUser) bool { return u.password }
	hasKey := func(u motoUser) bool { return u.keys > 0 }
	v := map[string]benchmark.Verdict{
		"account-security-contact":    passIf(slices.Contains(a.contacts, accounttypes.AlternateContactTypeSecurity)),
		"root-no-access-key":          benchmark.VerdictPass,
		"root-mfa":                    benchmark.VerdictNotAssessed,
		"root-hardware-mfa":           benchmark.VerdictNotAssessed,
		"root-not-used":               benchmark.VerdictNotAssessed,
		"password-min-length":         passIf(a.passwordPolicy != nil && a.passwordPolicy.length >= 14),
		"password-reuse":              passIf(a.passwordPolicy != nil && a.passwordPolicy.reuse >= 24),
		"user-console-mfa":            passIf(!some(func(u motoUser) bool { return u.password && !u.mfa })),
		"user-single-active-key":      passIf(!some(func(u motoUser) bool { return u.keys > 1 })),
		"user-credentials-unused":     benchmark.VerdictPass,
		"access-key-rotation":         benchmark.VerdictPass,
		"user-permissions-via-groups": passIf(!some(func(u motoUser) bool { return u.inline != "" || len(u.attached) > 0 })),
		"policy-no-full-admin":        passIf(!slices.ContainsFunc(a.attached(), func(p string) bool { return motoPolicyNamed(p).admin })),
		"support-role": passIf(slices.ContainsFunc(a.roles, func(r motoHolder) bool {
			return slices.Contains(r.attached, "AWSSupportAccess")
		})),
		"server-cert-expired":      passIf(!a.certificate),
		"access-analyzer-external": benchmark.VerdictNotAssessed,
	}
	if some(hasPassword) || some(hasKey) {
		v["user-credentials-unused"] = benchmark.VerdictNotAssessed
	}
	if some(hasKey) {
		v["access-key-rotation"] = benchmark.VerdictNotAssessed
	}
	notApplicable := func(controls ...string) {
		for _, c := range controls {
			v[c] = benchmark.VerdictNotApplicable
		}
	}
	if len(a.users) == 0 {
		notApplicable("user-console-mfa", "user-single-active-key", "user-credentials-unused", "access-key-rotation", "user-permissions-via-groups")
	}
	if !some(hasPassword) {
		notApplicable("password-min-length", "password-reuse")
	}
	if len(a.attached()) == 0 {
		notApplicable("policy-no-full-admin")
	}
	if !a.certificate {
		notApplicable("server-cert-expired")
	}
	return v
}

func passIf(ok bool) benchmark.Verdict {
	if ok {
		return benchmark.VerdictPass
	}
	return benchmark.VerdictFail
}

// attached are the managed policies that users, groups and roles of the account have.
func (a motoAccount) attached() []string {
	var names []string
	for _, u := range a.users {
		names = append(names, u.attached...)
	}
	for _, h := range slices.Concat(a.groups, a.roles) {
		names = append(names, h.attached...)
	}
	return names
}

// path is the unit of the account as reports show it.
func (a motoAccount) path() string { return motoPath(a.unit) }

func motoPath(unit string) string {
	return strings.ReplaceAll(strings.TrimSuffix("Root/"+unit, "/"), "/", " / ")
}

// motoWithin tells whether a path of units is another one or below it.
func motoWithin(unit, above string) bool { return strings.HasPrefix(unit+"/", above+"/") }

// guarded tells whether a guardrail is attached to the account or above it.
func (a motoAccount) guarded() bool {
	return slices.ContainsFunc(motoGuardrails(), func(g motoGuardrail) bool {
		return g.guards && slices.ContainsFunc(g.targets, func(target string) bool {
			return target == "Root" || target == a.name || motoWithin(a.unit, target)
		})
	})
}

// motoTargets are the targets of every SCP and RCP, by its name. Moto attaches the two
// policies of AWS to every node.
func motoTargets() map[string][]string {
	everything := slices.Concat([]string{"Root"}, motoUnits())
	for _, a := range motoAccounts() {
		everything = append(everything, a.name)
	}
	targets := map[string][]string{
		org.ServiceControlPolicy + " FullAWSAccess":     everything,
		org.ResourceControlPolicy + " RCPFullAWSAccess": slices.Clone(everything),
	}
	for _, g := range motoGuardrails() {
		targets[g.kind+" "+g.name] = slices.Clone(g.targets)
	}
	for _, names := range targets {
		slices.Sort(names)
	}
	return targets
}
