package collect

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"orgaudit/org"
)

// longestPoll bounds the wait between two looks at a report that is being made.
const longestPoll = 15 * time.Second

// looks is how often a credential report is asked for until it is there, if AWS makes it
// quickly. AWS does not say how long it takes.
const looks = 3

func credentialReportCollector() Collector {
	return Collector{
		Section: CredentialReportSection,
		Calls:   iamCalls("GenerateCredentialReport", "GetCredentialReport"),
		Records: "users, the root user included",
		// Asked for, looked at while it is made, and once more when it is there.
		Expect: map[string]Expected{"GenerateCredentialReport": {Calls: looks, More: "each further look at a report that AWS is still making"}},
		Read:   readCredentialReport,
	}
}

// readCredentialReport asks AWS to make the report, waits until it is there, and
// downloads it. AWS reuses a report that is less than four hours old. "No more capacity
// for credential reports" comes as LimitExceeded and is a reason to wait, not to fail.
func readCredentialReport(ctx context.Context, v *Visit) (int, error) {
	client := iam.NewFromConfig(v.config)
	ctx, cancel := context.WithTimeout(ctx, v.run.ReportWait)
	defer cancel()
	for pause := v.run.ReportPoll; ; pause = min(2*pause, longestPoll) {
		out, err := client.GenerateCredentialReport(ctx, &iam.GenerateCredentialReportInput{})
		full := org.ErrorCode(err) == "LimitExceeded"
		if err != nil && !full {
			return 0, fmt.Errorf("generate the credential report: %w", err)
		}
		if err == nil && out.State == types.ReportStateTypeComplete {
			break
		}
		if waitErr := wait(ctx, pause); waitErr != nil && full {
			return 0, fmt.Errorf("wait for the credential report: %w", err) // which says more than that the time is over
		} else if waitErr != nil {
			return 0, fmt.Errorf("wait for the credential report: %w", waitErr)
		}
	}
	out, err := client.GetCredentialReport(ctx, &iam.GetCredentialReportInput{})
	if err != nil {
		return 0, fmt.Errorf("download the credential report: %w", err)
	}
	report, rows, err := readReport(out.Content, aws.ToTime(out.GeneratedTime))
	if err != nil {
		return 0, &org.MalformedError{Err: err}
	}
	v.Evidence.CredentialReport = report
	return len(rows), nil
}

// wait pauses unless ctx ends first.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
