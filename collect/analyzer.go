package collect

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"
	"golang.org/x/sync/errgroup"

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
		Parameters: "Filter status ACTIVE, ARCHIVED, and again with isPublic true; the organization's analyzers are left out, and regions that one of them covers are not asked",
		Records:    "analyzers and their findings",
		Expect: map[string]Expected{
			"ListAnalyzers":    {Calls: 1},
			"ListFindingsV2":   {More: "each analyzer that is found, and each page of its findings"},
			"ListArchiveRules": {More: "each analyzer that is found"},
		},
		ReadRegion: func(ctx context.Context, v *Visit, region string) (int, error) {
			analyzers, unread, err := readAnalyzers(ctx, v.config, region, nil, nil, func(t types.Type) bool { return !ofOrganization(t) })
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
// knows every type of analyzer. accounts are those that findings may be about, where they are
// many; held takes those that do not stay with their analyzer, nil none.
func readAnalyzers(ctx context.Context, cfg aws.Config, region string, accounts []string, held *accountsFindings, wanted func(types.Type) bool) ([]Analyzer, []unreadRules, error) {
	client := accessanalyzer.NewFromConfig(cfg, func(o *accessanalyzer.Options) { o.Region = region })
	analyzers := []Analyzer{}
	pages := accessanalyzer.NewListAnalyzersPaginator(client, &accessanalyzer.ListAnalyzersInput{})
	for page, err := range org.Pages(ctx, pages) {
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
	rulesErrs := make([]error, len(analyzers))
	var group errgroup.Group
	for i := range analyzers {
		a := &analyzers[i]
		group.Go(func() error {
			return readFindings(ctx, client, &findingsKeeper{analyzer: a, held: held}, region, accounts)
		})
		group.Go(func() error {
			a.ArchiveRules, rulesErrs[i] = readArchiveRules(ctx, client, a.Name)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	var unread []unreadRules
	for i, err := range rulesErrs {
		if err != nil {
			unread = append(unread, unreadRules{analyzers[i].ARN, err})
		}
	}
	return analyzers, unread, nil
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
// hold one, and holds their findings for the accounts that they are about. Findings about
// accounts that are not audited stay with their analyzer.
func (r *run) organizationAnalyzers(ctx context.Context) (*OrganizationAnalyzers, error) {
	result := &OrganizationAnalyzers{Schema: Schema, Holders: []HolderAnalyzers{}, Gaps: []org.Gap{}}
	var meter Meter
	ctx = WithMeter(ctx, &meter)
	if gap, missing := r.Organization.Missing(org.SectionDelegation); missing {
		// Without the delegated administrators nobody knows where to look.
		gap.Section = OrganizationAnalyzersSection
		result.Gaps = append(result.Gaps, gap)
	}
	var err error
	if r.held, err = holdFindings(r.Folder); err != nil {
		return nil, err
	}
	held := &accountsFindings{findings: r.held, fail: r.library.fail, of: map[string]bool{}}
	for _, a := range r.Selected {
		held.of[a.ID] = true
	}
	for _, id := range r.Kept {
		held.of[id] = true // they have theirs
	}
	ids := analyzerHolders(r.Organization)
	visited := make([]visitedHolder, len(ids))
	sideBySide(len(ids), func(i int) { visited[i] = r.holder(withBuckets(ctx), ids[i], held) })
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	for _, h := range visited {
		result.Gaps = append(result.Gaps, h.gaps...)
		if h.analyzers != nil {
			result.Holders = append(result.Holders, *h.analyzers)
		}
	}
	result.EndedAt = r.Now().UTC().Truncate(time.Second)
	result.Calls, result.Retries, result.Traffic = meter.Calls(), meter.Retries(), meter.Traffic()
	return result, nil
}

// visitedHolder is what came of an account that may hold analyzers of the organization.
type visitedHolder struct {
	analyzers *HolderAnalyzers
	gaps      []org.Gap
}

// sideBySide calls f for 0 to n-1, all at once: these calls come before those of all
// accounts, and only the calls in flight bound them.
func sideBySide(n int, f func(i int)) {
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { f(i) })
	}
	group.Wait()
}

// holder reads the organization's analyzers in one account.
func (r *run) holder(ctx context.Context, id string, held *accountsFindings) visitedHolder {
	door := r.holders[id]
	defer door.leave(nil)
	account := r.Organization.Account(id)
	if account == nil || !r.mayEnter[id] {
		return visitedHolder{gaps: []org.Gap{{
			Section: OrganizationAnalyzersSection, Account: id, Cause: org.NotCollected, At: r.Now().UTC(),
			Message: "the account may hold analyzers of the organization and is excluded from the audit",
		}}}
	}
	cfg, entry, gap := r.enterAnew(ctx, account)
	if gap != nil {
		gap.Section = OrganizationAnalyzersSection
		return visitedHolder{gaps: []org.Gap{*gap}}
	}
	door.leave(&entered{cfg, entry})
	var visited visitedHolder
	regions, err := listRegions(ctx, cfg, r.Regions, r.Organization.Partition)
	if err != nil {
		visited.gaps = []org.Gap{org.NewGap(OrganizationAnalyzersSection, id, err, r.Now())}
		return visited
	}
	accounts := make([]string, len(r.Organization.Accounts))
	for i := range r.Organization.Accounts {
		accounts[i] = r.Organization.Accounts[i].ID
	}
	holder := &HolderAnalyzers{AccountID: id}
	slots := make([]RegionAnalyzers, len(regions))
	gaps := make([][]org.Gap, len(regions))
	sideBySide(len(regions), func(i int) {
		region := regions[i].Name
		analyzers, unread, err := readAnalyzers(ctx, cfg, region, accounts, held, ofOrganization)
		if err != nil {
			gaps[i] = []org.Gap{regions[i].gap(ctx, cfg, org.NewGap(OrganizationAnalyzersSection, id, err, r.Now()))}
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
	visited.analyzers, visited.gaps = holder, slices.Concat(gaps...)
	return visited
}
