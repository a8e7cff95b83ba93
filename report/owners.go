package report

import (
	"cmp"
	"slices"
	"strings"
)

// OwnerCount is an owner of accounts, with how many of those that are asked about are theirs.
type OwnerCount struct {
	// Owner is as the account's tag writes it, and empty for accounts that name none.
	Owner    string
	Accounts int
}

// OwnersOf counts accounts, indices in Accounts, by their owners: who answers for most comes
// first, accounts that name none last. What failed for the organization has no accounts; the
// owner of its management account answers for it.
func (r *Report) OwnersOf(accounts []int) []OwnerCount {
	if len(accounts) == 0 {
		for i := range r.Accounts {
			if r.Accounts[i].Management {
				accounts = []int{i}
			}
		}
	}
	at := map[string]int{}
	var counts []OwnerCount
	for _, i := range accounts {
		owner := strings.TrimSpace(r.Rendering.Owner(&r.Accounts[i].Account))
		j, known := at[owner]
		if !known {
			j = len(counts)
			at[owner] = j
			counts = append(counts, OwnerCount{Owner: owner})
		}
		counts[j].Accounts++
	}
	slices.SortFunc(counts, func(x, y OwnerCount) int {
		if (x.Owner == "") != (y.Owner == "") {
			return cmp.Compare(len(y.Owner), len(x.Owner)) // none last
		}
		return cmp.Or(cmp.Compare(y.Accounts, x.Accounts), strings.Compare(x.Owner, y.Owner))
	})
	return counts
}
