package policy

import (
	"fmt"
	"strings"
)

// Kind is what a policy does where it stands.
type Kind string

// Kinds of policies.
const (
	IdentityPolicy        Kind = "identity policy"
	PermissionsBoundary   Kind = "permissions boundary"
	ServiceControlPolicy  Kind = "SCP"
	ResourceControlPolicy Kind = "RCP"
	TrustPolicy           Kind = "trust policy"
)

// Source is a policy at a place.
type Source struct {
	Kind Kind
	// ID is how a reader finds the policy: the ARN of a managed policy, the id of an SCP or
	// RCP, the ARN of the role of a trust policy, the name of an inline policy.
	ID string
	// Name is the policy's name.
	Name string
	// Place is where it stands: the node of the organization that it is attached to, the
	// group through which it comes, or the principal that holds it. PlaceName is its name.
	Place, PlaceName string
	Analysis         *Analysis
}

// String names the policy and its place for people.
func (s *Source) String() string {
	text := string(s.Kind) + " " + s.Name
	if s.ID != "" && s.ID != s.Name {
		text += " (" + s.ID + ")"
	}
	if s.PlaceName != "" {
		text += " at " + s.PlaceName
	}
	return text
}

// Ref names one statement of a policy, the source of a decision. The zero value names none.
type Ref struct {
	Source *Source
	// Statement is the index in Document.Statements, from zero.
	Statement int
	Sid       string
}

// Text writes the place of the statement within its policy, such as `statement 2 ("Region")`.
// Statements count from one.
func (r Ref) Text() string {
	text := fmt.Sprintf("statement %d", r.Statement+1)
	if r.Sid != "" {
		text += " (" + quote(r.Sid) + ")"
	}
	return text
}

// String names the statement with its policy and place.
func (r Ref) String() string {
	if r.Source == nil {
		return "no statement"
	}
	return r.Source.String() + ", " + r.Text()
}

// Element is the statement itself.
func (r Ref) Element() *Statement { return &r.Source.Analysis.Document.Statements[r.Statement] }

// Conditions writes the statement's conditions for people, such as
// `StringEquals aws:RequestedRegion ["eu-central-1"]`.
func (r Ref) Conditions() string {
	var texts []string
	for _, c := range r.Element().Conditions {
		texts = append(texts, c.String())
	}
	return strings.Join(texts, " and ")
}

// String writes the condition for people.
func (c *Condition) String() string {
	return c.Operator + " " + c.Key + " [" + quoteList(c.Values) + "]"
}
