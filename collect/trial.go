package collect

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"orgaudit/org"
)

// trial tries one operation with its smallest call.
type trial struct {
	// fine are error codes that come only where the operation is allowed: AWS looks for a
	// thing after it has looked at the permission.
	fine []string
	// regional marks an operation that each region answers for itself, everywhere one that
	// is tried in further regions.
	regional, everywhere bool
	try                  func(ctx context.Context, p *prober, region string) error
}

// trials are the trials of the collectors' operations, by service and operation.
func trials() map[string]trial {
	one := aws.Int32(1)
	analyzer := func(p *prober, region string) *accessanalyzer.Client {
		return accessanalyzer.NewFromConfig(p.config, func(o *accessanalyzer.Options) { o.Region = region })
	}
	// ofIAM is a trial of a call of IAM.
	ofIAM := func(try func(ctx context.Context, c *iam.Client, p *prober) error, fine ...string) trial {
		return trial{fine: fine, try: func(ctx context.Context, p *prober, _ string) error {
			return try(ctx, iam.NewFromConfig(p.config), p)
		}}
	}
	return map[string]trial{
		"Account:ListRegions": {try: tryRegions},
		"Account:GetAlternateContact": {fine: []string{"ResourceNotFoundException"}, try: func(ctx context.Context, p *prober, _ string) error {
			_, err := account.NewFromConfig(p.config).GetAlternateContact(ctx, &account.GetAlternateContactInput{AlternateContactType: accounttypes.AlternateContactTypeSecurity})
			return err
		}},
		"Account:GetContactInformation": {fine: []string{"ResourceNotFoundException"}, try: func(ctx context.Context, p *prober, _ string) error {
			_, err := account.NewFromConfig(p.config).GetContactInformation(ctx, &account.GetContactInformationInput{})
			return err
		}},
		// The report is asked for here and waited for by nobody; a run finds it made.
		"IAM:GenerateCredentialReport": ofIAM(func(ctx context.Context, c *iam.Client, _ *prober) error {
			_, err := c.GenerateCredentialReport(ctx, &iam.GenerateCredentialReportInput{})
			return err
		}, "LimitExceeded"),
		"IAM:GetCredentialReport": ofIAM(func(ctx context.Context, c *iam.Client, _ *prober) error {
			_, err := c.GetCredentialReport(ctx, &iam.GetCredentialReportInput{})
			return err
		}, "ReportNotPresent", "ReportInProgress", "ReportExpired"),
		"IAM:GetAccountSummary": ofIAM(func(ctx context.Context, c *iam.Client, _ *prober) error {
			_, err := c.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{})
			return err
		}),
		"IAM:GetAccountPasswordPolicy": ofIAM(func(ctx context.Context, c *iam.Client, _ *prober) error {
			_, err := c.GetAccountPasswordPolicy(ctx, &iam.GetAccountPasswordPolicyInput{})
			return err
		}, "NoSuchEntity"),
		"IAM:GetAccountAuthorizationDetails": ofIAM(func(ctx context.Context, c *iam.Client, _ *prober) error {
			_, err := c.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{Filter: []types.EntityType{types.EntityTypeGroup}, MaxItems: one})
			return err
		}),
		"IAM:GetPolicy": ofIAM(func(ctx context.Context, c *iam.Client, p *prober) error {
			_, err := c.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(p.managedPolicy())})
			return err
		}, "NoSuchEntity"),
		"IAM:GetPolicyVersion": ofIAM(func(ctx context.Context, c *iam.Client, p *prober) error {
			_, err := c.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: aws.String(p.managedPolicy()), VersionId: aws.String("v1")})
			return err
		}, "NoSuchEntity"),
		"IAM:ListVirtualMFADevices": ofIAM(func(ctx context.Context, c *iam.Client, _ *prober) error {
			_, err := c.ListVirtualMFADevices(ctx, &iam.ListVirtualMFADevicesInput{AssignmentStatus: types.AssignmentStatusTypeAssigned, MaxItems: one})
			return err
		}),
		"IAM:ListServerCertificates": ofIAM(func(ctx context.Context, c *iam.Client, _ *prober) error {
			_, err := c.ListServerCertificates(ctx, &iam.ListServerCertificatesInput{MaxItems: one})
			return err
		}),
		"IAM:ListSAMLProviders": ofIAM(func(ctx context.Context, c *iam.Client, _ *prober) error {
			_, err := c.ListSAMLProviders(ctx, &iam.ListSAMLProvidersInput{})
			return err
		}),
		"IAM:ListOpenIDConnectProviders": ofIAM(func(ctx context.Context, c *iam.Client, _ *prober) error {
			_, err := c.ListOpenIDConnectProviders(ctx, &iam.ListOpenIDConnectProvidersInput{})
			return err
		}),
		"IAM:ListAccountAliases": ofIAM(func(ctx context.Context, c *iam.Client, _ *prober) error {
			_, err := c.ListAccountAliases(ctx, &iam.ListAccountAliasesInput{MaxItems: one})
			return err
		}),
		"IAM:GenerateServiceLastAccessedDetails": ofIAM(func(ctx context.Context, c *iam.Client, p *prober) error {
			out, err := c.GenerateServiceLastAccessedDetails(ctx, &iam.GenerateServiceLastAccessedDetailsInput{Arn: aws.String(p.managedPolicy())})
			if err == nil {
				p.job = aws.ToString(out.JobId)
			}
			return err
		}, "NoSuchEntity"),
		"IAM:GetServiceLastAccessedDetails": ofIAM(func(ctx context.Context, c *iam.Client, p *prober) error {
			job := p.job
			if job == "" {
				job = "00000000-0000-4000-8000-000000000000" // no job: what matters is whether one may ask
			}
			_, err := c.GetServiceLastAccessedDetails(ctx, &iam.GetServiceLastAccessedDetailsInput{JobId: &job, MaxItems: one})
			return err
		}, "NoSuchEntity", "InvalidInput"),
		"AccessAnalyzer:ListAnalyzers": {regional: true, everywhere: true, try: func(ctx context.Context, p *prober, region string) error {
			out, err := analyzer(p, region).ListAnalyzers(ctx, &accessanalyzer.ListAnalyzersInput{MaxResults: one})
			if err == nil && len(out.Analyzers) > 0 && region == p.home().Name {
				p.analyzer, p.analyzerARN = aws.ToString(out.Analyzers[0].Name), aws.ToString(out.Analyzers[0].Arn)
			}
			return err
		}},
		"AccessAnalyzer:ListFindingsV2": {regional: true, fine: []string{"ResourceNotFoundException"}, try: func(ctx context.Context, p *prober, region string) error {
			_, err := analyzer(p, region).ListFindingsV2(ctx, &accessanalyzer.ListFindingsV2Input{AnalyzerArn: aws.String(p.anAnalyzer(region)), MaxResults: one})
			return err
		}},
		"AccessAnalyzer:ListArchiveRules": {regional: true, fine: []string{"ResourceNotFoundException"}, try: func(ctx context.Context, p *prober, region string) error {
			name := p.analyzer
			if name == "" {
				name = noAnalyzer
			}
			_, err := analyzer(p, region).ListArchiveRules(ctx, &accessanalyzer.ListArchiveRulesInput{AnalyzerName: &name, MaxResults: one})
			return err
		}},
	}
}

// tryRegions lists all regions of the account, also those that are off.
func tryRegions(ctx context.Context, p *prober, _ string) error {
	pages := account.NewListRegionsPaginator(account.NewFromConfig(p.config), &account.ListRegionsInput{MaxResults: aws.Int32(50)})
	var regions []Region
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			if org.CauseOf(err) == org.NotSupported {
				p.regions = regionsOf(p.run.Organization.Partition)
			}
			return fmt.Errorf("list the account's regions: %w", err)
		}
		for _, r := range page.Regions {
			regions = append(regions, Region{Name: aws.ToString(r.RegionName), Status: string(r.RegionOptStatus)})
		}
	}
	p.regions = regions
	return nil
}

// managedPolicy is a policy that AWS manages in every partition.
func (p *prober) managedPolicy() string {
	return fmt.Sprintf("arn:%s:iam::aws:policy/SecurityAudit", p.run.Organization.Partition)
}

// noAnalyzer is the name of an analyzer that nobody has.
const noAnalyzer = "orgaudit-doctor"

// anAnalyzer is the ARN of an analyzer of the region, or of one that is not there.
func (p *prober) anAnalyzer(region string) string {
	if p.analyzerARN != "" {
		return p.analyzerARN
	}
	return fmt.Sprintf("arn:%s:access-analyzer:%s:%s:analyzer/%s", p.run.Organization.Partition, region, p.account.ID, noAnalyzer)
}
