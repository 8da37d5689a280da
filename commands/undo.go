package commands

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"offboard/actions"
	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// undo asks to give back what a case has taken: all of it, or one step. That is
// a plan of its own, which is surveyed and approved before anything happens.
func (c *Commands) undo(ctx context.Context, r *request) (bot.Reply, error) {
	of, only := c.undone(r)
	if err := r.c.Undoable(of); err != nil {
		if p := r.c.Plan(0); p.State != store.Over && !p.Begun.IsZero() && p.Stopped == nil {
			return c.stopFirst(r, err)
		}
		return bot.Reply{}, err
	}
	if c.View.Deleted(r.c) {
		return said("What was taken from %s in %s is deleted for good since, so nothing of it can be given back. If they come back, they need new accounts. Nothing was changed.", c.People.Name(r.c.Person), r.c.ID)
	}
	reason := r.arg
	switch {
	case r.Form:
		reason = r.Values["reason"]
	case reason == "" || r.Object != "":
		return c.undoForm(r, of, only)
	}
	return c.plan(ctx, r, of, only, reason)
}

// undone is the plan and, where it is about one step, the step that a request is
// about: the button's, the form's or the menu's, or the one whose name was typed.
func (c *Commands) undone(r *request) (of int, only store.StepID) {
	if plan, step, ok := strings.Cut(r.Values["what"], " "); ok {
		if n, err := strconv.Atoi(plan); err == nil {
			return n, store.StepID(step)
		}
	}
	if r.obj.Detail != "" && r.Values["what"] == "" {
		return r.obj.Plan, store.StepID(r.obj.Detail)
	}
	if word := firstWord(r.arg); word != "" && r.Object == "" {
		if list := slices.DeleteFunc(view.Undoable(r.c), func(u view.Undo) bool { return !called(u.Step, word) }); len(list) == 1 {
			r.arg = strings.TrimSpace(strings.TrimPrefix(r.arg, word))
			return list[0].Plan, list[0].Step.ID
		}
	}
	return 1, "" // the leave: its undo is about all that was taken since, too
}

// stopFirst says that a running plan must be stopped before it can be undone,
// with the button.
func (c *Commands) stopFirst(r *request, why error) (bot.Reply, error) {
	text := c.text(r.Interaction, why)
	return show(bot.Clean(text, bot.MaxSummary), bot.Prose{Text: bot.T(text)}, bot.Buttons{{
		Label: "Stop", Verb: string(store.VerbStop), Object: store.Object{Case: r.c.ID, Plan: r.c.Plan(0).No}.String(), Style: bot.Danger,
		Confirm: &bot.Confirm{Title: "Stop " + string(r.c.ID) + "?", Text: "What is not done yet is not done. What is done stays done, until it is undone.", Yes: "Stop it"},
	}})
}

func (c *Commands) undoForm(r *request, of int, only store.StepID) (bot.Reply, error) {
	_, manager, err := c.Store.Person(c.approverOf(r, of))
	if err != nil {
		return bot.Reply{}, err
	}
	value := "all"
	options := []bot.Option{{Value: value, Label: "Everything that was taken"}}
	for _, u := range view.Undoable(r.c) {
		v := fmt.Sprintf("%d %s", u.Plan, u.Step.ID)
		if u.Plan == of && u.Step.ID == only {
			value = v
		}
		if len(options) < bot.MaxOptions || v == value {
			options = append(options[:min(len(options), bot.MaxOptions-1)], bot.Option{Value: v, Label: bot.Clean(c.View.Taken(r.c, u.Step), bot.MaxOption)})
		}
	}
	who := bot.Field{Name: "manager", Label: "Who approves", Hint: "Neither you nor the person", Kind: bot.PersonField, Required: true}
	if manager.ID != "" {
		who.Value = manager.ID
		who.Options = []bot.Option{{Value: manager.ID, Label: bot.Clean(manager.Name, bot.MaxOption), Hint: bot.Clean(manager.Line(), bot.MaxOption)}}
	}
	zone := r.c.Zone()
	today := c.Store.Now().In(zone).Format("2006-01-02")
	return bot.Reply{Form: &bot.Form{
		Verb: string(store.VerbUndo), Object: store.Object{Case: r.c.ID, Plan: of}.String(), Title: bot.Clean(c.View.Undoing(r.c), 24), Submit: "See what comes back",
		Intro: bot.T(bot.Clean("What was taken from "+c.People.Name(r.c.Person)+" is given back, as far as that can be done. First you see what that is; then somebody approves it.", 300)),
		Fields: []bot.Field{
			{Name: "what", Label: "What", Kind: bot.Choice, Options: options, Value: value, Required: true},
			{Name: "reason", Label: "Why?", Hint: "It stays in the record", Kind: bot.Paragraph, Required: true},
			who,
			{Name: "cut-off", Label: "When", Kind: bot.Choice, Required: true, Value: string(store.Now), Options: []bot.Option{
				{Value: string(store.Now), Label: "Now", Hint: "As soon as it is approved"}, {Value: string(store.At), Label: "At a time"},
			}},
			{Name: "day", Label: "Day", Hint: "For \"at a time\"", Kind: bot.DateField, Value: today},
			{Name: "time", Label: "Time", Hint: bot.Clean("For \"at a time\": their time, "+zone.String(), bot.MaxHint), Kind: bot.TimeField},
		},
	}}, nil
}

// approverOf is who approves if nobody else is chosen: who approved what is
// undone, unless they ask for it themselves.
func (c *Commands) approverOf(r *request, of int) store.PersonID {
	if by := r.c.Plan(of).ApprovedBy(); by != "" && by != r.actor.Person && by != r.c.Person {
		return by
	}
	if m := r.c.Terms.Manager; m != r.actor.Person {
		return m
	}
	return ""
}

// plan appends the undo.
func (c *Commands) plan(ctx context.Context, r *request, of int, only store.StepID, why string) (bot.Reply, error) {
	p := store.Planned{Kind: store.Restore, Of: of, CutOff: store.CutOff{Mode: store.Now}, Approver: c.approverOf(r, of)}
	var err error
	if p.Reason, err = sealed("reason", why); err != nil {
		return bot.Reply{}, err
	}
	if r.Form {
		wrong := map[string]string{}
		var manager store.Card
		if p.Approver, manager, err = c.People.Resolve(ctx, r.User.Platform, strings.TrimSpace(r.Values["manager"])); err != nil {
			wrong["manager"] = c.text(r.Interaction, err)
		} else if !c.reachable(p.Approver) {
			wrong["manager"] = unreachable(manager).Error()
		}
		day := store.Date(strings.TrimSpace(r.Values["day"]))
		if _, err := store.ParseDate(string(day)); err != nil && r.Values["cut-off"] == string(store.At) {
			wrong["day"] = "Enter a day like 2026-11-30."
		}
		p.CutOff = c.cutOff(choice{mode: store.Mode(r.Values["cut-off"]), day: day, clock: r.Values["time"], zone: r.c.Zone(), name: c.People.Name(r.c.Person), field: "day"}, wrong)
		if p.CutOff.Mode == store.Press {
			wrong["cut-off"] = "Choose now, or a time."
		}
		if len(wrong) > 0 {
			return bot.Reply{Errors: wrong}, nil
		}
	}
	if only != "" {
		p.Only = []store.StepID{only}
	}
	p.Systems = c.concerned(r.c, p)
	if _, err := c.append(ctx, r, p); err != nil {
		return bot.Reply{}, err
	}
	return said("I am looking at what can be given back to %s; you get a direct message with it in a moment. Nothing was changed, and nobody else was told.", c.People.Name(r.c.Person))
}

// concerned are the systems that an undo is about. The tasks are always among
// them: what is never kept ends in one.
func (c *Commands) concerned(cs store.Case, p store.Planned) []string {
	var out []string
	for _, q := range cs.Plans {
		for _, s := range q.Steps {
			if (len(p.Only) == 0 || slices.Contains(p.Only, s.ID)) && !slices.Contains(out, s.System) {
				out = append(out, s.System)
			}
		}
	}
	if !slices.Contains(out, actions.Tasks) {
		out = append(out, actions.Tasks)
	}
	return out
}
