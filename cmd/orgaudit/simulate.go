package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/spf13/cobra"

	"orgaudit/internal/awsfake"
)

// simulation says which organization is simulated, and how.
type simulation struct {
	demo    awsfake.DemoOptions
	world   string
	faults  string
	options awsfake.Options
}

func (m *simulation) addFlags(c *cobra.Command) {
	c.Flags().IntVar(&m.demo.Accounts, "accounts", 60, "number of accounts")
	c.Flags().Uint64Var(&m.demo.Seed, "seed", 1, "seed: the same one gives the same organization on the same day")
	c.Flags().StringVar(&m.demo.Partition, "partition", "aws", "partition of the organization: aws, aws-us-gov, aws-cn or aws-eusc (the AWS European Sovereign Cloud)")
	c.Flags().IntVar(&m.demo.Earlier, "earlier", 0, "show the organization as it was so many quarters ago, with the clock of that time")
}

// now is the clock of the simulated organization.
func (m *simulation) now() time.Time { return awsfake.DemoClock(time.Now(), m.demo.Earlier) }

// server makes the simulated AWS.
func (m *simulation) server() (*awsfake.Server, error) {
	forgetMemoryGoal()
	world, err := m.load()
	if err != nil {
		return nil, usageError{fmt.Errorf("make the simulated organization: %w", err)}
	}
	m.options.Now = m.now
	if m.options.Faults, err = m.readFaults(); err != nil {
		return nil, usageError{fmt.Errorf("read the faults of %s: %w", m.faults, err)}
	}
	server, err := awsfake.New(world, m.options)
	if err != nil {
		return nil, usageError{fmt.Errorf("make the simulated organization: %w", err)}
	}
	return server, nil
}

func (m *simulation) load() (*awsfake.World, error) {
	if m.world != "" {
		file, err := os.Open(m.world)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		return awsfake.Load(file)
	}
	// Ages relate to the day, so that the organization is the same all day long.
	m.demo.Now = time.Now().UTC().Truncate(24 * time.Hour)
	return awsfake.Demo(m.demo)
}

func (m *simulation) readFaults() ([]awsfake.Fault, error) {
	if m.faults == "" {
		return nil, nil
	}
	file, err := os.Open(m.faults)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return awsfake.ReadFaults(file)
}

func simulateCommand(s streams) *cobra.Command {
	var m simulation
	var listen string
	c := &cobra.Command{
		Use:   "simulate",
		Short: "Serve a simulated organization for orgaudit, the AWS CLI and other tools",
		Long: `Simulate serves an AWS organization over AWS's own protocols until it is stopped: STS,
Organizations, IAM, IAM Access Analyzer and Account Management, read-only. Once it
listens it prints the environment that clients need, fit for eval. Wait for it as below:
without it what follows uses your own credentials.

POST /_fake/calls answers the calls so far as JSON, POST /_fake/reset forgets them,
GET /_fake/world gives the organization as JSON, which --world reads again.

--faults reads rules by which calls go wrong, and POST /_fake/faults replaces them. Each says
what happens (its kind) and to which calls: service, operation, account, region, the share of
them, the first ones that are skipped, the number that go wrong. The kinds are:
` + faultKinds() + `

The demo organization's audit role is OrgauditRole with the external ID orgaudit-demo.
A profile with role_arn sends its STS call to AWS itself in spite of AWS_ENDPOINT_URL;
set AWS_ENDPOINT_URL_STS as well, or use the keys that are printed.`,
		Example: `  rm -f env; orgaudit simulate --listen 127.0.0.1:4566 > env &
  until [ -s env ]; do sleep 0.1; done; eval "$(cat env)"
  aws organizations list-accounts
  orgaudit run --external-id orgaudit-demo`,
		RunE: func(c *cobra.Command, _ []string) error {
			server, err := m.server()
			if err != nil {
				return err
			}
			listener, err := net.Listen("tcp", listen)
			if err != nil {
				return usageError{fmt.Errorf("listen: %w", err)}
			}
			keys := server.ManagementCredentials()
			var environment strings.Builder
			for _, line := range [][2]string{
				{"AWS_ENDPOINT_URL", "http://" + listener.Addr().String()},
				{"AWS_ACCESS_KEY_ID", keys.AccessKeyID},
				{"AWS_SECRET_ACCESS_KEY", keys.SecretAccessKey},
				{"AWS_REGION", keys.Region},
				{"AWS_DEFAULT_REGION", keys.Region}, // what version 1 of the AWS CLI reads
			} {
				fmt.Fprintf(&environment, "export %s=%s\n", line[0], line[1])
			}
			// At once, so that whoever waits for a file of it finds it whole.
			if _, err := io.WriteString(s.out, environment.String()); err != nil {
				return fmt.Errorf("print the environment: %w", err)
			}
			return serve(c.Context(), listener, server)
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:4566", "address to listen on; port 0 picks a free one")
	m.addFlags(c)
	c.Flags().StringVar(&m.world, "world", "", "JSON file of an organization, instead of the demo organization")
	c.Flags().StringVar(&m.faults, "faults", "", "JSON file of faults, such as [{\"kind\":\"throttle\",\"service\":\"iam\",\"share\":0.2}]")
	c.Flags().DurationVar(&m.options.Latency, "latency", 0, "time that every call takes longer")
	c.Flags().IntVar(&m.options.PageSize, "page-size", 0, "largest page of any list (default 20)")
	c.Flags().IntVar(&m.demo.Users, "users", 0, "IAM users an account; 0 varies")
	c.Flags().IntVar(&m.demo.Roles, "roles", 0, "roles an account; 0 varies")
	c.Flags().IntVar(&m.demo.Policies, "policies", 0, "customer-managed policies an account; 0 varies")
	return c
}

// faultKinds are the kinds of faults in lines for the help.
func faultKinds() string {
	var text strings.Builder
	for i, k := range awsfake.FaultKinds() {
		switch {
		case i > 0 && i%6 == 0:
			text.WriteString(",\n")
		case i > 0:
			text.WriteString(", ")
		}
		text.WriteString(string(k))
	}
	return text.String() + "."
}

// serve answers until the context ends.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stopped()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the simulated organization: %w", err)
	}
	return nil
}

func demoCommand(s streams, environ []string) *cobra.Command {
	var set settings
	var m simulation
	g := gathering{streams: s, simulated: true}
	c := &cobra.Command{
		Use:   "demo",
		Short: "Audit the built-in simulated organization; needs no AWS account",
		Long: `Demo starts the simulated organization inside this program, audits it as run audits a real
one, and writes the reports and the evidence into --out. Some of its accounts cannot be
read on purpose, and are shown as not assessed; that alone is no error here. With
--earlier the organization is the one of some quarters ago, to see what has changed.

` + formatHelp(),
		Example: `  orgaudit demo
  orgaudit demo --accounts 200 --seed 7 --out /tmp/demo
  orgaudit demo --earlier 1 --out q3 && orgaudit demo --previous q3 --out q4`,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := set.load(c, environ)
			if err != nil {
				return err
			}
			g.config, g.now = cfg, m.now
			if g.earlierAudits, err = set.earlierAudits(s, g.out); err != nil {
				return err
			}
			cfg.Role.Name, cfg.Role.ExternalID = awsfake.DemoRoleName, awsfake.DemoExternalID
			cfg.Collect.ReportPoll.Duration = 10 * time.Millisecond
			server, err := m.server()
			if err != nil {
				return err
			}
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return fmt.Errorf("listen: %w", err)
			}
			ctx, stop := context.WithCancel(c.Context())
			served := make(chan error, 1)
			go func() { served <- serve(ctx, listener, server) }()
			keys := server.ManagementCredentials()
			g.aws = func(context.Context) (aws.Config, error) {
				return aws.Config{
					Region:       keys.Region,
					Credentials:  credentials.NewStaticCredentialsProvider(keys.AccessKeyID, keys.SecretAccessKey, ""),
					BaseEndpoint: aws.String("http://" + listener.Addr().String()),
				}, nil
			}
			err = g.auditAll(c)
			stop()
			var done outcome
			if errors.As(err, &done) && done.code == exitGaps {
				fmt.Fprintln(s.err, "orgaudit:", done.text)
				err = nil
			}
			return errors.Join(err, <-served)
		},
	}
	outFlag(c, &g.out, environ)
	m.addFlags(c)
	set.addReport(c)
	set.addThresholds(c)
	set.addEarlier(c)
	set.addForm(c)
	set.addConfig(c)
	return c
}
