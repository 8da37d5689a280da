package http

import (
	"time"

	"offboard/actions"
	"offboard/actions/rest"
)

// Config is the section of one system that is spoken to over HTTP. README.md
// explains it with examples.
type Config struct {
	rest.Config `yaml:",inline"`

	Fails   *Yes                `yaml:"fails"`  // an answer with this is an error, whatever its status
	Header  map[string]Template `yaml:"header"` // of every request
	Account Account             `yaml:"account"`
	Actions []Action            `yaml:"actions,required"`
	List    *Listing            `yaml:"list"` // without it, the system can't list its accounts

	Rehearse *Somebody `yaml:"rehearse"` // whose accounts offboard check looks at
}

// Somebody is a person as the directory has them, with an account in the system.
type Somebody struct {
	ID     string            `yaml:"id"`
	Name   string            `yaml:"name"`
	Login  string            `yaml:"login"`
	Mail   string            `yaml:"mail"`
	Number string            `yaml:"number"`
	Chat   map[string]string `yaml:"chat"`
}

// Account is how an account is found and what tells about it. A system without
// accounts, such as one for tickets, has neither Find nor Read: the account is then
// the person's in the directory, by its id there.
type Account struct {
	Find   *Read `yaml:"find"`   // the accounts of a person
	Read   *Read `yaml:"read"`   // the one with this account.id, whatever it is called now
	When   *Yes  `yaml:"when"`   // only for whom this is so
	ID     *Text `yaml:"id"`     // immutable
	Login  *Text `yaml:"login"`  // what people call it
	Admin  *Yes  `yaml:"admin"`  // it is privileged
	Note   *Text `yaml:"note"`   // for people
	Chosen bool  `yaml:"chosen"` // its owner can change the login alone
}

// Read is a request that changes nothing, and what its answer says.
type Read struct {
	Get    Template            `yaml:"get"`
	Post   Template            `yaml:"post"` // for a search that takes a body
	Query  map[string]Template `yaml:"query"`
	Header map[string]Template `yaml:"header"`
	Body   Body                `yaml:"body"`
	Proven Yes                 `yaml:"proven,required"` // the answer is one: what it does not hold is not there
	List   List                `yaml:"list,required"`   // what is there, each of which is "it" elsewhere
	Page   *Paging             `yaml:"page"`
}

// Paging is how the next page is asked for.
type Paging struct {
	Next  Text   `yaml:"next,required"` // what asks for the next page; "" if this is the last
	Query string `yaml:"query"`         // the parameter that it is for; without it, it is an address
}

// Action is one thing that is done about an account.
type Action struct {
	Name       string        `yaml:"name,required"`
	Words      string        `yaml:"words,required"` // as an order
	Phase      actions.Phase `yaml:"phase"`          // default: cut-off
	LockOut    bool          `yaml:"lock_out"`
	After      []string      `yaml:"after"`
	Needs      []string      `yaml:"needs"`
	Loses      string        `yaml:"loses"`
	Credential bool          `yaml:"credential"`
	Undoes     string        `yaml:"undoes"`
	UndoAfter  []string      `yaml:"undo_after"`

	Read    Read      `yaml:"read,required"` // what is held
	Item    Item      `yaml:"item"`
	Proof   Proof     `yaml:"proof"` // default: read
	Do      []Request `yaml:"do"`    // for each item
	Pending *Pending  `yaml:"pending"`
	Undo    []Request `yaml:"undo"`

	Then *actions.FollowUp `yaml:"then"` // what a person does about each item
}

// Proof is how an action proves that it is done.
type Proof string

// The proofs.
const (
	ByRead   Proof = "read"   // a later read does not find it
	ByMark   Proof = "mark"   // a later read finds what was made with mark, and that it is over
	ByPerson Proof = "person" // the bot does nothing: a person does it, and confirms
)

// Item says what of an answer names a thing that is held.
type Item struct {
	ID           *Text `yaml:"id"`
	Label        *Text `yaml:"label"`  // in words that a manager understands
	Before       *Text `yaml:"before"` // what undo needs, never a credential
	Name         *Text `yaml:"name"`   // what an access profile calls it; nil for what no role gives
	Irreversible bool  `yaml:"irreversible"`
}

// Request is one that changes something. It has exactly one method.
type Request struct {
	Post   Template            `yaml:"post"`
	Put    Template            `yaml:"put"`
	Patch  Template            `yaml:"patch"`
	Delete Template            `yaml:"delete"`
	Query  map[string]Template `yaml:"query"`
	Header map[string]Template `yaml:"header"`
	Body   Body                `yaml:"body"`
	Form   map[string]Template `yaml:"form"`
	Done   Yes                 `yaml:"done,required"` // the system says that it took it
}

// Pending is work that the system, or somebody there, has not finished.
type Pending struct {
	When  Yes           `yaml:"when,required"`  // of an item of the read
	Words Template      `yaml:"words,required"` // what is waited for
	Every time.Duration `yaml:"every"`          // how often it is looked at; 0 means 1h
}

// Listing is how all accounts are listed. Account says what names one.
type Listing struct {
	Read    Read  `yaml:"read,required"`
	Enabled Yes   `yaml:"enabled,required"` // somebody can sign in with it
	Mail    *Text `yaml:"mail"`
	Number  *Text `yaml:"number"`
	Used    *Text `yaml:"used"` // when it was last used, as in RFC 3339
	Total   *Text `yaml:"total"`
}

// phase is when an action is due.
func (a Action) phase() actions.Phase {
	if a.Phase == "" {
		return actions.PhaseCutOff
	}
	return a.Phase
}

// proof is how it proves itself.
func (a Action) proof() Proof {
	if a.Proof == "" {
		return ByRead
	}
	return a.Proof
}
