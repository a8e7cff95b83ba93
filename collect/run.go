package collect

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/sync/errgroup"

	"orgaudit/org"
)

// Options say what a run collects, with which credentials, and where it puts it.
type Options struct {
	// Caller holds the caller's credentials, OrganizationConfig those that read the
	// organization; both come from [Instrument].
	Caller, OrganizationConfig           aws.Config
	CallerIdentity, OrganizationIdentity Identity
	Role                                 AuditRole

	Organization *org.Organization
	// Selected are the accounts that are audited.
	Selected []*org.Account
	// Excluded are the accounts that are not. Those that an include list leaves out may
	// still be entered for the organization's analyzers.
	Excluded []org.Exclusion
	Folder   *Folder

	// Accounts bounds the accounts in flight, and with them memory; Collectors bounds the
	// collectors of one account that run side by side.
	Accounts, Collectors int
	// Regions takes the place of account:ListRegions where it is not empty.
	Regions []string
	// Optional are the optional sections that are read.
	Optional []org.Section
	// ReportPoll is the first wait for a credential report or for a list of last accesses,
	// which doubles; ReportWait is how long one is waited for in all.
	ReportPoll, ReportWait time.Duration
	// Resume goes on with what the folder holds already: only sections that are not there,
	// that have a gap that may heal, or that are older than MaxAge (where it is not 0) are
	// read. Denied tries again also what was refused.
	Resume bool
	Denied bool
	MaxAge time.Duration
	// Kept are those of Excluded that the folder's audit holds, and that this run leaves as
	// they are.
	Kept []string
	// Journal is told what became of every account; nil is none.
	Journal *Journal
	// Now is the clock of the evidence.
	Now func() time.Time
	// Progress is told after every account; it is called by one goroutine at a time.
	Progress func(Progress)
}

// Progress is how far a run is.
type Progress struct {
	// Done counts accounts with evidence, Total those that are audited, and Gaps those of
	// Done that could not be read in full.
	Done, Total, Gaps int
	Calls             int
}

// run is one run's shared state.
type run struct {
	Options
	library *library
	// prepared is closed when what the accounts share was read, which is what follows here. The
	// accounts are entered before, and wait for it where they need it.
	prepared  chan struct{}
	analyzers *OrganizationAnalyzers
	// held are the findings of the organization's analyzers, where they were read; heard are the
	// accounts and regions whose analyzers were.
	held  *heldFindings
	heard map[string]bool
	// analyzersLast says that the organization's analyzers are written after the accounts that
	// their findings go to: a run that is cut off between would lose them otherwise.
	analyzersLast bool
	again         again
	sessionPolicy string
	mayEnter      map[string]bool
	// holders are the accounts that are entered for the organization's analyzers too.
	holders map[string]*door
}

// Run collects the evidence of the selected accounts into the folder, several accounts at
// a time. What cannot be read becomes a gap. Run fails only if ctx ends or evidence cannot
// be written; what was written until then stays and is whole.
func Run(ctx context.Context, o Options) error {
	policy, err := SessionPolicy(o.Optional)
	if err != nil {
		return err
	}
	r := &run{
		Options: o, sessionPolicy: policy, library: newLibrary(o.Folder, o.Now), mayEnter: map[string]bool{},
		holders: doors(o.Organization), prepared: make(chan struct{}),
	}
	for _, a := range o.Selected {
		r.mayEnter[a.ID] = true
	}
	for _, e := range o.Excluded {
		r.mayEnter[e.AccountID] = e.Narrowed
	}
	// Evidence that cannot be written ends the run wherever it happens.
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	r.library.fail = fail
	var meter Meter
	ctx = WithMeter(ctx, &meter)
	defer func() { r.held.close() }()

	group, groupCtx := errgroup.WithContext(ctx)
	outcomes := make(chan *Evidence)
	group.Go(func() error {
		if err := r.prepare(withTurn(groupCtx, goesFirst)); err != nil {
			return err
		}
		for _, d := range r.holders {
			d.leave(nil) // where nobody asked for the analyzers
		}
		close(r.prepared)
		return nil
	})
	group.Go(func() error {
		defer close(outcomes)
		return r.accounts(groupCtx, outcomes)
	})
	group.Go(func() error {
		p := Progress{Total: len(o.Selected)}
		for ev := range outcomes {
			p.Done++
			if len(ev.Gaps) > 0 {
				p.Gaps++
			}
			p.Calls = meter.Calls()
			if o.Progress != nil {
				o.Progress(p)
			}
		}
		return nil
	})
	if err := group.Wait(); err != nil || !r.analyzersLast {
		return err
	}
	return r.Folder.write(AnalyzersFile, r.analyzers)
}

// accounts collects the selected accounts, several at a time, and hands out their evidence.
func (r *run) accounts(ctx context.Context, outcomes chan<- *Evidence) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(r.Accounts, 1))
	for _, account := range r.Selected {
		group.Go(func() error {
			ev, err := r.account(ctx, account)
			if err != nil {
				return fmt.Errorf("collect account %s: %w", account.ID, err)
			}
			outcomes <- ev
			return nil
		})
	}
	return group.Wait()
}

// account returns the evidence of an account from the folder, where it may be kept, or
// reads and writes it.
func (r *run) account(ctx context.Context, account *org.Account) (*Evidence, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if r.Resume {
		// What is missing shows against what the accounts share.
		if err := r.awaitPrepared(ctx); err != nil {
			return nil, err
		}
		ev, changed, err := r.goOn(ctx, account)
		if err != nil || ev != nil && !changed {
			return ev, err
		}
		if ev != nil {
			return ev, r.keep(ev)
		}
	}
	ev, err := r.visit(ctx, account)
	if err != nil {
		return nil, err
	}
	return ev, r.keep(ev)
}

// keep writes the evidence of an account and notes it in the journal.
func (r *run) keep(ev *Evidence) error {
	if err := r.Folder.WriteAccount(ev); err != nil {
		return err
	}
	return r.Journal.account(ev, r.Now())
}

// each calls f for 0 to n-1, as many side by side as collectors may run.
func (r *run) each(ctx context.Context, n int, f func(i int)) {
	var group errgroup.Group
	group.SetLimit(max(r.Collectors, 1))
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			f(i)
			return nil
		})
	}
	_ = group.Wait() // f returns no error: what fails is a gap
}
