package http

import (
	"cmp"
	"context"
	"fmt"

	"offboard/actions"
)

// nobody has no account anywhere (RFC 2606 keeps .invalid free). What finds one for
// them does not compare.
var nobody = actions.Person{
	ID: "00000000-0000-4000-8000-000000000000", Name: "Nobody", Login: "offboard-nobody",
	Mail: "offboard-nobody@example.invalid", Number: "offboard-nobody",
}

func (s Somebody) person() actions.Person {
	return actions.Person{ID: s.ID, Name: cmp.Or(s.Name, s.Login, s.Mail), Login: s.Login, Mail: s.Mail, Number: s.Number, Chat: s.Chat}
}

// reach makes the first read that a survey would make.
func (c *Client) reach(ctx context.Context) error {
	who := nobody
	if c.cfg.Rehearse != nil {
		who = c.cfg.Rehearse.person()
	}
	first := &action{c, c.cfg.Actions[0]}
	_, err := first.Check(ctx, actions.Target{Person: who})
	return err
}

// inspect rehearses the reads. A read that can't be used is a remark, so that all
// of them are told at once; a system that does not answer is an error.
func (c *Client) inspect(ctx context.Context) ([]actions.Remark, error) {
	var out []actions.Remark
	broken := func(key string, err error) error {
		if class, _ := actions.ClassOf(err); class != actions.ClassFinal {
			return err
		}
		out = append(out, actions.Remark{Broken: true, Text: key + ": " + err.Error(), Remedy: "correct " + key + " in the settings of the system, or the rights of the bot's account there"})
		return nil
	}
	who := c.cfg.Rehearse
	if who == nil {
		out = append(out, actions.Remark{
			Text:   "nothing shows that accounts are found: there is nobody to rehearse the reads with",
			Remedy: "name somebody who has an account there under rehearse in the settings, such as an account for tests",
		})
	}
	if c.cfg.Account.Find != nil {
		all, _, err := c.accounts(ctx, actions.Target{Person: nobody})
		switch {
		case err != nil && who != nil: // what nobody lacks, such as a chat account, they have
		case err != nil:
			if err := broken("account.find", err); err != nil {
				return nil, err
			}
		case len(all) > 0:
			out = append(out, actions.Remark{
				Broken: true, Text: fmt.Sprintf("account.find finds %s for somebody who does not exist", all[0].Login),
				Remedy: "have account.find, list compare the accounts with the person: servers may ignore a filter",
			})
		}
	}
	if who != nil {
		for _, a := range c.cfg.Actions {
			x := &action{c, a}
			f, err := x.Check(ctx, actions.Target{Person: who.person()})
			switch {
			case err != nil:
				if err := broken(a.Name, err); err != nil {
					return nil, err
				}
			case len(f.Accounts) == 0:
				out = append(out, actions.Remark{
					Broken: true, Text: fmt.Sprintf("%s: no account is found of %s, who should have one", a.Name, who.person().Name),
					Remedy: "correct account.find, or rehearse, in the settings of the system",
				})
			}
		}
	}
	if c.cfg.List != nil {
		if _, err := (lister{c}).List(ctx, ""); err != nil {
			if err := broken("list", err); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
