package collect

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// CredentialReport is an IAM credential report as it was downloaded. The lines joined by
// a line feed are the bytes that AWS sent, and SHA256 is their digest in hex; so a JSON
// pointer such as /credential_report/lines/3 is the evidence of one user.
//
// AWS may answer with a report that is up to four hours old; GeneratedAt is its own time
// and the clock for everything that it says
// ("Generate credential reports for your AWS account", IAM User Guide).
type CredentialReport struct {
	GeneratedAt time.Time `json:"generated_at"`
	SHA256      string    `json:"sha256"`
	Lines       []string  `json:"lines"`
}

// NewCredentialReport keeps a downloaded report. It fails where [CredentialReport.Rows] would.
func NewCredentialReport(content []byte, generated time.Time) (*CredentialReport, error) {
	r, _, err := readReport(content, generated)
	return r, err
}

// readReport is NewCredentialReport with the rows.
func readReport(content []byte, generated time.Time) (*CredentialReport, []CredentialRow, error) {
	sum := sha256.Sum256(content)
	r := &CredentialReport{
		GeneratedAt: generated.UTC(),
		SHA256:      hex.EncodeToString(sum[:]),
		Lines:       strings.Split(string(content), "\n"),
	}
	rows, err := r.Rows()
	if err != nil {
		return nil, nil, err
	}
	return r, rows, nil
}

// RootUserName is how the credential report calls the root user.
const RootUserName = "<root_account>"

// CredentialRow is one user of a credential report.
type CredentialRow struct {
	// Line is the index in CredentialReport.Lines.
	Line    int
	User    string
	ARN     string
	Created Stamp
	// PasswordEnabled is true, false, or not_supported, in lower case.
	PasswordEnabled      string
	PasswordLastUsed     Stamp
	PasswordLastChanged  Stamp
	PasswordNextRotation Stamp
	MFAActive            bool
	Keys                 [2]CredentialKey
	Certificates         [2]CredentialCertificate
}

// CredentialKey is an access key as the credential report shows it; the report names no key id.
type CredentialKey struct {
	Active          bool
	LastRotated     Stamp
	LastUsed        Stamp
	LastUsedRegion  string
	LastUsedService string
}

// CredentialCertificate is an X.509 signing certificate as the credential report shows it.
type CredentialCertificate struct {
	Active      bool
	LastRotated Stamp
}

// Stamp is a time of the credential report, or the word that stands in its place: N/A,
// no_information or not_supported. Time is zero then.
type Stamp struct {
	Text string
	Time time.Time
}

// Known tells whether the stamp is a time.
func (s Stamp) Known() bool { return !s.Time.IsZero() }

// IsRoot tells whether the row is that of the root user.
func (r *CredentialRow) IsRoot() bool { return r.User == RootUserName }

// credentialColumns are the columns that the rows are made from. AWS adds columns at the
// end from time to time, so they are found by name; one of these missing is an error.
var credentialColumns = [...]string{
	"user", "arn", "user_creation_time", "password_enabled", "password_last_used",
	"password_last_changed", "password_next_rotation", "mfa_active",
	"access_key_1_active", "access_key_1_last_rotated", "access_key_1_last_used_date",
	"access_key_1_last_used_region", "access_key_1_last_used_service",
	"access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date",
	"access_key_2_last_used_region", "access_key_2_last_used_service",
	"cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated",
}

// Rows parses the report. An error names the line and the column.
func (r *CredentialReport) Rows() ([]CredentialRow, error) {
	var columns map[string]int
	var rows []CredentialRow
	for i, line := range r.Lines {
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			continue
		}
		fields, err := csv.NewReader(strings.NewReader(line)).Read()
		if err != nil {
			return nil, fmt.Errorf("parse credential report, line %d: %w", i+1, err)
		}
		if columns == nil {
			if columns, err = credentialHeader(fields); err != nil {
				return nil, err
			}
			continue
		}
		if len(fields) != len(columns) {
			return nil, fmt.Errorf("parse credential report, line %d: %d fields where the header has %d", i+1, len(fields), len(columns))
		}
		row, err := credentialRow(columns, fields)
		if err != nil {
			return nil, fmt.Errorf("parse credential report, line %d: %w", i+1, err)
		}
		row.Line = i
		rows = append(rows, row)
	}
	if columns == nil {
		return nil, fmt.Errorf("parse credential report: it is empty")
	}
	return rows, nil
}

func credentialHeader(fields []string) (map[string]int, error) {
	columns := map[string]int{}
	for i, name := range fields {
		if _, twice := columns[name]; twice {
			return nil, fmt.Errorf("parse credential report: column %q stands twice", name)
		}
		columns[name] = i
	}
	for _, name := range credentialColumns {
		if _, ok := columns[name]; !ok {
			return nil, fmt.Errorf("parse credential report: no column %q", name)
		}
	}
	return columns, nil
}

// credentialFields reads one row's fields by name and keeps the first error.
type credentialFields struct {
	columns map[string]int
	fields  []string
	err     error
}

func credentialRow(columns map[string]int, fields []string) (CredentialRow, error) {
	f := credentialFields{columns: columns, fields: fields}
	row := CredentialRow{
		User:                 f.text("user"),
		ARN:                  f.text("arn"),
		Created:              f.stamp("user_creation_time"),
		PasswordEnabled:      f.word("password_enabled", "true", "false", "not_supported"),
		PasswordLastUsed:     f.stamp("password_last_used"),
		PasswordLastChanged:  f.stamp("password_last_changed"),
		PasswordNextRotation: f.stamp("password_next_rotation"),
		MFAActive:            f.flag("mfa_active"),
	}
	for i := range row.Keys {
		key := fmt.Sprintf("access_key_%d_", i+1)
		row.Keys[i] = CredentialKey{
			Active:          f.flag(key + "active"),
			LastRotated:     f.stamp(key + "last_rotated"),
			LastUsed:        f.stamp(key + "last_used_date"),
			LastUsedRegion:  f.text(key + "last_used_region"),
			LastUsedService: f.text(key + "last_used_service"),
		}
		cert := fmt.Sprintf("cert_%d_", i+1)
		row.Certificates[i] = CredentialCertificate{
			Active:      f.flag(cert + "active"),
			LastRotated: f.stamp(cert + "last_rotated"),
		}
	}
	return row, f.err
}

func (f *credentialFields) text(column string) string { return f.fields[f.columns[column]] }

// word reads a field that holds one of a few words. AWS documents them in upper case and
// sends them in lower case.
func (f *credentialFields) word(column string, known ...string) string {
	text := strings.ToLower(f.text(column))
	for _, k := range known {
		if text == k {
			return text
		}
	}
	if f.err == nil {
		f.err = fmt.Errorf("column %s: unknown value %q", column, f.text(column))
	}
	return text
}

func (f *credentialFields) flag(column string) bool {
	return f.word(column, "true", "false") == "true"
}

func (f *credentialFields) stamp(column string) Stamp {
	text := f.text(column)
	switch strings.ToLower(text) {
	case "n/a", "no_information", "not_supported", "":
		return Stamp{Text: text}
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("column %s: %q is no time", column, text)
	}
	return Stamp{Text: text, Time: t.UTC()}
}
