package awsfake

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// findingLists keep what was found for the pages that follow: the analyzer of a large
// organization has hundreds of thousands of findings, and every page would look at all of them
// otherwise. A world does not change, so that they stay right.
type findingLists struct {
	mu sync.Mutex
	// byAccount are the places of an analyzer's findings by the account that they are about.
	byAccount map[*Analyzer]map[string][]int
	// passing are the findings that pass a filter, by analyzer and filter.
	passing map[string][]*Finding
}

// mostLists bounds the lists that are kept; clients use a few filters again and again.
const mostLists = 100

// pass returns the findings of an analyzer that pass a filter, in their order.
func (l *findingLists) pass(a *Analyzer, filter map[string]Criterion) ([]*Finding, error) {
	for _, key := range slices.Sorted(maps.Keys(filter)) {
		if len(a.Findings) == 0 {
			break
		}
		if _, known := a.Findings[0].value(key); !known {
			return nil, invalidParameter("filter." + key)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if accounts := filter["resourceOwnerAccount"].Eq; len(accounts) > 0 {
		return pass(a, filter, l.about(a, accounts)), nil
	}
	text, err := json.Marshal(filter)
	if err != nil {
		return nil, fmt.Errorf("write filter: %w", err)
	}
	key := fmt.Sprintf("%p %s", a, text)
	if list, ok := l.passing[key]; ok {
		return list, nil
	}
	places := make([]int, len(a.Findings))
	for i := range places {
		places[i] = i
	}
	if l.passing == nil || len(l.passing) >= mostLists {
		l.passing = make(map[string][]*Finding)
	}
	list := pass(a, filter, places)
	l.passing[key] = list
	return list, nil
}

// about returns the places of the findings about some accounts.
func (l *findingLists) about(a *Analyzer, accounts []string) []int {
	index, ok := l.byAccount[a]
	if !ok {
		index = make(map[string][]int)
		for i := range a.Findings {
			account := a.Findings[i].Account
			index[account] = append(index[account], i)
		}
		if l.byAccount == nil {
			l.byAccount = make(map[*Analyzer]map[string][]int)
		}
		l.byAccount[a] = index
	}
	var places []int
	for _, account := range accounts {
		places = append(places, index[account]...)
	}
	slices.Sort(places)
	return slices.Compact(places)
}

func pass(a *Analyzer, filter map[string]Criterion, places []int) []*Finding {
	var some []*Finding
	for _, i := range places {
		if f := &a.Findings[i]; f.passes(filter) {
			some = append(some, f)
		}
	}
	return some
}
