package policy

// Document is one policy document as written: the order of statements and of the
// values in a list is the document's own.
type Document struct {
	// Version is the version of the language, 2012-10-17 or 2008-10-17. It is empty
	// where the document names none, which AWS reads as 2008-10-17.
	Version string
	ID      string
	// Statements may be empty, never nil after Parse.
	Statements []Statement
	// Unknown names the elements that the policy language does not have, and where
	// each stands, such as `statement 2 ("DenyAll"): element "Comment"`. Their values
	// are not kept. It is nil where there are none.
	Unknown []string
}

// Effect says whether a statement allows or denies.
type Effect string

// The two effects, in the only spelling that AWS takes.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Statement is one statement of a document.
//
// A nil list or pointer means that the element is absent; an empty one that it is
// written and holds nothing. The two of a pair, such as Actions and NotActions, are
// never both there, and one of Actions and NotActions always is. Which of the others
// appear depends on the kind of policy: a trust policy has no resources, an identity
// policy no principals.
type Statement struct {
	Sid                     string
	Effect                  Effect
	Principals              *Principals
	NotPrincipals           *Principals
	Actions, NotActions     []string
	Resources, NotResources []string
	// Conditions are sorted by operator and key. All of them must hold for the
	// statement to apply.
	Conditions []Condition
	// Literal is true where the resources hold "${" and it is plain text, since the
	// version of the document has no policy variables.
	Literal bool
}

// Principals is who a statement is about.
type Principals struct {
	// Everyone is true for the plain string "*". The list AWS with the element "*"
	// means the same in most services but is written another way and is kept there.
	Everyone      bool
	AWS           []string
	Service       []string
	Federated     []string
	CanonicalUser []string
}

// Condition is one key under one operator.
type Condition struct {
	// Operator and Key are spelled as written. AWS compares both without regard to
	// case, so compare them with [strings.EqualFold].
	Operator string
	Key      string
	// Values holds the alternatives as text: numbers as they are written, Booleans as
	// true and false.
	Values []string
	// Literal is true where Values hold "${" and it is plain text, since the version of the
	// document has no policy variables.
	Literal bool
}
