package report

import (
	"context"
	"maps"
	"slices"

	"orgaudit/collect"
	"orgaudit/org"
)

// sampleInformation adds what the sample knows of its evidence. The account summary of
// account 2 misses a role, and that of account 4 was not read.
func sampleInformation(r *Report) {
	r.DataSets = walkSets()
	for i := range r.DataSets {
		s := &r.DataSets[i]
		s.State, s.Calls, s.Records, s.First, s.Last = ReadWhole, -1, i, r.Evidence.FirstCall, r.Evidence.LastCall
	}
	r.WalkCalls, r.AnalyzerCalls = r.Evidence.Calls, 0
	reconciled := map[string][]Reconciliation{}
	for i := range r.Accounts {
		a := &r.Accounts[i]
		r.WalkCalls -= a.Calls
		if a.Outcome != Complete && a.Outcome != Partial {
			continue
		}
		ev := &collect.Evidence{
			AccountID: a.ID, EndedAt: a.EndedAt, Authorization: &collect.Authorization{Users: make([]collect.User, a.Users), Roles: make([]collect.Role, a.Roles)},
			AccountSummary: map[string]int32{"Users": int32(a.Users), "Roles": int32(a.Roles), "Groups": 0, "Policies": 0, "ServerCertificates": 0},
			Reads:          []collect.Read{{Section: collect.AuthorizationSection, EndedAt: a.EndedAt}},
		}
		switch i {
		case 2:
			ev.AccountSummary["Roles"]--
		case 4:
			ev.Gaps = []org.Gap{{Section: collect.AccountSummarySection, Cause: org.DeniedByRole}}
		}
		if i != 4 {
			ev.Reads = append(ev.Reads, collect.Read{Section: collect.AccountSummarySection, EndedAt: a.StartedAt})
		}
		reconciled[a.ID] = reconcile(ev, nil)
		a.Reconciled = countReconciled(reconciled[a.ID])
	}
	each := r.EachAccount
	r.EachAccount = func(ctx context.Context, f func(*AccountRows) error) error {
		return each(ctx, func(rows *AccountRows) error {
			rows.Reconciled = reconciled[rows.Account.ID]
			return f(rows)
		})
	}
	for i, name := range slices.Sorted(maps.Keys(r.Digests)) {
		r.Files = append(r.Files, EvidenceFile{Name: name, What: "evidence of the account", Account: r.Accounts[i].ID, Bytes: int64(1000 + i), SHA256: r.Digests[name], At: r.Evidence.LastCall})
	}
}
