package collect

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

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
			{Service: "AccessAnalyzer", Operation: "ListArchiveRules", Action: "access-analyzer:ListArchiveRules"},
		},
		ReadRegion: func(ctx context.Context, v *Visit, region string) (int, error) {
			analyzers, unread, err := readAnalyzers(ctx, v.config, region, func(t types.Type) bool { return !ofOrganization(t) })
			if err != nil {
				return 0, err
			}
			for _, u := range unread {
				v.gap(u.gap(AnalyzersSection, v.Account.ID, region, v.run.Now()))
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

// ofExternalAccess tells whether an analyzer looks for access from outside.
func ofExternalAccess(kind string) bool {
	return kind == AnalyzerAccount || kind == AnalyzerOrganization
}

// unreadRules are the archive rules of an analyzer that could not be read. They hide
// neither the analyzer nor its findings.
type unreadRules struct {
	analyzer string // ARN
	err      error
}

func (u unreadRules) gap(section org.Section, account, region string, at time.Time) org.Gap {
	gap := org.NewGap(section, account, u.err, at)
	gap.Region, gap.Subject = region, u.analyzer
	return gap
}

// readAnalyzers lists the analyzers of one region whose type is wanted, with their active
// and archived findings and their archive rules. Findings come through ListFindingsV2, which
// knows every type of analyzer.
func readAnalyzers(ctx context.Context, cfg aws.Config, region string, wanted func(types.Type) bool) ([]Analyzer, []unreadRules, error) {
	client := accessanalyzer.NewFromConfig(cfg, func(o *accessanalyzer.Options) { o.Region = region })
	analyzers := []Analyzer{}
	pages := accessanalyzer.NewListAnalyzersPaginator(client, &accessanalyzer.ListAnalyzersInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, nil, fmt.Errorf("list the analyzers in %s: %w", region, err)
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
	var unread []unreadRules
	for i := range analyzers {
		a := &analyzers[i]
		var err error
		if a.Findings, err = readFindings(ctx, client, a, region); err != nil {
			return nil, nil, err
		}
		if a.ArchiveRules, err = readArchiveRules(ctx, client, a.Name); err != nil {
			unread = append(unread, unreadRules{a.ARN, err})
		}
	}
	return analyzers, unread, nil
}

func readFindings(ctx context.Context, client *accessanalyzer.Client, a *Analyzer, region string) ([]AnalyzerFinding, error) {
	open := map[string]types.Criterion{"status": {Eq: []string{"ACTIVE", "ARCHIVED"}}}
	var findings []AnalyzerFinding
	err := eachFinding(ctx, client, a.ARN, open, func(f types.FindingSummaryV2) {
		findings = append(findings, AnalyzerFinding{
			ID: aws.ToString(f.Id), Analyzer: a.ARN, Region: region,
			Type: string(f.FindingType), Status: string(f.Status),
			Resource: aws.ToString(f.Resource), ResourceType: string(f.ResourceType),
			Account: aws.ToString(f.ResourceOwnerAccount),
			Created: second(f.CreatedAt), Updated: second(f.UpdatedAt), Analyzed: second(f.AnalyzedAt),
		})
	})
	if err != nil {
		return nil, err
	}
	sortFindings(findings)
	if len(findings) == 0 || !ofExternalAccess(a.Type) {
		return findings, nil
	}
	// The list does not say which findings are public, and asking for each of them is a call a
	// finding; but the list can be narrowed to them
	// ("IAM Access Analyzer filter keys", IAM User Guide).
	open["isPublic"] = types.Criterion{Eq: []string{"true"}}
	public := map[string]bool{}
	if err := eachFinding(ctx, client, a.ARN, open, func(f types.FindingSummaryV2) { public[aws.ToString(f.Id)] = true }); err != nil {
		return nil, err
	}
	for i := range findings {
		findings[i].Public = public[findings[i].ID]
	}
	return findings, nil
}

// eachFinding calls f for every finding of an analyzer that passes the filter.
func eachFinding(ctx context.Context, client *accessanalyzer.Client, analyzer string, filter map[string]types.Criterion, f func(types.FindingSummaryV2)) error {
	pages := accessanalyzer.NewListFindingsV2Paginator(client, &accessanalyzer.ListFindingsV2Input{AnalyzerArn: &analyzer, Filter: filter})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list the findings of %s: %w", analyzer, err)
		}
		for _, finding := range page.Findings {
			f(finding)
		}
	}
	return nil
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
	regions, err := listRegions(ctx, cfg, r.Regions, r.Organization.Partition)
	if err != nil {
		return nil, []org.Gap{org.NewGap(OrganizationAnalyzersSection, id, err, r.Now())}
	}
	holder := &HolderAnalyzers{AccountID: id}
	slots := make([]RegionAnalyzers, len(regions))
	gaps := make([][]org.Gap, len(regions))
	r.each(ctx, len(regions), func(i int) {
		region := regions[i].Name
		analyzers, unread, err := readAnalyzers(ctx, cfg, region, ofOrganization)
		if err != nil {
			gaps[i] = []org.Gap{regions[i].gap(org.NewGap(OrganizationAnalyzersSection, id, err, r.Now()))}
			return
		}
		slots[i] = RegionAnalyzers{Region: region, Analyzers: analyzers}
		for _, u := range unread {
			gaps[i] = append(gaps[i], u.gap(OrganizationAnalyzersSection, id, region, r.Now()))
		}
	})
	for _, slot := range slots {
		if slot.Region != "" {
			holder.Regions = append(holder.Regions, slot)
		}
	}
	return holder, slices.Concat(gaps...)
}
