package people

import (
	"regexp"

	"offboard/actions"
	"offboard/store"
)

// Name is what a person is called; their number where that cannot be read.
func (p *People) Name(id store.PersonID) string {
	if _, card, err := p.store.Person(id); err == nil && card.Name != "" {
		return card.Name
	}
	return string(id)
}

// Line is a person's identity card in one line.
func (p *People) Line(id store.PersonID) string {
	_, card, err := p.store.Person(id)
	if err != nil {
		return ""
	}
	return card.Line()
}

// Text opens a sealed text.
func (p *People) Text(subject string, private store.Private) string {
	text, err := p.store.Reveal(subject, private)
	if err != nil {
		return "(not readable)"
	}
	return text
}

// Held is what a step found, by the plan and by its attempts.
func (p *People) Held(c store.Case, s store.Step) []store.Held {
	held, err := p.store.Befores(c, s)
	if err != nil {
		return nil
	}
	return held
}

// AccountID is the immutable id of a step's account.
func (p *People) AccountID(c store.Case, s store.Step) string {
	var a actions.Account
	if err := p.store.RevealJSON(string(c.ID), s.Account, &a); err != nil {
		return "(not readable)"
	}
	return a.ID
}

var personNumber = regexp.MustCompile(`\bP-[1-9][0-9]*\b`)

// Names puts names in the place of person numbers, as refusals have them.
func (p *People) Names(text string) string {
	return personNumber.ReplaceAllStringFunc(text, func(id string) string { return p.Name(store.PersonID(id)) })
}
