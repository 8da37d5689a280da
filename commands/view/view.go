// Package view turns a case into what people read: cards, surveys, questions,
// closing messages. It is pure: the same case and book give the same message.
//
// Its rules of wording: say what happened and what to do next; the state of a
// step is a word, not a colour; the leaver is named, never "the user".
package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"offboard/bot"
	"offboard/store"
)

// Book opens what the log keeps sealed. Its texts fit into one line and have no
// control characters; a name is never empty and has at most 100 characters. A
// text that cannot be opened reads "(not readable)".
type Book interface {
	Name(p store.PersonID) string
	Line(p store.PersonID) string // the identity card in one line; may be empty
	Text(subject string, p store.Private) string
	Held(c store.Case, s store.Step) []store.Held
	Came(c store.Case, r store.Return) []store.Held
	AccountID(c store.Case, s store.Step) string // the id that pins the account; "" for a manual task
	ConfigFile(c store.Configuration) store.ConfigFile
	Legal(p store.PersonID) *store.LegalHold // the legal hold on somebody now; nil if there is none
}

// Kind is a kind of departure as the configuration words it.
type Kind struct {
	ID           string
	Title        string
	Confidential bool // by default
	Neutral      bool // worded without "leaves"
	Reminders    bool
	Returns      bool // they are to come back: an undo is its normal end
}

// View knows what is needed to word a case.
type View struct {
	Book
	Kinds   []Kind
	Systems map[string]string // name -> title
	Zone    *time.Location    // of the company, where a person's is not known
	When    When              // for which moment it is worded
	Reached Reached           // how the systems of a case that waits for a press were found
	Why     map[string]string // rule of the policy -> its reason, where it has one
	Roles   []Role            // those that somebody can change from and to
}

// Kind is the kind with this id; an unknown one is titled by its id.
func (v View) Kind(id string) Kind {
	if id == store.MoveKind {
		return Kind{ID: id, Title: "Change of role", Reminders: true}
	}
	if i := slices.IndexFunc(v.Kinds, func(k Kind) bool { return k.ID == id }); i >= 0 {
		return v.Kinds[i]
	}
	return Kind{ID: id, Title: id, Reminders: true}
}

func (v View) system(name string) string {
	if t, ok := v.Systems[name]; ok {
		return t
	}
	return name
}

// Titled is a system as people call it.
func (v View) Titled(name string) string { return v.system(name) }

// title names the case: "OFF-1 · Jane Doe".
func (v View) title(c store.Case) string { return string(c.ID) + " · " + v.Name(c.Person) }

// Moment writes a time so that nobody has to guess the zone.
func Moment(t time.Time, zone *time.Location) bot.Text {
	local := t.In(zone)
	where := zone.String()
	if where != time.UTC.String() {
		where += ", UTC" + local.Format("-07:00")
	}
	return bot.Text{{Plain: fmt.Sprintf("%s (%s)", local.Format("Mon 2 January 2006, 15:04"), where), Time: t}}
}

// Day writes a date for people.
func Day(d store.Date) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return t.Format("Mon 2 January 2006")
}

func (v View) cutOff(c store.Case) bot.Text {
	switch cut := c.Plan(0).CutOff; cut.Mode {
	case store.Now:
		if c.Plan(0).Emergency {
			return bot.Join(bot.T("at once, as an emergency"))
		}
		if text := "when the legal hold is lifted"; c.Plan(0).Kind == store.Destroy && c.Plan(0).State != store.Over && v.Legal(c.Person) != nil {
			if c.Plan(0).Decision == nil {
				text = "when it is approved and the legal hold is lifted"
			}
			return bot.T(text)
		}
		if c.Plan(0).Decision != nil {
			return bot.T("at once")
		}
		return bot.T("as soon as it is approved")
	case store.At:
		return Moment(cut.At, c.Zone())
	case store.Press:
		if at := c.Plan(0).Press; !at.IsZero() {
			return bot.Join(bot.T("at the press, "), Moment(at, c.Zone()))
		}
		return bot.T("when somebody presses \"" + v.Press(c) + "\"")
	}
	return bot.T("not chosen")
}

// ApprovedLate reports whether the approval came after the time that was set, so
// that the plan was due with it.
func ApprovedLate(p store.Plan) bool {
	return p.CutOff.Mode == store.At && p.Due.After(p.CutOff.At)
}

// late reports whether the time has passed and approvals are missing: what is
// approved then begins at once.
func (v View) late(c store.Case) bool { return !v.When.Now.IsZero() && c.Late(v.When.Now) }

// overdue is what follows a time that has passed without an approval.
func (v View) overdue(c store.Case) bot.Text {
	if !v.late(c) {
		return nil
	}
	return bot.T("; that has passed, so as soon as it is approved")
}

// facts are the lines at the top of most messages.
func (v View) facts(c store.Case, reason bool) bot.Facts {
	f := bot.Facts{
		{Label: "Person", Value: bot.Join(bot.B(v.Name(c.Person)), bot.T(dash(v.Line(c.Person))))},
		{Label: "Kind", Value: bot.T(v.Kind(c.Terms.Kind).Title + confidential(c))},
	}
	switch k := c.Plan(0).Kind; {
	case !k.Opens():
		return append(f, v.following(c, reason)...)
	case k == store.Move:
		f = append(f, v.roles(c)...)
	default:
		f = append(f, bot.Fact{Label: "Last day of work", Value: bot.T(Day(c.Terms.LastDay))})
	}
	if c.Terms.End != "" && c.Terms.End != c.Terms.LastDay {
		label := "Employment ends"
		if k := v.Kind(c.Terms.Kind); k.Returns {
			label = bot.Clean(k.Title+" ends", bot.MaxLabel)
		}
		f = append(f, bot.Fact{Label: label, Value: bot.T(Day(c.Terms.End))})
	}
	if a := c.Plan(0).Approvers; c.Terms.Stead && (len(a) == 0 || slices.Contains(a, c.Terms.Manager)) {
		f = append(f, bot.Fact{Label: "Approver", Value: bot.T(v.Name(c.Terms.Manager) + ", who is not the manager in the directory")})
	}
	ends := bot.Join(v.cutOff(c), v.countdown(c))
	if note := Wished(c.Plan(0).CutOff, c.Zone()); note != "" {
		ends = bot.Join(ends, bot.T(". "+note))
	}
	if ApprovedLate(c.Plan(0)) {
		ends = bot.Join(ends, bot.T("; approved after that, so at once"))
	}
	ends = bot.Join(ends, v.overdue(c))
	if p := c.Plan(0); p.State != store.Over || !p.Begun.IsZero() { // what was given up does not end
		f = append(f, bot.Fact{Label: v.wording(c).when, Value: ends})
	}
	if far := Far(c.Terms.LastDay, c.Opened, c.Zone()); far != "" && c.Plan(0).Decision == nil {
		f = append(f, bot.Fact{Label: "Check the year", Value: bot.T(far)})
	}
	if text := v.Text(string(c.ID), c.Terms.Reason); reason && text != "" {
		f = append(f, bot.Fact{Label: "Reason", Value: bot.T(bot.Clean(text, 600))})
	}
	return f
}

// following are the facts of a plan that follows another.
func (v View) following(c store.Case, reason bool) bot.Facts {
	p := c.Plan(0)
	var f bot.Facts
	if p.State != store.Over || !p.Begun.IsZero() { // what was declined or given up is not done at any time
		f = append(f, bot.Fact{Label: v.wording(c).when, Value: bot.Join(v.cutOff(c), v.overdue(c))})
	}
	if n := len(p.Only); n > 0 {
		f = append(f, bot.Fact{Label: "Only", Value: bot.T(v.only(c, p))})
	}
	if text := v.Text(string(c.ID), p.Reason); reason && text != "" {
		f = append(f, bot.Fact{Label: "Reason", Value: bot.T(bot.Clean(text, 600))})
	}
	return f
}

// only names the steps that a plan is about, where it is not about all.
func (v View) only(c store.Case, p store.Plan) string {
	var list []string
	for _, id := range p.Only {
		s := c.Plan(p.Of).Step(id)
		list = append(list, v.system(s.System)+": "+v.Words(c, s))
	}
	return few(list, 5)
}

func confidential(c store.Case) string {
	if c.Terms.Confidential {
		return " (confidential)"
	}
	return ""
}

func dash(s string) string {
	if s == "" {
		return ""
	}
	return " — " + s
}

// names joins names as people write them: "a, b and c".
func names(list []string) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// length writes how long something took, as people say it.
func length(d time.Duration) string {
	switch {
	case d < 50*time.Millisecond:
		return "less than 0.1 seconds"
	case d < 10*time.Second:
		text := fmt.Sprintf("%.1f", d.Seconds())
		if d >= 2*time.Second {
			text = strings.TrimSuffix(text, ".0")
		}
		return text + " seconds"
	case d < 2*time.Minute:
		return fmt.Sprintf("%d seconds", int(d.Seconds()))
	case d < 2*time.Hour && d/time.Minute != 60:
		return fmt.Sprintf("%d minutes", int(d.Minutes()))
	case d < 48*time.Hour:
		return store.Count(int(d.Hours()), "hour", "hours")
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

func object(c store.Case, detail string) string {
	return store.Object{Case: c.ID, Plan: c.Plan(0).No, Detail: detail}.String()
}
