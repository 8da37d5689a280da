package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// lift, before a person's number in the object of a button, lifts their hold.
const lift = "off:"

// hold puts a legal hold on a person: who, why. Without a name it lists those
// that are there.
func (c *Commands) hold(ctx context.Context, r *request) (bot.Reply, error) {
	id, listed := strings.CutPrefix(r.Object, fromDirectory)
	switch {
	case !store.Permitted(store.VerbHold, claimed(r.actor)):
		return said("Only HR, security and auditors can put a legal hold on somebody. Nothing was changed.")
	case strings.HasPrefix(r.Object, lift):
		return c.liftHold(ctx, r, store.PersonID(strings.TrimPrefix(r.Object, lift)))
	case listed && r.Form:
		return c.putHold(ctx, r, id)
	case listed:
		return c.holdForm(ctx, r, id)
	case r.arg == "":
		return c.holds(r)
	}
	return bot.Reply{Then: func(ctx context.Context) bot.Reply {
		return c.search(ctx, r, func(p store.Card) bot.Button {
			return bot.Button{Label: bot.Clean("Hold for "+p.Name+"…", bot.MaxLabel), Verb: string(store.VerbHold), Object: fromDirectory + p.ID}
		})
	}}, nil
}

const holdWords = "Nothing of theirs that can't be given back is taken, and nothing is deleted, until it is lifted. Access still ends as planned."

func (c *Commands) holdForm(ctx context.Context, r *request, id string) (bot.Reply, error) {
	card, err := c.People.Card(ctx, id)
	if err != nil {
		return said("I can't read this person in the directory now. Nothing was changed. Please try again in a few minutes.")
	}
	return reasonForm(r, "Legal hold", "Put it there", bot.Join(bot.B(card.Name), bot.T(" — "+card.Line()+". "+holdWords))), nil
}

// reasonForm asks why, and nothing else.
func reasonForm(r *request, title, submit string, intro bot.Text) bot.Reply {
	return bot.Reply{Form: &bot.Form{
		Verb: string(store.VerbHold), Object: r.Object, Title: title, Submit: submit, Intro: intro,
		Fields: []bot.Field{{Name: "reason", Label: "Why?", Hint: "It stays in the record", Kind: bot.Paragraph, Required: true}},
	}}
}

func (c *Commands) putHold(ctx context.Context, r *request, id string) (bot.Reply, error) {
	card, err := c.People.Card(ctx, id)
	if err != nil {
		return said("I can't read this person in the directory now. Nothing was changed. Please try again in a few minutes.")
	}
	reason, err := sealed("reason", strings.TrimSpace(r.Values["reason"]))
	if err != nil {
		return bot.Reply{}, err
	}
	person, err := c.People.Meet(ctx, card)
	if err != nil {
		return bot.Reply{}, err
	}
	if _, err := c.Store.Append(ctx, string(person), r.actor, store.LegallyHeld{On: true, Reason: reason}); err != nil {
		return bot.Reply{}, field("reason", err)
	}
	return said("There is a legal hold on %s now. %s /offboard hold lists all of them.", card.Name, holdWords)
}

func (c *Commands) liftHold(ctx context.Context, r *request, id store.PersonID) (bot.Reply, error) {
	p, card, err := c.Store.Person(id)
	if err != nil {
		return bot.Reply{}, err
	}
	if !r.Form {
		if p.Legal == nil {
			return said("There is no legal hold on this person any more.")
		}
		waits, err := c.waitsFor(r, p)
		if err != nil {
			return bot.Reply{}, err
		}
		return reasonForm(r, "Lift the legal hold", "Lift it", bot.Join(bot.B(card.Name), bot.T(" — "+card.Line()+". What waited for it goes on at once, also what can't be given back."+waits))), nil
	}
	reason, err := sealed("reason", strings.TrimSpace(r.Values["reason"]))
	if err != nil {
		return bot.Reply{}, err
	}
	if _, err := c.Store.Append(ctx, string(id), r.actor, store.LegallyHeld{Reason: reason}); err != nil {
		return bot.Reply{}, field("reason", err)
	}
	return said("The legal hold on %s is lifted. What waited for it goes on now.", card.Name)
}

// waitsFor says what is done at once when a hold is lifted, to who may know of it.
func (c *Commands) waitsFor(r *request, p store.Person) (string, error) {
	id, err := c.Store.OpenOf(p.ID)
	if err != nil || id == "" {
		return "", err
	}
	cs, err := c.Store.Case(id)
	if err != nil {
		return "", err
	}
	roles, err := c.People.Roles(r.actor, p.ID)
	list := c.View.WaitForHold(cs)
	if err != nil || list == "" || !cs.Visible(r.actor.Person, roles) {
		return "", err
	}
	return " " + bot.Clean(fmt.Sprintf("In %s: %s.", id, list), 250), nil
}

// holds lists the legal holds on people over whom this person has a role that
// may know of them.
func (c *Commands) holds(r *request) (bot.Reply, error) {
	persons, err := c.Store.LegalHolds()
	if err != nil {
		return bot.Reply{}, err
	}
	m := &bot.Message{}
	const most = 10
	n := 0
	for _, p := range persons {
		roles, err := c.People.Roles(r.actor, p.ID)
		if err != nil {
			return bot.Reply{}, err
		}
		if !store.Permitted(store.VerbHold, roles) || p.ID == r.actor.Person {
			continue
		}
		if n++; n > most {
			continue
		}
		m.Parts = append(m.Parts, bot.Facts{
			{Label: "Person", Value: bot.T(bot.Clean(c.People.Name(p.ID), 200))},
			{Label: "Since", Value: bot.T(fmt.Sprintf("%s, by %s (%s)", p.Legal.At.In(c.View.Zone).Format("2 January 2006, 15:04 MST"), c.People.Name(p.Legal.By), p.Legal.Words()))},
			{Label: "Why", Value: bot.T(bot.Clean(c.People.Text(string(p.ID), p.Legal.Reason), 600))},
		})
		if slices.ContainsFunc(roles, func(r store.Role) bool { return slices.Contains(p.Legal.Roles, r) }) {
			m.Parts = append(m.Parts, bot.Buttons{{Label: "Lift it…", Verb: string(store.VerbHold), Object: lift + string(p.ID), Style: bot.Danger}})
		} else {
			m.Parts = append(m.Parts, bot.Fine{Text: bot.T("Only " + p.Legal.Words() + " can lift it.")})
		}
	}
	m.Summary = "There is no legal hold. To put one on somebody, type /offboard hold and a name."
	if n > 0 {
		m.Summary = fmt.Sprintf("People under a legal hold: %d.", n)
	}
	if n > most {
		m.Summary += fmt.Sprintf(" These are the %d longest.", most)
	}
	m.Parts = append([]bot.Part{bot.Prose{Text: bot.T(m.Summary)}}, m.Parts...)
	return bot.Reply{Message: m}, nil
}
