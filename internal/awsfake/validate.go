package awsfake

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
)

// maxProblems is how many problems of a world are told at once.
const maxProblems = 20

// Validate checks that a world could be one of AWS: that ids have their shape
// and are unique, and that everything that is named is there. The error joins
// up to 20 problems, each with its place.
func (w *World) Validate() error {
	v := &validator{world: w, units: make(map[string]bool), accounts: make(map[string]bool), seen: make(map[string]string)}
	regions, ok := regionsOf(w.Partition)
	if !ok {
		v.problem("partition", "%q is none of aws, aws-us-gov, aws-cn, aws-eusc", w.Partition)
	}
	v.regions = regions
	v.tree()
	for i := range w.Accounts {
		v.accounts[w.Accounts[i].ID] = true
	}
	v.managed = v.policies("managed_policies", w.ManagedPolicies, "aws")
	v.organization()
	for i := range w.Accounts {
		v.account(fmt.Sprintf("accounts[%d] (%s)", i, w.Accounts[i].ID), &w.Accounts[i])
	}
	return v.err()
}

// validator collects the problems of a world.
type validator struct {
	world    *World
	regions  regionTable
	units    map[string]bool // the root and every unit
	accounts map[string]bool
	managed  map[string]bool   // ARNs of the policies that AWS manages
	seen     map[string]string // where each id, e-mail address and key stands
	problems []error
}

func (v *validator) problem(place, format string, args ...any) {
	v.problems = append(v.problems, fmt.Errorf("%s: %s", place, fmt.Sprintf(format, args...)))
}

func (v *validator) err() error {
	if n := len(v.problems) - maxProblems; n > 0 {
		return errors.Join(append(v.problems[:maxProblems], fmt.Errorf("and %d more", n))...)
	}
	return errors.Join(v.problems...)
}

// Shapes of ids, from the API references of Organizations and IAM.
var (
	accountShape      = regexp.MustCompile(`^[0-9]{12}$`)
	organizationShape = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)
	rootShape         = regexp.MustCompile(`^r-[a-z0-9]{4,32}$`)
	unitShape         = regexp.MustCompile(`^ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$`)
	orgPolicyShape    = regexp.MustCompile(`^p-[a-zA-Z0-9_]{8,128}$`)
	uniqueIDShape     = regexp.MustCompile(`^A[A-Z]{3}[A-Z0-9]{12,28}$`)
	pathShape         = regexp.MustCompile(`^/([\x21-\x7e]+/)?$`)
	nameShape         = regexp.MustCompile(`^[\w+=,.@-]{1,128}$`)
)

// id checks the shape of an id and that it stands nowhere else.
func (v *validator) id(place, id string, shape *regexp.Regexp) {
	if !shape.MatchString(id) {
		v.problem(place, "id %q has not the shape %s", id, shape)
		return
	}
	v.once(place, "id", id)
}

// once checks that a value stands nowhere else.
func (v *validator) once(place, what, value string) {
	key := what + " " + value
	if other, ok := v.seen[key]; ok {
		v.problem(place, "%s %s stands at %s too", what, value, other)
		return
	}
	v.seen[key] = place
}

// uniqueID checks a unique id of IAM, whose prefix says what it is of; see
// "Unique identifiers" in the IAM user guide.
func (v *validator) uniqueID(place, id, prefix string) {
	v.id(place, id, uniqueIDShape)
	if uniqueIDShape.MatchString(id) && id[:4] != prefix {
		v.problem(place, "id %q does not begin with %s", id, prefix)
	}
}

func (v *validator) oneOf(place, what, value string, known ...string) {
	if !slices.Contains(known, value) {
		v.problem(place, "%s %q is none of %v", what, value, known)
	}
}

// rules checks a policy document that the server evaluates.
func (v *validator) rules(place string, document json.RawMessage) {
	if _, err := parsePolicy(document); err != nil {
		v.problem(place, "%s", err)
	}
}

// policies checks managed policies and returns their ARNs.
func (v *validator) policies(place string, list []ManagedPolicy, account string) map[string]bool {
	arns := make(map[string]bool, len(list))
	for i := range list {
		p := &list[i]
		here := fmt.Sprintf("%s[%d] %q", place, i, p.Name)
		v.uniqueID(here, p.ID, "ANPA")
		v.named(here, p.Name, p.Path)
		arn := v.world.iamARN(account, "policy", p.Path, p.Name)
		v.once(here, "policy", arn)
		arns[arn] = true
		hasDefault := false
		for _, version := range p.Versions {
			v.rules(here+" version "+version.ID, version.Document)
			hasDefault = hasDefault || version.ID == p.Default
		}
		if !hasDefault {
			v.problem(here, "default version %q is not among the versions", p.Default)
		}
	}
	return arns
}

// named checks the name and the path of something in IAM.
func (v *validator) named(place, name, path string) {
	if !nameShape.MatchString(name) {
		v.problem(place, "name %q has not the shape %s", name, nameShape)
	}
	if !pathShape.MatchString(path) {
		v.problem(place, "path %q does not begin and end with a slash", path)
	}
}
