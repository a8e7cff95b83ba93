package collect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsarn "github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"orgaudit/org"
)

// library holds the AWS-managed policies that accounts of the organization have attached,
// each read once for the whole run in the first account that needs it. An AWS-managed
// policy is the same in every account ("AWS managed policies", IAM User Guide).
type library struct {
	folder *Folder
	// fail ends the run: a policy that was read and cannot be written is no gap.
	fail  func(error)
	now   func() time.Time
	mu    sync.Mutex
	shelf map[string]*shelved
}

// shelved is one policy. Its own lock lets the accounts that need it wait for the one
// that reads it; it is a channel, so that a wait ends with its context.
type shelved struct {
	lock   chan struct{}
	policy *ManagedPolicy // nil until it was read
	old    bool           // it is read again when it is needed
}

func newLibrary(folder *Folder, now func() time.Time) *library {
	return &library{folder: folder, now: now, shelf: map[string]*shelved{}}
}

// fill puts policies on the shelf that an earlier run read. Those that were read before oldest
// are read again where an account needs them.
func (l *library) fill(policies map[string]*ManagedPolicy, oldest time.Time) {
	for arn, p := range policies {
		l.shelf[arn] = &shelved{lock: make(chan struct{}, 1), policy: p, old: p.ReadAt.Before(oldest)}
	}
}

// errBeingRead says that another account is reading a policy.
var errBeingRead = errors.New("another account is reading the policy")

// ensure reads the policy unless the library holds it. A failure is not kept: the next
// account that needs the policy tries with its own credentials. Where another account is
// reading it, the patient wait for that one, and others get errBeingRead.
func (l *library) ensure(ctx context.Context, client *iam.Client, arn string, patient bool) error {
	l.mu.Lock()
	entry, ok := l.shelf[arn]
	if !ok {
		entry = &shelved{lock: make(chan struct{}, 1)}
		l.shelf[arn] = entry
	}
	l.mu.Unlock()

	select {
	case entry.lock <- struct{}{}:
	default:
		if !patient {
			return errBeingRead
		}
		select {
		case entry.lock <- struct{}{}:
		case <-ctx.Done():
			return fmt.Errorf("wait for policy %s: %w", arn, ctx.Err())
		}
	}
	defer func() { <-entry.lock }()
	if entry.policy != nil && !entry.old {
		return nil
	}
	ctx = withTurn(ctx, goesFirst) // many accounts have the same policies attached
	out, err := client.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &arn})
	if err != nil {
		return fmt.Errorf("read policy %s: %w", arn, err)
	}
	p := out.Policy
	if p == nil || aws.ToString(p.Arn) != arn {
		return &org.MalformedError{Err: fmt.Errorf("read policy %s: the answer does not hold it", arn)}
	}
	version, err := client.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &arn, VersionId: p.DefaultVersionId})
	if err != nil {
		return fmt.Errorf("read version %s of policy %s: %w", aws.ToString(p.DefaultVersionId), arn, err)
	}
	if version.PolicyVersion == nil {
		return &org.MalformedError{Err: fmt.Errorf("read version %s of policy %s: the answer does not hold it", aws.ToString(p.DefaultVersionId), arn)}
	}
	policy := &ManagedPolicy{
		ARN: aws.ToString(p.Arn), ID: aws.ToString(p.PolicyId), Name: aws.ToString(p.PolicyName),
		Created: second(p.CreateDate), Updated: second(p.UpdateDate), ReadAt: l.now().UTC().Truncate(time.Second),
		Default: aws.ToString(p.DefaultVersionId),
		Versions: []PolicyVersion{{
			ID: aws.ToString(version.PolicyVersion.VersionId), Created: second(version.PolicyVersion.CreateDate),
			Document: document(version.PolicyVersion.Document),
		}},
	}
	if err := l.folder.WriteManagedPolicy(policy); err != nil {
		l.fail(err)
		return err
	}
	entry.policy, entry.old = policy, false
	return nil
}

// policies returns those of the policies that the library holds, by ARN.
func (l *library) policies(ctx context.Context, arns []string) map[string]*ManagedPolicy {
	held := map[string]*ManagedPolicy{}
	for _, arn := range arns {
		l.mu.Lock()
		entry, ok := l.shelf[arn]
		l.mu.Unlock()
		if !ok {
			continue
		}
		select {
		case entry.lock <- struct{}{}:
			if entry.policy != nil {
				held[arn] = entry.policy
			}
			<-entry.lock
		case <-ctx.Done():
			return held
		}
	}
	return held
}

// plainName is a name that is safe as a file's on every system.
var plainName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_+=,@-]{0,100}$`)

// managedPolicyFile names a policy's file by the policy's name, which is unique among
// AWS-managed policies, and by a digest of its ARN where the name is not fit for a file.
// A policy of an account's own that was made while the account was read comes here too, and
// may have the name of another.
func managedPolicyFile(p *ManagedPolicy) string {
	name := p.Name
	if parsed, err := awsarn.Parse(p.ARN); err != nil || parsed.AccountID != "aws" || !plainName.MatchString(name) {
		sum := sha256.Sum256([]byte(p.ARN))
		name = hex.EncodeToString(sum[:16])
	}
	return managedFolder + "/" + name + ".json"
}
