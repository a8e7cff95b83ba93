package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	aimForMemory()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	code := run(ctx, os.Args[1:], streams{out: os.Stdout, err: os.Stderr}, os.Environ())
	stop()
	os.Exit(code)
}
