package bottest

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"offboard/bot"
)

// indent is the width of the clock's column.
const indent = 10

// gutter stands before what somebody sees.
const gutter = "  │ "

// entry is one thing that happened, as the transcript tells it.
type entry struct {
	at    time.Time
	act   bool   // somebody did something: it always shows the time
	title bool   // narration
	list  bool   // it shows a checklist, so the legend is due
	head  string // who did what, or where it appeared
	lines []string

	// Of an edit: which message, and what it said before and after, so that
	// edits in a row can be told as one.
	edit          int
	place         string
	view          renderer
	before, after bot.Message
}

// record appends to the transcript; c.mu is held.
func (c *Chat) record(e entry) {
	if e.at.IsZero() {
		e.at = time.Now()
	}
	c.entries = append(c.entries, e)
	if c.Out != nil {
		// Whoever lost the screen has not lost the transcript.
		_, _ = io.WriteString(c.Out, c.live.print(e, c.Zone))
	}
}

// Transcript is everything that has happened so far, in order: who did what,
// and what they and others saw.
func (c *Chat) Transcript() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	entries := c.entries
	if c.Collapse {
		entries = collapse(entries)
	}
	var p printer
	var b strings.Builder
	for _, e := range entries {
		b.WriteString(p.print(e, c.Zone))
	}
	return b.String()
}

// Narrate writes a line into the transcript that nobody in the chat said.
func (c *Chat) Narrate(text string) {
	defer c.signal.Notify()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.record(entry{title: true, head: text})
}

func (c *Chat) posted(ref bot.Ref, m bot.Message, notified []string) entry {
	what := "new"
	if len(notified) > 0 {
		what += ", notifies " + strings.Join(notified, " and ")
	}
	return entry{
		head:  fmt.Sprintf("%s  (%s)", c.placeName(ref.Place), what),
		lines: quote(c.view(ref.Place, "", Width-indent-length(gutter)).message(m)),
		list:  hasList(m),
	}
}

func (c *Chat) edited(ref bot.Ref, n int, before, after bot.Message) entry {
	e := entry{
		edit: n + 1, place: c.placeName(ref.Place), view: c.view(ref.Place, "", Width-indent-length(gutter)),
		before: before, after: after, list: hasList(after),
	}
	e.describe()
	return e
}

// describe tells an edit by what it changed.
func (e *entry) describe() {
	diff := changes(e.view.message(e.before), e.view.message(e.after))
	e.head = fmt.Sprintf("%s  (edited: %s)", e.place, label(e.after))
	if len(diff) == 0 {
		e.head = fmt.Sprintf("%s  (edited: %s; looks the same)", e.place, label(e.after))
	}
	e.lines = nil
	for _, s := range diff {
		e.lines = append(e.lines, strings.TrimRight(gutter+s, " "))
	}
}

// collapse tells the edits of a message as one where nothing but edits came
// between them. They come in the order of the messages, so that which of two
// goroutines was first does not change the transcript.
func collapse(entries []entry) []entry {
	var out []entry
	for i := 0; i < len(entries); {
		j := i
		for j < len(entries) && entries[j].edit > 0 {
			j++
		}
		if i == j {
			out = append(out, entries[i])
			i++
			continue
		}
		out = append(out, merge(entries[i:j])...)
		i = j
	}
	return out
}

func merge(edits []entry) []entry {
	var out []entry
	for _, e := range edits {
		k := slices.IndexFunc(out, func(o entry) bool { return o.edit == e.edit })
		if k < 0 {
			out = append(out, e)
			continue
		}
		e.before = out[k].before
		e.describe()
		out[k] = e
	}
	slices.SortStableFunc(out, func(a, b entry) int {
		if d := a.at.Truncate(time.Second).Compare(b.at.Truncate(time.Second)); d != 0 {
			return d
		}
		return a.edit - b.edit
	})
	return out
}

func hasList(m bot.Message) bool {
	return slices.ContainsFunc(m.Parts, func(p bot.Part) bool { _, ok := p.(bot.Checklist); return ok })
}

func quote(lines []line) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.TrimRight(gutter+l.text, " ")
	}
	return out
}

// placeName is a place as people call it; c.mu is held.
func (c *Chat) placeName(at bot.Place) string {
	name := "#" + at.ID
	if at.Kind == bot.Direct {
		name = "to " + at.ID
		if p, err := c.who(at.ID); err == nil {
			name = "to " + p.Name
		}
	}
	if at.Thread == "" {
		return name
	}
	for _, m := range c.messages {
		if m.ref.ID == at.Thread {
			return name + ", in the thread of " + label(m.now())
		}
	}
	return name + ", in a thread"
}

// printer turns entries into text. It keeps what it needs not say again.
type printer struct {
	day, clock string
	legend     bool
}

func (p *printer) print(e entry, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	var b strings.Builder
	at := e.at.In(zone)
	if day := at.Format("Monday 2 January 2006"); day != p.day {
		if p.day != "" {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "── %s ──\n", day)
		p.day, p.clock = day, ""
	}
	if e.title {
		p.clock = ""
		fmt.Fprintf(&b, "\n## %s\n", strings.Join(wrap(e.head, Width-3, "## "), "\n"))
		return b.String()
	}
	if e.list && !p.legend {
		p.legend = true
		for _, s := range wrap(Legend, Width-indent, "") {
			fmt.Fprintf(&b, "%s%s\n", strings.Repeat(" ", indent), s)
		}
	}
	clock := at.Format(time.TimeOnly)
	if clock == p.clock && !e.act {
		clock = ""
	} else {
		p.clock = clock
	}
	for i, s := range wrap(e.head, Width-indent, "    ") {
		if i > 0 {
			clock = ""
		}
		fmt.Fprintf(&b, "%s%s\n", pad(clock, indent), s)
	}
	for _, s := range e.lines {
		fmt.Fprintf(&b, "%s%s\n", strings.Repeat(" ", indent), s)
	}
	return b.String()
}
