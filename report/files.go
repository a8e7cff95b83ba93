package report

import (
	"maps"
	"slices"
	"time"

	"orgaudit/collect"
)

// EvidenceFile is a file of the evidence folder.
type EvidenceFile struct {
	// Name is relative to the folder, with slashes; What says what the file holds.
	Name, What string
	// Account is the id of the account that it is about, if it is about one.
	Account string
	Bytes   int64
	SHA256  string
	// At is when the last of it was collected; zero where that was not noted.
	At time.Time
}

// files are the files of the evidence folder by name, with SHA256SUMS at the end where the
// run has sealed its evidence.
func (b *builder) files(r *Report) []EvidenceFile {
	known := map[string]EvidenceFile{
		collect.RecordFile:       {What: "the run: who collected, when, with what settings and what was left out", At: b.record.EndedAt},
		collect.OrganizationFile: {What: "the organization: accounts, units, policies and delegations", At: b.org.WalkEnded},
		collect.AnalyzersFile:    {What: "the organization's analyzers of IAM Access Analyzer"},
		collect.JournalFile:      {What: "the journal: runs begun, ended or cut off, and accounts as they were read", At: b.record.EndedAt},
	}
	for i := range r.Accounts {
		a := &r.Accounts[i]
		known[collect.AccountFile(a.ID)] = EvidenceFile{What: "evidence of the account", Account: a.ID, At: a.EndedAt}
	}
	for arn, name := range b.subject.ManagedFiles {
		known[name] = EvidenceFile{What: "AWS-managed policy " + arn}
	}
	var files []EvidenceFile
	for _, name := range slices.Sorted(maps.Keys(b.digests.Files)) {
		file, ok := known[name]
		if !ok {
			file.What = "not known to this version"
		}
		file.Name, file.SHA256, file.Bytes = name, b.digests.Files[name], b.digests.Sizes[name]
		files = append(files, file)
	}
	if b.record.State == collect.Collecting {
		return files
	}
	size := int64(0)
	for name, sum := range b.digests.Files {
		size += int64(len(sum) + len("  ") + len(name) + len("\n"))
	}
	return append(files, EvidenceFile{
		Name: collect.SumsFile, What: "the SHA-256 of all files above, in the form of sha256sum", Bytes: size, SHA256: b.digests.All, At: b.record.EndedAt,
	})
}
