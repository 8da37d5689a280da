package exec

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"offboard/actions"
)

// nobody is asked about to rehearse a program: it must answer, in the right
// form, that there is no such account. A search that ignores whom it is asked
// for finds somebody.
var nobody = actions.Person{ID: "offboard-rehearsal", Name: "Rehearsal of Offboard", Login: "offboard-rehearsal", Mail: "offboard-rehearsal@invalid.example", Number: "offboard-rehearsal"}

// reach asks about nobody, with the first action.
func (c *Client) reach(ctx context.Context) error {
	_, err := action{c, c.cfg.Actions[0]}.Check(ctx, actions.Target{Person: nobody})
	return err
}

// inspect rehearses the reads: each action is asked about nobody, and the list
// for its first page.
func (c *Client) inspect(ctx context.Context) ([]actions.Remark, error) {
	var out []actions.Remark
	for _, a := range c.cfg.Actions {
		f, err := action{c, a}.Check(ctx, actions.Target{Person: nobody})
		if err != nil {
			if class, _ := actions.ClassOf(err); class != actions.ClassFinal || ctx.Err() != nil {
				return out, err
			}
			out = append(out, actions.Remark{Broken: true, Text: err.Error(), Remedy: "correct the program, or the settings of the system"})
			continue
		}
		if n := len(f.Accounts); n > 0 {
			out = append(out, actions.Remark{
				Broken: true, Text: fmt.Sprintf("check %s finds the account %s for a person who does not exist", a.Name, f.Accounts[0].Login),
				Remedy: "have the program compare what it finds with the person it is asked about: what it says here, it would take from somebody else",
			})
		}
		for _, text := range f.Unread {
			out = append(out, actions.Remark{Text: "check " + a.Name + " can't read everything: " + text, Remedy: "give the program the rights that it needs to read"})
		}
	}
	if c.cfg.List {
		if _, err := (lister{c}).List(ctx, ""); err != nil {
			if class, _ := actions.ClassOf(err); class != actions.ClassFinal || ctx.Err() != nil {
				return out, err
			}
			out = append(out, actions.Remark{Broken: true, Text: err.Error(), Remedy: "correct the program, or take list: true out"})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.cfg.Secrets)) {
		if len(c.cfg.Secrets[name].Value()) < shortest {
			out = append(out, actions.Remark{
				Text:   fmt.Sprintf("the secret %s has fewer than %d characters, so it is not hidden where the program writes it", name, shortest),
				Remedy: "use a longer one",
			})
		}
	}
	return out, nil
}
