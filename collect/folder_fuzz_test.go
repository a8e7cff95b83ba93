package collect_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"orgaudit/collect"
)

// FuzzAccountEvidence puts anything where the evidence of an account should be: reading
// gives an error or evidence of that account, and whoever asks the evidence for its
// sections gets an answer.
func FuzzAccountEvidence(f *testing.F) {
	const id = "111122223333"
	pack := func(text []byte) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(text) // writing to memory cannot fail
		_ = z.Close()
		return b.Bytes()
	}
	whole, err := json.Marshal(example(id))
	if err != nil {
		f.Fatal(err)
	}
	// Bytes are taken as they are, and packed, so that the fuzzer gets past the checksum.
	f.Add(whole, true)
	f.Add(pack(whole), false)
	f.Add(pack(whole)[:20], false)
	f.Add([]byte(`{"schema":1,"account_id":"111122223333","gaps":[{"section":"entry"}],"reads":null}`), true)
	f.Add([]byte(`{"schema":1,"account_id":"111122223333","credential_report":{"lines":["user",""]}}`), true)
	f.Add([]byte(`{"schema":1,"account_id":"111122223333","authorization_details":{"users":[{}],"policies":[{"versions":null}]}}`), true)
	f.Add([]byte(``), true)
	folder := newFolder(f)
	f.Fuzz(func(t *testing.T, content []byte, packed bool) {
		if packed {
			content = pack(content)
		}
		if err := os.WriteFile(filepath.Join(folder.Dir(), filepath.FromSlash(collect.AccountFile(id))), content, 0o600); err != nil {
			t.Fatal(err)
		}
		ev, err := folder.Account(id)
		if err != nil {
			return
		}
		if ev.AccountID != id || ev.Schema != collect.Schema {
			t.Fatalf("evidence of account %q in version %d, want %s in %d", ev.AccountID, ev.Schema, id, collect.Schema)
		}
		for _, c := range collect.Collectors() {
			gap, missing := ev.Missing(c.Section)
			if missing && gap.Section == "" && len(ev.Gaps) == 0 {
				t.Errorf("section %s is missing for no section", c.Section)
			}
			ev.MissingIn(c.Section, "eu-central-1")
			ev.ReadAt(c.Section)
		}
		if ev.CredentialReport != nil {
			_, _ = ev.CredentialReport.Rows() // an error is an answer
		}
		if ev.Authorization != nil {
			ev.Authorization.EachAttachment(func(string, collect.AttachedPolicy) {})
			for i := range ev.Authorization.Policies {
				ev.Authorization.Policies[i].InForce()
			}
		}
	})
}
