package awsfake_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"orgaudit/internal/awsfake"
)

func TestLastAccessed(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{PageSize: 2})
	client := iam.NewFromConfig(f.in(t, shop, "AuditRole"))
	carol := aws.String("arn:aws:iam::" + shop + ":user/carol")
	job, err := client.GenerateServiceLastAccessedDetails(t.Context(), &iam.GenerateServiceLastAccessedDetailsInput{Arn: carol})
	if err != nil {
		t.Fatal(err)
	}
	in := &iam.GetServiceLastAccessedDetailsInput{JobId: job.JobId}
	first, err := client.GetServiceLastAccessedDetails(t.Context(), in)
	if err != nil || first.JobStatus != types.JobStatusTypeInProgress || len(first.ServicesLastAccessed) > 0 || first.JobCompletionDate != nil {
		t.Fatalf("the first look gives %v, %v, want a job at work", first, err)
	}
	used := map[string]bool{}
	for pages := 1; ; pages++ {
		out, err := client.GetServiceLastAccessedDetails(t.Context(), in)
		if err != nil || out.JobStatus != types.JobStatusTypeCompleted || out.JobCompletionDate == nil {
			t.Fatalf("page %d: %v, %v, want a complete job", pages, out, err)
		}
		for _, s := range out.ServicesLastAccessed {
			used[*s.ServiceNamespace] = s.LastAuthenticated != nil
			if s.LastAuthenticated != nil && (!s.LastAuthenticated.Equal(*at(20)) || *s.LastAuthenticatedEntity != *carol) {
				t.Errorf("got service %v", s)
			}
		}
		if !out.IsTruncated {
			if pages != 2 {
				t.Errorf("got %d pages, want 2", pages)
			}
			break
		}
		in.Marker = out.Marker
	}
	if len(used) != 3 || !used["s3"] || used["ec2"] || used["iam"] {
		t.Errorf("services and whether they were used: %v", used)
	}

	_, err = client.GenerateServiceLastAccessedDetails(t.Context(), &iam.GenerateServiceLastAccessedDetailsInput{Arn: aws.String(*carol + "x")})
	wantCode(t, err, "NoSuchEntity")
	// A job belongs to its account.
	_, err = iam.NewFromConfig(f.admin()).GetServiceLastAccessedDetails(t.Context(), &iam.GetServiceLastAccessedDetailsInput{JobId: job.JobId})
	wantCode(t, err, "NoSuchEntity")
}
