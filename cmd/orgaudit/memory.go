package main

import (
	"math"
	"os"
	"runtime/debug"
)

// What the program's memory should stay below, in bytes: for itself and the accounts that it
// works on, and for every account of the organization, of which it keeps what reports add up.
// To collect garbage somewhat more often costs hardly any time; a goal below what is really needed
// would keep the collector busy all the time.
const (
	memoryGoal        = 112 << 20
	memoryGoalAccount = 6 << 10
)

// aimForMemory sets the goal at the start of the program, unless GOMEMLIMIT sets another, or
// none (off).
func aimForMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryGoal)
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
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(math.MaxInt64)
	}
}
