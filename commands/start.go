package commands

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// Objects of the start verb: whom it is about.
const (
	fromDirectory = "dir:"  // followed by the directory id
	byHand        = "hand:" // not in the directory
)

// start opens a case: who, then the form, then the draft.
func (c *Commands) start(ctx context.Context, r *request) (bot.Reply, error) {
	switch {
	case !store.Permitted(store.VerbStart, claimed(r.actor)):
		return said("You don't have a role that may start an offboarding. Please ask HR.")
	case r.Form && r.Object == "":
		r.arg = strings.TrimSpace(r.Values["person"])
		if r.arg == "" {
			return bot.Reply{Errors: map[string]string{"person": "Type a name, a login or a mail address."}}, nil
		}
		if _, err := c.People.Card(ctx, r.arg); err == nil { // chosen from what was offered, with the identity line
			r.Object = fromDirectory + r.arg
			return c.startForm(ctx, r)
		}
		return bot.Reply{Then: func(ctx context.Context) bot.Reply { return c.search(ctx, r, c.choose) }}, nil
	case r.Form:
		return c.draft(ctx, r)
	case strings.HasPrefix(r.Object, fromDirectory), strings.HasPrefix(r.Object, byHand):
		return c.startForm(ctx, r)
	case r.arg == "":
		return bot.Reply{Form: &bot.Form{
			Verb: string(store.VerbStart), Title: "Who leaves?", Submit: "Search",
			Fields: []bot.Field{{Name: "person", Label: "Name, login or mail", Kind: bot.PersonField, Required: true}},
		}}, nil
	}
	// A directory may take longer than an answer may: the search is the second one.
	return bot.Reply{Then: func(ctx context.Context) bot.Reply { return c.search(ctx, r, c.choose) }}, nil
}

// choose are the buttons below somebody who was found.
func (c *Commands) choose(p store.Card) bot.Button {
	return bot.Button{Label: bot.Clean("Choose "+p.Name, bot.MaxLabel), Verb: string(store.VerbStart), Object: fromDirectory + p.ID}
}

func claimed(a store.Actor) []store.Role {
	var out []store.Role
	for _, cl := range a.Claims {
		out = append(out, cl.Role)
	}
	return out
}

// search shows the identity cards of everybody who matches, each with the
// button that goes on with them.
func (c *Commands) search(ctx context.Context, r *request, button func(store.Card) bot.Button) bot.Reply {
	const most = 5
	text := bot.Clean(r.arg, 60)
	found, err := c.People.Find(ctx, r.User.Platform, bot.Clean(r.arg, 200), most+1)
	if err != nil {
		c.Log.Warn().Err(err).Msg("search the directory")
		return say("The directory does not answer, so I can't look anybody up. Nothing was changed. Please try again in a few minutes.")
	}
	m := &bot.Message{}
	add := func(parts ...bot.Part) { m.Parts = append(m.Parts, parts...) }
	mention := strings.HasPrefix(text, "@")
	switch {
	case len(found) == 0 && mention:
		m.Summary = "I can't tell whose chat account that is."
		add(bot.Prose{Text: bot.T(m.Summary + " Try part of the name, the login or the mail address.")})
	case len(found) == 1 && (mention || found[0].ID == r.arg): // chosen from what was offered
		m.Summary = fmt.Sprintf("You mean %s?", found[0].Name)
		add(bot.Prose{Text: bot.T(m.Summary)})
	case len(found) == 0:
		m.Summary = fmt.Sprintf("Nobody in the directory matches %q.", text)
		add(bot.Prose{Text: bot.T(m.Summary + " Try another part of the name, the login or the mail address.")})
		if r.Verb == string(store.VerbMove) && strings.Contains(text, " ") { // perhaps a role that nobody has written down
			add(bot.Prose{Text: bot.T("After the name I know these roles only: " + bot.Clean(c.roleTitles(), 300) + ".")})
		}
	case len(found) == 1:
		m.Summary = fmt.Sprintf("One person matches %q.", text)
		add(bot.Prose{Text: bot.T(m.Summary + " Is it them?")})
	case len(found) > most:
		m.Summary = fmt.Sprintf("Many people match %q. These are the first %d; type more of the name to see others.", text, most)
		found = found[:most]
		add(bot.Prose{Text: bot.T(m.Summary)})
	default:
		ask := "Which one leaves?"
		if r.Verb != string(store.VerbStart) {
			ask = "Which one do you mean?"
		}
		m.Summary = fmt.Sprintf("%d people match %q. %s", len(found), text, ask)
		add(bot.Prose{Text: bot.T(m.Summary)})
	}
	for _, p := range found {
		manager := ""
		if p.Manager != "" {
			if m, err := c.People.Card(ctx, p.Manager); err == nil {
				manager = m.Name
			}
		}
		add(view.Identity(p, manager), bot.Buttons{button(p)})
	}
	if r.Verb == string(store.VerbStart) {
		add(bot.Buttons{{Label: "Not in the directory…", Verb: string(store.VerbStart), Object: byHand}})
	}
	return bot.Reply{Message: m}
}

// startForm asks for the terms.
func (c *Commands) startForm(ctx context.Context, r *request) (bot.Reply, error) {
	form := bot.Form{Verb: string(store.VerbStart), Object: r.Object, Title: "Offboarding", Submit: "See what will happen"}
	var leaver, manager store.Card
	if id, ok := strings.CutPrefix(r.Object, fromDirectory); ok {
		var err error
		if leaver, err = c.People.Card(ctx, id); err != nil {
			return said("I can't read this person in the directory now. Nothing was changed. Please try again in a few minutes.")
		}
		form.Intro = bot.Join(bot.B(leaver.Name), bot.T(" — "+leaver.Line()))
		if leaver.Manager != "" {
			manager, _ = c.People.Card(ctx, leaver.Manager) // without it HR types the name
		}
	} else {
		form.Intro = bot.T("Somebody who is not in the directory. IT confirms who they are before anybody approves.")
		form.Fields = append(form.Fields, bot.Field{Name: "name", Label: "Full name", Hint: "and the login or mail address, if you know it", Kind: bot.Line, Required: true})
	}
	form.Fields = append(form.Fields, c.fields(ctx, leaver, manager, store.Terms{})...)
	return bot.Reply{Form: &form}, nil
}

// fields ask for the terms; t is what they show at first.
func (c *Commands) fields(ctx context.Context, leaver, manager store.Card, t store.Terms) []bot.Field {
	var kinds []bot.Option
	for _, k := range c.View.Kinds {
		kinds = append(kinds, bot.Option{Value: k.ID, Label: k.Title})
	}
	asked := !knownZone(leaver.Zone)
	where := bot.Field{Value: leaver.Zone}
	if asked {
		where = c.zoneField(ctx, leaver, t.Zone)
	}
	zone := located(where.Value)
	shown := clock(t.CutOff, cmp.Or(zone, time.UTC))
	ruled := ""
	if t.Kind != "" {
		ruled = c.Hour(leaver, t.Kind)
	}
	fields := []bot.Field{
		{Name: "kind", Label: "Kind", Kind: bot.Choice, Options: kinds, Value: t.Kind, Required: true},
		{Name: "last day", Label: "Last day of work", Kind: bot.DateField, Value: string(t.LastDay), Required: true},
		{Name: "end", Label: "End of employment", Hint: "If it is another day. Of a suspension: the day it ends", Kind: bot.DateField, Value: string(t.End)},
		// No value at first: a cut-off that somebody overlooked locks out the wrong day.
		{Name: "cut-off", Label: "Access ends", Kind: bot.Choice, Required: true, Value: string(t.CutOff.Mode), Options: c.when(t.LastDay, ruled, zone, " on the last day")},
		{Name: "time", Label: "Time on the last day", Hint: timeHint(t.LastDay, zone), Kind: bot.TimeField, Value: shown},
	}
	if asked {
		fields = append(fields, where)
	}
	who := bot.Field{Name: "manager", Label: "Who approves", Hint: "The manager, or somebody in their place", Kind: bot.PersonField, Required: true}
	if manager.ID != "" {
		who.Value = manager.ID
		who.Options = []bot.Option{{Value: manager.ID, Label: bot.Clean(manager.Name, bot.MaxOption), Hint: bot.Clean(manager.Line(), bot.MaxOption)}}
	}
	// Only what differs from the kind is shown: else it would stay as it was
	// when somebody chooses a kind that is confidential.
	secret := ""
	if t.Kind != "" && t.Confidential != c.View.Kind(t.Kind).Confidential {
		secret = yesNo(t.Confidential)
	}
	return append(fields, who,
		bot.Field{Name: "confidential", Label: "Confidential", Hint: "Empty: as the kind says", Kind: bot.Choice, Value: secret, Options: []bot.Option{
			{Value: "yes", Label: "Yes, only for those who work on it"}, {Value: "no", Label: "No"},
		}},
		bot.Field{Name: "reason", Label: "Reason", Hint: "Only those who work on the case see it", Kind: bot.Paragraph})
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// draft opens the case that the form describes.
func (c *Commands) draft(ctx context.Context, r *request) (bot.Reply, error) {
	card := store.Card{Name: bot.Clean(strings.TrimSpace(r.Values["name"]), 200)}
	id, listed := strings.CutPrefix(r.Object, fromDirectory)
	if listed {
		var err error
		if card, err = c.People.Card(ctx, id); err != nil {
			return said("I can't read this person in the directory now. Nothing was changed. Please try again in a few minutes.")
		}
	} else {
		if card.Name == "" {
			return bot.Reply{Errors: map[string]string{"name": "Enter the full name."}}, nil
		}
		if text := c.listed(ctx, card.Name); text != "" {
			return bot.Reply{Errors: map[string]string{"name": text}}, nil
		}
		card.ID = "hand:" + r.ID // somebody of whom nothing else is known
	}
	terms, wrong := c.terms(ctx, r, card)
	if len(wrong) > 0 {
		return bot.Reply{Errors: wrong}, nil
	}
	person, err := c.People.Meet(ctx, card)
	if err != nil {
		return bot.Reply{}, err
	}
	cs, err := c.Store.Append(ctx, store.NewCase, r.actor, store.Drafted{Person: person, ByHand: !listed, Terms: terms, Systems: c.looked(card, terms.Kind)})
	if err != nil {
		return bot.Reply{}, err
	}
	more, err := c.meanwhile(r, person)
	if err != nil {
		return bot.Reply{}, err
	}
	return said("%s is a draft. I am looking at what %s has; you get a direct message with it in a moment. Nothing was changed, and nobody else was told. %s%s%s",
		cs.ID, card.Name, c.remarks(cs), c.ruled(cs, terms), more)
}

// listed says why somebody can't be entered by hand: they are in the directory,
// and a second record of one human would escape every rule about them.
func (c *Commands) listed(ctx context.Context, typed string) string {
	for part := range strings.FieldsFuncSeq(typed, func(r rune) bool { return r == ',' || r == ';' || r == '<' || r == '>' }) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		found, err := c.People.Search(ctx, part, 5)
		if err != nil {
			return "The directory does not answer, so I can't tell whether they are in it. Please try again in a few minutes."
		}
		for _, p := range found {
			if strings.EqualFold(part, p.Name) || strings.EqualFold(part, p.Login) || strings.EqualFold(part, p.Mail) {
				return fmt.Sprintf("%s is in the directory (%s). Please type /offboard start %s and choose them.", p.Name, p.Line(), p.Login)
			}
		}
	}
	return ""
}

// terms reads the form. wrong says what is wrong with which field.
func (c *Commands) terms(ctx context.Context, r *request, leaver store.Card) (t store.Terms, wrong map[string]string) {
	v := r.Values
	wrong = map[string]string{}
	kind := c.View.Kind(v["kind"])
	t = store.Terms{Kind: v["kind"], Zone: leaver.Zone, Confidential: kind.Confidential}
	if v["kind"] == "" {
		wrong["kind"] = "Choose why the person leaves."
	}
	if v["confidential"] != "" {
		t.Confidential = v["confidential"] == "yes"
	}
	if !knownZone(t.Zone) {
		if t.Zone = strings.TrimSpace(v["zone"]); !knownZone(t.Zone) {
			wrong["zone"] = "I don't know this time zone. Write it like Europe/Berlin."
		}
	}
	var err error
	if t.LastDay, err = store.ParseDate(strings.TrimSpace(v["last day"])); err != nil {
		wrong["last day"] = "Enter the last day of work, like 2026-11-30."
	}
	if end := strings.TrimSpace(v["end"]); end != "" {
		if t.End, err = store.ParseDate(end); err != nil {
			wrong["end"] = "Enter a day like 2026-11-30, or leave it empty."
		}
	}
	if t.Reason, err = sealed("reason", v["reason"]); err != nil {
		wrong["reason"] = err.Error()
	}
	var manager store.Card
	if t.Manager, manager, err = c.People.Resolve(ctx, r.User.Platform, strings.TrimSpace(v["manager"])); err != nil {
		wrong["manager"] = c.text(r.Interaction, err)
	} else if t.Stead = leaver.Manager != "" && manager.ID != leaver.Manager; !c.reachable(t.Manager) {
		wrong["manager"] = unreachable(manager).Error()
	}
	field := "last day"
	if v["kind"] == store.MoveKind { // who changes roles has not left on that day
		field = "day"
	}
	t.CutOff = c.cutOff(choice{mode: store.Mode(v["cut-off"]), day: t.LastDay, clock: v["time"], hour: c.Hour(leaver, v["kind"]), zone: located(t.Zone), name: leaver.Name, field: field}, wrong)
	return t, wrong
}
