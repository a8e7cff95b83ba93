package awsfake

import (
	"errors"
	"net/http"
	"strconv"
	"time"
)

func analyzerService() *service {
	return &service{
		name:     "access-analyzer",
		regional: true,
		protocol: restProtocol{[]route{
			{http.MethodGet, "/analyzer", "ListAnalyzers"},
			{http.MethodGet, "/analyzer/*", "GetAnalyzer"},
			{http.MethodGet, "/analyzer/*/archive-rule", "ListArchiveRules"},
			{http.MethodPost, "/findingv2", "ListFindingsV2"},
			{http.MethodGet, "/findingv2/*", "GetFindingV2"},
		}},
		operations: map[string]operation{
			"ListAnalyzers":    listAnalyzers,
			"GetAnalyzer":      getAnalyzer,
			"ListArchiveRules": listArchiveRules,
			"ListFindingsV2":   listFindings,
			"GetFindingV2":     getFinding,
		},
	}
}

func analyzerTypes() []string {
	return []string{
		"ACCOUNT", "ORGANIZATION", "ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS",
		"ACCOUNT_INTERNAL_ACCESS", "ORGANIZATION_INTERNAL_ACCESS",
	}
}

func listAnalyzers(s *Server, r *request) (any, error) {
	t := r.caller.account
	if err := s.authorize(r, "access-analyzer:ListAnalyzers", s.arn("access-analyzer", r.region, t.ID, "*")); err != nil {
		return nil, err
	}
	query := r.http.URL.Query()
	kind := query.Get("type")
	var some []*Analyzer
	for i := range t.Analyzers {
		a := &t.Analyzers[i]
		if a.Region == r.region && (kind == "" || a.Type == kind) {
			some = append(some, a)
		}
	}
	size, err := querySize(query.Get("maxResults"))
	if err != nil {
		return nil, err
	}
	return restPage(s, r, some, "nextToken", query.Get("nextToken"), size, "analyzers", func(a *Analyzer) object {
		return s.analyzerObject(t, a)
	})
}

func getAnalyzer(s *Server, r *request) (any, error) {
	t := r.caller.account
	arn := s.arn("access-analyzer", r.region, t.ID, "analyzer/"+r.parameter)
	if err := s.authorize(r, "access-analyzer:GetAnalyzer", arn); err != nil {
		return nil, err
	}
	a, err := s.findAnalyzer(r, arn)
	if err != nil {
		return nil, err
	}
	return object{"analyzer": s.analyzerObject(t, a)}, nil
}

// listArchiveRules follows "ListArchiveRules" in the API reference.
func listArchiveRules(s *Server, r *request) (any, error) {
	arn := s.arn("access-analyzer", r.region, r.caller.account.ID, "analyzer/"+r.parameter)
	if err := s.authorize(r, "access-analyzer:ListArchiveRules", arn); err != nil {
		return nil, err
	}
	a, err := s.findAnalyzer(r, arn)
	if err != nil {
		return nil, err
	}
	query := r.http.URL.Query()
	size, err := querySize(query.Get("maxResults"))
	if err != nil {
		return nil, err
	}
	return restPage(s, r, a.ArchiveRules, "nextToken", query.Get("nextToken"), size, "archiveRules", func(rule ArchiveRule) object {
		return object{
			"ruleName":  rule.Name,
			"filter":    rule.Filter,
			"createdAt": isoTime(rule.Created),
			"updatedAt": isoTime(rule.Updated),
		}
	})
}

// findAnalyzer finds an analyzer of the caller's account in the region of the
// call.
func (s *Server) findAnalyzer(r *request, arn string) (*Analyzer, error) {
	t := r.caller.account
	for i := range t.Analyzers {
		if a := &t.Analyzers[i]; a.Region == r.region && s.analyzerARN(t.ID, a) == arn {
			return a, nil
		}
	}
	e := failure(http.StatusNotFound, "ResourceNotFoundException", "Analyzer %s does not exist.", arn)
	e.members = object{"resourceId": arn, "resourceType": "analyzer"}
	return nil, e
}

func (s *Server) analyzerObject(t *tenant, a *Analyzer) object {
	o := object{
		"arn":       s.analyzerARN(t.ID, a),
		"name":      a.Name,
		"type":      a.Type,
		"status":    a.Status,
		"createdAt": isoTime(a.Created),
	}
	if len(a.Tags) > 0 {
		o["tags"] = a.Tags
	}
	// The usual cause of each status; a world does not say which it was.
	switch a.Status {
	case "DISABLED":
		o["statusReason"] = object{"code": "AWS_SERVICE_ACCESS_DISABLED"}
	case "FAILED":
		o["statusReason"] = object{"code": "SERVICE_LINKED_ROLE_CREATION_FAILED"}
	}
	return o
}

// restPage answers one page of a list under its name. The name of the token in
// the answer differs between the services.
func restPage[T any](s *Server, r *request, items []T, tokenName, token string, size int, name string, content func(T) object) (any, error) {
	const limit = 100
	part, next, err := page(s, r, items, token, size, limit)
	switch {
	case errors.Is(err, errPageSize):
		return nil, invalidParameter("maxResults")
	case err != nil:
		return nil, invalidParameter(tokenName)
	}
	list := make([]object, 0, len(part))
	for _, item := range part {
		list = append(list, content(item))
	}
	out := object{name: list}
	if next != "" {
		out[tokenName] = next
	}
	return out, nil
}

func querySize(given string) (int, error) {
	if given == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(given)
	if err != nil || n < 1 {
		return 0, invalidParameter("maxResults")
	}
	return n, nil
}

// invalidParameter is the error for a value that breaks the model of an
// operation of a REST service.
func invalidParameter(name string) *apiError {
	e := failure(http.StatusBadRequest, "ValidationException", "The value of the parameter %s is invalid.", name)
	e.members = object{
		"reason":    "fieldValidationFailed",
		"fieldList": []object{{"name": name, "message": "is invalid"}},
	}
	return e
}

// isoTime is a time as Access Analyzer writes it.
func isoTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
