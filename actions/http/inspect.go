package http

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"offboard/actions"
)

// nobody has no account anywhere (RFC 2606 keeps .invalid free). What finds one for
// them does not compare.
var nobody = actions.Person{
	ID: "00000000-0000-4000-8000-000000000000", Name: "Nobody", Login: "offboard-nobody",
	Mail: "offboard-nobody@example.invalid", Number: "offboard-nobody", Title: "nobody", Department: "nobody",
	Location: "nobody", Country: "nobody", Employment: "nobody",
}

func (s Somebody) person() actions.Person {
	return actions.Person{ID: s.ID, Name: cmp.Or(s.Name, s.Login, s.Mail), Login: s.Login, Mail: s.Mail, Number: s.Number, Chat: s.Chat}
}

// reach makes the first read that a survey would make.
func (c *Client) reach(ctx context.Context) error {
	first := &action{c, c.cfg.Actions[0]}
	if c.cfg.Account.Find == nil {
		_, err := first.held(ctx, actions.Target{Person: nobody}, own(nobody))
		return err
	}
	who := nobody
	if c.cfg.Rehearse != nil {
		who = c.cfg.Rehearse.person()
	}
	_, err := first.Check(ctx, actions.Target{Person: who})
	return err
}

// rehearsal gathers what reads show. A read that can't be used is a remark, so that
// all of them are told at once; a system that does not answer is an error.
type rehearsal struct {
	*Client
	remarks []actions.Remark
}

// inspect rehearses the reads.
func (c *Client) inspect(ctx context.Context) ([]actions.Remark, error) {
	r := &rehearsal{Client: c}
	who := c.cfg.Rehearse
	var err error
	switch {
	case c.cfg.Account.Find == nil:
		err = r.tickets(ctx)
	case who == nil:
		r.remarks = append(r.remarks, actions.Remark{
			Text:   "nothing shows that accounts are found: there is nobody to rehearse the reads with",
			Remedy: "name somebody who has an account there under rehearse in the settings, such as an account for tests",
		})
		err = r.nobody(ctx)
	default:
		if err = r.nobody(ctx); err == nil {
			err = r.somebody(ctx, who.person())
		}
	}
	if err == nil && c.cfg.List != nil {
		_, err = (lister{c}).List(ctx, "")
		err = r.broken("list", err)
	}
	return r.remarks, err
}

// broken makes a remark of an error that trying again does not help against.
func (r *rehearsal) broken(key string, err error) error {
	if class, _ := actions.ClassOf(err); err == nil || class != actions.ClassFinal {
		return err
	}
	r.remarks = append(r.remarks, actions.Remark{
		Broken: true, Text: key + ": " + err.Error(),
		Remedy: "correct " + key + " in the settings of the system, or the rights of the bot's account there",
	})
	return nil
}

// tickets reads what a system without accounts holds for nobody.
func (r *rehearsal) tickets(ctx context.Context) error {
	for _, a := range r.cfg.Actions {
		_, err := (&action{r.Client, a}).held(ctx, actions.Target{Person: nobody}, own(nobody))
		if err := r.broken(a.Name, err); err != nil {
			return err
		}
	}
	return nil
}

// nobody looks for somebody who does not exist. A chat account they don't have, so
// that such a search is rehearsed with somebody only.
func (r *rehearsal) nobody(ctx context.Context) error {
	if slices.Contains(r.asks(), "person.chat") {
		return nil
	}
	all, _, err := r.accounts(ctx, actions.Target{Person: nobody})
	if err := r.broken("account.find", err); err != nil {
		return err
	}
	if len(all) > 0 {
		r.remarks = append(r.remarks, actions.Remark{
			Broken: true, Text: fmt.Sprintf("account.find finds %s for somebody who does not exist", all[0].Login),
			Remedy: "have account.find, list compare the accounts with the person: servers may ignore a filter",
		})
	}
	return nil
}

// somebody reads what a person holds who has an account.
func (r *rehearsal) somebody(ctx context.Context, who actions.Person) error {
	for _, a := range r.cfg.Actions {
		f, err := (&action{r.Client, a}).Check(ctx, actions.Target{Person: who})
		if err := r.broken(a.Name, err); err != nil {
			return err
		}
		if err == nil && len(f.Accounts) == 0 {
			r.remarks = append(r.remarks, actions.Remark{
				Broken: true, Text: fmt.Sprintf("%s: no account is found of %s, who should have one", a.Name, who.Name),
				Remedy: "correct account.find, or rehearse, in the settings of the system",
			})
		}
	}
	return nil
}
