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

// Times is when access ends at the usual time, and where people are of whom the
// directory does not say it.
type Times struct {
	Hours [7]string         // "18:00", from Sunday on; empty is 18:00
	Zones map[string]string // location or country, in small letters -> IANA zone
}

// usual is the choice of a form, and the word that is typed, for the usual time.
// What it comes to is resolved when the form arrives: the log has the moment.
const usual store.Mode = "usual"

// hour is the usual one of a day; empty if it is no day.
func (t Times) hour(day store.Date) string {
	d, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return ""
	}
	if h := t.Hours[d.Weekday()]; h != "" {
		return h
	}
	return "18:00"
}

// Usual is the usual time of a day, or the one that a rule says; it is not valid
// if that is no day.
func (t Times) Usual(day store.Date, ruled string) store.Wish {
	return store.WishOf(day, cmp.Or(ruled, t.hour(day)))
}

// week words the hours: "Sun 12:00, Mon–Thu 18:00, Fri–Sat 16:00".
func (t Times) week() string {
	var parts []string
	monday := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for from := 0; from < 7; {
		hour := func(n int) string { return t.hour(store.Date(monday.AddDate(0, 0, n).Format(time.DateOnly))) }
		to := from
		for to < 6 && hour(to+1) == hour(from) {
			to++
		}
		days := monday.AddDate(0, 0, from).Format("Mon")
		switch {
		case from == 0 && to == 6:
			return hour(0)
		case to > from:
			days += "–" + monday.AddDate(0, 0, to).Format("Mon")
		}
		parts = append(parts, days+" "+hour(from))
		from = to + 1
	}
	return strings.Join(parts, ", ")
}

// place finds the zone of somebody by where the directory says that they work.
func (t Times) place(card store.Card) (zone, place string) {
	for _, p := range []string{card.Location, card.Country} {
		if z := t.Zones[strings.ToLower(strings.TrimSpace(p))]; p != "" && z != "" {
			return z, p
		}
	}
	return "", ""
}

// knownZone reports whether a zone is named that this program knows. "Local"
// is where it runs, which says nothing about the leaver.
func knownZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "" && name != "Local"
}

// zoneField asks for the leaver's zone, where the directory does not say it. It
// shows what their place or their chat profile says, which may be wrong; where
// nothing says anything it is empty: the company's zone would be a guess that
// nobody sees.
func (c *Commands) zoneField(ctx context.Context, leaver store.Card, chosen string) bot.Field {
	f := bot.Field{Name: "zone", Label: "Time zone", Hint: "Nothing says where they are; e.g. Europe/Lisbon", Kind: bot.Line, Required: true}
	zone, place := c.Times.place(leaver)
	switch {
	case knownZone(chosen):
		f.Value, f.Hint = chosen, "In which their times count; e.g. Europe/Lisbon"
	case knownZone(zone):
		f.Value, f.Hint = zone, bot.Clean("That of "+place+". Correct it if they are elsewhere", bot.MaxHint)
	default:
		if zone, platform := c.profile(ctx, leaver); zone != "" {
			f.Value, f.Hint = zone, "From their profile on "+platform+". Correct it if they are elsewhere"
		}
	}
	return f
}

// profilePatience is how long a chat is waited for that is asked where somebody
// is: the form has two seconds in all, and can do without.
const profilePatience = 500 * time.Millisecond

// profile is the zone that somebody's chat profile says, and which chat's.
func (c *Commands) profile(ctx context.Context, card store.Card) (zone, platform string) {
	known, err := c.Store.Known(card.ID)
	if err != nil {
		known = ""
	}
	ctx, cancel := context.WithTimeout(ctx, profilePatience)
	defer cancel()
	for _, platform := range c.Platforms {
		keeper, ok := c.Clocks[platform]
		if !ok {
			continue
		}
		ids := []string{card.Chat[platform]}
		for _, u := range c.People.Accounts(known, platform) {
			ids = append(ids, u.ID)
		}
		for _, id := range ids {
			if id == "" {
				continue
			}
			if zone, err := keeper.ZoneOf(ctx, id); err == nil && knownZone(zone) {
				return zone, platform
			}
		}
	}
	return "", ""
}

// located is a zone by name; nil if it is none.
func located(name string) *time.Location {
	if !knownZone(name) {
		return nil
	}
	z, _ := time.LoadLocation(name)
	return z
}

// when are the choices of when access ends. day is the one that they are about,
// as far as it is known already, ruled the hour that a rule of the company says for
// the leaver and the kind, if any, and zone the leaver's, nil if it is not known.
func (c *Commands) when(day store.Date, ruled string, zone *time.Location, onDay string) []bot.Option {
	text := c.Times.week()
	if hour := c.Times.hour(day); hour != "" {
		hour = cmp.Or(ruled, hour)
		text = "For " + view.Day(day) + " that is " + hour
	}
	if zone != nil {
		text += " (" + zone.String() + ")"
	}
	return []bot.Option{
		{Value: string(usual), Label: "At the usual time" + onDay, Hint: bot.Clean(text, bot.MaxOption)},
		{Value: string(store.At), Label: "At a time" + onDay, Hint: "Enter it below"},
		{Value: string(store.Now), Label: "Now", Hint: "As soon as it is approved"},
		{Value: string(store.Press), Label: "When I press", Hint: "Everything is made ready and waits for a button"},
	}
}

// timeHint says in whose time a time is meant, with the offset of that day, not
// of today.
func timeHint(day store.Date, zone *time.Location) string {
	if zone == nil {
		return "For \"at a time\": on their clock"
	}
	text := fmt.Sprintf("For \"at a time\": their time, %s", zone)
	if noon, fit := store.WishOf(day, "12:00").In(zone); fit != store.NoWish {
		text += " (UTC" + noon.In(zone).Format("-07:00") + " on that day)"
	}
	return bot.Clean(text, bot.MaxHint)
}

// clock is the time of a cut-off, as the field for it shows it.
func clock(cut store.CutOff, zone *time.Location) string {
	switch {
	case cut.Mode != store.At:
		return ""
	case cut.Wish.Clock() != "":
		return cut.Wish.Clock()
	}
	return cut.At.In(zone).Format("15:04")
}

// choice is what somebody said about when access ends.
type choice struct {
	mode  store.Mode // usual too
	day   store.Date
	clock string // store.At only
	hour  string // the usual one, where a rule of the company says another than the week's; may be empty
	zone  *time.Location
	name  string // the leaver's
	field string // of the day, for what is wrong with it
}

// cutOff makes the moment of it. wrong says what is wrong with which field.
func (c *Commands) cutOff(h choice, wrong map[string]string) store.CutOff {
	at := strings.TrimSpace(h.clock)
	switch h.mode {
	case store.Now, store.Press:
		return store.CutOff{Mode: h.mode}
	case usual:
	case store.At:
		if t, err := time.Parse("15:04", at); err != nil {
			wrong["time"] = "Enter a time like 17:00."
		} else {
			at = t.Format("15:04")
		}
	default:
		wrong["cut-off"] = "Choose when access ends: there is no default, so that nobody is locked out by an oversight."
	}
	wish := store.WishOf(h.day, at)
	if h.mode == usual {
		wish = c.Times.Usual(h.day, h.hour)
	}
	if h.zone == nil || !wish.Valid() {
		return store.CutOff{Mode: store.At} // what is missing is said beside its field
	}
	moment, _ := wish.In(h.zone)
	if now := c.Store.Now(); !moment.After(now) {
		c.passed(h, wish, now, wrong)
	}
	return store.CutOff{Mode: store.At, At: moment, Wish: wish}
}

// passed says that a time has passed, and what can be chosen instead.
func (c *Commands) passed(h choice, wish store.Wish, now time.Time, wrong map[string]string) {
	there := now.In(h.zone)
	today := store.Date(there.Format(time.DateOnly))
	switch {
	case h.day < today && h.field == "last day":
		wrong["cut-off"] = fmt.Sprintf("%s has passed, so %s has left already. Choose \"Now\" or \"When I press\"; if the day is wrong, correct it.", view.Day(h.day), h.name)
	case h.day < today:
		wrong[h.field] = fmt.Sprintf("%s has passed. Choose a later day, or \"Now\".", view.Day(h.day))
	case h.mode == usual:
		wrong["cut-off"] = fmt.Sprintf("The usual time, %s, has passed today: it is %s there (%s). Choose \"Now\", or \"At a time\" and a later one.", wish.Clock(), there.Format("15:04"), h.zone)
	default:
		wrong["time"] = fmt.Sprintf("%s has passed today: it is %s there (%s). Choose a later time, or \"Now\".", wish.Clock(), there.Format("15:04"), h.zone)
	}
}

// remarks are what there is to say about the times of a case that was asked for.
func (c *Commands) remarks(cs store.Case) string {
	text := c.comes(cs, cs.Terms.CutOff, cs.Zone(), false)
	if far := view.Far(cs.Terms.LastDay, c.Store.Now(), cs.Zone()); far != "" {
		text += " " + far
	}
	if today := store.Date(c.Store.Now().In(cs.Zone()).Format(time.DateOnly)); cs.Terms.LastDay < today {
		text += fmt.Sprintf(" %s, %s, has passed.", c.View.Day(cs), view.Day(cs.Terms.LastDay))
	}
	return text
}

// comes says when access ends, after a form or a command that set it, and what
// to look at once more.
func (c *Commands) comes(cs store.Case, cut store.CutOff, zone *time.Location, approved bool) string {
	begins := c.View.Begins(cs)
	switch cut.Mode {
	case store.Now:
		if approved {
			return begins + " now."
		}
		return begins + " as soon as it is approved."
	case store.Press:
		return fmt.Sprintf("%s when somebody presses %q.", begins, c.View.Press(cs))
	case store.At:
	}
	text := fmt.Sprintf("%s %s.", begins, view.Moment(cut.At, zone))
	if note := view.Wished(cut, zone); note != "" {
		text += " " + note
	}
	return text
}
