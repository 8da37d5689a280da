package actions

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"offboard/store"
)

// classUnproven is for what the executor itself finds: the system answered
// success, and a read shows no change.
const classUnproven Class = "unproven"

func unproven(what string, still []store.Held) error {
	var labels []string
	for _, h := range still {
		labels = append(labels, h.Label)
	}
	return &Error{Class: classUnproven, Err: fmt.Errorf("the system answered that it was done, but %s: %s", what, strings.Join(labels, ", "))}
}

func unread(what string, found Finding) error {
	return Again(errors.New(what + "could not read: " + strings.Join(found.Unread, "; ")))
}

var sockets = regexp.MustCompile(`\b(read|write|dial|lookup) (tcp|udp|unix)[46]?( \S+)?: ((read|write|connect): )?|unable to read LDAP response packet: `)

// plainly leaves out of an error what says nothing to whoever reads a card:
// which sockets of this machine were in use.
func plainly(text string) string { return sockets.ReplaceAllString(text, "") }

// behind is what is done, and does not show on all servers of the system yet.
func behind(found Finding) error {
	class, after := ClassOf(found.Behind)
	return &Error{Class: class, After: after, Err: found.Behind, spreads: true}
}

// fail records that an attempt proved nothing, and when it is tried again.
// A system that does not answer is tried for ever, at growing intervals, and
// people are called if it is a lock-out; one that says no, or that says yes and
// does nothing, needs a person in the end.
func (a *attempt) fail(ctx context.Context, failure *Error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	f := store.Failed{Plan: a.p.No, Step: a.s.ID, Entry: a.s.Entry, Retried: a.s.RetriedAt, Message: store.Seal(plainly(failure.Error())), Spreads: failure.spreads}
	earlier := a.s.Attempts
	if a.s.Entry != 0 {
		earlier-- // this one is counted already
	}
	switch failure.Class {
	case classUnproven:
		n, err := a.unproven(ctx)
		if err != nil {
			return err
		}
		f.Why = store.Unproven
		if n+1 < a.x.cfg.Attempts {
			f.After = backoff(n, a.x.cfg.First, a.x.cfg.Max)
		}
	case ClassFinal:
		f.Why = store.Refuses
	case ClassLater:
		f.Why, f.After = store.Works, max(failure.After, a.x.cfg.First)
	case ClassAgain:
		f.Call = earlier+1 >= a.x.cfg.Attempts || a.x.dead(a.s.System)
		f.Why, f.After = store.Unreachable, max(failure.After, backoff(earlier, a.x.cfg.First, a.x.cfg.Max))
	}
	_, err := a.append(ctx, f)
	return err
}

// dead reports whether a system has not answered for as long as the attempts of
// a step take. A step that waits for its turn to ask it is not tried so often.
func (x *Executor) dead(system string) bool {
	var long time.Duration
	for n := range x.cfg.Attempts - 1 {
		long += backoff(n, x.cfg.First, x.cfg.Max)
	}
	silent := x.gates[system].silent()
	return silent > 0 && silent >= long
}

// unproven counts the attempts that proved nothing since a person last asked
// for one. Outages are not among them: a system that comes back late has as
// many attempts as any other.
func (a *attempt) unproven(ctx context.Context) (int, error) {
	events, err := a.x.cfg.Store.Events(ctx, string(a.c.ID))
	n := 0
	for _, e := range events {
		if f, ok := e.Body.(store.Failed); ok && e.Seq > a.s.RetriedAt && f.Plan == a.p.No && f.Step == a.s.ID && f.Why == store.Unproven {
			n++
		}
	}
	return n, err
}
