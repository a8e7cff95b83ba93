package policy

import (
	"slices"
	"strings"
	"sync"
)

// watched is a set of the actions that combinations of escalation name, a bit for each in
// the order of watchedActions. Whether a document allows them at all is found out once for
// the document, since most principals have none.
type watched [4]uint64

func (w *watched) add(i int)      { w[i/64] |= 1 << (i % 64) }
func (w *watched) has(i int) bool { return w[i/64]&(1<<(i%64)) != 0 }
func (w *watched) union(other watched) {
	w[0], w[1], w[2], w[3] = w[0]|other[0], w[1]|other[1], w[2]|other[2], w[3]|other[3]
}

func (w *watched) keep(other watched) {
	w[0], w[1], w[2], w[3] = w[0]&other[0], w[1]&other[1], w[2]&other[2], w[3]&other[3]
}

// holds reports whether the set holds all of the other.
func (w *watched) holds(other watched) bool {
	return other[0]&^w[0]|other[1]&^w[1]|other[2]&^w[2]|other[3]&^w[3] == 0
}

// watchedActions are the actions that combinations name one by one, sorted, and iam:DeleteAccessKey
// among them.
var watchedActions = sync.OnceValue(func() []action {
	var names []string
	for _, line := range escalationLines() {
		for _, name := range strings.Split(line[1], "+") {
			if !strings.HasSuffix(name, "*") {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	var actions []action
	for _, name := range slices.Compact(names) {
		actions = append(actions, newAction(name))
	}
	if len(actions) > 64*len(watched{}) {
		panic("there are more actions to watch than a set holds")
	}
	return actions
})

// watchedIndex finds actions by the names that combinations give them.
var watchedIndex = sync.OnceValue(func() map[string]int {
	index := map[string]int{}
	for _, line := range escalationLines() {
		for _, name := range strings.Split(line[1], "+") {
			text := strings.ToLower(name)
			if i := slices.IndexFunc(watchedActions(), func(a action) bool { return a.text == text }); i >= 0 {
				index[name] = i
			}
		}
	}
	return index
})

// watchedAction is the action of a name, made once where it is a watched one.
func watchedAction(name string) action {
	if i, ok := watchedIndex()[name]; ok {
		return watchedActions()[i]
	}
	return newAction(name)
}

// findWatched finds out which of the watched actions some statement allows on something.
func (a *Analysis) findWatched() watched {
	var w watched
	for i, act := range watchedActions() {
		if slices.ContainsFunc(a.statements, func(s analysed) bool { return s.Effect == Allow && s.about(act) }) {
			w.add(i)
		}
	}
	return w
}

// watched are the watched actions that every layer of a principal's policies allows on
// something, before all that is denied.
func (p *Principal) watched() watched {
	may := watched{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}
	for _, l := range p.layers() {
		var allowed watched
		for _, source := range l.sources {
			allowed.union(source.Analysis.watched())
		}
		may.keep(allowed)
	}
	return may
}

// everything is a policy that allows every action on every resource.
var everything = sync.OnceValue(func() *Analysis {
	return Analyse(&Document{Version: versionWithVariables, Statements: []Statement{{
		Effect: Allow, Actions: []string{"*"}, Resources: []string{"*"},
	}}})
})
