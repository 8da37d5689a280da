package bottest

import (
	"strings"
	"time"
)

// A Teller writes the transcript of a chat that is not a Chat: that of a fake
// vendor, say, from what it draws. It looks like Chat.Transcript. The zero
// Teller is ready; it is for one goroutine.
type Teller struct {
	entries []entry
}

// Narrate tells what nobody in the chat said.
func (t *Teller) Narrate(text string) { t.tell(entry{at: time.Now(), title: true, head: text}) }

// Did tells what a person did.
func (t *Teller) Did(head string, lines ...string) {
	e := entry{at: time.Now(), act: true, head: head}
	for _, l := range lines {
		e.lines = append(e.lines, quoted(l)...)
	}
	t.tell(e)
}

// Shown tells what appeared at a time.
func (t *Teller) Shown(at time.Time, head, drawing string) {
	t.tell(entry{at: at, head: head, lines: quoted(drawing)})
}

// Edited tells what changed in something that stands there.
func (t *Teller) Edited(at time.Time, head, before, after string) {
	e := entry{at: at, head: head}
	for _, l := range changes(drawn(before), drawn(after)) {
		e.lines = append(e.lines, quoted(l)...)
	}
	t.tell(e)
}

func (t *Teller) tell(e entry) { t.entries = append(t.entries, e) }

// Transcript is everything that was told, in the order of telling.
func (t *Teller) Transcript() string {
	var p printer
	var b strings.Builder
	for _, e := range t.entries {
		b.WriteString(p.print(e, nil))
	}
	return b.String()
}

func quoted(drawing string) []string {
	return quote(renderer{width: Width - indent - length(gutter)}.wrap("", drawing))
}

func drawn(text string) []line {
	var out []line
	for l := range strings.SplitSeq(text, "\n") {
		out = append(out, line{text: l})
	}
	return out
}
