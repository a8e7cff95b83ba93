package main

import (
	"maps"
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
// Every server certificate of moto expired in 2012. Nothing in moto is ever used, and every
// role is seconds old.

// motoExpected are verdicts by control.
type motoExpected map[string]benchmark.Verdict

// set gives controls one verdict.
func (e motoExpected) set(verdict benchmark.Verdict, controls ...string) {
	for _, control := range controls {
		e[control] = verdict
	}
}

func passIf(ok bool) benchmark.Verdict {
	if ok {
		return benchmark.VerdictPass
	}
	return benchmark.VerdictFail
}

// where is the verdict of a control that applies under a condition.
func where(applies bool, verdict benchmark.Verdict) benchmark.Verdict {
	if applies {
		return verdict
	}
	return benchmark.VerdictNotApplicable
}

// unless is a verdict that cannot be found out under a condition.
func unless(hidden bool, verdict benchmark.Verdict) benchmark.Verdict {
	if hidden {
		return benchmark.VerdictNotAssessed
	}
	return verdict
}

// motoVerdicts are what an audit must say of the organization, by account and control; with
// regions where the configuration names the regions that moto cannot list.
func motoVerdicts(regions bool) map[string]map[string]benchmark.Verdict {
	verdicts := map[string]map[string]benchmark.Verdict{"": motoOrganizationVerdicts()}
	for _, a := range motoAccounts() {
		if a.closed {
			continue
		}
		verdicts[a.name] = map[string]benchmark.Verdict{}
		for _, theme := range []motoExpected{
			a.settings(), a.rootVerdicts(), a.passwordVerdicts(), a.userVerdicts(), a.holderVerdicts(), a.policyVerdicts(),
			a.adminVerdicts(), a.trustVerdicts(regions), a.principalVerdicts(), a.guardrailVerdicts(), motoLooksNowhere(),
		} {
			maps.Copy(verdicts[a.name], theme)
		}
	}
	return verdicts
}

// motoOrganizationVerdicts are those of the organization's own controls.
func motoOrganizationVerdicts() motoExpected {
	active := slices.DeleteFunc(motoAccounts(), func(a motoAccount) bool { return a.closed })
	every := func(ok func(motoAccount) bool) benchmark.Verdict {
		return passIf(!slices.ContainsFunc(active, func(a motoAccount) bool { return a.name != motoMaster && !ok(a) }))
	}
	some := func(kind string, ok func(motoGuardrail, motoAccount) bool) func(motoAccount) bool {
		return func(a motoAccount) bool {
			return slices.ContainsFunc(motoGuardrails(), func(g motoGuardrail) bool { return g.kind == kind && ok(g, a) })
		}
	}
	delegated := func(service string) bool {
		return slices.ContainsFunc(motoAccounts(), func(a motoAccount) bool { return slices.Contains(a.delegated, service) })
	}
	inUnits := every(func(a motoAccount) bool { return a.unit != "" })
	e := motoExpected{
		"org-all-features":       benchmark.VerdictPass,
		"org-guardrail-policies": every(motoAccount.guarded),
		"org-accounts-in-root":   inUnits,
		"org-ou-structure":       inUnits, // a person would have to judge it if it passed
		"org-scp-guardrails":     every(some(org.ServiceControlPolicy, func(g motoGuardrail, a motoAccount) bool { return g.guards && g.above(a) })),
		"org-rcp":                every(some(org.ResourceControlPolicy, func(g motoGuardrail, a motoAccount) bool { return g.guards && g.binds(a) })),
		"org-scp-deny-regions":   every(some(org.ServiceControlPolicy, func(g motoGuardrail, a motoAccount) bool { return g.regions && g.binds(a) })),
		"org-tag-policy":         passIf(slices.ContainsFunc(active, some(org.TagPolicy, motoGuardrail.binds))),
		// The management account is bound too. The only such policy locks what it says.
		"org-ai-opt-out":         passIf(!slices.ContainsFunc(active, func(a motoAccount) bool { return !some(org.AIServicesOptOut, motoGuardrail.binds)(a) })),
		"org-service-delegation": passIf(delegated(motoTrusted)),
		"org-trusted-delegates":  benchmark.VerdictManual, // moto takes members alone, and nobody has named them
		"org-identity-center":    benchmark.VerdictManual,
	}
	if inUnits == benchmark.VerdictPass {
		e["org-ou-structure"] = benchmark.VerdictManual
	}
	e.set(benchmark.VerdictNotAssessed, "org-root-access-central", "org-policy-delegation")
	return e
}

// settings are about what belongs to the account as a whole.
func (a motoAccount) settings() motoExpected {
	e := motoExpected{
		"org-member":               benchmark.VerdictPass,
		"org-mgmt-no-workloads":    where(a.name == motoMaster, benchmark.VerdictManual),
		"account-security-contact": passIf(slices.Contains(a.contacts, accounttypes.AlternateContactTypeSecurity)),
		"account-alias":            passIf(a.alias != ""),
		"server-cert-expired":      where(a.certificate, passIf(!a.certificate)),
		"iac-managed":              benchmark.VerdictManual, // every account has roles
		"instance-role":            benchmark.VerdictManual,
	}
	e.set(benchmark.VerdictNotAssessed, "account-contact-current", "account-contacts-differ")
	return e
}

// rootVerdicts are those of the root user, of whom moto tells that it has no access keys.
func (a motoAccount) rootVerdicts() motoExpected {
	e := motoExpected{"root-no-access-key": benchmark.VerdictPass}
	e.set(benchmark.VerdictNotAssessed, "root-mfa", "root-hardware-mfa", "root-not-used", "root-signing-cert", "root-member-credentials")
	return e
}

// motoLooksNowhere are the verdicts without Access Analyzer, and those without last-accessed
// data, which the configuration does not ask for.
func motoLooksNowhere() motoExpected {
	e := motoExpected{}
	e.set(benchmark.VerdictNotAssessed, "access-analyzer-external", "access-analyzer-findings", "analyzer-public-access",
		"analyzer-unused-access", "analyzer-internal-access", "analyzer-archive-rules")
	e.set(benchmark.VerdictManual, "access-unused-services", "user-stale-bedrock", "user-stale-sagemaker", "role-stale-bedrock")
	return e
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
	return slices.ContainsFunc(motoGuardrails(), func(g motoGuardrail) bool { return g.guards && g.binds(a) })
}

// motoTargets are the targets of every policy of the organization, by its name. Moto
// attaches the two policies of AWS to every node, as AWS does.
func motoTargets() map[string][]string {
	nodes := slices.Concat([]string{"Root"}, motoUnits())
	for _, a := range motoAccounts() {
		nodes = append(nodes, a.name)
	}
	targets := map[string][]string{
		org.ServiceControlPolicy + " FullAWSAccess":     nodes,
		org.ResourceControlPolicy + " RCPFullAWSAccess": slices.Clone(nodes),
	}
	for _, g := range motoGuardrails() {
		targets[g.kind+" "+g.name] = slices.Clone(g.targets)
	}
	for _, names := range targets {
		slices.Sort(names)
	}
	return targets
}
