package commands

import (
	"context"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// questions asks an approver what no system shows, and keeps what they say.
func (c *Commands) questions(ctx context.Context, r *request) (bot.Reply, error) {
	if !r.Form {
		return c.questionsForm(r)
	}
	var replies []store.Reply
	p := r.c.Plan(r.obj.Plan)
	for _, q := range p.Enquiry().Questions() {
		text := strings.TrimSpace(r.Values[q.ID])
		if said, ok := p.SaidTo(q.ID); text == "" || ok && text == c.said(r.c, said) {
			continue // not said yet, or as before
		}
		reply := store.Reply{Question: q.ID, None: none(text)}
		if !reply.None {
			private, err := sealed(q.ID, text)
			if err != nil {
				return bot.Reply{}, err
			}
			reply.Text = private
		}
		replies = append(replies, reply)
	}
	if len(replies) == 0 && p.Replies() && store.Permitted(store.VerbAnswer, r.roles) { // else it would say whether somebody has guessed an answer
		return said("Nothing was changed. You can say it until %s is closed: /offboard answer %s %s.", r.c.ID, r.c.ID, view.QuestionsDetail)
	}
	cs, err := c.append(ctx, r, store.Replied{Plan: r.obj.Plan, Replies: replies})
	if err != nil {
		return bot.Reply{}, err
	}
	left := len(cs.Plan(0).Unsaid())
	switch {
	case left > 0:
		return said("Noted. %s left; you can answer until %s is closed.", store.Count(left, "question is", "questions are"), r.c.ID)
	case !slices.ContainsFunc(cs.Plan(0).Said, func(s store.Said) bool { return !s.None }):
		return said("Noted: there is nothing. Thank you.")
	case cs.Plan(0).State == store.Asked:
		return said("Noted. IT gets a task for it once %s is approved.", r.c.ID)
	}
	return said("Noted. IT has a task for it: a new owner, and new secrets.")
}

// said is what was said to a question, as it stands in the form.
func (c *Commands) said(cs store.Case, s store.Said) string {
	if s.None {
		return "none"
	}
	return c.People.Text(string(cs.ID), s.Text)
}

// none reports whether somebody says that there is nothing.
func none(text string) bool {
	return slices.Contains([]string{"none", "no", "nothing", "nobody", "-", "n/a"}, strings.ToLower(strings.TrimRight(text, ".! ")))
}

func (c *Commands) questionsForm(r *request) (bot.Reply, error) {
	p := r.c.Plan(0)
	if !p.Replies() {
		return said("Nothing is asked in %s now. /offboard note %s keeps what you know.", r.c.ID, r.c.ID)
	}
	f := &bot.Form{
		Verb: string(store.VerbAnswer), Object: store.Object{Case: r.c.ID, Plan: r.obj.Plan, Detail: view.QuestionsDetail}.String(), Title: "What only you may know", Submit: "Note it",
		Intro: bot.T("Only what you know; \"none\" if there is nothing, and leave a field empty if you don't know yet. Name what it is, never the password itself. IT sees to the rest."),
	}
	for _, q := range p.Enquiry().Questions() {
		field := bot.Field{Name: q.ID, Label: q.Label, Hint: bot.Clean(c.View.Asked(r.c, q), bot.MaxHint), Kind: bot.Paragraph}
		if s, ok := p.SaidTo(q.ID); ok {
			field.Value = c.said(r.c, s)
		}
		f.Fields = append(f.Fields, field)
	}
	return bot.Reply{Form: f}, nil
}
