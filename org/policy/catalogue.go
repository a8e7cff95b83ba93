package policy

import (
	"cmp"
	"compress/gzip"
	"embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:generate go run ./generate

// AccessLevel is what an action does, in the five classes of AWS's Service Authorization
// Reference.
type AccessLevel uint8

// The access levels, from the least to the gravest.
const (
	List AccessLevel = iota
	Read
	Tagging
	Write
	PermissionsManagement
)

var levelNames = [...]string{
	List:                  "List",
	Read:                  "Read",
	Tagging:               "Tagging",
	Write:                 "Write",
	PermissionsManagement: "Permissions management",
}

// String is the level as AWS writes it.
func (l AccessLevel) String() string {
	if int(l) >= len(levelNames) {
		return fmt.Sprintf("AccessLevel(%d)", uint8(l))
	}
	return levelNames[l]
}

// Action is one action of an AWS service.
type Action struct {
	// Service is the prefix, in lower case, and Name what follows the colon, in AWS's case.
	Service, Name string
	Level         AccessLevel
	// Resources is true where a statement can narrow the action to resources. Of the others
	// a statement is only in effect where its Resource is *.
	Resources bool
}

// String is the action as a statement names it, such as iam:PassRole.
func (a Action) String() string { return a.Service + ":" + a.Name }

// Actions are all actions of all services that the catalogue knows, by service and by name,
// without regard to case. The slice is shared and not to be changed. The actions of one
// service stand together; the index of an action is that in an [ActionSet].
func Actions() []Action { return catalogue().actions }

// ActionIndex returns the index in [Actions] of the action with the name, such as
// iam:PassRole, in any case.
func ActionIndex(name string) (int, bool) {
	service, name, _ := strings.Cut(name, ":")
	from, to, ok := ServiceRange(service)
	if !ok {
		return 0, false
	}
	return indexOfName(name, from, to)
}

// Services are the prefixes of all services, sorted. The slice is shared and not to be
// changed.
func Services() []string { return catalogue().services }

// ServiceRange returns where in [Actions] those of the service, in any case, begin and end:
// the first is Actions()[from], the last Actions()[to-1].
func ServiceRange(service string) (from, to int, ok bool) {
	c := catalogue()
	i, ok := slices.BinarySearchFunc(c.services, service, compareFolded)
	if !ok {
		return 0, 0, false
	}
	return c.starts[i], c.starts[i+1], true
}

// CatalogueVersion tells how old the catalogue is, as a date such as 2026-01-31, and which
// version of which package it was made from.
func CatalogueVersion() (date, pkg string) {
	c := catalogue()
	return c.date, c.pkg
}

// indexOfName looks among the actions of one service.
func indexOfName(name string, from, to int) (int, bool) {
	i, ok := slices.BinarySearchFunc(Actions()[from:to], name, func(a Action, name string) int {
		return compareFolded(a.Name, name)
	})
	return from + i, ok
}

// compareFolded orders as the catalogue does, without regard to the case of ASCII letters.
func compareFolded(a, b string) int {
	for i := range min(len(a), len(b)) {
		if c := cmp.Compare(lower(a[i]), lower(b[i])); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// catalogueFile holds catalogue.txt.gz, which ./generate writes: a title, lines of facts
// about the whole, and a paragraph for each service. That begins with the prefix of the
// service; each further line is an action, such as
//
//	W+ PassRole
//
// with the first letter of its access level, and + where it supports resources.
//
//go:embed catalogue.txt.gz
var catalogueFile embed.FS

const catalogueTitle = "orgaudit action catalogue"

// decoded is the catalogue as it is used.
type decoded struct {
	date, pkg string
	actions   []Action
	services  []string
	// starts are where the actions of each service begin, and the end of all.
	starts []int
	levels [len(levelNames)]ActionSet
}

// catalogue is read when it is first needed, since most commands do without it.
var catalogue = sync.OnceValue(func() *decoded {
	text, err := catalogueText()
	if err != nil {
		panic(err) // the file is part of the program, and tests read it
	}
	c, err := decodeCatalogue(text)
	if err != nil {
		panic(err)
	}
	return c
})

func catalogueText() (string, error) {
	f, err := catalogueFile.Open("catalogue.txt.gz")
	if err != nil {
		return "", err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return "", fmt.Errorf("read the action catalogue: %w", err)
	}
	var text strings.Builder
	if _, err := io.Copy(&text, z); err != nil {
		return "", fmt.Errorf("read the action catalogue: %w", err)
	}
	return text.String(), nil
}

// decodeCatalogue reads the text. The names of the actions remain parts of it, so that they
// take no memory of their own.
func decodeCatalogue(text string) (*decoded, error) {
	head, body, _ := strings.Cut(text, "\n\n")
	c, err := decodeHead(head)
	if err != nil {
		return nil, err
	}
	for len(body) > 0 {
		var paragraph string
		paragraph, body, _ = strings.Cut(body, "\n\n")
		service, lines, _ := strings.Cut(strings.TrimSuffix(paragraph, "\n"), "\n")
		c.services = append(c.services, service)
		c.starts = append(c.starts, len(c.actions))
		for line := range strings.SplitSeq(lines, "\n") {
			a, err := decodeAction(service, line)
			if err != nil {
				return nil, err
			}
			c.actions = append(c.actions, a)
		}
	}
	c.starts = append(c.starts, len(c.actions))
	if len(c.services) != cap(c.services) || len(c.actions) != cap(c.actions) {
		return nil, fmt.Errorf("the action catalogue has %d services and %d actions, other than its head says", len(c.services), len(c.actions))
	}
	words := (len(c.actions) + wordBits - 1) / wordBits
	for level := range c.levels {
		c.levels[level].words = make([]uint64, words)
	}
	for i, a := range c.actions {
		c.levels[a.Level].words[i/wordBits] |= 1 << (i % wordBits)
	}
	return c, nil
}

// decodeHead reads the facts about the whole. The slices have room for just as much as it
// announces.
func decodeHead(head string) (*decoded, error) {
	title, facts, _ := strings.Cut(head, "\n")
	if title != catalogueTitle {
		return nil, fmt.Errorf("the action catalogue begins with %.40q", title)
	}
	var c decoded
	for line := range strings.SplitSeq(facts, "\n") {
		key, value, _ := strings.Cut(line, " ")
		var err error
		switch key {
		case "date":
			c.date = value
		case "package":
			c.pkg = value
		case "services":
			c.services, err = room[string](value)
		case "actions":
			c.actions, err = room[Action](value)
		default:
			err = errors.New("unknown")
		}
		if err != nil {
			return nil, fmt.Errorf("the action catalogue's line %.40q: %w", line, err)
		}
	}
	return &c, nil
}

func room[E any](count string) ([]E, error) {
	n, err := strconv.ParseUint(count, 10, 20)
	return make([]E, 0, n), err
}

func decodeAction(service, line string) (Action, error) {
	if len(line) < len("W+ A") || line[2] != ' ' {
		return Action{}, fmt.Errorf("the action catalogue's line %.40q of %s is not an action", line, service)
	}
	a := Action{Service: service, Name: line[3:], Resources: line[1] == '+'}
	for level, name := range levelNames {
		if name[0] == line[0] {
			a.Level = AccessLevel(level)
			return a, nil
		}
	}
	return Action{}, fmt.Errorf("the action catalogue's line %.40q of %s has no access level", line, service)
}
