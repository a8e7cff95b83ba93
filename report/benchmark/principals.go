package benchmark

import (
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

const noPrincipals = "the account has no IAM user and no role but service-linked ones"

// eachPrincipal makes a control of one function on every user and role that is not
// service-linked. What is wrong with one is found on its effective permissions: identity
// policies, groups, boundary, SCPs and RCPs.
//
// A principal some of whose policies could not be read is not assessed. Where the
// organization's policies are not known, what is good without them is good with them, since
// they only take away; what is bad is not assessed.
func eachPrincipal(expected string, judge func(s *Subject, e *estate, h *holder, item *Item)) func(*Subject) Outcome {
	return func(s *Subject) Outcome {
		e := s.estate()
		principals := e.principals()
		if len(principals) == 0 {
			return notApplicable(noPrincipals)
		}
		items := make([]Item, 0, len(principals))
		for _, h := range principals {
			item := Item{Resource: h.ARN, Expected: expected, Evidence: h.evidence}
			if h.unread != nil {
				item.Status, item.Gap, item.Observed = NotAssessed, h.unread, "one of its policies is not known: "+h.unread.Message
				items = append(items, item)
				continue
			}
			judge(s, e, h, &item)
			if item.Status == Failed && e.doubt != nil {
				item.Status, item.Gap = NotAssessed, e.doubt
				item.Observed += "; SCPs may take it away, and are not all known"
			}
			if item.Status != "" {
				items = append(items, item)
			}
		}
		if len(items) == 0 {
			return notApplicable("no principal of the account is concerned")
		}
		return Outcome{Items: items}
	}
}

// principalNoEscalation judges effective permissions, principal by principal. Other tools
// look at one policy at a time: they miss what two policies do together, and report what a
// boundary, a denial or an SCP has taken away. Administrators are another control's.
func principalNoEscalation() *Control {
	return &Control{
		ID: "principal-no-escalation", Title: "Nobody but administrators can widen their rights", Severity: High, Scope: AccountScope,
		Finding: "principals that are no administrators can become one, or take over another",
		Why:     "Whoever can rewrite a policy that they have, pass a powerful role or make somebody else's credentials holds those rights already, and no list of administrators names them.",
		Test:    "For every user and role that is no administrator, take what its policies, groups, boundary, SCPs and RCPs together allow. No combination of actions in the list of known ways (\"orgaudit controls principal-no-escalation\" tells their number) is allowed on something that leaves rights to gain: a policy, user, group or role of the account that holds more than the principal, or a role that the service in question can assume.",
		Remedy:  "Take away one action of the combination, or narrow it to resources that give nothing; bind those who delegate by a permissions boundary.",
		Needs:   []org.Section{collect.AuthorizationSection},
		Uses:    []org.Section{collect.ManagedPoliciesSection, collect.CredentialReportSection},
		Judge: eachPrincipal("no way to widen its rights", func(s *Subject, e *estate, h *holder, item *Item) {
			if h.Administrator {
				item.Status, item.Observed = Passed, "an administrator already"
				return
			}
			ways := e.ways(h)
			if len(ways) == 0 {
				if over, gap := e.unclear(h); gap != nil {
					item.Status, item.Gap, item.Observed = NotAssessed, gap, "a way may lead over "+over
					return
				}
			}
			item.Status, item.Observed = status(len(ways) == 0), policy.Summary(ways)
			var sometimes []string
			for _, w := range ways {
				item.Because = append(item.Because, w.String())
				item.Because = append(item.Because, because(w.By...)...)
				if w.Always == policy.Depends {
					sometimes = append(sometimes, w.Actions...)
				}
			}
			item.Because = append(item.Because, h.conditionally(sometimes)...)
		}),
	}
}

// conditionally names the statements that take one of the actions away in some requests.
func (h *holder) conditionally(actions []string) []string {
	var lines []string
	for i, action := range actions {
		if slices.Contains(actions[:i], action) {
			continue
		}
		for _, may := range h.Principal.May(action, nil) {
			for _, line := range because(may.Conditional...) {
				line = "in some requests taken away by " + line
				if !slices.Contains(lines, line) {
					lines = append(lines, line)
				}
			}
		}
	}
	return lines
}

// principalAdminInventory lists who can do everything, by right or by a way to it. How many
// administrators are too many is for a person to say.
func principalAdminInventory() *Control {
	return &Control{
		ID: "principal-admin-inventory", Title: "Every administrator is known and wanted", Severity: Medium, Scope: AccountScope,
		Finding: "there are administrators",
		Why:     "The shorter the list of administrators, the fewer the ways into the account; a list that nobody reads grows.",
		Test:    "Read the list of users and roles whose effective permissions make them administrators, or that can become one, and who can assume them. For each: is it still needed, does it need so much, and who uses it?",
		Remedy:  "Remove the administrators that nobody needs; give the others the rights of their job.",
		Needs:   []org.Section{collect.AuthorizationSection},
		Uses:    []org.Section{collect.ManagedPoliciesSection, collect.CredentialReportSection},
		Manual:  true,
		Judge: func(s *Subject) Outcome {
			outcome := eachPrincipal("known and wanted", func(s *Subject, e *estate, h *holder, item *Item) {
				ends := policy.End("")
				for _, w := range e.ways(h) {
					if ends == "" || w.Ends == policy.EndsAdministrator {
						ends = w.Ends
					}
				}
				switch {
				case h.administration != nil:
					item.Observed = "administrator by right"
					if h.administration.Always == policy.Depends {
						item.Observed += ", under a condition"
					}
					item.Because = because(h.administration.By)
				case ends == policy.EndsAdministrator:
					item.Observed = "can become an administrator: " + policy.Summary(e.ways(h))
				default:
					if over, gap := e.unclear(h); gap != nil {
						item.Status, item.Gap, item.Observed = NotAssessed, gap, "a way to everything may lead over "+over
					}
					return
				}
				item.Status = Failed
				item.Observed += "; " + s.holderWords(h)
			})(s)
			if len(outcome.Items) == 0 {
				return notApplicable("nobody but the root user is an administrator")
			}
			return Outcome{Items: outcome.Items, Manual: true, Reason: "a person must say whether each of them is wanted"}
		},
	}
}

// holderWords say what is known of a privileged principal's use and protection.
func (s *Subject) holderWords(h *holder) string {
	var words []string
	if h.Boundary != "" {
		words = append(words, "bound by "+h.Boundary)
	}
	switch {
	case h.role != nil && h.role.LastUsed.IsZero():
		words = append(words, "no use is known")
	case h.role != nil:
		words = append(words, "last used "+h.role.LastUsed.Format("2006-01-02"))
	case h.row == nil:
		words = append(words, "credentials not known")
	default:
		mfa := "no MFA"
		if h.row.MFAActive {
			mfa = "MFA"
		}
		words = append(words, mfa)
	}
	return strings.Join(words, ", ")
}

// privilegedUserHardwareMFA asks of administrators, and of those who can become one, for an
// MFA device that cannot be copied. The credential report says whether there is a device,
// the list of virtual devices whether it is one of those. Of whom the report does not say
// whether there is a password, nothing is known.
func privilegedUserHardwareMFA() *Control {
	return &Control{
		ID: "privileged-user-hardware-mfa", Title: "Privileged users have hardware MFA", Severity: High, Scope: AccountScope,
		Mitigation: (*Subject).quarantined,
		Finding:    "privileged users have no hardware MFA device",
		Why:        "An administrator's second factor is what an attacker phishes for; a security key cannot be phished.",
		Test:       "For every IAM user with a console password whose effective permissions make them an administrator, or let them become one or take over another principal: mfa_active is true in the credential report, and no virtual MFA device is assigned to the user.",
		Remedy:     "Give privileged users FIDO2 security keys and remove their virtual devices, or let them come through federation.",
		Needs:      []org.Section{collect.AuthorizationSection, collect.CredentialReportSection, collect.VirtualMFASection},
		Uses:       []org.Section{collect.ManagedPoliciesSection},
		Judge: func(s *Subject) Outcome {
			outcome := eachPrincipal("a hardware MFA device and no virtual one", func(s *Subject, e *estate, h *holder, item *Item) {
				if h.user == nil || h.row != nil && h.row.PasswordEnabled == "false" {
					return
				}
				if !e.privileged(h) {
					if over, gap := e.unclear(h); gap != nil {
						item.Status, item.Gap, item.Observed = NotAssessed, gap, "a way to more rights may lead over "+over
					}
					return
				}
				if h.row == nil {
					item.Status, item.Gap, item.Observed = NotAssessed, h.reportUnread, h.reportUnread.Message
					return
				}
				item.Evidence = s.lineRef(h.row)
				if h.row.PasswordEnabled != "true" {
					*item = s.unknown(*item, collect.CredentialReportSection, passwordNotSaid)
					return
				}
				virtual := slices.ContainsFunc(s.Evidence.VirtualMFADevices, func(d collect.VirtualMFADevice) bool { return d.UserARN == h.ARN })
				switch {
				case !h.row.MFAActive:
					item.Status, item.Observed = Failed, "no MFA device"
				case virtual:
					item.Status, item.Observed = Failed, "a virtual MFA device"
				default:
					item.Status, item.Observed = Passed, "MFA, and no virtual device"
				}
			})(s)
			if len(outcome.Items) == 0 {
				return notApplicable("no user with a console password is privileged")
			}
			return outcome
		},
	}
}

// permissionsBoundary asks of those who can make principals for a boundary of their own, so
// that they cannot make somebody more powerful than themselves. Administrators are bound by
// nothing and are another control's.
func permissionsBoundary() *Control {
	return &Control{
		ID: "permissions-boundary", Title: "Those who create principals are bound themselves", Severity: Medium, Scope: AccountScope,
		Finding:    "principals that create or entitle others have no permissions boundary",
		Why:        "Who can create a role with any policy can create an administrator; a boundary on both sides keeps delegated administration delegated.",
		Test:       "For every user and role, no administrator, whose effective permissions hold an action of boundary_required_for: it has a permissions boundary, that action is allowed only with iam:PermissionsBoundary given, and neither iam:DeleteRolePermissionsBoundary nor iam:DeleteUserPermissionsBoundary is allowed to it.",
		Remedy:     "Give delegated administrators a permissions boundary, and allow them to create and entitle only principals that carry it.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Uses:       []org.Section{collect.ManagedPoliciesSection},
		Parameters: []string{"boundary_required_for"},
		Judge: func(s *Subject) Outcome {
			outcome := eachPrincipal("a permissions boundary that it hands on and cannot take off", judgeBoundary)(s)
			if len(outcome.Items) == 0 {
				return notApplicable("nobody but administrators creates or entitles principals")
			}
			return outcome
		},
	}
}

func judgeBoundary(s *Subject, e *estate, h *holder, item *Item) {
	if h.Administrator {
		return
	}
	// Without the key in the request, what needs it is not allowed.
	unbound := h.Principal.Facts.With(map[string]policy.Fact{"iam:permissionsboundary": policy.Absent()})
	var creates, freely []string
	var refs []policy.Ref
	for _, action := range s.Parameters.BoundaryRequiredFor {
		may := h.Principal.May(action, nil)
		if len(may) == 0 {
			continue
		}
		creates = append(creates, action)
		refs = append(refs, may[0].By...)
		if len(h.Principal.May(action, unbound)) > 0 {
			freely = append(freely, action)
		}
	}
	if len(creates) == 0 {
		return
	}
	item.Because = because(refs...)
	takesOff := slices.ContainsFunc([]string{"iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"}, func(action string) bool {
		return len(h.Principal.May(action, nil)) > 0
	})
	item.Status = Failed
	switch {
	case h.Boundary == "":
		item.Observed = "no boundary, and may do " + strings.Join(creates, ", ")
	case len(freely) > 0:
		item.Observed = "bound by " + h.Boundary + ", and may do so without handing a boundary on: " + strings.Join(freely, ", ")
	case takesOff:
		item.Observed = "bound by " + h.Boundary + ", and may take boundaries off"
	default:
		item.Status, item.Observed = Passed, "bound by "+h.Boundary+", and hands it on"
	}
}
