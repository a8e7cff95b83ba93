//go:build unix

package main

import (
	"bytes"
	"context"
	"testing"
	"time"
	"os"
)

func TestMoto(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	url := startMoto(ctx, t)
	fillMoto(ctx, t, url)
	for _, regions := range []string{"", "us-east-1,eu-west-1"} {
	useMoto(t, url, "AKIAORGAUDITTESTABCD", "secret", "")
	var out, errs bytes.Buffer
	dir := os.Getenv("MOTO_OUT")+"/r"+regions
	code := run(ctx, []string{"run", "--out", dir, "--set", "collect.report_poll=10ms", "--set", "collect.attempts=2", "--set", "collect.max_backoff=10ms", "--set", "collect.regions="+regions}, streams{out: &out, err: &errs}, nil)
	t.Log(code, out.String(), errs.String())
	}
}
