package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"orgaudit/report/benchmark"
)

// mostWorst is how many failed controls a report names as the worst.
const mostWorst = 10

// totals pools the accounts into units and the organization.
func (b *builder) totals(r *Report) {
	byID := map[string]int{}
	for i, u := range r.Units {
		byID[u.ID] = i
	}
	units := make([]mean, len(r.Units))
	var all mean
	for i := range r.Accounts {
		a := &r.Accounts[i]
		r.Coverage.count(a.Outcome)
		r.Tally = r.Tally.Plus(a.Tally)
		all.add(r.Accounts, i)
		for _, id := range a.Path {
			u, ok := byID[id]
			if !ok {
				continue
			}
			r.Units[u].Accounts++
			if a.Outcome != Excluded {
				r.Units[u].InScope++
			}
			r.Units[u].Tally = r.Units[u].Tally.Plus(a.Tally)
			units[u].add(r.Accounts, i)
		}
	}
	r.Score = r.Tally.Score()
	r.MeanAccount, r.WorstAccount = all.result()
	for i := range r.Units {
		r.Units[i].Score = r.Units[i].Tally.Score()
		r.Units[i].Mean, r.Units[i].Worst = units[i].result()
	}
}

func (c *Coverage) count(outcome string) {
	c.Accounts++
	switch outcome {
	case Complete:
		c.Complete++
	case Partial:
		c.Partial++
	case NotEntered:
		c.NotEntered++
	case NotCollected:
		c.NotCollected++
	case Excluded:
		c.Excluded++
	}
}

// mean adds up the raw scores of accounts that have one.
type mean struct {
	sum    float64
	n      int
	lowest *float64
	worst  int
}

func (m *mean) add(accounts []Account, i int) {
	raw := accounts[i].Score.Raw
	if raw == nil {
		return
	}
	m.sum += *raw
	m.n++
	if m.lowest == nil || *raw < *m.lowest {
		m.lowest, m.worst = raw, i
	}
}

func (m *mean) result() (*float64, int) {
	if m.n == 0 {
		return nil, -1
	}
	average := m.sum / float64(m.n)
	return &average, m.worst
}

// worst sorts the failed controls by the weight of their fails and words them.
func (b *builder) worst(r *Report, failed map[int]*Worst) []Worst {
	list := make([]Worst, 0, len(failed))
	for _, w := range failed {
		w.Sentence = sentence(&r.Controls[w.Control], w)
		list = append(list, *w)
	}
	slices.SortFunc(list, func(x, y Worst) int {
		return cmp.Or(
			cmp.Compare(y.Weight, x.Weight),
			cmp.Compare(r.Controls[y.Control].Weight, r.Controls[x.Control].Weight),
			strings.Compare(r.Controls[x.Control].ID, r.Controls[y.Control].ID),
		)
	})
	return list[:min(len(list), mostWorst)]
}

// sentence says a failed control in words.
func sentence(c *Control, w *Worst) string {
	if c.Scope == benchmark.OrganizationScope {
		text := "In the organization, " + c.Finding
		if c.Population > 1 {
			text += fmt.Sprintf(" (%d of %d items)", w.Items, c.Population)
		}
		return text + "."
	}
	text := fmt.Sprintf("In %d of %d assessed accounts %s", c.Failed, c.Failed+c.Passed, c.Finding)
	if w.Items > c.Failed {
		text += fmt.Sprintf(" (%d items)", w.Items)
	}
	return text + "."
}
