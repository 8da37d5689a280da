package view

import (
	"fmt"
	"strconv"
	"time"

	"offboard/bot"
	"offboard/store"
)

// Coming tells those who prepare for it that somebody's access ends soon.
func (v View) Coming(c store.Case) bot.Message {
	text := fmt.Sprintf("%s %s.", v.named(v.wording(c).begins, c), v.cutOff(c))
	m := bot.Message{Summary: bot.Clean(string(c.ID)+": "+text, bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: v.title(c)},
		bot.Prose{Text: bot.Join(bot.B(text), bot.T(" It is approved. If something has to be ready by then, now is the time; the bot does the rest by itself."))},
		v.facts(c, false),
	}}
	m.Parts = append(m.Parts, bot.Buttons{{Label: "Look at " + string(c.ID), Verb: string(store.VerbStatus), Object: string(c.ID)}})
	return m
}

// An Announcement is when access ends, as those who prepare for it were told: at a
// moment, when somebody presses, at once, or not at all. The zero one is not known.
type Announcement struct {
	At  time.Time
	How string // press, now or gone, where there is no moment
}

// AnnouncedOf is what is true of a case now; the zero Announcement while nothing is
// approved.
func AnnouncedOf(c store.Case) Announcement {
	p := c.Plan(0)
	switch {
	case p.State == store.Over && p.Begun.IsZero():
		return Announcement{How: "gone"}
	case p.State != store.Approved && p.Begun.IsZero():
		return Announcement{}
	case p.CutOff.Mode == store.At && !p.Emergency:
		return Announcement{At: p.CutOff.At.UTC()}
	case p.CutOff.Mode == store.Press:
		return Announcement{How: "press"}
	}
	return Announcement{How: "now"}
}

// Told reports whether it is known.
func (a Announcement) Told() bool { return a != Announcement{} }

// String is the announcement as ParseAnnouncement reads it.
func (a Announcement) String() string {
	if a.How != "" {
		return a.How
	}
	return strconv.FormatInt(a.At.Unix(), 10)
}

// ParseAnnouncement reads what String has written.
func ParseAnnouncement(text string) Announcement {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return Announcement{How: text}
	}
	return Announcement{At: time.Unix(n, 0).UTC()}
}

// Changed tells those who prepare for it that it is not as they were told.
func (v View) Changed(c store.Case, was Announcement) bot.Message {
	is := AnnouncedOf(c)
	before := "when somebody presses"
	if !was.At.IsZero() {
		before = Moment(was.At, c.Zone()).String()
	}
	name := v.Name(c.Person)
	ends := fmt.Sprintf("access of %s ends ", name)
	var title, text, todo string
	switch is.How {
	case "gone":
		title, text = "Given up", fmt.Sprintf("access of %s does not end. You were told: %s.", name, before)
		todo = "There is nothing to prepare any more; what you have prepared is not needed."
	case "now":
		title, text = "Brought forward", fmt.Sprintf("%snow. You were told: %s.", ends, before)
		todo = "What is not ready yet has to be done now."
	case "press":
		title, text = "Changed", fmt.Sprintf("%swhen somebody of HR or security presses. You were told: %s.", ends, before)
		todo = "Please have everything ready by then; I can't say when it will be."
	default:
		title, text = "Changed", fmt.Sprintf("%s%s. You were told: %s.", ends, Moment(is.At, c.Zone()), before)
		switch {
		case !was.At.IsZero() && is.At.Before(was.At):
			title, todo = "Brought forward", "What has to be ready by then is due earlier."
		case is.At.After(was.At) && !was.At.IsZero():
			title, todo = "Postponed", "You have until then."
		}
	}
	m := bot.Message{Summary: bot.Clean(fmt.Sprintf("%s, %s: %s", c.ID, inner(title), text), bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: bot.Clean(title+": "+v.title(c), bot.MaxHeading)},
		bot.Prose{Text: bot.Join(bot.B(upper(text)), bot.T(" "+todo))},
		bot.Buttons{{Label: "Look at " + string(c.ID), Verb: string(store.VerbStatus), Object: string(c.ID)}},
	}}
	return m
}

// NotComing replaces what Coming or Changed said, where that is not true any more.
func (v View) NotComing(c store.Case) bot.Message {
	text := fmt.Sprintf("%s: the time that stood here has changed. /offboard status %s shows the new one.", c.ID, c.ID)
	if AnnouncedOf(c).How == "gone" {
		text = fmt.Sprintf("%s was given up: access of %s does not end. There is nothing to prepare.", c.ID, v.Name(c.Person))
	}
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

// early lists the tasks that are to be done before access ends.
func (v View) early(c store.Case) []bot.Part {
	list := bot.Checklist{Title: "To do before access ends"}
	var buttons []bot.Part
	for _, s := range c.Plan(0).Steps {
		if !s.Early() || s.State.Ended() {
			continue
		}
		row := v.live(c, s)
		row.Text = bot.T(v.system(s.System) + ": " + row.Text.String())
		list.Rows = append(list.Rows, row)
		if b := v.stepButtons(c, s); len(b) > 0 && len(buttons) < 4 {
			buttons = append(buttons, b)
		}
	}
	if len(list.Rows) == 0 {
		return nil
	}
	return append([]bot.Part{list}, buttons...)
}
