package report

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"orgaudit/report/benchmark"
)

// Published is what an earlier report said of its organization.
type Published struct {
	Benchmark BenchmarkFacts
	Score     benchmark.Score
}

// readPublished reads the head of an audit.json, which may be hundreds of megabytes long,
// and nothing after it. The report must be about the evidence with that digest.
func readPublished(name, digest string) (*Published, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	d := json.NewDecoder(bufio.NewReader(file))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return nil, errors.New("it is no JSON object")
	}
	var head jsonReport
	// The parts stand in this order; what else stands among them is passed over.
	parts := []struct {
		key string
		to  any
	}{{"schema", &head.Schema}, {"benchmark", &head.Benchmark}, {"evidence", &head.Evidence}, {"scores", &head.Scores}}
	for len(parts) > 0 {
		key, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("read it: %w", err)
		}
		if key == json.Delim('}') || key == "results" {
			return nil, fmt.Errorf("it has no %s", parts[0].key)
		}
		var to any = &json.RawMessage{}
		if key == parts[0].key {
			to, parts = parts[0].to, parts[1:]
		}
		if err := d.Decode(to); err != nil {
			return nil, fmt.Errorf("read its %v: %w", key, err)
		}
	}
	if head.Schema != SchemaVersion {
		return nil, fmt.Errorf("it has version %s, this orgaudit reads version %s", head.Schema, SchemaVersion)
	}
	if head.Evidence.Digest != digest {
		return nil, errors.New("it was made from other evidence")
	}
	return &Published{Benchmark: BenchmarkFacts(head.Benchmark), Score: head.Scores.Organization.Score}, nil
}
