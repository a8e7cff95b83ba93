package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// motoManagement is the account that moto gives to credentials that it has not issued.
const motoManagement = "123456789012"

// motoVersion is what the versions of moto begin with whose gaps the test knows.
const motoVersion = "5.2."

// motoProgram serves moto until its standard input ends, so that it never outlives the
// test, however that ends. Port 0 lets the system choose; moto's log says which it was.
const motoProgram = `
import os, sys, threading
from moto.server import main
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(1)), daemon=True).start()
main(["-H", "127.0.0.1", "-p", "0"])
`

// startMoto serves the emulator moto for the length of the test and returns its URL. A
// machine without that moto skips the test.
func startMoto(ctx context.Context, t *testing.T) string {
	t.Helper()
	version, err := exec.CommandContext(ctx, "python3", "-c", "import moto, moto.server; print(moto.__version__)").CombinedOutput()
	if err != nil || !strings.HasPrefix(string(version), motoVersion) {
		t.Skipf("python3 has no moto %sx: %v: %.200s", motoVersion, err, version)
	}
	cmd := exec.Command("python3", "-c", motoProgram)
	cmd.Env = append(os.Environ(), "MOTO_IAM_LOAD_MANAGED_POLICIES=true")
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found, ended := make(chan string, 1), make(chan string, 1)
	go followMoto(log, found, ended)
	t.Cleanup(func() {
		input.Close()
		<-ended
		if err := cmd.Wait(); err == nil {
			t.Error("moto ended by itself")
		}
	})
	select {
	case url := <-found:
		awaitMoto(ctx, t, url)
		return url
	case last := <-ended:
		ended <- last // for the clean-up
		t.Fatalf("moto ended at once:\n%s", last)
	case <-ctx.Done():
		t.Fatal("moto does not start: ", ctx.Err())
	}
	return ""
}

// followMoto reads moto's log to its end, so that moto never waits for a reader, and tells
// the URL once and the last lines at the end.
func followMoto(log io.Reader, found, ended chan<- string) {
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	var last []string
	for r := bufio.NewReader(log); ; {
		line, err := r.ReadString('\n')
		if url := address.FindString(line); url != "" {
			select {
			case found <- url:
			default:
			}
		}
		last = append(last[max(len(last)-20, 0):], line)
		if err != nil {
			ended <- strings.Join(last, "")
			return
		}
	}
}

// awaitMoto asks until moto answers.
func awaitMoto(ctx context.Context, t *testing.T, url string) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/moto-api/data.json", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(req)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("moto does not answer: ", err)
		}
	}
}

// motoConfig is a configuration for clients that act in an account of moto. Moto takes the
// account of an assumed role from the role's ARN, and asks for no permission.
func motoConfig(url, account string) aws.Config {
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: &url,
		Credentials: credentials.NewStaticCredentialsProvider("AKIAORGAUDITTESTABCD", "secret", ""),
	}
	if account != motoManagement {
		role := "arn:aws:iam::" + account + ":role/" + motoAccessRole
		cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), role))
	}
	return cfg
}

// useMoto makes moto the AWS of this process, and credentials of the keys its caller's.
func useMoto(t *testing.T, url, keyID, secret, token string) {
	t.Helper()
	nothing := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": url, "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": keyID, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token,
		// Whoever runs the tests may have settings of their own.
		"AWS_PROFILE": "", "AWS_CONFIG_FILE": nothing, "AWS_SHARED_CREDENTIALS_FILE": nothing,
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "",
		"AWS_ENDPOINT_URL_STS": "", "AWS_ENDPOINT_URL_IAM": "", "AWS_ENDPOINT_URL_ORGANIZATIONS": "",
		"AWS_ENDPOINT_URL_ACCOUNT": "", "AWS_ENDPOINT_URL_ACCESSANALYZER": "",
	} {
		t.Setenv(name, value)
	}
}

// enforceMoto makes moto ask for signatures and permissions from now on, or no longer.
func enforceMoto(ctx context.Context, t *testing.T, url string, on bool) {
	t.Helper()
	free := "inf" // how many calls need none
	if on {
		free = "0"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/moto-api/reset-auth", strings.NewReader(free))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("moto does not change whether it asks for permissions: %s", answer.Status)
	}
}
