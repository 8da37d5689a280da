package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"offboard/actions"
	"offboard/bot"
	"offboard/store"
)

// erase has somebody erased: it shows what that does, asks for it, and takes the
// word of a second person. Without a name it lists what waits and what was done.
func (c *Commands) erase(_ context.Context, r *request) (bot.Reply, error) {
	first, asked, _ := strings.Cut(r.arg, " ")
	switch {
	case !store.Permitted(store.VerbErase, claimed(r.actor)):
		return said("Only HR, security and auditors can have somebody erased. Nothing was changed.")
	case strings.HasSuffix(r.Object, ":"+look):
		return c.eraseAsk(r, strings.TrimSuffix(r.Object, ":"+look)), nil
	case strings.Contains(r.Object, ":"):
		return c.eraseSecond(r), nil
	case strings.HasPrefix(r.Object, "P-"):
		return c.eraseFirst(r, store.PersonID(r.Object)), nil
	case strings.EqualFold(first, "agree"):
		return c.eraseAsk(r, strings.TrimSpace(asked)), nil
	case r.arg == "":
		return c.erasures(r)
	}
	return c.later(r, func(ctx context.Context) (bot.Reply, error) {
		id, err := c.whom(r, r.arg)
		if err != nil {
			return bot.Reply{}, err
		}
		parts, err := c.erasePreview(ctx, r, id)
		if err != nil {
			return bot.Reply{}, err
		}
		text := fmt.Sprintf("This is what erasing %s would do. Nothing was changed.", c.People.Name(id))
		parts = append(parts, bot.Buttons{{Label: "Ask a second person…", Verb: string(store.VerbErase), Object: string(id), Style: bot.Danger, Confirm: &bot.Confirm{
			Title: "Have them erased?", Text: bot.Clean(fmt.Sprintf("Once a second person agrees, nothing about %s can be read any more. Nobody can bring it back.", c.People.Name(id)), 300), Yes: "Ask for it",
		}}})
		return show(text, append([]bot.Part{bot.Heading{Text: bot.Clean("Erase "+c.People.Name(id)+"?", bot.MaxHeading)}}, parts...)...)
	}), nil
}

// later answers after the time that a click has: it reads many cases, and asks the
// directory.
func (c *Commands) later(r *request, answer func(context.Context) (bot.Reply, error)) bot.Reply {
	return bot.Reply{Then: func(ctx context.Context) bot.Reply {
		reply, err := answer(ctx)
		if err != nil {
			return c.failed(r.Interaction, err)
		}
		return reply
	}}
}

// whom finds the person of a case, or by the number, name, login or address that
// the log has. The directory may not have them any more.
func (c *Commands) whom(r *request, typed string) (store.PersonID, error) {
	object, err := store.ParseObject(typed)
	isCase := err == nil
	rows, err := c.Store.AllCases()
	if err != nil {
		return "", err
	}
	var found []store.Summary
	seen := map[store.PersonID]bool{}
	for _, row := range slices.Backward(rows) {
		isPerson := strings.HasPrefix(typed, "P-") // a button, or what a button says
		if isCase && row.ID != object.Case || !isCase && (row.Erased || seen[row.Person]) || isPerson && string(row.Person) != typed {
			continue
		}
		roles, err := c.People.Roles(r.actor, row.Person)
		if err != nil {
			return "", err
		}
		if !row.Visible(r.actor.Person, roles) || !store.Permitted(store.VerbErase, roles) {
			continue
		}
		_, card, err := c.Store.Person(row.Person)
		if err != nil {
			return "", err
		}
		same := slices.ContainsFunc([]string{string(row.Person), card.Name, card.Login, card.Mail}, func(s string) bool { return strings.EqualFold(s, typed) })
		if isCase || same {
			seen[row.Person] = true
			found = append(found, row)
		}
	}
	switch {
	case len(found) == 1:
		return found[0].Person, nil
	case isCase:
		return "", store.NoSuchCase(object.Case)
	case len(found) == 0:
		return "", refuse("I know of no case of that person that you can see. Type the number of their case, like this: /offboard erase OFF-42. Nothing was changed.")
	}
	var list []string
	for _, row := range found {
		_, card, err := c.Store.Person(row.Person)
		if err != nil {
			return "", err
		}
		list = append(list, bot.Clean(fmt.Sprintf("%s (%s)", row.ID, card.Line()), 200))
	}
	return "", refuse("Several people match. Type the number of the case: %s. Nothing was changed.", strings.Join(list[:min(len(list), 5)], ", "))
}

// here refuses while the directory says that somebody can sign in, or says
// nothing. What it has of their groups is kept, so that the rules know whether
// they have a role.
func (c *Commands) here(ctx context.Context, id store.PersonID) error {
	_, known, err := c.Store.Person(id)
	if err != nil {
		return err
	}
	card, err := c.People.Card(ctx, known.ID)
	switch {
	case errors.Is(err, actions.ErrNoPerson):
		return nil
	case err != nil:
		return &store.Refused{Code: store.NotNow, Text: "I can't ask the directory now whether they are gone. Nothing was changed. Please try again in a few minutes."}
	case !card.Disabled:
		return &store.Refused{Code: store.NotNow, Text: fmt.Sprintf("%s can't be erased now, and nothing was changed. The directory says that they can sign in. If they have left, open a case with /offboard start.", id)}
	}
	_, err = c.People.Meet(ctx, card)
	return err
}

// eraseFirst is the first person's word.
func (c *Commands) eraseFirst(r *request, id store.PersonID) bot.Reply {
	return c.later(r, func(ctx context.Context) (bot.Reply, error) {
		if err := c.mayErase(r, id); err != nil {
			return bot.Reply{}, err
		}
		if err := c.here(ctx, id); err != nil {
			return bot.Reply{}, err
		}
		if _, err := c.Store.Append(ctx, string(id), r.actor, store.Requested{Change: store.Change{Verb: store.VerbErase}}); err != nil {
			return bot.Reply{}, err
		}
		p, card, err := c.Store.Person(id)
		if err != nil {
			return bot.Reply{}, err
		}
		x, _ := p.Erasing()
		return said("You have asked for it. %s is erased once a second person of HR, security or the auditors agrees: they find it with /offboard inbox, or type /offboard erase agree %s:%d. Until then nothing changes.", card.Name, id, x.Entry)
	})
}

// mayErase refuses whoever may know of no case of somebody: the answer is that for
// a case that is not there.
func (c *Commands) mayErase(r *request, id store.PersonID) error {
	_, err := c.whom(r, string(id))
	return err
}

// eraseAsk shows a second person what they would agree to.
func (c *Commands) eraseAsk(r *request, asked string) bot.Reply {
	return c.later(r, func(ctx context.Context) (bot.Reply, error) {
		person, entry, _ := strings.Cut(asked, ":")
		n, err := strconv.ParseUint(entry, 10, 64)
		if err != nil || !strings.HasPrefix(person, "P-") {
			return said("Type it exactly as it was shown, like this: /offboard erase agree P-7:33")
		}
		id := store.PersonID(person)
		p, card, err := c.Store.Person(id)
		x, waits := p.Erasing()
		if err != nil || !waits || x.Entry != n || c.mayErase(r, id) != nil {
			return said("There is nothing like that to agree to. It may have been settled already.")
		}
		object := fmt.Sprintf("%s:%d", person, n)
		may := x.By != r.actor.Person && id != r.actor.Person
		text := fmt.Sprintf("%s asks to have %s erased. Nobody can bring back what is erased.", c.People.Name(x.By), card.Name)
		parts, err := c.erasePreview(ctx, r, id)
		if refused, ok := errors.AsType[*store.Refused](err); ok { // it can still be called off
			parts, may = []bot.Part{bot.Prose{Text: bot.T(c.People.Names(refused.Text))}}, false
		} else if err != nil {
			return bot.Reply{}, err
		}
		return show(text, append(append([]bot.Part{bot.Prose{Text: bot.T(text)}}, parts...), agreeing(store.VerbErase, object, may))...)
	})
}

// eraseSecond is a second person's word.
func (c *Commands) eraseSecond(r *request) bot.Reply {
	return c.later(r, func(ctx context.Context) (bot.Reply, error) {
		person, rest, _ := strings.Cut(r.Object, ":")
		entry, no, _ := strings.Cut(rest, ":")
		n, err := strconv.ParseUint(entry, 10, 64)
		if err != nil || c.mayErase(r, store.PersonID(person)) != nil {
			return said("There is nothing like that to agree to. It may have been settled already.")
		}
		name := c.People.Name(store.PersonID(person))
		if no == "" {
			if err := c.here(ctx, store.PersonID(person)); err != nil {
				return bot.Reply{}, err
			}
		}
		if _, err := c.Store.Append(ctx, person, r.actor, store.Seconded{Entry: n, Agree: no == ""}); err != nil {
			return bot.Reply{}, err
		}
		if no != "" {
			return said("It stays as it was: %s is not erased.", name)
		}
		return said("Erased: nothing about them can be read here any more. The keys are destroyed within a minute, and the messages about them are changed. /offboard erase shows what could not be changed.")
	})
}
