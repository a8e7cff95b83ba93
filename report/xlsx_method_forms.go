package report

import (
	"cmp"
	"fmt"
	"strings"

	"orgaudit/report/benchmark"
)

// methodFindings says what names a finding, who owns it and until when it is to be mended.
func methodFindings(p *page, r *Report) error {
	if err := p.heading("Findings: ids, owners and due dates"); err != nil {
		return err
	}
	texts := []string{
		"The id of a finding is the first 16 hex digits of the SHA-256 of control id, account id, resource and its number among the items of the same resource, with a zero byte between them. The same finding has the same id in every audit.",
	}
	if tags := r.Rendering.OwnerTags; len(tags) > 0 {
		texts = append(texts, "The owner of a finding is the value of the first of these tags that its account has: "+strings.Join(tags, ", ")+".")
	}
	var due []string
	for _, severity := range benchmark.Severities() {
		if days := r.Rendering.DueDays[severity]; days > 0 {
			due = append(due, fmt.Sprintf("%s %s", severity, counted(days, "day", "days")))
		}
	}
	if len(due) > 0 {
		texts = append(texts, "A finding is due so long after it was first seen: "+strings.Join(due, ", ")+".")
	}
	return p.paragraphs(texts...)
}

// methodSamples says how the auditor's samples are drawn.
func methodSamples(p *page, r *Report) error {
	s := r.Rendering.Samples
	how := ""
	switch s.Method {
	case SampleFixed:
		how = counted(s.Size, "item", "items") + " of each control's population, or all where there are fewer"
	case SamplePercent:
		how = fmt.Sprintf("%g %% of each control's population, rounded up", s.Percent)
	case SampleAll:
		how = "all items"
	default:
		return nil
	}
	if err := p.heading("Samples"); err != nil {
		return err
	}
	return p.paragraphs("Size: " + how + ". Seed: " + cmp.Or(s.Seed, r.Evidence.Digest+", the digest of the evidence, so that nobody chose it") +
		". The same seed draws the same items from the same populations.")
}
