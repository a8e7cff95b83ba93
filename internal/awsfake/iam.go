package awsfake

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

func iamService() *service {
	return &service{
		name:     "iam",
		protocol: queryProtocol{version: "2010-05-08", host: "iam.amazonaws.com"},
		operations: map[string]operation{
			"GenerateCredentialReport":           iamOperation(everything, generateCredentialReport),
			"GetCredentialReport":                iamOperation(everything, getCredentialReport),
			"GenerateServiceLastAccessedDetails": iamOperation(theEntity, generateLastAccessed),
			"GetServiceLastAccessedDetails":      iamOperation(everything, getLastAccessed),
			"GetAccountSummary":                  iamOperation(everything, getAccountSummary),
			"GetAccountPasswordPolicy":           iamOperation(everything, getAccountPasswordPolicy),
			"GetAccountAuthorizationDetails":     iamOperation(everything, getAuthorizationDetails),
			"ListAccountAliases":                 iamOperation(everything, listAccountAliases),
			"ListVirtualMFADevices":              iamOperation(everything, listVirtualMFADevices),
			"ListServerCertificates":             iamOperation(everything, listServerCertificates),
			"ListSAMLProviders":                  iamOperation(everything, listSAMLProviders),
			"ListOpenIDConnectProviders":         iamOperation(everything, listOIDCProviders),
			"ListOrganizationsFeatures":          iamOperation(everything, listOrganizationsFeatures),
			"ListUsers":                          iamOperation(every("user"), listUsers),
			"ListGroups":                         iamOperation(every("group"), listGroups),
			"ListRoles":                          iamOperation(every("role"), listRoles),
			"ListPolicies":                       iamOperation(every("policy"), listPolicies),
			"GetUser":                            iamOperation(theUser, getUser),
			"ListAccessKeys":                     iamOperation(theUser, listAccessKeys),
			"ListMFADevices":                     iamOperation(theUser, listMFADevices),
			"GetRole":                            iamOperation(theRole, getRole),
			"ListAttachedRolePolicies":           iamOperation(theRole, listAttachedRolePolicies),
			"GetPolicy":                          iamOperation(thePolicy, getPolicy),
			"GetPolicyVersion":                   iamOperation(thePolicy, getPolicyVersion),
			"ListEntitiesForPolicy":              iamOperation(thePolicy, listEntitiesForPolicy),
		},
	}
}

// iamOperation builds an operation on the account of the caller.
func iamOperation(
	resource func(*Server, *request) string,
	run func(*Server, *request, *tenant) ([]element, error),
) operation {
	return func(s *Server, r *request) (any, error) {
		if err := s.authorize(r, "iam:"+r.operation, resource(s, r)); err != nil {
			return nil, err
		}
		return run(s, r, r.caller.account)
	}
}

// The resources that the operations are about, for authorization.

func everything(*Server, *request) string { return "*" }

func every(kind string) func(*Server, *request) string {
	return func(s *Server, r *request) string {
		path := r.form.Get("PathPrefix")
		if path == "" {
			path = "/"
		}
		return s.iamARN(r.caller.account.ID, kind, path, "")
	}
}

func theUser(s *Server, r *request) string {
	name := r.form.Get("UserName")
	if name == "" && r.caller.user != nil {
		return r.caller.principal
	}
	if u, ok := r.caller.account.users[strings.ToLower(name)]; ok {
		return s.iamARN(r.caller.account.ID, "user", u.Path, u.Name)
	}
	return s.iamARN(r.caller.account.ID, "user", "/", name)
}

func theRole(s *Server, r *request) string {
	name := r.form.Get("RoleName")
	if role, ok := r.caller.account.roles[strings.ToLower(name)]; ok {
		return s.iamARN(r.caller.account.ID, "role", role.Path, role.Name)
	}
	return s.iamARN(r.caller.account.ID, "role", "/", name)
}

func thePolicy(_ *Server, r *request) string { return r.form.Get("PolicyArn") }

// iamPage cuts a page by Marker and MaxItems; the second result is the end of
// the answer, with IsTruncated and the next Marker.
func iamPage[T any](s *Server, r *request, items []T) ([]T, []element, error) {
	const limit = 1000 // largest MaxItems of the API
	size := 0
	if given := r.form.Get("MaxItems"); given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < 1 {
			return nil, nil, constraint(given, "maxItems", "Member must have value greater than or equal to 1")
		}
		size = n
	}
	part, next, err := page(s, r, items, r.form.Get("Marker"), size, limit)
	switch {
	case errors.Is(err, errPageSize):
		return nil, nil, constraint(strconv.Itoa(size), "maxItems", "Member must have value less than or equal to 1000")
	case err != nil:
		return nil, nil, validationError("Invalid Marker.")
	case next == "":
		return part, []element{boolean("IsTruncated", false)}, nil
	}
	return part, []element{boolean("IsTruncated", true), text("Marker", next)}, nil
}

// iamList answers one page of a list under its name.
func iamList[T any](s *Server, r *request, name string, items []T, content func(T) []element) ([]element, error) {
	part, end, err := iamPage(s, r, items)
	if err != nil {
		return nil, err
	}
	return append([]element{list(name, part, content)}, end...), nil
}

// members reads a list parameter: Name.member.1, Name.member.2 and so on, with a
// suffix for one field of each member.
func members(form url.Values, name, suffix string) []string {
	var values []string
	for i := 1; ; i++ {
		v, ok := form[name+".member."+strconv.Itoa(i)+suffix]
		if !ok {
			return values
		}
		values = append(values, v[0])
	}
}

// noSuchEntity is the error for something that is not in the account.
func noSuchEntity(format string, args ...any) *apiError {
	return failure(http.StatusNotFound, "NoSuchEntity", format, args...)
}

// findUser finds the user that a call names, or the caller when it names none.
func findUser(r *request, t *tenant) (*User, error) {
	name := r.form.Get("UserName")
	if name == "" {
		if r.caller.user == nil {
			return nil, validationError("Must specify userName when calling with non-User credentials")
		}
		return r.caller.user, nil
	}
	if u, ok := t.users[strings.ToLower(name)]; ok {
		return u, nil
	}
	return nil, noSuchEntity("The user with name %s cannot be found.", name)
}

func findRole(r *request, t *tenant) (*Role, error) {
	name := r.form.Get("RoleName")
	if role, ok := t.roles[strings.ToLower(name)]; ok {
		return role, nil
	}
	return nil, noSuchEntity("The role with name %s cannot be found.", name)
}

// findPolicy finds the managed policy that a call names, of the account or of
// AWS.
func (s *Server) findPolicy(r *request, t *tenant) (*ManagedPolicy, error) {
	arn := r.form.Get("PolicyArn")
	if p, ok := t.policies[arn]; ok {
		return p, nil
	}
	if m, ok := s.managed[arn]; ok {
		return m.ManagedPolicy, nil
	}
	return nil, noSuchEntity("Policy %s does not exist or is not attachable.", arn)
}
