package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"offboard/actions"
	"offboard/actions/policy"
	"offboard/bot"
	"offboard/config"
	"offboard/store"
)

// foretold is what would happen to one person.
type foretold struct {
	Person  store.Card      `json:"person"`
	Manager string          `json:"manager,omitempty"` // name
	Roles   []string        `json:"roles,omitempty"`   // ids of the access profiles that they have by the directory
	Answers []policy.Answer `json:"answers"`
	Seen    []seen          `json:"seen,omitempty"` // with --look
}

// foretell reads a person in the directory and asks the rule book about them.
// It opens no log, so it works beside a server as without one.
func foretell(ctx context.Context, cfg *config.Config, text, kind string) (foretold, error) {
	systems, directory, err := connect(cfg)
	if err != nil {
		return foretold{}, err
	}
	book, err := rulebook(cfg, systems)
	if err != nil {
		return foretold{}, err
	}
	var kinds []string
	if kind != "" {
		var known []string
		for _, k := range cfg.Kinds() {
			known = append(known, k.ID)
		}
		if !slices.Contains(known, kind) {
			return foretold{}, fmt.Errorf("--kind: %q is not known; %s", bot.Clean(kind, 40), config.Hint(kind, known))
		}
		kinds = []string{kind}
	}
	card, err := theOne(ctx, directory, text)
	if err != nil {
		return foretold{}, err
	}
	f := foretold{Person: card, Roles: book.Of(card), Answers: book.Explain(card, kinds...)}
	if card.Manager != "" {
		m, err := directory.Lookup(ctx, card.Manager)
		if err != nil && !errors.Is(err, actions.ErrNoPerson) {
			return f, broken(fmt.Errorf("look up the manager: %w", err))
		}
		f.Manager = m.Name
	}
	return f, nil
}

// theOne is the one person of the directory with this address, login or name.
func theOne(ctx context.Context, directory actions.Directory, text string) (store.Card, error) {
	const most = 10
	found, err := directory.Search(ctx, text, most)
	if err != nil {
		return store.Card{}, broken(fmt.Errorf("look up %q: %w", bot.Clean(text, 100), err))
	}
	same := func(c store.Card) bool {
		return strings.EqualFold(c.Mail, text) || strings.EqualFold(c.Login, text) || strings.EqualFold(c.Name, text)
	}
	exact := slices.DeleteFunc(slices.Clone(found), func(c store.Card) bool { return !same(c) })
	switch {
	case len(exact) == 1:
		return exact[0], nil
	case len(found) == 0:
		return store.Card{}, fmt.Errorf("nobody in the directory has the address, login or name %q: correct it, or type a part of the name", bot.Clean(text, 100))
	case len(found) == 1:
		return found[0], nil
	}
	list := ""
	for _, c := range found {
		list += "\n  " + bot.Clean(fmt.Sprintf("%s  %s — %s", c.Mail, c.Name, c.Line()), 300)
	}
	return store.Card{}, fmt.Errorf("more than one person matches %q; type the address of the one you mean:%s", bot.Clean(text, 100), list)
}

// print shows the answer to a person.
func (f foretold) print(w io.Writer) {
	fmt.Fprintln(w, bot.Clean(f.Person.Name+" — "+f.Person.Line(), 300))
	for _, a := range []struct{ what, is string }{
		{"manager", f.Manager},
		{"entity", f.Person.Entity},
		{"country", f.Person.Country},
		{"employment", f.Person.Employment},
		{"groups", strings.Join(f.Person.Groups, ", ")},
		{"role", strings.Join(f.Roles, ", ")},
		{"admin", map[bool]string{true: "yes", false: "no"}[f.Person.Admin]},
	} {
		fmt.Fprintf(w, "  %-10s  %s\n", a.what, cmp.Or(bot.Clean(a.is, 500), "not known"))
	}
	for _, a := range f.Answers {
		fmt.Fprintf(w, "\n%s:\n", strings.Join(a.Titles, ", "))
		width, topic := 0, ""
		for _, l := range a.Lines {
			width = max(width, len([]rune(l.Topic)))
		}
		for _, l := range a.Lines {
			shown := l.Topic
			if shown == topic {
				shown = ""
			}
			topic = l.Topic
			fmt.Fprintf(w, "  %-*s  %s  [%s]\n", width, shown, bot.Clean(l.Text, 500), l.By)
		}
	}
	if len(f.Seen) > 0 {
		printSeen(w, f.Seen)
	}
	fmt.Fprintln(w, "\nNothing was changed, and nobody was told.")
}
