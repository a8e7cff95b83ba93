package org

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"golang.org/x/sync/errgroup"
)

// WalkOptions say how the organization is walked.
type WalkOptions struct {
	// Tags asks for the tags of every account, one call each.
	Tags bool
	// Concurrency bounds the calls in flight; less than one means one.
	Concurrency int
	// Now is the clock for times in the result.
	Now func() time.Time
	// Caller is the ARN that is noted as the walker's.
	Caller string
}

// Walk reads the organization with the credentials of cfg, which must be those of the
// management account or of a delegated administrator.
//
// It fails if the organization or the list of its accounts cannot be read, since then
// nobody could say what is missing, and if ctx ends. Everything else that cannot be read
// is a gap of the organization.
func Walk(ctx context.Context, cfg aws.Config, o WalkOptions) (*Organization, error) {
	w, err := Begin(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	return w.Wait(ctx)
}

// Begin is [Walk] that does not wait for the policies.
func Begin(ctx context.Context, cfg aws.Config, o WalkOptions) (_ *Walking, err error) {
	w := &walker{
		api:    organizations.NewFromConfig(cfg),
		iam:    iam.NewFromConfig(cfg),
		limit:  max(o.Concurrency, 1),
		now:    o.Now,
		result: &Organization{Schema: 1, WalkedAt: o.Now().UTC().Truncate(time.Second), Caller: o.Caller},
	}
	type step struct {
		section Section
		read    func(context.Context) error
	}
	rooted := make(chan struct{}) // the tree and the policies begin there
	var rootErr error
	steps := []step{
		{SectionTree, func(ctx context.Context) error {
			if <-rooted; rootErr != nil {
				return rootErr
			}
			return w.tree(ctx)
		}},
		{SectionResourcePolicy, w.resourcePolicy},
		{SectionDelegation, w.delegation},
		{SectionTrusted, w.trusted},
		{SectionRootFeatures, w.rootFeatures},
	}
	const policiesPlace = 1 // among the gaps of the steps, which stand in this order
	// Side by side, since the pages of a list come one after the other, and many lists of a
	// large organization are long. Each step fills in what is its own.
	errs := make([]error, len(steps))
	stopped, stop := context.WithCancel(ctx)
	defer func() {
		if err != nil {
			stop()
		}
	}()
	group, groupCtx := errgroup.WithContext(stopped)
	group.Go(func() error { return w.accounts(groupCtx, o.Tags) })
	group.Go(func() error {
		rootErr = w.root(groupCtx)
		close(rooted)
		return nil
	})
	if err := w.organization(ctx); err != nil {
		stop()
		_ = group.Wait() // what it says comes of the same
		return nil, err
	}
	done := make(chan policiesRead, 1)
	root := func() (id string, types []string) {
		<-rooted
		return w.result.Root.ID, w.result.PolicyTypes
	}
	go func() {
		policies, err := w.policies(stopped, root)
		done <- policiesRead{policies, err}
	}()
	for i, step := range steps {
		group.Go(func() error {
			errs[i] = step.read(groupCtx)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("list the accounts of organization %s: %w", w.result.ID, err)
	}
	w.settle()
	if o.Tags {
		steps, errs = append(steps, step{section: SectionTags}), append(errs, w.settleTags(ctx))
	}
	walking := &Walking{done: done, stop: stop, ended: stopped.Err, now: w.now}
	for i, err := range errs {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("walk organization %s: %w", w.result.ID, context.Cause(ctx))
		}
		if i == policiesPlace {
			walking.gap = len(w.result.Gaps)
			w.result.Gaps = append(w.result.Gaps, Gap{
				Section: SectionPolicies, Cause: NotCollected, Message: "the run was cut off before they were read", At: w.now().UTC(),
			})
		}
		if err != nil {
			w.result.Gaps = append(w.result.Gaps, NewGap(steps[i].section, "", err, w.now()))
		}
	}
	w.unplaced()
	w.result.WalkEnded = w.now().UTC().Truncate(time.Second)
	walking.known = w.result
	return walking, nil
}

// walker holds what the steps of one walk share.
type walker struct {
	api    *organizations.Client
	iam    *iam.Client
	limit  int
	now    func() time.Time
	result *Organization
	// placed are the accounts as they were found in the tree.
	placed []placed
	tags   tagReader
}

// placed is an account with the ids of the path down to it.
type placed struct {
	account Account
	path    []string
}

func (w *walker) organization(ctx context.Context) error {
	out, err := w.api.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
	if err != nil {
		return fmt.Errorf("read the organization: %w", err)
	}
	o := out.Organization
	if o == nil {
		return fmt.Errorf("read the organization: %w", &MalformedError{errors.New("the answer holds none")})
	}
	w.result.ID = aws.ToString(o.Id)
	w.result.ARN = aws.ToString(o.Arn)
	w.result.ManagementAccountID = aws.ToString(o.MasterAccountId)
	w.result.FeatureSet = string(o.FeatureSet)
	parsed, err := arn.Parse(w.result.ARN)
	if err != nil {
		return fmt.Errorf("read the organization: its ARN %q: %w", w.result.ARN, err)
	}
	w.result.Partition = parsed.Partition
	return nil
}

// accounts lists the accounts, and asks for the tags of those of a page while the next one
// comes.
func (w *walker) accounts(ctx context.Context, tags bool) error {
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(w.limit)
	defer func() { _ = group.Wait() }() // what fails is a gap
	pages := organizations.NewListAccountsPaginator(w.api, &organizations.ListAccountsInput{})
	for page, err := range Pages(ctx, pages) {
		if err != nil {
			return err
		}
		for _, a := range page.Accounts {
			account, err := accountOf(a)
			if err != nil {
				return err
			}
			w.result.Accounts = append(w.result.Accounts, account)
			if tags {
				group.Go(func() error { return w.readTags(groupCtx, account.ID) })
			}
		}
	}
	w.sortAccounts()
	return nil
}

// sortAccounts sorts by id and leaves out what a page repeated.
func (w *walker) sortAccounts() {
	slices.SortFunc(w.result.Accounts, func(a, b Account) int { return strings.Compare(a.ID, b.ID) })
	w.result.Accounts = slices.CompactFunc(w.result.Accounts, func(a, b Account) bool { return a.ID == b.ID })
}

func accountOf(a types.Account) (Account, error) {
	if !IsAccountID(aws.ToString(a.Id)) {
		return Account{}, &MalformedError{fmt.Errorf("%q is no account id", aws.ToString(a.Id))}
	}
	return Account{
		ID:     aws.ToString(a.Id),
		ARN:    aws.ToString(a.Arn),
		Name:   aws.ToString(a.Name),
		Email:  aws.ToString(a.Email),
		State:  accountState(a),
		Method: string(a.JoinedMethod),
		Joined: aws.ToTime(a.JoinedTimestamp).UTC().Truncate(time.Second),
	}, nil
}

// accountState prefers State, which took the place of Status in 2026; older emulators and
// partitions answer with Status alone.
func accountState(a types.Account) string {
	if a.State != "" {
		return string(a.State)
	}
	return string(a.Status)
}

// root reads the root and the types of policies that are enabled there.
func (w *walker) root(ctx context.Context) error {
	var root *types.Root
	pages := organizations.NewListRootsPaginator(w.api, &organizations.ListRootsInput{})
	for page, err := range Pages(ctx, pages) {
		if err != nil {
			return fmt.Errorf("list the roots: %w", err)
		}
		for i := range page.Roots {
			root = &page.Roots[i]
		}
	}
	if root == nil {
		return &MalformedError{errors.New("list the roots: the organization has none")}
	}
	for _, t := range root.PolicyTypes {
		if t.Status == types.PolicyTypeStatusEnabled {
			w.result.PolicyTypes = append(w.result.PolicyTypes, string(t.Type))
		}
	}
	slices.Sort(w.result.PolicyTypes)
	w.result.Root = Unit{ID: aws.ToString(root.Id), ARN: aws.ToString(root.Arn), Name: aws.ToString(root.Name)}
	return nil
}

// settle notes where the accounts stand. An account that is in a unit and not in the list
// joined after the list was read; it is audited like any other.
func (w *walker) settle() {
	for _, p := range w.placed {
		if w.result.Account(p.account.ID) == nil {
			w.result.Accounts = append(w.result.Accounts, p.account)
			w.sortAccounts()
		}
		w.result.Account(p.account.ID).Path = p.path
	}
}

// unplaced makes a gap of every account whose place in the tree did not come: it would
// otherwise look as if no policy bound it.
func (w *walker) unplaced() {
	if _, hidden := w.result.Missing(SectionTree); hidden {
		return
	}
	for _, a := range w.result.Accounts {
		if len(a.Path) == 0 {
			w.result.Gaps = append(w.result.Gaps, Gap{
				Section: SectionTree, Account: a.ID, Subject: a.ID, Cause: NotWalked,
				Message: "the account is in the organization's list and in no unit; it may have moved during the walk",
				At:      w.now().UTC(),
			})
		}
	}
}
