package main

import (
	"encoding/json"
	"fmt"

	"orgaudit/collect"
	"orgaudit/org"
)

// policyDocument is a policy in the order of its elements in which people write them.
type policyDocument struct {
	Version   string
	Statement []policyStatement
}

type policyStatement struct {
	Sid       string         `json:",omitempty"`
	Effect    string         `json:",omitempty"`
	Principal map[string]any `json:",omitempty"`
	Action    []string       `json:",omitempty"`
	Resource  any            `json:",omitempty"`
	Condition map[string]any `json:",omitempty"`
}

func document(statements ...policyStatement) policyDocument {
	return policyDocument{Version: "2012-10-17", Statement: statements}
}

// reads allows calls on everything: most of them know no resource, and those that do are
// asked about each one that there is.
func reads(sid string, calls []org.Call) policyStatement {
	return policyStatement{Sid: sid, Effect: "Allow", Action: org.Actions(calls), Resource: "*"}
}

// accountPermissions are what the audit role needs.
func accountPermissions(cfg *config) policyDocument {
	return document(reads("ReadAccount", collect.AuditCalls(cfg.optional())))
}

// organizationPermissions are what the role of organization.role_arn needs. The account that
// it stands in is read with it too, if no setting says otherwise.
func organizationPermissions(cfg *config) policyDocument {
	return document(
		reads("ReadOrganization", org.Calls()),
		reads("ReadAccount", collect.AuditCalls(cfg.optional())),
	)
}

// callerPermissions are what the credentials need that a run starts with: to take the audit
// role in any account, to read the organization or to take the role that does, and to read
// the account that they are in, where that is not entered by a role.
func callerPermissions(cfg *config) policyDocument {
	// The account is any of the organization's, and the partition its own.
	roles := []string{"arn:*:iam::*:role/" + cfg.Role.Name}
	if cfg.Organization.RoleARN != "" {
		roles = append(roles, cfg.Organization.RoleARN)
	}
	statements := []policyStatement{{Sid: "TakeRoles", Effect: "Allow", Action: []string{"sts:AssumeRole"}, Resource: oneOrAll(roles)}}
	if cfg.Organization.RoleARN == "" {
		statements = append(statements, reads("ReadOrganization", org.Calls()))
	}
	role := cfg.role()
	if role.Caller == "" || role.Caller == collect.EntryCaller || role.Management == collect.EntryCaller {
		statements = append(statements, reads("ReadAccount", collect.AuditCalls(cfg.optional())))
	}
	return document(statements...)
}

// oneOrAll writes a list of one as that one, as AWS does.
func oneOrAll(list []string) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}

func (r *auditRole) json() (string, error) {
	trust, err := r.trust()
	if err != nil {
		return "", err
	}
	return indented(struct {
		Name        string         `json:"name"`
		Path        string         `json:"path"`
		MaxSession  int            `json:"max_session_duration"`
		Trust       policyDocument `json:"trust"`
		Permissions policyDocument `json:"permissions"`
	}{r.Name, r.Path, r.MaxSession, trust, r.Permissions})
}

func (r *auditRole) policy() (string, error) { return indented(r.Permissions) }

func indented(value any) (string, error) {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return "", fmt.Errorf("write the role: %w", err)
	}
	return string(text) + "\n", nil
}
