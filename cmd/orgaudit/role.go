package main

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// roleRequest is what the command line asks for.
type roleRequest struct {
	purpose, format string
	trusted         []string
}

// roleFormat is a form in which roles are printed.
type roleFormat struct {
	name, words string
	// purposes are those that it can be printed for.
	purposes []string
	print    func(r *auditRole) (string, error)
}

// What a role, or a policy, is for.
const (
	forAccount      = "account"
	forOrganization = "organization"
	forCaller       = "caller"
)

func rolePurposes() []string { return []string{forAccount, forOrganization, forCaller} }

func roleFormats() []roleFormat {
	roles := []string{forAccount, forOrganization}
	return []roleFormat{
		{"json", "name, trust policy and permission policy of the role", roles, (*auditRole).json},
		{"policy", "the permission policy alone", rolePurposes(), (*auditRole).policy},
		{"cloudformation", "a template for one account", roles, (*auditRole).cloudFormation},
		{"stackset", "a template for the management account, which puts the role into every member account, new ones too", []string{forAccount}, (*auditRole).stackSet},
		{"terraform", "the same role for one account", roles, (*auditRole).terraform},
	}
}

func roleCommand(s streams, environ []string) *cobra.Command {
	var set settings
	var request roleRequest
	var formats strings.Builder
	for _, f := range roleFormats() {
		fmt.Fprintf(&formats, "  %-15s %s\n", f.name, f.words)
	}
	c := &cobra.Command{
		Use:   "role",
		Short: "Print the audit role with just the permissions that a run uses",
		Long: `Role prints the role that run enters every account with. Its permissions are those of the
calls that run makes with this configuration: they are the same for every benchmark, and two
more where collect.last_accessed is set. None holds a wildcard, and none changes anything.
Name, path, external ID and longest session come from the section role of the configuration.

  --for account       the audit role, which every account needs (the default)
  --for organization  the role of organization.role_arn, which reads the organization
  --for caller        the policy of the credentials that run starts with; needs --format policy

Formats:
` + formats.String() + `
Whoever may take the role is named with --trusted, and in CloudFormation and Terraform when
the role is made, where it is not given. An external ID is always asked for; in templates it
is given when the role is made and stands in no file. The management account gets no role
from a stack set of the organization; run reads it with credentials that are in it.`,
		Example: `  orgaudit role --format stackset --trusted arn:aws:iam::111122223333:role/Auditor
  orgaudit role --format json --trusted arn:aws:iam::111122223333:root --external-id 8d2f
  orgaudit role --for caller --format policy`,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := set.load(c, environ)
			if err != nil {
				return err
			}
			text, err := request.text(cfg)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(s.out, text)
			return err
		},
	}
	var names []string
	for _, f := range roleFormats() {
		names = append(names, f.name)
	}
	c.Flags().StringVar(&request.format, "format", "json", "one of "+strings.Join(names, ", "))
	c.Flags().StringVar(&request.purpose, "for", forAccount, "one of "+strings.Join(rolePurposes(), ", "))
	c.Flags().StringArrayVar(&request.trusted, "trusted", nil, "ARN of a role, user or account (:root) that may take the role; may be repeated")
	set.add(c, "role", "role.name", "name of the audit role in every account, with its path where it has one")
	set.add(c, "external-id", "role.external_id", "external ID that the audit role asks for")
	set.add(c, "organization-role", "organization.role_arn", "ARN of the role that reads the organization")
	set.addConfig(c)
	return c
}

// text renders what is asked for.
func (q roleRequest) text(cfg *config) (string, error) {
	formats := roleFormats()
	at := slices.IndexFunc(formats, func(f roleFormat) bool { return f.name == q.format })
	if at < 0 {
		var names []string
		for _, f := range formats {
			names = append(names, f.name)
		}
		return "", usageError{fmt.Errorf("flag --format: unknown format %s", suggest(q.format, names))}
	}
	format := formats[at]
	if !slices.Contains(rolePurposes(), q.purpose) {
		return "", usageError{fmt.Errorf("flag --for: unknown purpose %s", suggest(q.purpose, rolePurposes()))}
	}
	if !slices.Contains(format.purposes, q.purpose) {
		return "", usageError{fmt.Errorf("flag --format: %s can be printed for %s, not for %s", format.name, strings.Join(format.purposes, " or "), q.purpose)}
	}
	r, err := newAuditRole(cfg, q.purpose, q.trusted)
	if err != nil {
		return "", err
	}
	return format.print(r)
}

// auditRole is a role as it is printed.
type auditRole struct {
	Name, Path  string
	Description string
	// MaxSession is the longest session in seconds, at least that of role.duration.
	MaxSession int
	Trusted    []string
	// ExternalID stands in the JSON form alone.
	ExternalID  string
	Permissions policyDocument
	// setting is where the external ID is set.
	setting string
}

var (
	// roleNameForm is a role's name with its path, without the slash in front ("CreateRole",
	// IAM API Reference).
	roleNameForm = regexp.MustCompile(`^([\w+=,.@-]+/)*[\w+=,.@-]{1,64}$`)
	// trustedForm are principals that are a role, a user or an account. Wildcards, sessions and
	// services have no part in an audit; commas part ARNs in the parameters of templates.
	trustedForm = regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)/[\w+=.@/-]+)$`)
	sessionForm = regexp.MustCompile(`^arn:aws[a-z-]*:sts::(\d{12}):assumed-role/([\w+=,.@-]+)/`)
)

// defaultOrganizationRole is the name of the role that reads the organization where no
// organization.role_arn names it.
const defaultOrganizationRole = "OrgauditOrganizationRole"

func newAuditRole(cfg *config, purpose string, trusted []string) (*auditRole, error) {
	for _, arn := range trusted {
		if m := sessionForm.FindStringSubmatch(arn); m != nil {
			return nil, usageError{fmt.Errorf("flag --trusted: %s is one session of the role %s of account %s; name the role, as \"aws iam get-role\" shows its ARN", arn, m[2], m[1])}
		}
		if !trustedForm.MatchString(arn) {
			return nil, usageError{fmt.Errorf("flag --trusted: %q is not the ARN of a role, a user or the root of an account", arn)}
		}
	}
	r := &auditRole{Trusted: trusted, MaxSession: max(3600, int(cfg.Role.Duration.Duration/time.Second))}
	name := cfg.Role.Name
	switch purpose {
	case forAccount:
		r.Description = "Lets orgaudit read identities and guardrails of this account"
		r.ExternalID, r.setting = cfg.Role.ExternalID, "role.external_id"
		r.Permissions = accountPermissions(cfg)
	case forOrganization:
		_, given, _ := strings.Cut(cfg.Organization.RoleARN, ":role/")
		name = cmp.Or(given, defaultOrganizationRole)
		r.Description = "Lets orgaudit read the organization"
		r.ExternalID, r.setting = cfg.Organization.ExternalID, "organization.external_id"
		r.Permissions = organizationPermissions(cfg)
	case forCaller:
		r.Permissions = callerPermissions(cfg)
	}
	if !roleNameForm.MatchString(name) {
		return nil, usageError{fmt.Errorf("configuration: %q is not the name of a role with its path", name)}
	}
	at := strings.LastIndex(name, "/") + 1
	r.Path, r.Name = "/"+name[:at], name[at:]
	return r, nil
}

// trust is the trust policy. It names nobody whom the user has not named, and is never
// without an external ID.
func (r *auditRole) trust() (policyDocument, error) {
	if len(r.Trusted) == 0 {
		return policyDocument{}, usageError{errors.New("flag --trusted: the JSON form needs the ARN of who may take the role; \"aws sts get-caller-identity\" shows yours")}
	}
	if r.ExternalID == "" {
		return policyDocument{}, usageError{fmt.Errorf("the JSON form needs the external ID that the role asks for: set %s", r.setting)}
	}
	return document(policyStatement{
		Effect: "Allow", Principal: map[string]any{"AWS": oneOrAll(r.Trusted)}, Action: []string{"sts:AssumeRole"},
		Condition: map[string]any{"StringEquals": map[string]any{"sts:ExternalId": r.ExternalID}},
	}), nil
}
