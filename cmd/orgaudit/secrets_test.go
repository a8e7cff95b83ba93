package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orgaudit/internal/awsfake"
	"orgaudit/report"
)

// plantedTag is a key id in a tag of every account: what AWS sends stands in the evidence, and
// in no report.
const plantedTag = "AKIAOWNERTAGEXAMPLE1"

// secretsOf serves a demo organization, behind what wraps it, and returns, when it is asked,
// every access key id, secret key and session token that stands in it or that it has given out.
func secretsOf(t *testing.T, accounts int, options awsfake.Options, wraps ...func(http.Handler) http.Handler) (environ []string, secrets func() []string) {
	t.Helper()
	world, err := awsfake.Demo(awsfake.DemoOptions{Seed: 5, Accounts: accounts, Now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	// Somebody has noted a key where notes are kept.
	for i := range world.Accounts {
		a := &world.Accounts[i]
		a.Tags = map[string]string{"owner": plantedTag}
	}
	fake, err := awsfake.New(world, options)
	if err != nil {
		t.Fatal(err)
	}
	var handler http.Handler = fake
	for _, wrap := range wraps {
		handler = wrap(handler)
	}
	var mu sync.Mutex
	keys := fake.ManagementCredentials()
	found := []string{keys.AccessKeyID, keys.SecretAccessKey}
	given := regexp.MustCompile(`<(?:AccessKeyId|SecretAccessKey|SessionToken)>([^<]+)<`)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, r)
		mu.Lock()
		for _, m := range given.FindAllStringSubmatch(recorder.Body.String(), -1) {
			found = append(found, m[1])
		}
		mu.Unlock()
		for name, values := range recorder.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(recorder.Code)
		_, _ = io.Copy(w, recorder.Body)
	}))
	t.Cleanup(server.Close)
	return environmentOf(t, server.URL, keys), func() []string {
		mu.Lock()
		defer mu.Unlock()
		text, err := json.Marshal(world)
		if err != nil {
			t.Fatal(err)
		}
		all := append(slices.Clone(found), regexp.MustCompile(`A[KS]IA[A-Z0-9]{16}|demo-only-no-secret-\w+`).FindAllString(string(text), -1)...)
		slices.Sort(all)
		return slices.DeleteFunc(slices.Compact(all), func(s string) bool { return s == plantedTag })
	}
}

// environmentOf is the environment of a client of a simulated AWS, which finds nothing else.
func environmentOf(t *testing.T, url string, keys awsfake.Credentials) []string {
	t.Helper()
	return []string{
		"AWS_ENDPOINT_URL=" + url, "AWS_ACCESS_KEY_ID=" + keys.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + keys.SecretAccessKey,
		"AWS_REGION=" + keys.Region, "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=" + filepath.Join(t.TempDir(), "none"),
	}
}

// TestSecretsStandNowhere audits an organization and looks for its secrets and for the ids of
// its access keys in the evidence, the reports, the bundle and everything that is printed.
func TestSecretsStandNowhere(t *testing.T) {
	environ, secrets := secretsOf(t, 12, awsfake.Options{})
	setenv(t, environ)
	out := filepath.Join(t.TempDir(), "out")
	var printed bytes.Buffer
	code := run(context.Background(), runArguments(out, "--verbose", "--bundle", "--format", strings.Join(report.FormatNames(), ",")), streams{&printed, &printed}, nil)
	if code != exitGaps {
		t.Fatalf("exit code %d:\n%s", code, printed.String())
	}
	printed.WriteString(verifiedText(t, filepath.Join(out, report.BundleFile)))
	all := secrets()
	session := slices.IndexFunc(all, func(s string) bool { return strings.HasPrefix(s, "ASIA") })
	if len(all) < 30 || session < 0 || !slices.ContainsFunc(all, func(s string) bool { return strings.HasPrefix(s, "demo-only") }) {
		t.Fatalf("there are but %d secrets to look for", len(all))
	}
	looked := map[string]bool{"the terminal": true}
	look := func(place, text string) {
		looked[place] = true
		for _, secret := range all {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %s", place, secret)
			}
		}
		if !strings.Contains(place, "evidence") && strings.Contains(text, plantedTag) {
			t.Errorf("%s holds %s of a tag", place, plantedTag)
		}
	}
	look("the terminal", printed.String())
	err := filepath.WalkDir(out, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		place, err := filepath.Rel(out, name)
		if err != nil {
			return err
		}
		lookInto(t, filepath.ToSlash(place), data, look)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{
		"audit.json", "audit.xlsx/xl/workbook.xml", "evidence/organization.json", "audit-bundle.zip/audit.json", "audit-bundle.zip/config.toml",
		"audit-bundle.zip/audit.xlsx/xl/workbook.xml", "audit-bundle.zip/evidence/organization.json",
	} {
		if !looked[place] {
			t.Errorf("nobody looked into %s", place)
		}
	}
	organization, err := os.ReadFile(filepath.Join(out, "evidence", "organization.json"))
	if err != nil || !strings.Contains(string(organization), plantedTag) {
		t.Errorf("the evidence does not hold the tag as AWS sent it, error %v", err)
	}
	if audit, err := os.ReadFile(filepath.Join(out, "audit.json")); err != nil || !strings.Contains(string(audit), `"AKIA…PLE1"`) {
		t.Errorf("audit.json does not hold the tag in its short form, error %v", err)
	}
}

// verifiedText is what verify prints of a bundle, which must be good.
func verifiedText(t *testing.T, bundle string) string {
	t.Helper()
	var printed bytes.Buffer
	if code := run(context.Background(), []string{"verify", bundle}, streams{&printed, &printed}, nil); code != exitOK {
		t.Fatalf("exit code %d:\n%s", code, printed.String())
	}
	return printed.String()
}

// lookInto looks at a file and at what is packed in it.
func lookInto(t *testing.T, place string, data []byte, look func(place, text string)) {
	t.Helper()
	look(place, string(data))
	switch filepath.Ext(place) {
	case ".zip", ".xlsx":
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			lookInto(t, place+"/"+f.Name, readAll(t, r), look)
		}
	case ".gz":
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		look(place, string(readAll(t, z)))
	case ".pdf":
		tool, err := exec.LookPath("pdftotext")
		if err != nil {
			return // its streams are compressed
		}
		c := exec.CommandContext(t.Context(), tool, "-raw", "-", "-")
		c.Stdin = bytes.NewReader(data)
		text, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		look(place, string(text))
	}
}

func readAll(t *testing.T, r io.Reader) []byte {
	t.Helper()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
