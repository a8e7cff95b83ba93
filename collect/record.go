package collect

import (
	"time"

	"orgaudit/org"
)

// States of a run.
const (
	Collecting = "collecting" // it has begun, and was killed if nobody is at it
	Stopped    = "stopped"    // it was stopped before its end
	Collected  = "collected"  // it came to its end
)

// Record is what is noted of a run itself; it is kept as run.json in the evidence folder.
type Record struct {
	Schema int `json:"schema"`
	// Tool is the version of orgaudit.
	Tool  string `json:"tool"`
	State string `json:"state"`
	// StartedAt is when the run first began, EndedAt when it was last at work. UTC.
	StartedAt      time.Time `json:"started_at"`
	EndedAt        time.Time `json:"ended_at"`
	Caller         string    `json:"caller"`
	OrganizationID string    `json:"organization_id"`
	RoleName       string    `json:"role_name"`
	// ConfigDigest is the SHA-256 of the settings in force, in hex.
	ConfigDigest string `json:"config_digest"`
	// Excluded are the accounts that the configuration leaves out.
	Excluded []org.Exclusion `json:"excluded"`
	// Regions are the configured ones; empty where AWS was asked.
	Regions []string `json:"regions"`
	// Optional are the optional sections that the run asked for. Others are not missing.
	Optional []org.Section `json:"optional_sections,omitempty"`
	// Simulated marks the built-in organization.
	Simulated bool `json:"simulated"`
	// Calls and Retries are those of the caller's identity and of the walk. Those of the
	// accounts and of the organization's analyzers stand with their evidence.
	Calls   int       `json:"calls"`
	Retries int       `json:"retries"`
	Traffic []Traffic `json:"traffic,omitempty"`
	// Walks is how many walks made these calls, where they were several.
	Walks int `json:"walks,omitempty"`
	// WalkTime is how long it took until the accounts could be entered, and CollectTime how long
	// the accounts took and what was left of the walk, in milliseconds; in a run that was
	// continued, the last time that it was at work.
	WalkTime    int64 `json:"walk_ms,omitempty"`
	CollectTime int64 `json:"collect_ms,omitempty"`
}

// WriteRecord writes the record of the run.
func (f *Folder) WriteRecord(r *Record) error { return f.write(RecordFile, r) }

// Record reads the record of the run. The error is fs.ErrNotExist where there is none,
// and then the folder is no evidence folder.
func (f *Folder) Record() (*Record, error) {
	var r Record
	if err := f.readJSON(RecordFile, &r); err != nil {
		return nil, err
	}
	return &r, checkSchema(RecordFile, r.Schema)
}
