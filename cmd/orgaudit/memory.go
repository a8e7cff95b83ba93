package main

import (
	"math"
	"os"
	"runtime/debug"
)

// What the program's memory should stay below, in bytes: for itself and the accounts that it
// works on, and for every account of the organization, of which it keeps what reports add up.
// Garbage is collected as often as the goal needs; one below what is really needed would keep the
// collector busy all the time.
const (
	memoryGoal        = 108 << 20
	memoryGoalAccount = 5 << 10
)

// garbagePercent lets garbage grow to some times what is in use, as long as the goal is kept,
// since to collect it sooner takes a tenth of the time of a report on 1,000 accounts.
const garbagePercent = 400

// aimForMemory sets the goal at the start of the program, unless GOMEMLIMIT sets another, or
// none (off). Without a goal, garbage is collected as usual.
func aimForMemory() {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(memoryGoal)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
}

// aimForAccounts raises the goal for an organization with so many accounts.
func aimForAccounts(n int) {
	goal := memoryGoal + int64(n)*memoryGoalAccount
	if os.Getenv("GOMEMLIMIT") == "" && debug.SetMemoryLimit(-1) < goal {
		debug.SetMemoryLimit(goal)
	}
}

// forgetMemoryGoal is for what needs as much memory as the organization is large.
func forgetMemoryGoal() {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(math.MaxInt64)
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(100) // the usual
	}
}
