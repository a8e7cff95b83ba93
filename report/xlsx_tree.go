package report

// accountTree is the order of the accounts grouped by unit: those of a unit and of the units
// below it stand side by side.
type accountTree struct {
	// accounts are indices in Report.Accounts. Those whose place is not known come last.
	accounts []int
	// units are the places of the accounts of each of Report.Units.
	units []unitAccounts
	// placed is the number of accounts that stand in a unit.
	placed int
}

// unitAccounts are places in the order of the tree: from first up to own stand the accounts
// of the unit itself, from first up to end those of the units below it too.
type unitAccounts struct{ first, own, end int }

// newAccountTree groups the accounts. A unit's accounts keep their order.
func newAccountTree(r *Report) accountTree {
	unitOf := make(map[string]int, len(r.Units))
	for i := range r.Units {
		unitOf[r.Units[i].ID] = i
	}
	members := make([][]int, len(r.Units))
	var lost []int
	for i := range r.Accounts {
		unit := ""
		if path := r.Accounts[i].Path; len(path) > 0 {
			unit = path[len(path)-1]
		}
		if place, ok := unitOf[unit]; ok {
			members[place] = append(members[place], i)
		} else {
			lost = append(lost, i)
		}
	}
	t := accountTree{units: make([]unitAccounts, len(r.Units))}
	for i := range r.Units {
		t.units[i].first = len(t.accounts)
		t.accounts = append(t.accounts, members[i]...)
		t.units[i].own = len(t.accounts)
	}
	t.placed = len(t.accounts)
	for i := range r.Units {
		t.units[i].end = t.placed
		for j := i + 1; j < len(r.Units); j++ {
			if r.Units[j].Depth <= r.Units[i].Depth {
				t.units[i].end = t.units[j].first
				break
			}
		}
	}
	t.accounts = append(t.accounts, lost...)
	return t
}
