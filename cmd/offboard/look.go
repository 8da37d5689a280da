package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"offboard/actions"
	"offboard/bot"
	"offboard/config"
	"offboard/store"
)

// seen is what one action of one system finds of a person.
type seen struct {
	System   string   `json:"system"`
	Action   string   `json:"action"`
	Accounts []string `json:"accounts,omitempty"` // logins
	Items    []string `json:"items,omitempty"`    // labels
	Notes    []string `json:"notes,omitempty"`
	Unread   []string `json:"unread,omitempty"`
	Searched string   `json:"searched,omitempty"` // where no account was found
	Error    string   `json:"error,omitempty"`
}

// lookAt asks every action of every system what a person has, as a survey does,
// and changes nothing. It is a rehearsal, so no rule of the policy leaves
// anything out.
func lookAt(ctx context.Context, cfg *config.Config, card store.Card) ([]seen, error) {
	systems, _, err := connect(cfg)
	if err != nil {
		return nil, err
	}
	var out []seen
	for _, s := range systems {
		for _, spec := range s.Actions {
			out = append(out, lookWith(ctx, s, spec, card))
		}
	}
	return out, ctx.Err()
}

func lookWith(ctx context.Context, s actions.System, spec actions.Spec, card store.Card) seen {
	one := seen{System: s.Title, Action: spec.Name}
	f, err := spec.Action.Check(ctx, actions.Target{Person: card})
	if err != nil {
		one.Error = err.Error()
		return one
	}
	login := map[string]string{}
	for _, a := range f.Accounts {
		login[a.ID] = a.Login
		one.Accounts = append(one.Accounts, a.Login)
	}
	for _, i := range f.Items {
		one.Items = append(one.Items, login[i.Account]+": "+i.Label)
	}
	one.Notes, one.Unread = f.Notes, f.Unread
	for _, a := range f.Accounts {
		if text := f.ByHand[a.ID]; text != "" {
			one.Notes = append(one.Notes, a.Login+", by hand: "+text)
		}
	}
	if len(f.Accounts) == 0 {
		one.Searched = f.Searched
	}
	return one
}

// printSeen shows it to a person.
func printSeen(w io.Writer, all []seen) {
	fmt.Fprintln(w, "\nWhat each system shows now:")
	for _, s := range all {
		said := "no account: " + s.Searched
		switch {
		case s.Error != "":
			said = "✖ " + s.Error
		case len(s.Accounts) > 0:
			said = strings.Join(s.Accounts, ", ")
		}
		fmt.Fprintf(w, "  %s, %s: %s\n", s.System, s.Action, bot.Clean(said, 600))
		for _, l := range []struct {
			mark  string
			lines []string
		}{{"-", s.Items}, {"not read:", s.Unread}, {"note:", s.Notes}} {
			for _, line := range l.lines {
				fmt.Fprintf(w, "    %s %s\n", l.mark, bot.Clean(line, 600))
			}
		}
	}
}
