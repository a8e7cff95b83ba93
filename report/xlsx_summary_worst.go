package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"orgaudit/report/benchmark"
)

// summaryWorst lists the failed controls that weigh most, with who must act.
func summaryWorst(p *page, r *Report) error {
	heading := "Worst findings"
	if n := len(r.Worst); n > 1 {
		heading = fmt.Sprintf("The %d findings that weigh most", n)
	}
	if err := p.heading(heading); err != nil {
		return err
	}
	t := pageTable{
		titles: []string{"Finding", "Severity", "Accounts", "Items", "Whose accounts"}, spans: []int{2, 1, 1, 1, 5},
		chars: []float64{58, 11, 11, 11, 60},
	}
	for i := range r.Worst {
		w := &r.Worst[i]
		c := &r.Controls[w.Control]
		var accounts any = organizationRow
		if c.Scope == benchmark.AccountScope {
			accounts = len(w.Accounts)
		}
		t.rows = append(t.rows, []any{w.Sentence, string(c.Severity), accounts, w.Items, whoseAccounts(r, w)})
	}
	if len(t.rows) == 0 && r.Score.Raw == nil {
		return p.text(p.book.styles.paragraph, "Nothing was judged, so that nothing failed.")
	}
	if len(t.rows) == 0 && r.Tally.CountNotAssessed > 0 {
		return p.text(p.book.styles.paragraph, "No control failed in what was assessed.")
	}
	if len(t.rows) == 0 {
		return p.text(p.book.styles.paragraph, "No control failed.")
	}
	_, _, err := p.table(t)
	return err
}

// How many owners a finding names, and how many accounts of each.
const (
	namedOwners   = 3
	namedAccounts = 2
)

// whoseAccounts names the owners of the accounts where a control failed, those with most
// accounts first. The organization's own answer for the management account.
func whoseAccounts(r *Report, w *Worst) string {
	byOwner := map[string][]string{}
	add := func(a *Account) {
		owner := r.Rendering.Owner(&a.Account)
		byOwner[owner] = append(byOwner[owner], cmp.Or(a.Name, a.ID))
	}
	for _, i := range w.Accounts {
		add(&r.Accounts[i])
	}
	if len(w.Accounts) == 0 {
		for i := range r.Accounts {
			if r.Accounts[i].Management {
				add(&r.Accounts[i])
			}
		}
	}
	owners := make([]string, 0, len(byOwner))
	for owner := range byOwner {
		owners = append(owners, owner)
	}
	slices.SortFunc(owners, func(x, y string) int {
		return cmp.Or(cmp.Compare(len(byOwner[y]), len(byOwner[x])), strings.Compare(x, y))
	})
	var parts []string
	for _, owner := range owners[:min(len(owners), namedOwners)] {
		accounts := byOwner[owner]
		words := strings.Join(accounts[:min(len(accounts), namedAccounts)], ", ")
		if more := len(accounts) - namedAccounts; more > 0 {
			words += fmt.Sprintf(" and %d more", more)
		}
		parts = append(parts, cmp.Or(owner, "no owner named")+": "+words)
	}
	if more := len(owners) - namedOwners; more > 0 {
		parts = append(parts, ""+counted(more, "other owner", "other owners"))
	}
	return strings.Join(parts, "; ")
}
