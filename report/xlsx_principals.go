package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"orgaudit/collect"
	"orgaudit/report/benchmark"
)

// userSheet is the sheet Users: every IAM user with what is attached to it.
type userSheet struct{ *rowSheet }

func newUserSheet(b *workbook, _ *Report) (accountSheet, error) {
	s, err := b.newRowSheet(rowSheet{
		name: "Users", paper: paperA3, frozen: 2, none: "No account has an IAM user.",
		lead: b.note("Every IAM user of the authorization details. Password, MFA and keys are those of the credential report, which may be some hours older; the root user stands in the sheet Credential report."),
		columns: []sheetColumn{
			{title: "Account id", width: 14}, {title: "Account", width: 22, look: wrapped}, {title: "Unit", width: 24, look: wrapped}, {title: "User", width: 26, look: wrapped}, {title: "ARN", width: 38, look: wrapped},
			{title: "Created (UTC)", width: 19}, {title: "Console password", width: 11}, {title: "Password last used (UTC)", width: 19}, {title: "MFA", width: 10}, {title: "Active keys", width: 9, look: figures},
			{title: "Groups", width: 24, look: wrapped}, {title: "Policies attached", width: 13, look: figures}, {title: "Attached policies", width: 30, look: wrapped},
			{title: "Policies inline", width: 12, look: figures}, {title: "Inline policies", width: 24, look: wrapped}, {title: "Permissions boundary", width: 28, look: wrapped}, {title: "Tags", width: 26, look: wrapped},
			{title: "Evidence file", width: 21, look: wrapped}, {title: "Evidence pointer", width: 24, look: wrapped},
		},
	})
	return userSheet{s}, err
}

func (s userSheet) add(rows *AccountRows) error {
	details := authorization(rows)
	if details == nil {
		return s.withoutAuthorization(rows)
	}
	a := rows.Account
	reported := make(map[string]*collect.CredentialRow, len(rows.Credentials))
	for i := range rows.Credentials {
		reported[rows.Credentials[i].ARN] = &rows.Credentials[i]
	}
	for i := range details.Users {
		u := &details.Users[i]
		var password, used, mfa, keys any = notKnown, notKnown, notKnown, notKnown
		if c := reported[u.ARN]; c != nil {
			active := 0
			for _, k := range c.Keys {
				if k.Active {
					active++
				}
			}
			password, used, mfa, keys = c.PasswordEnabled == "true", c.PasswordLastUsed, c.MFAActive, active
		}
		err := s.row(a.ID, a.Name, a.Unit, u.Name, u.ARN, u.Created, password, used, mfa, keys, strings.Join(u.Groups, "\n"),
			len(u.Attached), attachedNames(u.Attached), len(u.Inline), inlineNames(u.Inline), u.Boundary, tagPairs(u.Tags),
			a.EvidenceFile, "/authorization_details/users/"+strconv.Itoa(i))
		if err != nil {
			return err
		}
	}
	return nil
}

// authorization are an account's authorization details, nil where they are missing.
func authorization(rows *AccountRows) *collect.Authorization {
	if rows.Evidence == nil {
		return nil
	}
	if _, missing := rows.Evidence.Missing(collect.AuthorizationSection); missing {
		return nil
	}
	return rows.Evidence.Authorization
}

// mostNames bounds the names that a cell lists; the number stands in a cell of its own.
const mostNames = 20

func attachedNames(policies []collect.AttachedPolicy) string {
	return firstNames(len(policies), func(i int) string { return policies[i].Name })
}

func inlineNames(policies []collect.InlinePolicy) string {
	return firstNames(len(policies), func(i int) string { return policies[i].Name })
}

// firstNames lists the first of n names, a line each.
func firstNames(n int, name func(i int) string) string {
	if n == 1 {
		return name(0)
	}
	var b strings.Builder
	for i := range min(n, mostNames) {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(name(i))
	}
	if n > mostNames {
		fmt.Fprintf(&b, "\nand %d more", n-mostNames)
	}
	return b.String()
}

// tagPairs writes tags by key, a line each.
func tagPairs(tags map[string]string) string {
	if len(tags) == 0 {
		return ""
	}
	keys := slices.Sorted(maps.Keys(tags))
	return firstNames(len(keys), func(i int) string { return keys[i] + "=" + tags[keys[i]] })
}

// roleSheet is the sheet Roles: every role, service-linked ones too.
type roleSheet struct{ *rowSheet }

func newRoleSheet(b *workbook, _ *Report) (accountSheet, error) {
	s, err := b.newRowSheet(rowSheet{
		name: "Roles", paper: paperA3, frozen: 2, none: "No account has a role.",
		lead: b.note("Every role of the authorization details. The sheet Trusts says under which conditions each trustee gets in. AWS tells uses of the last 400 days."),
		columns: []sheetColumn{
			{title: "Account id", width: 14}, {title: "Account", width: 22, look: wrapped}, {title: "Unit", width: 24, look: wrapped}, {title: "Role", width: 30, look: wrapped}, {title: "Path", width: 20, look: wrapped}, {title: "ARN", width: 40, look: wrapped},
			{title: "Service-linked", width: 10}, {title: "Created (UTC)", width: 19}, {title: "Trusts", width: 36, look: wrapped},
			{title: "Policies attached", width: 13, look: figures}, {title: "Attached policies", width: 30, look: wrapped},
			{title: "Policies inline", width: 12, look: figures}, {title: "Inline policies", width: 24, look: wrapped}, {title: "Permissions boundary", width: 28, look: wrapped},
			{title: "Last used (UTC)", width: 19}, {title: "Last used region", width: 14}, {title: "Tags", width: 24, look: wrapped},
			{title: "Evidence file", width: 21, look: wrapped}, {title: "Evidence pointer", width: 24, look: wrapped},
		},
	})
	return roleSheet{s}, err
}

func (s roleSheet) add(rows *AccountRows) error {
	details := authorization(rows)
	if details == nil {
		return s.withoutAuthorization(rows)
	}
	a := rows.Account
	trusts := trustsByRole(rows.Trusts)
	for i := range details.Roles {
		role := &details.Roles[i]
		path := rolePath(role)
		linked := strings.HasPrefix(path, "/aws-service-role/")
		var used any = "never"
		if !role.LastUsed.IsZero() {
			used = role.LastUsed
		}
		err := s.row(a.ID, a.Name, a.Unit, role.Name, path, role.ARN, linked, role.Created, roleTrustWords(path, linked, trusts[role.ARN]),
			len(role.Attached), attachedNames(role.Attached), len(role.Inline), inlineNames(role.Inline), role.Boundary,
			used, role.LastUsedRegion, tagPairs(role.Tags), a.EvidenceFile, "/authorization_details/roles/"+strconv.Itoa(i))
		if err != nil {
			return err
		}
	}
	return nil
}

// trustsByRole takes a list of trusts, which stand role by role, apart.
func trustsByRole(trusts []benchmark.Trust) map[string][]benchmark.Trust {
	of := make(map[string][]benchmark.Trust, len(trusts))
	for begin, end := 0, 0; begin < len(trusts); begin = end {
		for end = begin; end < len(trusts) && trusts[end].Role == trusts[begin].Role; end++ {
		}
		of[trusts[begin].Role] = trusts[begin:end]
	}
	return of
}

// rolePath is the path in a role's ARN, such as /service-role/.
func rolePath(r *collect.Role) string {
	_, path, _ := strings.Cut(r.ARN, ":role")
	return strings.TrimSuffix(path, r.Name)
}

// roleTrustWords name the trustees of a role.
func roleTrustWords(path string, linked bool, trusts []benchmark.Trust) string {
	if linked {
		// The path of a service-linked role ends with the service that alone can assume it.
		return strings.TrimSuffix(strings.TrimPrefix(path, "/aws-service-role/"), "/")
	}
	if len(trusts) == 0 {
		return "(nobody, or the trust policy could not be understood)"
	}
	var names []string
	for i := range trusts {
		if name := string(trusts[i].Kind) + " " + trusts[i].Value; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return firstNames(len(names), func(i int) string { return names[i] })
}
