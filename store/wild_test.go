package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// wild is one case to which anything happens.
type wild struct {
	*office
	rt    *rapid.T
	k     *clocks
	r     *referee
	c     Case
	names []string // "" is the bot
	ids   []PersonID
	held  string // who put a legal hold on the leaver
}

// begin opens the case of somebody new. The policy keeps their data for ever, or
// not, or wants further approvals.
func (w *wild) begin(seen map[string]int) {
	w.calm() // after one that has failed
	kind := rapid.SampledFrom([]string{"leaver", "fading", "guarded"}).Draw(w.rt, "kind of leaver")
	w.leaver = fmt.Sprint(kind, len(w.people))
	w.people[w.leaver] = w.meet(w.leaver)
	w.claims["bo"] = []Claim{{Role: HR}, {Role: IT}}
	w.names = []string{"hanna", "helge", "marco", "ivan", "sasha", "bo", w.leaver, ""}
	w.ids = []PersonID{w.people[w.leaver], w.people["hanna"], w.people["helge"], w.people["marco"], w.people["bo"], "P-4711"}
	draft := w.emergency()
	draft.Terms.CutOff = rapid.SampledFrom([]CutOff{{Mode: Now}, {Mode: Press}, {Mode: At, At: w.k.real.Add(time.Minute)}}).Draw(w.rt, "cut-off")
	opener := "hanna"
	if draft.Emergency = rapid.IntRange(0, 3).Draw(w.rt, "emergency") == 0; draft.Emergency && kind == "guarded" {
		opener = "sasha"
	}
	if draft.Emergency {
		draft.Terms.CutOff = CutOff{Mode: Now}
	}
	if rapid.IntRange(0, 2).Draw(w.rt, "manager in IT") == 0 {
		draft.Terms.Manager = w.people["bo"]
	}
	if !draft.Emergency && rapid.IntRange(0, 2).Draw(w.rt, "change of role") == 0 {
		draft.Terms.Kind, draft.Terms.Move = MoveKind, w.moves().Move
	}
	w.c = w.do(NewCase, opener, draft)
	w.r = newReferee(w.rt, w.c, w.c.Ruling.Also, func() time.Time { w.k.mu.Lock(); defer w.k.mu.Unlock(); return w.k.real }, seen)
}

// calm ends what holds up all cases.
func (w *wild) calm() {
	w.k.set(0)
	if state, err := w.State(); err != nil {
		w.rt.Fatal(err)
	} else if state.Paused {
		w.do(Installation, "ivan", Paused{})
	}
}

// end compares what is kept in memory with the log, of whoever was erased too.
func (w *wild) end() {
	w.calm()
	w.r.doubt = false
	if w.held != "" {
		w.do(string(w.c.Person), w.held, LegallyHeld{Reason: Seal("settled")})
		w.held = ""
	}
	w.erased()
	w.folds(w.rt, w.c)
}

// does has somebody do something, and the referee look at it if it was allowed.
func (w *wild) does(name string, body Body) {
	actor := w.actor(name)
	if name == "" {
		actor = Bot("test")
	}
	next, err := w.Append(w.t.Context(), string(w.c.ID), actor, body)
	if err != nil {
		if !isRefusal(err) {
			w.rt.Fatalf("%s %T: %v", name, body, err)
		}
		return
	}
	w.rt.Logf("%s: %s %s", name, body.kind(), asJSON(w.rt, body))
	var roles []Role
	for _, cl := range actor.Claims {
		roles = append(roles, cl.Role)
	}
	w.r.saw(w.c, actor.Person, roles, body, next)
	w.mustNot(w.rt, w.c, next, name, actor, body)
	w.c = next
}

// mustNot fails if something has happened to a case that must never happen.
func (o *office) mustNot(rt *rapid.T, c, next Case, name string, actor Actor, body Body) {
	if actor.Person == next.Person {
		rt.Fatalf("the leaver did %T", body)
	}
	// An undo is asked for by somebody else, and whoever asked for the case may approve it.
	if p := next.Plan(0); p.Decision != nil && (p.Decision.By == next.Requester && p.Kind != Restore || p.Decision.By == c.Person) {
		rt.Fatalf("%s decided", p.Decision.By)
	}
	if _, decided := body.(Decided); decided && (c.askedFor(actor.Person) || c.Plan(0).Kind.Opens() && actor.Person == c.Requester) {
		rt.Fatalf("%s asked for it and decided", name)
	}
	if next.CutOffPassed(future.At) && next.Plan(1).Decision == nil && !next.Plan(1).Emergency {
		rt.Fatalf("nobody has approved, and the leaver's roles are gone: %s", asJSON(rt, next))
	}
	if _, due := next.DestroyDue(); next.Moves() && (due || next.Watched() || next.Plan(1).Emergency || next.CutOffPassed(future.At) || slices.ContainsFunc(next.Plans, func(p Plan) bool { return p.Kind == Destroy })) {
		rt.Fatalf("somebody who changes roles is taken for one who leaves: %s", asJSON(rt, next))
	}
	if why := forgotten(next); why != "" {
		rt.Fatalf("after %T %s: %s", body, why, asJSON(rt, next))
	}
	if s := next.Plan(0).Step(lapsed(body)); s.Lapsed && (next.Last.Before(c.Plan(0).TaskDue(s)) || next.Outcome == Done) {
		rt.Fatalf("a task that nobody has confirmed is let go early, or the case is done: %s", asJSON(rt, next))
	}
	if b, ok := body.(Answered); ok && b.Rev != c.Plan(0).Rev {
		rt.Fatalf("an answer to revision %d was taken in %d", b.Rev, c.Plan(0).Rev)
	}
	for _, s := range next.Plan(0).Steps {
		if !s.Needed.IsZero() && !slices.Contains(next.Ruling.Also, Security) {
			rt.Fatalf("%s is about an account that is needed, and nobody else approves", s.ID)
		}
		was := c.Plan(0).Step(s.ID)
		wrong := c.Plan(0).Wrong == nil && next.Plan(0).Wrong != nil // with that an emergency that was not right ends what is not done
		if s.State == Skipped && was.State != Skipped && !was.Drift && !wrong && !s.Lapsed && s.Without == "" && (c.Plan(0).State != Begun || was.Manual == nil && was.Why == "" && was.State != Accepted) {
			rt.Fatalf("%s was left out untried: it was %s, and the plan %s", s.ID, was.State, c.Plan(0).State)
		}
	}
}

// folds fails unless what is kept of a case in memory, and what was answered, is
// what its entries fold to.
func (o *office) folds(rt *rapid.T, c Case) {
	var folded Case
	if err := o.db.View(func(tx *bolt.Tx) (err error) { folded, err = table{tx}.fold(c.ID); return err }); err != nil {
		rt.Fatal(err)
	}
	cached, err := o.Case(c.ID)
	if err != nil || asJSON(rt, cached) != asJSON(rt, folded) || asJSON(rt, c) != asJSON(rt, folded) {
		rt.Fatalf("folded %s\ncached %s\nanswer %s (%v)", asJSON(rt, folded), asJSON(rt, cached), asJSON(rt, c), err)
	}
}

// surroundings is what happens to the bot and to the person, and not to the case.
func (w *wild) surroundings() {
	switch rapid.IntRange(0, 4).Draw(w.rt, "surroundings") {
	case 0:
		if w.c.Erased != nil {
			return
		}
		on := w.held == ""
		if on {
			w.held = "helge"
		}
		w.do(string(w.c.Person), w.held, LegallyHeld{On: on, Reason: Seal("a lawsuit")})
		if !on {
			w.held = ""
		}
		w.r.hold = on
	case 1:
		w.r.paused = !w.r.paused
		w.do(Installation, "ivan", Paused{On: w.r.paused, Reason: Seal("r")})
	case 2:
		w.r.doubt = !w.r.doubt
		w.k.set(map[bool]time.Duration{true: 10 * year}[w.r.doubt])
	case 4:
		w.erased()
	case 3: // killed while it stood still, and started again
		w.k.set(0)
		w.again(w.k)
		w.r.doubt = false
	}
}

// erased has two people have the leaver erased, long after, if nothing is in the
// way; the keys are destroyed, or that is left to a start.
func (w *wild) erased() {
	if w.c.State != CaseClosed || w.c.Erased != nil || w.r.doubt {
		return
	}
	w.k.pass(200 * 24 * time.Hour)
	person, ctx := string(w.c.Person), w.t.Context()
	if _, err := w.Append(ctx, person, w.actor("helge"), Requested{Change: Change{Verb: VerbErase}}); err != nil {
		if !isRefusal(err) {
			w.rt.Fatal(err)
		}
		return
	}
	before := w.c
	w.do(person, "sasha", Seconded{Entry: w.Last(), Agree: true})
	var err error
	if w.c, err = w.Case(w.c.ID); err != nil || w.c.Erased == nil || w.held != "" || before.State != w.c.State || before.Outcome != w.c.Outcome || asJSON(w.rt, before.Plans) != asJSON(w.rt, w.c.Plans) {
		w.rt.Fatalf("erased is %s, and it was %s (%v)", asJSON(w.rt, w.c), asJSON(w.rt, before), err)
	}
	w.r.seen["erased"]++
	if rapid.Bool().Draw(w.rt, "keys at once") {
		if n, err := w.DestroyKeys(ctx); n < 1 || err != nil {
			w.rt.Fatalf("destroyed %d (%v)", n, err)
		}
	}
	if text, err := w.Reveal(string(w.c.ID), w.c.Terms.Reason); !errors.Is(err, ErrErased) && !w.c.Terms.Reason.IsZero() {
		w.rt.Fatalf("it reads %q (%v)", text, err)
	}
}

// likely is what the case goes on with: what a person is asked for, or what a
// loop would report.
func (w *wild) likely() (name string, body Body) {
	c, p := w.c, w.c.Plan(0)
	if (w.r.paused || w.r.doubt) && rapid.IntRange(0, 3).Draw(w.rt, "again as usual") == 0 {
		w.calm()
		w.r.paused, w.r.doubt = false, false
	}
	if c.State == CaseClosed {
		return w.further()
	}
	if missing := p.Unsurveyed(); len(missing) > 0 && p.State == Surveying {
		return "", Surveyed{Plan: p.No, System: missing[0], Steps: w.found(p, missing[0])}
	}
	if len(c.Pending) > 0 {
		return "sasha", Seconded{Entry: c.Pending[0].Entry, Agree: rapid.Bool().Draw(w.rt, "agree"), Reason: Seal("r")}
	}
	if open := c.Outstanding(); len(open) > 0 && rapid.IntRange(0, 2).Draw(w.rt, "decide") > 0 {
		return w.name(p.Approvers, open), Decided{Plan: p.No, Scope: p.Scope, Approve: rapid.IntRange(0, 9).Draw(w.rt, "approve") > 0, Reason: Seal("r")}
	}
	switch p.State {
	case Proposed, Declined:
		return w.nameOf(c.Asker()), Submitted{Plan: p.No, Scope: p.Scope}
	case Approved:
		if p.CutOff.Mode == Press {
			if p.Press.IsZero() {
				return "ivan", Pressed{Plan: p.No}
			}
		}
		if p.CutOff.Mode == At && p.CutOff.At.Sub(w.k.real) < time.Hour && rapid.Bool().Draw(w.rt, "time comes") {
			w.k.pass(time.Minute)
		}
		return "", Started{Plan: p.No}
	case Begun:
		if missing := p.Unsurveyed(); len(missing) > 0 {
			return "", Surveyed{Plan: p.No, System: missing[0], Steps: w.found(p, missing[0])}
		}
		return w.work(p)
	case "", Surveying, Asked, Over:
	}
	return "", nil
}

// work is what happens to a step of a plan that has begun.
func (w *wild) work(p Plan) (string, Body) {
	open := slices.DeleteFunc(slices.Clone(p.Steps), func(s Step) bool { return s.State.Ended() })
	if len(open) == 0 {
		return "", nil
	}
	s := open[rapid.IntRange(0, len(open)-1).Draw(w.rt, "open step")]
	how := rapid.IntRange(0, 11).Draw(w.rt, "how")
	switch {
	case s.State == Running && how > 9:
		return "ivan", Stopped{Plan: p.No, Reason: Seal("r")}
	case how < 4 && (s.Manual != nil || s.State == Accepted):
		return "ivan", Requested{Change: Change{Verb: VerbSkip, Plan: p.No, Step: s.ID, Reason: Seal("r")}}
	case s.Manual != nil, s.State == Accepted:
		return "ivan", ConfirmedBy{Plan: p.No, Step: s.ID, Note: Seal("seen")}
	case s.State == NeedsPerson && how < 6:
		return "ivan", Requested{Change: Change{Verb: VerbSkip, Plan: p.No, Step: s.ID, Reason: Seal("r")}}
	case s.State == NeedsPerson:
		return "ivan", Retried{Plan: p.No, Step: s.ID}
	case how == 0:
		return "", Failed{Plan: p.No, Step: s.ID, Entry: s.Entry, Retried: s.RetriedAt, Why: Refuses, Message: Seal("m")}
	case s.State == Running && how == 2: // after a kill
		return "", Attempted{Plan: p.No, Step: s.ID, Found: Seal("[]")}
	case s.State == Running:
		return "", Finished{Plan: p.No, Step: s.ID, Entry: s.Entry, Accepted: how == 1, Evidence: Seal("e")}
	case how == 1:
		return "", Finished{Plan: p.No, Step: s.ID, Evidence: Seal("nothing is there")}
	case how == 2 && (w.r.hold || w.r.doubt):
		return "", Withheld{Plan: p.No, Step: s.ID}
	}
	return "", Attempted{Plan: p.No, Step: s.ID, Found: Seal("[]")}
}

// further is what may follow when a case is over.
func (w *wild) further() (string, Body) {
	p := w.c.Plan(1)
	switch rapid.IntRange(0, 3).Draw(w.rt, "further") {
	case 0:
		return "helge", Planned{Kind: Restore, Of: 1, Systems: []string{"dir"}, CutOff: CutOff{Mode: Now}, Approver: w.people["marco"], Reason: Seal("the wrong one")}
	case 1:
		return "", Planned{Kind: Destroy, Of: 1, Systems: []string{"dir"}, CutOff: CutOff{Mode: Now}, Approver: w.people["marco"]}
	case 2:
		if plan, steps := w.c.Unplanned(); plan > 0 {
			return "", Planned{Kind: Retake, Of: plan, Only: steps, Systems: []string{"dir"}, CutOff: CutOff{Mode: Now}, Approver: w.people["marco"]}
		}
	}
	if len(p.Steps) == 0 {
		return "", nil
	}
	s := p.Steps[rapid.IntRange(0, len(p.Steps)-1).Draw(w.rt, "came back")]
	return "", Returned{Plan: 1, Steps: []CameAgain{{Step: s.ID, Items: []Item{{ID: fmt.Sprint(len(w.c.Returns) + 9)}}, Held: Seal("[]")}}}
}

// found is what a survey finds: what can be given back, and what can't.
func (w *wild) found(p Plan, system string) []StepPlan {
	id := func(action string) StepID { return StepID(system + "/" + action + "/1") }
	of := Ref{max(1, p.Of), id("lock")}
	all := []StepPlan{
		{ID: id("lock"), System: system, Action: "lock", LockOut: true, Phase: phaseCutOff, Items: []Item{{ID: "1"}}, Account: Seal("a"), Held: Seal("[]")},
		{ID: id("wipe"), System: system, Action: "wipe", Items: []Item{{ID: "1", Irreversible: true}}, Account: Seal("a"), Held: Seal("[]"), After: []StepID{id("lock")}},
		{ID: id("task"), System: system, Manual: &Manual{Owner: IT}, Held: Seal("[]")},
		{ID: id("tidy"), System: system, Action: "tidy", Items: []Item{{ID: "1"}}, Account: Seal("a"), Held: Seal("[]"), Needs: []StepID{id("task")}},
		{ID: id("password"), System: system, Action: "password", LockOut: true, Loses: "the old one", Items: []Item{{ID: "1"}}, Account: Seal("a"), Held: Seal("[]")},
		{ID: id("owner"), System: system, Action: "owner", Answers: true, Items: []Item{{ID: "1", Heir: true}}, Account: Seal("a"), Held: Seal("[]")},
		{ID: id("note"), System: system, Action: "note", Items: []Item{{ID: "1"}}, Account: Seal("a"), Held: Seal("[]"), Needs: []StepID{id("tidy"), id("owner")}},
	}
	if rapid.IntRange(0, 7).Draw(w.rt, "is needed") == 0 {
		all[0].Needed = Seal("the last administrator")
	}
	if !p.Kind.Opens() {
		all = all[:2]
	}
	if p.Kind == Restore {
		all[1].Items[0].Irreversible = false
		all[0].Back, all[0].LockOut, all[1].Back = []Ref{of}, false, []Ref{of}
	}
	n := rapid.IntRange(0, 6).Draw(w.rt, "how much is found")
	if system != "dir" {
		n = 0
	}
	return slices.Clone(all[:min(len(all), 1+n)])
}

// name is somebody who is asked to decide.
func (w *wild) name(approvers []PersonID, open []Role) string {
	var list []string
	for _, id := range approvers {
		list = append(list, w.nameOf(id))
	}
	for name, role := range map[string]Role{"ivan": IT, "bo": IT, "sasha": Security, "helge": HR} {
		if slices.Contains(open, role) {
			list = append(list, name)
		}
	}
	if len(list) == 0 {
		return "marco"
	}
	slices.Sort(list)
	return rapid.SampledFrom(list).Draw(w.rt, "who decides")
}

func (w *wild) nameOf(id PersonID) string {
	for _, name := range slices.Sorted(maps.Keys(w.people)) {
		if w.people[name] == id {
			return name
		}
	}
	return "marco"
}
