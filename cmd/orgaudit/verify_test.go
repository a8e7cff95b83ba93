package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orgaudit/collect"
	"orgaudit/report"
)

// demoBundle audits three accounts of the built-in organization.
func demoBundle(t *testing.T) (out string) {
	t.Helper()
	out = filepath.Join(t.TempDir(), "out")
	var printed bytes.Buffer
	if code := run(context.Background(), []string{"demo", "--accounts", "3", "--out", out, "--bundle", "--format", "json"}, streams{&printed, &printed}, nil); code != exitOK {
		t.Fatalf("exit code %d:\n%s", code, printed.String())
	}
	return out
}

// rebundled is a bundle with other texts, whose manifest says so: it is whole, and by somebody
// who means no good.
func rebundled(t *testing.T, bundle string, change func(name, text string) string) string {
	t.Helper()
	z, err := zip.OpenReader(bundle)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var entries []report.BundleEntry
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name != report.BundleManifest {
			entries = append(entries, report.BundleText(f.Name, change(f.Name, string(text))))
		}
	}
	name := filepath.Join(t.TempDir(), "changed.zip")
	if err := report.WriteBundle(context.Background(), name, time.Unix(1_800_000_000, 0), entries); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestBundleSettingsStayInside: the settings of a bundle come from whoever sent it, and may
// not make verify read files of this machine.
func TestBundleSettingsStayInside(t *testing.T) {
	bundle := filepath.Join(demoBundle(t), report.BundleFile)
	secret := filepath.Join(t.TempDir(), "secret.toml")
	if err := os.WriteFile(secret, []byte("password = \"of this machine\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, old, replaced string
		code                int
		want                string
	}{
		{"as it is", "", "", exitOK, "is what follows from the evidence"},
		{"a benchmark outside", `name = "baseline"`, `name = "` + secret + `"`, exitUsage, "outside the bundle"},
		{"a benchmark above", `name = "baseline"`, `name = "../secret.toml"`, exitUsage, "outside the bundle"},
		{"exceptions outside", `  file = ""`, `  file = "` + secret + `"`, exitUsage, "outside the bundle"},
		{"a font outside", `font = ""`, `font = "` + secret + `"`, exitOK, "is what follows from the evidence"},
		{"templates outside", `templates = ""`, `templates = "` + filepath.Dir(secret) + `"`, exitOK, "is what follows from the evidence"},
		{"an unknown setting", `tags = true`, "tags = true\n  evil = 1", exitUsage, "unknown setting"},
	} {
		t.Run(test.name, func(t *testing.T) {
			changed := rebundled(t, bundle, func(name, text string) string {
				if name != report.BundleConfig || test.old == "" {
					return text
				}
				if !strings.Contains(text, test.old) {
					t.Fatalf("the settings have no %s:\n%s", test.old, text)
				}
				return strings.Replace(text, test.old, test.replaced, 1)
			})
			var printed bytes.Buffer
			code := run(context.Background(), []string{"verify", changed}, streams{&printed, &printed}, nil)
			if code != test.code || !strings.Contains(printed.String(), test.want) {
				t.Errorf("exit code %d, want %d, printed:\n%s", code, test.code, printed.String())
			}
			if strings.Contains(printed.String(), "of this machine") {
				t.Errorf("it shows a file of this machine:\n%s", printed.String())
			}
		})
	}
}

// TestVerifyNamesOtherEvidence: evidence that was changed and sealed again is other evidence,
// and every verdict that it changes is named.
func TestVerifyNamesOtherEvidence(t *testing.T) {
	out := demoBundle(t)
	folder, err := collect.OpenFolder(filepath.Join(out, evidenceFolder))
	if err != nil {
		t.Fatal(err)
	}
	o, err := folder.Organization()
	if err != nil {
		t.Fatal(err)
	}
	central := len(o.RootFeatures) > 0
	o.RootFeatures = []string{"RootCredentialsManagement", "RootSessions"}
	if central {
		o.RootFeatures = []string{}
	}
	if err := errors.Join(folder.WriteOrganization(o), folder.Seal()); err != nil {
		t.Fatal(err)
	}
	var text, printed, discarded bytes.Buffer
	if code := run(context.Background(), []string{"verify", folder.Dir()}, streams{&text, &discarded}, nil); code != exitFailed {
		t.Errorf("exit code %d:\n%s", code, text.String())
	}
	for _, want := range []string{"was made from OTHER evidence", "results org-root-access-central of the organization: verdict: reported"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, text.String())
		}
	}
	if code := run(context.Background(), []string{"verify", folder.Dir(), "--format", "json", "--limit", "1"}, streams{&printed, &discarded}, nil); code != exitFailed {
		t.Errorf("exit code %d:\n%s", code, printed.String())
	}
	var result verified
	if err := json.Unmarshal(printed.Bytes(), &result); err != nil {
		t.Fatal(err)
	}
	if result.Verified || result.Total <= len(result.Differences) || result.ReportedDigest == result.Digest {
		t.Errorf("verified %t, %d differences of which %d are named, digests %s and %s",
			result.Verified, result.Total, len(result.Differences), result.ReportedDigest, result.Digest)
	}
}
