package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"orgaudit/report/benchmark"
)

// ReportedSettings are those that an audit.json names as its own, so that whoever verifies it
// can judge with the same ones.
type ReportedSettings struct {
	// EvidenceDigest is that of the evidence that it was made from.
	EvidenceDigest string
	Benchmark      BenchmarkFacts
	Weights        benchmark.Weights
	// Parameters are written as reports show them; see [benchmark.Parameters.Values].
	Parameters map[string]string
	// Register is empty where no file of exceptions was read.
	Register RegisterFacts
	// Limits are nil where a report of an older orgaudit does not name them.
	Limits *benchmark.ExceptionLimits
}

// ReadSettings reads them from an audit.json. It keeps nothing else of the file.
func ReadSettings(r io.Reader) (*ReportedSettings, error) {
	d := json.NewDecoder(bufio.NewReaderSize(r, 1<<16))
	var (
		s        ReportedSettings
		schema   string
		mark     jsonBenchmark
		evidence jsonEvidence
		scores   struct {
			Weights benchmark.Weights `json:"severity_weights"`
		}
		parameters []jsonParameter
		register   *jsonRegister
		limits     *jsonExceptionLimits
	)
	into := map[string]any{
		"schema": &schema, "benchmark": &mark, "evidence": &evidence, "scores": &scores,
		"parameters": &parameters, "exceptions_file": &register, "exception_limits": &limits,
	}
	if err := expect(d, json.Delim('{')); err != nil {
		return nil, errForm(err)
	}
	for len(into) > 0 {
		key, more, err := nextKey(d)
		if err != nil {
			return nil, errForm(err)
		}
		if !more {
			break
		}
		if target := into[key]; target != nil {
			err = d.Decode(target)
			delete(into, key)
		} else {
			err = skipValue(d)
		}
		if err != nil {
			return nil, errForm(fmt.Errorf("%s: %w", key, noEnd(err)))
		}
	}
	if schema != SchemaVersion {
		return nil, errForm(fmt.Errorf("its schema is %q, this orgaudit reads %q", schema, SchemaVersion))
	}
	for _, key := range slices.Sorted(maps.Keys(into)) {
		if key != "exceptions_file" && key != "exception_limits" {
			return nil, errForm(fmt.Errorf("it has no %s", key))
		}
	}
	s.EvidenceDigest, s.Benchmark, s.Weights = evidence.Digest, BenchmarkFacts(mark), scores.Weights
	s.Parameters = map[string]string{}
	for _, p := range parameters {
		s.Parameters[p.Name] = p.Value
	}
	if register != nil {
		s.Register = RegisterFacts{File: register.Name, Digest: register.Digest}
	}
	s.Limits = (*benchmark.ExceptionLimits)(limits)
	return &s, nil
}

// noEnd tells an early end of a file in words of its own: io.EOF would read as success.
func noEnd(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
