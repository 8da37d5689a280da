package keeper

import (
	"fmt"

	"offboard/store"
)

// wonder asks the approver what no system shows. Who decides reads it with the
// question; who was not asked to, because somebody else did in their place or it
// began as an emergency, gets a message of its own. All are reminded as of who gets
// what, once that is settled and for as long as it is asked; nobody above is told,
// since nothing waits for it.
func (b *board) wonder() []wanted {
	c, p, v := b.c, b.c.Plan(0), b.k.cfg.View
	var out []wanted
	open := map[string]bool{}
	if s := p.Enquiry(); p.Wondering() && !p.HeirsOpen() {
		by := s.Asked.Add(s.AsksFor())
		for _, a := range p.Approvers {
			if !p.Shown() && p.HeirsAsked.IsZero() { // else they read it with who gets what
				name := fmt.Sprintf("wonder/%s/%d", a, s.Asked.Unix())
				open[name] = true
				out = append(out, wanted{name: name, at: b.direct(a), make: still(v.Wonder(c, by))})
			}
			if v.Kind(c.Terms.Kind).Reminders && b.now.Before(by) {
				q := question{name: fmt.Sprintf("wonder-%d", s.Asked.Unix()), since: s.Asked, role: store.Approver, ask: v.RemindQuestions(c, by)}
				out = append(out, b.person(q, a)...)
			}
		}
	}
	for _, name := range b.over("wonder/", open) {
		out = append(out, wanted{name: name, only: true, make: still(v.Wondered(c))})
	}
	return out
}
