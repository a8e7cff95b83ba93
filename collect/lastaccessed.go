package collect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"golang.org/x/sync/errgroup"

	"orgaudit/org"
)

func lastAccessedCollector() Collector {
	return Collector{
		Section:    LastAccessedSection,
		Optional:   true,
		After:      AuthorizationSection,
		Calls:      iamCalls("GenerateServiceLastAccessedDetails", "GetServiceLastAccessedDetails"),
		Parameters: "Arn of each privileged principal",
		Records:    "principals",
		Expect: map[string]Expected{
			"GenerateServiceLastAccessedDetails": {More: "each privileged principal"},
			"GetServiceLastAccessedDetails":      {More: "each privileged principal, and each further look at a list that AWS is still making"},
		},
		Read: readLastAccessed,
	}
}

// lastAccessedAtOnce bounds the principals of one account whose lists are asked for at the
// same time; IAM's own limits hold for the whole account.
const lastAccessedAtOnce = 4

// readLastAccessed asks IAM which services privileged principals have used. IAM makes each
// list as a job: all of them are started first, so that one is made while another is waited
// for. What fails for one principal is a gap of that principal alone; only where the very
// first is denied, so will be the others, and they are not asked for.
func readLastAccessed(ctx context.Context, v *Visit) (int, error) {
	client := iam.NewFromConfig(v.config)
	ctx, cancel := context.WithTimeout(ctx, v.run.ReportWait)
	defer cancel()
	a := v.Evidence.Authorization
	principals := privileged(a, v.run.library.policies(ctx, a.attachedOutside()))
	v.holdersUnknown()
	lists := make([]*LastAccessed, len(principals))
	errs := make([]error, len(principals))
	jobs := make([]string, len(principals))
	for i, arn := range principals {
		out, err := client.GenerateServiceLastAccessedDetails(ctx, &iam.GenerateServiceLastAccessedDetailsInput{Arn: &principals[i]})
		if err != nil {
			errs[i] = fmt.Errorf("ask for the last accesses of %s: %w", arn, err)
			if i == 0 && org.CauseOf(err).Denied() {
				return 0, errs[i]
			}
			continue
		}
		jobs[i] = aws.ToString(out.JobId)
	}
	var group errgroup.Group
	group.SetLimit(lastAccessedAtOnce)
	for i, arn := range principals {
		if errs[i] != nil {
			continue
		}
		group.Go(func() error {
			if lists[i], errs[i] = v.lastAccessed(ctx, client, arn, jobs[i]); errs[i] != nil {
				errs[i] = fmt.Errorf("read the last accesses of %s: %w", arn, errs[i])
			}
			return nil
		})
	}
	_ = group.Wait() // no function returns an error: what fails is a gap
	for i, arn := range principals {
		if errs[i] != nil {
			gap := org.NewGap(LastAccessedSection, v.Account.ID, errs[i], v.run.Now())
			gap.Subject = arn
			v.gap(gap)
			continue
		}
		v.Evidence.LastAccessed = append(v.Evidence.LastAccessed, *lists[i])
	}
	return len(v.Evidence.LastAccessed), nil
}

// holdersUnknown notes that whoever has a policy that could not be read may be privileged too.
func (v *Visit) holdersUnknown() {
	v.mu.Lock()
	gaps := slices.Clone(v.Evidence.Gaps)
	v.mu.Unlock()
	for _, gap := range gaps {
		if gap.Section == ManagedPoliciesSection {
			gap.Section = LastAccessedSection
			gap.Message = "whether those who have the policy are privileged is not known: " + gap.Message
			v.gap(gap)
		}
	}
}

// lastAccessed waits for the job of one principal and reads all its pages.
func (v *Visit) lastAccessed(ctx context.Context, client *iam.Client, arn, job string) (*LastAccessed, error) {
	in := &iam.GetServiceLastAccessedDetailsInput{JobId: &job}
	out, err := client.GetServiceLastAccessedDetails(ctx, in)
	for pause := v.run.ReportPoll; err == nil && out.JobStatus == types.JobStatusTypeInProgress; pause = min(2*pause, longestPoll) {
		if err := wait(ctx, pause); err != nil {
			return nil, err
		}
		out, err = client.GetServiceLastAccessedDetails(ctx, in)
	}
	if err != nil {
		return nil, err
	}
	list := &LastAccessed{Principal: arn, CompletedAt: second(out.JobCompletionDate), Services: []ServiceAccess{}}
	for {
		if out.JobStatus != types.JobStatusTypeCompleted {
			return nil, jobError(out)
		}
		for _, s := range out.ServicesLastAccessed {
			list.Services = append(list.Services, ServiceAccess{
				Namespace: aws.ToString(s.ServiceNamespace), LastAuthenticated: second(s.LastAuthenticated),
				Region: aws.ToString(s.LastAuthenticatedRegion),
			})
		}
		if !out.IsTruncated {
			break
		}
		if aws.ToString(out.Marker) == aws.ToString(in.Marker) { // or the pages might never end
			return nil, &org.MalformedError{Err: errors.New("a page names itself as the next")}
		}
		in.Marker = out.Marker
		if out, err = client.GetServiceLastAccessedDetails(ctx, in); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list.Services, func(a, b ServiceAccess) int { return strings.Compare(a.Namespace, b.Namespace) })
	return list, nil
}

// jobError is the reason that IAM gives for a job that failed.
func jobError(out *iam.GetServiceLastAccessedDetailsOutput) error {
	if out.Error == nil {
		return fmt.Errorf("the job ended as %s", out.JobStatus)
	}
	return fmt.Errorf("the job ended as %s: %s: %s", out.JobStatus, aws.ToString(out.Error.Code), aws.ToString(out.Error.Message))
}
