package collect

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"

	"orgaudit/org"
)

// mostSkew is how far AWS's clock may be from this machine's before the time at which AWS
// says that credentials end means nothing here.
const mostSkew = time.Minute

// ownClock dates the end of a session by this machine's clock. AWS grants the whole duration
// that was asked for or refuses, and says the end by its own clock ("AssumeRole", AWS Security
// Token Service API Reference); with a clock that is far ahead every call would take the role
// again, and with one that is behind the credentials would end unnoticed.
type ownClock struct {
	aws.CredentialsProvider
	life time.Duration
}

// Retrieve implements [aws.CredentialsProvider].
func (p ownClock) Retrieve(ctx context.Context) (aws.Credentials, error) {
	end := time.Now().Add(p.life)
	c, err := p.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return c, roleRefused{err}
	}
	if c.CanExpire && c.Expires.Sub(end).Abs() > mostSkew {
		c.Expires = end
	}
	return c, err
}

// roleRefused is the error of taking a role. A call may fail with it long after the account was
// entered, when its credentials are renewed.
type roleRefused struct{ error }

func (r roleRefused) Unwrap() error { return r.error }

// gapOf is the gap of a section of the account. Where the role could not be taken again, it is
// not the section's call that was denied.
func (v *Visit) gapOf(section org.Section, err error) org.Gap {
	gap := org.NewGap(section, v.Account.ID, err, v.run.Now())
	var refused roleRefused
	if errors.As(err, &refused) && gap.Cause == org.DeniedByRole {
		gap.Cause = org.RoleNotAssumable
	}
	return gap
}

// renewal takes the role again where a session ended before its time, such as when its
// sessions were revoked, and repeats the call once.
func renewal(cache *aws.CredentialsCache) middleware.FinalizeMiddleware {
	return middleware.FinalizeMiddlewareFunc("OrgauditRenewal",
		func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
			used, err := cache.Retrieve(ctx)
			if err != nil {
				return middleware.FinalizeOutput{}, middleware.Metadata{}, fmt.Errorf("take the role: %w", err)
			}
			out, metadata, err := next.HandleFinalize(ctx, in)
			if code := org.ErrorCode(err); code != "ExpiredToken" && code != "ExpiredTokenException" {
				return out, metadata, err
			}
			// Another call may have renewed them by now.
			if held, heldErr := cache.Retrieve(ctx); heldErr == nil && held.AccessKeyID == used.AccessKeyID {
				cache.Invalidate()
			}
			if request, ok := in.Request.(interface{ RewindStream() error }); ok {
				if rewindErr := request.RewindStream(); rewindErr != nil {
					return out, metadata, err
				}
			}
			return next.HandleFinalize(ctx, in)
		})
}
