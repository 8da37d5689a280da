package store

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// Version is the version of the log's format that this program writes.
const Version = 1

// MaxEntry is the largest size of an entry in bytes.
const MaxEntry = 64 << 10

// Event is one thing that has happened: who did what to which subject, when,
// and every fact about others that the rules needed to allow it.
type Event struct {
	Seq     uint64    // position in the log, from 1
	At      time.Time // UTC, whole microseconds; never before the entry before it
	Subject string    // a case, a person, or Installation
	Actor   Actor
	Facts   Facts
	Body    Body
}

// Actor is who did it.
type Actor struct {
	Person PersonID `json:"person,omitempty"` // empty: the bot itself
	Via    string   `json:"via"`              // the platform, "cli", or the loop's name

	Claims []Claim `json:"-"` // roles given by the configuration; Append reduces them to Facts.Roles
	Once   string  `json:"-"` // key of a delivery from outside; the same key never does a second thing
}

// Bot is the actor of a loop.
func Bot(loop string) Actor { return Actor{Via: loop} }

// Claim is a role that the configuration gives a person, over the leavers for
// whom Scope is true; a nil Scope is everybody.
type Claim struct {
	Role  Role
	Scope func(leaver Card) bool
}

// Facts are what Append knows about others at the moment of the event. They
// are part of the entry, so that the same entry folds to the same state for
// ever, whatever today's configuration says.
type Facts struct {
	Roles []Role `json:"roles,omitempty"` // the actor's roles over this leaver, without Approver
	// Elsewhere are the actor's roles over others: whoever is IT anywhere may
	// have a shell on the server.
	Elsewhere []Role     `json:"elsewhere,omitempty"`
	Own       bool       `json:"own,omitempty"`     // the actor's own access has been cut off
	Ruling    *Ruling    `json:"ruling,omitempty"`  // what the policy says; of Drafted and Amended
	Open      CaseID     `json:"open,omitempty"`    // the leaver's open leave or move
	Hidden    bool       `json:"hidden,omitempty"`  // Open is confidential and not for the actor
	Leaving   []PersonID `json:"leaving,omitempty"` // those named by the body who are leaving
	Secret    []PersonID `json:"secret,omitempty"`  // those of Leaving whose case is not for the actor
	Starts    int        `json:"starts,omitempty"`  // cases the actor has opened within Window, counted no further than to Limit
	Limit     int        `json:"limit,omitempty"`   // how many they may
	Paused    bool       `json:"paused,omitempty"`  // the bot is paused
	Taken     PersonID   `json:"taken,omitempty"`   // whose the chat account in the body is already
	Frozen    time.Time  `json:"frozen,omitzero"`   // since when the actor's decisions are refused
	First     PersonID   `json:"first,omitempty"`   // who asked for what is seconded, if their decisions are refused

	Founding bool `json:"founding,omitempty"` // an operator links the first account of a log without a case
	Doubt    bool `json:"doubt,omitempty"`    // the clock is in doubt
	Legal    bool `json:"legal,omitempty"`    // the leaver is under a legal hold

	// How a start stands to the limits; see brake.go.
	FromSource  int           `json:"fromSource,omitempty"`  // cases that have come from where this one does, counted no further than to SourceLimit
	SourceLimit int           `json:"sourceLimit,omitempty"` // how many may
	Window      time.Duration `json:"window,omitempty"`
	Hides       bool          `json:"hides,omitempty"` // one of Starts is confidential
	Brake       *Brake        `json:"brake,omitempty"` // what stops this start

	Batch *BatchFacts `json:"batch,omitempty"`

	KnownFor time.Duration `json:"knownFor,omitempty"` // for how long an account may be known; of Explained

	FirstKey string `json:"firstKey,omitempty"` // of the log; of Rekeyed
	Key      string `json:"key,omitempty"`      // that signed the checkpoints until now; of Rekeyed

	Ahead time.Duration `json:"ahead,omitempty"` // how far the machine's clock is before what the log goes by; of Trusted

	Erase *EraseFacts `json:"erase,omitempty"` // of somebody who is to be erased
}

// Body is what happened. The set is sealed: see bodies.go.
type Body interface{ kind() string }

// wire is the stored form. Its field names must not change.
type wire struct {
	V       int             `json:"v"`
	Seq     uint64          `json:"seq"`
	At      time.Time       `json:"at"`
	Subject string          `json:"subject"`
	Actor   Actor           `json:"actor"`
	Facts   Facts           `json:"facts,omitzero"`
	Kind    string          `json:"kind"`
	Body    json.RawMessage `json:"body"`
}

// encodeBody writes the entry of an event, and returns the body's part of it too.
func encodeBody(e Event) (entry, body []byte, err error) {
	if body, err = json.Marshal(e.Body); err != nil {
		return nil, nil, fmt.Errorf("encode %s: %w", e.Body.kind(), err)
	}
	entry, err = json.Marshal(wire{V: Version, Seq: e.Seq, At: e.At, Subject: e.Subject, Actor: e.Actor, Facts: e.Facts, Kind: e.Body.kind(), Body: body})
	if err != nil {
		return nil, nil, fmt.Errorf("encode %s: %w", e.Body.kind(), err)
	}
	if len(entry) > MaxEntry {
		return nil, nil, fmt.Errorf("encode %s: the entry has %d bytes, more than %d", e.Body.kind(), len(entry), MaxEntry)
	}
	return entry, body, nil
}

// recorded is the event as decode would read it from the entry just written:
// a Private in it knows its commitment only. The body takes the way through
// JSON, so that what is kept in memory is what a restart would fold; the rest
// was made by Append and is the same on both ways.
func recorded(e Event, body []byte) (Event, error) {
	b := reflect.New(reflect.TypeOf(e.Body))
	if err := json.Unmarshal(body, b.Interface()); err != nil {
		return Event{}, fmt.Errorf("decode %s: %w", e.Body.kind(), err)
	}
	e.Body = b.Elem().Interface().(Body)
	e.Actor.Claims, e.Actor.Once = nil, ""
	return e, nil
}

// decode reads an entry, strictly: a field that this program does not know
// means that a newer one wrote it, and guessing would falsify the state.
func decode(entry []byte) (Event, error) {
	var w wire
	if err := strict(entry, &w); err != nil {
		// A newer entry may have fields that this program does not know.
		var v struct {
			V int `json:"v"`
		}
		if json.Unmarshal(entry, &v) == nil && v.V > Version {
			return Event{}, &NewerError{Found: v.V}
		}
		return Event{}, fmt.Errorf("decode entry: %w", err)
	}
	// An older entry is read as it stands: no upgrade rewrites one.
	if w.V < 1 || w.V > Version {
		return Event{}, fmt.Errorf("decode entry %d: %w", w.Seq, &NewerError{Found: w.V})
	}
	typ, ok := bodyTypes[w.Kind]
	if !ok {
		return Event{}, fmt.Errorf("decode entry %d: the kind %q is not known: a newer program wrote it, so use that one", w.Seq, w.Kind)
	}
	body := reflect.New(typ)
	if err := strict(w.Body, body.Interface()); err != nil {
		return Event{}, fmt.Errorf("decode entry %d (%s): %w", w.Seq, w.Kind, err)
	}
	return Event{Seq: w.Seq, At: w.At.UTC(), Subject: w.Subject, Actor: w.Actor, Facts: w.Facts, Body: body.Elem().Interface().(Body)}, nil
}

// strictly reads JSON as encoding/json writes it, and in one way only: a field has
// exactly its name, is known, and is there once. The decoder is that of the coming
// standard library: it takes 40 % of the time, which is most of that of a fold.
var strictly = jsonv2.JoinOptions(jsonv1.DefaultOptionsV1(),
	jsonv2.MatchCaseInsensitiveNames(false), jsonv2.RejectUnknownMembers(true), jsontext.AllowDuplicateNames(false), jsontext.AllowInvalidUTF8(false))

func strict(b []byte, v any) error { return jsonv2.Unmarshal(b, v, strictly) }

// NewerError says that the log was written by a newer program.
type NewerError struct{ Found int }

// Error says what to do.
func (e *NewerError) Error() string {
	return fmt.Sprintf("this log has format %d and this program knows %d: use the newer program, nothing was changed", e.Found, Version)
}

var bodyTypes = func() map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for _, b := range []Body{
		Drafted{},
		Amended{},
		Planned{},
		Surveyed{},
		Drifted{},
		Rushed{},
		Resurveyed{},
		Rehired{},
		Submitted{},
		Decided{},
		FellBack{},
		Defaulted{},
		Lapsed{},
		Replaced{},
		Delegated{},
		Answered{},
		Replied{},
		Pressed{},
		Requested{},
		Seconded{},
		Stopped{},
		Retried{},
		Taken{},
		ConfirmedBy{},
		Noted{},
		Started{},
		Attempted{},
		Finished{},
		Failed{},
		Met{},
		Linked{},
		Paused{},
		Configured{},
		Doubted{},
		Trusted{},
		Withheld{},
		Disowned{},
		Frozen{},
		LegallyHeld{},
		Rechecked{},
		Returned{},
		Unasked{},
		Tripped{},
		Counted{},
		Listed{},
		Adopted{},
		Orphaned{},
		Inherited{},
		Excepted{},
		Sent{},
		Dropped{},
		Covered{},
		Parted{},
		Explained{},
		Owned{},
		Swept{},
		Rekeyed{},
		Exported{},
		Viewed{},
		Rated{},
		Upgraded{},
		Erased{},
		KeysDestroyed{},
	} {
		out[b.kind()] = reflect.TypeOf(b)
	}
	return out
}()
