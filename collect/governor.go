package collect

import (
	"cmp"
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rates are the quotas that a run keeps to, and how it adapts to what AWS answers.
//
// The SDK has a retryer that adapts (retry.NewAdaptiveMode). It serves one client, so that
// here, where every account has clients of its own, each would have to be throttled before
// it knew of a quota that all accounts share, such as that of sts:AssumeRole.
type Rates struct {
	// STS holds for all operations of STS together: the quota is that of the caller's account.
	STS Rate
	// Organizations holds for each operation of AWS Organizations.
	Organizations Rate
	// CredentialReports holds for iam:GenerateCredentialReport in all accounts together,
	// which share AWS's capacity for making reports.
	CredentialReports Rate
	// IAM, Regions, Contacts and AccessAnalyzer hold for each operation in each account, and in
	// each region where a service is regional.
	IAM, Regions, Contacts, AccessAnalyzer Rate

	Adaption Adaption
}

// bucketKey names a bucket among those of the organization or of one account.
type bucketKey struct{ service, operation, region string }

// bucketOf tells which bucket the calls of an operation share, its quota, and whether the
// bucket is the organization's or each account's own.
func (r *Rates) bucketOf(service, operation, region string) (key bucketKey, quota Rate, shared bool) {
	key = bucketKey{service, operation, region}
	switch service {
	case "STS":
		return bucketKey{service: service}, r.STS, true
	case "Organizations":
		return key, r.Organizations, true
	case "Account":
		if operation == "ListRegions" {
			return key, r.Regions, false
		}
		return key, r.Contacts, false
	case "AccessAnalyzer":
		return key, r.AccessAnalyzer, false
	}
	if operation == "GenerateCredentialReport" {
		return key, r.CredentialReports, true
	}
	return key, r.IAM, false
}

// governor decides when a call may go: its bucket must have a token, and there must be a
// place among the calls in flight. Nobody who waits for a token holds a place.
type governor struct {
	rates    Rates
	inFlight *places
	now      func() time.Time
	// organization are the buckets that all accounts share, with those of calls that are
	// made in no account's name.
	organization *buckets
}

func newGovernor(callsInFlight int, rates Rates) *governor {
	rates.Adaption.Cut = cmp.Or(rates.Adaption.Cut, 0.5)
	rates.Adaption.Recover = cmp.Or(rates.Adaption.Recover, 10*time.Second)
	return &governor{
		rates: rates, inFlight: newPlaces(max(callsInFlight, 1)),
		now: time.Now, organization: newBuckets(),
	}
}

// bucket returns the bucket of an operation.
func (g *governor) bucket(ctx context.Context, service, operation, region string) *bucket {
	key, quota, shared := g.rates.bucketOf(service, operation, region)
	among, ok := ctx.Value(bucketsKey{}).(*buckets)
	if shared || !ok {
		among = g.organization
	}
	return among.get(key, func() *bucket { return newBucket(quota, g.rates.Adaption) })
}

// enter waits until a call may go, when its turn has come. Whoever enters must leave.
func (g *governor) enter(ctx context.Context, b *bucket, t turn) error {
	if err := b.take(ctx, g.now()); err != nil {
		return err
	}
	return g.inFlight.take(ctx, t)
}

func (g *governor) leave() { g.inFlight.give() }

// buckets are those of the organization or of one account.
type buckets struct {
	mu   sync.Mutex
	held map[bucketKey]*bucket
}

func newBuckets() *buckets { return &buckets{held: map[bucketKey]*bucket{}} }

func (b *buckets) get(key bucketKey, made func() *bucket) *bucket {
	b.mu.Lock()
	defer b.mu.Unlock()
	held, ok := b.held[key]
	if !ok {
		held = made()
		b.held[key] = held
	}
	return held
}

type bucketsKey struct{}

// withBuckets returns the context of one account's calls. Its buckets go with it, so that
// memory does not grow with the organization.
func withBuckets(ctx context.Context) context.Context {
	return context.WithValue(ctx, bucketsKey{}, newBuckets())
}

// bucket is a token bucket whose rate follows a pace.
type bucket struct {
	mu      sync.Mutex
	pace    *pace
	limiter *rate.Limiter
}

func newBucket(quota Rate, a Adaption) *bucket {
	p := newPace(quota, a)
	return &bucket{pace: p, limiter: rate.NewLimiter(limitOf(p), p.burst())}
}

func limitOf(p *pace) rate.Limit {
	if p.perSecond == 0 {
		return rate.Inf
	}
	return rate.Limit(p.perSecond)
}

// take waits for a token.
func (b *bucket) take(ctx context.Context, now time.Time) error {
	b.mu.Lock()
	b.pace.send(now)
	b.follow(now)
	token := b.limiter.ReserveN(now, 1)
	b.mu.Unlock()

	delay := token.DelayFrom(now)
	if delay <= 0 {
		return nil
	}
	began := time.Now()
	if err := wait(ctx, delay); err != nil {
		token.CancelAt(now.Add(time.Since(began))) // the rate may have changed meanwhile
		return err
	}
	return nil
}

// throttled says that AWS has throttled a call that was sent at a time.
func (b *bucket) throttled(sentAt, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pace.throttled(sentAt, now)
	b.follow(now)
}

// follow sets the limiter to the pace.
func (b *bucket) follow(now time.Time) {
	if limit := limitOf(b.pace); limit != b.limiter.Limit() {
		b.limiter.SetLimitAt(now, limit)
		b.limiter.SetBurstAt(now, b.pace.burst())
	}
}
