package awsfake

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// reportLife is how long a credential report is reused; see "Generate
// credential reports for your AWS account" in the IAM user guide.
const reportLife = 4 * time.Hour

// reportJob is the credential report of one account. A job is complete at its
// third step; every call about a running job is a step.
type reportJob struct {
	step      int
	generated time.Time
	content   []byte
}

const reportComplete = 3

// advance takes a running job one step further.
func (s *Server) advance(j *reportJob, t *tenant) error {
	if j.step == reportComplete {
		return nil
	}
	if j.step++; j.step < reportComplete {
		return nil
	}
	now := s.options.Now().UTC().Truncate(time.Second)
	content, err := s.credentialReport(t)
	if err != nil {
		return fmt.Errorf("write credential report: %w", err)
	}
	j.generated, j.content = now, content
	return nil
}

func (s *Server) expired(j *reportJob) bool {
	return j.step == reportComplete && s.options.Now().Sub(j.generated) > reportLife
}

func generateCredentialReport(s *Server, _ *request, t *tenant) ([]element, error) {
	s.reportsMu.Lock()
	defer s.reportsMu.Unlock()
	j, ok := s.reports[t.ID]
	if !ok || s.expired(j) {
		j = &reportJob{}
		s.reports[t.ID] = j
	}
	if err := s.advance(j, t); err != nil {
		return nil, err
	}
	switch j.step {
	case 1:
		return []element{
			text("State", "STARTED"),
			text("Description", "No report exists. Starting a new report generation task"),
		}, nil
	case reportComplete:
		return []element{text("State", "COMPLETE")}, nil
	}
	return []element{text("State", "INPROGRESS")}, nil
}

func getCredentialReport(s *Server, _ *request, t *tenant) ([]element, error) {
	s.reportsMu.Lock()
	defer s.reportsMu.Unlock()
	j, ok := s.reports[t.ID]
	if !ok {
		return nil, failure(http.StatusGone, "ReportNotPresent", "No report is available; generate one first.")
	}
	if s.expired(j) {
		return nil, failure(http.StatusGone, "ReportExpired", "The report is older than four hours; generate a new one.")
	}
	if err := s.advance(j, t); err != nil {
		return nil, err
	}
	if j.step < reportComplete {
		return nil, failure(http.StatusNotFound, "ReportInProgress", "The report is being generated.")
	}
	return []element{
		text("Content", base64.StdEncoding.EncodeToString(j.content)),
		text("ReportFormat", "text/csv"),
		moment("GeneratedTime", j.generated),
	}, nil
}

// Words of the report for what has no value.
const (
	notApplicable = "N/A"
	noInformation = "no_information"
	notSupported  = "not_supported"
)

// credentialReport writes the report: the root user first, then the users by
// name, without a newline at the end.
func (s *Server) credentialReport(t *tenant) ([]byte, error) {
	header := []string{
		"user", "arn", "user_creation_time",
		"password_enabled", "password_last_used", "password_last_changed", "password_next_rotation",
		"mfa_active",
	}
	for _, n := range []string{"1", "2"} {
		key := "access_key_" + n
		header = append(header, key+"_active", key+"_last_rotated",
			key+"_last_used_date", key+"_last_used_region", key+"_last_used_service")
	}
	header = append(header, "cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated")

	rows := [][]string{s.rootRow(t)}
	extra := []string{additionalKeys(t.Root.Keys)}
	users := slices.Clone(t.Users)
	slices.SortFunc(users, func(a, b User) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	for i := range users {
		rows = append(rows, s.userRow(t, &users[i]))
		extra = append(extra, additionalKeys(users[i].Keys))
	}
	// The guide names one more column. The service leaves it out of the report
	// of an account in which nobody has more than two keys.
	if slices.ContainsFunc(extra, func(info string) bool { return info != notApplicable }) {
		header = append(header, "additional_credentials_info")
		for i := range rows {
			rows[i] = append(rows[i], extra[i])
		}
	}

	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(append([][]string{header}, rows...)); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// rootRow is the row of the root user. An account that was created in the
// organization has no root password unless somebody set one.
func (s *Server) rootRow(t *tenant) []string {
	r := &t.Root
	row := []string{"<root_account>", s.rootUserARN(t.ID), reportTime(r.Created)}
	row = append(row, strconv.FormatBool(r.Password), lastSignIn(r.Password, r.PasswordLastUsed), notSupported, notSupported)
	return append(append(row, strconv.FormatBool(r.MFA != mfaNone)), keyColumns(r.Keys)...)
}

func (s *Server) userRow(t *tenant, u *User) []string {
	changed, rotation := notApplicable, notApplicable
	if u.Password {
		at := u.Created
		if u.PasswordLastChanged != nil {
			at = *u.PasswordLastChanged
		}
		changed = reportTime(at)
		if p := t.PasswordPolicy; p != nil && p.MaxAge > 0 {
			rotation = reportTime(at.AddDate(0, 0, p.MaxAge))
		}
	}
	row := []string{u.Name, s.iamARN(t.ID, "user", u.Path, u.Name), reportTime(u.Created)}
	row = append(row, strconv.FormatBool(u.Password), lastSignIn(u.Password, u.PasswordLastUsed), changed, rotation)
	return append(append(row, strconv.FormatBool(len(u.MFA) > 0)), keyColumns(u.Keys)...)
}

// keyColumns are the columns of the first two keys and of the signing
// certificates, of which a world has none.
func keyColumns(keys []AccessKey) []string {
	var row []string
	for i := range 2 {
		if i >= len(keys) {
			row = append(row, "false", notApplicable, notApplicable, notApplicable, notApplicable)
			continue
		}
		k := keys[i]
		row = append(row, strconv.FormatBool(k.Active), reportTime(k.Created))
		if k.LastUsed == nil {
			row = append(row, notApplicable, notApplicable, notApplicable)
			continue
		}
		row = append(row, reportTime(*k.LastUsed), cmp.Or(k.Region, notApplicable), cmp.Or(k.Service, notApplicable))
	}
	return append(row, "false", notApplicable, "false", notApplicable)
}

func additionalKeys(keys []AccessKey) string {
	if len(keys) <= 2 {
		return notApplicable
	}
	return fmt.Sprintf("%d additional access keys: iam:ListAccessKeys", len(keys)-2)
}

func lastSignIn(password bool, at *time.Time) string {
	switch {
	case !password:
		return notApplicable
	case at == nil:
		return noInformation
	}
	return reportTime(*at)
}

func reportTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05+00:00") }
