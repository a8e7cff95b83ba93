package awsfake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// principals is the Principal element of a statement. Service and federated
// principals never sign calls to the server, so only the AWS ones matter.
type principals struct {
	anyone bool
	aws    []string // account ids and ARNs
}

func parsePrincipals(b json.RawMessage) (principals, error) {
	if len(b) == 0 {
		return principals{}, nil
	}
	if b[0] == '"' {
		var word string
		if err := json.Unmarshal(b, &word); err != nil {
			return principals{}, fmt.Errorf("read principal: %w", err)
		}
		if word != "*" {
			return principals{}, fmt.Errorf("principal %q is not an object and not *", word)
		}
		return principals{anyone: true}, nil
	}
	var kinds map[string]stringList
	if err := json.Unmarshal(b, &kinds); err != nil {
		return principals{}, fmt.Errorf("read principals: %w", err)
	}
	return principals{anyone: slices.Contains(kinds["AWS"], "*"), aws: kinds["AWS"]}, nil
}

// trust says how far a trust policy lets a caller in.
type trust int

const (
	trustNone    trust = iota
	trustAccount       // only the caller's account: the account must still let the caller
	trustCaller        // the caller itself, or everyone
)

// of tells how the element names a caller; see "AWS JSON policy elements:
// Principal". An account is named by its id or by the ARN of its root user.
func (p principals) of(c *identity) trust {
	if p.anyone || slices.Contains(p.aws, c.principal) || slices.Contains(p.aws, c.arn) {
		return trustCaller
	}
	if slices.ContainsFunc(p.aws, func(name string) bool {
		return name == c.account.ID || strings.HasSuffix(name, ":iam::"+c.account.ID+":root")
	}) {
		return trustAccount
	}
	return trustNone
}

// trusts evaluates the trust policy of a role for a caller that wants to take
// it.
func (p *policy) trusts(c *identity, f facts) trust {
	best := trustNone
	for i := range p.statements {
		s := &p.statements[i]
		if !s.action.match("sts:assumerole", f) || !satisfied(s.conditions, f) {
			continue
		}
		named := s.principal.of(c)
		if s.notPrincipal {
			if named == trustNone {
				named = trustCaller
			} else {
				named = trustNone
			}
		}
		if named != trustNone && !s.allow {
			return trustNone
		}
		best = max(best, named)
	}
	return best
}
