package view

import (
	"fmt"

	"offboard/bot"
	"offboard/store"
)

// retention says why it is asked whether something is deleted.
func retention(c store.Case) string {
	return fmt.Sprintf("the retention of %s is over", length(c.Ruling.Retention))
}

// destroys asks whether what a leave left is deleted for good.
func (v View) destroys(c store.Case) (summary string, parts []bot.Part) {
	name := v.Name(c.Person)
	summary = fmt.Sprintf("%s: is what was left of %s deleted for good?", c.ID, name)
	parts = append(parts, bot.Prose{Text: bot.Join(
		bot.T(fmt.Sprintf("%s had left, and %s. This deletes for good what stands below. ", name, retention(c))), bot.B("Nothing of it can be given back."),
		bot.T(" Nothing is deleted before you decide. If anything of it has to stay, decline and say why: then all of it stays, and I don't ask again."),
	)})
	then := store.Count(len(c.Plan(0).Steps), "thing is", "things are") + " deleted at once."
	if text := v.HeldBack(c); text != "" {
		parts = append(parts, bot.Prose{Text: bot.B(text)})
		then = "Nothing is deleted before the legal hold is lifted; then " + store.Count(len(c.Plan(0).Steps), "thing is", "things are") + " deleted."
	}
	parts = append(parts, v.found(c, false)...)
	b := v.question(c)
	for i, label := range map[int]string{0: "Delete for good", len(b) - 1: "It stays…"} {
		b[i].Label = label
	}
	b[0].Style = bot.Danger
	b[0].Confirm = &bot.Confirm{
		Title: bot.Clean("Delete for good: "+v.title(c)+"?", 100), Yes: "Yes, delete it",
		Text: then + " Nothing of it can be given back.",
	}
	return summary, append(parts, b, typed(store.VerbApprove, c))
}

// destroyed is how a plan that deletes ended.
func (v View) destroyed(c store.Case) string {
	p := c.Plan(0)
	name := v.Name(c.Person)
	switch {
	case p.Declined != nil:
		return fmt.Sprintf("%s is closed: %s has decided that what was left of %s stays. I don't ask again.", c.ID, v.Name(p.Declined.By), name)
	case p.Begun.IsZero() && p.Stopped != nil:
		return fmt.Sprintf("%s is closed: what was left of %s stays; %s gave up that it is deleted. I don't ask again.", c.ID, name, v.Name(p.Stopped.By))
	case p.Begun.IsZero():
		return fmt.Sprintf("%s is closed: %s, and nothing was left of %s that I delete.", c.ID, retention(c), name)
	}
	text := fmt.Sprintf("%s is closed: what was left of %s is deleted for good.", c.ID, name)
	if n := leftOut(p); n > 0 {
		text = fmt.Sprintf("%s is closed: a part of what was left of %s is deleted for good. %s left out; see what remains.", c.ID, name, store.Count(n, "step was", "steps were"))
	}
	return text
}
