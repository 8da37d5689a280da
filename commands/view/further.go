package view

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"offboard/bot"
	"offboard/store"
)

// Asking says whose approval is asked for, as a sentence without its end:
// "approved by Marco Reyes; security is still asked".
func (v View) Asking(c store.Case) string {
	open, are := v.seats(c)
	given := v.deciders(c.Plan(0).Given...)
	if len(given) == 0 {
		return fmt.Sprintf("%s %s asked to approve", names(open), are)
	}
	return fmt.Sprintf("approved by %s; %s %s still asked", names(given), names(open), are)
}

// seats names who has not approved, and whether they "is" or "are".
func (v View) seats(c store.Case) (open []string, are string) {
	are = "is"
	for _, s := range store.Tally(c.Outstanding()) {
		switch given := seatsOf(c, s.Role) - s.Count; {
		case s.Role == store.Approver:
			open = append(open, v.approvers(c.Plan(0))+v.instead(c))
			continue
		case given > 0:
			open = append(open, fmt.Sprintf("%s (%d of %d)", s.Role.Words(), given, given+s.Count))
		default:
			open = append(open, s.Words())
		}
		if s.Count > 1 || s.Role == store.Auditor || s.Role == store.Admin {
			are = "are"
		}
	}
	if len(open) > 1 {
		are = "are"
	}
	return open, are
}

// toAsk names whose approval is needed, with "is" or "are".
func (v View) toAsk(c store.Case) string {
	list := []string{v.approver(c)}
	for _, s := range store.Tally(c.Needed()[1:]) {
		list = append(list, s.Words())
	}
	if len(list) == 1 {
		return list[0] + " is"
	}
	return names(list) + " are"
}

// approver names who is asked, or would be: another one than the terms say if they
// have passed it on or leave.
func (v View) approver(c store.Case) string {
	if p := c.Plan(0); len(p.Approvers) > 0 {
		return v.approvers(p)
	}
	return v.Name(c.Terms.Manager)
}

// seatsOf is how many persons of a role must approve.
func seatsOf(c store.Case, role store.Role) (n int) {
	for _, r := range c.Needed() {
		if r == role {
			n++
		}
	}
	return n
}

// instead names who may decide in place of the approver.
func (v View) instead(c store.Case) string {
	f := c.Plan(0).Fallback
	if f == nil {
		return ""
	}
	var list []string
	for _, id := range f.To {
		list = append(list, v.Name(id))
	}
	return fmt.Sprintf(" (or, in their place, %s)", strings.Join(list, " or "))
}

func (v View) deciders(list ...store.Decision) []string {
	var out []string
	for _, d := range list {
		out = append(out, v.decider(&d))
	}
	return out
}

// approvedBy names who has approved a plan, the last one last.
func (v View) approvedBy(p store.Plan) string {
	return names(v.deciders(append(p.Approvals, *p.Decision)...))
}

// upper begins a sentence with a capital letter.
func upper(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// voided tells somebody who had approved that it does not count any more.
func voided(p store.Plan, reader store.PersonID) []bot.Part {
	for _, d := range p.Void {
		if d.By == reader {
			return []bot.Part{bot.Prose{Text: bot.B("It has changed since you approved it, so your approval does not count any more. Please look at it again.")}}
		}
	}
	return nil
}

// noLonger tells the requester whose approvals do not count any more.
func (v View) noLonger(p store.Plan) []bot.Part {
	if len(p.Void) == 0 {
		return nil
	}
	var list []string
	for _, d := range p.Void {
		if name := v.Name(d.By); !strings.Contains(strings.Join(list, "\n"), name) {
			list = append(list, name)
		}
	}
	return []bot.Part{bot.Prose{Text: bot.T(fmt.Sprintf("It has changed, so what %s had approved does not count any more. They are asked again.", names(list)))}}
}

// Further is the question to somebody whose approval is needed beside the
// approver's, by a role of theirs; or in place of the approver's, where the
// role is store.Approver.
func (v View) Further(c store.Case, reader store.PersonID, role store.Role) bot.Message {
	p := c.Plan(0)
	m := bot.Message{Parts: []bot.Part{bot.Heading{Text: v.title(c)}}}
	add := func(parts ...bot.Part) { m.Parts = append(m.Parts, parts...) }
	var given store.Decision
	for _, d := range append(append(p.Given, p.Approvals...), decision(p)...) {
		if d.Seat() == role && (given.By != reader || given.By == "") {
			given = d // of several the reader's own
		}
	}
	switch {
	case p.State == store.Asked && c.Eligible(reader) && c.Seat(reader, []store.Role{role}) == role:
		m.Summary = fmt.Sprintf("%s asks you to approve %s, about %s.", v.Name(c.Asker()), c.ID, v.Name(c.Person))
		text := fmt.Sprintf(" asks for the approval of %s, which is needed beside that of %s. Whoever of you decides first settles it. Nothing is taken away before all have approved.", role.Words(), v.approvers(p))
		if n := seatsOf(c, role); n > 1 {
			text = fmt.Sprintf(" asks for the approvals of %d people of %s, which are needed beside that of %s. Nothing is taken away before all have approved.", n, role.Words(), v.approvers(p))
		}
		if role == store.Approver {
			text = fmt.Sprintf(" asks for an approval. %s was asked and has not decided, so you may decide in their place; whoever decides first settles it.", v.approvers(p))
		}
		add(bot.Prose{Text: bot.Join(bot.B(v.Name(c.Asker())), bot.T(text))})
		if len(p.Given) > 0 {
			add(bot.Prose{Text: bot.T(upper(v.Asking(c)) + ".")})
		}
		add(voided(p, reader)...)
		add(v.facts(c, true))
		add(v.found(c, false)...)
		add(v.handover(c)...)
		add(v.missing(c)...)
		add(v.decide(c), typed(store.VerbApprove, c))
		add(v.whole(c)...)
		return m
	case p.State == store.Asked && given.By == reader, p.Decision != nil && given.By == reader:
		m.Summary = fmt.Sprintf("%s: you have approved it. Thank you; you need not do anything more.", c.ID)
	case given.By != "" && (p.State == store.Asked || p.Decision != nil):
		m.Summary = fmt.Sprintf("%s: %s has approved it. You need not do anything.", c.ID, v.Name(given.By))
	case p.State == store.Declined, p.State == store.Proposed, p.State == store.Surveying:
		m.Summary = fmt.Sprintf("%s is back with %s. You will be asked again if it is submitted again.", c.ID, v.Name(c.Asker()))
	case p.State == store.Asked && role == store.Approver && p.Fallback == nil && len(c.Outstanding()) > 0:
		m.Summary = fmt.Sprintf("%s: the time was changed, so %s is asked first again. You need not do anything now; you get a new message if you may decide in their place.", c.ID, v.approvers(p))
	default:
		m = v.Settled(c)
		return m
	}
	add(bot.Prose{Text: bot.T(m.Summary)})
	return m
}

func decision(p store.Plan) []store.Decision {
	if p.Decision == nil {
		return nil
	}
	return []store.Decision{*p.Decision}
}

// decide are the buttons of who approves and does nothing else.
func (v View) decide(c store.Case) bot.Part {
	b := v.question(c)
	return bot.Buttons{b[0], b[len(b)-1]}
}

// missing says what happens if approvals are missing at the cut-off, where the
// policy says so.
func (v View) missing(c store.Case) []bot.Part {
	text := ""
	switch at := c.Plan(0).CutOff.Mode; {
	case v.late(c): // it has happened
	case c.Moves() && at == store.At: // nobody is called for it at any hour
		text = fmt.Sprintf("If an approval is missing by then, nothing is taken away, and you and %s are told.", v.Name(c.Asker()))
	case c.Ruling.Missing == store.MissingLock && at == store.At && c.Plan(0).Fallback == nil:
		text = fmt.Sprintf("If %s has not decided shortly before the access ends, others are asked in their place.", v.approvers(c.Plan(0)))
	case c.Ruling.Missing == store.MissingHold && at == store.At:
		text = "If an approval is missing when the access is to end, nothing is taken away, and HR is called."
	}
	if text == "" {
		return nil
	}
	return []bot.Part{bot.Fine{Text: bot.T(text)}}
}

// Lacking tells the requester that too few people can give the approvals that are
// needed, and who can help. It is empty if there are enough for each.
func (v View) Lacking(c store.Case, missing []store.Seats) []bot.Part {
	if len(missing) == 0 {
		return nil
	}
	var list []string
	need, nobody := "an approval of ", "nobody holds that role who may give it"
	for _, m := range missing {
		for _, s := range store.Tally(c.Needed()) {
			if s.Role != m.Role {
				continue
			}
			list = append(list, s.Words())
			if s.Count > 1 {
				need, nobody = "approvals of ", "too few hold that role who may give one"
			}
		}
	}
	return []bot.Part{bot.Prose{Text: bot.Join(bot.B(fmt.Sprintf("%s can't be approved as it is. ", c.ID)), bot.T(fmt.Sprintf(
		"It needs %s%s, and %s: not %s, not who asks for it or has changed it, and not the approver, who has an approval of their own. Whoever looks after my configuration can give the role to somebody else (roles:).",
		need, names(list), nobody, v.Name(c.Person))))}}
}

// SilentRole tells HR that nobody of a role has decided.
func (v View) SilentRole(c store.Case, role store.Role) bot.Message {
	p := c.Plan(0)
	who, at, until := role.Words(), p.Asked, "Nothing is taken away before somebody does."
	if role == store.Approver {
		who = v.approvers(p)
	}
	if p.State != store.Asked {
		at, until = p.Drifted, "It is about what was found since; all else goes on."
	}
	text := fmt.Sprintf("%s, about %s, waits for an approval of %s since %s, and nobody has decided. %s Please talk to them.", c.ID, v.Name(c.Person), who, Moment(at, v.Zone), until)
	return v.nudge(c, string(c.ID)+" waits for an approval", text)
}

// UnreachedRole tells who asked for it that nobody of a role can be asked.
func (v View) UnreachedRole(c store.Case, role store.Role) bot.Message {
	text := fmt.Sprintf("%s needs an approval of %s, and I can't write to anybody who may give it: nobody holds that role, or I know no chat account of theirs. Whoever looks after my configuration can give the role to somebody (roles:); an administrator can link an account (/offboard link). Nothing happens before that.", c.ID, role.Words())
	return v.nudge(c, string(c.ID)+" can't be approved now", text)
}
