package policy

import (
	"embed"
	"slices"
	"strings"
	"sync"
)

// escalationData are combinations of actions with which rights can be widened, one a
// line: name, actions, and the services whose roles take part, without .amazonaws.com.
//
//go:embed escalations.csv
var escalationData embed.FS

// Combination is a set of actions that together widen the rights of whoever has them all.
// An action with a * stands for all actions that it matches.
type Combination struct {
	Name    string
	Actions []string
	// Services are service principals whose roles are passed, or run what can be changed.
	Services []string
	// needs are the actions of combinations that are needed, also of a pattern.
	needs watched
	// passing is what is asked about iam:PassRole: the services are part of it.
	passing string
	// change and take are what changes a member and what takes it over, where the combination is
	// about one and the same; else they are empty.
	change, take string
	// matched are all actions that a pattern matches.
	matched []action
}

// Combinations returns the combinations that are known, in the order of the data.
func Combinations() []Combination { return combinations() }

var combinations = sync.OnceValue(func() []Combination {
	var list []Combination
	for _, fields := range escalationLines() {
		c := Combination{Name: fields[0], Actions: strings.Split(fields[1], "+")}
		for _, service := range strings.Fields(fields[2]) {
			c.Services = append(c.Services, service+".amazonaws.com")
		}
		c.passing = "iam:PassRole " + strings.Join(c.Services, " ")
		for _, name := range c.Actions {
			// A role may name who assumes it, and no policy of theirs is needed.
			for i, a := range watchedActions() {
				if name != "sts:AssumeRole" && MatchAction(name, a.text) {
					c.needs.add(i)
				}
			}
		}
		if strings.HasSuffix(c.Actions[0], "*") {
			for _, a := range ExpandAction(c.Actions[0]).All() {
				c.matched = append(c.matched, newAction(a.String()))
			}
		}
		c.change, c.take = c.sameTarget()
		list = append(list, c)
	}
	return list
})

// escalationLines are the lines of the data by their fields, without the first.
func escalationLines() [][]string {
	text, err := escalationData.ReadFile("escalations.csv")
	if err != nil {
		panic(err) // the file is part of the program
	}
	var lines [][]string
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		lines = append(lines, strings.Split(line, ","))
	}
	return lines
}

// sameTarget takes a combination apart that changes a member and takes it over.
func (c *Combination) sameTarget() (change, take string) {
	if len(c.Actions) != 2 {
		return "", ""
	}
	for _, take := range []string{"sts:AssumeRole", "iam:UpdateAssumeRolePolicy", "iam:CreateAccessKey"} {
		i := slices.Index(c.Actions, take)
		if i >= 0 && c.Actions[1-i] != "iam:DeleteAccessKey" {
			return c.Actions[1-i], take
		}
	}
	return "", ""
}
