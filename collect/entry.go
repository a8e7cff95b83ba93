package collect

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"

	"orgaudit/org"
)

// EntrySection is the section of the gap of an account that could not be entered.
const EntrySection org.Section = "entry"

// AuditRole says how accounts are entered.
type AuditRole struct {
	// Name is the audit role's name, with its path where it has one, the same in every account.
	Name string
	// ExternalID is what the role's trust policy asks for; empty is none.
	ExternalID string
	// SessionName stands in CloudTrail beside every call.
	SessionName string
	// Duration is the life of the credentials; they are renewed before they end.
	Duration time.Duration
	// Management and Caller say how the management account and the caller's own account are
	// entered: EntryRole, EntryCaller, EntryOrganization, or "" for the credentials that
	// are in that account already, else the role.
	Management, Caller string
}

// Identity is who the caller is.
type Identity struct {
	AccountID, ARN string
}

// WhoAmI asks AWS for the identity of cfg's credentials. No permission is needed for it.
func WhoAmI(ctx context.Context, cfg aws.Config) (Identity, error) {
	out, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Identity{}, fmt.Errorf("ask AWS for the caller's identity: %w", err)
	}
	return Identity{AccountID: aws.ToString(out.Account), ARN: aws.ToString(out.Arn)}, nil
}

// ClockAhead is how far the clock of AWS is ahead of this machine's, by a call that needs
// no permission. It is false where the answer does not say. The SDK corrects its own
// signatures by it; nothing corrects the times in the evidence.
func ClockAhead(ctx context.Context, cfg aws.Config) (ahead time.Duration, known bool, err error) {
	out, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return 0, false, fmt.Errorf("ask AWS for the time: %w", err)
	}
	server, told := awsmiddleware.GetServerTime(out.ResultMetadata)
	came, known := awsmiddleware.GetResponseAt(out.ResultMetadata)
	return server.Sub(came), told && known, nil
}

func entryCalls() []org.Call {
	return []org.Call{
		{Service: "STS", Operation: "GetCallerIdentity", Action: "sts:GetCallerIdentity"},
		{Service: "STS", Operation: "AssumeRole", Action: "sts:AssumeRole"},
	}
}

// renewBefore is how long before their end credentials are renewed: longer than any one
// call with its retries takes.
const renewBefore = 5 * time.Minute

// AssumeRole returns a copy of cfg with the credentials of a role. policy narrows the
// session where it is not empty. The role is not assumed before the first call.
func AssumeRole(cfg aws.Config, arn string, role AuditRole, policy string) aws.Config {
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), arn, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = role.SessionName
		o.Duration = role.Duration
		if role.ExternalID != "" {
			o.ExternalID = &role.ExternalID
		}
		if policy != "" {
			o.Policy = &policy
		}
	})
	cache := aws.NewCredentialsCache(ownClock{provider, role.Duration}, func(o *aws.CredentialsCacheOptions) {
		o.ExpiryWindow = min(renewBefore, role.Duration/4)
	})
	out := cfg.Copy()
	out.Credentials = cache
	out.APIOptions = append(slices.Clone(out.APIOptions), func(stack *middleware.Stack) error {
		return stack.Finalize.Insert(renewal(cache), "Retry", middleware.Before)
	})
	return out
}

// SessionPolicy is the policy that narrows every assumed session to what collectors need
// for a run that asks for some optional sections, whatever else the role may do.
func SessionPolicy(optional []org.Section) (string, error) {
	return sessionPolicy(AuditCalls(optional))
}

// OrganizationSessionPolicy narrows the session of the role that reads the organization. The
// account that the role stands in may be read with it too.
func OrganizationSessionPolicy(optional []org.Section) (string, error) {
	return sessionPolicy(append(org.Calls(), AuditCalls(optional)...))
}

func sessionPolicy(calls []org.Call) (string, error) {
	text, err := json.Marshal(map[string]any{
		"Version": "2012-10-17",
		"Statement": []map[string]any{{
			"Effect": "Allow", "Action": org.Actions(calls), "Resource": "*",
		}},
	})
	if err != nil {
		return "", fmt.Errorf("write the session policy: %w", err)
	}
	return string(text), nil
}

// enter returns the credentials for an account, fetched already, or the gap that says why
// there are none: a refused role is one gap, not one a section.
func (r *run) enter(ctx context.Context, account *org.Account) (aws.Config, Entry, *org.Gap) {
	if before := r.holders[account.ID].entered(ctx); before != nil {
		return before.config, before.entry, nil
	}
	return r.enterAnew(ctx, account)
}

// enterAnew is enter for an account whose credentials are not there from before its own visit.
func (r *run) enterAnew(ctx context.Context, account *org.Account) (aws.Config, Entry, *org.Gap) {
	kind := r.entryKind(account.ID)
	entry := Entry{Kind: kind}
	cfg, in := r.Caller, account.ID
	switch kind {
	case EntryCaller:
		entry.Identity, in = r.CallerIdentity.ARN, r.CallerIdentity.AccountID
	case EntryOrganization:
		cfg, entry.Identity, in = r.OrganizationConfig, r.OrganizationIdentity.ARN, r.OrganizationIdentity.AccountID
	case EntryRole:
		entry.RoleARN = fmt.Sprintf("arn:%s:iam::%s:role/%s", r.Organization.Partition, account.ID, r.Role.Name)
		cfg = AssumeRole(r.Caller, entry.RoleARN, r.Role, r.sessionPolicy)
	}
	if in != account.ID {
		// What they would read is another account's.
		return aws.Config{}, Entry{Kind: EntryNone}, &org.Gap{
			Section: EntrySection, Account: account.ID, Cause: org.CredentialsFailed, At: r.Now().UTC(),
			Message: fmt.Sprintf("the configuration enters account %s with credentials of account %s", account.ID, in),
		}
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		gap := org.NewGap(EntrySection, account.ID, fmt.Errorf("enter account %s: %w", account.ID, err), r.Now())
		switch {
		case account.State != org.StateActive:
			gap.Cause = org.AccountNotActive
		case gap.Cause == org.DeniedByRole:
			// AWS does not say whether the role is absent, does not trust the caller, or
			// wants another external ID.
			gap.Cause = org.RoleNotAssumable
		}
		return aws.Config{}, Entry{Kind: EntryNone, RoleARN: entry.RoleARN}, &gap
	}
	return cfg, entry, nil
}

// door is an account that is entered for the organization's analyzers before its own visit,
// which then needs no credentials of its own. A nil door is that of any other account.
type door struct {
	once sync.Once
	open chan struct{} // closed once it was tried
	in   *entered
}

// entered is an account's credentials and how they were had.
type entered struct {
	config aws.Config
	entry  Entry
}

// doors are those of the accounts that may hold analyzers of the organization.
func doors(o *org.Organization) map[string]*door {
	all := map[string]*door{}
	for _, id := range analyzerHolders(o) {
		all[id] = &door{open: make(chan struct{})}
	}
	return all
}

// leave says that the account was tried, and what came of it: nil where it could not be
// entered. What is said first counts.
func (d *door) leave(in *entered) {
	if d != nil {
		d.once.Do(func() { d.in = in; close(d.open) })
	}
}

// entered waits until the account was tried and returns what came of it.
func (d *door) entered(ctx context.Context) *entered {
	if d == nil {
		return nil
	}
	select {
	case <-d.open:
		return d.in
	case <-ctx.Done():
		return nil
	}
}

// entryKind decides how an account is entered.
func (r *run) entryKind(id string) string {
	if r.Organization.IsManagement(id) && r.Role.Management != "" {
		return r.Role.Management
	}
	if id == r.CallerIdentity.AccountID && r.Role.Caller != "" {
		return r.Role.Caller
	}
	switch id {
	case r.CallerIdentity.AccountID:
		return EntryCaller
	case r.OrganizationIdentity.AccountID:
		return EntryOrganization
	}
	return EntryRole
}
