package commands_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions/actionstest"
	"offboard/actions/watch"
	"offboard/store"
)

// world is the company twice: with a confidential case, and without it. All
// else in it is the same, at the same times.
type world struct {
	*company
	leaver string // whom the case is about
	hidden bool   // it is there
	press  bool   // its cut-off waits for a press
	tap    *tap
	cases  map[string]string // what a script calls the cases -> their numbers
	asked  int               // interactions of outsiders
}

// insiders may know of the hidden case: who asked for it, who approves it,
// security and the auditor. Everybody else is an outsider.
var insiders = []string{"hanna", "clara", "sasha", "aude"}

// outsiders are the leaver themself, HR who did not ask for it, IT before its
// time has come, an administrator, managers who approve other cases (marco, bo),
// a leaver of another case (jane), somebody whom an heir's form may name
// (priya), who has left (tom), who is locked (jdorsey), and nobody.
var outsiders = []string{"helge", "marco", "bo", "priya", "ivan", "ines", "ada", "jane", "tom", "jdorsey", "guest"}

// What stands in the place of the leaver where a refusal is the neutral one: to
// open a case for them reads like the deny list, to name them like somebody who
// is locked.
const denied, locked = "clara", "jdorsey"

// inWorld plays in a bubble.
func inWorld(t *testing.T, w *world, play func()) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newChatStage()
		w.tap = &tap{chatStage: s}
		w.company = newCompanyOn(t, w.tap, func(c *company) {
			c.chat = s.Chat
			c.sweeps = watch.Timetable{On: true, Daily: true, At: 10 * time.Hour, Zone: time.UTC}
		})
		w.memory.Stray("vpn", "scanner2") // so that there is a report
		w.prelude()
		play()
	})
}

// prelude is what happens in both worlds: V0 is over, V1 and V2 wait for the
// two managers.
func (w *world) prelude() {
	p, _ := person(locked)
	p.Disabled = true
	w.memory.SetPerson(p)
	for _, p := range staff() { // everybody has been seen, so that their numbers are the same
		if _, err := w.people.Meet(w.t.Context(), p); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, login := range outsiders {
		w.answer(deed{who: login, verb: "help"})
	}
	later := store.CutOff{Mode: store.At, At: begin.Add(7 * 24 * time.Hour)}
	w.cases = map[string]string{"V0": "OFF-1", "V1": "OFF-2", "V2": "OFF-3", "H": "OFF-4"}
	w.do("helge", store.NewCase, w.drafted("tom", "clara", store.CutOff{Mode: store.Now}))
	w.do("helge", "OFF-1", store.Submitted{Plan: 1, Scope: w.plan("OFF-1").Scope})
	w.do("clara", "OFF-1", store.Decided{Plan: 1, Scope: w.plan("OFF-1").Scope, Approve: true})
	w.do("ivan", "OFF-1", store.ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: store.Seal("4711")})
	w.do("hanna", store.NewCase, w.drafted("jane", "marco", later))
	w.do("hanna", "OFF-2", store.Submitted{Plan: 1, Scope: w.plan("OFF-2").Scope})
	w.do("helge", store.NewCase, w.drafted("anton", "bo", later))
	w.do("helge", "OFF-3", store.Submitted{Plan: 1, Scope: w.plan("OFF-3").Scope})
	if cs := mustCase(w.company, "OFF-1"); cs.State != store.CaseClosed {
		w.t.Fatalf("OFF-1 is %s", cs.State)
	}
	if !w.hidden { // this number is never reached
		w.cases["H"] = "OFF-94"
	}
}

func (w *world) drafted(leaver, manager string, cut store.CutOff) store.Drafted {
	return store.Drafted{Person: w.known(leaver), Systems: w.commands.Systems, Terms: store.Terms{
		Kind: "resignation", LastDay: "2026-11-30", CutOff: cut, Zone: "UTC", Manager: w.known(manager),
	}}
}

func (w *world) known(login string) store.PersonID {
	id, err := w.store.Known("id-" + login)
	if err != nil || id == "" {
		w.t.Fatalf("%s is not known: %v", login, err)
	}
	return id
}

// plan is the current plan of a case; the zero Plan where there is none.
func (w *world) plan(id string) store.Plan {
	cs, err := w.store.Case(store.CaseID(id))
	if err != nil {
		return store.Plan{}
	}
	return cs.Plan(0)
}

// do has somebody append something, and waits.
func (w *world) do(login, subject string, b store.Body) {
	w.t.Helper()
	if err := w.try(login, subject, b); err != nil {
		w.t.Fatalf("%s, %T: %v", login, b, err)
	}
}

func (w *world) try(login, subject string, b store.Body) error {
	p, _ := person(login)
	actor := store.Actor{Person: w.known(login), Via: "chat"}
	for _, r := range w.people.Holds(p) {
		actor.Claims = append(actor.Claims, store.Claim{Role: r})
	}
	_, err := w.store.Append(w.t.Context(), subject, actor, b)
	w.rest()
	return err
}

// rest waits until all is quiet, and for half past the next minute: what an
// outsider does happens at the same times in both worlds, and what follows from it
// hours later never in the moment of a sweep, which it would keep waiting.
func (w *world) rest() {
	w.settle()
	time.Sleep(time.Until(time.Now().Truncate(time.Minute).Add(90 * time.Second)))
}

// stages are how far the hidden case comes, one after the other.
var stages = []string{"draft", "proposed", "asked", "declined", "amended", "asked", "delegated", "answered", "approved", "pending", "held"}

// reach brings the hidden case on. In the world without it as much time passes.
func (w *world) reach(stage string) {
	w.t.Helper()
	h, p := w.cases["H"], w.plan(w.cases["H"])
	terms := w.drafted(w.leaver, "clara", store.CutOff{Mode: store.At, At: begin.Add(100 * 24 * time.Hour)})
	terms.Terms.Kind, terms.Terms.Confidential = "termination", true
	if w.press {
		terms.Terms.CutOff = store.CutOff{Mode: store.Press}
	}
	var who string
	subject := h
	var b store.Body
	switch stage {
	case "draft": // while it is surveyed
		w.memory.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		who, subject, b = "hanna", store.NewCase, terms
	case "proposed":
		w.memory.Fault("vpn", func(f *actionstest.Faults) { f.Down = false })
		time.Sleep(10 * time.Minute) // it is surveyed again
	case "asked":
		who, b = "hanna", store.Submitted{Plan: 1, Scope: p.Scope}
	case "declined":
		who, b = "clara", store.Decided{Plan: 1, Scope: p.Scope, Reason: store.Seal("wait")}
	case "amended":
		who, b = "hanna", store.Amended{Terms: terms.Terms}
	case "delegated": // and back, or nobody else here could approve
		who, b = "clara", store.Delegated{Plan: 1, To: w.known("aude")}
	case "answered":
		who, b = "aude", store.Answered{Plan: 1, Rev: p.Rev, Answers: []store.Answer{{Choice: store.Archive}}}
	case "approved":
		who, b = "aude", store.Decided{Plan: 1, Scope: p.Scope, Approve: true}
	case "pending":
		who, b = "hanna", store.Requested{Change: store.Change{Verb: store.VerbReschedule, Plan: 1, CutOff: store.CutOff{Mode: store.At, At: begin.Add(120 * 24 * time.Hour)}}}
	case "held":
		w.memory.OpenAccount("vpn", "adm-"+w.leaver, "id-"+w.leaver) // which no plan is about
		w.disownHidden()
		return
	}
	if !w.hidden || b == nil {
		w.rest()
		return
	}
	// Whom an outsider has put a spoke in, by pausing or freezing, goes no further.
	if err := w.try(who, subject, b); err != nil && !errors.As(err, new(*store.Refused)) {
		w.t.Fatal(err)
	}
}

// disownHidden holds the case by a decision of somebody. That this person's
// decisions are frozen is told to all administrators, whatever the case was: in
// the other world it is one of V0, which administrators may not see either.
func (w *world) disownHidden() {
	events, err := w.store.Events(w.t.Context(), "OFF-1")
	if err != nil {
		w.t.Fatal(err)
	}
	if w.hidden {
		more, err := w.store.Events(w.t.Context(), w.cases["H"])
		if err != nil {
			w.t.Fatal(err)
		}
		events = append(events, more...) // the last one, if the case has come so far
	}
	clara := w.known("clara")
	for _, e := range slices.Backward(events) {
		if e.Actor.Person == clara && e.Decides() {
			if err := w.store.Disown(w.t.Context(), w.store.DisownToken(e)); err != nil {
				w.t.Fatal(err)
			}
			break
		}
	}
	w.rest()
}
