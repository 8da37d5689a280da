package store

import (
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"
)

// referee sees everything that the rules let happen in one case, and remembers by
// itself who asked for what, who agreed to it, and what is under way. It asks
// none of the rules, so that one that is wrong is noticed.
type referee struct {
	rt       *rapid.T
	leaver   PersonID
	policy   []Role // whom the policy wants to approve too
	also     []Role // and whom what was found
	real     func() time.Time
	hold     bool // there is a legal hold on the leaver
	doubt    bool // the clock is wrong
	paused   bool
	asked    map[PersonID]bool   // who asked for what is decided about now
	given    map[PersonID][]Role // who has agreed to exactly that, and what else they are
	whole    map[int]bool        // plans that were approved
	agreed   map[Ref]bool        // steps that were
	rushed   bool                // the plan began as an emergency
	declined map[int]bool
	tried    map[Ref]bool
	flying   map[Ref]uint64 // attempts without a result
	spread   map[Ref]bool   // steps that are done, though not on all servers of their system yet
	looked   map[string]bool
	seen     map[string]int // how much happened
}

func newReferee(rt *rapid.T, c Case, also []Role, real func() time.Time, seen map[string]int) *referee {
	return &referee{
		rt: rt, leaver: c.Person, policy: also, also: also, real: real, asked: map[PersonID]bool{c.Requester: true}, given: map[PersonID][]Role{}, whole: map[int]bool{},
		agreed: map[Ref]bool{}, rushed: c.Plan(1).Emergency, declined: map[int]bool{}, tried: map[Ref]bool{}, flying: map[Ref]uint64{}, spread: map[Ref]bool{}, looked: map[string]bool{}, seen: seen,
	}
}

// final reports whether a step takes something that can't be given back.
func final(s StepPlan) bool {
	return s.Loses != "" || slices.ContainsFunc(s.Items, func(i Item) bool { return i.Irreversible })
}

// saw takes what has happened: in c, by somebody with these roles, and what came of it.
func (r *referee) saw(c Case, by PersonID, roles []Role, body Body, next Case) {
	p := c.Plan(0)
	if by == r.leaver {
		r.rt.Fatalf("the leaver did %T", body)
	}
	switch b := body.(type) {
	case Surveyed:
		r.survey(b, p)
	case Drifted:
		r.need(b.Steps)
	case Planned:
		if b.Kind == Destroy && (r.hold || r.doubt) {
			r.rt.Fatal("to delete was proposed under a hold, or at a time that nobody knows")
		}
		r.asked, r.given, r.rushed = map[PersonID]bool{by: true}, map[PersonID][]Role{}, false
	case Amended:
		r.asked[by], r.also = true, r.policy // it is looked at anew
		delete(r.whole, p.No)
		maps.DeleteFunc(r.agreed, func(ref Ref, _ bool) bool { return ref.Plan == p.No })
	case Rushed:
		r.asked[by], r.rushed = true, true
		delete(r.declined, b.Plan) // an emergency is another question
	case Requested:
		if next.Plan(0).CutOff != p.CutOff {
			r.asked[by] = true
		}
	case Seconded:
		if i := slices.IndexFunc(c.Pending, func(x Pending) bool { return x.Entry == b.Entry }); next.Plan(0).CutOff != p.CutOff {
			r.asked[c.Pending[i].By] = true
		}
	case Submitted:
		if r.declined[b.Plan] && (p.Kind == Retake || p.Kind == Destroy) {
			r.rt.Fatalf("a %s that was declined is asked about again", p.Kind)
		}
		delete(r.declined, b.Plan)
	case Decided:
		r.decided(b, p, by, roles, next.Plan(p.No))
	case Unasked:
		if p.Kind != Retake || len(r.also) > 0 || slices.ContainsFunc(p.Steps, func(s Step) bool { return final(s.StepPlan) }) {
			r.rt.Fatalf("nobody was asked about a %s: %s", p.Kind, asJSON(r.rt, p))
		}
		r.agree(p, false)
	case Started:
		if !r.whole[b.Plan] || r.declined[b.Plan] || r.paused || p.CutOff.Mode == At && !r.doubt && p.CutOff.At.After(r.real()) || p.CutOff.Mode == Press && p.Press.IsZero() {
			r.rt.Fatalf("plan %d has begun at %s, approved %t, declined %t, paused %t: %s", b.Plan, r.real(), r.whole[b.Plan], r.declined[b.Plan], r.paused, asJSON(r.rt, p))
		}
	case Attempted:
		r.attempt(b, p, next.Seq)
		delete(r.spread, Ref{b.Plan, b.Step})
	case Finished:
		r.result(Ref{b.Plan, b.Step}, b.Entry)
	case Failed:
		r.result(Ref{b.Plan, b.Step}, b.Entry)
		r.spread[Ref{b.Plan, b.Step}] = b.Spreads
	case Retried:
		delete(r.flying, Ref(b))
	}
	if _, decided := body.(Decided); !decided && next.Plan(0).Scope != p.Scope {
		clear(r.given) // what they agreed to is not what is asked now
	}
	r.green(c, by, body, next)
	r.forsaken(c, next)
	r.seen[string(p.Kind)+" "+body.kind()]++
}

// need adds the approval that an account asks for which a system needs.
func (r *referee) need(steps []StepPlan) {
	if slices.ContainsFunc(steps, func(s StepPlan) bool { return !s.Needed.IsZero() }) && !slices.Contains(r.also, Security) {
		r.also = append(slices.Clone(r.also), Security)
	}
}

func (r *referee) survey(b Surveyed, p Plan) {
	r.need(b.Steps)
	key := asJSON(r.rt, []any{b.Plan, b.System, p.Rev})
	if p.Emergency { // its revision counts on while it is looked at
		key = asJSON(r.rt, []any{b.Plan, b.System})
	}
	if r.looked[key] || b.Plan != p.No {
		r.rt.Fatalf("a stale survey of %s in plan %d was taken: %s", b.System, b.Plan, asJSON(r.rt, p))
	}
	r.looked[key] = true
}

func (r *referee) decided(b Decided, p Plan, by PersonID, roles []Role, next Plan) {
	later := p.State == Approved || p.State == Begun
	switch {
	case by == "" || r.asked[by]:
		r.rt.Fatalf("%s asked for it, and decided: %s", by, asJSON(r.rt, p))
	case b.Plan != p.No || b.Scope != p.Scope:
		r.rt.Fatal("something was decided about that is not there any more")
	case !b.Approve:
		if clear(r.given); !later || p.Emergency && len(p.Later) == 0 {
			r.declined[p.No] = true
		}
		return
	}
	if _, twice := r.given[by]; twice {
		r.rt.Fatalf("%s approved twice", by)
	}
	r.given[by] = roles
	if next.State == Asked || later && len(next.Later) == len(p.Later) {
		return // others are still asked
	}
	need := r.also
	if p.Kind == Restore {
		need = nil // it takes nothing from anybody
	}
	for _, role := range need {
		if !slices.ContainsFunc(slices.Collect(maps.Values(r.given)), func(has []Role) bool { return slices.Contains(has, role) }) {
			r.rt.Fatalf("plan %d is approved, and nobody of %s was among %v", p.No, role, r.given)
		}
	}
	if len(r.given) < 1+len(need) {
		r.rt.Fatalf("plan %d is approved by %v, and %v had to agree beside the approver", p.No, r.given, need)
	}
	r.agree(p, later)
}

// agree is what an approval covers: all that was there, or what was new.
func (r *referee) agree(p Plan, later bool) {
	clear(r.given)
	r.whole[p.No] = true
	ratified := p.Emergency && len(p.Later) == 0
	for _, s := range p.Steps {
		if !later || s.Drift || ratified {
			r.agreed[Ref{p.No, s.ID}] = true
		}
	}
}

func (r *referee) attempt(b Attempted, p Plan, entry uint64) {
	ref, s := Ref{b.Plan, b.Step}, p.Step(b.Step)
	ended := func(id StepID) bool { x := p.Step(id); return x.ID == "" || x.State.Ended() || r.spread[Ref{p.No, id}] }
	undone := func(id StepID) bool {
		return p.Step(id).ID == "" || slices.ContainsFunc(p.Steps, func(x Step) bool {
			return (x.ID == id || x.More == id || strings.HasPrefix(string(x.ID), "kept/"+string(id)+"/")) && (!slices.Contains([]StepState{Proven, Nothing, Confirmed}, x.State) || x.Left > 0)
		})
	}
	switch {
	case slices.ContainsFunc(s.Needs, undone):
		r.rt.Fatalf("%v acts, and needs %v: %s", ref, s.Needs, asJSON(r.rt, p))
	case b.Plan != p.No || p.Begun.IsZero() || p.Stopped != nil || r.paused || r.declined[p.No] && r.flying[ref] == 0: // what was under way is finished
		r.rt.Fatalf("%v acts, and should not: %s", ref, asJSON(r.rt, p))
	case !r.agreed[ref] && (!r.rushed || !s.LockOut || final(s.StepPlan)):
		r.rt.Fatalf("%v acts, and nobody has approved it: %s", ref, asJSON(r.rt, p))
	case !r.agreed[ref] && !s.Needed.IsZero() && p.Careful:
		r.rt.Fatalf("%v acts on an account that is needed, on the word of HR alone", ref)
	case final(s.StepPlan) && (r.doubt || r.hold && !s.LockOut):
		r.rt.Fatalf("%v takes what can't be given back; hold %t, doubt %t", ref, r.hold, r.doubt)
	case !slices.ContainsFunc(s.After, func(id StepID) bool { return !ended(id) }):
		if final(s.StepPlan) {
			r.seen["final"]++
		}
		if len(s.Needs) > 0 {
			r.seen["needed"]++
		}
		r.tried[ref], r.flying[ref] = true, entry
	default:
		r.rt.Fatalf("%v acts before %v: %s", ref, s.After, asJSON(r.rt, p))
	}
}

// result is that of the attempt under way, or of a read before any.
func (r *referee) result(ref Ref, entry uint64) {
	if r.flying[ref] != entry {
		r.rt.Fatalf("a result of %d was taken for %v, under way is %d", entry, ref, r.flying[ref])
	}
	delete(r.flying, ref)
}

// green looks at each step that ended: only a read makes it green, or a person
// who looked.
func (r *referee) green(c Case, by PersonID, body Body, next Case) {
	for _, p := range next.Plans {
		for _, s := range p.Steps {
			was, ref := c.Plan(p.No).Step(s.ID).State, Ref{p.No, s.ID}
			if was == s.State || !slices.Contains([]StepState{Proven, Nothing, Confirmed}, s.State) {
				continue
			}
			switch b := body.(type) {
			case Finished:
				if !b.Accepted && s.State != Confirmed && b.Step == s.ID && b.Plan == p.No && r.tried[ref] == (s.State == Proven) {
					r.seen["green"]++
					continue
				}
			case ConfirmedBy:
				if by != "" && s.State == Confirmed && b.Step == s.ID && (was == Accepted || s.Manual != nil) {
					continue
				}
			}
			r.rt.Fatalf("%v is %s by %T, and was %s: %s", ref, s.State, body, was, asJSON(r.rt, s))
		}
	}
}

// forsaken looks at each step that was left out without anybody's decision, and at
// each that should have been: what it needs was not done and never will be.
func (r *referee) forsaken(c, next Case) {
	p := next.Plan(0)
	for _, s := range p.Steps {
		was := c.Plan(p.No).Step(s.ID)
		never := func(id StepID) bool {
			return p.Step(id).ID == "" || slices.ContainsFunc(p.Steps, func(x Step) bool {
				return (x.ID == id || x.More == id || strings.HasPrefix(string(x.ID), "kept/"+string(id)+"/")) && (x.State == Skipped || x.State == Halted || x.Left > 0 && x.State.Ended())
			})
		}
		switch {
		case s.Without != "" && was.Without == "":
			if r.seen["forsaken"]++; s.State != Skipped || s.LockOut || !slices.Contains(s.Needs, s.Without) || !never(s.Without) {
				r.rt.Fatalf("%s was left out: %s", s.ID, asJSON(r.rt, p))
			}
		case p.State == Begun && s.State == Waiting && !s.Drift && slices.ContainsFunc(s.Needs, never) && len(p.Unsurveyed()) == 0:
			r.rt.Fatalf("%s waits for what never comes: %s", s.ID, asJSON(r.rt, p))
		}
	}
}
