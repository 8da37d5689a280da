package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// patience is how long something may take before a bar says how far it is.
const patience = time.Second

// bar shows progress on a terminal, once it has taken longer than patience.
// Elsewhere it shows nothing: a bar in a file is noise.
type bar struct {
	out   io.Writer
	what  string
	begun time.Time
	bar   *progressbar.ProgressBar
}

func newBar(out io.Writer, what string) *bar {
	return &bar{out: out, what: what, begun: time.Now()}
}

func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// tell is a progress.
func (b *bar) tell(done, total int64) {
	if b.bar == nil {
		if !isTerminal(b.out) || time.Since(b.begun) < patience {
			return
		}
		b.bar = progressbar.NewOptions64(
			total, progressbar.OptionSetWriter(b.out), progressbar.OptionSetDescription(b.what),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetWidth(30), progressbar.OptionShowCount(),
		)
	}
	_ = b.bar.Set64(min(done, total)) // a bar that cannot be drawn stops nothing
}

// end takes the bar away.
func (b *bar) end() {
	if b.bar != nil {
		_ = b.bar.Finish() // as above
	}
}

// counter tells how much of total has been written.
type counter struct {
	to          io.Writer
	done, total int64
	tell        progress
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.done += int64(n)
	c.tell(c.done, c.total)
	return n, err
}
