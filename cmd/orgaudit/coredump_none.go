//go:build !unix

package main

// forbidCoreDumps does nothing where processes leave no core dumps.
func forbidCoreDumps() error { return nil }
