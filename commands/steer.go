package commands

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// press cuts off now where a case waits for that. Typed without "now", it asks
// once more.
func (c *Commands) press(ctx context.Context, r *request) (bot.Reply, error) {
	if r.Object == "" && !strings.EqualFold(r.arg, "now") && r.c.Plan(0).CutOff.Mode == store.Press && r.c.Plan(0).State == store.Approved {
		return c.status(ctx, r)
	}
	if _, err := c.append(ctx, r, store.Pressed{Plan: r.obj.Plan}); err != nil {
		return bot.Reply{}, err
	}
	return said("%s now. The card shows how far it is.", c.View.Begins(r.c))
}

// reschedule changes when access ends. Bringing it forward is in force at
// once; postponing what was approved needs a second person.
func (c *Commands) reschedule(ctx context.Context, r *request) (bot.Reply, error) {
	zone := r.c.Zone()
	_, leaver, err := c.Store.Person(r.c.Person)
	if err != nil {
		return bot.Reply{}, err
	}
	v := r.Values
	if !r.Form {
		mode, rest, _ := strings.Cut(r.arg, " ")
		day, at, _ := strings.Cut(strings.TrimSpace(rest), " ")
		if v = map[string]string{"cut-off": strings.ToLower(mode), "day": day, "time": at}; mode == "" || v["cut-off"] == string(store.At) && rest == "" {
			return c.rescheduleForm(r, leaver), nil
		}
		if v["cut-off"] == string(usual) && day == "" {
			v["day"] = string(r.c.Terms.LastDay)
		}
	}
	wrong := map[string]string{}
	mode := store.Mode(v["cut-off"])
	day, err := store.ParseDate(strings.TrimSpace(v["day"]))
	if err != nil && (mode == store.At || mode == usual) {
		wrong["day"] = "Enter a day like 2026-11-30."
	}
	cut := c.cutOff(choice{mode: mode, day: day, clock: v["time"], hour: c.Hour(leaver, r.c.Terms.Kind), zone: zone, name: c.People.Name(r.c.Person), field: "day"}, wrong)
	if len(wrong) > 0 {
		if r.Form {
			return bot.Reply{Errors: wrong}, nil
		}
		text := fmt.Sprintf("Type it like this: /offboard reschedule %s now, or usual, or press, or at 2026-11-30 17:00 (their time, %s).", r.c.ID, zone)
		if why := c.why(mode, v, wrong); why != "" {
			text = why + " " + text
		}
		return said("Nothing was changed. %s", text)
	}
	done := "The time is changed. " + c.comes(r.c, cut, zone, r.c.Plan(0).State == store.Approved)
	if far := view.Far(store.Date(cut.At.In(zone).Format(time.DateOnly)), c.Store.Now(), zone); far != "" && cut.Mode == store.At {
		done += " " + far
	}
	ch := store.Change{Verb: store.VerbReschedule, Plan: r.obj.Plan, CutOff: cut}
	note := view.Wished(cut, zone)
	if note == "" || r.c.Alone(ch) {
		return c.change(ctx, r, ch, done)
	}
	reply, err := c.change(ctx, r, ch, done)
	if err == nil {
		reply.Message.Parts = append(reply.Message.Parts, bot.Prose{Text: bot.T(note)})
	}
	return reply, err
}

// why is what is wrong with a time that was typed, if it could be read.
func (c *Commands) why(mode store.Mode, v, wrong map[string]string) string {
	if _, err := store.ParseDate(v["day"]); err != nil || mode != store.At && mode != usual {
		return ""
	}
	for _, field := range []string{"day", "time", "cut-off"} {
		if wrong[field] != "" {
			return wrong[field]
		}
	}
	return ""
}

func (c *Commands) rescheduleForm(r *request, leaver store.Card) bot.Reply {
	zone := r.c.Zone()
	cut := r.c.Plan(0).CutOff
	day := r.c.Terms.LastDay
	switch {
	case cut.Mode != store.At:
	case cut.Wish.Valid(): // as it was chosen: the end of a gap may be on the next day
		day = cut.Wish.Day()
	default:
		day = store.Date(cut.At.In(zone).Format(time.DateOnly))
	}
	return bot.Reply{Form: &bot.Form{
		Verb: string(store.VerbReschedule), Object: r.obj.String(), Title: "When access ends", Submit: "Change it",
		Fields: []bot.Field{
			{Name: "cut-off", Label: "Access ends", Kind: bot.Choice, Required: true, Options: c.when(day, c.Hour(leaver, r.c.Terms.Kind), zone, "")},
			{Name: "day", Label: "Day", Hint: "For a time, and for the usual time", Kind: bot.DateField, Value: string(day)},
			{Name: "time", Label: "Time", Hint: timeHint(day, zone), Kind: bot.TimeField, Value: clock(cut, zone)},
		},
	}}
}

// change asks for a change, and says whether it is in force or waits.
func (c *Commands) change(ctx context.Context, r *request, ch store.Change, done string) (bot.Reply, error) {
	alone := r.c.Alone(ch)
	if _, err := c.append(ctx, r, store.Requested{Change: ch}); err != nil {
		return bot.Reply{}, err
	}
	if !alone {
		return said("Somebody else must agree to this: %s. I have asked; nothing is changed until somebody does.", view.Seconders(r.roles))
	}
	return said("%s", done)
}

// cancel gives a case up before it begins.
func (c *Commands) cancel(ctx context.Context, r *request) (bot.Reply, error) {
	reason, err := sealed("reason", r.arg)
	if err != nil {
		return bot.Reply{}, err
	}
	return c.change(ctx, r, store.Change{Verb: store.VerbCancel, Plan: r.obj.Plan, Reason: reason}, string(r.c.ID)+" is given up. "+c.View.Untouched(r.c))
}

// stop halts what is not done yet. Typed without a reason, it asks once more: a
// mistyped number would end somebody else's case.
func (c *Commands) stop(ctx context.Context, r *request) (bot.Reply, error) {
	if r.Object == "" && r.arg == "" && r.c.Plan(0).State != store.Over {
		text := fmt.Sprintf("This stops %s, about %s. What is not done yet is not done; what is done stays done. Or type: /offboard stop %s why", r.c.ID, c.People.Name(r.c.Person), r.c.ID)
		return show(text, bot.Prose{Text: bot.T(text)}, bot.Buttons{{Label: "Stop", Verb: string(store.VerbStop), Object: r.obj.String(), Style: bot.Danger}})
	}
	reason, err := sealed("reason", r.arg)
	if err != nil {
		return bot.Reply{}, err
	}
	cs, err := c.append(ctx, r, store.Stopped{Plan: r.obj.Plan, Reason: reason})
	if err != nil {
		return bot.Reply{}, err
	}
	next := ""
	if len(view.Undoable(cs)) > 0 && r.c.Plan(0).Kind != store.Destroy && r.c.Plan(0).Kind != store.Restore {
		next = fmt.Sprintf(" HR or security can give it back: /offboard undo %s, and why.", cs.ID)
	}
	return said("Stopped. What is being done this second is finished; nothing new begins. %s: the card lists it.%s", c.View.Stays(r.c), next)
}

// second is a second person's word about a change that waits.
func (c *Commands) second(ctx context.Context, r *request) (bot.Reply, error) {
	if r.obj.Detail == "" {
		return c.pending(r)
	}
	entry, no, _ := strings.Cut(r.obj.Detail, ":")
	n, err := strconv.ParseUint(entry, 10, 64)
	if err != nil {
		return said("I don't know this change of %s. /offboard second %s shows what waits for a second person.", r.c.ID, r.c.ID)
	}
	agree := no == ""
	if _, err := c.append(ctx, r, store.Seconded{Entry: n, Agree: agree}); err != nil {
		return bot.Reply{}, err
	}
	if !agree {
		return said("It stays as it was.")
	}
	return said("Agreed: it is done.")
}

// pending shows what waits for a second person, with the buttons.
func (c *Commands) pending(r *request) (bot.Reply, error) {
	if len(r.c.Pending) == 0 {
		return said("Nothing in %s waits for a second person.", r.c.ID)
	}
	m := c.View.Second(r.c, r.c.Pending[0], true)
	for _, p := range r.c.Pending[1:min(len(r.c.Pending), 10)] {
		m.Parts = append(m.Parts, c.View.Second(r.c, p, true).Parts...)
	}
	m.Parts = usable(m.Parts, r)
	return bot.Reply{Message: &m}, nil
}

// retry tries a failed step again.
func (c *Commands) retry(ctx context.Context, r *request) (bot.Reply, error) {
	s, choices, err := c.step(r, func(s store.Step) bool {
		return s.Manual == nil && (s.State == store.NeedsPerson || s.State == store.FailedAgain || s.State == store.Accepted)
	})
	if s == "" {
		return choices, err
	}
	if _, err := c.append(ctx, r, store.Retried{Plan: r.obj.Plan, Step: s}); err != nil {
		return bot.Reply{}, err
	}
	return said("I try it again now. The card shows what comes of it.")
}

// take has somebody see to a lock-out that has failed.
func (c *Commands) take(ctx context.Context, r *request) (bot.Reply, error) {
	s, choices, err := c.step(r, func(s store.Step) bool { return s.Calls })
	if s == "" {
		return choices, err
	}
	if _, err := c.append(ctx, r, store.Taken{Plan: r.obj.Plan, Step: s}); err != nil {
		return bot.Reply{}, err
	}
	return said("You have it. I call nobody else for it, unless it fails anew or is still open after %d hours.", int(store.TakenFor.Hours()))
}

// skip leaves a step out, with a reason.
func (c *Commands) skip(ctx context.Context, r *request) (bot.Reply, error) {
	s, choices, err := c.step(r, func(s store.Step) bool {
		return s.Stuck() || s.State == store.FailedAgain || s.Manual != nil && !s.State.Ended() && called(s, firstWord(r.arg))
	})
	if s == "" {
		return choices, err
	}
	reason := r.Values["reason"]
	if !r.Form {
		if reason = r.arg; reason == "" {
			return bot.Reply{Form: &bot.Form{
				Verb: string(store.VerbSkip), Object: store.Object{Case: r.c.ID, Plan: r.obj.Plan, Detail: string(s)}.String(), Title: "Leave this step out", Submit: "Leave it out",
				Intro:  bot.T(c.stepWords(r.c, s)),
				Fields: []bot.Field{{Name: "reason", Label: "Why?", Hint: "It stays in the record", Kind: bot.Paragraph, Required: true}},
			}}, nil
		}
	}
	private, err := sealed("reason", reason)
	if err != nil {
		return bot.Reply{}, err
	}
	p := r.c.Plan(0)
	reply, err := c.change(ctx, r, store.Change{Verb: store.VerbSkip, Plan: r.obj.Plan, Step: s, Reason: private}, "Left out. The record says so."+view.Without(p, p.Step(s)))
	return reply, field("reason", err)
}

// stepWords says which step is left out, and what follows from that.
func (c *Commands) stepWords(cs store.Case, id store.StepID) string {
	s := cs.Plan(0).Step(id)
	words := c.View.Systems[s.System] + ": " + s.Words + "." + view.Without(cs.Plan(0), s)
	if s.LockOut {
		return words + " The person may keep access: a second person of another role must agree."
	}
	return words
}

// confirm says that a manual task is done, with a note that proves it.
func (c *Commands) confirm(ctx context.Context, r *request) (bot.Reply, error) {
	s, choices, err := c.step(r, func(s store.Step) bool {
		return !s.State.Ended() && !s.Asks() && (s.Manual != nil || s.State == store.Accepted)
	})
	if s == "" {
		return choices, err
	}
	note := r.Values["note"]
	if !r.Form {
		if note = r.arg; note == "" {
			return c.confirmForm(r, s), nil
		}
	}
	private, err := sealed("note", note)
	if err != nil {
		return bot.Reply{}, err
	}
	if _, err := c.append(ctx, r, store.ConfirmedBy{Plan: r.obj.Plan, Step: s, Note: private}); err != nil {
		return bot.Reply{}, field("note", err)
	}
	return said("Thank you, it is in the record.")
}

func (c *Commands) confirmForm(r *request, id store.StepID) bot.Reply {
	s := r.c.Plan(0).Step(id)
	hint, intro := "For example a serial number, or where it lies", c.View.Words(r.c, s)+"."
	if m := s.Manual; m != nil {
		if m.Proof != "" {
			hint = "What proves it: " + m.Proof
		}
		if m.Instructions != "" {
			intro += " " + m.Instructions
		}
	}
	intro += view.Then(r.c.Plan(0), s)
	return bot.Reply{Form: &bot.Form{
		Verb: string(store.VerbConfirm), Object: store.Object{Case: r.c.ID, Plan: r.obj.Plan, Detail: string(id)}.String(), Title: "Confirm a task", Submit: "Confirm",
		Intro:  bot.T(bot.Clean(intro, 300)),
		Fields: []bot.Field{{Name: "note", Label: "Note of proof", Hint: bot.Clean(hint, bot.MaxHint), Kind: bot.Line, Required: true}},
	}}
}

// step finds the step that is meant: the button's, the one whose name was
// typed, or the only one that fits. Otherwise it answers with the choices.
func (c *Commands) step(r *request, fits func(store.Step) bool) (store.StepID, bot.Reply, error) {
	none := func(text string) (store.StepID, bot.Reply, error) {
		return "", bot.Reply{}, &store.Refused{Code: store.NotNow, Text: fmt.Sprintf("%s Nothing was changed. /offboard status %s shows how it stands.", text, r.c.ID)}
	}
	if id := store.StepID(r.obj.Detail); id != "" {
		if r.c.Plan(r.obj.Plan).Step(id).ID == "" {
			return none("There is no such step in " + string(r.c.ID) + ".")
		}
		return id, bot.Reply{}, nil
	}
	word := firstWord(r.arg)
	var all, named []store.Step
	for _, s := range r.c.Plan(0).Steps {
		if !fits(s) {
			continue
		}
		all = append(all, s)
		if called(s, word) {
			named = append(named, s)
		}
	}
	switch {
	case len(named) == 1:
		r.arg = strings.TrimSpace(strings.TrimPrefix(r.arg, word))
		return named[0].ID, bot.Reply{}, nil
	case len(all) == 1:
		return all[0].ID, bot.Reply{}, nil
	case len(all) == 0:
		return none("There is no step in " + string(r.c.ID) + " for which that would make sense now.")
	}
	const question = "Which step do you mean?"
	m := &bot.Message{Summary: question, Parts: []bot.Part{bot.Prose{Text: bot.T(question)}}}
	for _, s := range all[:min(len(all), 20)] {
		system := c.View.Systems[s.System]
		m.Parts = append(m.Parts, bot.Prose{Text: bot.T(bot.Clean(system+": "+c.View.Words(r.c, s)+" ("+string(s.ID)+")", 300))}, bot.Buttons{{
			Label: bot.Clean(s.Words, bot.MaxLabel), Verb: r.Verb, Object: store.Object{Case: r.c.ID, Plan: r.obj.Plan, Detail: string(s.ID)}.String(),
		}})
	}
	return "", bot.Reply{Message: m}, nil
}

// called reports whether a step is what people mean by a word: its id, or its
// action.
func called(s store.Step, word string) bool {
	return word != "" && (string(s.ID) == word || strings.Contains(string(s.ID), "/"+strings.ToLower(word)+"/"))
}

func firstWord(text string) string {
	word, _, _ := strings.Cut(text, " ")
	return word
}
