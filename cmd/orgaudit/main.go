package main

import (
	"context"
	"math"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// memoryGoal is what the program's memory should stay below, in bytes: from there on garbage
// is collected more often. What it really needs grows little with the organization, and a
// collector that waits for twice that costs memory for hardly any time. GOMEMLIMIT sets another, or none (off).
const memoryGoal = 140 << 20

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryGoal)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	code := run(ctx, os.Args[1:], streams{out: os.Stdout, err: os.Stderr}, os.Environ())
	stop()
	os.Exit(code)
}

// forgetMemoryGoal is for what needs as much memory as the organization is large: the goal
// would keep the garbage collector busy all the time.
func forgetMemoryGoal() {
	if debug.SetMemoryLimit(-1) == memoryGoal {
		debug.SetMemoryLimit(math.MaxInt64)
	}
}
