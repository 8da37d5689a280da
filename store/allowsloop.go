package store

import "slices"

// allowsLoop is about results: each must answer what is under way.
func (c Case) allowsLoop(e Event) *Refused {
	late := refuse(Stale, "nobody waits for this result any more")
	p := c.Plan(0)
	_, held := c.Held()
	switch b := e.Body.(type) {
	case Surveyed:
		if b.Plan != p.No || !slices.Contains(p.Unsurveyed(), b.System) {
			return late
		}
		return allowsSteps(b.Steps, p)
	case Drifted:
		if b.Plan != p.No || p.State == Surveying || p.State == Over || p.Stopped != nil || p.Wrong != nil || len(b.Steps) == 0 || !slices.Contains(p.Systems, b.System) {
			return late
		}
		return allowsSteps(b.Steps, p)
	case Resurveyed:
		return c.allowsResurveyed(b, e, late)
	case Replaced:
		return c.allowsReplaced(b, e, late)
	case FellBack:
		return c.allowsFellBack(b, late)
	case Defaulted:
		return c.allowsDefaulted(b, e, late)
	case Lapsed:
		return c.allowsLapsed(b, e, late)
	case Started:
		switch {
		case b.Plan != p.No || !p.Come(e.At):
			return late
		case e.Facts.Paused:
			return refuse(Suspended, "the bot is paused")
		case held:
			return refuse(Suspended, "the case is held")
		}
	case Attempted:
		s := p.Step(b.Step)
		switch {
		case b.Plan != p.No || !p.Ready(s) || s.Rests(e.At) || p.Stopped != nil:
			return late
		case e.Facts.Paused:
			return refuse(Suspended, "the bot is paused")
		case !c.Goes(s):
			return refuse(Suspended, "the case is held")
		case e.Facts.Doubt && s.Irreversible():
			return refuse(Doubtful, "the clock is in doubt, and what this step takes can't be given back")
		case e.Facts.Legal && s.Erases():
			return refuse(Suspended, "there is a legal hold, and what this step takes can't be given back")
		case slices.ContainsFunc(b.Items, s.unseen):
			return refuse(Malformed, "what nobody has seen is left if it can't be given back, and asks nobody who gets it")
		}
	case Withheld:
		s := p.Step(b.Step)
		waits := e.Facts.Doubt && s.Irreversible() || e.Facts.Legal && s.Erases()
		if b.Plan != p.No || !p.Ready(s) || p.Stopped != nil || s.Withheld || !waits {
			return late
		}
	case Covered:
		return c.allowsCovered(b, e)
	case Inherited:
		return c.allowsInherited(b, e, late)
	case Finished:
		return c.allowsResult(b.Plan, b.Step, b.Entry, late)
	case Failed:
		if b.Retried != p.Step(b.Step).RetriedAt {
			return late // a person wants it tried again, and would wait for ever
		}
		return c.allowsResult(b.Plan, b.Step, b.Entry, late)
	}
	return nil
}

// unseen reports whether an item is new in the step, and is nothing that may simply be
// taken with what was approved.
func (s Step) unseen(i Item) bool {
	return (i.Irreversible || i.Heir) && !slices.ContainsFunc(s.Items, func(x Item) bool { return x.ID == i.ID })
}

// allowsResult: with an entry it must be the attempt under way; without one
// the step must not have an attempt that it would hide.
func (c Case) allowsResult(plan int, id StepID, entry uint64, late *Refused) *Refused {
	p := c.Plan(0)
	s := p.Step(id)
	if plan != p.No || s.ID == "" || s.State.Ended() || s.Entry != entry || entry == 0 && !p.Ready(s) {
		return late
	}
	return nil
}

// allowsSteps: a step that cannot be told from another would be lost, and with
// it the access it takes away.
func allowsSteps(steps []StepPlan, p Plan) *Refused {
	seen, asks := map[StepID]bool{}, p.Enquiry().ID != ""
	for _, s := range steps {
		if s.ID == "" || len(s.ID) > maxStepID || seen[s.ID] || p.index(s.ID) >= 0 {
			return refuse(Malformed, "the step id %q is empty, too long, or used twice", s.ID)
		}
		if r := allowsNeeds(s); r != nil {
			return r
		}
		seen[s.ID] = true
		if s.Asks() {
			if asks {
				return refuse(Malformed, "%q asks the approver, and another step does already", s.ID)
			}
			asks = true
		}
	}
	return nil
}
