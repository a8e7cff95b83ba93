package awsfake

import (
	"net/http"
	"slices"
	"strings"
)

// access is one thing that a caller wants to do.
type access struct {
	action   string // such as iam:GetRole
	resource string // ARN or *
	facts    facts
}

// factsOf are the condition keys that the server knows of a caller; every other
// key is absent.
func (s *Server) factsOf(who *identity, region string) facts {
	f := facts{
		"aws:principalarn":          who.principal,
		"aws:principalaccount":      who.account.ID,
		"aws:principalorgid":        s.Organization.ID,
		"aws:principalisawsservice": "false",
		"aws:requestedregion":       region,
		"aws:userid":                who.id,
	}
	if who.user != nil {
		f["aws:username"] = who.user.Name
	}
	return f
}

// authorize refuses a call that the caller may not make. The answer says which
// kind of policy is the cause, and which policy denied, as the document
// "Troubleshoot access denied error messages" of the IAM user guide describes.
func (s *Server) authorize(r *request, action, resource string) error {
	r.action = action
	reason := s.denial(r.caller, access{action, resource, s.factsOf(r.caller, r.region)}, false)
	if reason == "" {
		return nil
	}
	return r.service.protocol.denied("User: " + r.caller.arn + " is not authorized to perform: " + action +
		" on resource: " + resource + " " + reason)
}

// denial evaluates every policy that binds a caller, in the order of "Policy
// evaluation logic": denials first, then for each kind whether it allows. It
// returns the empty string when the call is allowed. Granted says that the
// resource itself lets this very caller in, so that no identity-based policy
// needs to.
func (s *Server) denial(who *identity, a access, granted bool) string {
	lower := strings.ToLower(a.action)
	because := func(kind string) string { return "because no " + kind + " allows the " + a.action + " action" }
	guard := s.guardrails(who.account, serviceControl, lower, a.resource, a.facts)
	identity := judge(who.policies, lower, a.resource, a.facts)
	boundary := judgement{allowed: true}
	if who.boundary != nil {
		boundary = judge([]source{*who.boundary}, lower, a.resource, a.facts)
	}
	session := judgement{allowed: true}
	if len(who.session) > 0 {
		session = judge(who.session, lower, a.resource, a.facts)
	}
	switch {
	case guard.denied:
		return guard.explicit("a service control policy")
	case identity.denied:
		return identity.explicit("an identity-based policy")
	case boundary.denied:
		return boundary.explicit("a permissions boundary")
	case session.denied:
		return session.explicit("a session policy")
	case !guard.allowed:
		return because("service control policy")
	case !identity.allowed && !who.root && !granted:
		return because("identity-based policy")
	case !boundary.allowed:
		return because("permissions boundary")
	case !session.allowed:
		return because("session policy")
	}
	return ""
}

// judgement is what policies of one kind say together.
type judgement struct {
	allowed bool
	denied  bool
	by      string // ARN of the policy that denies, empty for an inline policy
}

func (j judgement) explicit(kind string) string {
	text := "with an explicit deny in " + kind
	if j.by != "" {
		text += ": " + j.by
	}
	return text
}

func judge(policies []source, action, resource string, f facts) judgement {
	var j judgement
	for _, p := range policies {
		allowed, denied := p.rules.decide(action, resource, f)
		if denied {
			return judgement{denied: true, by: p.arn}
		}
		j.allowed = j.allowed || allowed
	}
	return j
}

// Types of organization policies that take part in authorization.
const (
	serviceControl  = "SERVICE_CONTROL_POLICY"
	resourceControl = "RESOURCE_CONTROL_POLICY"
)

// guardrails evaluates the organization policies of one type that bind an
// account: at every level from the root to the account one must allow, and none
// may deny. They never bind the management account, and nobody while their type
// is not enabled on the root.
func (s *Server) guardrails(t *tenant, kind, action, resource string, f facts) judgement {
	o := &s.Organization
	if t.ID == o.ManagementAccount || !slices.Contains(o.PolicyTypes, kind) {
		return judgement{allowed: true}
	}
	all := judgement{allowed: true}
	level := func(id string) {
		j := judge(s.rails[kind][id], action, resource, f)
		if j.denied && !all.denied {
			all.denied, all.by = true, j.by
		}
		all.allowed = all.allowed && j.allowed
	}
	for n := s.unitOf(t); n != nil; n = n.parent {
		level(n.ID)
	}
	level(t.ID)
	return all
}

// compileGuardrails compiles the organization policies that take part in
// authorization, by type and by what they are attached to.
func (s *Server) compileGuardrails() error {
	s.rails = map[string]map[string][]source{serviceControl: {}, resourceControl: {}}
	for i := range s.Organization.Policies {
		p := &s.Organization.Policies[i]
		targets, ok := s.rails[p.Type]
		if !ok {
			continue
		}
		rules, err := parsePolicy(p.Document)
		if err != nil {
			return err
		}
		for _, id := range p.Targets {
			targets[id] = append(targets[id], source{s.orgPolicyARN(p), rules})
		}
	}
	return nil
}

// deniedError is the refusal in the codes of a protocol.
func deniedError(status int, code, message string) *apiError {
	return &apiError{status: status, code: code, message: message}
}

// outsider is what Organizations answers to an account that is neither the
// management account nor a delegated administrator.
func outsider() *apiError {
	return failure(http.StatusBadRequest, "AccessDeniedException", "You don't have permissions to access this resource.")
}
