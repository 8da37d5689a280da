package view

import (
	"fmt"

	"offboard/bot"
	"offboard/store"
)

// why says that a case is held, in one line.
func (v View) why(c store.Case, h store.Hold) string {
	return fmt.Sprintf("%s is held: somebody opened the link in a mail to %s and said that a decision in their name was not theirs. No step begins.", c.ID, v.Name(h.Person))
}

// hold says what a held case waits for, and what can be done; that it is held
// stands above it. It is empty for one that goes on.
func (v View) hold(c store.Case) []bot.Part {
	h, held := c.Held()
	if !held {
		return nil
	}
	return []bot.Part{
		bot.Prose{Text: bot.Join(
			bot.T(fmt.Sprintf("It is entry %d of the record, reported ", h.Entry)), Moment(h.At, c.Zone()),
			bot.T(fmt.Sprintf(". What was decided and done stays as it is. Please ask %s in person, and look at the record. Then HR or security lets it go on (a second person of another role must agree), or stops it: /offboard resume %s why, or /offboard stop %s why. The decisions of %s are refused until security or an administrator lifts that: /offboard unfreeze, the login, and why.",
				v.Name(h.Person), c.ID, c.ID, v.Name(h.Person))),
		)},
	}
}

// whole is hold with the line above it.
func (v View) whole(c store.Case) []bot.Part {
	h, held := c.Held()
	if !held {
		return nil
	}
	return append([]bot.Part{bot.Prose{Text: bot.B(v.why(c, h))}}, v.hold(c)...)
}

// letGo are the buttons of a held case.
func (v View) letGo(c store.Case) []bot.Part {
	if _, held := c.Held(); !held {
		return nil
	}
	return []bot.Part{bot.Buttons{{Label: "Let it go on…", Verb: string(store.VerbResume), Object: object(c, "")}}}
}

// OnHold says in a message of its own that a case is held; with the buttons for
// those who may let it go on.
func (v View) OnHold(c store.Case, h store.Hold, may bool) bot.Message {
	m := bot.Message{Summary: bot.Clean(v.why(c, h), bot.MaxSummary), Parts: []bot.Part{bot.Heading{Text: v.title(c)}}}
	m.Parts = append(m.Parts, v.whole(c)...)
	if may {
		m.Parts = append(m.Parts, v.letGo(c)...)
		m.Parts = append(m.Parts, v.pending(c)...)
	}
	return m
}

// holds tells of the decisions that were disowned, once the case is closed.
func (v View) holds(c store.Case) bot.Facts {
	var out bot.Facts
	for _, h := range c.Holds {
		text := fmt.Sprintf("entry %d, in the name of %s", h.Entry, v.Name(h.Person))
		if !h.Lifted.IsZero() {
			text += fmt.Sprintf("; %s and %s let it go on", v.Name(h.By), v.Name(h.Second))
		}
		out = append(out, bot.Fact{Label: "Disowned", Value: bot.T(text)})
	}
	return out
}
