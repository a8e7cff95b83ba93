package report

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// FindingIDs returns the stable ids of a result's items, in their order. An id depends on
// the control, the account and the resource alone, so that the same finding has the same id
// in every audit. Items with the same resource are told apart by their order. Access key ids
// count in their short form, whatever the reports show.
func FindingIDs(result *benchmark.Result) []string {
	return appendFindingIDs(nil, result)
}

// appendFindingIDs is [FindingIDs] into a slice that is used again.
func appendFindingIDs(ids []string, result *benchmark.Result) []string {
	if len(result.Items) == 1 {
		return append(ids, findingID(result.Control, result.Account, shortenKeyIDs(result.Items[0].Resource), 0))
	}
	seen := make(map[string]int, len(result.Items))
	for i := range result.Items {
		resource := shortenKeyIDs(result.Items[i].Resource)
		n := seen[resource]
		seen[resource]++
		ids = append(ids, findingID(result.Control, result.Account, resource, n))
	}
	return ids
}

// resultID is the id of a result that has no items, and stands in a list among those that have.
func resultID(result *benchmark.Result) string {
	return findingID(result.Control, result.Account, "", 0)
}

// findingID is 16 hex digits of a SHA-256. No part of what is hashed can hold the separator:
// JSON and XML, in which AWS answers, know no NUL but escaped, and IAM accepts none in names.
func findingID(control, account, resource string, n int) string {
	var room [256]byte
	text := append(append(append(room[:0], control...), 0), account...)
	text = append(append(append(text, 0), resource...), 0)
	sum := sha256.Sum256(strconv.AppendInt(text, int64(n), 10))
	return hex.EncodeToString(sum[:8])
}

// Owner is who answers for an account: the value of the first of the tags that names one;
// empty where none does.
func (f *Rendering) Owner(a *org.Account) string {
	for _, key := range f.OwnerTags {
		if value := a.Tags[key]; value != "" {
			return value
		}
	}
	return ""
}

// Due is until when a failed item should be mended, counted from its first sight; zero where
// the configuration sets no date or the first sight is not known.
func (f *Rendering) Due(severity benchmark.Severity, firstSeen time.Time) time.Time {
	days := f.DueDays[severity]
	if days <= 0 || firstSeen.IsZero() {
		return time.Time{}
	}
	return firstSeen.AddDate(0, 0, days)
}

// AgeDays counts the whole days from a first sight to the time of the evidence.
func AgeDays(firstSeen, at time.Time) int {
	if firstSeen.IsZero() || at.Before(firstSeen) {
		return 0
	}
	return int(at.Sub(firstSeen) / (24 * time.Hour))
}
