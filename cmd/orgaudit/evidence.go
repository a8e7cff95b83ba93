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
	// resume continues a run that was cut off, overwrite replaces earlier evidence.
	resume, overwrite bool
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
	var options []func(*awsconfig.LoadOptions) error
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
	cfg, err := g.credentials(ctx)
	if err != nil {
		return nil, err
	}
	var meter collect.Meter
	walkCtx := collect.WithMeter(ctx, &meter)
	options, err := g.enter(walkCtx, collect.Instrument(cfg, g.loggedTransport(), collect.Calls()))
	if err != nil {
		return nil, err
	}
	newProgress(g.streams.err).say("reading the organization")
	options.Organization, err = org.Walk(walkCtx, options.OrganizationConfig, org.WalkOptions{
		Tags: g.config.Organization.Tags, Concurrency: g.config.Collect.Collectors,
		Now: options.Now, Caller: options.OrganizationIdentity.ARN,
	})
	if err != nil {
		return nil, err
	}
	if err := g.earlierAudits.of(options.Organization.ID); err != nil {
		return nil, err
	}
	selected, excluded, err := options.Organization.Select(g.config.selection())
	if err != nil {
		return nil, usageError{fmt.Errorf("select the accounts: %w", err)}
	}
	if len(selected) == 0 {
		return nil, usageError{fmt.Errorf("select the accounts: none of the %d accounts of organization %s is left; look at the section accounts of the configuration", len(excluded), options.Organization.ID)}
	}
	options.Selected, options.Excluded = selected, excluded
	record := &collect.Record{
		Schema: collect.Schema, Tool: version(), State: collect.Collecting, StartedAt: options.Now().UTC().Truncate(time.Second),
		Caller: options.CallerIdentity.ARN, OrganizationID: options.Organization.ID, RoleName: g.config.Role.Name,
		ConfigDigest: g.config.digest(), Excluded: slices.Concat([]org.Exclusion{}, excluded),
		Regions: slices.Concat([]string{}, g.config.Collect.Regions), Simulated: g.simulated,
		Optional: options.Optional,
		Calls:    meter.Calls(), Retries: meter.Retries(),
	}
	if earlier != nil && g.resume {
		if earlier.OrganizationID != record.OrganizationID {
			return nil, usageError{fmt.Errorf("%s holds evidence of organization %s and the credentials are in %s", dir, earlier.OrganizationID, record.OrganizationID)}
		}
		record.StartedAt = earlier.StartedAt
	} else if earlier != nil {
		if err := os.RemoveAll(dir); err != nil {
			return nil, fmt.Errorf("remove the earlier evidence: %w", err)
		}
	}
	return g.write(ctx, dir, record, options)
}

// loggedTransport is the transport that is configured, with the log of --verbose.
func (g *gathering) loggedTransport() collect.Transport {
	transport := g.config.transport()
	if g.verbose {
		transport.Log = slog.New(slog.NewTextHandler(g.streams.err, nil))
	}
	return transport
}

// earlier returns the record of the evidence that stands in the folder, if there is any,
// and an error where it must stay as it is.
func (g *gathering) earlier(dir string) (*collect.Record, error) {
	if g.resume && g.overwrite {
		return nil, usageError{errors.New("--resume keeps the earlier evidence and --overwrite removes it; only one of them can be given")}
	}
	empty, err := holdsNoFile(dir)
	if err == nil && empty {
		if g.resume {
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
	if g.resume || g.overwrite || g.simulated && record.Simulated {
		return record, nil
	}
	return nil, usageError{fmt.Errorf("%s holds the evidence of a run of %s (%s): continue it with --resume, choose another folder with --out, or replace it with --overwrite",
		dir, record.StartedAt.Format(time.DateTime), record.State)}
}

// holdsNoFile tells whether a folder is absent or holds at most empty folders, as a run
// leaves them that was killed at its very beginning.
func holdsNoFile(dir string) (bool, error) {
	empty := true
	err := filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
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
	c := g.config
	o := collect.Options{
		Caller: cfg, OrganizationConfig: cfg, Role: c.role(),
		Accounts: c.Collect.Accounts, Collectors: c.Collect.Collectors, Regions: c.Collect.Regions,
		ReportPoll: c.Collect.ReportPoll.Duration, ReportWait: c.Collect.ReportWait.Duration,
		Optional: c.optional(), Resume: g.resume, Now: time.Now,
	}
	if g.now != nil {
		o.Now = g.now
	}
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
	o.OrganizationConfig = collect.AssumeRole(cfg, c.Organization.RoleARN, role, "")
	if o.OrganizationIdentity, err = collect.WhoAmI(ctx, o.OrganizationConfig); err != nil {
		return o, fmt.Errorf("take the role %s, which reads the organization: %w", c.Organization.RoleARN, err)
	}
	return o, nil
}

// write collects into the folder and notes how the run ended.
func (g *gathering) write(ctx context.Context, dir string, record *collect.Record, o collect.Options) (*collect.Folder, error) {
	folder, err := collect.CreateFolder(dir)
	if err != nil {
		return nil, err
	}
	if err := folder.WriteRecord(record); err != nil {
		return nil, err
	}
	if err := folder.WriteOrganization(o.Organization); err != nil {
		return nil, err
	}
	bar := newProgress(g.streams.err)
	bar.say(fmt.Sprintf("entering %d accounts", len(o.Selected)))
	o.Folder, o.Progress = folder, bar.show
	runErr := collect.Run(ctx, o)
	bar.done()

	record.State, record.EndedAt = collect.Collected, o.Now().UTC().Truncate(time.Second)
	if runErr != nil {
		record.State = collect.Stopped
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
