package store

import "time"

// The bodies of events. What people do comes first, then what the loops
// report, then what concerns persons and the installation.
// JSON names must not change; a new field must fold old logs to the same state.

// Terms are what the requester chooses.
type Terms struct {
	Kind         string      `json:"kind"`           // id of a configured kind of departure, or MoveKind
	Move         *RoleChange `json:"move,omitempty"` // of a change of role
	LastDay      Date        `json:"lastDay"`        // of work; of a change of role the first day in the new one
	End          Date        `json:"end,omitempty"`  // end of employment, if it is another day
	CutOff       CutOff      `json:"cutOff"`
	Zone         string      `json:"zone"` // IANA zone in which the days count
	Confidential bool        `json:"confidential,omitempty"`
	Manager      PersonID    `json:"manager"`         // who approves, and heir where nobody else is named
	Stead        bool        `json:"stead,omitempty"` // Manager is not the manager that the directory names
	Reason       Private     `json:"reason,omitzero"`
}

// Drafted opens a case as a draft.
type Drafted struct {
	Person  PersonID `json:"person"`
	ByHand  bool     `json:"byHand,omitempty"` // not found in the directory, entered by hand
	Terms   Terms    `json:"terms"`
	Systems []string `json:"systems"` // what will be surveyed
	Batch   BatchID  `json:"batch,omitempty"`
	Row     int      `json:"row,omitempty"` // of the batch's list, from 0

	Emergency bool `json:"emergency,omitempty"` // it begins at once: see emergency.go
}

// Amended replaces the terms of a draft or of a declined case.
type Amended struct {
	Terms   Terms    `json:"terms"`
	Systems []string `json:"systems,omitempty"` // what will be surveyed; empty: as before
}

// Submitted asks the approver to decide about what was surveyed.
type Submitted struct {
	Plan  int    `json:"plan"`
	Scope string `json:"scope"`
}

// Decided is an approver's decision about exactly this scope.
type Decided struct {
	Plan    int     `json:"plan"`
	Scope   string  `json:"scope"`
	Approve bool    `json:"approve"`
	Reason  Private `json:"reason,omitzero"`
}

// Delegated says "not me, ask ...".
type Delegated struct {
	Plan   int      `json:"plan"`
	To     PersonID `json:"to"`
	Reason Private  `json:"reason,omitzero"`
}

// Answered says who gets what.
type Answered struct {
	Plan    int      `json:"plan"`
	Rev     int      `json:"rev,omitempty"` // Plan.Rev that was looked at: items are numbered anew by a new survey
	Answers []Answer `json:"answers"`
}

// Answer is about one item, about all items of a step (no Item), or about all
// items of the plan (no Step).
type Answer struct {
	Step   StepID   `json:"step,omitempty"`
	Item   string   `json:"item,omitempty"`
	Choice Choice   `json:"choice"`
	Heir   PersonID `json:"heir,omitempty"`  // Give
	Until  Date     `json:"until,omitempty"` // Keep
	Reason Private  `json:"reason,omitzero"` // Keep
}

// Pressed starts an armed plan.
type Pressed struct {
	Plan int `json:"plan"`
}

// Requested asks for a change that may need a second person. Where it does
// not, it is in force at once; else it waits for Seconded.
type Requested struct {
	Change Change `json:"change"`
}

// Change is what Requested asks for.
type Change struct {
	Verb    Verb     `json:"verb"` // VerbSkip, VerbReschedule, VerbCancel, VerbResume; on a person VerbLink, VerbUnfreeze; on the installation VerbBreaker
	Plan    int      `json:"plan,omitempty"`
	Step    StepID   `json:"step,omitempty"`
	CutOff  CutOff   `json:"cutOff,omitzero"`
	Reason  Private  `json:"reason,omitzero"`
	Account *Account `json:"account,omitempty"`
	Of      uint64   `json:"of,omitempty"` // VerbBreaker: the Tripped
}

// Seconded is a second person's word about a Requested entry.
type Seconded struct {
	Entry  uint64  `json:"entry"`
	Agree  bool    `json:"agree"`
	Reason Private `json:"reason,omitzero"`
}

// Stopped halts a plan: waiting steps end, running ones finish.
type Stopped struct {
	Plan   int     `json:"plan"`
	Reason Private `json:"reason,omitzero"`
}

// Retried tries a failed step again, now.
type Retried struct {
	Plan int    `json:"plan"`
	Step StepID `json:"step"`
}

// Taken says that somebody sees to a lock-out that has failed, so that nobody
// else is called for it.
type Taken struct {
	Plan int    `json:"plan"`
	Step StepID `json:"step"`
}

// ConfirmedBy is a person's word, with a note of proof, for a manual task or
// for a step whose system shows no proof.
type ConfirmedBy struct {
	Plan int     `json:"plan"`
	Step StepID  `json:"step"`
	Note Private `json:"note"`
}

// Noted is a remark.
type Noted struct {
	Text Private `json:"text"`
}

// Surveyed is what a read found in one system: steps that would be done. It
// changes nothing there.
type Surveyed struct {
	Plan     int        `json:"plan"`
	System   string     `json:"system"`
	Steps    []StepPlan `json:"steps,omitempty"`
	Unread   []Private  `json:"unread,omitempty"` // what could not be read, and why
	Notes    []Private  `json:"notes,omitempty"`
	Searched Private    `json:"searched,omitzero"` // where nothing was found: what was searched
}

// StepPlan describes a step.
type StepPlan struct {
	ID      StepID   `json:"id"`
	System  string   `json:"system"`
	Action  string   `json:"action,omitempty"` // empty: a manual task
	Words   string   `json:"words"`            // "Lock the account"
	Account Private  `json:"account,omitzero"` // JSON of the pinned account
	Login   Private  `json:"login,omitzero"`   // what people call the account
	Admin   bool     `json:"admin,omitempty"`  // a privileged account
	After   []StepID `json:"after,omitempty"`  // must have ended first
	Needs   []StepID `json:"needs,omitempty"`  // must have been done first; else it is left out with them. See needs.go
	Phase   string   `json:"phase,omitempty"`
	Proof   string   `json:"proof,omitempty"`
	LockOut bool     `json:"lockOut,omitempty"`
	Answers bool     `json:"answers,omitempty"` // waits for who gets its items
	Items   []Item   `json:"items,omitempty"`
	Held    Private  `json:"held,omitzero"`   // JSON of what was found, in the order of Items
	Needed  Private  `json:"needed,omitzero"` // why a system, or the bot, needs this account; the rules know only whether it does
	Loses   string   `json:"loses,omitempty"`
	Manual  *Manual  `json:"manual,omitempty"`
	Then    *Then    `json:"then,omitempty"` // what a person does about its items; see then.go
	More    StepID   `json:"more,omitempty"` // the step of the same account and action that this adds things to, which can't be given back
	Back    []Ref    `json:"back,omitempty"` // of a restore: the steps that took what it gives back
}

// Ref is a step of any plan of the case.
type Ref struct {
	Plan int    `json:"plan"`
	Step StepID `json:"step"`
}

// Item is one thing held, without its name: that is in StepPlan.Held.
type Item struct {
	ID           string `json:"id"` // "1", "2" ...
	Irreversible bool   `json:"irreversible,omitempty"`
	Heir         bool   `json:"heir,omitempty"`
	Then         bool   `json:"then,omitempty"` // it asks for a task: StepPlan.Then
}

// Manual is work of a person.
type Manual struct {
	Owner        Role          `json:"owner"`
	Instructions string        `json:"instructions,omitempty"`
	Proof        string        `json:"proof,omitempty"` // what the note should say: "serial number"
	Due          time.Duration `json:"due,omitempty"`   // after the cut-off; less than 0: before it. See Plan.TaskDue
	Lapse        time.Duration `json:"lapse,omitempty"` // so long after it was due the case goes on without it; 0: never. See Lapsed
	Until        Date          `json:"until,omitempty"` // an item kept until this day
	First        bool          `json:"first,omitempty"` // must be confirmed before anybody approves
	Detail       Private       `json:"detail,omitzero"`
	Of           StepID        `json:"of,omitempty"`        // the step that hands over what it is about
	Questions    []Question    `json:"questions,omitempty"` // it is answered by the approver, and not confirmed
}

// Started says that a plan's time has come.
type Started struct {
	Plan  int   `json:"plan"`
	Delay Delay `json:"delay,omitempty"`
}

// Delay is why a plan began late, as far as it is known.
type Delay string

// The causes of a late start.
const (
	ByOutage Delay = "outage" // the bot or its machine did not run
	ByPause  Delay = "pause"
	ByClock  Delay = "clock" // the clock was in doubt, and behind
)

// Attempted is written before a system is touched: a kill after it leaves the
// before-state here, and the step is simply tried again.
type Attempted struct {
	Plan  int     `json:"plan"`
	Step  StepID  `json:"step"`
	Items []Item  `json:"items,omitempty"` // beyond those of the plan: more of the same, found now
	Found Private `json:"found"`           // JSON of what was found, with before-states
	Left  int     `json:"left,omitempty"`  // new irreversible items, not taken
}

// Finished is the proven, or accepted, end of an attempt. Entry is the
// Attempted it answers, or 0 where nothing was held and nothing attempted.
type Finished struct {
	Plan     int     `json:"plan"`
	Step     StepID  `json:"step"`
	Entry    uint64  `json:"entry,omitempty"`
	Accepted bool    `json:"accepted,omitempty"` // taken by the vendor, not proven
	Evidence Private `json:"evidence,omitzero"`
}

// Failed is an attempt, or the read before one (Entry 0), that proved nothing.
type Failed struct {
	Plan    int           `json:"plan"`
	Step    StepID        `json:"step"`
	Entry   uint64        `json:"entry,omitempty"`
	Retried uint64        `json:"retried,omitempty"` // the entry with which a person asked for this try, if one did: what failed before that is old news
	Why     Why           `json:"why"`
	After   time.Duration `json:"after,omitempty"` // it is tried again so long after this; 0: a person is needed
	Call    bool          `json:"call,omitempty"`  // it has failed for long: people are called for a lock-out, although it is tried again
	// Spreads: it is done where the bot writes, and other servers of the system do
	// not show it yet. What is ordered after the step need not wait for that.
	Spreads bool    `json:"spreads,omitempty"`
	Message Private `json:"message"`
}

// Why is the kind of a failure.
type Why string

// The kinds of failures.
const (
	Unreachable Why = "unreachable" // the system did not answer, or not now
	Refuses     Why = "refuses"     // the system said no
	Unproven    Why = "unproven"    // it answered success, and a read shows no change
	Works       Why = "works"       // not a failure: the system works on it
)

// Met is a person the installation has come to know, or whose card changed.
type Met struct {
	Lookup string  `json:"lookup"` // keyed hash of the immutable directory id
	Card   Private `json:"card"`   // JSON of the Card
}

// Account is a chat account in the log: keyed hash, and the sealed id.
type Account struct {
	Platform string  `json:"platform"`
	Lookup   string  `json:"lookup"`
	ID       Private `json:"id"`
}

// How says on whose word an account is tied to a person.
type How string

// The ways of linking.
const (
	ByAttribute How = "attribute" // an attribute of the directory names the account
	ByMail      How = "mail"      // the platform vouches for the address that the directory has
	ByAdmin     How = "admin"     // an administrator and a second person
	ByOperator  How = "operator"  // whoever runs the server, and a second person who does not
)

// Linked ties a chat account to a person.
type Linked struct {
	Account Account `json:"account"`
	How     How     `json:"how"`
}

// Paused stops or resumes the executor for the whole installation.
type Paused struct {
	On     bool    `json:"on"`
	Reason Private `json:"reason,omitzero"`
}

// Configured is a configuration that differs from the one before, found at a
// start or at a reload. One that makes something weaker is in Wanted until a
// second person has agreed. Its texts are the caller's; no rule reads them.
type Configured struct {
	File   Private `json:"file"`            // JSON of ConfigFile
	Rules  Private `json:"rules"`           // what is in force from now on
	Wanted Private `json:"wanted,omitzero"` // what is in force after a second person has agreed
}

// Doubted says that the clock is in doubt from now on.
type Doubted struct {
	Machine time.Time `json:"machine"` // what the machine's clock says; the entry's own time is what is gone by
}

// Trusted says that the machine's clock is right. Its entry has that time, also
// if it is before the time of the entry before it.
type Trusted struct {
	Entry uint64 `json:"entry"` // the Doubted it ends
	// Ahead is how far the machine's clock was before what the log goes by when
	// somebody was asked. It is 0 if the bot itself writes that the two agree.
	Ahead time.Duration `json:"ahead,omitempty"`
}

// Withheld says that a step is ready and is not tried during a legal hold (the
// facts say so), or while the clock is in
// doubt, because what it takes can't be given back.
type Withheld struct {
	Plan int    `json:"plan"`
	Step StepID `json:"step"`
}

func (Drafted) kind() string     { return "drafted" }
func (Amended) kind() string     { return "amended" }
func (Surveyed) kind() string    { return "surveyed" }
func (Submitted) kind() string   { return "submitted" }
func (Decided) kind() string     { return "decided" }
func (Delegated) kind() string   { return "delegated" }
func (Answered) kind() string    { return "answered" }
func (Pressed) kind() string     { return "pressed" }
func (Requested) kind() string   { return "requested" }
func (Seconded) kind() string    { return "seconded" }
func (Stopped) kind() string     { return "stopped" }
func (Retried) kind() string     { return "retried" }
func (Taken) kind() string       { return "taken" }
func (ConfirmedBy) kind() string { return "confirmed" }
func (Noted) kind() string       { return "noted" }
func (Started) kind() string     { return "started" }
func (Attempted) kind() string   { return "attempted" }
func (Finished) kind() string    { return "finished" }
func (Failed) kind() string      { return "failed" }
func (Met) kind() string         { return "met" }
func (Linked) kind() string      { return "linked" }
func (Paused) kind() string      { return "paused" }
func (Configured) kind() string  { return "configured" }
func (Doubted) kind() string     { return "doubted" }
func (Trusted) kind() string     { return "trusted" }
func (Withheld) kind() string    { return "withheld" }
