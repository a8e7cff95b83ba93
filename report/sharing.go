package report

import (
	"slices"
	"strings"

	"orgaudit/report/benchmark"
)

// sharing makes equal texts of results one. The results of the organization stay in memory
// and say nearly the same about each account, whose number is their only bound.
type sharing struct {
	texts   map[string]string
	lists   map[string][]string
	denials map[benchmark.Denial]*benchmark.Denial
}

func newSharing() *sharing {
	return &sharing{texts: map[string]string{}, lists: map[string][]string{}, denials: map[benchmark.Denial]*benchmark.Denial{}}
}

// share makes the items of a result use what others hold already. Nobody may change a list or
// a denial afterwards.
func (s *sharing) share(result *benchmark.Result) {
	result.Items = slices.Clone(result.Items) // without the room that was left to grow
	for i := range result.Items {
		item := &result.Items[i]
		for _, text := range []*string{&item.Resource, &item.Observed, &item.Expected, &item.Evidence.File, &item.Evidence.Pointer} {
			*text = s.text(*text)
		}
		if len(item.Because) > 0 {
			key := strings.Join(item.Because, "\x00")
			if list := s.lists[key]; slices.Equal(list, item.Because) {
				item.Because = list
			} else {
				s.lists[key] = item.Because
			}
		}
		if item.Denial != nil {
			if s.denials[*item.Denial] == nil {
				s.denials[*item.Denial] = item.Denial
			}
			item.Denial = s.denials[*item.Denial]
		}
	}
}

func (s *sharing) text(text string) string {
	if shared, ok := s.texts[text]; ok {
		return shared
	}
	s.texts[text] = text
	return text
}
