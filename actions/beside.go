package actions

import (
	"context"
	"slices"
	"strings"

	"offboard/store"
)

// What a loop beside the executor shares with it: the watch reads the same
// systems, within the same limits.

// Within makes one call of a system's connector in a turn of its own, under the
// system's limit and the timeout of calls. While the system does not answer it
// turns back at once, unless it is time to find out. Its error is nil, the end
// of ctx, or an *Error.
func (x *Executor) Within(ctx context.Context, system string, call func(ctx context.Context) error) error {
	return x.within(ctx, system, tells, call)
}

// Ask is Within for what people read the error of. The call is made also while the
// system does not answer: what was heard of it before may be from a case that they
// must not know of, and name its leaver.
func (x *Executor) Ask(ctx context.Context, system string, call func(ctx context.Context) error) error {
	return x.within(ctx, system, asks, call)
}

func (x *Executor) within(ctx context.Context, system string, how patience, call func(ctx context.Context) error) error {
	turn, err := x.gates[system].enter(ctx, false, func() patience { return how })
	if err != nil {
		return err
	}
	defer turn.leave()
	return x.call(ctx, turn, system, call)
}

// Protects reports whether the deny list of the configuration names an account.
func (x *Executor) Protects(a Account) bool { return x.protects(a) }

// ActionOf names the action that a step is about, also where a person does it
// by hand. It may be none of its system's.
func ActionOf(s store.Step) string {
	if s.Action != "" {
		return s.Action
	}
	parts := strings.Split(string(s.ID), "/")
	if len(parts) != 3 { // see stepID
		return ""
	}
	return parts[1]
}

// CameBack is what of a read is held again after a step took it: what the plan
// was about, and what is new. What was left there on purpose is not. Items of
// before are those of the plan and its attempts, items of later came back
// earlier; all keep their numbers. After a change of role what is new is none of
// it: the new role may have given it.
func CameBack(k store.PlanKind, s store.Step, items []Item, before, later []store.Held) []store.Held {
	var out []store.Held
	for _, h := range number(items, slices.Concat(before, later)) {
		_, known := find(before, h.Ref)
		planned := slices.ContainsFunc(s.Items, func(i store.Item) bool { return i.ID == h.ID })
		if known && (!planned || !s.Takes(h.ID)) || !known && k == store.Move {
			continue
		}
		out = append(out, h)
	}
	return out
}
