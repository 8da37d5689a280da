// Package actions is what Offboard does to other systems: the contract that
// every connector keeps (this file), the survey that reads before anything is
// approved, and the executor, the loop that takes access away and reads back
// that it is gone.
//
// It does not decide what may happen (package store does) and it speaks to no
// person (packages commands and commands/keeper do).
package actions

import (
	"context"
	"time"

	"offboard/store"
)

// An Action is one thing that can be done about one account in one system.
//
// An Action keeps nothing between calls: a fresh instance continues where
// another one, perhaps in a process that was killed, has stopped.
// Its errors hold no secret. It does not retry and does not sleep: it returns
// an error made by Again, Later or Final, and the executor decides.
type Action interface {
	// Check reads what the person holds there; it changes nothing and never
	// logs in as them. With a zero t.Account it looks for every account of
	// t.Person; otherwise it reads that one account only, found by its ID.
	// What it could not read it lists in Finding.Unread: an empty Finding
	// means "looked, and holds nothing".
	Check(ctx context.Context, t Target) (Finding, error)

	// Do takes away t.Items from t.Account, or hands them to their heirs.
	// Items that are gone already are not an error; doing it again is
	// harmless. A nil error proves nothing: the executor calls Check.
	Do(ctx context.Context, t Target) (Evidence, error)
}

// An Undoer can give back what Do took, from the finding recorded before it.
// Undo gives back the items of before that t.Items names, and no others.
type Undoer interface {
	Undo(ctx context.Context, t Target, before Finding) (Evidence, error)
}

// A Directory finds people. All methods answer from the live directory.
type Directory interface {
	// Search finds people by any part of a name, a login or a mail address,
	// best match first, at most limit.
	Search(ctx context.Context, text string, limit int) ([]Person, error)
	// Lookup reads the person with this immutable id, or ErrNoPerson.
	Lookup(ctx context.Context, id string) (Person, error)
	// ByChat finds whom the directory names as the owner of a chat account.
	// It returns nobody where it has no attribute for the platform.
	ByChat(ctx context.Context, platform, account string) ([]Person, error)
	// Count is how many people it has. Who has several accounts may count more
	// than once.
	Count(ctx context.Context) (int, error)
	// Members finds the people in the groups with this name. It returns nobody
	// where there is no such group.
	Members(ctx context.Context, group string) ([]Person, error)
}

// Person is an identity card: who somebody is in the people directory, with
// what is needed to tell namesakes apart and to find their accounts.
type Person = store.Card

// Target says to what and for whom an action is done.
type Target struct {
	Person  Person            // the leaver
	Account Account           // the pinned account; zero in the Check that looks for accounts
	Items   []Item            // the items wanted; Before of each is what the first Check found
	Heirs   map[string]Person // item ID -> who gets it; an heir is never the leaver
	First   time.Time         // time of the first attempt, for proofs by mark; zero before it
	Key     string            // the same for every attempt, for idempotency at the vendor
}

// Account is one account, pinned by an id that survives renames and moves.
type Account struct {
	ID    string // immutable id in the system, e.g. entryUUID, objectGUID
	Login string // what people call it: "jane", "adm-jane"
	// Chosen: Login is a name that whoever uses the account can change alone.
	// It protects nothing: of such an account the deny list counts by ID only.
	Chosen bool
	Admin  bool   // known to be privileged
	Note   string // for people: "last used 2026-11-02"; may be empty

	Linked bool `json:",omitempty"` // it is theirs by somebody's word only; set by the survey
}

// Item is one thing held: a membership, an ownership, the ability to sign in.
type Item struct {
	ID           string // stable within the account and action; survives renames where the system allows
	Account      string // Account.ID of the account that holds it
	Label        string // in words a manager understands: "group Design (12 members)"
	Before       string // what Undo needs, in the action's own form; never a credential, hash or seed
	Irreversible bool   // taking it cannot be undone
	Heir         bool   // somebody should get it; without an heir the action's own default applies
	Then         bool   // a person has something to do about it besides, whoever gets it: Spec.Then

	// Names are what an access profile may call it in the configuration, the plain
	// name first and last one that only it has: "Design", "cn=Design,ou=groups,...".
	// ID is always one of them. Empty for what no role gives: the ability to sign
	// in, a password, something owned.
	Names []string
}

// Finding is what a Check saw.
type Finding struct {
	Accounts []Account
	Items    []Item
	Unread   []string // what could not be read, and why, in words
	Notes    []string // what a person should know: "a session that is open now stays open"

	// ByHand tells, by Account.ID, what a person does where the action can't:
	// no API on this plan, an owner whom no API touches. The survey makes a
	// manual task of it instead of a step, with these words and their link.
	ByHand map[string]string
	// Needed tells, by Account.ID, what the system or the bot loses with an account,
	// to follow "jane is": "the last administrator of Slack". Such a plan needs one
	// more approval. Only the Check that looks for accounts has to say it.
	Needed map[string]string
	// Behind is set where other servers of the system still hold what the one that
	// the bot writes to holds no more: Later while that is usual, Final when
	// it takes too long. A step that takes something is not over before it is nil.
	Behind error
	// Unasked are servers that the step is over without: "dc3, which does not answer".
	// It is said beside the proof.
	Unasked  []string
	Searched string // what was searched: "uid=jane, mail=jane@... below ou=people"; said when no account is found
}

// Evidence is what the system answered to a Do or an Undo, in words for the
// log: "modifyResponse success, entryCSN ...". It is never taken for a proof.
type Evidence struct {
	Text string
}

// Proof is the way in which an action proves that it is done.
type Proof string

// The proofs, strongest first.
const (
	// ProofRead: a later Check no longer finds the wanted items.
	ProofRead Proof = "read"
	// ProofMark: a change that can be dated to after Target.First. The
	// action's Check leaves the item out once it sees such a mark.
	ProofMark Proof = "mark"
	// ProofAccepted: the vendor took the order and shows nothing. Amber,
	// until a person confirms.
	ProofAccepted Proof = "accepted"
)

// Phase is when a step is due. Phases are times, not barriers.
type Phase string

// The phases. All but the last are those of a leave.
const (
	PhaseCutOff Phase = "cut-off" // takes access away at the cut-off
	PhaseAfter  Phase = "after"   // follows when the cut-off has begun and its answers are there
	// PhaseDestroy deletes for good. It is never part of a leave: only of a plan
	// of its own, after the retention and with an approval of its own.
	PhaseDestroy Phase = "destroy"
)

// Spec is an action together with what people and the planner must know of it.
type Spec struct {
	Name    string   // unique in its system, used in step ids: "lock"
	Words   string   // what it does, as an order: "Lock the account"
	Phase   Phase    // when it is due
	Proof   Proof    // how it proves itself
	LockOut bool     // it ends the ability to sign in: skipping it needs two persons and is counted
	Answers bool     // its items can be given to somebody: it waits for the manager's answers
	After   []string // names of actions of the same system that must be over first
	// Needs are names of actions of the same system that must have been done
	// first, for the same account: proven, nothing to take, or confirmed by a
	// person. If one of them ends in another way this one is left out with it. Also
	// "tasks/laptop", a manual task of the configuration. A lock-out needs nothing.
	Needs []string
	Loses string // what Undo cannot give back, in words; empty if nothing
	// Credential: Loses is what they sign in with, so that after an undo somebody
	// gives them a new one.
	Credential bool
	Undoes     string // what Undo does, as an order: "Unlock the account"; empty if Action is no Undoer
	// UndoAfter are names of actions of the same system whose Undo must be over
	// before this one's, beside those that have this one in After or Needs.
	UndoAfter []string
	// Optional: it is used only where the configuration names it, never because
	// a system lists no actions.
	Optional bool
	// Then is what a person does about each item with Item.Then, beside the step and
	// whatever becomes of it: who owned a service account knows its secret also when
	// it is somebody else's. The survey plans it, and nothing but a person's word
	// ends it. Its Name is not used; without a Due it is due a day after the cut-off.
	Then   *Task
	Action Action
}

// System is one configured system: a name that people know and its actions.
type System struct {
	Name    string // as configured: "directory"
	Title   string // for people: "Company directory"
	Actions []Spec
	Lister  Lister // nil if it can't list its accounts
	Limit   int    // steps and surveys that may be at it at the same time; 0 means 8

	// Reach signs in and reads one thing. Inspect looks at what an
	// installation needs to know before it trusts the system: what is missing,
	// and what the bot's own account may do beyond its work. Both only read.
	Reach   func(ctx context.Context) error
	Inspect func(ctx context.Context) ([]Remark, error)
}
