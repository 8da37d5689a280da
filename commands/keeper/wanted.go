package keeper

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// wanted is one message as it should be.
type wanted struct {
	name string // which message of the case
	at   []bot.Place
	once bool   // posted once and never edited
	only bool   // edited where it stands, not posted anew
	in   string // name of the message in whose thread it stands
	make func() (bot.Message, error)
}

// board is a case with the messages that stand about it.
type board struct {
	k     *Keeper
	c     store.Case
	posts []store.Post
}

// wanted lists the messages of the case, in the order in which they are posted.
func (b *board) wanted(ctx context.Context) []wanted {
	c, p, v := b.c, b.c.Plan(0), b.k.cfg.View
	out := []wanted{{name: "survey", at: b.direct(c.Requester), make: still(v.Survey(c))}}
	for _, a := range b.approvers() {
		out = append(out, wanted{
			name: "approve/" + string(a), at: b.direct(a), make: still(v.Approval(c, a)),
			only: p.State != store.Asked || !slices.Contains(p.Approvers, a),
		})
	}
	out = append(out, b.needs(ctx)...)
	// A confidential case is not shown to IT before its time has come.
	if p.State == store.Begun || !p.Begun.IsZero() || p.State == store.Approved && !c.Terms.Confidential || b.posted("card") {
		out = append(out, wanted{name: "card", at: b.rooms(ctx), make: still(v.Card(c))})
	}
	if !p.Begun.IsZero() {
		out = append(out, wanted{name: "detail", at: b.rooms(ctx), in: "card", make: still(v.Detail(c))})
	}
	out = append(out, b.seconds(ctx)...)
	if p.State == store.Asked && c.CutOffPassed(b.now()) {
		for _, a := range append([]store.PersonID{c.Requester}, p.Approvers...) {
			out = append(out, wanted{name: "late/" + string(a), at: b.direct(a), once: true, make: still(v.Late(c))})
		}
	}
	out = append(out, b.reminders(ctx)...)
	return append(out, b.ending()...)
}

func still(m bot.Message) func() (bot.Message, error) {
	return func() (bot.Message, error) { return m, nil }
}

// approvers are those who are asked, and those who have been.
func (b *board) approvers() []store.PersonID {
	p := b.c.Plan(0)
	var out []store.PersonID
	if p.State == store.Asked {
		out = slices.Clone(p.Approvers)
	}
	for _, post := range b.posts {
		if id, ok := strings.CutPrefix(post.Name, "approve/"); ok && !slices.Contains(out, store.PersonID(id)) {
			out = append(out, store.PersonID(id))
		}
	}
	return out
}

// needs are the steps that cannot go on without a person: a message of its own
// each time, because an edit notifies nobody. Manual tasks stand on the card.
func (b *board) needs(ctx context.Context) []wanted {
	p := b.c.Plan(0)
	var out []wanted
	for _, s := range p.Steps {
		first := s.Manual != nil && s.Manual.First && p.State == store.Asked && !s.State.Ended()
		name := "need/" + string(s.ID) + "/"
		if s.Stuck() || first {
			out = append(out, wanted{name: name + strconv.Itoa(s.Tries), at: b.rooms(ctx), make: still(b.k.cfg.View.Need(b.c, s))})
			continue
		}
		for _, post := range b.posts {
			if strings.HasPrefix(post.Name, name) {
				out = append(out, wanted{name: post.Name, only: true, make: still(b.k.cfg.View.Need(b.c, s))})
			}
		}
	}
	return out
}

// seconds ask for the second person, wherever one may be.
func (b *board) seconds(ctx context.Context) []wanted {
	c := b.c
	var out []wanted
	open := map[string]bool{}
	for _, x := range c.Pending {
		name := fmt.Sprintf("second/%d", x.Entry)
		open[name] = true
		at := b.rooms(ctx)
		for _, id := range append([]store.PersonID{c.Requester}, c.Plan(0).Approvers...) {
			if id != x.By {
				at = append(at, b.direct(id)...)
			}
		}
		out = append(out, wanted{name: name, at: at, make: still(b.k.cfg.View.Second(c, x))})
	}
	for _, post := range b.posts {
		if strings.HasPrefix(post.Name, "second/") && !open[post.Name] {
			out = append(out, wanted{name: post.Name, only: true, make: still(b.k.cfg.View.Settled(c))})
		}
	}
	return out
}

// ending tells the heirs what they have got, and whoever asked and approved
// how it ended. An heir who gets the closing message reads it there.
func (b *board) ending() []wanted {
	c, p, v := b.c, b.c.Plan(0), b.k.cfg.View
	closing := []store.PersonID{c.Requester}
	if p.Decision != nil && p.Decision.By != c.Requester {
		closing = append(closing, p.Decision.By)
	}
	var out []wanted
	for _, h := range b.k.heirs(c) {
		if !slices.Contains(closing, h) {
			out = append(out, wanted{name: "heir/" + string(h), at: b.direct(h), once: true, make: still(v.Heir(c, h))})
		}
	}
	if c.State != store.CaseClosed || p.Begun.IsZero() {
		return out
	}
	for _, id := range closing {
		out = append(out, wanted{name: "closing/" + string(id), at: b.direct(id), once: true, make: func() (bot.Message, error) {
			checkpoint, err := b.k.cfg.Store.Checkpoint()
			return v.Closing(c, checkpoint), err
		}})
	}
	return out
}

func (b *board) posted(name string) bool {
	return slices.ContainsFunc(b.posts, func(p store.Post) bool { return p.Name == name })
}
