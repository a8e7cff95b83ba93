package benchmark

import (
	"fmt"
	"slices"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

// rootNoAccessKey prefers the account summary, which is live, and takes the credential
// report, which may be four hours old, for the words or where there is no summary. A root
// user without any credential passes; other tools report nothing for it.
func rootNoAccessKey() *Control {
	return &Control{
		ID: "root-no-access-key", Title: "The root user has no access key", Severity: Critical, Scope: AccountScope,
		Mitigation: (*Subject).rootDenied,
		Finding:    "the root user has an access key",
		Why:        "A root access key can do everything in the account, cannot be narrowed by an IAM policy, and does not expire.",
		Test:       "In the account summary, AccountAccessKeysPresent is 0. Without a summary: in the root row of the credential report, access_key_1_active and access_key_2_active are false.",
		Remedy:     "Delete the root user's access keys; give workloads roles. In an organization, turn on centralized root access and delete root credentials from the management account.",
		NeedsAny:   []org.Section{collect.AccountSummarySection, collect.CredentialReportSection},
		Judge: func(s *Subject) Outcome {
			item := Item{Resource: s.root(), Expected: "no root access key"}
			row := s.rootRow()
			if keys, ok := s.summary("AccountAccessKeysPresent"); ok {
				item.Status = status(keys == 0)
				item.Evidence = s.ref("/account_summary/AccountAccessKeysPresent")
				item.Observed = "no root access key"
				if password, known := s.summary("AccountPasswordPresent"); known && password == 0 && keys == 0 {
					item.Observed = "no root credentials" + s.centrally()
					item.Because = s.centralEvidence()
				}
				if keys > 0 {
					item.Observed = "a root access key exists" + activeKeys(row) + s.despiteCentralAccess()
				}
				return fromItem(item)
			}
			if row == nil {
				return fromItem(s.noRootRow(item))
			}
			item.Evidence = s.lineRef(row)
			item.Status = status(!row.Keys[0].Active && !row.Keys[1].Active)
			item.Observed = "no active root access key in the credential report"
			if item.Status == Failed {
				item.Observed = "an active root access key" + activeKeys(row) + s.despiteCentralAccess()
			}
			return fromItem(item)
		},
	}
}

// rootMFA looks at the password: a root user who cannot sign in needs no second factor.
// The parameter count_keys_as_credential asks for MFA beside access keys too, as some
// tools do.
func rootMFA() *Control {
	return &Control{
		ID: "root-mfa", Title: "Root sign-in needs MFA", Severity: Critical, Scope: AccountScope,
		Mitigation: (*Subject).rootDenied,
		Finding:    "the root user can sign in without MFA",
		Why:        "The root user's password alone opens the whole account; a second factor keeps a leaked or guessed password from being enough.",
		Test:       "In the account summary, AccountMFAEnabled is 1, or AccountPasswordPresent is 0. Without a summary: in the root row of the credential report, mfa_active is true or password_enabled is false.",
		Remedy:     "Register an MFA device for the root user, or delete the root password of member accounts through centralized root access.",
		NeedsAny:   []org.Section{collect.AccountSummarySection, collect.CredentialReportSection},
		Parameters: []string{"count_keys_as_credential"},
		Partition: func(p org.Partition) (Outcome, bool) {
			return notApplicable("the root user cannot sign in to the console in this partition"), !p.RootSignIn
		},
		Judge: func(s *Subject) Outcome {
			r := s.rootCredentials()
			item := Item{Resource: s.root(), Expected: "MFA, or no root password", Evidence: r.evidence}
			needed := r.password
			if s.Parameters.CountKeysAsCredential {
				item.Expected = "MFA, or no root credential"
				needed = needed.or(r.keys)
			}
			return fromItem(s.judgeRoot(item, r.mfa, needed, "MFA is on"))
		},
	}
}

// rootHardwareMFA compares the exact root ARN and serial of virtual devices; a user who is
// merely named like the root user changes nothing.
func rootHardwareMFA() *Control {
	return &Control{
		ID: "root-hardware-mfa", Title: "Root MFA is a hardware device", Severity: Critical, Scope: AccountScope,
		Mitigation: (*Subject).rootDenied,
		Finding:    "the root user has no hardware MFA device",
		Why:        "A virtual MFA device lives on a phone that can be lost, copied or phished; a hardware key or token cannot be copied.",
		Test:       "In the account summary, AccountMFAEnabled is 1, and no assigned virtual MFA device belongs to the root user (its user ARN is that of root, or its serial ends in mfa/root-account-mfa-device). A root user without credentials passes.",
		Remedy:     "Register a FIDO2 security key or a hardware token for the root user and remove the virtual device.",
		Needs:      []org.Section{collect.AccountSummarySection, collect.VirtualMFASection},
		Uses:       []org.Section{collect.CredentialReportSection},
		Partition: func(p org.Partition) (Outcome, bool) {
			return notApplicable("hardware MFA of the root user is judged in the partition aws alone"), !p.HardwareMFA
		},
		Judge: func(s *Subject) Outcome {
			item := Item{Resource: s.root(), Expected: "a hardware MFA device and no virtual one, or no root credential"}
			serial := fmt.Sprintf("arn:%s:iam::%s:mfa/root-account-mfa-device", s.Organization.Partition, s.Account.ID)
			i := slices.IndexFunc(s.Evidence.VirtualMFADevices, func(d collect.VirtualMFADevice) bool {
				return d.UserARN == s.root() || d.Serial == serial
			})
			if i >= 0 {
				item.Status, item.Observed = Failed, "a virtual MFA device belongs to the root user"
				item.Evidence = s.ref("/virtual_mfa_devices/%d", i)
				return fromItem(item)
			}
			r := s.rootCredentials()
			item.Evidence = r.evidence
			return fromItem(s.judgeRoot(item, r.mfa, r.password.or(r.keys), "MFA is on and no virtual device belongs to the root user"))
		},
	}
}

// rootNotUsed takes the latest of all three dates.
func rootNotUsed() *Control {
	return &Control{
		ID: "root-not-used", Title: "The root user is not used for daily work", Severity: High, Scope: AccountScope,
		Finding:    "the root user was used lately",
		Why:        "Work as the root user cannot be limited or attributed to a person; it should be left for the few tasks that need it.",
		Test:       "In the root row of the credential report, take the latest of password_last_used and the two access_key_N_last_used_date; its age in full days at the time of the report is above root_max_days, or there is no date.",
		Remedy:     "Find in CloudTrail what the root user did, move it to a role, and store the root credentials away.",
		Needs:      []org.Section{collect.CredentialReportSection},
		Parameters: []string{"root_max_days"},
		Judge: func(s *Subject) Outcome {
			item := Item{
				Resource: s.root(),
				Expected: fmt.Sprintf("no use within %d days", s.Parameters.RootMaxDays),
			}
			row := s.rootRow()
			if row == nil {
				return fromItem(s.noRootRow(item))
			}
			item.Evidence = s.lineRef(row)
			var last time.Time
			what := ""
			for _, use := range []struct {
				what string
				at   time.Time
			}{
				{"password", row.PasswordLastUsed.Time},
				{"access key 1", row.Keys[0].LastUsed.Time},
				{"access key 2", row.Keys[1].LastUsed.Time},
			} {
				if use.at.After(last) {
					last, what = use.at, use.what
				}
			}
			if last.IsZero() {
				item.Status, item.Observed = Passed, "no use is known"
				return fromItem(item)
			}
			age, ok := s.reportAge(last)
			if !ok {
				return fromItem(s.unknown(item, collect.CredentialReportSection, laterThanReport))
			}
			item.Status = status(age > s.Parameters.RootMaxDays)
			item.Observed = fmt.Sprintf("%s last used %s, %s before the report", what, last.Format(time.DateOnly), count(age, "day"))
			return fromItem(item)
		},
	}
}

// known is a fact that the evidence may not hold.
type known struct{ yes, ok bool }

func (k known) or(other known) known {
	if k.ok && k.yes || other.ok && other.yes {
		return known{yes: true, ok: true}
	}
	return known{ok: k.ok && other.ok}
}

// rootFacts are the root user's credentials, with the place that says so.
type rootFacts struct {
	password, keys, mfa known
	evidence            Reference
}

// rootCredentials takes each fact from the account summary, and from the root row of the
// credential report where the summary does not say it. The report's not_supported in
// password_enabled says nothing: it is an old word for "look in the summary".
func (s *Subject) rootCredentials() rootFacts {
	fact := func(key string) known {
		n, ok := s.summary(key)
		return known{yes: n > 0, ok: ok}
	}
	facts := rootFacts{
		password: fact("AccountPasswordPresent"), keys: fact("AccountAccessKeysPresent"), mfa: fact("AccountMFAEnabled"),
		evidence: s.ref("/account_summary"),
	}
	row := s.rootRow()
	if row == nil {
		if !s.has(collect.AccountSummarySection) {
			facts.evidence = s.ref("/credential_report/lines")
		}
		return facts
	}
	if !s.has(collect.AccountSummarySection) {
		facts.evidence = s.lineRef(row)
	}
	if !facts.password.ok && row.PasswordEnabled != "not_supported" {
		facts.password = known{yes: row.PasswordEnabled == "true", ok: true}
	}
	if !facts.keys.ok {
		facts.keys = known{yes: row.Keys[0].Active || row.Keys[1].Active, ok: true}
	}
	if !facts.mfa.ok {
		facts.mfa = known{yes: row.MFAActive, ok: true}
	}
	return facts
}

// judgeRoot decides between MFA, no credential that would need it, and a fail.
func (s *Subject) judgeRoot(item Item, mfa, credential known, good string) Item {
	switch {
	case mfa.ok && mfa.yes:
		item.Status, item.Observed = Passed, good
	case credential.ok && !credential.yes:
		item.Status, item.Observed = Passed, "no root credential that needs MFA"+s.centrally()
		item.Because = s.centralEvidence()
	case mfa.ok && credential.ok:
		item.Status, item.Observed = Failed, "root credentials exist and MFA is off"
	default:
		return s.unknown(item, collect.AccountSummarySection, "neither the account summary nor the credential report says whether the root user has credentials and MFA")
	}
	return item
}

// summary is a figure of the account summary, where it was read and holds it.
func (s *Subject) summary(key string) (int32, bool) {
	if !s.has(collect.AccountSummarySection) {
		return 0, false
	}
	n, ok := s.Evidence.AccountSummary[key]
	return n, ok
}

// noRootRow is the item for a credential report without the root user's row, which AWS
// always sends: its absence tells about the source, not about the root user.
func (s *Subject) noRootRow(item Item) Item {
	item.Evidence = s.ref("/credential_report/lines")
	return s.unknown(item, collect.CredentialReportSection, "the credential report has no row for the root user")
}

func activeKeys(row *collect.CredentialRow) string {
	switch {
	case row == nil:
		return ""
	case row.Keys[0].Active && row.Keys[1].Active:
		return "; both keys are active"
	case row.Keys[0].Active:
		return "; key 1 is active"
	case row.Keys[1].Active:
		return "; key 2 is active"
	}
	return "; none was active in the credential report"
}

// rootCredentialsManagement is the feature that lets the management account delete the
// root credentials of members ("Centrally manage root access for member accounts", IAM User Guide).
const rootCredentialsManagement = "RootCredentialsManagement"

func (s *Subject) centralRootAccess() bool {
	return !s.Organization.IsManagement(s.Account.ID) && slices.Contains(s.Organization.RootFeatures, rootCredentialsManagement)
}

func (s *Subject) centrally() string {
	if s.centralRootAccess() {
		return "; root credentials of members are managed centrally"
	}
	return ""
}

// centralEvidence names the evidence of the feature by which an account has no root
// credentials.
func (s *Subject) centralEvidence() []string {
	if !s.centralRootAccess() {
		return nil
	}
	return []string{fmt.Sprintf("the organization's feature %s is on: %s#/root_features", rootCredentialsManagement, collect.OrganizationFile)}
}

func (s *Subject) despiteCentralAccess() string {
	if s.centralRootAccess() {
		return ", although root credentials of members are managed centrally"
	}
	return ""
}
