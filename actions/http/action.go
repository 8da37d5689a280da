package http

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"offboard/actions"
)

// action is one declared action.
type action struct {
	*Client
	a Action
}

// Check reads what the accounts of the person hold, or the pinned one.
func (x *action) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	all, searched, err := x.accounts(ctx, t)
	if err != nil {
		return actions.Finding{}, err
	}
	f := actions.Finding{Searched: searched}
	for _, account := range all {
		held, err := x.held(ctx, t, account)
		if err != nil {
			return actions.Finding{}, err
		}
		f.Accounts = append(f.Accounts, account.Account)
		for _, h := range held {
			if !x.forgot(t, h) {
				f.Items = append(f.Items, h.Item)
			}
		}
	}
	return f, nil
}

// forgot reports whether nothing shows any more that an item was marked, when the
// watch looks at an account after the step was over (only an attempt has a key). It was
// proven then, and what proved it may be archived since, or a person did it without a
// mark. That somebody works on it again is seen.
func (x *action) forgot(t actions.Target, h held) bool {
	later := t.Account.ID != "" && !t.First.IsZero() && t.Key == ""
	return later && x.a.proof() == ByMark && x.a.Pending != nil && h.pending == ""
}

// held is an item with what there is still to wait for.
type held struct {
	actions.Item
	pending string
}

// held reads what an account holds, in the order of the ids.
func (x *action) held(ctx context.Context, t actions.Target, account found) ([]held, error) {
	v := account.vars(t.Person).with(vars{"mark": x.mark(t.First, account.ID)})
	raw, err := x.all(ctx, x.a.Read, v)
	if err != nil {
		return nil, err
	}
	var out []held
	for _, one := range raw {
		h, err := x.item(ctx, v.with(vars{"it": one, "page": int64(1)}))
		if err != nil {
			return nil, wrong(ctx, fmt.Errorf("%s: %w", x.a.Name, err))
		}
		h.Account = account.ID
		if !slices.ContainsFunc(out, func(o held) bool { return o.ID == h.ID }) {
			out = append(out, h)
		}
	}
	slices.SortFunc(out, func(a, b held) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

func (x *action) item(ctx context.Context, v vars) (h held, err error) {
	name := ""
	for _, w := range []struct {
		key  string
		expr *Text
		to   *string
	}{{"id", x.a.Item.ID, &h.ID}, {"label", x.a.Item.Label, &h.Label}, {"before", x.a.Item.Before, &h.Before}, {"name", x.a.Item.Name, &name}} {
		if w.expr == nil {
			continue
		}
		if *w.to, err = w.expr.string(ctx, v); err != nil {
			return h, fmt.Errorf("item.%s: %w", w.key, err)
		}
	}
	if h.ID == "" || h.Label == "" {
		return h, fmt.Errorf("something in %s has no id or no label: correct item", x.of)
	}
	h.Irreversible, h.Then = x.a.Item.Irreversible, x.a.Then != nil
	if name != "" {
		h.Names = []string{name, h.ID}
	}
	if x.a.Pending == nil {
		return h, nil
	}
	wait, err := x.a.Pending.When.holds(ctx, v)
	if err != nil {
		return h, fmt.Errorf("pending.when: %w", err)
	}
	if wait {
		if h.pending, err = x.a.Pending.Words.plain(ctx, v); err != nil {
			return h, fmt.Errorf("pending.words: %w", err)
		}
	}
	return h, nil
}

// mark is the same for all attempts of a step and for all later looks at it, and
// differs between two steps: what the step makes in the system is found again by
// it. Before the first attempt it is one that nothing has.
func (x *action) mark(first time.Time, account string) string {
	if first.IsZero() {
		return "offboard-none"
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{x.name, x.a.Name, account, strconv.FormatInt(first.UnixMilli(), 10)}, "\x00")))
	return "offboard-" + hex.EncodeToString(sum[:12])
}

// open is the pinned account and what of the wanted items is there, or not.
func (x *action) open(ctx context.Context, t actions.Target) (account *found, now []held, err error) {
	if t.Account.ID == "" {
		return nil, nil, actions.Final(fmt.Errorf("%s: no account is named", x.a.Name))
	}
	all, _, err := x.accounts(ctx, t)
	if err != nil || len(all) == 0 {
		return nil, nil, err
	}
	now, err = x.held(ctx, t, all[0])
	return &all[0], now, err
}

// among finds an item by its id.
func among(all []held, id string) (held, bool) {
	i := slices.IndexFunc(all, func(h held) bool { return h.ID == id })
	if i < 0 {
		return held{}, false
	}
	return all[i], true
}

// Do makes the declared requests for each wanted item that is still there and that
// nobody works on already.
func (x *action) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	account, now, err := x.open(ctx, t)
	switch {
	case err != nil:
		return actions.Evidence{}, err
	case account == nil:
		return actions.Evidence{Text: "There is no " + strings.TrimPrefix(x.account(t.Account), "the ") + "."}, nil
	case x.a.proof() == ByPerson:
		return actions.Evidence{Text: "Nothing was asked of " + x.of + ": a person does this, and confirms it."}, nil
	}
	var todo []actions.Item
	for _, want := range t.Items {
		if h, ok := among(now, want.ID); ok && h.pending == "" && !x.lags(t) {
			todo = append(todo, h.Item)
		}
	}
	e, err := x.each(ctx, t, *account, x.a.Do, todo)
	if err != nil || x.a.Pending == nil {
		return e, err
	}
	if len(todo) > 0 {
		if now, err = x.held(ctx, t, *account); err != nil {
			return e, err
		}
	}
	return e, x.waits(t, now)
}

const (
	// settles is how long a search may not show yet what was made: those of Jira
	// lag behind its writes. After that it is a lie as any other, and is counted.
	settles = 10 * time.Minute
	// soon is when it is looked at again until then.
	soon = 5 * time.Minute
)

// lags reports whether an earlier attempt may have made what a search does not show
// yet: asked once more, there would be two of it.
func (x *action) lags(t actions.Target) bool {
	since := time.Since(t.First)
	return x.a.Pending != nil && since >= soon && since < settles
}

// waits says what the system, or somebody there, has not finished yet.
func (x *action) waits(t actions.Target, now []held) error {
	for _, want := range t.Items {
		switch h, ok := among(now, want.ID); {
		case ok && h.pending != "":
			return actions.Later(cmp.Or(x.a.Pending.Every, time.Hour), "%s", h.pending)
		case ok && time.Since(t.First) < settles:
			return actions.Later(soon, "%s has taken the request and does not show it yet", x.of)
		}
	}
	return nil
}

// each makes requests for each item. One that is refused does not hold up the
// others; a system that is silent does.
func (x *action) each(ctx context.Context, t actions.Target, account found, requests []Request, items []actions.Item) (actions.Evidence, error) {
	var refused error
	done := 0
	for _, i := range items {
		v := account.vars(t.Person).with(vars{
			"item.id": i.ID, "item.label": i.Label, "item.before": i.Before, "key": t.Key, "mark": x.mark(t.First, account.ID),
		})
		err := x.requests(ctx, requests, v)
		if class, _ := actions.ClassOf(err); err != nil && class != actions.ClassFinal {
			return actions.Evidence{}, err
		}
		if err == nil {
			done++
		} else if refused == nil {
			refused = err
		}
	}
	return actions.Evidence{Text: fmt.Sprintf("%s took %d of %d requests.", x.of, done, len(items))}, refused
}

func (x *action) requests(ctx context.Context, requests []Request, v vars) error {
	for _, r := range requests {
		if err := x.send(ctx, r, v); err != nil {
			return err
		}
	}
	return nil
}

// undoer is an action that can give back.
type undoer struct{ *action }

// Undo makes the declared requests for each item that is not there any more.
func (x undoer) Undo(ctx context.Context, t actions.Target, before actions.Finding) (actions.Evidence, error) {
	account, now, err := x.open(ctx, t)
	switch {
	case err != nil:
		return actions.Evidence{}, err
	case account == nil:
		return actions.Evidence{}, actions.Final(fmt.Errorf("%s is not there any more", x.account(t.Account)))
	}
	var todo []actions.Item
	for _, want := range t.Items {
		_, there := among(now, want.ID)
		i := slices.IndexFunc(before.Items, func(b actions.Item) bool { return b.ID == want.ID && b.Account == account.ID })
		if !there && i >= 0 {
			todo = append(todo, before.Items[i])
		}
	}
	return x.each(ctx, t, *account, x.a.Undo, todo)
}
