package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"orgaudit/report/benchmark"
	"orgaudit/templates"
)

// readBenchmark reads one of orgaudit's own benchmarks by its name, or a file.
func readBenchmark(name string) (*benchmark.Definition, error) {
	if !isBenchmarkFile(name) {
		d, err := benchmark.LoadDefinition(templates.Benchmarks, name)
		if err != nil {
			return nil, usageError{err}
		}
		return d, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, usageError{fmt.Errorf("read the benchmark: %w", err)}
	}
	d, err := benchmark.ReadDefinition(templates.Benchmarks, name, text)
	if err != nil {
		return nil, usageError{err}
	}
	return d, nil
}

// isBenchmarkFile tells a file from a name: it ends in .toml or is in a folder.
func isBenchmarkFile(name string) bool {
	return strings.HasSuffix(name, ".toml") || strings.ContainsAny(name, "/"+string(filepath.Separator))
}

// demand makes the weights and parameters of a benchmark what holds where nothing else is set.
func (c *config) demand(d *benchmark.Definition) {
	w := d.Weights
	c.Benchmark.Weights = weights{w[benchmark.Critical], w[benchmark.High], w[benchmark.Medium], w[benchmark.Low]}
	c.Benchmark.Parameters = d.Parameters
}
