package collect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"

	"orgaudit/org"
)

// Transport bounds what every client of a run may do.
type Transport struct {
	// CallsInFlight bounds the calls in flight over all accounts together.
	CallsInFlight int
	// Rates are the quotas that the calls keep to.
	Rates Rates
	// Attempts is how often a call is sent at most; MaxBackoff is the longest wait between.
	Attempts   int
	MaxBackoff time.Duration
	// CallTimeout bounds one attempt, from the dial to the end of the answer.
	CallTimeout time.Duration
	// Log is told what the SDK has to say, such as why it repeats a call; nil is nobody.
	// What matters of it stands in the evidence.
	Log *slog.Logger
}

// Instrument returns a copy of cfg whose clients send at most t.CallsInFlight calls at a
// time and keep to t.Rates, retry as t says, count their calls into the meter of their context, and refuse
// every operation that is not among calls before it is sent.
func Instrument(cfg aws.Config, t Transport, calls []org.Call) aws.Config {
	allowed := map[string]bool{}
	for _, c := range calls {
		allowed[c.Service+":"+c.Operation] = true
	}
	governor := newGovernor(t.CallsInFlight, t.Rates)
	var answers buffers

	cfg = cfg.Copy()
	cfg.Logger = logging.Nop{}
	if t.Log != nil {
		cfg.ClientLogMode |= aws.LogRetries
		cfg.Logger = logging.LoggerFunc(func(c logging.Classification, format string, args ...any) {
			t.Log.Info(fmt.Sprintf(format, args...), "sdk", string(c))
		})
	}
	// The client of the configuration knows the user's proxy and certificates.
	client, ok := cfg.HTTPClient.(*awshttp.BuildableClient)
	if !ok {
		client = awshttp.NewBuildableClient()
	}
	// Frozen, since every service client would make connections of its own from one that can
	// still be built upon, and there are many clients for each account.
	cfg.HTTPClient = client.WithTimeout(t.CallTimeout).WithTransportOptions(func(tr *http.Transport) {
		tr.MaxIdleConns = t.CallsInFlight
		tr.MaxIdleConnsPerHost = t.CallsInFlight
	}).Freeze()
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = t.Attempts
			o.MaxBackoff = t.MaxBackoff
			// The SDK's own quota of retries is a client's; ours is CallsInFlight and Attempts.
			o.RateLimiter = ratelimit.None
			o.Retryables = append(o.Retryables, retry.IsErrorRetryableFunc(cutOff))
		})
	}
	cfg.APIOptions = append(cfg.APIOptions, HideSecrets, func(stack *middleware.Stack) error {
		// Last of the step, since the SDK notes the names of service and operation in it.
		if err := stack.Initialize.Add(readOnly(allowed), middleware.After); err != nil {
			return err
		}
		// After the credentials are there: a call that waited for them in its place could wait for
		// the very call that brings them and finds no place.
		if err := stack.Finalize.Insert(attempt(governor), "Signing", middleware.Before); err != nil {
			return err
		}
		// Next to the wire, so that all others read the answer from memory.
		return stack.Deserialize.Add(landed(&answers), middleware.After)
	})
	return cfg
}

// cutOff makes an answer that ended in the middle a reason to repeat the call, as a connection
// that ends before the answer is one for the SDK.
func cutOff(err error) aws.Ternary {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// readOnly refuses operations that nobody declared, so that neither a slip in our code
// nor in a library can change anything in an account.
func readOnly(allowed map[string]bool) middleware.InitializeMiddleware {
	return middleware.InitializeMiddlewareFunc("OrgauditReadOnly",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			name := awsmiddleware.GetServiceID(ctx) + ":" + awsmiddleware.GetOperationName(ctx)
			if !allowed[name] {
				return middleware.InitializeOutput{}, middleware.Metadata{}, fmt.Errorf("%s is not among the operations that orgaudit may call", name)
			}
			note(ctx, callOf(ctx), func(t *toll) { t.operations++ })
			return next.HandleInitialize(ctx, in)
		})
}

// attempt runs once for each try of a call. It holds a place among the calls in flight
// only while the call is out, not while it waits for a token or to try again, nor while its
// answer is parsed.
func attempt(g *governor) middleware.FinalizeMiddleware {
	return middleware.FinalizeMiddlewareFunc("OrgauditAttempt",
		func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
			c := callOf(ctx)
			b := g.bucket(ctx, c.service, c.operation, awsmiddleware.GetRegion(ctx))
			asked := g.now()
			if err := g.enter(ctx, b, turnOf(ctx, c)); err != nil {
				return middleware.FinalizeOutput{}, middleware.Metadata{}, err
			}
			sent := g.now()
			var ended time.Time
			land := sync.OnceFunc(func() {
				ended = g.now()
				g.leave()
			})
			defer land()
			out, metadata, err := next.HandleFinalize(withLanding(ctx, land), in)
			land() // where no answer came
			// "No more capacity" for credential reports is throttling too, under another name.
			throttled := err != nil && org.CauseOf(err) == org.Throttled
			if throttled {
				b.throttled(sent, ended)
			}
			note(ctx, c, func(t *toll) {
				t.attempts++
				t.latency += ended.Sub(sent)
				t.longest = max(t.longest, ended.Sub(sent))
				t.waited += sent.Sub(asked)
				if throttled {
					t.throttled++
				}
			})
			return out, metadata, err
		})
}

// callOf is the operation that a client calls.
func callOf(ctx context.Context) call {
	return call{awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)}
}
