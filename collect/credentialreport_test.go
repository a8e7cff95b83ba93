package collect_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
)

const (
	reportHeader = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed," +
		"password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date," +
		"access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated," +
		"access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service," +
		"cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
	reportRoot = "<root_account>,arn:aws:iam::111122223333:root,2020-01-02T03:04:05+00:00,not_supported,2024-02-03T04:05:06+00:00," +
		"not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
	reportUser = "Müller@example.com,arn:aws:iam::111122223333:user/Müller@example.com,2021-01-02T03:04:05+00:00,TRUE,no_information," +
		"2022-01-02T03:04:05+02:00,N/A,FALSE,true,2023-01-02T03:04:05Z,2024-01-02T03:04:00+00:00,us-east-1,s3," +
		"false,2023-02-02T03:04:05+00:00,N/A,N/A,N/A,true,2019-01-02T03:04:05+00:00,false,N/A"
)

func TestCredentialReportRows(t *testing.T) {
	day := func(text string) collect.Stamp {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return collect.Stamp{Text: text, Time: at.UTC()}
	}
	word := func(text string) collect.Stamp { return collect.Stamp{Text: text} }
	none := collect.CredentialKey{LastRotated: word("N/A"), LastUsed: word("N/A"), LastUsedRegion: "N/A", LastUsedService: "N/A"}
	root := collect.CredentialRow{
		Line: 1, User: "<root_account>", ARN: "arn:aws:iam::111122223333:root", Created: day("2020-01-02T03:04:05+00:00"),
		PasswordEnabled: "not_supported", PasswordLastUsed: day("2024-02-03T04:05:06+00:00"),
		PasswordLastChanged: word("not_supported"), PasswordNextRotation: word("not_supported"), MFAActive: true,
		Keys:         [2]collect.CredentialKey{none, none},
		Certificates: [2]collect.CredentialCertificate{{LastRotated: word("N/A")}, {LastRotated: word("N/A")}},
	}
	user := collect.CredentialRow{
		Line: 2, User: "Müller@example.com", ARN: "arn:aws:iam::111122223333:user/Müller@example.com",
		Created: day("2021-01-02T03:04:05+00:00"), PasswordEnabled: "true", PasswordLastUsed: word("no_information"),
		PasswordLastChanged: day("2022-01-02T03:04:05+02:00"), PasswordNextRotation: word("N/A"),
		Keys: [2]collect.CredentialKey{
			{Active: true, LastRotated: day("2023-01-02T03:04:05Z"), LastUsed: day("2024-01-02T03:04:00+00:00"),
				LastUsedRegion: "us-east-1", LastUsedService: "s3"},
			{LastRotated: day("2023-02-02T03:04:05+00:00"), LastUsed: word("N/A"), LastUsedRegion: "N/A", LastUsedService: "N/A"},
		},
		Certificates: [2]collect.CredentialCertificate{{Active: true, LastRotated: day("2019-01-02T03:04:05+00:00")}, {LastRotated: word("N/A")}},
	}
	at := func(row collect.CredentialRow, line int) collect.CredentialRow { row.Line = line; return row }
	// The same report with its columns from the last to the first.
	reversed := func(line string) string {
		fields := strings.Split(line, ",")
		slices.Reverse(fields)
		return strings.Join(fields, ",")
	}
	for _, test := range []struct {
		name   string
		report string
		want   []collect.CredentialRow
	}{
		{"root user and a user", reportHeader + "\n" + reportRoot + "\n" + reportUser, []collect.CredentialRow{root, user}},
		{"a line feed at the end", reportHeader + "\n" + reportRoot + "\n", []collect.CredentialRow{root}},
		{"ends of lines as of Windows", reportHeader + "\r\n" + reportRoot + "\r\n" + reportUser + "\r\n", []collect.CredentialRow{root, user}},
		{"empty lines", "\n" + reportHeader + "\n\n" + reportRoot + "\n\n", []collect.CredentialRow{at(root, 3)}},
		{"a column more", reportHeader + ",additional_credentials_info\n" + reportRoot + ",N/A\n" + reportUser + `,"2 keys, 1 certificate"`,
			[]collect.CredentialRow{root, user}},
		{"columns in another order", reversed(reportHeader) + "\n" + reversed(reportRoot), []collect.CredentialRow{root}},
		{"quoted fields", strings.ReplaceAll(reportHeader, "arn", `"arn"`) + "\n" + strings.ReplaceAll(reportRoot, "N/A", `"N/A"`),
			[]collect.CredentialRow{root}},
		{"nobody", reportHeader, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			// The clock of AWS is in UTC, whatever zone the client's time has.
			report, err := collect.NewCredentialReport([]byte(test.report), now.In(time.FixedZone("CEST", 7200)))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := report.Rows()
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(test.want, rows); diff != "" {
				t.Errorf("rows differ (-want +got):\n%s", diff)
			}
			sum := sha256.Sum256([]byte(test.report))
			if report.SHA256 != hex.EncodeToString(sum[:]) || report.GeneratedAt != now {
				t.Errorf("report of %v with digest %s, want %v and that of what came", report.GeneratedAt, report.SHA256, now)
			}
		})
	}
	if !root.IsRoot() || user.IsRoot() {
		t.Errorf("root rows: %v and %v, want true and false", root.IsRoot(), user.IsRoot())
	}
	if s := day("2024-01-02T03:04:00+00:00"); !s.Known() || word("N/A").Known() {
		t.Error("a time must be known and N/A must not")
	}
}

// TestCredentialReportErrors checks that nothing strange is read as a fact.
func TestCredentialReportErrors(t *testing.T) {
	replaced := func(old, new string) string {
		return reportHeader + "\n" + strings.Replace(reportUser, old, new, 1)
	}
	for _, test := range []struct {
		name, report, want string
	}{
		{"nothing", "", "empty"},
		{"lines without anything", "\n\r\n", "empty"},
		{"a web page", "<html><body>Sorry, that did not work</body></html>", `no column "user"`},
		{"a column less", strings.Replace(reportHeader, ",mfa_active", "", 1), `no column "mfa_active"`},
		{"a column twice", reportHeader + ",user", `column "user" stands twice`},
		{"a field less", reportHeader + "\n" + strings.TrimSuffix(reportRoot, ",N/A"), "line 2: 21 fields where the header has 22"},
		{"a field more", reportHeader + "\n" + reportRoot + "\n" + reportUser + ",x", "line 3: 23 fields"},
		{"an open quote", reportHeader + "\n" + `"` + reportRoot, "line 2"},
		{"neither true nor false", replaced("FALSE", "maybe"), `line 2: column mfa_active: unknown value "maybe"`},
		{"no word for a password", replaced("TRUE", ""), `column password_enabled: unknown value ""`},
		{"no time", replaced("2021-01-02T03:04:05+00:00", "yesterday"), `column user_creation_time: "yesterday" is no time`},
		{"no such day", replaced("2023-01-02T03:04:05Z", "2023-02-30T03:04:05Z"), "column access_key_1_last_rotated"},
	} {
		t.Run(test.name, func(t *testing.T) {
			report, err := collect.NewCredentialReport([]byte(test.report), now)
			if err == nil {
				t.Fatalf("the report is %+v, want an error", report)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q, want it to say %q", err, test.want)
			}
		})
	}
}

// FuzzCredentialReport feeds anything to the parser: it must not panic, its lines must
// give back what came, and every row must stand on the line that it names.
func FuzzCredentialReport(f *testing.F) {
	f.Add([]byte(reportHeader + "\n" + reportRoot + "\n" + reportUser))
	f.Add([]byte(reportHeader + "\r\n" + reportRoot + "\r\n"))
	f.Add([]byte(reportHeader + ",additional_credentials_info\n" + reportRoot + ",\"a, b\"\n"))
	f.Add([]byte(reportHeader + "\n\"" + reportRoot))
	f.Add([]byte("user,user\n\n,,\x00\xff"))
	f.Add([]byte(""))
	f.Fuzz(func(t *testing.T, content []byte) {
		report, err := collect.NewCredentialReport(content, now)
		if err != nil {
			if report != nil {
				t.Error("there is a report beside the error")
			}
			return
		}
		if joined := strings.Join(report.Lines, "\n"); joined != string(content) {
			t.Errorf("the lines give %q, want %q", joined, content)
		}
		rows, err := report.Rows()
		if err != nil {
			t.Fatalf("a report that was kept cannot be read: %v", err)
		}
		last := 0
		for _, row := range rows {
			if row.Line <= last || row.Line >= len(report.Lines) {
				t.Fatalf("row of line %d after that of line %d, of %d lines", row.Line, last, len(report.Lines))
			}
			last = row.Line
		}
	})
}

// rowsOf is the credential report of an account: the root user, then the users by name.
func rowsOf(a *awsfake.Account) []collect.CredentialRow {
	na := collect.Stamp{Text: "N/A"}
	stamp := func(t *time.Time, otherwise string) collect.Stamp {
		if t == nil {
			return collect.Stamp{Text: otherwise}
		}
		return collect.Stamp{Text: t.UTC().Format("2006-01-02T15:04:05+00:00"), Time: t.UTC()}
	}
	words := map[bool]string{true: "true", false: "false"}
	signIn := func(password bool, at *time.Time) collect.Stamp {
		if !password {
			return na
		}
		return stamp(at, "no_information")
	}
	keys := func(row *collect.CredentialRow, keys []awsfake.AccessKey) {
		for i := range row.Keys {
			row.Keys[i] = collect.CredentialKey{LastRotated: na, LastUsed: na, LastUsedRegion: "N/A", LastUsedService: "N/A"}
			row.Certificates[i].LastRotated = na
			if i < len(keys) {
				k := keys[i]
				row.Keys[i] = collect.CredentialKey{
					Active: k.Active, LastRotated: stamp(&k.Created, ""), LastUsed: stamp(k.LastUsed, "N/A"),
					LastUsedRegion: cmp.Or(k.Region, "N/A"), LastUsedService: cmp.Or(k.Service, "N/A"),
				}
			}
		}
	}
	root := collect.CredentialRow{
		Line: 1, User: collect.RootUserName, ARN: iamARN(a, "root"), Created: stamp(&a.Root.Created, ""),
		PasswordEnabled: words[a.Root.Password], PasswordLastUsed: signIn(a.Root.Password, a.Root.PasswordLastUsed),
		PasswordLastChanged: collect.Stamp{Text: "not_supported"}, PasswordNextRotation: collect.Stamp{Text: "not_supported"},
		MFAActive: a.Root.MFA != "none",
	}
	keys(&root, a.Root.Keys)
	rows := []collect.CredentialRow{root}
	users := slices.Clone(a.Users)
	slices.SortFunc(users, func(x, y awsfake.User) int { return strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)) })
	for _, u := range users {
		row := collect.CredentialRow{
			Line: len(rows) + 1, User: u.Name, ARN: iamARN(a, "user"+u.Path+u.Name), Created: stamp(&u.Created, ""),
			PasswordEnabled: words[u.Password], PasswordLastUsed: signIn(u.Password, u.PasswordLastUsed),
			PasswordLastChanged: na, PasswordNextRotation: na, MFAActive: len(u.MFA) > 0,
		}
		if u.Password {
			changed := u.Created
			if u.PasswordLastChanged != nil {
				changed = *u.PasswordLastChanged
			}
			row.PasswordLastChanged = stamp(&changed, "")
			if p := a.PasswordPolicy; p != nil && p.MaxAge > 0 {
				rotation := changed.AddDate(0, 0, p.MaxAge)
				row.PasswordNextRotation = stamp(&rotation, "")
			}
		}
		keys(&row, u.Keys)
		rows = append(rows, row)
	}
	return rows
}
