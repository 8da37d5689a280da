package commands

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"offboard/bot"
	"offboard/store"
)

// Emergency says how people are locked out first.
type Emergency struct {
	Kind string // of departure, where the case is not open yet
}

// emergency locks somebody out first and asks afterwards: who, why, done. It
// asks for as little as can be, since every question is a minute.
func (c *Commands) emergency(ctx context.Context, r *request) (bot.Reply, error) {
	object := cmp.Or(r.Object, caseNumber(r.arg))
	switch {
	case !store.Permitted(store.VerbEmergency, claimed(r.actor)):
		return said("Only HR and security can lock somebody out as an emergency. Please call them.")
	case strings.HasPrefix(object, fromDirectory) && r.Form:
		return c.lockOut(ctx, r)
	case strings.HasPrefix(object, fromDirectory):
		return c.emergencyForm(ctx, r, strings.TrimPrefix(object, fromDirectory))
	case r.Form && object == "":
		r.arg = strings.TrimSpace(r.Values["person"])
		if _, err := c.People.Card(ctx, r.arg); err == nil && r.arg != "" { // chosen from what was offered, with the identity line
			return c.emergencyForm(ctx, r, r.arg)
		}
	case strings.HasPrefix(object, "OFF-"):
		r.Object = object
		return c.rush(ctx, r)
	}
	if r.arg == "" {
		if r.Form {
			return bot.Reply{Errors: map[string]string{"person": "Type a name, a login or a mail address."}}, nil
		}
		return bot.Reply{Form: &bot.Form{
			Verb: string(store.VerbEmergency), Title: "Emergency: who?", Submit: "Search",
			Fields: []bot.Field{{Name: "person", Label: "Name, login or mail", Kind: bot.PersonField, Required: true}},
		}}, nil
	}
	return bot.Reply{Then: func(ctx context.Context) bot.Reply {
		return c.search(ctx, r, func(p store.Card) bot.Button {
			return bot.Button{Label: bot.Clean("Lock out "+p.Name+"…", bot.MaxLabel), Verb: string(store.VerbEmergency), Object: fromDirectory + p.ID, Style: bot.Danger}
		})
	}}, nil
}

// caseNumber is what was typed, if it is a case's number.
func caseNumber(typed string) string {
	word := strings.ToUpper(firstWord(typed))
	if obj, err := store.ParseObject(word); err == nil && string(obj.Case) == word {
		return word
	}
	return ""
}

const emergencyHint = "It stays in the record; whoever decides afterwards reads it"

// emergencyForm asks why, and for what the directory does not know.
func (c *Commands) emergencyForm(ctx context.Context, r *request, id string) (bot.Reply, error) {
	leaver, err := c.People.Card(ctx, id)
	if err != nil {
		return said("I can't read this person in the directory now. Nothing was changed. Please try again, or have IT lock them out by hand.")
	}
	form := bot.Form{
		Verb: string(store.VerbEmergency), Object: fromDirectory + id, Title: "Lock out now", Submit: "Lock out now",
		Intro: bot.Join(bot.B(leaver.Name), bot.T(" — "+leaver.Line()+". I lock every account now. Nothing else is taken before somebody has approved it, and your name is told to those who watch emergencies.")),
		Fields: []bot.Field{
			{Name: "reason", Label: "Why?", Hint: emergencyHint, Kind: bot.Paragraph, Required: true},
		},
	}
	if !c.decides(ctx, r, leaver) {
		form.Fields = append(form.Fields, bot.Field{Name: "manager", Label: "Who decides afterwards", Hint: "The manager, or somebody in their place", Kind: bot.PersonField, Required: true})
	}
	return bot.Reply{Form: &form}, nil
}

// decides reports whether the manager whom the directory names can decide
// afterwards, so that nobody has to be chosen.
func (c *Commands) decides(ctx context.Context, r *request, leaver store.Card) bool {
	if leaver.Manager == "" {
		return false
	}
	id, _, err := c.People.Resolve(ctx, r.User.Platform, leaver.Manager)
	if err != nil || id == r.actor.Person || !c.reachable(id) {
		return false
	}
	gone, err := c.Store.Gone(id)
	return err == nil && !gone
}

// lockOut opens the case that begins at once.
func (c *Commands) lockOut(ctx context.Context, r *request) (bot.Reply, error) {
	leaver, err := c.People.Card(ctx, strings.TrimPrefix(r.Object, fromDirectory))
	if err != nil {
		return said("I can't read this person in the directory now. Nothing was changed. Please try again, or have IT lock them out by hand.")
	}
	wrong := map[string]string{}
	zone := c.today(ctx, leaver)
	kind := c.View.Kind(c.Emergency.Kind)
	t := store.Terms{
		Kind: kind.ID, Confidential: kind.Confidential, Zone: zone.String(), CutOff: store.CutOff{Mode: store.Now},
		LastDay: store.Date(c.Store.Now().In(zone).Format("2006-01-02")),
	}
	if t.Reason, err = sealed("reason", strings.TrimSpace(r.Values["reason"])); err != nil {
		wrong["reason"] = err.Error()
	} else if t.Reason.IsZero() {
		wrong["reason"] = "Please say why: it stays in the record."
	}
	approver := cmp.Or(strings.TrimSpace(r.Values["manager"]), leaver.Manager)
	var manager store.Card
	if t.Manager, manager, err = c.People.Resolve(ctx, r.User.Platform, approver); err != nil {
		wrong["manager"] = c.text(r.Interaction, err)
	} else if t.Stead = leaver.Manager != "" && manager.ID != leaver.Manager; !c.reachable(t.Manager) {
		wrong["manager"] = unreachable(manager).Error()
	}
	if len(wrong) > 0 {
		return bot.Reply{Errors: wrong}, nil
	}
	person, err := c.People.Meet(ctx, leaver)
	if err != nil {
		return bot.Reply{}, err
	}
	cs, err := c.Store.Append(ctx, store.NewCase, r.actor, store.Drafted{Person: person, Terms: t, Systems: c.looked(leaver, kind.ID), Emergency: true})
	if err != nil {
		return c.already(ctx, person, r, err)
	}
	return said("%s: I lock out %s now, in every system. %s is asked to decide about the rest. You see here how far it is; /offboard stop %s stops it.", cs.ID, leaver.Name, manager.Name, cs.ID)
}

// today is the zone in which "today" is somebody's last day. Nothing waits for it
// to be right: a lock-out begins now, wherever they are.
func (c *Commands) today(ctx context.Context, leaver store.Card) *time.Location {
	place, _ := c.Times.place(leaver)
	for _, name := range []string{leaver.Zone, place} {
		if knownZone(name) {
			return inZone(name, c.View.Zone)
		}
	}
	name, _ := c.profile(ctx, leaver)
	return inZone(name, c.View.Zone)
}

func inZone(name string, otherwise *time.Location) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil && knownZone(name) {
		return zone
	}
	return otherwise
}

// already locks somebody out in the case that they have, if this person may see it
// and it has not begun. They have said whom and why, and are not asked again.
func (c *Commands) already(ctx context.Context, person store.PersonID, r *request, err error) (bot.Reply, error) {
	refused, ok := errors.AsType[*store.Refused](err)
	if !ok || refused.Code != store.Already {
		return bot.Reply{}, err
	}
	rows, listed := c.Store.OpenCases()
	i := slices.IndexFunc(rows, func(s store.Summary) bool { return s.Person == person })
	if listed != nil || i < 0 || rows[i].Begun {
		return bot.Reply{}, err
	}
	r.Object = string(rows[i].ID)
	return c.rush(ctx, r)
}

// rush makes an emergency of a case that has not begun.
func (c *Commands) rush(ctx context.Context, r *request) (bot.Reply, error) {
	why := r.arg
	if caseNumber(why) != "" {
		_, why, _ = strings.Cut(why, " ")
	}
	if err := c.find(r, c.verbs[string(store.VerbStatus)]); err != nil {
		return bot.Reply{}, err
	}
	if r.Form {
		why = r.Values["reason"]
	} else if strings.TrimSpace(why) == "" {
		return bot.Reply{Form: &bot.Form{
			Verb: string(store.VerbEmergency), Object: r.obj.String(), Title: "Lock out now", Submit: "Lock out now",
			Intro:  bot.Join(bot.B(c.People.Name(r.c.Person)), bot.T(", "+string(r.c.ID)+". I lock every account now. Nothing else is taken before somebody has approved it.")),
			Fields: []bot.Field{{Name: "reason", Label: "Why?", Hint: emergencyHint, Kind: bot.Paragraph, Required: true}},
		}}, nil
	}
	reason, err := sealed("reason", strings.TrimSpace(why))
	if err != nil {
		return bot.Reply{}, err
	}
	if _, err := c.append(ctx, r, store.Rushed{Plan: r.obj.Plan, Reason: reason}); err != nil {
		return bot.Reply{}, field("reason", err)
	}
	return said("%s: I lock out %s now, in every system. The rest waits to be approved; /offboard stop %s stops it.", r.c.ID, c.People.Name(r.c.Person), r.c.ID)
}
