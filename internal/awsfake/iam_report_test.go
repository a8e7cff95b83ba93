package awsfake_test

import (
	"encoding/csv"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"

	"orgaudit/internal/awsfake"
)

// clock is a clock that a test sets while the server reads it.
type clock struct{ unix atomic.Int64 }

func (c *clock) set(t time.Time) { c.unix.Store(t.Unix()) }
func (c *clock) now() time.Time  { return time.Unix(c.unix.Load(), 0) }

func TestCredentialReportLife(t *testing.T) {
	var c clock
	begin := created.AddDate(1, 0, 0)
	c.set(begin)
	client := shopIAM(t, awsfake.Options{Now: c.now})
	generate := func(want types.ReportStateType) {
		t.Helper()
		out, err := client.GenerateCredentialReport(t.Context(), nil)
		if err != nil || out.State != want {
			t.Fatalf("got %v, %v, want %s", out, err, want)
		}
	}
	get := func(want string) {
		t.Helper()
		_, err := client.GetCredentialReport(t.Context(), nil)
		wantCode(t, err, want)
	}
	get("ReportNotPresent")
	generate(types.ReportStateTypeStarted)
	generate(types.ReportStateTypeInprogress)
	generate(types.ReportStateTypeComplete)
	c.set(begin.Add(4 * time.Hour))
	generate(types.ReportStateTypeComplete) // the same report
	out, err := client.GetCredentialReport(t.Context(), nil)
	if err != nil || !out.GeneratedTime.Equal(begin) || out.ReportFormat != types.ReportFormatTypeTextCsv {
		t.Fatalf("got %v, %v, want a report of %s", out, err, begin)
	}
	c.set(begin.Add(4*time.Hour + time.Second))
	get("ReportExpired")
	generate(types.ReportStateTypeStarted)
	get("ReportInProgress")
	if out, err = client.GetCredentialReport(t.Context(), nil); err != nil || !out.GeneratedTime.Equal(c.now()) {
		t.Fatalf("got %v, %v, want a report of %s", out, err, c.now())
	}
}

// readReport downloads the report of an account as rows by user and column.
func readReport(t *testing.T, client *iam.Client) map[string]map[string]string {
	t.Helper()
	for range 3 {
		if _, err := client.GenerateCredentialReport(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	out, err := client.GetCredentialReport(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(string(out.Content), "\n") {
		t.Error("the report ends with a newline")
	}
	rows, err := csv.NewReader(strings.NewReader(string(out.Content))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	users := make(map[string]map[string]string)
	for _, row := range rows[1:] {
		users[row[0]] = make(map[string]string)
		for i, column := range rows[0] {
			users[row[0]][column] = row[i]
		}
	}
	return users
}

func TestCredentialReportRows(t *testing.T) {
	got := readReport(t, shopIAM(t, awsfake.Options{}))
	noKey := func(row map[string]string, n string) {
		row["access_key_"+n+"_active"] = "false"
		for _, c := range []string{"last_rotated", "last_used_date", "last_used_region", "last_used_service"} {
			row["access_key_"+n+"_"+c] = "N/A"
		}
	}
	row := func(values map[string]string) map[string]string {
		all := map[string]string{"cert_1_active": "false", "cert_1_last_rotated": "N/A", "cert_2_active": "false", "cert_2_last_rotated": "N/A"}
		noKey(all, "1")
		noKey(all, "2")
		for k, v := range values {
			all[k] = v
		}
		return all
	}
	want := map[string]map[string]string{
		"<root_account>": row(map[string]string{
			"user": "<root_account>", "arn": "arn:aws:iam::222233334444:root", "user_creation_time": "2024-01-02T03:04:05+00:00",
			"password_enabled": "true", "password_last_used": "no_information", "password_last_changed": "not_supported",
			"password_next_rotation": "not_supported", "mfa_active": "true",
		}),
		"carol": row(map[string]string{
			"user": "carol", "arn": "arn:aws:iam::222233334444:user/carol", "user_creation_time": "2024-01-02T03:04:05+00:00",
			"password_enabled": "true", "password_last_used": "2024-02-11T03:04:05+00:00", "password_last_changed": "2024-01-07T03:04:05+00:00",
			"password_next_rotation": "2024-04-06T03:04:05+00:00", "mfa_active": "true",
		}),
		"dave": row(map[string]string{
			"user": "dave", "arn": "arn:aws:iam::222233334444:user/staff/dave", "user_creation_time": "2024-01-02T03:04:05+00:00",
			"password_enabled": "false", "password_last_used": "N/A", "password_last_changed": "N/A", "password_next_rotation": "N/A",
			"mfa_active":          "false",
			"access_key_1_active": "true", "access_key_1_last_rotated": "2024-01-02T03:04:05+00:00", "access_key_1_last_used_date": "2024-02-01T03:04:05+00:00",
			"access_key_1_last_used_region": "eu-west-1", "access_key_1_last_used_service": "s3",
			"access_key_2_active": "false", "access_key_2_last_rotated": "2024-01-12T03:04:05+00:00",
		}),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestCredentialReportWithoutRootPassword(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	got := readReport(t, iam.NewFromConfig(f.in(t, security, "Admin")))["<root_account>"]
	if got["password_enabled"] != "false" || got["password_last_used"] != "N/A" || got["mfa_active"] != "false" {
		t.Errorf("got root row %v", got)
	}
}

func TestCredentialReportWithThirdKey(t *testing.T) {
	w := newWorld()
	dave := &w.Accounts[1].Users[0]
	dave.Keys = append(dave.Keys, awsfake.AccessKey{ID: "AKIAEXAMPLEDAVE00003", Created: created})
	got := readReport(t, iam.NewFromConfig(start(t, w, awsfake.Options{}).in(t, shop, "AuditRole")))
	if info := got["dave"]["additional_credentials_info"]; !strings.Contains(info, "1 additional access key") {
		t.Errorf("got %q for a user with three keys", info)
	}
	if info := got["carol"]["additional_credentials_info"]; info != "N/A" {
		t.Errorf("got %q for a user without keys, want N/A", info)
	}
}

func TestCredentialReportIsOfItsAccount(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	readReport(t, iam.NewFromConfig(f.in(t, shop, "AuditRole")))
	_, err := iam.NewFromConfig(f.in(t, security, "Admin")).GetCredentialReport(t.Context(), &iam.GetCredentialReportInput{})
	var gone *types.CredentialReportNotPresentException
	if !errors.As(err, &gone) {
		t.Errorf("error %v is not of the SDK's own type", err)
	}
}
