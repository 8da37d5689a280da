package store

import (
	"slices"
	"testing"
	"time"
)

// asks is a step with two questions, which the approver has an hour for.
func asks(id string) StepPlan {
	return StepPlan{ID: StepID("tasks/" + id + "/1"), System: "tasks", Words: "Say what they leave behind", Manual: &Manual{
		Owner: Approver, Lapse: time.Hour, Questions: []Question{{ID: "jobs", Ask: "Jobs?", Task: "Give the jobs a new owner"}, {ID: "secrets", Ask: "Secrets?", Task: "Change the secrets"}},
	}}
}

// curious is a case whose approver is asked what no system shows.
func (o *office) curious() Case {
	o.t.Helper()
	c := o.draft("hanna")
	c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: append(steps(), asks("questions"))})
	return o.do(string(c.ID), "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
}

// tasksOf are the tasks that answers have become, with how they stand.
func tasksOf(p Plan) map[StepID]StepState {
	out := map[StepID]StepState{}
	for _, s := range p.Steps {
		if s.Manual != nil && !s.Manual.Detail.IsZero() {
			out[s.ID] = s.State
		}
	}
	return out
}

// What is said before the approval becomes a task with it; what is said again
// replaces what nobody has done yet; and none of it changes what was approved.
func TestQuestions(t *testing.T) {
	o := newOffice(t)
	c := o.curious()
	id := string(c.ID)
	say := func(r ...Reply) Plan {
		t.Helper()
		return o.do(id, "marco", Replied{Plan: 1, Replies: r}).Plan(1)
	}
	scope := c.Plan(1).Scope
	if p := say(Reply{Question: "jobs", Text: Seal("the export")}); p.Scope != scope || len(tasksOf(p)) != 0 || len(p.Unsaid()) != 1 {
		t.Errorf("before the approval: %+v", p)
	}
	// Amended, it is surveyed again, and what was said is still there.
	o.do(id, "hanna", Amended{Terms: o.terms()})
	o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: append(steps(), asks("questions"))})
	c = o.do(id, "hanna", Submitted{Plan: 1, Scope: o.now(id).Plan(1).Scope})
	p := o.approve(c, "marco").Plan(1)
	if want := map[StepID]StepState{"said/jobs/1": Waiting}; !sameTasks(p, want) || !p.Shown() || !p.Wondering() {
		t.Errorf("approved: %v", tasksOf(p))
	}
	if w := o.now(id).Waits(); !slices.ContainsFunc(w, func(w Wait) bool { return w.Verb == VerbAnswer && w.Person == o.people["marco"] }) {
		t.Errorf("nobody is asked: %+v", w)
	}
	scope = p.Scope
	o.bot(id, Started{Plan: 1})
	if p = say(Reply{Question: "jobs", Text: Seal("the export and the invoices")}); !sameTasks(p, map[StepID]StepState{"said/jobs/2": Waiting}) {
		t.Errorf("said again: %v", tasksOf(p))
	}
	o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: "said/jobs/2", Note: Seal("Tom has them")})
	if p = say(Reply{Question: "jobs", Text: Seal("and the backup")}, Reply{Question: "secrets", None: true}); !sameTasks(p, map[StepID]StepState{"said/jobs/2": Confirmed, "said/jobs/3": Waiting}) {
		t.Errorf("said again after it was done: %v", tasksOf(p))
	}
	if s := p.Enquiry(); s.State != Confirmed || s.By != o.people["marco"] || p.Wondering() {
		t.Errorf("all was said: %+v", s)
	}
	if p = say(Reply{Question: "jobs", None: true}); !sameTasks(p, map[StepID]StepState{"said/jobs/2": Confirmed}) || p.Scope != scope {
		t.Errorf("taken back: %v", tasksOf(p))
	}
	o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("4711")})
	o.attempt(c.ID, "dir/lock/1")
	if c = o.attempt(c.ID, "dir/owner/1"); c.State != CaseClosed || c.Outcome != Done {
		t.Errorf("it is %s, %s", c.State, c.Outcome)
	}
}

// Who has answered before somebody else approved is who has answered.
func TestQuestionsAnsweredByAnother(t *testing.T) {
	o := newOffice(t)
	c := o.curious()
	id := string(c.ID)
	o.do(id, "marco", Replied{Plan: 1, Replies: []Reply{{Question: "jobs", None: true}, {Question: "secrets", None: true}}})
	o.do(id, "marco", Delegated{Plan: 1, To: o.people["bo"]})
	if s := o.approve(c, "bo").Plan(1).Enquiry(); s.State != Confirmed || s.By != o.people["marco"] {
		t.Errorf("it is %s by %s", s.State, s.By)
	}
}

func sameTasks(p Plan, want map[StepID]StepState) bool {
	got := tasksOf(p)
	for id, s := range want {
		if got[id] != s {
			return false
		}
	}
	return len(got) == len(want)
}

func (o *office) now(id string) Case {
	o.t.Helper()
	c, err := o.Case(CaseID(id))
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

// Nobody answers: the case goes on without, ends as done, and still knows what
// nobody has said. Whoever stands in for an approver who leaves gets their time too.
func TestQuestionsUnanswered(t *testing.T) {
	o, k := clocked(t)
	c := o.approve(o.curious(), "marco")
	id := string(c.ID)
	lapse := func() *Refused {
		t.Helper()
		_, err := o.Append(t.Context(), id, Bot("keeper"), Lapsed{Plan: 1, Step: "tasks/questions/1"})
		return refusal(t, err)
	}
	k.pass(50 * time.Minute)
	o.parts("marco", CutOff{Mode: Now}, false)
	c = o.bot(id, Replaced{Plan: 1, From: o.people["marco"], To: o.people["priya"]})
	if p := c.Plan(1); p.Shown() || p.Approvers[0] != o.people["priya"] {
		t.Errorf("who stands in was never asked: %+v", p)
	}
	k.pass(30 * time.Minute)
	if lapse() == nil {
		t.Error("before it has begun")
	}
	o.bot(id, Started{Plan: 1})
	if lapse() == nil {
		t.Error("before their time")
	}
	o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("4711")})
	o.attempt(c.ID, "dir/lock/1")
	if c = o.attempt(c.ID, "dir/owner/1"); c.State == CaseClosed {
		t.Error("it is closed, and they were to be asked")
	}
	k.pass(30 * time.Minute)
	if r := lapse(); r != nil {
		t.Fatal(r)
	}
	if c = o.now(id); c.State != CaseClosed || c.Outcome != Done || len(c.Plan(1).Unsaid()) != 2 {
		t.Errorf("it is %s, %s, and unsaid is %v", c.State, c.Outcome, c.Plan(1).Unsaid())
	}
}

// Of an emergency it is asked once somebody has said that it was right.
func TestQuestionsOfAnEmergency(t *testing.T) {
	o := newOffice(t)
	c := o.do(NewCase, "sasha", o.emergency())
	id := string(c.ID)
	o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: append(locks("dir"), asks("questions"))})
	c = o.bot(id, Surveyed{Plan: 1, System: "crm"})
	if r := o.refused(id, "marco", Replied{Plan: 1, Replies: []Reply{{Question: "jobs", None: true}}}); r.Code != NotNow {
		t.Error(r)
	}
	p := o.approve(c, "marco").Plan(1)
	if !p.Wondering() || p.Shown() {
		t.Errorf("it is not asked: %+v", p.Enquiry())
	}
	o.do(id, "marco", Replied{Plan: 1, Replies: []Reply{{Question: "jobs", Text: Seal("the export")}}})
}

// Whoever approves a list is not asked about each of many.
func TestQuestionsOfAList(t *testing.T) {
	o := newOffice(t)
	list := o.list("hanna", o.rows(1))
	c, _ := o.open(list, 0, "hanna")
	o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: append(steps(), asks("questions"))})
	o.do(string(list), "hanna", Sent{Scope: o.whole(list).Scope, To: o.people["marco"]})
	o.do(string(list), "marco", Decided{Scope: o.whole(list).Scope, Approve: true})
	if err := o.cover(list, c.ID); err != nil {
		t.Fatal(err)
	}
	if c = o.now(string(c.ID)); c.Plan(1).Wondering() || len(c.Plan(1).Unsaid()) != 2 || !c.Plan(1).Enquiry().Lapsed {
		t.Errorf("%+v", c.Plan(1).Enquiry())
	}
}

// The task about what is handed over is there from when it is found, also when that
// is at the cut-off, names who gets it, and outlives the step.
func TestThen(t *testing.T) {
	o := newOffice(t)
	c := o.draft("hanna")
	id := string(c.ID)
	found := steps()
	found[1].Then = &Then{Words: "Rotate the secret", Manual: Manual{Owner: Security}}
	found[1].Items[1].Then = true
	c = o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: found})
	o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	o.do(id, "marco", Answered{Plan: 1, Answers: []Answer{{Step: "dir/owner/1", Item: "2", Choice: Give, Heir: o.people["bo"]}}})
	o.approve(o.now(id), "marco")
	o.bot(id, Started{Plan: 1})
	c = o.bot(id, Attempted{Plan: 1, Step: "dir/owner/1", Items: []Item{{ID: "3", Then: true}, {ID: "4"}}, Found: Seal("[]")})
	c = o.bot(id, Finished{Plan: 1, Step: "dir/owner/1", Entry: c.Plan(1).Step("dir/owner/1").Entry, Evidence: Seal("e")})
	o.attempt(c.ID, "dir/lock/1")
	c = o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("4711")})
	p := c.Plan(1)
	var tasks []StepID
	for _, s := range p.Steps {
		if s.Manual != nil && s.Manual.Of == "dir/owner/1" && s.Manual.Owner == Security && s.State == Waiting {
			tasks = append(tasks, s.ID)
		}
	}
	if !slices.Equal(tasks, []StepID{"then/dir/owner/1/2", "then/dir/owner/1/3"}) || p.NewOwner(p.Step(tasks[0])) != o.people["bo"] || c.State == CaseClosed {
		t.Fatalf("%v of %+v", tasks, p.Steps)
	}
	for _, s := range tasks {
		c = o.do(id, "sasha", ConfirmedBy{Plan: 1, Step: s, Note: Seal("rotated")})
	}
	if c.State != CaseClosed || c.Outcome != Done {
		t.Errorf("it is %s, %s", c.State, c.Outcome)
	}
}
