package policy

import "strings"

// ExpandAction returns all actions of the catalogue that match a glob of an Action element,
// by the rules of [MatchAction]. A glob that matches none gives the empty set: it may name
// an action that is newer than the catalogue, or one that never was.
func ExpandAction(pattern string) ActionSet {
	var s ActionSet
	s.addMatching(pattern)
	return s
}

// addMatching adds what ExpandAction returns.
func (s *ActionSet) addMatching(pattern string) {
	// Runs of stars would cost time for every action.
	for strings.Contains(pattern, "**") {
		pattern = strings.ReplaceAll(pattern, "**", "*")
	}
	service, name, colon := strings.Cut(pattern, ":")
	switch {
	case pattern == "*":
		s.addRange(0, len(Actions()))
	case !colon:
		// Here a star or question mark stands for the colon too.
		for i, a := range Actions() {
			if MatchAction(pattern, a.String()) {
				s.Add(i)
			}
		}
	case !strings.ContainsAny(service, "*?"):
		if from, to, ok := ServiceRange(service); ok {
			s.addNames(name, from, to)
		}
	default:
		// An action has one colon alone, so that it is the one of the pattern.
		c := catalogue()
		for i, known := range c.services {
			if MatchAction(service, known) {
				s.addNames(name, c.starts[i], c.starts[i+1])
			}
		}
	}
}

// addNames adds those actions of one service whose names match the glob.
func (s *ActionSet) addNames(pattern string, from, to int) {
	switch {
	case pattern == "*":
		s.addRange(from, to)
	case !strings.ContainsAny(pattern, "*?"):
		if i, ok := indexOfName(pattern, from, to); ok {
			s.Add(i)
		}
	default:
		for i, a := range Actions()[from:to] {
			if MatchAction(pattern, a.Name) {
				s.Add(from + i)
			}
		}
	}
}
