package benchmark

import (
	"sync"

	"orgaudit/org/policy"
)

// policyCacheSize bounds what a cache holds: enough for the policies that many accounts
// share, without growing with the organization.
const policyCacheSize = 4096

// PolicyCache parses policy documents and keeps them by content, since the same document
// stands in many accounts. It is safe for concurrent use; the zero value is ready.
type PolicyCache struct {
	mu     sync.Mutex
	parsed map[string]parsedPolicy
}

type parsedPolicy struct {
	document *policy.Document
	err      error
}

// Parse is policy.Parse. The document is shared and must not be changed.
func (c *PolicyCache) Parse(text string) (*policy.Document, error) {
	c.mu.Lock()
	p, ok := c.parsed[text]
	c.mu.Unlock()
	if ok {
		return p.document, p.err
	}
	p.document, p.err = policy.Parse(text)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.parsed == nil || len(c.parsed) >= policyCacheSize {
		c.parsed = map[string]parsedPolicy{}
	}
	c.parsed[text] = p
	return p.document, p.err
}
