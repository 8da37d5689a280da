package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// Profiles is what the policy of the configuration says a role has. Of is the ids
// of those that somebody has by the directory; Loses is what one gives and another
// does not. The titles are in View.Roles; without two of them nobody changes roles.
type Profiles struct {
	Of    func(store.Card) []string
	Loses func(from, to string) []store.Loss
}

// A move's object is the old role, the new role and the directory id of the
// person, with colons between; a role may be empty, and is then asked for.
type moving struct{ from, to, person string }

// object is the object of a button or form. The roles are asked for again where
// they have no place in it.
func (m moving) object() string {
	if text := m.from + ":" + m.to + ":" + m.person; len(text) <= 100 {
		return text
	}
	return "::" + m.person
}

func parseMoving(object string) (m moving, ok bool) {
	parts := strings.SplitN(object, ":", 3)
	if len(parts) != 3 {
		return moving{}, false
	}
	return moving{parts[0], parts[1], parts[2]}, true
}

// move opens a change of role: who, then the form, then the draft.
func (c *Commands) move(ctx context.Context, r *request) (bot.Reply, error) {
	m, chosen := parseMoving(r.Object)
	switch {
	case !store.Permitted(store.VerbMove, claimed(r.actor)):
		return said("You don't have a role that may start a change of role. Please ask HR.")
	case len(c.View.Roles) < 2:
		return said("I can't do changes of role yet: nobody has told me what people of a role have. Nothing was changed. Whoever looks after me writes it into the configuration, below profiles, for two roles at least.")
	case r.Form && chosen:
		return c.draftMove(ctx, r, m)
	case chosen:
		return c.moveForm(ctx, m)
	case r.Form:
		if r.arg = strings.TrimSpace(r.Values["person"]); r.arg == "" {
			return bot.Reply{Errors: map[string]string{"person": "Type a name, a login or a mail address."}}, nil
		}
		if _, err := c.People.Card(ctx, r.arg); err == nil { // chosen from what was offered, with the identity line
			return c.moveForm(ctx, moving{person: r.arg})
		}
	case r.arg == "":
		return bot.Reply{Form: &bot.Form{
			Verb: string(store.VerbMove), Title: "Who changes roles?", Submit: "Search",
			Fields: []bot.Field{{Name: "person", Label: "Name, login or mail", Kind: bot.PersonField, Required: true}},
		}}, nil
	default:
		m = c.typedRoles(r)
	}
	return bot.Reply{Then: func(ctx context.Context) bot.Reply {
		return c.search(ctx, r, func(p store.Card) bot.Button {
			m.person = p.ID
			return bot.Button{Label: bot.Clean("Choose "+p.Name, bot.MaxLabel), Verb: string(store.VerbMove), Object: m.object()}
		})
	}}, nil
}

// typedRoles takes the roles off the end of what was typed: "jane designer
// engineer", or the new one alone.
func (c *Commands) typedRoles(r *request) (m moving) {
	text := strings.Join(strings.Fields(r.arg), " ")
	if m.to, text = c.lastRole(text); m.to != "" {
		m.from, text = c.lastRole(text)
	}
	r.arg = text
	return m
}

// lastRole finds the role that a text ends with, by its id or its title, and what
// stands before it; that is never nothing, since it is somebody's name.
func (c *Commands) lastRole(text string) (id, rest string) {
	longest := 0
	rest = text
	for _, x := range c.View.Roles {
		for _, word := range []string{x.ID, x.Title} {
			n := len(text) - len(word) - 1
			if len(word) > longest && n > 0 && text[n] == ' ' && strings.EqualFold(text[n+1:], word) {
				id, rest, longest = x.ID, text[:n], len(word)
			}
		}
	}
	return id, rest
}

// roleTitles are all roles that somebody can change from and to.
func (c *Commands) roleTitles() string {
	var titles []string
	for _, x := range c.View.Roles {
		titles = append(titles, x.Title)
	}
	return strings.Join(titles, ", ")
}

// moveForm asks for the terms.
func (c *Commands) moveForm(ctx context.Context, m moving) (bot.Reply, error) {
	card, err := c.People.Card(ctx, m.person)
	if err != nil {
		return said("I can't read this person in the directory now. Nothing was changed. Please try again in a few minutes.")
	}
	var manager store.Card
	if card.Manager != "" {
		manager, _ = c.People.Card(ctx, card.Manager) // without it HR types the name
	}
	t := store.Terms{Kind: store.MoveKind, Move: &store.RoleChange{From: m.from, To: m.to}}
	return bot.Reply{Form: &bot.Form{
		Verb: string(store.VerbMove), Object: m.object(), Title: "Change of role", Submit: "See what will happen",
		Intro:  bot.Join(bot.B(card.Name), bot.T(" — "+card.Line()+". What only the old role gives is taken; everything else stays.")),
		Fields: c.moveFields(ctx, card, manager, t),
	}}, nil
}

// moveFields ask for the terms; t is what they show at first.
func (c *Commands) moveFields(ctx context.Context, card, manager store.Card, t store.Terms) []bot.Field {
	var roles []bot.Option
	for _, x := range c.View.Roles {
		roles = append(roles, bot.Option{Value: x.ID, Label: bot.Clean(x.Title, bot.MaxOption)})
	}
	old := bot.Field{Name: "from", Label: "Old role", Hint: "The directory does not say it", Kind: bot.Choice, Options: roles, Value: t.Move.From, Required: true}
	if has := c.Profiles.Of(card); len(has) > 0 {
		var titles []string
		for _, id := range has {
			titles = append(titles, c.View.Role(id))
		}
		old.Hint = bot.Clean("By the directory: "+strings.Join(titles, ", "), bot.MaxHint)
		if len(has) == 1 { // of several nobody but HR knows which one ends
			old.Value = cmp.Or(old.Value, has[0])
		}
	}
	fields := []bot.Field{old, {Name: "to", Label: "New role", Kind: bot.Choice, Options: roles, Value: t.Move.To, Required: true}}
	for _, f := range c.fields(ctx, card, manager, t) {
		switch f.Name {
		case "kind", "end", "confidential":
			continue
		case "last day":
			f.Label = "First day in the new role"
		case "cut-off":
			f.Label = "Taken away"
			f.Options[0].Label, f.Options[1].Label = "At the usual time on that day", "At a time on that day"
		case "time":
			f.Label = "Time on that day"
		}
		fields = append(fields, f)
	}
	return fields
}

// draftMove opens the case that the form describes.
func (c *Commands) draftMove(ctx context.Context, r *request, m moving) (bot.Reply, error) {
	card, err := c.People.Card(ctx, m.person)
	if err != nil {
		return said("I can't read this person in the directory now. Nothing was changed. Please try again in a few minutes.")
	}
	terms, systems, wrong := c.moveTerms(ctx, r, card)
	if len(wrong) > 0 {
		return bot.Reply{Errors: wrong}, nil
	}
	person, err := c.People.Meet(ctx, card)
	if err != nil {
		return bot.Reply{}, err
	}
	cs, err := c.Store.Append(ctx, store.NewCase, r.actor, store.Drafted{Person: person, Terms: terms, Systems: systems})
	if err != nil {
		return bot.Reply{}, err
	}
	return said("%s is a draft. I am looking at what %s has that %s gives and %s does not; you get a direct message with it in a moment. Nothing was changed, and nobody else was told. %s%s",
		cs.ID, card.Name, c.View.Role(terms.Move.From), c.View.Role(terms.Move.To), c.remarks(cs), c.ruled(cs, terms))
}

// moveTerms reads the form, and says which systems something is lost in. wrong says
// what is wrong with which field.
func (c *Commands) moveTerms(ctx context.Context, r *request, card store.Card) (t store.Terms, systems []string, wrong map[string]string) {
	v := r.Values
	v["kind"] = store.MoveKind
	t, wrong = c.terms(ctx, r, card)
	delete(wrong, "kind")
	if wrong["last day"] != "" {
		wrong["last day"] = "Enter the first day in the new role, like 2026-11-30."
	}
	if wrong["cut-off"] != "" && v["cut-off"] == "" {
		wrong["cut-off"] = "Choose when it is taken away: there is no default, so that nobody loses something by an oversight."
	}
	if text := wrong["day"]; text != "" {
		wrong["last day"] = text
		delete(wrong, "day")
	}
	known := func(id string) bool {
		return slices.ContainsFunc(c.View.Roles, func(x view.Role) bool { return x.ID == id })
	}
	from, to := v["from"], v["to"]
	list := c.Profiles.Loses(from, to)
	switch {
	case !known(from):
		wrong["from"] = "Choose the role that they have had."
	case !known(to):
		wrong["to"] = "Choose the role that they get."
	case from == to:
		wrong["to"] = "The old and the new role are the same, so nothing would change."
	case len(list) == 0:
		wrong["to"] = fmt.Sprintf("By the configuration %s has all that %s has, so there is nothing to take.", c.View.Role(to), c.View.Role(from))
	}
	t.Move = &store.RoleChange{From: from, To: to, Loses: store.SealJSON(list)}
	for _, l := range list {
		systems = append(systems, l.System)
	}
	return t, systems, wrong
}

// meanwhile says of a departure that a change of role of the person is open.
func (c *Commands) meanwhile(r *request, person store.PersonID) (string, error) {
	id, err := c.Store.MoveOf(person)
	if id == "" || err != nil {
		return "", err
	}
	cs, err := c.Store.Case(id)
	if err != nil {
		return "", err
	}
	configured, err := c.People.Roles(r.actor, person)
	if err != nil || !cs.Visible(r.actor.Person, configured) {
		return "", err
	}
	return fmt.Sprintf(" A change of role of theirs is open, %s. This takes all of that too, so you can give it up: /offboard cancel %s, or /offboard stop %s once it has begun.", id, id, id), nil
}
