package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
)

// measuring is a measurement of whole runs against simulated organizations.
type measuring struct {
	streams  streams
	program  string
	config   *config
	settings []string // --set of the run, in its words
	latency  time.Duration
	pageSize int
	size     awsfake.DemoOptions
	keep     string
	// alone leaves the reports out.
	alone bool
}

func measureCommand(s streams, environ []string) *cobra.Command {
	var set settings
	var accounts []int
	m := measuring{streams: s}
	c := &cobra.Command{
		Use:   "measure",
		Short: "Measure whole runs against simulated organizations of some sizes",
		Long: `Measure starts the simulated organization as a process of its own for each number of
accounts, runs an audit of it as another, and prints a table. COLLECTING is the time of
the walk and of the accounts. IDEAL is the larger of two: BY CALLS is calls × latency /
calls in flight, BY ACCOUNT the longest chain of calls and waits in one account. RATIO is
COLLECTING / IDEAL. WALL is the whole run with its reports; CPU and MEMORY, the largest
resident set, are those of the run without the simulated organization.`,
		Example: `  orgaudit measure --accounts 100,1000
  orgaudit measure --accounts 1000 --set collect.calls_in_flight=100`,
		RunE: func(c *cobra.Command, _ []string) error {
			var err error
			if m.config, err = set.load(c, environ); err != nil {
				return err
			}
			if m.program, err = os.Executable(); err != nil {
				return fmt.Errorf("find this program: %w", err)
			}
			m.settings = set.set
			return m.all(c.Context(), accounts)
		},
	}
	c.Flags().IntSliceVar(&accounts, "accounts", []int{100, 1000}, "numbers of accounts, separated by commas")
	c.Flags().DurationVar(&m.latency, "latency", 50*time.Millisecond, "time that every call to AWS takes longer")
	c.Flags().IntVar(&m.pageSize, "page-size", 100, "largest page of any list; AWS's is 100 in most of IAM")
	c.Flags().IntVar(&m.size.Users, "users", 20, "IAM users an account")
	c.Flags().IntVar(&m.size.Roles, "roles", 60, "roles an account")
	c.Flags().IntVar(&m.size.Policies, "policies", 20, "customer-managed policies an account")
	c.Flags().StringVar(&m.keep, "keep", "", "folder that keeps the audits; empty removes them")
	c.Flags().BoolVar(&m.alone, "collect", false, "collect and judge alone, without reports")
	c.Flags().StringArrayVar(&set.set, "set", nil, "any setting of config.toml for the runs, such as collect.accounts=32; may be repeated")
	return c
}

// measured is one run.
type measured struct {
	accounts, calls        int
	walk, collecting, wall time.Duration
	byCalls, byPath, cpu   time.Duration
	memory                 int64
}

func (m *measured) ideal() time.Duration { return max(m.byCalls, m.byPath) }

func (m *measured) ratio() float64 { return float64(m.walk+m.collecting) / float64(m.ideal()) }

func (m *measuring) all(ctx context.Context, accounts []int) error {
	dir := m.keep
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "orgaudit-measure-"); err != nil {
			return fmt.Errorf("make a folder for the audits: %w", err)
		}
		defer os.RemoveAll(dir)
	}
	c := m.config.Collect
	fmt.Fprintf(m.streams.out, "%s/%s, %d cores; %s latency, %d calls in flight, %d accounts at a time; an account has %d users, %d roles, %d policies\n\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), m.latency, c.CallsInFlight, c.Accounts, m.size.Users, m.size.Roles, m.size.Policies)
	var rows []*measured
	for _, n := range accounts {
		row, err := m.one(ctx, n, filepath.Join(dir, strconv.Itoa(n)))
		if err != nil {
			return fmt.Errorf("measure %d accounts: %w", n, err)
		}
		rows = append(rows, row)
	}
	printMeasured(m.streams.out, rows)
	return nil
}

func printMeasured(w io.Writer, rows []*measured) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "ACCOUNTS\tCALLS\tBY CALLS\tBY ACCOUNT\tIDEAL\tWALK\tCOLLECTING\tRATIO\tREPORTS\tWALL\tCPU\tMEMORY\t")
	seconds := func(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }
	for _, r := range rows {
		collecting := r.walk + r.collecting
		fmt.Fprintf(table, "%d\t%d\t%s\t%s\t%s\t%s\t%s\t%.2f\t%s\t%s\t%s\t%d MB\t\n", r.accounts, r.calls, seconds(r.byCalls), seconds(r.byPath),
			seconds(r.ideal()), seconds(r.walk), seconds(collecting), r.ratio(), seconds(r.wall-collecting), seconds(r.wall), seconds(r.cpu), r.memory>>20)
	}
	table.Flush()
}

// one measures a run of so many accounts.
func (m *measuring) one(ctx context.Context, accounts int, out string) (*measured, error) {
	environ, stop, err := m.simulate(ctx, accounts)
	if err != nil {
		return nil, err
	}
	defer stop()
	command := "run"
	if m.alone {
		command = "collect"
	}
	args := []string{command, "--out", out, "--role", awsfake.DemoRoleName, "--external-id", awsfake.DemoExternalID, "--overwrite"}
	for _, s := range m.settings {
		args = append(args, "--set", s)
	}
	run := exec.CommandContext(ctx, m.program, args...)
	run.Env = append(os.Environ(), environ...)
	run.Stderr = m.streams.err
	began := time.Now()
	err = run.Run()
	wall := time.Since(began)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == exitGaps {
		err = nil // some simulated accounts cannot be read on purpose
	}
	if err != nil {
		return nil, fmt.Errorf("run the audit: %w", err)
	}
	folder, err := collect.OpenFolder(filepath.Join(out, evidenceFolder))
	if err != nil {
		return nil, err
	}
	record, err := folder.Record()
	if err != nil {
		return nil, err
	}
	calls, err := simulatedCalls(ctx, environ)
	if err != nil {
		return nil, err
	}
	c := m.config.Collect
	pages := (m.size.Users + m.size.Roles + m.size.Policies + m.pageSize) / m.pageSize // with the audit role and its like
	path, _ := collect.CriticalPath(collect.Pacing{Latency: m.latency, ReportPoll: c.ReportPoll.Duration}, pages)
	return &measured{
		accounts: accounts, calls: calls, wall: wall,
		walk: milliseconds(record.WalkTime), collecting: milliseconds(record.CollectTime),
		byPath:  path,
		byCalls: time.Duration(calls) * m.latency / time.Duration(c.CallsInFlight),
		cpu:     run.ProcessState.UserTime() + run.ProcessState.SystemTime(),
		memory:  peakMemory(run.ProcessState),
	}, nil
}
