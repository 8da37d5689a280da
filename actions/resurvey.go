package actions

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"offboard/store"
)

// resurvey surveys the systems of an approved plan again. What nobody has seen
// is written down for an approval of its own; more of the same is taken with
// the step that it belongs to, and said there. Killed in between, it is done
// again: what is in the plan by then is not new any more.
func (x *Executor) resurvey(ctx context.Context, id store.CaseID) error {
	c, err := x.cfg.Store.Case(id)
	if err != nil || x.paused.Load() {
		return err
	}
	_, card, err := x.cfg.Store.Person(c.Person)
	if err != nil {
		return err
	}
	p := c.Plan(0)
	out := store.Resurveyed{Plan: p.No}
	if p.CutOff.Mode == store.At {
		out.For = p.CutOff.At
	}
	for _, s := range p.Systems {
		if s != Tasks {
			out.Systems = append(out.Systems, s)
		}
	}
	unread := make([][]store.Private, len(out.Systems))
	g, all := errgroup.WithContext(ctx)
	for i, system := range out.Systems {
		g.Go(func() (err error) {
			unread[i], err = x.compare(all, c, card, system)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	out.Unread = slices.Concat(unread...)
	_, err = x.cfg.Store.Append(ctx, string(id), store.Bot("executor"), out)
	return err
}

// compare surveys one system and records what is not in the plan. It returns
// what could not be read.
func (x *Executor) compare(ctx context.Context, c store.Case, card Person, system string) ([]store.Private, error) {
	found, err := surveys[c.Plan(0).Kind](x, ctx, c, card, system)
	if err != nil {
		return nil, err
	}
	d := drift{x: x, c: c, system: system, numbers: map[string]int{}}
	if err := d.known(); err != nil {
		return nil, err
	}
	for _, sp := range found.Steps {
		if err := d.add(sp); err != nil {
			return nil, err
		}
	}
	steps := d.steps()
	if len(steps) == 0 {
		return found.Unread, nil
	}
	_, err = x.cfg.Store.Append(ctx, string(c.ID), store.Bot("executor"), store.Drifted{Plan: c.Plan(0).No, System: system, Steps: steps})
	if refused, ok := errors.AsType[*store.Refused](err); ok && refused.Code == store.Malformed {
		return append(found.Unread, store.Seal(x.title(system)+": something new was found and can't be written down: "+refused.Text)), nil
	}
	return found.Unread, err
}

// drift finds what a fresh survey of a system has that the plan does not. Steps
// are compared by their kind and the immutable id of their account: their
// numbers follow from the order in which accounts were found, which may differ.
type drift struct {
	x       *Executor
	c       store.Case
	system  string
	plan    []known
	numbers map[string]int // of accounts, by id
	last    int
	fresh   []store.StepPlan
	renamed map[store.StepID]store.StepID // as the fresh survey calls a step
}

type known struct {
	store.Step
	kind, account string
}

// known reads which accounts the steps of the plan are about.
func (d *drift) known() error {
	d.renamed = map[store.StepID]store.StepID{}
	for _, s := range d.c.Plan(0).Steps {
		if s.System != d.system {
			continue
		}
		account, err := d.account(s.StepPlan)
		if err != nil {
			return err
		}
		kind, n := apart(s.StepPlan)
		d.plan = append(d.plan, known{s, kind, account})
		if account == "" || counted(kind) {
			continue
		}
		d.last = max(d.last, n)
		if _, ok := d.numbers[account]; !ok {
			d.numbers[account] = n
		}
	}
	return nil
}

func (d *drift) account(s store.StepPlan) (string, error) {
	var a Account
	if s.Account.IsZero() {
		return "", nil
	}
	err := d.x.cfg.Store.RevealJSON(string(d.c.ID), s.Account, &a)
	return a.ID, err
}

// apart takes the id of a step apart: what is done, and the account's number.
func apart(s store.StepPlan) (kind string, n int) {
	id, _, _ := strings.Cut(strings.TrimPrefix(string(s.ID), s.System+"/"), "+")
	i := strings.LastIndexByte(id, '/')
	if i < 0 {
		return id, 0
	}
	n, err := strconv.Atoi(id[i+1:])
	if err != nil {
		return id, 0
	}
	return id[:i], n
}

// counted reports whether steps of a kind count by themselves: their numbers are of
// no account.
func counted(kind string) bool { return kind == "by-hand" || kind == "protected" }

// add looks at one step of the fresh survey.
func (d *drift) add(sp store.StepPlan) error {
	account, err := fresh(sp.Account)
	if err != nil {
		return err
	}
	kind, _ := apart(sp)
	if account == "" {
		return nil // a look by hand at what can't be read: that is said, and waits for nobody
	}
	same := func(k known) bool { return k.kind == kind && k.account == account }
	i := slices.IndexFunc(d.plan, func(k known) bool { return same(k) && k.More == "" })
	if i < 0 {
		d.accountStep(sp, kind, account)
		return nil
	}
	d.renamed[sp.ID] = d.plan[i].ID
	return d.more(sp, d.plan[i], same)
}

// fresh reads the account of a step that was just made.
func fresh(p store.Private) (string, error) {
	var a Account
	if p.IsZero() {
		return "", nil
	}
	err := p.OpenJSON(&a)
	return a.ID, err
}

// accountStep is a new account, or a new action on a known one.
func (d *drift) accountStep(sp store.StepPlan, kind, account string) {
	n, ok := d.numbers[account]
	switch {
	case counted(kind):
		for n = 1; d.taken(stepID(d.system, kind, n-1)); n++ {
		}
	case !ok:
		d.last++
		n = d.last
		d.numbers[account] = n
	}
	id := stepID(d.system, kind, n-1)
	d.renamed[sp.ID] = id
	sp.ID = id
	d.fresh = append(d.fresh, sp)
}

// taken reports whether a step has this id already.
func (d *drift) taken(id store.StepID) bool {
	return d.c.Plan(0).Step(id).ID != "" || slices.ContainsFunc(d.fresh, func(s store.StepPlan) bool { return s.ID == id })
}

// more is what the step of the plan does not have and could not be given back:
// a step of its own, after that one.
func (d *drift) more(sp store.StepPlan, of known, same func(known) bool) error {
	var seen []store.Held
	n := 1
	for _, k := range d.plan {
		if !same(k) {
			continue
		}
		n++
		held, err := d.x.cfg.Store.Befores(d.c, k.Step)
		if err != nil {
			return err
		}
		seen = append(seen, held...)
	}
	var held []store.Held
	if err := sp.Held.OpenJSON(&held); err != nil {
		return err
	}
	var items []Item
	for _, h := range held {
		if k, ok := find(seen, h.Ref); h.Irreversible && (!ok || !k.Irreversible) {
			items = append(items, Item{ID: h.Ref, Label: h.Label, Before: h.Before, Irreversible: true, Heir: h.Heir, Then: h.Then})
		}
	}
	if len(items) == 0 || of.State.Ended() {
		return nil
	}
	one := number(items, nil)
	sp.More, sp.Held, sp.Items = of.ID, store.SealJSON(one), nil
	sp.ID = of.ID + store.StepID("+"+strconv.Itoa(n))
	for _, h := range one {
		sp.Items = append(sp.Items, store.Item{ID: h.ID, Irreversible: true, Heir: h.Heir, Then: h.Then})
	}
	sp.After = append(slices.Clone(of.After), of.ID)
	d.fresh = append(d.fresh, sp)
	return nil
}

// steps are the new ones, in the order of the plan's ids.
func (d *drift) steps() []store.StepPlan {
	p := d.c.Plan(0)
	for i := range d.fresh {
		s := &d.fresh[i]
		for j, id := range s.Needs {
			if to, ok := d.renamed[id]; ok { // a task keeps its name
				s.Needs[j] = to
			}
		}
		if s.More != "" {
			continue
		}
		var after []store.StepID
		for _, id := range s.After {
			if to, ok := d.renamed[id]; ok {
				after = append(after, to)
			}
		}
		s.After = slices.DeleteFunc(after, func(id store.StepID) bool {
			return p.Step(id).ID == "" && !slices.ContainsFunc(d.fresh, func(o store.StepPlan) bool { return o.ID == id })
		})
	}
	return d.fresh
}

// own leaves out of what a read has found what another step of the plan is
// about: of a step that adds things to another one it keeps those things only,
// and from that one it takes them.
func (a *attempt) own(items []Item) ([]Item, error) {
	if a.s.More != "" {
		return slices.DeleteFunc(slices.Clone(items), func(i Item) bool { _, ok := find(a.known, i.ID); return !ok }), nil
	}
	for _, s := range a.p.Steps {
		if s.More != a.s.ID || a.s.ID == "" {
			continue
		}
		held, err := a.x.cfg.Store.Befores(a.c, s)
		if err != nil {
			return nil, err
		}
		items = slices.DeleteFunc(slices.Clone(items), func(i Item) bool { _, ok := find(held, i.ID); return ok })
	}
	return items, nil
}

// leaves reports whether an heir has become a leaver: nothing is given to them,
// also if the plan was due or pressed at the same moment.
func (a *attempt) leaves(heir store.PersonID) bool {
	yes, err := a.x.cfg.Store.Leaves(heir)
	return yes && err == nil
}
