package store

import (
	"fmt"
	"slices"
)

// asks reports whether an answer can still be given about an item: it is one
// that somebody can get, the answer is about it, and it is not on its way.
func (p Plan) asks(s Step, it Item, a Answer) bool {
	return s.StepPlan.Answers && it.Heir && !s.handedOver() &&
		(a.Step == "" || a.Step == s.ID) && (a.Item == "" || a.Item == it.ID) &&
		!p.Step(keptID(s.ID, it.ID)).State.Ended()
}

// handedOver reports whether the step has begun to give its items away: an
// answer would come too late and make the record wrong.
func (s Step) handedOver() bool {
	return s.State.Ended() || s.State == Running || s.State == Accepted || s.Spreads || s.State == FailedAgain && s.Why == Works
}

// answered spreads an answer over the items it is about. What is kept or
// archived becomes a manual task, so that it is not forgotten.
func (p *Plan) answered(a Answer) {
	before := *p
	p.Steps = slices.Clone(p.Steps)
	for _, s := range before.Steps {
		for _, it := range s.Items {
			if !before.asks(s, it, a) {
				continue
			}
			one := a
			one.Step, one.Item = s.ID, it.ID
			p.follow(s, one)
			// By id: follow may have moved the steps.
			to := &p.Steps[p.index(s.ID)]
			to.Answers = append(slices.DeleteFunc(slices.Clone(to.Answers), func(x Answer) bool { return x.Item == it.ID }), one)
		}
	}
}

// keptID is the manual task about an item that is not given away.
func keptID(step StepID, item string) StepID {
	return StepID(fmt.Sprintf("kept/%s/%s", step, item))
}

// follow keeps that task in step with the answer about the item.
func (p *Plan) follow(s Step, a Answer) {
	id := keptID(s.ID, a.Item)
	if i := p.index(id); i >= 0 {
		p.Steps = slices.Delete(p.Steps, i, i+1)
	}
	if a.Choice == Give {
		return
	}
	words, proof := "Archive what was kept for the archive", "where it is archived"
	if a.Choice == Keep {
		words, proof = "Take away what was kept", "what was done with it"
	}
	p.Steps = append(p.Steps, Step{State: Waiting, StepPlan: StepPlan{
		ID: id, System: s.System, Words: words, Items: []Item{{ID: a.Item}}, Held: s.Held, Login: s.Login,
		Manual: &Manual{Owner: IT, Proof: proof, Until: a.Until, Detail: a.Reason},
	}})
}
