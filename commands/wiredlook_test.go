package commands_test

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// sight is one thing that somebody has before them.
type sight struct {
	id      string    // the same for all who see it
	text    string    // as it is drawn
	at      time.Time // when it came; zero for what is not a message
	where   string    // "to Hanna Berg"; empty is not told of
	message bool      // it can be edited, and all in its place see it
	alone   bool      // an answer, which one person sees
	inRoom  bool      // it is in the channel of IT
}

// news is something that came or changed since.
type news struct {
	at     time.Time
	place  int // for things of the same second: answers first, then the channel, then people in their order
	edit   bool
	head   string
	before string
	now    string
}

// look has everybody look at their screen, and tells what is new on it.
func (w *wired) look() {
	var all []news
	told := map[string]bool{}
	for i, m := range w.cast {
		for _, s := range w.vendor.screens(m) {
			old, known := w.screen[s.id]
			seen := told[s.id] // by somebody who reads the same channel
			told[s.id] = true
			if seen || s.where == "" || known && old == s.text {
				continue
			}
			n := news{at: s.at, place: i + 1, head: s.where, now: s.text}
			switch {
			case s.alone:
				n.place, n.at = -1, w.acted
				w.answer[m.account] += s.text + "\n"
			case s.inRoom:
				n.place = 0
			}
			if n.edit = known && s.message; n.edit {
				n.before, n.at = old, time.Now()
			}
			if s.message && !s.alone {
				n.head += "  (edited)"
				if !known {
					n.head = s.where + "  (new" + w.notifies(s.id) + ")"
				}
			}
			w.screen[s.id] = s.text
			all = append(all, n)
		}
	}
	slices.SortStableFunc(all, func(a, b news) int {
		if d := a.at.Truncate(time.Second).Compare(b.at.Truncate(time.Second)); d != 0 {
			return d
		}
		return a.place - b.place
	})
	for _, n := range all {
		if n.edit {
			w.teller.Edited(n.at, n.head, n.before, n.now)
		} else {
			w.teller.Shown(n.at, n.head, n.now)
		}
	}
	signs := w.vendor.unanswered()
	for _, account := range signs[w.signs:] {
		w.teller.Shown(time.Now(), fmt.Sprintf("%s shows %s that nothing answered", w.title, w.nameOf(account)), "")
	}
	w.signs = len(signs)
}

// notifies names who was notified of a message, and what their phone said.
func (w *wired) notifies(id string) string {
	var names []string
	said := ""
	for _, n := range w.vendor.notes() {
		if n.id == id {
			names = append(names, w.nameOf(n.account))
			said = n.text
		}
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf(", notifies %s: %q", strings.Join(names, " and "), said)
}
