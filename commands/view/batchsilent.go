package view

import (
	"fmt"
	"slices"

	"offboard/bot"
	"offboard/store"
)

// What is said of a list while people stay silent about it, or leave.

// asker names who asks for a list, also while nobody does any more.
func (v View) asker(l List) string {
	switch n := len(l.Former); {
	case l.Owner != "":
		return v.Name(l.Owner)
	case n > 0:
		return v.Name(l.Former[n-1]) + ", who is leaving,"
	}
	return "whoever takes it over"
}

// orphaned says that who asked for a list leaves.
func (v View) orphaned(l List) string {
	text := fmt.Sprintf("%s asked for this list and is leaving, so somebody else of HR or security has to take it over.", v.Name(l.Former[len(l.Former)-1]))
	switch {
	case l.Decision != nil:
		return text + " It is approved and goes on by itself; whoever takes it over is told how it ends."
	case l.Stands(l.Facts):
		return text + fmt.Sprintf(" %s is still asked to approve it, and it goes on if they do.", v.Name(l.Asked.To))
	}
	return text + " Nothing happens before that."
}

// asked says whose approval a list waits for.
func (v View) asked(l List) string {
	text := v.Name(l.Asked.To)
	if f := l.Asked.Fallback; f != nil && len(f.To) > 0 {
		text += " is asked to approve all of it, and has not decided; " + v.people(f.To) + " may decide now too."
	} else {
		text += " is asked to approve all of it."
	}
	if l.Late {
		return text + " Its time has passed, and nothing was taken from anybody: access ends as soon as it is approved. Call them, ask somebody else, or give it up."
	}
	return text + " Nothing happens before that."
}

// people names some of those who may decide.
func (v View) people(ids []store.PersonID) string {
	const most = 5
	var out []string
	for _, id := range ids[:min(len(ids), most)] {
		out = append(out, v.Name(id))
	}
	if n := len(ids) - most; n > 0 {
		out = append(out, store.Count(n, "other", "others"))
	}
	return names(out)
}

// BatchRemind asks an approver of a list again.
func (v View) BatchRemind(l List) bot.Message {
	return v.batchNudge(l, string(l.ID)+" still waits", fmt.Sprintf("%s still waits for your decision: %s asked you about %s. Nothing is taken away before you decide.", l.ID, v.asker(l), store.Count(l.Facts.Cases, "person", "people")))
}

// BatchUntaken asks again those who may take over a list that nobody asks for.
func (v View) BatchUntaken(l List) bot.Message {
	return v.batchNudge(l, string(l.ID)+" still waits", fmt.Sprintf("%s, with %s, still waits for somebody of HR or security to take it over, or to give it up.", l.ID, store.Count(len(l.Rows), "person", "people")))
}

// BatchSilent tells HR that an approver of a list does not answer.
func (v View) BatchSilent(l List, reader store.PersonID) bot.Message {
	return v.batchNudge(l, string(l.ID)+" waits for an approval", fmt.Sprintf("%s was asked to approve %s, with %s, on %s, and has not decided. Nothing is taken away before somebody does. Please talk to them, or %s.",
		v.Name(l.Asked.To), l.ID, store.Count(l.Facts.Cases, "person", "people"), Moment(l.Asked.Since(), v.Zone), v.another(l, reader)))
}

// another says how somebody else is asked to approve a list.
func (v View) another(l List, reader store.PersonID) string {
	if reader == l.Owner {
		return fmt.Sprintf("ask somebody else: /offboard batch %s submit clara", l.ID)
	}
	return fmt.Sprintf("take it over from %s, and ask somebody else: /offboard batch %s take", v.asker(l), l.ID)
}

// BatchFellBack tells who asks for a list, and who was asked, that others may
// decide too.
func (v View) BatchFellBack(l List, reader store.PersonID) bot.Message {
	who, todo := v.Name(l.Asked.To)+" has", "They can still decide"
	if reader == l.Asked.To {
		who, todo = "You have", "You can still decide"
	}
	text := fmt.Sprintf("%s not decided about %s yet, so %s may decide now too: the word of %s and of one more is enough. %s; whoever is first settles it.", who, l.ID, v.people(l.Asked.Fallback.To), v.asker(l), todo)
	if l.CutOff.Mode == store.At {
		text += fmt.Sprintf(" Access ends %s. If nobody has approved then, nothing is taken away, and HR is called.", Moment(l.CutOff.At, v.Zone))
	}
	return v.batchNudge(l, string(l.ID)+" is asked of others too", text)
}

// BatchPage calls whoever leads HR: nobody has approved a list in time.
func (v View) BatchPage(l List, reader store.PersonID) bot.Message {
	text := fmt.Sprintf("%s, with %s, is not approved", l.ID, store.Count(l.Facts.Cases, "person", "people"))
	if l.CutOff.Mode == store.At {
		text += fmt.Sprintf(", and their access was to end %s", Moment(l.CutOff.At, v.Zone))
	}
	todo := fmt.Sprintf("call %s; or %s", v.people(l.Deciders()), v.another(l, reader))
	if slices.Contains(l.Deciders(), reader) {
		todo = fmt.Sprintf("approve or decline it: /offboard batch %s", l.ID)
	}
	drops := v.Name(l.Owner)
	switch l.Owner {
	case reader:
		drops = "you"
	case "":
		drops = "whoever takes it over"
	}
	text += fmt.Sprintf(". Nothing was taken from anybody. Please %s. If it is not wanted any more, %s can give it up: /offboard batch %s drop", todo, drops, l.ID)
	return v.batchNudge(l, string(l.ID)+": an approval is missing", text)
}

// BatchMoved tells who asks for a list that its approver leaves, and who stands in.
func (v View) BatchMoved(l List, d store.Delegation) bot.Message {
	return v.batchNudge(l, bot.Clean(v.Name(d.From)+" is leaving too", bot.MaxHeading), fmt.Sprintf("%s: %s is leaving too, so %s is asked to approve it in their place. Somebody else: /offboard batch %s submit clara", l.ID, v.Name(d.From), v.Name(d.To), l.ID))
}

// BatchUnreached tells who asks for a list that the one who is asked can't be
// written to.
func (v View) BatchUnreached(l List) bot.Message {
	name := v.Name(l.Asked.To)
	return v.batchNudge(l, bot.Clean("I can't write to "+name, bot.MaxHeading), fmt.Sprintf("%s waits for %s, but I can't write to them: they have no chat account that I know, or take no messages from me. Tell them to type /offboard batch %s; or %s. Nothing happens before that.", l.ID, name, l.ID, v.another(l, l.Owner)))
}

// BatchTaken tells who asked for a list that somebody else does now.
func (v View) BatchTaken(l List) bot.Message {
	return v.batchNudge(l, string(l.ID)+" was taken over", fmt.Sprintf("%s was taken over by %s, who submits it now. Nothing is needed from you.", l.ID, v.Name(l.Owner)))
}

// BatchSettled is what a message says that asked who might take a list over.
func (v View) BatchSettled(l List) bot.Message {
	text := fmt.Sprintf("%s has taken %s over. Nothing is needed from you.", v.Name(l.Owner), l.ID)
	switch {
	case l.Dropped != nil:
		text = fmt.Sprintf("%s has given %s up. Nothing is needed from you.", v.Name(l.Dropped.By), l.ID)
	case l.Owner == "" && l.Settled():
		text = fmt.Sprintf("%s goes on by itself. Nothing is needed from you.", l.ID)
	case l.Owner == "":
		text = fmt.Sprintf("Somebody else of HR or security sees to %s now. Nothing is needed from you.", l.ID)
	}
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

func (v View) batchNudge(l List, title, text string) bot.Message {
	return bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{
		bot.Heading{Text: title},
		bot.Prose{Text: bot.T(text)},
		bot.Buttons{{Label: "Look at " + string(l.ID), Verb: string(store.VerbBatch), Object: string(l.ID)}},
	}}
}
