package policy

import (
	"slices"
	"strings"
	"sync"
)

// Analysis is a document in a form that can be asked quickly. It is the same for every
// principal, so that a policy that stands in many accounts is analysed once. It must not
// be changed, and is safe for concurrent use.
type Analysis struct {
	Document *Document
	// FullAccess is [Document.IsFullAccess].
	FullAccess bool
	// Grants is [Document.FullAdministrator].
	Grants       []Grant
	statements   []analysed
	effective    func() ActionSet
	watched      func() watched
	uncatalogued func() []string
}

// analysed is a statement with its elements prepared.
type analysed struct {
	*Statement
	index   int
	actions []actionGlob
	// resources are Resource or NotResource with ARNs completed; nil where the statement has
	// neither, and then it is about the resource that it is attached to.
	resources []string
	// variables tells that an element of resources has a policy variable.
	variables bool
	// everywhere is [Statement.AllResources].
	everywhere bool
	// every tells that the statement is about every action, by an element of Action.
	every bool
	// all tells that the statement is about every resource, whatever the request.
	all bool
	// asks are the keys of a request that decide whether the statement applies.
	asks requestKeys
	// set holds the actions of the catalogue that the statement is about, found when they are
	// first needed. Nobody changes the set.
	set func() ActionSet
}

// actionGlob is an element of Action or NotAction in lower case.
type actionGlob struct {
	text string
	// service is what stands before the colon, where it has no wildcard.
	service string
	every   bool
}

// Analyse prepares a document.
func Analyse(d *Document) *Analysis {
	a := &Analysis{Document: d, FullAccess: d.IsFullAccess(), Grants: d.FullAdministrator()}
	for i := range d.Statements {
		s := &d.Statements[i]
		prepared := analysed{Statement: s, index: i, everywhere: s.AllResources(), asks: s.requestKeys()}
		for _, element := range slices.Concat(s.Actions, s.NotActions) {
			g := actionGlob{text: strings.ToLower(element), every: everyAction(element)}
			if service, _, ok := strings.Cut(g.text, ":"); ok && !strings.ContainsAny(service, "*?") {
				g.service = service
			}
			prepared.actions = append(prepared.actions, g)
			prepared.every = prepared.every || g.every && s.NotActions == nil
		}
		for _, element := range slices.Concat(s.Resources, s.NotResources) {
			prepared.resources = append(prepared.resources, completeARN(element, s.Literal))
			prepared.variables = prepared.variables || !s.Literal && strings.Contains(element, "${")
		}
		prepared.all = prepared.resources == nil ||
			s.NotResources == nil && !prepared.variables && slices.ContainsFunc(prepared.resources, everyResource)
		prepared.set = sync.OnceValue(prepared.expand)
		a.statements = append(a.statements, prepared)
	}
	a.effective = sync.OnceValue(a.findEffective)
	a.watched = sync.OnceValue(a.findWatched)
	a.uncatalogued = sync.OnceValue(a.findUncatalogued)
	return a
}

// action is an action in lower case, with its service.
type action struct{ text, service string }

func newAction(name string) action {
	a := action{text: strings.ToLower(name)}
	a.service, _, _ = strings.Cut(a.text, ":")
	return a
}

// about reports whether the statement's Action or NotAction takes in the action.
func (s *analysed) about(a action) bool {
	named := false
	for i := range s.actions {
		g := &s.actions[i]
		if g.every || (g.service == "" || g.service == a.service) && match(g.text, a.text, same) {
			named = true
			break
		}
	}
	return named == (s.NotActions == nil)
}

// everything reports whether the statement is about every action on every resource.
func (s *analysed) everything() bool {
	return s.every && s.NotResources == nil && (s.resources == nil || slices.ContainsFunc(s.resources, everyResource))
}

// on says whether the statement is about a resource, apart from its conditions.
func (s *analysed) on(resource string, f *Facts) Truth {
	if s.resources == nil {
		return True
	}
	found := False
	for _, element := range s.resources {
		found = max(found, s.matches(element, resource, f))
		if found == True {
			break
		}
	}
	if s.NotResources != nil {
		return found.Not()
	}
	return found
}

func (s *analysed) matches(element, resource string, f *Facts) Truth {
	known := true
	if s.variables {
		element, known = Expand(element, f)
	}
	switch {
	case !Match(element, resource):
		return False
	case known:
		return True
	default:
		return Depends
	}
}

// sets returns the resources that the statement is about, a set for each element, and
// whether all of them are exact: one that is not holds too much, since a variable in it is
// not known.
func (s *analysed) sets(f *Facts) (sets []Resources, exact bool) {
	if s.all {
		return everywhere(), true
	}
	exact = true
	expanded := s.resources
	if s.variables {
		expanded = make([]string, 0, len(s.resources))
		for _, element := range s.resources {
			text, known := Expand(element, f)
			exact = exact && known
			// An exception that is too wide would hide resources.
			if text != nothing && (known || s.NotResources == nil) {
				expanded = append(expanded, text)
			}
		}
	}
	if s.NotResources != nil {
		return []Resources{{Except: expanded}}, exact
	}
	for _, text := range expanded {
		if everyResource(text) {
			return []Resources{{}}, exact
		}
		sets = append(sets, Resources{All: []string{text}})
	}
	return sets, exact
}

// everywhere is the set of every resource alone. Nobody changes it.
var everywhere = sync.OnceValue(func() []Resources { return []Resources{{}} })

// Ref is the statement as the source of a decision.
func (s *analysed) ref(from *Source) Ref {
	return Ref{Source: from, Statement: s.index, Sid: s.Sid}
}
