package collect

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// Traffic is what the calls of one operation took.
type Traffic struct {
	// Service is the SDK's id of the service, such as IAM or AccessAnalyzer.
	Service   string `json:"service"`
	Operation string `json:"operation"`
	// Calls counts every request that was sent, Retries those of them that repeated one, and
	// Throttled those that AWS refused because there were too many.
	Calls     int `json:"calls"`
	Retries   int `json:"retries,omitempty"`
	Throttled int `json:"throttled,omitempty"`
	// Latency is the time of all calls together, Longest that of the longest, and Waited what
	// they waited for a token or for a place among the calls in flight, in milliseconds.
	Latency int64 `json:"latency_ms"`
	Longest int64 `json:"longest_ms"`
	Waited  int64 `json:"waited_ms,omitempty"`
}

// Throttles counts the calls that AWS refused because there were too many.
func Throttles(traffic []Traffic) int {
	n := 0
	for _, t := range traffic {
		n += t.Throttled
	}
	return n
}

// AddTraffic returns the sum of two lists, by service and operation, sorted.
func AddTraffic(a, b []Traffic) []Traffic {
	sum := slices.Clone(a)
	for _, t := range b {
		i := slices.IndexFunc(sum, func(s Traffic) bool { return s.Service == t.Service && s.Operation == t.Operation })
		if i < 0 {
			sum = append(sum, t)
			continue
		}
		s := &sum[i]
		s.Calls, s.Retries, s.Throttled = s.Calls+t.Calls, s.Retries+t.Retries, s.Throttled+t.Throttled
		s.Latency, s.Longest, s.Waited = s.Latency+t.Latency, max(s.Longest, t.Longest), s.Waited+t.Waited
	}
	sortTraffic(sum)
	return sum
}

func sortTraffic(list []Traffic) {
	slices.SortFunc(list, func(a, b Traffic) int {
		return cmp.Or(strings.Compare(a.Service, b.Service), strings.Compare(a.Operation, b.Operation))
	})
}

// Meter counts the calls that are made under a context. The zero value is ready.
type Meter struct {
	parent *Meter
	mu     sync.Mutex
	tolls  map[call]*toll
}

type call struct{ service, operation string }

// toll is what an operation took. An operation is counted when it is asked for, and again
// for every attempt.
type toll struct {
	operations, attempts, throttled int
	latency, longest, waited        time.Duration
}

func (m *Meter) sum(f func(*toll) int) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, t := range m.tolls {
		n += f(t)
	}
	return n
}

// Calls is the number of requests sent, repeated ones too.
func (m *Meter) Calls() int { return m.sum(func(t *toll) int { return t.attempts }) }

// Retries is the number of requests that repeated one.
func (m *Meter) Retries() int { return m.sum((*toll).retries) }

// retries are less than none where an operation failed before it was sent.
func (t *toll) retries() int { return max(t.attempts-t.operations, 0) }

// Traffic is what was counted, by service and operation, sorted.
func (m *Meter) Traffic() []Traffic {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []Traffic
	for c, t := range m.tolls {
		if t.attempts > 0 {
			list = append(list, Traffic{
				Service: c.service, Operation: c.operation, Calls: t.attempts, Retries: t.retries(), Throttled: t.throttled,
				Latency: t.latency.Milliseconds(), Longest: t.longest.Milliseconds(), Waited: t.waited.Milliseconds(),
			})
		}
	}
	sortTraffic(list)
	return list
}

// note changes the toll of an operation in the meter of a context and in those around it.
func note(ctx context.Context, c call, f func(*toll)) {
	for m := meterOf(ctx); m != nil; m = m.parent {
		m.mu.Lock()
		t, ok := m.tolls[c]
		if !ok {
			if m.tolls == nil {
				m.tolls = map[call]*toll{}
			}
			t = &toll{}
			m.tolls[c] = t
		}
		f(t)
		m.mu.Unlock()
	}
}

type meterKey struct{}

// WithMeter returns a context whose calls are counted in m, and in the meter of ctx too.
func WithMeter(ctx context.Context, m *Meter) context.Context {
	m.parent = meterOf(ctx)
	return context.WithValue(ctx, meterKey{}, m)
}

func meterOf(ctx context.Context) *Meter {
	m, _ := ctx.Value(meterKey{}).(*Meter)
	return m
}
