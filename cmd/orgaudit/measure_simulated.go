package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// simulate starts the simulated organization, and returns the environment of its clients.
func (m *measuring) simulate(ctx context.Context, accounts int) (environ []string, stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	sim := exec.CommandContext(ctx, m.program, "simulate", "--listen", "127.0.0.1:0", "--accounts", strconv.Itoa(accounts),
		"--latency", m.latency.String(), "--page-size", strconv.Itoa(m.pageSize),
		"--users", strconv.Itoa(m.size.Users), "--roles", strconv.Itoa(m.size.Roles), "--policies", strconv.Itoa(m.size.Policies))
	sim.Stderr = m.streams.err
	sim.Env = os.Environ()
	if os.Getenv("GOGC") == "" {
		// It holds all accounts in memory, and looking through them for garbage delays its answers
		// beyond their latency. AWS's do not come later the larger the organization is.
		sim.Env = append(sim.Env, "GOGC=400")
	}
	pipe, err := sim.StdoutPipe()
	if err == nil {
		err = sim.Start()
	}
	if err != nil {
		cancel()
		return nil, nil, fmt.Errorf("start the simulated organization: %w", err)
	}
	stop = func() {
		cancel()
		_ = sim.Wait() // it was killed
	}
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		setting, ok := strings.CutPrefix(lines.Text(), "export ")
		if !ok {
			break
		}
		environ = append(environ, setting)
		if strings.HasPrefix(setting, "AWS_DEFAULT_REGION=") { // the last line
			return append(environ, "AWS_EC2_METADATA_DISABLED=true"), stop, nil
		}
	}
	stop()
	return nil, nil, errors.New("the simulated organization did not say where it listens")
}

// simulatedCalls asks the simulated organization how many calls it has answered.
func simulatedCalls(ctx context.Context, environ []string) (int, error) {
	for _, setting := range environ {
		address, ok := strings.CutPrefix(setting, "AWS_ENDPOINT_URL=")
		if !ok {
			continue
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/_fake/calls", http.NoBody)
		if err != nil {
			return 0, fmt.Errorf("ask for the calls: %w", err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return 0, fmt.Errorf("ask for the calls: %w", err)
		}
		defer response.Body.Close()
		var counts struct {
			Total int `json:"total"`
		}
		if err := json.NewDecoder(response.Body).Decode(&counts); err != nil {
			return 0, fmt.Errorf("read how many calls there were: %w", err)
		}
		return counts.Total, nil
	}
	return 0, errors.New("the simulated organization did not say where it listens")
}
