package main

import (
	"fmt"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"orgaudit/collect"
)

// progress shows how far a run is: accounts done, with gaps, calls and time left. It is
// quiet where standard error is no terminal.
type progress struct {
	w   io.Writer
	bar *progressbar.ProgressBar
}

func newProgress(w io.Writer) *progress {
	p := &progress{}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.w = w
	}
	return p
}

// say tells what comes next, for work that has no count.
func (p *progress) say(text string) {
	if p.w != nil {
		fmt.Fprintln(p.w, text)
	}
}

func (p *progress) show(now collect.Progress) {
	if p.w == nil {
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions(now.Total,
			progressbar.OptionSetWriter(p.w), progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true),
			progressbar.OptionFullWidth(), progressbar.OptionClearOnFinish(),
		)
	}
	p.bar.Describe(fmt.Sprintf("accounts (%d with gaps, %d calls)", now.Gaps, now.Calls))
	_ = p.bar.Set(now.Done) // a terminal that went away does not stop the audit
}

// done leaves the terminal to what comes next.
func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
