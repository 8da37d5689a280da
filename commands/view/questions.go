package view

import (
	"fmt"
	"strings"
	"time"

	"offboard/bot"
	"offboard/store"
)

// QuestionsDetail, in the object of VerbAnswer, means the questions about what no
// system shows, and not who gets what.
const QuestionsDetail = "questions"

// Asked is a question to the approver, in words.
func (v View) Asked(c store.Case, q store.Question) string {
	return strings.ReplaceAll(q.Ask, "{name}", v.Name(c.Person))
}

// known says what was said of what no system shows, while it can be changed.
func (v View) known(c store.Case) []bot.Part {
	p := c.Plan(0)
	if !p.Replies() {
		return nil
	}
	list := bot.Checklist{Title: "What only you may know"}
	if p.State == store.Asked {
		list.Title += ", to answer now or later"
	}
	for _, q := range p.Enquiry().Questions() {
		row := bot.Row{Mark: bot.Open, Text: bot.T(v.Asked(c, q))}
		if said, ok := p.SaidTo(q.ID); ok {
			row.Mark, row.Detail = bot.Info, bot.T("none")
			if !said.None {
				row.Detail = bot.T(bot.Clean(v.Text(string(c.ID), said.Text), 200))
			}
		}
		list.Rows = append(list.Rows, row)
	}
	return []bot.Part{list}
}

// tell is the button under it; none where nothing is asked.
func (v View) tell(c store.Case) []bot.Button {
	p := c.Plan(0)
	if !p.Replies() {
		return nil
	}
	label := "Answer the questions…"
	if len(p.Unsaid()) == 0 {
		label = "Change your answers…"
	}
	return []bot.Button{{Label: label, Verb: string(store.VerbAnswer), Object: object(c, QuestionsDetail)}}
}

// Wonder asks an approver by itself what no system shows: somebody else approved in
// their place, or it began as an emergency.
func (v View) Wonder(c store.Case, by time.Time) bot.Message {
	text := fmt.Sprintf("%s, about %s: please answer what no system shows about what they leave behind. It takes a minute, and IT does the rest. Nothing else waits for it; the case stays open for it until %s.", c.ID, v.Name(c.Person), Moment(by, v.Zone))
	m := bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Heading{Text: v.title(c)}, bot.Prose{Text: bot.T(text)}}}
	m.Parts = append(m.Parts, v.known(c)...)
	if b := v.tell(c); len(b) > 0 {
		b[0].Style = bot.Primary
		m.Parts = append(m.Parts, bot.Buttons(b), bot.Fine{Text: bot.T("Or type: /offboard answer " + string(c.ID) + " " + QuestionsDetail)})
	}
	return m
}

// Wondered is what is left of that question.
func (v View) Wondered(c store.Case) bot.Message {
	text := fmt.Sprintf("%s: thank you, that is all that was asked.", c.ID)
	if len(c.Plan(0).Unsaid()) > 0 {
		text = fmt.Sprintf("%s went on without an answer to what only you may know.", c.ID)
	}
	m := bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
	m.Parts = append(m.Parts, v.known(c)...)
	if b := v.tell(c); len(b) > 0 {
		m.Parts = append(m.Parts, bot.Buttons(b))
	}
	return m
}

// RemindQuestions asks again.
func (v View) RemindQuestions(c store.Case, by time.Time) bot.Message {
	text := fmt.Sprintf("%s, about %s, still waits for what only you may know: %s of %s. \"None\" is an answer too. After %s the case goes on without. Type /offboard answer %s %s.",
		c.ID, v.Name(c.Person), store.Count(len(c.Plan(0).Unsaid()), "question", "questions"), fmt.Sprint(len(c.Plan(0).Enquiry().Questions())), Moment(by, v.Zone), c.ID, QuestionsDetail)
	return v.nudge(c, string(c.ID)+" waits for an answer", text)
}

// untold are the questions that nobody has answered, of a case that is over.
func (v View) untold(c store.Case) []bot.Row {
	var rows []bot.Row
	for _, q := range c.Plan(0).Unsaid() {
		rows = append(rows, bot.Row{Mark: bot.Skipped, Text: bot.T("Not answered: " + v.Asked(c, q)), Detail: bot.T("ask in the team")})
	}
	return rows
}
