package benchmark_test

import (
	"maps"
	"strings"
	"time"

	"orgaudit/collect"
)

// reportColumns is the header of a credential report as AWS sends it today: the last
// columns are newer than the rest.
const reportColumns = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active," +
	"access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," +
	"access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service," +
	"cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated,additional_credentials_info"

// row is one row of a credential report by column; a column that is not set is N/A.
type row map[string]string

// with returns a copy with other values; pairs are column, value.
func (r row) with(pairs ...string) row {
	changed := maps.Clone(r)
	for i := 0; i < len(pairs); i += 2 {
		changed[pairs[i]] = pairs[i+1]
	}
	return changed
}

// key returns a copy with an active access key.
func (r row) key(number, rotated, used string) row {
	key := "access_key_" + number + "_"
	return r.with(key+"active", "true", key+"last_rotated", rotated, key+"last_used_date", used)
}

// ago is a time of the credential report, so many days before AWS made it.
func ago(days int) string { return before(time.Duration(days) * 24 * time.Hour) }

func before(d time.Duration) string { return generated().Add(-d).Format("2006-01-02T15:04:05+00:00") }

// rootRow is a root user with a password and MFA, last used 200 days ago.
func (w *world) rootRow() row {
	return row{
		"user": collect.RootUserName, "arn": w.arn("root"), "user_creation_time": ago(900),
		"password_enabled": "true", "password_last_used": ago(200), "mfa_active": "true",
		"password_last_changed": "not_supported", "password_next_rotation": "not_supported",
	}
}

// userRow is a user with a console password in use, MFA and one young access key in use.
func (w *world) userRow(name string) row {
	r := row{
		"user": name, "arn": w.arn("user/" + name), "user_creation_time": ago(800),
		"password_enabled": "true", "password_last_used": ago(1), "password_last_changed": ago(60), "mfa_active": "true",
	}
	return r.key("1", ago(10), ago(2))
}

// idleRow is a user without any credential.
func (w *world) idleRow(name string) row {
	return row{"user": name, "arn": w.arn("user/" + name), "user_creation_time": ago(800), "password_enabled": "false"}
}

// report makes the account's credential report, as the bytes that AWS would have sent.
func (w *world) report(rows ...row) {
	columns := strings.Split(reportColumns, ",")
	lines := []string{reportColumns}
	for _, r := range rows {
		fields := make([]string, len(columns))
		for i, column := range columns {
			switch value, ok := r[column]; {
			case ok:
				fields[i] = value
			case strings.HasSuffix(column, "_active"):
				fields[i] = "false"
			default:
				fields[i] = "N/A"
			}
		}
		lines = append(lines, strings.Join(fields, ","))
	}
	report, err := collect.NewCredentialReport([]byte(strings.Join(lines, "\n")), generated())
	if err != nil {
		panic(err) // the test's own rows are wrong
	}
	w.evidence.CredentialReport = report
}
