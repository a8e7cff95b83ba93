package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/smithy-go/middleware"
	"golang.org/x/sync/errgroup"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report"
)

// evidenceFolder is where the evidence stands within --out.
const evidenceFolder = "evidence"

// gathering is one collection of evidence: what it reads, and where it puts it.
type gathering struct {
	streams streams
	config  *config
	out     string
	// resume goes on with the evidence in out, overwrite replaces it.
	resume    resumption
	overwrite bool
	// verbose tells what the SDK has to say, such as why it repeats a call.
	verbose bool
	// aws finds the caller's credentials; nil is where every AWS tool does.
	aws func(context.Context) (aws.Config, error)
	// simulated marks the built-in organization.
	simulated bool
	// now is the clock; nil is that of this machine.
	now func() time.Time
	// earlierAudits are those that the new one is compared with.
	earlierAudits earlierAudits
	// published is the report, once it was written.
	published *report.Report
}

// credentials finds credentials as every AWS tool does, in the profile and for the region of
// the configuration where it names them. The search is made here, so that a failure is told
// before anything else.
func (g *gathering) credentials(ctx context.Context) (aws.Config, error) {
	if g.aws != nil {
		return g.aws(ctx)
	}
	if err := forbidCoreDumps(); err != nil {
		return aws.Config{}, fmt.Errorf("keep credentials out of core dumps: %w", err)
	}
	options := []func(*awsconfig.LoadOptions) error{awsconfig.WithAPIOptions([]func(*middleware.Stack) error{collect.HideSecrets})}
	if profile := g.config.Organization.Profile; profile != "" {
		options = append(options, awsconfig.WithSharedConfigProfile(profile))
	}
	if region := g.config.Organization.Region; region != "" {
		options = append(options, awsconfig.WithRegion(region))
	}
	cfg, err := awsconfig.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return aws.Config{}, fmt.Errorf("read the AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		cfg.Region = org.PartitionOf("aws").Region
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		var process *processcreds.ProviderError
		if errors.As(err, &process) {
			// The SDK's error repeats what the process printed, which may be a secret key.
			return aws.Config{}, errors.New("look for AWS credentials: the credential_process of the profile failed, or printed no credentials; run it by hand to see why")
		}
		if org.ErrorCode(err) == "" {
			err = fmt.Errorf("%w: %w", errNoCredentials, err)
		}
		return aws.Config{}, fmt.Errorf("look for AWS credentials: %w", err)
	}
	return cfg, nil
}

// collect walks the organization and collects the evidence of its accounts. Nothing of an
// earlier run is touched before the organization was read.
func (g *gathering) collect(ctx context.Context) (*collect.Folder, error) {
	dir := filepath.Join(g.out, evidenceFolder)
	earlier, err := g.earlier(dir)
	if err != nil {
		return nil, err
	}
	if earlier != nil && g.resume.on {
		g.resume.optional = earlier.Optional
	}
	var meter collect.Meter
	walkCtx := collect.WithMeter(ctx, &meter)
	began := time.Now()
	options, err := g.start(walkCtx)
	if err != nil {
		return nil, err
	}
	newProgress(g.streams.err).say("reading the organization")
	known, err := g.resume.organization(dir)
	if err != nil {
		return nil, err
	}
	// Where the run does not begin after all, the reading of the policies ends with it.
	walkCtx, stopWalk := context.WithCancel(walkCtx)
	defer stopWalk()
	var walking *org.Walking
	if options.Organization, walking, err = g.walk(walkCtx, options, known); err != nil {
		return nil, err
	}
	aimForAccounts(len(options.Organization.Accounts))
	if err := g.earlierAudits.of(options.Organization.ID); err != nil {
		return nil, err
	}
	if err := g.choose(&options); err != nil {
		return nil, err
	}
	record := &collect.Record{
		Schema: collect.Schema, Tool: version(), State: collect.Collecting, StartedAt: options.Now().UTC().Truncate(time.Second),
		Caller: options.CallerIdentity.ARN, OrganizationID: options.Organization.ID, RoleName: g.config.Role.Name,
		ConfigDigest: g.config.digest(), Excluded: slices.Concat([]org.Exclusion{}, options.Excluded),
		Regions: slices.Concat([]string{}, options.Regions), Simulated: g.simulated,
		Optional: options.Optional,
		Calls:    meter.Calls(), Retries: meter.Retries(), Traffic: meter.Traffic(),
		WalkTime: time.Since(began).Milliseconds(),
	}
	if earlier != nil && g.resume.on {
		if earlier.OrganizationID != record.OrganizationID {
			return nil, usageError{fmt.Errorf("%s holds evidence of organization %s and the credentials are in %s", dir, earlier.OrganizationID, record.OrganizationID)}
		}
		if err := g.resume.goOn(dir, earlier, known, record, &options); err != nil {
			return nil, err
		}
	} else if earlier != nil {
		if err := os.RemoveAll(dir); err != nil {
			return nil, fmt.Errorf("remove the earlier evidence: %w", err)
		}
	}
	return g.write(ctx, dir, record, options, &unfinishedWalk{walking, &meter})
}

// start finds out who the caller is.
func (g *gathering) start(ctx context.Context) (collect.Options, error) {
	cfg, err := g.credentials(ctx)
	if err != nil {
		return collect.Options{}, err
	}
	transport := g.config.transport()
	if g.verbose {
		transport.Log = slog.New(slog.NewTextHandler(g.streams.err, nil))
	}
	return g.enter(ctx, collect.Instrument(cfg, transport, collect.Calls()))
}

// choose divides the accounts into those that are audited and those that are not.
func (g *gathering) choose(o *collect.Options) (err error) {
	o.Selected, o.Excluded, err = o.Organization.Select(g.config.selection())
	if err != nil {
		return usageError{fmt.Errorf("select the accounts: %w", err)}
	}
	if len(o.Selected) == 0 {
		return usageError{fmt.Errorf("select the accounts: none of the %d accounts of organization %s is left; look at the section accounts of the configuration", len(o.Excluded), o.Organization.ID)}
	}
	return nil
}

// earlier returns the record of the evidence that stands in the folder, if there is any,
// and an error where it must stay as it is.
func (g *gathering) earlier(dir string) (*collect.Record, error) {
	if g.resume.on && g.overwrite {
		return nil, usageError{errors.New("--resume keeps the earlier evidence and --overwrite removes it; only one of them can be given")}
	}
	empty, err := holdsNoFile(dir)
	if err == nil && empty {
		if g.resume.on {
			return nil, usageError{fmt.Errorf("%s holds no evidence to continue", dir)}
		}
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for earlier evidence: %w", err)
	}
	folder, err := collect.OpenFolder(dir)
	if err != nil {
		return nil, err
	}
	record, err := folder.Record()
	if err != nil {
		return nil, usageError{fmt.Errorf("%s holds files that are no evidence: %w; choose another folder with --out", dir, err)}
	}
	if g.resume.on {
		return record, g.resume.check(folder, record)
	}
	if g.overwrite || g.simulated && record.Simulated {
		return record, nil
	}
	return nil, usageError{fmt.Errorf("%s holds the evidence of a run of %s (%s): continue it with --resume, choose another folder with --out, or replace it with --overwrite",
		dir, record.StartedAt.Format(time.DateTime), record.State)}
}

// holdsNoFile tells whether a folder is absent or holds at most empty folders and a file that
// was not written to its end, as a run leaves them that was killed at its very beginning.
func holdsNoFile(dir string) (bool, error) {
	empty := true
	err := filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !collect.IsTemporary(entry.Name()) {
			empty = false
			return fs.SkipAll
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	return empty, err
}

// enter finds out who the caller is, and takes the role that reads the organization.
func (g *gathering) enter(ctx context.Context, cfg aws.Config) (collect.Options, error) {
	c, o := g.config, g.options()
	o.Caller, o.OrganizationConfig = cfg, cfg
	var err error
	if o.CallerIdentity, err = collect.WhoAmI(ctx, cfg); err != nil {
		return o, err
	}
	o.OrganizationIdentity = o.CallerIdentity
	if c.Organization.RoleARN == "" {
		return o, nil
	}
	role := o.Role
	role.ExternalID = c.Organization.ExternalID
	policy, err := collect.OrganizationSessionPolicy(o.Optional)
	if err != nil {
		return o, err
	}
	o.OrganizationConfig = collect.AssumeRole(cfg, c.Organization.RoleARN, role, policy)
	if o.OrganizationIdentity, err = collect.WhoAmI(ctx, o.OrganizationConfig); err != nil {
		return o, fmt.Errorf("take the role %s, which reads the organization: %w", c.Organization.RoleARN, err)
	}
	return o, nil
}

// options are those that the configuration gives.
func (g *gathering) options() collect.Options {
	c := g.config
	o := collect.Options{
		Role: c.role(), Accounts: c.Collect.Accounts, Collectors: c.Collect.Collectors, Regions: once(c.Collect.Regions),
		ReportPoll: c.Collect.ReportPoll.Duration, ReportWait: c.Collect.ReportWait.Duration,
		Optional: g.resume.sections(c.optional()), Resume: g.resume.on, Denied: g.resume.denied, MaxAge: c.Collect.MaxAge.Duration, Now: time.Now,
	}
	if g.now != nil {
		o.Now = g.now
	}
	return o
}

// once leaves out of a list what stands in it before.
func once(list []string) []string {
	var kept []string
	for _, s := range list {
		if !slices.Contains(kept, s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// write collects into the folder and notes how the run ended.
func (g *gathering) write(ctx context.Context, dir string, record *collect.Record, o collect.Options, walk *unfinishedWalk) (*collect.Folder, error) {
	folder, err := collect.CreateFolder(dir)
	if err != nil {
		return nil, err
	}
	if err := folder.WriteRecord(record); err != nil {
		return nil, err
	}
	// Until here SHA256SUMS was that of the evidence that this run goes on with.
	if err := folder.Unseal(); err != nil {
		return nil, err
	}
	if err := folder.WriteOrganization(o.Organization); err != nil {
		return nil, err
	}
	if o.Journal, err = g.begin(folder, record, o); err != nil {
		return nil, err
	}
	bar := newProgress(g.streams.err)
	bar.say(fmt.Sprintf("entering %d accounts", len(o.Selected)))
	o.Folder, o.Progress = folder, bar.show
	began := time.Now()
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() error { return walk.finish(groupCtx, folder) })
	group.Go(func() error { return collect.Run(groupCtx, o) })
	runErr := group.Wait()
	walk.note(record)
	record.CollectTime += time.Since(began).Milliseconds()
	bar.done()

	if runErr != nil {
		runErr = fmt.Errorf("%w; what was collected until then is kept in %s: once that is mended, go on with the same command and --resume", runErr, dir)
	}
	record.State, record.EndedAt = collect.Collected, o.Now().UTC().Truncate(time.Second)
	if runErr != nil {
		record.State = collect.Stopped
	}
	if err := end(o.Journal, record, runErr); err != nil {
		return nil, errors.Join(runErr, err)
	}
	if err := folder.WriteRecord(record); err != nil {
		return nil, errors.Join(runErr, err)
	}
	if err := folder.Seal(); err != nil {
		return nil, errors.Join(runErr, err)
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("stopped; what was collected is kept in %s: go on with the same command and --resume", dir)
	}
	return folder, runErr
}
