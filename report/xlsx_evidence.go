package report

// writeEvidenceIndex lists every file of the evidence folder.
func writeEvidenceIndex(b *workbook, r *Report) error {
	s, err := b.newRowSheet(rowSheet{
		name: "Evidence index", paper: paperA3, frozen: 2, none: "The files of the evidence are not known.",
		lead: b.note(
			"The files of the evidence folder that this workbook was made from. To check them, run in that folder: sha256sum -c SHA256SUMS. The SHA-256 of SHA256SUMS itself, which stands for all of them, is "+r.Evidence.Digest+".",
			"Files that end in .gz are compressed with gzip; the SHA-256 is that of the compressed file. A time is that of the last call whose answer the file holds; AWS-managed policies were read while the run went on, and no time was noted for each.",
		),
		columns: []sheetColumn{
			{title: "File", width: 48, look: wrapped}, {title: "Account id", width: 15}, {title: "Account", width: 26, look: wrapped},
			{title: "What it holds", width: 62, look: wrapped}, {title: "Collected (UTC)", width: 18}, {title: "Bytes", width: 12, look: figures}, {title: "SHA-256", width: 68},
		},
	})
	if err != nil {
		return err
	}
	names := map[string]string{}
	for i := range r.Accounts {
		names[r.Accounts[i].ID] = r.Accounts[i].Name
	}
	for _, f := range r.Files {
		if err := s.row(f.Name, f.Account, names[f.Account], f.What, f.At, int(f.Bytes), f.SHA256); err != nil {
			return err
		}
	}
	return s.finish()
}
