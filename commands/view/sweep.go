package view

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"offboard/bot"
	"offboard/store"
)

// Found is an account of a sweep, as its reader may know it.
type Found struct {
	store.Stray
	Kind store.StrayKind
	Ref  string // names it in a button
}

// Sweep is what a sweep has found, as its reader may know it.
type Sweep struct {
	At     time.Time // of a sweep of the schedule; zero for one that somebody asked for
	Looked int       // accounts
	Found  []Found
	Known  int               // accounts that may stay, or were linked to somebody since
	Unread map[string]string // title of a system -> why it was not read to the end
	Unable []string          // titles of systems that can't list their accounts
	Acts   bool              // its reader may say what an account is
}

// mostFound are shown in a chat: who has more of them works through a list. It is
// below bot.MaxOptions, so that each can be chosen.
const mostFound = 20

// kinds of accounts in the order in which they are shown, with what is to be done.
var kinds = []struct {
	kind               store.StrayKind
	title, short, todo string
}{
	{store.Remains, "Still there, although their case says that access has ended", "their case says that it has ended", "Look at the case, and lock the account now. If it was not in the case, HR or security open a new one: /offboard start, and the name."},
	{store.OfGone, "Of somebody who has left", "of somebody who has left", "HR or security can open a case for them: /offboard start, and the name."},
	{store.OfNobody, "Of nobody", "of nobody", "Find out who uses them. Then lock them, say whose they are, or say why they may stay."},
	{store.OfLeaving, "Of somebody who leaves, and not in their case", "of somebody who leaves", "Lock them when the time comes, or say whose they are."},
}

// Sweep shows what a sweep has found: the worst first, and first of all what is
// new. A system that was not read to the end is never clean.
func (v View) Sweep(s Sweep) bot.Message {
	text := s.summary()
	m := bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Heading{Text: "All accounts"}, bot.Prose{Text: bot.T(text)}}}
	add := func(parts ...bot.Part) { m.Parts = append(m.Parts, parts...) }
	if !s.At.IsZero() {
		add(bot.Facts{{Label: "Looked at", Value: Moment(s.At, v.Zone)}})
	}
	var unread []bot.Row
	for _, title := range slices.Sorted(maps.Keys(s.Unread)) {
		unread = append(unread, bot.Row{Mark: bot.Failed, Text: bot.T(bot.Clean(title, 100) + " was not read to the end"), Detail: bot.T(bot.Clean(s.Unread[title], 300))})
	}
	for _, title := range s.Unable {
		unread = append(unread, bot.Row{Mark: bot.Info, Text: bot.T(bot.Clean(title, 100) + " can't list its accounts"), Detail: bot.T("look there by hand")})
	}
	if len(unread) > 0 {
		add(bot.Checklist{Title: "Not looked at", Rows: unread})
	}
	shown := s.shown()
	for _, k := range kinds {
		var rows []bot.Row
		for _, x := range shown {
			if x.Kind == k.kind {
				rows = append(rows, x.row(!s.At.IsZero()))
			}
		}
		if len(rows) > 0 {
			add(bot.Checklist{Title: k.title, Rows: rows}, bot.Fine{Text: bot.T(k.todo)})
		}
	}
	if n := len(s.Found) - len(shown); n > 0 {
		add(bot.Fine{Text: bot.T(fmt.Sprintf("There are %d more. On the server, \"offboard sweep\" lists all.", n))})
	}
	if s.Acts && len(shown) > 0 {
		add(s.menu(shown), bot.Fine{Text: bot.T("Or type: /offboard sweep look, the system and the account, as they stand here.")})
	}
	if s.Known > 0 {
		add(bot.Fine{Text: bot.T(store.Count(s.Known, "known account is", "known accounts are") + " left out: /offboard sweep known shows why.")})
	}
	return m
}

// shown are those that fit into a message, what is new before all else.
func (s Sweep) shown() []Found {
	list := slices.Clone(s.Found)
	news := func(x Found) int {
		if x.New && !s.At.IsZero() {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b Found) int {
		return cmp.Or(news(a)-news(b), cmp.Compare(a.Kind, b.Kind), a.Compare(b.Stray))
	})
	return list[:min(len(list), mostFound)]
}

func (s Sweep) menu(shown []Found) bot.Menu {
	menu := bot.Menu{Label: "Choose an account to say what it is", Verb: string(store.VerbSweep), Object: "look", Field: "account"}
	for _, x := range shown {
		short := ""
		for _, k := range kinds {
			if k.kind == x.Kind {
				short = k.short
			}
		}
		menu.Options = append(menu.Options, bot.Option{Value: x.Ref, Label: bot.Clean(x.line(), bot.MaxOption), Hint: bot.Clean(short, bot.MaxOption)})
	}
	return menu
}

func (s Sweep) summary() string {
	n, news := len(s.Found), 0
	for _, x := range s.Found {
		if x.New && !s.At.IsZero() {
			news++
		}
	}
	text := fmt.Sprintf("I looked at %s", store.Count(s.Looked, "account", "accounts"))
	missing := ""
	if len(s.Unread) > 0 {
		missing = fmt.Sprintf(" %s not read to the end, so nobody knows what else is there.", strings.Join(slices.Sorted(maps.Keys(s.Unread)), ", ")+was(len(s.Unread)))
	}
	switch {
	case n > 0:
		text += fmt.Sprintf("; %d can be used and %s to nobody who stays.", n, map[bool]string{true: "belongs", false: "belong"}[n == 1])
		if !s.At.IsZero() {
			text += fmt.Sprintf(" New since the last report: %d.", news)
		}
	case len(s.Unread) > 0:
		text += ". In what I could read, each that can be used belongs to somebody who works here."
	default:
		text += ". Each that can be used belongs to somebody who works here, or is known."
	}
	return text + missing
}

func was(n int) string {
	if n == 1 {
		return " was"
	}
	return " were"
}

func (x Found) line() string { return bot.Clean(x.Title+": "+x.Login, 150) }

// used is the day on which it was last used, as precise as systems are; empty if
// the system does not say.
func (x Found) used() string {
	if x.Used.IsZero() {
		return ""
	}
	return x.Used.UTC().Format("2 January 2006")
}

// row says whose it is, and whether it is privileged or new.
func (x Found) row(report bool) bot.Row {
	out := bot.Row{Mark: bot.Failed, Text: bot.T(x.line())}
	var parts []string
	if report && x.New {
		parts = append(parts, "new")
	}
	if x.Name != "" {
		parts = append(parts, bot.Clean(x.Name, 100))
	}
	if x.Case != "" && (x.Kind == store.Remains || x.Kind == store.OfLeaving) {
		parts = append(parts, string(x.Case))
	}
	if x.Admin {
		parts = append(parts, "privileged")
	}
	if x.used() != "" {
		parts = append(parts, "last used "+x.used())
	}
	if len(parts) > 0 {
		out.Detail = bot.T(bot.Clean(strings.Join(parts, " · "), 200))
	}
	return out
}

// StrayOne shows one account with what can be said of it. Starts is whether its
// reader may open a case, acts whether they may say what the account is.
func (v View) StrayOne(x Found, starts, acts bool) bot.Message {
	words := map[store.StrayKind]string{
		store.Remains:   fmt.Sprintf("It belongs to %s, and %s says that their access has ended. It can still be used: lock it now.", x.Name, x.Case),
		store.OfGone:    fmt.Sprintf("It belongs to %s, who has left, as the directory says. It can still be used: lock it, or have HR or security open a case.", x.Name),
		store.OfNobody:  "It can be used, and nobody in the directory is its owner.",
		store.OfLeaving: fmt.Sprintf("It belongs to %s, who leaves (%s), and the case does not take it away. Lock it when their access ends, or say whose it is.", x.Name, x.Case),
	}[x.Kind]
	m := bot.Message{Summary: bot.Clean(x.line()+". "+words, bot.MaxSummary), Parts: []bot.Part{bot.Heading{Text: bot.Clean(x.line(), bot.MaxHeading)}, bot.Prose{Text: bot.T(bot.Clean(words, 400))}}}
	facts := bot.Facts{{Label: "Id in the system", Value: bot.T(bot.Clean(x.ID, 150))}}
	if x.Admin {
		facts = append(facts, bot.Fact{Label: "Privileged", Value: bot.T("yes")})
	}
	if x.used() != "" {
		facts = append(facts, bot.Fact{Label: "Last used", Value: bot.T(x.used())})
	}
	m.Parts = append(m.Parts, facts)
	var buttons bot.Buttons
	if object := "dir:" + x.Owner; starts && x.Owner != "" && x.Kind != store.OfLeaving && len(object)+len(store.VerbStart) < bot.MaxID {
		buttons = append(buttons, bot.Button{Label: "Open a case…", Verb: string(store.VerbStart), Object: object})
	}
	if x.Case != "" && (x.Kind == store.Remains || x.Kind == store.OfLeaving) {
		buttons = append(buttons, bot.Button{Label: "Look at " + string(x.Case), Verb: string(store.VerbStatus), Object: string(x.Case)})
	}
	if acts {
		if !x.Linked {
			buttons = append(buttons, bot.Button{Label: "It is somebody's…", Verb: string(store.VerbSweep), Object: "link:" + x.Ref})
		}
		buttons = append(buttons, bot.Button{Label: "It may stay…", Verb: string(store.VerbSweep), Object: "known:" + x.Ref})
	}
	if len(buttons) > 0 {
		m.Parts = append(m.Parts, buttons)
	}
	if acts {
		typed := bot.Clean(x.System+" "+x.Login, 120)
		m.Parts = append(m.Parts, bot.Fine{Text: bot.T(fmt.Sprintf("Or type: /offboard sweep link %s is jane, or: /offboard sweep known %s until 2027-01-31 because, and why.", typed, typed))})
	}
	if x.Linked && acts {
		m.Parts = append(m.Parts, bot.Fine{Text: bot.T(fmt.Sprintf("It is %s's by somebody's word. If that is wrong, type: /offboard sweep forget %s", x.Name, bot.Clean(x.System+" "+x.Login, 120)))})
	}
	return m
}

// Knowns lists the accounts that may stay, those first that are to be looked at
// again first.
func (v View) Knowns(list []store.Known) bot.Message {
	text := "No account is known: each that belongs to nobody is told."
	if len(list) == 0 {
		return *bot.Say(text).Message
	}
	text = fmt.Sprintf("%s to nobody who stays and may be there for now.", store.Count(len(list), "account belongs", "accounts belong"))
	m := bot.Message{Summary: text, Parts: []bot.Part{bot.Heading{Text: "Known accounts"}, bot.Prose{Text: bot.T(text)}}}
	list = slices.SortedFunc(slices.Values(list), func(a, b store.Known) int {
		return cmp.Or(cmp.Compare(a.Until, b.Until), cmp.Compare(a.Entry, b.Entry))
	})
	rows := []bot.Row{}
	for _, k := range list[:min(len(list), mostFound)] {
		rows = append(rows, bot.Row{
			Mark: bot.Info, Text: bot.T(bot.Clean(v.system(k.Account.System)+": "+v.Text(store.Installation, k.Account.Login), 150)),
			Detail: bot.T(bot.Clean(fmt.Sprintf("until %s, said %s: %s", Day(k.Until), v.Name(k.By), v.Text(store.Installation, k.Reason)), 300)),
		})
	}
	m.Parts = append(m.Parts, bot.Checklist{Rows: rows})
	if n := len(list) - len(rows); n > 0 {
		m.Parts = append(m.Parts, bot.Fine{Text: bot.T(fmt.Sprintf("There are %d more, which may stay for longer.", n))})
	}
	m.Parts = append(m.Parts, bot.Fine{Text: bot.T("To end it, type: /offboard sweep forget, the system and the account.")})
	return m
}

// Looking is how far a sweep is.
func (v View) Looking(title string, done, total int) bot.Message {
	text := "Looking at all accounts: " + bot.Clean(title, 100)
	if done+total > 0 {
		text += " " + number(done)
	}
	if total > 0 {
		text += " of " + number(total)
	}
	return *bot.Say(text + ".").Message
}

// Counting is how far it is to count cases.
func (v View) Counting(title string, done, total int) bot.Message {
	return *bot.Say(fmt.Sprintf("Counting %s: %s of %s.", title, number(done), number(total))).Message
}

// LookedAt is what is left of Looking.
func (v View) LookedAt(looked int) bot.Message {
	return *bot.Say(fmt.Sprintf("I have looked at all accounts: %s.", number(looked))).Message
}

// OldSweep is what is left of a report of which there is a newer one.
func (v View) OldSweep() bot.Message {
	return *bot.Say("All accounts were looked at again since: see the newer message, or /offboard sweep.").Message
}

// number writes a number as people read it: 3,100.
func number(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
