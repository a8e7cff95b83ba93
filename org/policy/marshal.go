package policy

import (
	"encoding/json"
	"fmt"
)

// The types below give the elements their order and their spelling in JSON. With
// omitzero an absent list is left out and an empty one is written.
type documentJSON struct {
	Version   string          `json:"Version,omitzero"`
	ID        string          `json:"Id,omitzero"`
	Statement []statementJSON `json:"Statement"`
}

type statementJSON struct {
	Sid          string                         `json:"Sid,omitzero"`
	Effect       Effect                         `json:"Effect"`
	Principal    any                            `json:"Principal,omitzero"`
	NotPrincipal any                            `json:"NotPrincipal,omitzero"`
	Action       []string                       `json:"Action,omitzero"`
	NotAction    []string                       `json:"NotAction,omitzero"`
	Resource     []string                       `json:"Resource,omitzero"`
	NotResource  []string                       `json:"NotResource,omitzero"`
	Condition    map[string]map[string][]string `json:"Condition,omitzero"`
}

type principalsJSON struct {
	AWS           []string `json:"AWS,omitzero"`
	Service       []string `json:"Service,omitzero"`
	Federated     []string `json:"Federated,omitzero"`
	CanonicalUser []string `json:"CanonicalUser,omitzero"`
}

// MarshalJSON writes the document in a canonical form: elements in a fixed order and
// in AWS's spelling, statements and values always as lists, values of conditions as
// strings. Two documents that differ in spelling alone come out alike. Unknown elements
// are left out. [Parse] reads the form back.
func (d Document) MarshalJSON() ([]byte, error) {
	out := documentJSON{Version: d.Version, ID: d.ID, Statement: []statementJSON{}}
	for _, s := range d.Statements {
		out.Statement = append(out.Statement, statementJSON{
			Sid:          s.Sid,
			Effect:       s.Effect,
			Principal:    canonicalPrincipals(s.Principals),
			NotPrincipal: canonicalPrincipals(s.NotPrincipals),
			Action:       s.Actions,
			NotAction:    s.NotActions,
			Resource:     s.Resources,
			NotResource:  s.NotResources,
			Condition:    canonicalConditions(s.Conditions),
		})
	}
	text, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("encode policy: %w", err)
	}
	return text, nil
}

// UnmarshalJSON is [Parse] for a document inside other JSON.
func (d *Document) UnmarshalJSON(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = *parsed
	return nil
}

// canonicalPrincipals returns nil, "*" or an object.
func canonicalPrincipals(p *Principals) any {
	switch {
	case p == nil:
		return nil
	case p.Everyone:
		return "*"
	}
	return principalsJSON{AWS: p.AWS, Service: p.Service, Federated: p.Federated, CanonicalUser: p.CanonicalUser}
}

func canonicalConditions(conditions []Condition) map[string]map[string][]string {
	if len(conditions) == 0 {
		return nil
	}
	byOperator := map[string]map[string][]string{}
	for _, c := range conditions {
		if byOperator[c.Operator] == nil {
			byOperator[c.Operator] = map[string][]string{}
		}
		byOperator[c.Operator][c.Key] = c.Values
	}
	return byOperator
}
