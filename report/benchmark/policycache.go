package benchmark

import (
	"sync"

	"orgaudit/org/policy"
)

// policyCacheSize bounds a generation of the cache: enough for the policies that many
// accounts share, without growing with the organization.
const policyCacheSize = 1024

// PolicyCache analyses policy documents and keeps them by content, since the same document
// stands in many accounts. It is safe for concurrent use; the zero value is ready.
//
// It has two generations. When the younger one is full it becomes the older one, and what
// is asked for again moves back: documents that stand in one account are forgotten, those
// that stand in all accounts stay.
type PolicyCache struct {
	mu             sync.Mutex
	younger, older map[string]*Analysed
}

// Analysed is a policy document with what was found out about it. It is shared and must not
// be changed.
type Analysed struct {
	*policy.Analysis
	err         error
	escalations func() []policy.Escalation
}

// Analyse parses and analyses a document.
func (c *PolicyCache) Analyse(text string) (*Analysed, error) {
	a := c.find(text)
	if a == nil {
		a = analyse(text)
		c.mu.Lock()
		c.keep(text, a)
		c.mu.Unlock()
	}
	return a, a.err
}

// Parse is policy.Parse. The document is shared and must not be changed.
func (c *PolicyCache) Parse(text string) (*policy.Document, error) {
	a, err := c.Analyse(text)
	if err != nil {
		return nil, err
	}
	return a.Document, nil
}

// Escalations are those of the document alone, as policy.Source.Escalations finds them.
// Their sources name the document and no place.
func (a *Analysed) Escalations() []policy.Escalation { return a.escalations() }

func analyse(text string) *Analysed {
	document, err := policy.Parse(text)
	if err != nil {
		return &Analysed{err: err}
	}
	a := &Analysed{Analysis: policy.Analyse(document)}
	a.escalations = sync.OnceValue(func() []policy.Escalation {
		return (&policy.Source{Kind: policy.IdentityPolicy, Analysis: a.Analysis}).Escalations()
	})
	return a
}

func (c *PolicyCache) find(text string) *Analysed {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a := c.younger[text]; a != nil {
		return a
	}
	a := c.older[text]
	if a != nil {
		c.keep(text, a)
	}
	return a
}

func (c *PolicyCache) keep(text string, a *Analysed) {
	if c.younger == nil || len(c.younger) >= policyCacheSize {
		c.younger, c.older = map[string]*Analysed{}, c.younger
	}
	c.younger[text] = a
}
