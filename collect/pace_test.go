package collect

import (
	"math"
	"testing"
	"time"
)

// event is what happens to a pace: calls that are sent, or one that AWS throttled.
type event struct {
	at        time.Duration
	send      int
	throttled bool
	// sentAt is when the throttled call was sent.
	sentAt time.Duration
	// want is the rate after it, 0 for none.
	want float64
}

func TestPace(t *testing.T) {
	const s = time.Second
	adaption := Adaption{Cut: 0.5, Recover: 10 * s}
	for _, test := range []struct {
		name   string
		quota  Rate
		events []event
	}{
		{"AWS is content", Rate{}, []event{{at: 0, send: 100}, {at: s, send: 100}}},
		{"no quota is known: half of what was sent", Rate{}, []event{
			{at: 0, send: 40}, {at: s, send: 10}, {at: 1100 * time.Millisecond, throttled: true, sentAt: s, want: 20},
		}},
		{"what was sent long ago does not count", Rate{}, []event{
			{at: 0, send: 40}, {at: 5 * s, send: 4}, {at: 5*s + 1, throttled: true, sentAt: 5 * s, want: 2},
		}},
		{"half of the quota", Rate{PerSecond: 10, Burst: 10}, []event{
			{at: 0, send: 1, want: 10}, {at: s, throttled: true, sentAt: s, want: 5},
		}},
		{"calls that were out when the rate was cut", Rate{PerSecond: 16}, []event{
			{at: 2 * s, throttled: true, sentAt: s, want: 8},
			{at: 3 * s, throttled: true, sentAt: 2 * s, want: 8},
			{at: 4 * s, throttled: true, sentAt: 3 * s, want: 4},
		}},
		{"never below the slowest", Rate{PerSecond: 3}, []event{
			{at: 1 * s, throttled: true, sentAt: 1 * s, want: 1.5},
			{at: 2 * s, throttled: true, sentAt: 2 * s, want: 1},
			{at: 3 * s, throttled: true, sentAt: 3 * s, want: 1},
		}},
		{"never above a quota that is below the slowest", Rate{PerSecond: 0.5}, []event{
			{at: 1 * s, throttled: true, sentAt: 1 * s, want: 0.5},
		}},
		{"a tenth more after each quiet time, up to the quota", Rate{PerSecond: 10}, []event{
			{at: 0, throttled: true, sentAt: 0, want: 5},
			{at: 9 * s, send: 1, want: 5},
			{at: 10 * s, send: 1, want: 5.5},
			{at: 19 * s, send: 1, want: 5.5},
			{at: 30 * s, send: 1, want: 5.5 * 1.1 * 1.1},
			{at: 500 * s, send: 1, want: 10},
		}},
		{"throttled again while it recovers", Rate{PerSecond: 10}, []event{
			{at: 0, throttled: true, sentAt: 0, want: 5},
			{at: 10 * s, send: 1, want: 5.5},
			{at: 11 * s, throttled: true, sentAt: 11 * s, want: 2.75},
			{at: 20 * s, send: 1, want: 2.75},
			{at: 21 * s, send: 1, want: 2.75 * 1.1},
		}},
		{"without a quota it rises on", Rate{}, []event{
			{at: 0, send: 4}, {at: 1, throttled: true, sentAt: 1, want: 2},
			{at: 1 + 100*s, send: 1, want: 2 * math.Pow(1.1, 10)},
			{at: 1e6 * s, send: 1, want: fastest},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			start := time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)
			p := newPace(test.quota, adaption)
			for i, e := range test.events {
				for range e.send {
					p.send(start.Add(e.at))
				}
				if e.throttled {
					p.throttled(start.Add(e.sentAt), start.Add(e.at))
				}
				if math.Abs(p.perSecond-e.want) > 1e-6 {
					t.Errorf("event %d: %v a second, want %v", i, p.perSecond, e.want)
				}
			}
		})
	}
}

func TestPaceBurst(t *testing.T) {
	at := time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)
	p := newPace(Rate{PerSecond: 10, Burst: 15}, Adaption{Cut: 0.5, Recover: time.Second})
	if p.burst() != 15 {
		t.Errorf("a burst of %d at first, want 15", p.burst())
	}
	p.throttled(at, at)
	if p.burst() != 1 {
		t.Errorf("a burst of %d after throttling, want 1", p.burst())
	}
	p.send(at.Add(time.Minute))
	if p.burst() != 15 {
		t.Errorf("a burst of %d after recovery, want 15", p.burst())
	}
	if unknown := newPace(Rate{}, Adaption{Cut: 0.5, Recover: time.Second}); unknown.burst() != 1 {
		t.Errorf("a burst of %d without a quota, want 1", unknown.burst())
	}
}
