package awsfake

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// accessJob is a job that lists which services a user or role has used. The first look at
// it finds it at work, every later one complete.
type accessJob struct {
	account   string
	principal string // ARN
	services  map[string]time.Time
	region    string // where the services were used last
	created   time.Time
	looked    bool
}

// theEntity is the entity that a call names by its ARN, for authorization.
func theEntity(_ *Server, r *request) string { return r.form.Get("Arn") }

// generateLastAccessed follows "GenerateServiceLastAccessedDetails" in the API reference. It
// knows users and roles; groups and policies, which AWS lists too, are not simulated.
func generateLastAccessed(s *Server, r *request, t *tenant) ([]element, error) {
	arn := r.form.Get("Arn")
	job := &accessJob{account: t.ID, principal: arn, created: s.options.Now()}
	found := false
	for i := range t.Users {
		if u := &t.Users[i]; s.iamARN(t.ID, "user", u.Path, u.Name) == arn {
			found, job.services = true, u.LastAccessed
		}
	}
	for i := range t.Roles {
		if role := &t.Roles[i]; s.iamARN(t.ID, "role", role.Path, role.Name) == arn {
			found, job.services, job.region = true, role.LastAccessed, role.LastRegion
		}
	}
	if !found {
		return nil, noSuchEntity("ARN %s cannot be found.", arn)
	}
	id := requestID()
	s.accessMu.Lock()
	defer s.accessMu.Unlock()
	s.access[id] = job
	return []element{text("JobId", id)}, nil
}

// getLastAccessed follows "GetServiceLastAccessedDetails" in the API reference.
func getLastAccessed(s *Server, r *request, t *tenant) ([]element, error) {
	s.accessMu.Lock()
	defer s.accessMu.Unlock()
	job, ok := s.access[r.form.Get("JobId")]
	if !ok || job.account != t.ID {
		return nil, noSuchEntity("JobId %s cannot be found.", r.form.Get("JobId"))
	}
	e := []element{text("JobType", "SERVICE_LEVEL"), moment("JobCreationDate", job.created)}
	if !job.looked {
		job.looked = true
		return append(e, text("JobStatus", "IN_PROGRESS"), group("ServicesLastAccessed"), boolean("IsTruncated", false)), nil
	}
	page, err := iamList(s, r, "ServicesLastAccessed", slices.Sorted(maps.Keys(job.services)), job.service)
	if err != nil {
		return nil, err
	}
	return append(append(e, text("JobStatus", "COMPLETED"), moment("JobCompletionDate", job.created)), page...), nil
}

// service is one service that the principal may use. One that was not used in the tracking
// period has no time.
func (j *accessJob) service(namespace string) []element {
	e := []element{text("ServiceName", strings.ToUpper(namespace)), text("ServiceNamespace", namespace)}
	at := j.services[namespace]
	if at.IsZero() {
		return append(e, number("TotalAuthenticatedEntities", 0))
	}
	e = append(e, moment("LastAuthenticated", at), text("LastAuthenticatedEntity", j.principal))
	if j.region != "" {
		e = append(e, text("LastAuthenticatedRegion", j.region))
	}
	return append(e, number("TotalAuthenticatedEntities", 1))
}
