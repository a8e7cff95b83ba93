package collect

import (
	"math"
	"time"
)

// Rate is a quota of AWS: calls a second, and how many may come at once. Where PerSecond is
// 0 no number is published, and nothing bounds the calls until AWS throttles one.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Adaption says how a rate follows what AWS answers.
type Adaption struct {
	// Cut is the factor of a rate when AWS has throttled a call, above 0 and below 1.
	Cut float64
	// Recover is the time without throttling after which a rate is raised by a tenth.
	Recover time.Duration
}

const (
	// slowest is the calls a second below which no rate falls, so that a run always ends.
	slowest = 1.0
	// raised is the factor of a rate after a time without throttling. It rises more slowly
	// than it falls, since a call that is throttled costs a wait and a call that is not sent
	// costs nothing but a little time.
	raised = 1.1
	// fastest ends the rise of a rate that has no quota: nobody sends so many.
	fastest = 1e6
)

// pace is how fast one bucket lets calls go. Its methods only decide: they wait for nothing,
// and are told the time.
type pace struct {
	quota    Rate
	adaption Adaption
	// perSecond is the rate in force, 0 is none.
	perSecond float64
	// cutAt is when the rate was last cut, changedAt when it was last cut or raised.
	cutAt, changedAt time.Time
	// second is the second in which calls are counted; sent are those in it, before those in
	// the one before.
	second       time.Time
	sent, before int
}

func newPace(quota Rate, a Adaption) *pace {
	return &pace{quota: quota, adaption: a, perSecond: quota.PerSecond}
}

// burst is how many calls may go at once.
func (p *pace) burst() int {
	if p.perSecond < p.quota.PerSecond || p.quota.Burst < 1 {
		return 1 // AWS's bucket was found empty, or nothing is known of its size
	}
	return p.quota.Burst
}

// send notes that a call is sent, and raises the rate where AWS was content for long enough.
func (p *pace) send(at time.Time) {
	if elapsed := at.Sub(p.second); elapsed >= time.Second {
		p.before = p.sent
		if elapsed >= 2*time.Second {
			p.before = 0
		}
		p.second, p.sent = at, 0
	}
	p.sent++
	if p.perSecond == 0 || p.perSecond == p.quota.PerSecond {
		return
	}
	if steps := int(at.Sub(p.changedAt) / p.adaption.Recover); steps > 0 {
		p.changedAt = p.changedAt.Add(time.Duration(steps) * p.adaption.Recover)
		most := p.quota.PerSecond
		if most == 0 {
			most = fastest
		}
		p.perSecond = min(p.perSecond*math.Pow(raised, float64(steps)), most)
	}
}

// throttled cuts the rate. A call that was sent before the last cut says nothing of the
// rate since: many are out when AWS begins to throttle, and each cutting anew would stop
// everything. Where nothing bounded the calls, the new rate comes from those that were sent
// in the last seconds.
func (p *pace) throttled(sentAt, at time.Time) {
	if !sentAt.After(p.cutAt) {
		return
	}
	rate := p.perSecond
	if rate == 0 {
		rate = float64(max(p.sent, p.before))
	}
	p.perSecond = max(rate*p.adaption.Cut, slowest)
	if p.quota.PerSecond > 0 {
		p.perSecond = min(p.perSecond, p.quota.PerSecond)
	}
	p.cutAt, p.changedAt = at, at
}
