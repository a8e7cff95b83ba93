package collect

import (
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
	"sync"

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

// Folder is an evidence folder. Every file in it appears whole or not at all (the journal
// grows by whole lines), and only its owner may read it (mode 0600, folders 0700). It may
// come from somebody else: nothing below it that is a link is followed, and no file is read
// that unpacks to more than any evidence is.
type Folder struct {
	dir string
	// largest bounds what a file may unpack to.
	largest int64
	// packers are gzip.Writers, which are used again, since each takes 800 KB.
	packers sync.Pool
	// unpackers are *unpacker.
	unpackers sync.Pool
}

// OpenFolder opens an evidence folder for reading and writing.
func OpenFolder(dir string) (*Folder, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("open evidence folder: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("open evidence folder: %s is a file", dir)
	}
	return &Folder{dir: dir, largest: largestFile}, nil
}

// CreateFolder makes an evidence folder and removes what a killed run left half written.
func CreateFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create evidence folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("create evidence folder: %w", err)
	}
	defer root.Close()
	for _, d := range []string{".", accountsFolder, managedFolder} {
		if err := root.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("create evidence folder %s: %w", dir, err)
		}
		if err := removeTemporary(root, d, func(name string) bool { return strings.HasPrefix(name, temporaryPrefix) }); err != nil {
			return nil, fmt.Errorf("remove what is half written in %s: %w", dir, err)
		}
	}
	return &Folder{dir: dir, largest: largestFile}, nil
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
		z, ok := f.packers.Get().(*gzip.Writer)
		if !ok {
			z = gzip.NewWriter(w)
		}
		defer f.packers.Put(z)
		z.Reset(w)
		if err := encode(z, ev); err != nil {
			return err
		}
		return z.Close()
	})
}

// Account reads the evidence of an account. The error is fs.ErrNotExist where there is none.
func (f *Folder) Account(id string) (*Evidence, error) {
	if !org.IsAccountID(id) {
		return nil, fmt.Errorf("read evidence: %q is no account id", id)
	}
	name := AccountFile(id)
	file, err := f.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read evidence of account %s: %w", id, err)
	}
	defer file.Close()
	var ev Evidence
	if err := f.decode(name, file, &ev); err != nil {
		return nil, fmt.Errorf("read evidence %s: %w", name, err)
	}
	if ev.AccountID != id {
		return nil, fmt.Errorf("read evidence %s: it is about account %q", name, ev.AccountID)
	}
	return &ev, checkSchema(name, ev.Schema)
}

// Has tells whether there is evidence of an account.
func (f *Folder) Has(id string) (bool, error) {
	file, err := f.Open(AccountFile(id))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read evidence of account %s: %w", id, err)
	}
	return true, file.Close()
}

// WriteOrganization writes the organization.
func (f *Folder) WriteOrganization(o *org.Organization) error { return f.write(OrganizationFile, o) }

// Organization reads the organization.
func (f *Folder) Organization() (*org.Organization, error) {
	var o org.Organization
	if err := f.readJSON(OrganizationFile, &o); err != nil {
		return nil, err
	}
	if err := checkSchema(OrganizationFile, o.Schema); err != nil {
		return nil, err
	}
	// Accounts are looked up by their order, and their ids become names of files.
	for i, a := range o.Accounts {
		if !org.IsAccountID(a.ID) || i > 0 && o.Accounts[i-1].ID >= a.ID {
			return nil, fmt.Errorf("read evidence %s: account %q is no account id, or stands in another order than a walk's", OrganizationFile, a.ID)
		}
	}
	return &o, nil
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
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return nil, nil, fmt.Errorf("read the AWS-managed policies: %w", err)
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), managedFolder)
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
		if managedPolicyFile(&p) != name {
			return nil, nil, fmt.Errorf("read evidence %s: it holds policy %q, whose file has another name", name, p.ARN)
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
	return writeFile(f.dir, name, write)
}

func (f *Folder) readJSON(name string, v any) error {
	file, err := f.Open(name)
	if err != nil {
		return fmt.Errorf("read evidence %s: %w", name, err)
	}
	defer file.Close()
	if err := f.decode(name, file, v); err != nil {
		return fmt.Errorf("read evidence %s: %w", name, err)
	}
	return nil
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(v)
}

func checkSchema(name string, schema int) error {
	if schema != Schema {
		return fmt.Errorf("read evidence %s: it has version %d, this orgaudit reads version %d", name, schema, Schema)
	}
	return nil
}
