package collect

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"orgaudit/org"
)

// Files of an evidence folder, by the names that references to evidence use.
const (
	RecordFile       = "run.json"
	OrganizationFile = "organization.json"
	AnalyzersFile    = "organization-analyzers.json"
	accountsFolder   = "accounts"
	managedFolder    = "managed-policies"
	SumsFile         = "SHA256SUMS"
	// temporaryPrefix begins the names of files that are being written. A run that was
	// killed may leave some; nothing reads them.
	temporaryPrefix = ".tmp-"
)

// Folder is an evidence folder. Every file in it appears whole or not at all, and only
// its owner may read it (mode 0600, folders 0700).
type Folder struct{ dir string }

// OpenFolder opens an evidence folder for reading and writing.
func OpenFolder(dir string) (*Folder, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("open evidence folder: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("open evidence folder: %s is a file", dir)
	}
	return &Folder{dir: dir}, nil
}

// CreateFolder makes an evidence folder and removes what a killed run left half written.
func CreateFolder(dir string) (*Folder, error) {
	for _, d := range []string{dir, filepath.Join(dir, accountsFolder), filepath.Join(dir, managedFolder)} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("create evidence folder: %w", err)
		}
		entries, err := os.ReadDir(d)
		if err != nil {
			return nil, fmt.Errorf("create evidence folder: %w", err)
		}
		for _, e := range entries {
			if !strings.HasPrefix(e.Name(), temporaryPrefix) {
				continue
			}
			if err := os.Remove(filepath.Join(d, e.Name())); err != nil {
				return nil, fmt.Errorf("remove a half-written file: %w", err)
			}
		}
	}
	return &Folder{dir: dir}, nil
}

// Dir is the folder's path.
func (f *Folder) Dir() string { return f.dir }

// AccountFile is the name of an account's file within an evidence folder.
func AccountFile(id string) string { return accountsFolder + "/" + id + ".json.gz" }

// WriteAccount writes the evidence of an account.
func (f *Folder) WriteAccount(ev *Evidence) error {
	if !org.IsAccountID(ev.AccountID) {
		return fmt.Errorf("write evidence: %q is no account id", ev.AccountID)
	}
	return f.create(AccountFile(ev.AccountID), func(w io.Writer) error {
		z := gzip.NewWriter(w)
		if err := encode(z, ev); err != nil {
			return err
		}
		return z.Close()
	})
}

// largestAccount bounds what the evidence of an account may unpack to, since evidence may
// come from others: that of an account at the limits of IAM is far smaller.
const largestAccount = 1 << 30

// Account reads the evidence of an account. The error is fs.ErrNotExist where there is none.
func (f *Folder) Account(id string) (*Evidence, error) {
	if !org.IsAccountID(id) {
		return nil, fmt.Errorf("read evidence: %q is no account id", id)
	}
	name := AccountFile(id)
	file, err := os.Open(f.path(name))
	if err != nil {
		return nil, fmt.Errorf("read evidence of account %s: %w", id, err)
	}
	defer file.Close()
	z, err := gzip.NewReader(bufio.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("read evidence %s: %w", name, err)
	}
	var ev Evidence
	if err := decode(io.LimitReader(z, largestAccount), &ev); err != nil {
		return nil, fmt.Errorf("read evidence %s: %w", name, err)
	}
	if ev.AccountID != id {
		return nil, fmt.Errorf("read evidence %s: it is about account %q", name, ev.AccountID)
	}
	return &ev, checkSchema(name, ev.Schema)
}

// WriteOrganization writes the organization.
func (f *Folder) WriteOrganization(o *org.Organization) error { return f.write(OrganizationFile, o) }

// Organization reads the organization.
func (f *Folder) Organization() (*org.Organization, error) {
	var o org.Organization
	if err := f.readJSON(OrganizationFile, &o); err != nil {
		return nil, err
	}
	return &o, checkSchema(OrganizationFile, o.Schema)
}

// Analyzers reads the organization's analyzers. Where a run was cut off before it wrote
// them, they are a gap.
func (f *Folder) Analyzers() (*OrganizationAnalyzers, error) {
	var a OrganizationAnalyzers
	err := f.readJSON(AnalyzersFile, &a)
	if errors.Is(err, fs.ErrNotExist) {
		return &OrganizationAnalyzers{Schema: Schema, Gaps: []org.Gap{{Section: OrganizationAnalyzersSection, Cause: org.NotCollected}}}, nil
	}
	if err != nil {
		return nil, err
	}
	return &a, checkSchema(AnalyzersFile, a.Schema)
}

// WriteManagedPolicy writes an AWS-managed policy.
func (f *Folder) WriteManagedPolicy(p *ManagedPolicy) error { return f.write(managedPolicyFile(p), p) }

// ManagedPolicies reads the AWS-managed policies by ARN, with the names of their files.
func (f *Folder) ManagedPolicies() (policies map[string]*ManagedPolicy, files map[string]string, err error) {
	entries, err := os.ReadDir(f.path(managedFolder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("read the AWS-managed policies: %w", err)
	}
	policies, files = map[string]*ManagedPolicy{}, map[string]string{}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), temporaryPrefix) || !strings.HasSuffix(e.Name(), ".json") {
			continue
		}
		name := path.Join(managedFolder, e.Name())
		var p ManagedPolicy
		if err := f.readJSON(name, &p); err != nil {
			return nil, nil, err
		}
		policies[p.ARN], files[p.ARN] = &p, name
	}
	return policies, files, nil
}

func (f *Folder) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

func (f *Folder) write(name string, v any) error {
	return f.create(name, func(w io.Writer) error { return encode(w, v) })
}

func (f *Folder) create(name string, write func(io.Writer) error) error {
	return WriteFile(f.path(name), write)
}

func (f *Folder) readJSON(name string, v any) error {
	file, err := os.Open(f.path(name))
	if err != nil {
		return fmt.Errorf("read evidence %s: %w", name, err)
	}
	defer file.Close()
	if err := decode(bufio.NewReader(file), v); err != nil {
		return fmt.Errorf("read evidence %s: %w", name, err)
	}
	return nil
}

// WriteFile makes a file of mode 0600 that appears whole or not at all: it is written
// under another name, flushed to the disk and renamed.
func WriteFile(name string, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(name), temporaryPrefix+"*")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	defer func() {
		if err != nil {
			file.Close()
			os.Remove(file.Name())
			err = fmt.Errorf("write %s: %w", name, err)
		}
	}()
	buffered := bufio.NewWriter(file)
	if err := write(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(v)
}

// decode reads one JSON value and nothing after it.
func decode(r io.Reader, v any) error {
	d := json.NewDecoder(r)
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		if err != nil {
			return err
		}
		return errors.New("there is more after the end")
	}
	return nil
}

func checkSchema(name string, schema int) error {
	if schema != Schema {
		return fmt.Errorf("read evidence %s: it has version %d, this orgaudit reads version %d", name, schema, Schema)
	}
	return nil
}
