package awsfake

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

func stsService() *service {
	return &service{
		name:     "sts",
		protocol: queryProtocol{version: "2011-06-15", host: "sts.amazonaws.com"},
		regional: true,
		operations: map[string]operation{
			"GetCallerIdentity": getCallerIdentity,
			"AssumeRole":        assumeRole,
		},
	}
}

// getCallerIdentity needs no permission, and no policy can deny it.
func getCallerIdentity(_ *Server, r *request) (any, error) {
	return []element{
		text("Arn", r.caller.arn),
		text("UserId", r.caller.id),
		text("Account", r.caller.account.ID),
	}, nil
}

// Limits of AssumeRole, in seconds.
const (
	minSession     = 900
	defaultSession = 3600
	maxSession     = 43200
	maxChained     = 3600 // for a role that a session of a role takes
)

var sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

// externalID has 1,224 characters at most; a pattern cannot count so far.
var externalID = regexp.MustCompile(`^[\w+=,.@:/-]{2,612}[\w+=,.@:/-]{0,612}$`)

// assumption is the input of AssumeRole after its form was checked.
type assumption struct {
	arn        string
	account    string
	name       string // of the role, without its path
	session    string
	externalID string
	seconds    int
	policy     string
	policyARNs []string
}

func assumeRole(s *Server, r *request) (any, error) {
	in, err := readAssumption(r)
	if err != nil {
		return nil, err
	}
	r.action = "sts:AssumeRole"
	refused := r.service.protocol.denied("User: " + r.caller.arn +
		" is not authorized to perform: sts:AssumeRole on resource: " + in.arn)
	t, ok := s.accounts[in.account]
	if !ok || s.state(t) != "ACTIVE" {
		return nil, refused
	}
	role, ok := t.roles[strings.ToLower(in.name)]
	if !ok || s.iamARN(t.ID, "role", role.Path, role.Name) != in.arn {
		return nil, refused
	}
	ok, err = s.mayAssume(r, t, role, in)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, refused
	}
	if err := checkDuration(r.caller, role, in.seconds); err != nil {
		return nil, err
	}
	return s.startSession(r, t, role, in)
}

// mayAssume evaluates both sides: the trust policy of the role, and what binds
// the caller. By "Cross-account policy evaluation logic" a caller of another
// account always needs a policy of its own that allows; one of the same account
// does not when the trust policy names it.
func (s *Server) mayAssume(r *request, t *tenant, role *Role, in assumption) (bool, error) {
	if r.caller.root {
		return false, nil // the root user may take no role
	}
	rules, err := parsePolicy(role.Trust)
	if err != nil {
		return false, fmt.Errorf("compile trust policy of role %s: %w", role.Name, err)
	}
	f := s.factsOf(r.caller, r.region)
	if in.externalID != "" {
		f["sts:externalid"] = in.externalID
	}
	f["sts:rolesessionname"] = in.session
	named := rules.trusts(r.caller, f)
	if named == trustNone {
		return false, nil
	}
	if s.guardrails(t, resourceControl, "sts:assumerole", in.arn, f).denied {
		return false, nil
	}
	granted := named == trustCaller && r.caller.account == t
	return s.denial(r.caller, access{"sts:AssumeRole", in.arn, f}, granted) == "", nil
}

func checkDuration(caller *identity, role *Role, seconds int) error {
	longest := role.MaxSession
	if longest == 0 {
		longest = defaultSession
	}
	switch {
	case caller.chained && seconds > maxChained:
		return validationError("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
	case seconds > longest:
		return validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	return nil
}

func (s *Server) startSession(r *request, t *tenant, role *Role, in assumption) (any, error) {
	who, err := s.roleIdentity(t, role, in.session)
	if err != nil {
		return nil, fmt.Errorf("read policies of role %s: %w", role.Name, err)
	}
	if who.session, err = s.sessionPolicies(t, in); err != nil {
		return nil, err
	}
	life := time.Duration(in.seconds) * time.Second
	if longest := s.options.SessionDuration; longest > 0 {
		life = min(life, longest)
	}
	id := "ASIA" + randomText(16)
	c := &credential{
		identity: who,
		secret:   randomSecret(),
		token:    randomSecret() + randomSecret() + randomSecret(),
		// AWS answers whole seconds; a session must not outlive what it was told.
		expires: time.Now().Add(r.injection.skew).Add(life).Truncate(time.Second),
	}
	s.keys.add(id, c)
	out := []element{
		group("AssumedRoleUser", text("AssumedRoleId", who.id), text("Arn", who.arn)),
		group("Credentials",
			text("AccessKeyId", id),
			text("SecretAccessKey", c.secret),
			text("SessionToken", c.token),
			moment("Expiration", c.expires)),
	}
	if in.policy != "" || len(in.policyARNs) > 0 {
		// The share of the packed size limit, in percent: a guess from the length.
		out = append(out, number("PackedPolicySize", 1+len(in.policy)*99/maxSessionPolicy))
	}
	return out, nil
}

// maxSessionPolicy is the longest inline session policy, in characters.
const maxSessionPolicy = 2048

func (s *Server) sessionPolicies(t *tenant, in assumption) ([]source, error) {
	var list []source
	if in.policy != "" {
		rules, err := parsePolicy([]byte(in.policy))
		if err != nil {
			return nil, failure(http.StatusBadRequest, "MalformedPolicyDocument", "The session policy is malformed: %s", err)
		}
		list = append(list, source{"", rules})
	}
	for _, arn := range in.policyARNs {
		p, err := s.policy(t, arn)
		if err != nil {
			return nil, validationError("Session " + err.Error())
		}
		list = append(list, p)
	}
	return list, nil
}

func readAssumption(r *request) (assumption, error) {
	in := assumption{
		arn:        r.form.Get("RoleArn"),
		session:    r.form.Get("RoleSessionName"),
		externalID: r.form.Get("ExternalId"),
		policy:     r.form.Get("Policy"),
		policyARNs: members(r.form, "PolicyArns", ".arn"),
		seconds:    defaultSession,
	}
	parts := strings.SplitN(in.arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" || !strings.HasPrefix(parts[5], "role/") {
		return in, validationError(in.arn + " is invalid")
	}
	in.account, in.name = parts[4], policyName(parts[5])
	if !sessionName.MatchString(in.session) {
		return in, constraint(in.session, "roleSessionName", `Member must satisfy regular expression pattern: [\w+=,.@-]* and have a length from 2 to 64`)
	}
	if _, given := r.form["ExternalId"]; given && !externalID.MatchString(in.externalID) {
		return in, constraint(in.externalID, "externalId", `Member must satisfy regular expression pattern: [\w+=,.@:\/-]* and have a length from 2 to 1224`)
	}
	if len(in.policy) > maxSessionPolicy {
		return in, constraint("...", "policy", "Member must have length less than or equal to "+strconv.Itoa(maxSessionPolicy))
	}
	if given := r.form.Get("DurationSeconds"); given != "" {
		n, err := strconv.Atoi(given)
		switch {
		case err != nil:
			return in, failure(http.StatusBadRequest, "MalformedInput", "DurationSeconds is not a number")
		case n < minSession:
			return in, constraint(given, "durationSeconds", "Member must have value greater than or equal to "+strconv.Itoa(minSession))
		case n > maxSession:
			return in, constraint(given, "durationSeconds", "Member must have value less than or equal to "+strconv.Itoa(maxSession))
		}
		in.seconds = n
	}
	return in, nil
}

func validationError(message string) *apiError {
	return failure(http.StatusBadRequest, "ValidationError", "%s", message)
}

// constraint is a parameter that breaks the model of its operation.
func constraint(value, parameter, rule string) *apiError {
	return validationError(fmt.Sprintf(
		"1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s", value, parameter, rule))
}
