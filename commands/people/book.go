package people

import (
	"errors"
	"regexp"

	"offboard/actions"
	"offboard/bot"
	"offboard/store"
)

// What the log keeps sealed came from people and systems. The book opens it
// fit for one line and never empty, so that no name, note or error can break a
// message (bot.Message.Check).

// plain is a text for one line; other, where nothing of it can be shown.
func plain(text string, limit int, other string) string {
	if text = bot.Clean(text, limit); text == "" {
		return other
	}
	return text
}

// Name is what a person is called; their number where that cannot be read.
func (p *People) Name(id store.PersonID) string {
	_, card, err := p.store.Person(id)
	if err != nil {
		return string(id)
	}
	return plain(card.Name, 100, string(id))
}

// Line is a person's identity card in one line; it may be empty.
func (p *People) Line(id store.PersonID) string {
	_, card, err := p.store.Person(id)
	if err != nil {
		return ""
	}
	return bot.Clean(card.Line(), 300)
}

// Text opens a sealed text; it is empty only where nothing was sealed.
func (p *People) Text(subject string, private store.Private) string {
	text, err := p.store.Reveal(subject, private)
	switch {
	case errors.Is(err, store.ErrErased):
		return store.ErasedName
	case err != nil:
		return "(not readable)"
	case text == "":
		return ""
	}
	return plain(text, 3000, "(nothing that can be shown)")
}

// Held is what a step found, by the plan and by its attempts.
func (p *People) Held(c store.Case, s store.Step) []store.Held {
	held, err := p.store.Befores(c, s)
	if err != nil {
		return nil
	}
	for i := range held {
		held[i].Label = plain(held[i].Label, 300, "item "+held[i].ID)
	}
	return held
}

// Came is what came back at one time.
func (p *People) Came(c store.Case, r store.Return) []store.Held {
	held, err := p.store.Came(c, r)
	if err != nil {
		return nil
	}
	for i := range held {
		held[i].Label = plain(held[i].Label, 300, "item "+held[i].ID)
	}
	return held
}

// AccountID is the immutable id of a step's account; "" for a manual task.
func (p *People) AccountID(c store.Case, s store.Step) string {
	var a actions.Account
	if err := p.store.RevealJSON(string(c.ID), s.Account, &a); err != nil {
		return "(not readable)"
	}
	return bot.Clean(a.ID, 300)
}

// Legal is the legal hold on a person; nil if there is none.
func (p *People) Legal(id store.PersonID) *store.LegalHold {
	person, _, err := p.store.Person(id)
	if err != nil {
		return nil
	}
	return person.Legal
}

// ConfigFile is what a configuration said, and how it differed. Of one that
// cannot be read there is only a line that says so.
func (p *People) ConfigFile(c store.Configuration) store.ConfigFile {
	var f store.ConfigFile
	if err := p.store.RevealJSON(store.Installation, c.File, &f); err != nil {
		return store.ConfigFile{Changed: []string{"(not readable)"}}
	}
	for _, lines := range [][]string{f.Changed, f.Weaker} {
		for i := range lines {
			lines[i] = plain(lines[i], 3000, "(nothing that can be shown)")
		}
	}
	return f
}

var personNumber = regexp.MustCompile(`\bP-[1-9][0-9]*\b`)

// Names puts names in the place of person numbers, as refusals have them.
func (p *People) Names(text string) string {
	return personNumber.ReplaceAllStringFunc(text, func(id string) string { return p.Name(store.PersonID(id)) })
}
