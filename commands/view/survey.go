package view

import (
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// Survey is the requester's message: what was found, what will happen, and
// later how it stands. It is one message that is edited.
func (v View) Survey(c store.Case) bot.Message {
	p := c.Plan(0)
	m := bot.Message{Parts: []bot.Part{bot.Heading{Text: v.title(c)}}}
	add := func(parts ...bot.Part) { m.Parts = append(m.Parts, parts...) }
	switch p.State {
	case store.Surveying:
		looking := v.named(v.wording(c).looking, c)
		m.Summary = fmt.Sprintf("%s: I am looking at %s. Nothing is changed.", c.ID, looking)
		add(bot.Prose{Text: bot.T(fmt.Sprintf("I am looking at %s. Nothing is changed by looking. %s to go.", looking, store.Count(len(p.Unsurveyed()), "system", "systems")))})
		add(v.facts(c, true))
	case store.Proposed:
		m.Summary = fmt.Sprintf("%s: this is %s. Please read it and submit it.", c.ID, v.named(v.wording(c).would, c))
		if p.Declined != nil {
			add(v.declined(c))
		}
		if p.Kind == store.Move && len(p.Steps) == 0 {
			m.Summary = fmt.Sprintf("%s: %s has nothing that only the old role gives.", c.ID, v.Name(c.Person))
			add(bot.Prose{Text: bot.T(m.Summary + " Nothing was changed. Please discard it, or change the roles.")}, v.facts(c, true))
			add(v.found(c, true)...)
			add(v.options(c))
			break
		}
		if p.Kind == store.Restore && len(p.Steps) == 0 {
			m.Summary = fmt.Sprintf("%s: nothing of this can be given back.", c.ID)
			add(bot.Prose{Text: bot.T("Nothing of this can be given back; why stands below. Nothing was changed. Please discard it.")}, v.facts(c, true))
			add(v.found(c, true)...)
			add(v.options(c))
			break
		}
		add(bot.Prose{Text: bot.T(fmt.Sprintf("This is what will happen. Nothing has been changed yet, and nobody else was told. Submit it, and %s asked to approve.", v.toAsk(c)))})
		add(v.facts(c, true))
		add(v.also(c)...)
		add(v.found(c, true)...)
		if c.InBatch() {
			add(bot.Prose{Text: bot.T(fmt.Sprintf("It is on the list %s, and is approved with it. /offboard batch %s out %s takes it out.", c.Batch, c.Batch, c.ID))})
			break
		}
		add(v.options(c, bot.Button{Label: "Submit", Verb: string(store.VerbSubmit), Object: object(c, p.Scope), Style: bot.Primary}), typed(store.VerbSubmit, c))
	case store.Declined:
		m.Summary = fmt.Sprintf("%s was declined by %s. Please correct it and submit it again, or discard it.", c.ID, v.Name(p.Declined.By))
		add(v.declined(c), v.facts(c, true))
		add(v.also(c)...)
		b := v.options(c, bot.Button{Label: "Submit again", Verb: string(store.VerbSubmit), Object: object(c, p.Scope)})
		if p.Kind.Opens() {
			b[0], b[1] = b[1], b[0] // first it has to be corrected
			b[0].Style = bot.Primary
		}
		add(b)
	case store.Asked:
		m.Summary = fmt.Sprintf("%s: %s.", c.ID, v.Asking(c))
		add(bot.Prose{Text: bot.T(upper(v.Asking(c)) + ". Nothing happens before that.")})
		add(v.noLonger(p)...)
		add(v.facts(c, true))
		add(v.also(c)...)
		add(v.options(c))
	case store.Approved, store.Begun, store.Over, "":
		m.Summary = v.news(c)
		add(bot.Prose{Text: bot.T(m.Summary)}, v.facts(c, true))
		add(v.since(c)...)
		if p.State == store.Approved {
			add(v.reached(c)...)
			add(v.ready(c))
		}
	}
	if p.State == store.Approved || p.State == store.Begun {
		add(v.hold(c)...)
	} else {
		add(v.whole(c)...)
	}
	add(v.letGo(c)...)
	m.Summary = bot.Clean(m.Summary, bot.MaxSummary)
	return m
}

// news is the verdict for whoever does not watch every step.
func (v View) news(c store.Case) string {
	_, held := c.Held()
	if waits, _ := WaitsForHold(c); c.Plan(0).State == store.Begun && !held && !waits && !c.Plan(0).Emergency {
		return fmt.Sprintf("%s is under way. You get a message when it is proven.", c.ID)
	}
	return v.verdict(c)
}

// CodeLength is how much of a scope people type, where buttons do not work.
const CodeLength = 8

// typed is how to do without the button.
func typed(verb store.Verb, c store.Case) bot.Part {
	code := c.Plan(0).Scope
	return bot.Fine{Text: bot.T(fmt.Sprintf("Or type: /offboard %s %s %s", verb, c.ID, code[:min(CodeLength, len(code))]))}
}

func (v View) discard(c store.Case) bot.Button {
	return bot.Button{
		Label: "Discard", Verb: string(store.VerbCancel), Object: object(c, ""), Style: bot.Danger,
		Confirm: &bot.Confirm{Title: "Discard " + string(c.ID) + "?", Text: v.wording(c).never + " The record stays.", Yes: "Discard it"},
	}
}

// options are what whoever asks can still do before the decision. Only what is
// asked for at the beginning can be changed.
func (v View) options(c store.Case, more ...bot.Button) bot.Buttons {
	if c.Plan(0).Kind.Opens() {
		more = append(more, bot.Button{Label: "Change…", Verb: string(store.VerbAmend), Object: object(c, "")})
	}
	return append(more, v.discard(c))
}

func (v View) declined(c store.Case) bot.Part {
	d := c.Plan(0).Declined
	return bot.Prose{Text: bot.Join(bot.B(v.Name(d.By)+" declined: "), bot.T(bot.Clean(v.Text(string(c.ID), d.Reason), 600)))}
}

func (v View) approvers(p store.Plan) string {
	var list []string
	for _, a := range p.Approvers {
		list = append(list, v.Name(a))
	}
	return names(list)
}

// found is the survey, system by system; with the ids of the accounts for
// whoever has to be sure that they are the right ones.
func (v View) found(c store.Case, ids bool) []bot.Part {
	p := c.Plan(0)
	var parts []bot.Part
	for _, g := range v.groups(p) {
		list := bot.Checklist{Title: g.title}
		if ids {
			list.Rows = v.accounts(c, g)
		} else if g.steps = slices.DeleteFunc(g.steps, func(s store.Step) bool { return s.Asks() }); len(g.steps) == 0 {
			continue // the approver has the questions themselves below
		}
		list.Rows = append(list.Rows, v.planned(c, g)...)
		parts = append(parts, list)
	}
	var notes []bot.Row
	for _, s := range p.Surveys {
		for _, u := range s.Unread {
			notes = append(notes, bot.Row{Mark: bot.Failed, Text: bot.T("Could not be read: " + bot.Clean(v.Text(string(c.ID), u), 400))})
		}
		if text := v.Text(string(c.ID), s.Searched); text != "" {
			notes = append(notes, bot.Row{Mark: bot.Nothing, Text: bot.T("No account in " + v.system(s.System)), Detail: bot.T("searched: " + bot.Clean(text, 300))})
		}
	}
	for _, text := range v.remarks(c) {
		notes = append(notes, bot.Row{Mark: bot.Info, Text: bot.T(bot.Clean(text, 400))})
	}
	if len(notes) > 0 {
		parts = append(parts, bot.Checklist{Title: "Good to know", Rows: notes})
	}
	return parts
}

// remarks are what the survey has to say besides. What is the same of several
// systems is said once, with all their names.
func (v View) remarks(c store.Case) []string {
	var texts []string
	systems := map[string][]string{}
	for _, s := range c.Plan(0).Surveys {
		for _, n := range s.Notes {
			text, own := strings.CutPrefix(v.Text(string(c.ID), n), v.system(s.System)+": ")
			if !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
			if own {
				systems[text] = append(systems[text], v.system(s.System))
			}
		}
	}
	for i, text := range texts {
		if of := systems[text]; len(of) > 0 {
			texts[i] = names(of) + ": " + text
		}
	}
	return texts
}

// accounts names the accounts that were found, with the ids that pin them.
func (v View) accounts(c store.Case, g group) []bot.Row {
	var logins, ids []string
	for _, s := range g.steps {
		id := v.AccountID(c, s)
		if id == "" || slices.Contains(ids, id) {
			continue
		}
		ids = append(ids, id)
		logins = append(logins, v.Text(string(c.ID), s.Login))
	}
	if len(ids) == 0 {
		return nil
	}
	return []bot.Row{{Mark: bot.Info, Text: bot.T("Found: " + names(logins)), Detail: bot.T(bot.Clean(strings.Join(ids, ", "), 300))}}
}

// ready says what a plan that is approved waits for, with what can be done.
func (v View) ready(c store.Case) bot.Part {
	p := c.Plan(0)
	buttons := bot.Buttons{}
	if p.CutOff.Mode == store.Press {
		buttons = append(buttons, bot.Button{
			Label: v.Press(c), Verb: string(store.VerbPress), Object: object(c, ""), Style: bot.Danger,
			Confirm: &bot.Confirm{Title: v.Press(c) + "?", Text: bot.Clean(v.loses(c), 300), Yes: v.Press(c)},
		})
	}
	return append(buttons,
		bot.Button{Label: "Another time…", Verb: string(store.VerbReschedule), Object: object(c, "")},
		bot.Button{
			Label: "Cancel…", Verb: string(store.VerbCancel), Object: object(c, ""), Style: bot.Danger,
			Confirm: &bot.Confirm{Title: "Cancel " + string(c.ID) + "?", Text: "It is approved, so a second person of another role must agree. Until then it stays as it is.", Yes: "Ask to cancel"},
		})
}

// presses says who may press, where that is waited for.
func (v View) presses(c store.Case) string {
	if c.Plan(0).CutOff.Mode == store.Press {
		return "; IT can press, too"
	}
	return ""
}

// Identity is one person of a search, to tell namesakes apart.
func Identity(card store.Card, manager string) bot.Facts {
	accounts := append([]string{card.Login}, card.Accounts...)
	f := bot.Facts{{Label: "Name", Value: bot.B(bot.Clean(card.Name, 120))}}
	line := func(label, value string) {
		if value != "" {
			f = append(f, bot.Fact{Label: label, Value: bot.T(bot.Clean(value, 150))})
		}
	}
	line("Title", card.Title)
	line("Department", strings.TrimPrefix(card.Department+dot(card.Location), " · "))
	line("Manager", manager)
	line("Mail", card.Mail)
	line("Accounts", strings.Join(accounts, ", "))
	return f
}

func dot(s string) string {
	if s == "" {
		return ""
	}
	return " · " + s
}
