package org

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
)

// tagReader holds the tags that were read, and the gaps, by account.
type tagReader struct {
	mu   sync.Mutex
	tags map[string]map[string]string
	gaps map[string]Gap
}

// readTags reads the tags of one account. Its refusal does not hide the others'.
func (w *walker) readTags(ctx context.Context, id string) error {
	tags := map[string]string{}
	pages := organizations.NewListTagsForResourcePaginator(w.api, &organizations.ListTagsForResourceInput{ResourceId: &id})
	for page, err := range Pages(ctx, pages) {
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			gap := NewGap(SectionTags, id, err, w.now())
			gap.Subject = id
			w.tags.keep(id, nil, &gap)
			return nil
		}
		for _, t := range page.Tags {
			tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
	}
	w.tags.keep(id, tags, nil)
	return nil
}

func (r *tagReader) keep(id string, tags map[string]string, gap *Gap) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tags == nil {
		r.tags, r.gaps = map[string]map[string]string{}, map[string]Gap{}
	}
	if gap != nil {
		r.gaps[id] = *gap
		return
	}
	r.tags[id] = tags
}

// settleTags gives the tags to their accounts, after it has read those of accounts that the
// list did not hold.
func (w *walker) settleTags(ctx context.Context) error {
	gaps := make([]*Gap, len(w.result.Accounts))
	for i := range w.result.Accounts {
		a := &w.result.Accounts[i]
		if _, refused := w.tags.gaps[a.ID]; !refused && w.tags.tags[a.ID] == nil {
			if err := w.readTags(ctx, a.ID); err != nil {
				return err
			}
		}
		a.Tags = w.tags.tags[a.ID]
		if gap, refused := w.tags.gaps[a.ID]; refused {
			gaps[i] = &gap
		}
	}
	w.result.Gaps = append(w.result.Gaps, joinTagGaps(gaps)...)
	return nil
}

// joinTagGaps returns the gaps that are there, one for each account; but where every
// account was refused with the same code, one gap says so for all of them.
func joinTagGaps(gaps []*Gap) []Gap {
	var found []Gap
	same := true
	for _, g := range gaps {
		same = same && g != nil && g.Cause == gaps[0].Cause && g.Code == gaps[0].Code
		if g != nil {
			found = append(found, *g)
		}
	}
	if same && len(found) > 1 {
		found[0].Account, found[0].Subject = "", ""
		return found[:1]
	}
	return found
}
