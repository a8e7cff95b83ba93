package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// asProgram in the environment makes the test binary the program itself, for tests that
// need it in a process of its own.
const asProgram = "TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	testscript.Main(m, map[string]func(){"orgaudit": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"simulate": simulate,
			"same":     same,
		},
		Condition: func(name string) (bool, error) {
			if name, ok := strings.CutPrefix(name, "has:"); ok {
				_, err := exec.LookPath(name)
				return err == nil, nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			// A search for credentials must not leave this machine.
			e.Setenv("AWS_EC2_METADATA_DISABLED", "true")
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("AWS_PAGER", "")
			return nil
		},
	})
}

// exits CODE COMMAND… runs a command and compares its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// simulate ARGS… runs "orgaudit simulate" in a process of its own until the script ends
// and sets the environment that it prints.
func simulate(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("unsupported: ! simulate")
	}
	self, err := os.Executable()
	ts.Check(err)
	ctx, stop := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, self, append([]string{"simulate", "--listen", "127.0.0.1:0"}, args...)...)
	c.Env = append(os.Environ(), asProgram+"=1")
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	ts.Check(err)
	ts.Check(c.Start())
	ts.Defer(func() {
		stop()
		_ = c.Wait() // it was killed
	})
	lines := bufio.NewScanner(out)
	for range 5 {
		if !lines.Scan() {
			ts.Fatalf("simulate ended early: %v", lines.Err())
		}
		name, value, ok := strings.Cut(strings.TrimPrefix(lines.Text(), "export "), "=")
		if !ok || !strings.HasPrefix(name, "AWS_") {
			ts.Fatalf("simulate printed %q", lines.Text())
		}
		ts.Setenv(name, value)
	}
}

// same FILE FILE compares two files byte by byte.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: same FILE FILE")
	}
	if equal := ts.ReadFile(args[0]) == ts.ReadFile(args[1]); equal == neg {
		ts.Fatalf("%s and %s: same is %t", args[0], args[1], equal)
	}
}
