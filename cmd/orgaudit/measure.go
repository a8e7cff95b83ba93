package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
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
the walk and of the accounts, IDEAL the larger of calls × latency / calls in flight and
the longest chain of calls and waits in one account, RATIO the one by the other. WALL is
the whole run with its reports, CPU and MEMORY are those of the run alone.`,
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
	c.Flags().StringArrayVar(&set.set, "set", nil, "any setting of config.toml for the runs, such as collect.accounts=32; may be repeated")
	return c
}

// measured is one run.
type measured struct {
	accounts, calls          int
	walk, collecting, wall   time.Duration
	byCalls, byPath, cpu     time.Duration
	memory                   int64
	throttled, complete, gap int
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
	fmt.Fprintln(table, "ACCOUNTS\tCALLS\tA CALL'S SHARE\tONE ACCOUNT\tIDEAL\tWALK\tCOLLECTING\tRATIO\tREPORTS\tWALL\tCPU\tMEMORY\t")
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
	args := []string{"run", "--out", out, "--role", awsfake.DemoRoleName, "--external-id", awsfake.DemoExternalID, "--overwrite"}
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
	return &measured{
		accounts: accounts, calls: calls, wall: wall,
		walk: milliseconds(record.WalkTime), collecting: milliseconds(record.CollectTime),
		byCalls: time.Duration(calls) * m.latency / time.Duration(c.CallsInFlight),
		cpu:     run.ProcessState.UserTime() + run.ProcessState.SystemTime(),
		memory:  peakMemory(run.ProcessState),
	}, nil
}

// simulate starts the simulated organization, and returns the environment of its clients.
func (m *measuring) simulate(ctx context.Context, accounts int) (environ []string, stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	sim := exec.CommandContext(ctx, m.program, "simulate", "--listen", "127.0.0.1:0", "--accounts", strconv.Itoa(accounts),
		"--latency", m.latency.String(), "--page-size", strconv.Itoa(m.pageSize),
		"--users", strconv.Itoa(m.size.Users), "--roles", strconv.Itoa(m.size.Roles), "--policies", strconv.Itoa(m.size.Policies))
	sim.Stderr = m.streams.err
	sim.Env = os.Environ()
	pipe, err := sim.StdoutPipe()
	if err == nil {
		err = sim.Start()
	}
	if err != nil {
		cancel()
		return nil, nil, fmt.Errorf("start the simulated organization: %w", err)
	}
	stop = func() {
		cancel()
		_ = sim.Wait() // it was killed
	}
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		setting, ok := strings.CutPrefix(lines.Text(), "export ")
		if !ok {
			break
		}
		environ = append(environ, setting)
		if strings.HasPrefix(setting, "AWS_DEFAULT_REGION=") { // the last line
			return append(environ, "AWS_EC2_METADATA_DISABLED=true"), stop, nil
		}
	}
	stop()
	return nil, nil, errors.New("the simulated organization did not say where it listens")
}

// simulatedCalls asks the simulated organization how many calls it has answered.
func simulatedCalls(ctx context.Context, environ []string) (int, error) {
	for _, setting := range environ {
		address, ok := strings.CutPrefix(setting, "AWS_ENDPOINT_URL=")
		if !ok {
			continue
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/_fake/calls", http.NoBody)
		if err != nil {
			return 0, fmt.Errorf("ask for the calls: %w", err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return 0, fmt.Errorf("ask for the calls: %w", err)
		}
		defer response.Body.Close()
		var counts struct {
			Total int `json:"total"`
		}
		if err := json.NewDecoder(response.Body).Decode(&counts); err != nil {
			return 0, fmt.Errorf("read how many calls there were: %w", err)
		}
		return counts.Total, nil
	}
	return 0, errors.New("the simulated organization did not say where it listens")
}
