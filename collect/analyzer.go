package collect

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"

	"orgaudit/org"
)

func analyzersCollector() Collector {
	return Collector{
		Section: AnalyzersSection,
		Calls: []org.Call{
			{Service: "AccessAnalyzer", Operation: "ListAnalyzers", Action: "access-analyzer:ListAnalyzers"},
			// "Actions, resources, and condition keys for AWS IAM Access Analyzer": the
			// permission of ListFindingsV2 is that of ListFindings.
			{Service: "AccessAnalyzer", Operation: "ListFindingsV2", Action: "access-analyzer:ListFindings"},
		},
		ReadRegion: func(ctx context.Context, v *Visit, region string) (int, error) {
			analyzers, err := readAnalyzers(ctx, v.config, region, func(t types.Type) bool { return !ofOrganization(t) })
			if err != nil {
				return 0, err
			}
			v.addAnalyzers(RegionAnalyzers{Region: region, Analyzers: analyzers})
			records := len(analyzers)
			for _, a := range analyzers {
				records += len(a.Findings)
			}
			return records, nil
		},
	}
}

// ofOrganization tells whether an analyzer looks at the whole organization.
func ofOrganization(t types.Type) bool { return strings.HasPrefix(string(t), "ORGANIZATION") }

// readAnalyzers lists the analyzers of one region whose type is wanted, with their active
// and archived findings. Findings come through ListFindingsV2, which knows every type of
// analyzer.
func readAnalyzers(ctx context.Context, cfg aws.Config, region string, wanted func(types.Type) bool) ([]Analyzer, error) {
	client := accessanalyzer.NewFromConfig(cfg, func(o *accessanalyzer.Options) { o.Region = region })
	analyzers := []Analyzer{}
	pages := accessanalyzer.NewListAnalyzersPaginator(client, &accessanalyzer.ListAnalyzersInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the analyzers in %s: %w", region, err)
		}
		for _, a := range page.Analyzers {
			if !wanted(a.Type) {
				continue
			}
			analyzers = append(analyzers, Analyzer{
				ARN: aws.ToString(a.Arn), Name: aws.ToString(a.Name), Type: string(a.Type), Status: string(a.Status),
			})
		}
	}
	slices.SortFunc(analyzers, func(a, b Analyzer) int { return strings.Compare(a.ARN, b.ARN) })
	for i := range analyzers {
		findings, err := readFindings(ctx, client, analyzers[i].ARN, region)
		if err != nil {
			return nil, err
		}
		analyzers[i].Findings = findings
	}
	return analyzers, nil
}

func readFindings(ctx context.Context, client *accessanalyzer.Client, analyzer, region string) ([]AnalyzerFinding, error) {
	var findings []AnalyzerFinding
	pages := accessanalyzer.NewListFindingsV2Paginator(client, &accessanalyzer.ListFindingsV2Input{
		AnalyzerArn: &analyzer,
		Filter:      map[string]types.Criterion{"status": {Eq: []string{"ACTIVE", "ARCHIVED"}}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the findings of %s: %w", analyzer, err)
		}
		for _, f := range page.Findings {
			findings = append(findings, AnalyzerFinding{
				ID: aws.ToString(f.Id), Analyzer: analyzer, Region: region,
				Type: string(f.FindingType), Status: string(f.Status),
				Resource: aws.ToString(f.Resource), ResourceType: string(f.ResourceType),
				Account: aws.ToString(f.ResourceOwnerAccount),
				Created: second(f.CreatedAt), Updated: second(f.UpdatedAt), Analyzed: second(f.AnalyzedAt),
			})
		}
	}
	sortFindings(findings)
	return findings, nil
}

func sortFindings(findings []AnalyzerFinding) {
	slices.SortFunc(findings, func(a, b AnalyzerFinding) int {
		return cmp.Or(strings.Compare(a.Analyzer, b.Analyzer), strings.Compare(a.ID, b.ID))
	})
}

// analyzerPrincipal is the service whose delegated administrators may hold analyzers of
// the organization.
const analyzerPrincipal = "access-analyzer.amazonaws.com"

// analyzerHolders are the accounts that may hold analyzers of the organization: the
// management account and the delegated administrators of Access Analyzer.
func analyzerHolders(o *org.Organization) []string {
	holders := []string{o.ManagementAccountID}
	for _, d := range o.DelegatedAdministrators {
		if slices.Contains(d.Services, analyzerPrincipal) {
			holders = append(holders, d.AccountID)
		}
	}
	return holders
}

// organizationAnalyzers reads the analyzers of the organization in every account that may
// hold one, and takes their findings apart by the account that they are about. Findings
// about accounts that are not audited stay with their analyzer.
func (r *run) organizationAnalyzers(ctx context.Context) (*OrganizationAnalyzers, map[string][]AnalyzerFinding, error) {
	result := &OrganizationAnalyzers{Schema: Schema, Holders: []HolderAnalyzers{}, Gaps: []org.Gap{}}
	var meter Meter
	ctx = WithMeter(ctx, &meter)
	if gap, missing := r.Organization.Missing(org.SectionDelegation); missing {
		// Without the delegated administrators nobody knows where to look.
		gap.Section = OrganizationAnalyzersSection
		result.Gaps = append(result.Gaps, gap)
	}
	for _, id := range analyzerHolders(r.Organization) {
		holder, gaps := r.holder(ctx, id)
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		result.Gaps = append(result.Gaps, gaps...)
		if holder != nil {
			result.Holders = append(result.Holders, *holder)
		}
	}
	selected := map[string]bool{}
	for _, a := range r.Selected {
		selected[a.ID] = true
	}
	about := map[string][]AnalyzerFinding{}
	for _, h := range result.Holders {
		for _, region := range h.Regions {
			for i := range region.Analyzers {
				var rest []AnalyzerFinding
				for _, f := range region.Analyzers[i].Findings {
					if selected[f.Account] {
						about[f.Account] = append(about[f.Account], f)
					} else {
						rest = append(rest, f)
					}
				}
				region.Analyzers[i].Findings = rest
			}
		}
	}
	result.Calls, result.Retries = meter.Calls(), meter.Retries()
	return result, about, nil
}

// holder reads the organization's analyzers in one account.
func (r *run) holder(ctx context.Context, id string) (*HolderAnalyzers, []org.Gap) {
	account := r.Organization.Account(id)
	if account == nil || !r.mayEnter[id] {
		return nil, []org.Gap{{
			Section: OrganizationAnalyzersSection, Account: id, Cause: org.NotCollected, At: r.Now().UTC(),
			Message: "the account may hold analyzers of the organization and is excluded from the audit",
		}}
	}
	cfg, entry, gap := r.enter(ctx, account)
	if gap != nil {
		gap.Section = OrganizationAnalyzersSection
		return nil, []org.Gap{*gap}
	}
	r.entered[id] = entered{cfg, entry}
	regions, err := listRegions(ctx, cfg, r.Regions)
	if err != nil {
		return nil, []org.Gap{org.NewGap(OrganizationAnalyzersSection, id, err, r.Now())}
	}
	holder := &HolderAnalyzers{AccountID: id}
	slots := make([]RegionAnalyzers, len(regions))
	gaps := make([]*org.Gap, len(regions))
	r.each(ctx, len(regions), func(i int) {
		region := regions[i].Name
		analyzers, err := readAnalyzers(ctx, cfg, region, ofOrganization)
		if err != nil {
			gap := regions[i].gap(org.NewGap(OrganizationAnalyzersSection, id, err, r.Now()))
			gaps[i] = &gap
			return
		}
		slots[i] = RegionAnalyzers{Region: region, Analyzers: analyzers}
	})
	var found []org.Gap
	for i := range regions {
		if gaps[i] != nil {
			found = append(found, *gaps[i])
		} else {
			holder.Regions = append(holder.Regions, slots[i])
		}
	}
	return holder, found
}
