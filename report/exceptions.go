package report

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/report/benchmark"
)

// RegisterFacts say which file of exceptions was read; they are empty where there was none.
type RegisterFacts struct {
	// File is its name without its folders, and Digest its SHA-256 in hex.
	File, Digest string
}

// seeksMitigation tells whether a control of the benchmark looks for policies that make
// failed items ineffective.
func (r *Report) seeksMitigation() bool {
	return slices.ContainsFunc(r.Controls, func(c Control) bool { return c.Mitigation != nil })
}

// adjustedWords say what stands behind the adjusted score. That nobody looked for
// exceptions or mitigation must not read as if none had been found.
func adjustedWords(r *Report) string {
	if r.Tally.Accepted == 0 {
		words := "The adjusted score is the raw one: no exception in force and no policy of the organization accounts for a fail in full."
		if r.Register.File == "" {
			words += " No file of exceptions was read."
		}
		if !r.seeksMitigation() {
			words += " No control of this benchmark looks for mitigating policies."
		}
		return words
	}
	return "The adjusted score counts fails as passed that have an approved exception or that a policy of the organization makes ineffective."
}

// ExceptionWords say how the exceptions that were read stand, and nothing where no file was.
func (r *Report) ExceptionWords() string {
	if r.Register.File == "" {
		return ""
	}
	counts := map[benchmark.ExceptionState]int{}
	for i := range r.Exceptions {
		counts[r.Exceptions[i].State]++
	}
	words := []string{counted(len(r.Exceptions), "exception", "exceptions")}
	for _, state := range []benchmark.ExceptionState{
		benchmark.ExceptionActive, benchmark.ExceptionExpiring, benchmark.ExceptionExpired,
		benchmark.ExceptionUnused, benchmark.ExceptionUntested, benchmark.ExceptionPending,
	} {
		if counts[state] > 0 {
			words = append(words, fmt.Sprintf("%d %s", counts[state], state))
		}
	}
	if len(words) == 1 {
		return words[0]
	}
	return words[0] + ": " + strings.Join(words[1:], ", ")
}
