package awsfake

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

type findingsInput struct {
	AnalyzerArn string               `json:"analyzerArn"`
	Filter      map[string]Criterion `json:"filter"`
	MaxResults  int                  `json:"maxResults"`
	NextToken   string               `json:"nextToken"`
}

// listFindings needs the permission ListFindings, as the document
// "ListFindingsV2" of the API reference says.
func listFindings(s *Server, r *request) (any, error) {
	in, err := input[findingsInput](r)
	if err != nil {
		return nil, err
	}
	if err := s.authorize(r, "access-analyzer:ListFindings", in.AnalyzerArn); err != nil {
		return nil, err
	}
	a, err := s.findAnalyzer(r, in.AnalyzerArn)
	if err != nil {
		return nil, err
	}
	some, err := s.findings.pass(a, in.Filter)
	if err != nil {
		return nil, err
	}
	return restPage(s, r, some, "nextToken", in.NextToken, in.MaxResults, "findings", (*Finding).object)
}

// value is what a key of a filter is about; the keys are some of "IAM Access Analyzer filter
// keys" in the IAM user guide.
func (f *Finding) value(key string) (value string, known bool) {
	switch key {
	case "id":
		return f.ID, true
	case "status":
		return f.Status, true
	case "resource":
		return f.Resource, true
	case "resourceType":
		return f.ResourceType, true
	case "resourceOwnerAccount":
		return f.Account, true
	case "findingType":
		return f.Type, true
	case "isPublic":
		return strconv.FormatBool(f.Public), true
	}
	return "", false
}

// passes applies a filter whose keys are known: every key must hold, and for a key any of its
// values.
func (f *Finding) passes(filter map[string]Criterion) bool {
	for key, c := range filter {
		if value, _ := f.value(key); !c.holds(value) {
			return false
		}
	}
	return true
}

func (c Criterion) holds(value string) bool {
	contains := func(part string) bool { return strings.Contains(value, part) }
	return (len(c.Eq) == 0 || slices.Contains(c.Eq, value)) &&
		!slices.Contains(c.Neq, value) &&
		(len(c.Contains) == 0 || slices.ContainsFunc(c.Contains, contains)) &&
		(c.Exists == nil || *c.Exists == (value != ""))
}

// getFinding needs the permission GetFinding.
func getFinding(s *Server, r *request) (any, error) {
	arn := r.http.URL.Query().Get("analyzerArn")
	if err := s.authorize(r, "access-analyzer:GetFinding", arn); err != nil {
		return nil, err
	}
	a, err := s.findAnalyzer(r, arn)
	if err != nil {
		return nil, err
	}
	for i := range a.Findings {
		if f := &a.Findings[i]; f.ID == r.parameter {
			o := f.object()
			o["findingDetails"] = f.details()
			return o, nil
		}
	}
	e := failure(http.StatusNotFound, "ResourceNotFoundException", "Finding %s does not exist.", r.parameter)
	e.members = object{"resourceId": r.parameter, "resourceType": "finding"}
	return nil, e
}

func (f *Finding) object() object {
	return object{
		"id":                   f.ID,
		"findingType":          f.Type,
		"status":               f.Status,
		"resource":             f.Resource,
		"resourceType":         f.ResourceType,
		"resourceOwnerAccount": f.Account,
		"createdAt":            isoTime(f.Created),
		"updatedAt":            isoTime(f.Updated),
		"analyzedAt":           isoTime(f.Analyzed),
	}
}

// details are what only GetFindingV2 tells, in the shape of the finding's type.
// Unused permissions have one entry for each service.
func (f *Finding) details() []object {
	lastAccessed := func(o object) object {
		if f.LastAccessed != nil {
			o["lastAccessed"] = isoTime(*f.LastAccessed)
		}
		return o
	}
	switch f.Type {
	case "UnusedIAMRole":
		return []object{{"unusedIamRoleDetails": lastAccessed(object{})}}
	case "UnusedIAMUserAccessKey":
		return []object{{"unusedIamUserAccessKeyDetails": lastAccessed(object{"accessKeyId": f.AccessKey})}}
	case "UnusedIAMUserPassword":
		return []object{{"unusedIamUserPasswordDetails": lastAccessed(object{})}}
	case "UnusedPermission":
		return f.unusedPermissions(lastAccessed)
	case "InternalAccess":
		return []object{{"internalAccessDetails": object{
			"action":    f.Actions,
			"principal": map[string]string{"AWS": f.Principal},
		}}}
	}
	o := object{"isPublic": f.Public, "action": f.Actions, "condition": object{}}
	if f.Principal != "" {
		o["principal"] = map[string]string{"AWS": f.Principal}
	}
	return []object{{"externalAccessDetails": o}}
}

func (f *Finding) unusedPermissions(lastAccessed func(object) object) []object {
	var services []string
	actions := make(map[string][]object)
	for _, a := range f.Actions {
		service, _, _ := strings.Cut(a, ":")
		if _, ok := actions[service]; !ok {
			services = append(services, service)
		}
		actions[service] = append(actions[service], object{"action": a})
	}
	list := make([]object, 0, len(services))
	for _, service := range services {
		list = append(list, object{"unusedPermissionDetails": lastAccessed(object{
			"serviceNamespace": service,
			"actions":          actions[service],
		})})
	}
	return list
}
