package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
	"orgaudit/report"
	"orgaudit/report/benchmark"
)

// hosts lets the SDK find AWS's endpoints by itself, and connects all of them with one server.
func hosts(t *testing.T, handler http.Handler) *awshttp.BuildableClient {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return awshttp.NewBuildableClient().WithTransportOptions(func(tr *http.Transport) {
		tr.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
		}
		tr.TLSClientConfig = &tls.Config{RootCAs: roots, ServerName: "example.com"} // the name in the certificate
	})
}

// TestPartitions audits a whole organization in every partition, from each of its regions,
// through the endpoints and with the signatures that the SDK chooses.
func TestPartitions(t *testing.T) {
	// settled is what becomes of the controls that partitions settle.
	type settled map[string]benchmark.Verdict
	for _, test := range []struct {
		partition, region string
		hosts             []string // of services with one endpoint
		settled           settled
		regions           []string
	}{
		{"aws", "eu-west-1", []string{"iam.amazonaws.com", "organizations.us-east-1.amazonaws.com", "account.us-east-1.amazonaws.com", "sts.eu-west-1.amazonaws.com"},
			settled{"root-mfa": "", "root-hardware-mfa": "", "account-security-contact": ""}, nil},
		{"aws-us-gov", "us-gov-east-1", []string{"iam.us-gov.amazonaws.com", "organizations.us-gov-west-1.amazonaws.com", "sts.us-gov-east-1.amazonaws.com"},
			settled{"root-mfa": benchmark.VerdictNotApplicable, "root-hardware-mfa": benchmark.VerdictNotApplicable, "account-security-contact": benchmark.VerdictManual},
			[]string{"us-gov-east-1", "us-gov-west-1"}},
		{"aws-cn", "cn-north-1", []string{"iam.cn-north-1.amazonaws.com.cn", "organizations.cn-northwest-1.amazonaws.com.cn", "account.cn-northwest-1.amazonaws.com.cn", "sts.cn-north-1.amazonaws.com.cn"},
			settled{"root-mfa": "", "root-hardware-mfa": benchmark.VerdictNotApplicable, "account-security-contact": ""},
			[]string{"cn-north-1", "cn-northwest-1"}},
		{"aws-cn", "cn-northwest-1", []string{"iam.cn-north-1.amazonaws.com.cn", "sts.cn-northwest-1.amazonaws.com.cn"}, nil, []string{"cn-north-1", "cn-northwest-1"}},
		{"aws-eusc", "eusc-de-east-1", []string{"iam.eusc-de-east-1.amazonaws.eu", "organizations.eusc-de-east-1.amazonaws.eu", "account.eusc-de-east-1.amazonaws.eu", "sts.eusc-de-east-1.amazonaws.eu"},
			settled{"root-mfa": "", "root-hardware-mfa": benchmark.VerdictNotApplicable, "account-security-contact": ""}, []string{"eusc-de-east-1"}},
	} {
		t.Run(test.partition+" from "+test.region, func(t *testing.T) {
			world, err := awsfake.Demo(awsfake.DemoOptions{Seed: 3, Accounts: 5, Now: time.Now(), Partition: test.partition})
			if err != nil {
				t.Fatal(err)
			}
			fake, err := awsfake.New(world, awsfake.Options{})
			if err != nil {
				t.Fatal(err)
			}
			seen := make(chan string, 10_000)
			client := hosts(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				seen <- r.Host
				fake.ServeHTTP(w, r)
			}))
			keys := fake.ManagementCredentials()
			cfg := defaultConfig()
			definition, err := readBenchmark(cfg.Benchmark.Name)
			if err != nil {
				t.Fatal(err)
			}
			cfg.definition = definition
			cfg.demand(definition)
			cfg.Role.Name, cfg.Role.ExternalID = awsfake.DemoRoleName, awsfake.DemoExternalID
			cfg.Collect.ReportPoll.Duration = time.Millisecond
			cfg.Report.Formats = []string{"json"}
			out := t.TempDir()
			g := gathering{streams: streams{io.Discard, io.Discard}, config: cfg, out: out, aws: func(context.Context) (aws.Config, error) {
				return aws.Config{Region: test.region, HTTPClient: client,
					Credentials: credentials.NewStaticCredentialsProvider(keys.AccessKeyID, keys.SecretAccessKey, "")}, nil
			}}
			folder, err := g.collect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			close(seen)
			var called []string
			for host := range seen {
				called = append(called, host)
			}
			for _, host := range test.hosts {
				if !slices.Contains(called, host) {
					t.Errorf("no call went to %s", host)
				}
			}
			for _, c := range fake.Calls() {
				if c.Error == "SignatureDoesNotMatch" || c.Error == "InvalidSignatureException" {
					t.Errorf("%s:%s was refused: %s", c.Service, c.Operation, c.Error)
				}
			}
			checkARNs(t, folder.Dir(), test.partition)
			r, err := judge(t.Context(), cfg, folder)
			if err != nil {
				t.Fatal(err)
			}
			for i := range world.Accounts {
				checkPartition(t, folder, world.Accounts[i].ID, test.partition, test.regions)
			}
			checkSettled(t, r, test.settled)
		})
	}
}

// checkARNs finds ARNs of another partition in the evidence.
func checkARNs(t *testing.T, dir, partition string) {
	t.Helper()
	arns := 0
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		if err == nil && strings.HasSuffix(name, ".gz") {
			var packed *gzip.Reader
			if packed, err = gzip.NewReader(bytes.NewReader(text)); err == nil {
				text, err = io.ReadAll(packed)
			}
		}
		for _, found := range regexp.MustCompile(`arn:(aws[a-z-]*):`).FindAllSubmatch(text, -1) {
			if arns++; string(found[1]) != partition {
				t.Errorf("%s holds an ARN of partition %s", name, found[1])
				break
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if arns == 0 {
		t.Error("the evidence holds no ARN")
	}
}

// checkPartition checks how an account was entered, and what could not be read.
func checkPartition(t *testing.T, folder *collect.Folder, id, partition string, regions []string) {
	t.Helper()
	ev, err := folder.Account(id)
	if err != nil {
		t.Fatal(err)
	}
	if want := "arn:" + partition + ":iam::" + id + ":role/" + awsfake.DemoRoleName; ev.Entry.Kind != collect.EntryCaller && ev.Entry.RoleARN != want {
		t.Errorf("account %s was entered by %s (%s), want %s", id, ev.Entry.RoleARN, ev.Entry.Kind, want)
	}
	var got []string
	for _, r := range ev.Regions {
		got = append(got, r.Name)
	}
	if regions != nil && !slices.Equal(got, regions) {
		t.Errorf("account %s has the regions %v, want %v", id, got, regions)
	}
	for _, g := range ev.Gaps {
		lacking := partition == "aws-us-gov" && (g.Section == collect.ContactsSection || g.Section == collect.PrimaryContactSection)
		if !lacking || g.Cause != org.NotSupported {
			t.Errorf("account %s has the gap %s: %s (%s)", id, g.Section, g.Cause, g.Message)
		}
	}
}

// checkSettled checks the verdicts that the partition settles, with their reasons; an empty
// verdict is one that the account settles.
func checkSettled(t *testing.T, r *report.Report, settled map[string]benchmark.Verdict) {
	t.Helper()
	found := map[string]int{}
	err := r.EachAccount(t.Context(), func(rows *report.AccountRows) error {
		for _, result := range rows.Results {
			want, ok := settled[result.Control]
			if !ok {
				continue
			}
			found[result.Control]++
			bySettled := strings.Contains(result.Reason, "partition")
			if bySettled != (want != "") || want != "" && result.Verdict != want {
				t.Errorf("%s of account %s: %s (%s), want %q by the partition", result.Control, rows.Account.ID, result.Verdict, result.Reason, want)
			}
			if result.Verdict == benchmark.VerdictNotAssessed {
				t.Errorf("%s of account %s is not assessed: %s", result.Control, rows.Account.ID, result.Reason)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for control := range settled {
		if found[control] == 0 {
			t.Errorf("%s was judged in no account", control)
		}
	}
}

// TestDemoPartition shows another partition, and refuses an unknown one.
func TestDemoPartition(t *testing.T) {
	out := t.TempDir()
	var stderr bytes.Buffer
	arguments := []string{"demo", "--accounts", "4", "--format", "json", "--out", out, "--partition"}
	if code := run(t.Context(), append(arguments, "aws-eusc"), streams{io.Discard, &stderr}, nil); code != exitOK {
		t.Fatalf("demo ends with %d: %s", code, &stderr)
	}
	text, err := os.ReadFile(filepath.Join(out, "audit.json"))
	if err != nil {
		t.Fatal(err)
	}
	var audit struct{ Organization struct{ Partition string } }
	if err := json.Unmarshal(text, &audit); err != nil || audit.Organization.Partition != "aws-eusc" {
		t.Errorf("the audit is of partition %q (%v), want aws-eusc", audit.Organization.Partition, err)
	}
	stderr.Reset()
	if code := run(t.Context(), append(arguments, "aws-moon"), streams{io.Discard, &stderr}, nil); code != exitUsage || !strings.Contains(stderr.String(), "aws-us-gov") {
		t.Errorf("an unknown partition ends with %d and %q, want %d and the known ones", code, &stderr, exitUsage)
	}
}
