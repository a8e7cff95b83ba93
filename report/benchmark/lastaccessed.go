package benchmark

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// lastAccessedOff is the outcome where nobody asked IAM what principals have used; asked is
// false then. That is a choice and no gap: a person can still ask.
func (s *Subject) lastAccessedOff() (outcome Outcome, asked bool) {
	_, missing := s.Evidence.Missing(collect.LastAccessedSection)
	gap := slices.ContainsFunc(s.Evidence.Gaps, func(g org.Gap) bool { return g.Section == collect.LastAccessedSection })
	return Outcome{Manual: true, Reason: "last-accessed data was not collected (collect.last_accessed is off)"}, !missing || gap
}

// accessed is what IAM knows of one privileged principal.
type accessed struct {
	*collect.LastAccessed
	// created is when the principal was made; zero where the authorization details do not hold it.
	created time.Time
	user    bool
	ref     Reference
	gap     *org.Gap
}

// eachAccessed makes a control of one function on every privileged principal whose
// last-accessed data were asked for. A principal that the function makes no item of is no
// part of the population. others adds the items of those that nobody asked about; it may be nil.
func eachAccessed(none string, wanted func(a accessed) bool, judge func(s *Subject, a accessed) []Item, others func(s *Subject) []Item) func(*Subject) Outcome {
	return func(s *Subject) Outcome {
		if outcome, asked := s.lastAccessedOff(); !asked {
			return outcome
		}
		if gap, missing := s.Evidence.Missing(collect.LastAccessedSection); missing && gap.Subject == "" {
			return fromItem(Item{
				Resource: "privileged principals of account " + s.Account.ID, Status: NotAssessed, Expected: "last-accessed data",
				Observed: "last-accessed data could not be read: " + gap.Cause.Words(), Evidence: s.readRef(collect.LastAccessedSection, ""), Gap: &gap,
			})
		}
		var items []Item
		for _, a := range s.accessed() {
			if !wanted(a) {
				continue
			}
			if a.gap != nil {
				items = append(items, Item{
					Resource: a.Principal, Status: NotAssessed, Expected: "last-accessed data", Evidence: a.ref, Gap: a.gap,
					Observed: "last-accessed data could not be read: " + a.gap.Cause.Words(),
				})
				continue
			}
			items = append(items, judge(s, a)...)
		}
		if others != nil {
			items = append(items, others(s)...)
		}
		if len(items) == 0 {
			return notApplicable(none)
		}
		return Outcome{Items: items}
	}
}

// accessed are the privileged principals, with those whose data could not be read last.
func (s *Subject) accessed() []accessed {
	created := map[string]time.Time{}
	for _, u := range s.Evidence.Authorization.Users {
		created[u.ARN] = u.Created
	}
	for _, r := range s.Evidence.Authorization.Roles {
		created[r.ARN] = r.Created
	}
	user := func(arn string) bool { return strings.Contains(arn, ":user/") }
	var all []accessed
	for i := range s.Evidence.LastAccessed {
		l := &s.Evidence.LastAccessed[i]
		all = append(all, accessed{LastAccessed: l, created: created[l.Principal], user: user(l.Principal), ref: s.ref("/last_accessed/%d", i)})
	}
	for i := range s.Evidence.Gaps {
		if g := &s.Evidence.Gaps[i]; g.Section == collect.LastAccessedSection && g.Subject != "" {
			all = append(all, accessed{LastAccessed: &collect.LastAccessed{Principal: g.Subject}, user: user(g.Subject), ref: s.ref("/gaps/%d", i), gap: g})
		}
	}
	return all
}

// accessedAt is when IAM made the list.
func (s *Subject) accessedAt(a accessed) time.Time {
	if a.CompletedAt.IsZero() {
		return s.Evidence.ReadAt(collect.LastAccessedSection)
	}
	return a.CompletedAt
}

// idle tells for how many days a service was not used. One that was never used counts from
// the day on which the principal was made, since a new principal cannot have used it; known
// is false where that day is not known.
func (s *Subject) idle(a accessed, service collect.ServiceAccess) (idle int, known bool) {
	since := service.LastAuthenticated
	if since.IsZero() {
		since = a.created
	}
	if since.IsZero() {
		return 0, false
	}
	return max(0, days(since, s.accessedAt(a))), true
}

// unusedServiceDays is the number of days from which a service counts as unused.
const unusedServiceDays = 90

// accessUnusedServices judges whole services, which is as fine as AWS tells for all of
// them. What is listed is what policies allow, used or not.
func accessUnusedServices() *Control {
	return &Control{
		ID: "access-unused-services", Title: "Privileged principals use the services that they may use", Severity: Low, Scope: AccountScope,
		Finding: "privileged principals may use services that they do not use",
		Why:     "What a principal does not use is of use only to whoever takes it over.",
		Test:    "For every privileged user and role, iam:GetServiceLastAccessedDetails lists no service whose last use is more than 90 days before the list, or that was never used by a principal that is older.",
		Remedy:  "Replace the policy by one that allows the services in use.",
		Needs:   []org.Section{collect.AuthorizationSection},
		Uses:    []org.Section{collect.LastAccessedSection},
		Judge: eachAccessed("the account has no privileged principal", func(accessed) bool { return true }, func(s *Subject, a accessed) []Item {
			item := Item{Resource: a.Principal, Status: Passed, Expected: fmt.Sprintf("every service used within %d days", unusedServiceDays), Evidence: a.ref}
			var unused []string
			for _, service := range a.Services {
				if idle, known := s.idle(a, service); !known || idle > unusedServiceDays {
					unused = append(unused, service.Namespace)
				}
			}
			slices.Sort(unused)
			item.Observed = "all of " + count(len(a.Services), "service") + " in use"
			if len(unused) > 0 {
				const most = 5
				item.Status = Failed
				item.Observed = fmt.Sprintf("%d of %s not used: %s", len(unused), count(len(a.Services), "service"), strings.Join(unused[:min(len(unused), most)], ", "))
				if len(unused) > most {
					item.Observed += fmt.Sprintf(" and %d more", len(unused)-most)
				}
			}
			return []Item{item}
		}, nil),
	}
}

// staleAccess judges one service of one principal. Exactly the limit passes.
func staleAccess(namespace string, limit func(Parameters) int) func(s *Subject, a accessed) []Item {
	return func(s *Subject, a accessed) []Item {
		i := slices.IndexFunc(a.Services, func(service collect.ServiceAccess) bool { return service.Namespace == namespace })
		if i < 0 {
			return nil
		}
		most := limit(s.Parameters)
		item := Item{
			Resource: a.Principal, Expected: fmt.Sprintf("%s used at most %d days ago", namespace, most),
			Evidence: Reference{File: a.ref.File, Pointer: fmt.Sprintf("%s/services/%d", a.ref.Pointer, i)},
		}
		idle, known := s.idle(a, a.Services[i])
		item.Status = status(known && idle <= most)
		switch used := a.Services[i].LastAuthenticated; {
		case !used.IsZero():
			item.Observed = fmt.Sprintf("last used %s, %s before the list", used.Format(time.DateOnly), count(idle, "day"))
		case known:
			item.Observed = fmt.Sprintf("never used in the tracking period; made %s, %s before the list", a.created.Format(time.DateOnly), count(idle, "day"))
		default:
			item.Observed = "never used in the tracking period"
		}
		return []Item{item}
	}
}

func accessedUser(a accessed) bool { return a.user }
func accessedRole(a accessed) bool { return !a.user }

// notAsked makes items of the principals of a kind that may use a service and about which
// IAM was not asked, since they are not privileged: whether they use it is not known. Who may
// do nothing of the service is no part of the population.
func notAsked(namespace string, kind policy.MemberKind, limit func(Parameters) int) func(s *Subject) []Item {
	return func(s *Subject) []Item {
		asked := map[string]bool{}
		for _, a := range s.accessed() {
			asked[a.Principal] = true
		}
		var items []Item
		for _, h := range s.estate().principals() {
			if h.Kind != kind || asked[h.ARN] {
				continue
			}
			item := Item{
				Resource: h.ARN, Status: NotAssessed, Evidence: h.evidence,
				Expected: fmt.Sprintf("%s used at most %d days ago", namespace, limit(s.Parameters)),
			}
			switch {
			case h.unread != nil:
				item.Gap, item.Observed = h.unread, "one of its policies is not known: "+h.unread.Message
			case h.mayUse(namespace):
				const message = "last-accessed data is collected for privileged principals only"
				item.Observed = "may use " + namespace + "; " + message
				item.Gap = &org.Gap{
					Section: collect.LastAccessedSection, Account: s.Account.ID, Cause: org.NotCollected, Message: message,
					At: s.Evidence.ReadAt(collect.LastAccessedSection),
				}
			default:
				continue
			}
			items = append(items, item)
		}
		return items
	}
}

// mayUse tells whether a principal may do any action of a service, one that is newer than
// the catalogue too.
func (h *holder) mayUse(service string) bool {
	if slices.Contains(h.services(), service) {
		return true
	}
	return slices.ContainsFunc(h.uncatalogued(), func(action string) bool {
		of, _, _ := strings.Cut(action, ":")
		return policy.MatchAction(of, service)
	})
}

// services are those of which a principal may do some action, sorted.
func (h *holder) services() []string {
	if h.reached == nil {
		h.reached = append([]string{}, h.Principal.Actions().Services()...)
	}
	return h.reached
}

// uncatalogued are the actions that a principal's policies allow by name and that the
// catalogue does not know: they are newer, or misspelt.
func (h *holder) uncatalogued() []string {
	var actions []string
	for _, p := range h.sources {
		for _, action := range p.Analysis.Uncatalogued() {
			if len(h.Principal.May(action, nil)) > 0 {
				actions = append(actions, action)
			}
		}
	}
	return actions
}

func maxUnusedBedrock(p Parameters) int   { return p.MaxUnusedBedrockAccessDays }
func maxUnusedSageMaker(p Parameters) int { return p.MaxUnusedSageMakerAccessDays }

func roleStaleBedrock() *Control {
	return &Control{
		ID: "role-stale-bedrock", Title: "Roles that may use Bedrock use it", Severity: Medium, Scope: AccountScope,
		Finding:    "roles may use Bedrock and do not",
		Why:        "Stolen access to models is sold, and the bill comes to the owner; nobody notices on a role that does not use them.",
		Test:       "For every role that is not service-linked and for which iam:GetServiceLastAccessedDetails lists the namespace bedrock, since its policies allow some action of it: its last use, or the making of a role that never used it, is at most max_unused_bedrock_access_days full days before the list.",
		Remedy:     "Take the permission away from roles that do not use it.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Uses:       []org.Section{collect.LastAccessedSection},
		Parameters: []string{"max_unused_bedrock_access_days"},
		Judge: eachAccessed("no role may use Bedrock", accessedRole,
			staleAccess("bedrock", maxUnusedBedrock), notAsked("bedrock", policy.RoleMember, maxUnusedBedrock)),
	}
}

func userStaleBedrock() *Control {
	return &Control{
		ID: "user-stale-bedrock", Title: "Users who may use Bedrock use it", Severity: Medium, Scope: AccountScope,
		Finding:    "users may use Bedrock and do not",
		Why:        "Stolen access to models is sold, and the bill comes to the owner; keys of users are what is stolen most.",
		Test:       "For every user for whom iam:GetServiceLastAccessedDetails lists the namespace bedrock, since policies allow some action of it: the last use, or the making of a user that never used it, is at most max_unused_bedrock_access_days full days before the list.",
		Remedy:     "Take the permission away from users who do not use it.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Uses:       []org.Section{collect.LastAccessedSection},
		Parameters: []string{"max_unused_bedrock_access_days"},
		Judge: eachAccessed("no user may use Bedrock", accessedUser,
			staleAccess("bedrock", maxUnusedBedrock), notAsked("bedrock", policy.UserMember, maxUnusedBedrock)),
	}
}

func userStaleSageMaker() *Control {
	return &Control{
		ID: "user-stale-sagemaker", Title: "Users who may use SageMaker use it", Severity: Medium, Scope: AccountScope,
		Finding:    "users may use SageMaker and do not",
		Why:        "Notebooks and endpoints run code with roles of their own; who does not use them should not be able to start them.",
		Test:       "For every user for whom iam:GetServiceLastAccessedDetails lists the namespace sagemaker, since policies allow some action of it: the last use, or the making of a user that never used it, is at most max_unused_sagemaker_access_days full days before the list.",
		Remedy:     "Take the permission away from users who do not use it.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Uses:       []org.Section{collect.LastAccessedSection},
		Parameters: []string{"max_unused_sagemaker_access_days"},
		Judge: eachAccessed("no user may use SageMaker", accessedUser,
			staleAccess("sagemaker", maxUnusedSageMaker), notAsked("sagemaker", policy.UserMember, maxUnusedSageMaker)),
	}
}

// userTemporaryCredentials asks what a key lets its user reach, used or not: a key that may
// reach a service is as good as one that does. Policies tell that, so that no last-accessed
// data is needed. A key that is deactivated reaches nothing.
func userTemporaryCredentials() *Control {
	return &Control{
		ID: "user-temporary-credentials", Title: "Workloads use temporary credentials", Severity: High, Scope: AccountScope,
		Finding: "long-lived access keys reach services",
		Why:     "An access key works until somebody deletes it; the credentials of a role expire within hours.",
		Test:    "For every user: the credential report has no active access key, or what its policies, groups, boundary and SCPs together allow is no action of a service other than iam and sts.",
		Remedy:  "Give the workload a role, or federation where it runs outside AWS, and delete the key.",
		Needs:   []org.Section{collect.AuthorizationSection, collect.CredentialReportSection},
		Uses:    []org.Section{collect.ManagedPoliciesSection},
		Judge: func(s *Subject) Outcome {
			var items []Item
			e := s.estate()
			for _, h := range e.principals() {
				if h.user != nil {
					items = append(items, s.keyReach(e, h))
				}
			}
			if len(items) == 0 {
				return notApplicable(noUsers)
			}
			return Outcome{Items: items}
		},
	}
}

// keyReach judges which services the active access keys of one user reach. Without such a
// key its policies do not matter.
func (s *Subject) keyReach(e *estate, h *holder) Item {
	item := Item{Resource: h.ARN, Status: Passed, Expected: "no active access key, or no service but iam and sts", Evidence: h.evidence}
	if h.row == nil {
		return s.unknown(item, collect.CredentialReportSection, "the credential report, which may be hours old, does not hold the user")
	}
	item.Evidence = s.lineRef(h.row)
	active := 0
	for _, k := range h.row.Keys {
		if k.Active {
			active++
		}
	}
	item.Observed = count(active, "active access key")
	if active == 0 {
		return item
	}
	if h.unread != nil {
		item.Status, item.Gap = NotAssessed, h.unread
		item.Observed += "; one of its policies is not known: " + h.unread.Message
		return item
	}
	own := func(service string) bool {
		return strings.EqualFold(service, "iam") || strings.EqualFold(service, "sts")
	}
	reached := slices.DeleteFunc(slices.Clone(h.services()), own)
	item.Observed += "; " + count(len(reached), "service") + " beside iam and sts"
	if len(reached) == 0 {
		strange := slices.DeleteFunc(h.uncatalogued(), func(action string) bool {
			service, _, _ := strings.Cut(action, ":")
			return own(service)
		})
		if len(strange) > 0 {
			return s.unknown(item, collect.AuthorizationSection, item.Observed+", but it may do "+strange[0]+", which the catalogue of actions does not know")
		}
		return item
	}
	const most = 5
	item.Status = Failed
	item.Observed += ": " + strings.Join(reached[:min(len(reached), most)], ", ")
	if len(reached) > most {
		item.Observed += fmt.Sprintf(" and %d more", len(reached)-most)
	}
	if e.doubt != nil {
		item.Status, item.Gap = NotAssessed, e.doubt
		item.Observed += "; SCPs may take it away, and are not all known"
	}
	return item
}
