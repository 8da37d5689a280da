package keeper

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"offboard/bot"
	"offboard/commands/view"
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

	notify []bot.User // who is notified where it stands in a channel; a message to one person always notifies them
}

// board is a case with the messages that stand about it.
type board struct {
	k     *Keeper
	c     store.Case
	plan  string       // what the names of posts about the current plan begin with; see posts.go
	posts []store.Post // those, named without it
	older []store.Post // those about earlier plans
	now   time.Time    // before the case was read: what was done in time must not look late

	asked bool    // who reads where IT watches
	watch []room  // the answer
	blind bool    // nobody can tell now
	errs  []error // what could not be asked
	early bool    // a small edit has to wait

	askedToo  bool   // who reads where approvals are asked for
	approving []room // the answer
	blindToo  bool   // nobody can tell now
}

// record appends what follows by itself, and returns the case after it. Killed
// before the entry is there it is done again. It is false of one that is refused,
// as a second one is: the case has moved on or waits (for a hold, a pause or the
// clock), and is looked at again.
func (b *board) record(ctx context.Context, body store.Body) (store.Case, bool) {
	c, err := b.k.cfg.Store.Append(ctx, string(b.c.ID), store.Bot("keeper"), body)
	if _, refused := errors.AsType[*store.Refused](err); !refused && err != nil {
		b.errs = append(b.errs, err)
	}
	return c, err == nil
}

// result is what went wrong, or bot.ErrEarly if nothing is but that an edit has
// to wait.
func (b *board) result() error {
	if err := errors.Join(b.errs...); err != nil || !b.early {
		return err
	}
	return bot.ErrEarly
}

// wanted lists the messages of the case, in the order in which they are posted.
func (b *board) wanted(ctx context.Context) []wanted {
	if b.quiet() {
		return b.ofBatch(ctx)
	}
	c, p, v := b.c, b.c.Plan(0), b.k.cfg.View
	out := append(b.surveys(ctx), b.questions(ctx)...)
	out = append(out, b.further(ctx)...)
	out = append(out, b.drifts(ctx)...)
	out = append(out, b.alarms(ctx)...)
	out = append(out, b.needs(ctx)...)
	out = append(out, b.holds(ctx)...)
	out = append(out, b.legal()...)
	if b.open() {
		out = append(out, wanted{name: "card", at: b.rooms(ctx), make: still(b.counted().Card(c))})
	}
	if !p.Begun.IsZero() {
		out = append(out, wanted{name: "detail", at: b.rooms(ctx), in: "card", make: still(v.Detail(c))})
	}
	out = append(out, b.seconds(ctx)...)
	if c.Late(b.now) {
		var told []store.PersonID
		if view.Since(p).Before(p.CutOff.At) { // else the question itself is news enough
			told = b.undecided(ctx)
		}
		lead := b.lead(ctx)
		if p.Kind == store.Leave { // who is called reads all of it there
			told = slices.DeleteFunc(told, func(id store.PersonID) bool { return slices.Contains(lead, id) })
		}
		if !slices.Contains(lead, c.Asker()) {
			told = append(told, c.Asker())
		}
		for _, a := range told {
			out = append(out, wanted{name: fmt.Sprintf("late/%s/%d", a, p.CutOff.At.Unix()), at: b.direct(a), once: true, make: still(v.Late(c, a))})
		}
	}
	out = append(out, b.coming(ctx)...)
	out = append(out, b.announcements(ctx)...)
	out = append(out, b.unratified(ctx)...)
	out = append(out, b.replaced()...)
	out = append(out, b.heirs(ctx)...)
	out = append(out, b.wonder()...)
	out = append(out, b.missing(ctx)...)
	out = append(out, b.reminders(ctx)...)
	out = append(out, b.returning(ctx)...)
	return append(out, b.ending()...)
}

// open reports whether IT may know of the case. They do not of a confidential
// one before its time has come.
func (b *board) open() bool {
	p := b.c.Plan(0)
	return !p.Begun.IsZero() || p.State == store.Approved && !b.c.Terms.Confidential || b.posted("card")
}

func still(m bot.Message) func() (bot.Message, error) {
	return func() (bot.Message, error) { return m, nil }
}

// surveys are the messages of the requester. A refusal is a new one, because
// there is something to do again; what happens to the case is told in the last.
func (b *board) surveys(ctx context.Context) []wanted {
	name := "survey/0"
	for _, p := range b.posts {
		if strings.HasPrefix(p.Name, "survey/") {
			name = max(name, p.Name) // times of the same length
		}
	}
	if d := b.c.Plan(0).Declined; d != nil {
		name = fmt.Sprintf("survey/%d", d.At.Unix())
	}
	past := b.k.cfg.View.Settled(b.c)
	for _, r := range b.c.Plan(0).Replaced {
		if r.Asks { // whoever asks now has a message of their own
			name = max(name, fmt.Sprintf("survey/%d", r.At.Unix()))
			past = b.k.cfg.View.GoesOnWith(b.c)
		}
	}
	m := b.counted().Survey(b.c)
	m.Parts = append(m.Parts, b.k.cfg.View.Lacking(b.c, b.lacking(ctx))...)
	out := []wanted{{name: name, at: b.direct(b.c.Asker()), make: still(m)}}
	for _, old := range b.over("survey/", map[string]bool{name: true}) {
		out = append(out, wanted{name: old, only: true, make: still(past)})
	}
	return out
}

// questions are the messages of those who are asked to approve, and have been.
// Who is asked again is asked by a new message.
func (b *board) questions(ctx context.Context) []wanted {
	p, v := b.c.Plan(0), b.asking()
	var out []wanted
	open := map[string]bool{}
	switch {
	case p.State == store.Asked:
		out = append(out, wanted{name: "approval", at: b.approvals(ctx), make: still(v.ApprovalCard(b.c))})
	case b.posted("approval"):
		out = append(out, wanted{name: "approval", only: true, make: still(v.ApprovalCard(b.c))})
	}
	if !p.Asked.IsZero() {
		for _, a := range p.Approvers {
			name := fmt.Sprintf("approve/%s/%d-%d%s", a, p.Asked.Unix(), len(p.Delegated), anew(p, a))
			open[name] = true
			at := b.direct(a)
			out = append(out, wanted{name: name, at: at, only: p.State != store.Asked, make: still(v.Approval(b.c, a))})
			if len(at) == 0 && p.State == store.Asked { // or they would be waited for in silence
				told := strings.Replace(name, "approve/", "unreached/", 1)
				out = append(out, wanted{name: told, at: b.direct(b.c.Asker()), once: true, make: still(v.Unreached(b.c, a, b.known(a)))})
			}
		}
	}
	// Who has passed it on learns nothing more of the case, and of several old
	// messages only the last one is kept true.
	last := map[store.PersonID]string{}
	past := b.over("approve/", open)
	for _, old := range past {
		a := whom(old)
		last[a] = max(last[a], old)
	}
	for _, old := range past {
		m, a := v.Settled(b.c), whom(old)
		approver := slices.Contains(p.Approvers, a)
		if last[a] == old && (approver && p.Asked.IsZero() || !approver && p.State == store.Asked) {
			m = v.Approval(b.c, a)
		}
		out = append(out, wanted{name: old, only: true, make: still(m)})
	}
	return out
}

// known reports whether a person has an account in some chat.
func (b *board) known(p store.PersonID) bool {
	return slices.ContainsFunc(b.k.cfg.Rooms, func(r Room) bool { return len(b.k.cfg.People.Accounts(p, r.Platform.Name())) > 0 })
}

// whom is who was asked by a message.
func whom(name string) store.PersonID { return store.PersonID(strings.Split(name, "/")[1]) }

// needs are the steps that cannot go on without a person: a message of its own
// each time, because an edit notifies nobody. Manual tasks stand on the card,
// and lock-outs that have failed are alarms.
func (b *board) needs(ctx context.Context) []wanted {
	p, v := b.c.Plan(0), b.k.cfg.View
	var out []wanted
	open := map[string]bool{}
	for _, s := range p.Steps {
		if name, ok := b.need(s); ok {
			open[name] = true
			at, notify := b.call(ctx, false, owner(s))
			out = append(out, wanted{name: name, at: at, notify: notify, make: still(v.Need(b.c, s))})
		}
	}
	for _, name := range b.over("need/", open) {
		m := v.Settled(b.c)
		i := strings.LastIndexByte(name, '/')
		if s := p.Step(store.StepID(strings.TrimPrefix(name[:i], "need/"))); s.ID != "" && !s.Stuck() {
			m = v.Need(b.c, s) // how it has gone on
		}
		out = append(out, wanted{name: name, only: true, make: still(m)})
	}
	return out
}

// need names the message that asks for a person for a step; false if it needs
// none.
func (b *board) need(s store.Step) (string, bool) {
	p := b.c.Plan(0)
	first := s.Manual != nil && s.Manual.First && p.State == store.Asked && !s.State.Ended()
	return fmt.Sprintf("need/%s/%d-%d", s.ID, p.Rev, s.RetriedAt), first || s.Stuck() && !s.Calls
}

// owner is the role that sees to a step.
func owner(s store.Step) store.Role {
	if s.Manual != nil {
		return s.Manual.Owner
	}
	return store.IT
}

// seconds ask for the second person, wherever one may be.
func (b *board) seconds(ctx context.Context) []wanted {
	c := b.c
	var out []wanted
	open := map[string]bool{}
	for _, x := range c.Pending {
		name := fmt.Sprintf("second/%d", x.Entry)
		open[name] = true
		var at []bot.Place
		if b.open() {
			at = slices.Clone(b.rooms(ctx))
		}
		for _, id := range append([]store.PersonID{c.Asker()}, c.Plan(0).Approvers...) {
			switch h, held := c.Held(); {
			case id == x.By, held && id == h.Person:
			case slices.Contains(c.Plan(0).Approvers, id), slices.Contains(b.holding(ctx, store.Seconders(x.Roles)...), id):
				at = append(at, b.direct(id)...)
			default: // whoever asked has no other role
				open[name+"/told"] = true
				out = append(out, wanted{name: name + "/told", at: b.direct(id), make: still(b.k.cfg.View.Second(c, x, false))})
			}
		}
		out = append(out, wanted{name: name, at: at, make: still(b.k.cfg.View.Second(c, x, true))})
	}
	for _, name := range b.over("second/", open) {
		out = append(out, wanted{name: name, only: true, make: still(b.k.cfg.View.Settled(c))})
	}
	return out
}

// over lists the posts of a sort that ask for nothing any more, each once.
func (b *board) over(prefix string, open map[string]bool) []string {
	var out []string
	for _, p := range b.posts {
		if strings.HasPrefix(p.Name, prefix) && !open[p.Name] && !slices.Contains(out, p.Name) {
			out = append(out, p.Name)
		}
	}
	return out
}

// ending tells the heirs what they have got, and whoever asked and approved
// how it ended. An heir who gets the closing message reads it there.
func (b *board) ending() []wanted {
	c, p, v := b.c, b.c.Plan(0), b.k.cfg.View
	closing := b.closing()
	var out []wanted
	told := map[store.PersonID]bool{}
	for _, r := range v.Returns(c) {
		if !told[r.From] && !slices.Contains(closing, r.From) {
			told[r.From] = true
			out = append(out, wanted{name: "heir/" + string(r.From), at: b.direct(r.From), once: true, make: still(v.Returned(c, r.From))})
		}
	}
	for _, h := range view.Heirs(c) {
		if !slices.Contains(closing, h) {
			out = append(out, wanted{name: "heir/" + string(h), at: b.direct(h), once: true, make: still(v.Heir(c, h))})
		}
	}
	if c.State != store.CaseClosed || p.Begun.IsZero() {
		return out
	}
	for _, id := range b.closing() {
		out = append(out, wanted{name: "closing/" + string(id), at: b.direct(id), once: true, make: func() (bot.Message, error) {
			checkpoint, unsigned := b.k.cfg.Store.Checkpoint()
			ask, err := b.asks(id)
			m := v.Closing(c, checkpoint, id == c.Asker(), ask)
			if unsigned != nil {
				b.k.cfg.Log.Error().Str("case", string(c.ID)).Err(unsigned).Msg("a case is over, and its last message goes without a checkpoint")
				m.Parts = append(m.Parts, v.Unsigned())
			}
			return m, err
		}})
	}
	return out
}

// closing are those who are told how it ended: who asked and who decided; of an
// undo the manager and who had asked for what was undone too.
func (b *board) closing() []store.PersonID {
	c, p := b.c, b.c.Plan(0)
	all := []store.PersonID{c.Asker()}
	if p.Decision != nil {
		for _, d := range append(slices.Clone(p.Approvals), *p.Decision) {
			all = append(all, d.By)
		}
	}
	if p.Emergency { // who has said whether it was right
		for _, d := range p.Later {
			all = append(all, d.By)
		}
	}
	if p.Kind == store.Restore {
		all = append(all, c.Terms.Manager, c.Opener())
	}
	var out []store.PersonID
	for _, id := range all {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// asks reports whether somebody is asked how the case went: not who has left
// since, nor who has no account to answer with.
func (b *board) asks(id store.PersonID) (bool, error) {
	if b.k.cfg.NoFeedback || !b.k.cfg.View.Asks(b.c, id) || !b.known(id) {
		return false, nil
	}
	gone, err := b.k.cfg.Store.Gone(id)
	return !gone, err
}

func (b *board) posted(name string) bool {
	return slices.ContainsFunc(b.posts, func(p store.Post) bool { return p.Name == name })
}
