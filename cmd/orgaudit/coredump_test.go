//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"testing"

	"golang.org/x/sys/unix"
)

const asDumpless = "TEST_AS_DUMPLESS"

// TestNoCoreDumps looks for credentials in a process of its own, and what the system says of
// that process afterwards.
func TestNoCoreDumps(t *testing.T) {
	if os.Getenv(asDumpless) != "" {
		g := gathering{config: &config{}}
		_, err := g.credentials(context.Background())
		limits, readErr := os.ReadFile("/proc/self/limits")
		dumpable, prctlErr := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
		fmt.Printf("errors: %v %v %v\ndumpable: %d\n%s", err, readErr, prctlErr, dumpable, limits)
		return
	}
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestNoCoreDumps$", "-test.v")
	c.Env = append(os.Environ(), asDumpless+"=1", "AWS_ACCESS_KEY_ID=AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_REGION=eu-central-1")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, want := range []string{`errors: <nil> <nil> <nil>`, `dumpable: 0`, `(?m)^Max core file size +0 +0 `} {
		if !regexp.MustCompile(want).Match(out) {
			t.Errorf("the process says nothing of %s:\n%s", want, out)
		}
	}
}
