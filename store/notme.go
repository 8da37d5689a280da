package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// "That was not me": a decision is told to the person in whose name it was
// made, by another way than the chat it came by, with a link. Whoever opens it
// and says that it was not them holds the case (or see disown.go) and freezes
// the decisions made in that name. Both are in one commit, so no crash leaves one without the
// other. Nothing is given back by itself.

// Disowned says about a case, a person or the installation that the decision in
// an entry was not made by the person in whose name it stands. A case is held
// from then on; elsewhere what it has loosened is fastened again.
type Disowned struct {
	Entry  uint64   `json:"entry"`
	Person PersonID `json:"person"`
}

// Frozen refuses all decisions of a person from now on: an entry that stands in
// their name was disowned.
type Frozen struct {
	Subject string `json:"of"`
	Entry   uint64 `json:"entry"`
}

func (Disowned) kind() string { return "disowned" }
func (Frozen) kind() string   { return "frozen" }

// Hold is why no step of a case begins, and who has let it go on.
type Hold struct {
	Person PersonID // in whose name the decision was made
	Entry  uint64   // the decision
	At     time.Time
	By     PersonID // who asked to let it go on
	Second PersonID // who agreed
	Lifted time.Time
}

// Freeze is why the decisions of a person are refused.
type Freeze struct {
	At  time.Time `json:"at"`
	Why []Frozen  `json:"why"` // the decisions that were disowned since, the first one first
}

// Held is the first hold that nobody has lifted; false if the case goes on or
// is closed.
func (c Case) Held() (Hold, bool) {
	i := slices.IndexFunc(c.Holds, func(h Hold) bool { return h.Lifted.IsZero() })
	if i < 0 || c.State == CaseClosed {
		return Hold{}, false
	}
	return c.Holds[i], true
}

// Goes reports whether a step may be tried: it is Ready, and the case is not
// held. What was under way when it was held is finished, since half of it may
// be done.
func (c Case) Goes(s Step) bool {
	_, held := c.Held()
	return c.Plan(0).Ready(s) && (!held || s.State == Running)
}

// allowsDisowned refuses what is reported twice, and what no link reports.
func (c Case) allowsDisowned(b Disowned, e Event) *Refused {
	switch {
	case noLink(e) != nil:
		return noLink(e)
	case c.ID == "":
		return NoSuchCase(CaseID(e.Subject))
	case slices.ContainsFunc(c.Holds, func(h Hold) bool { return h.Entry == b.Entry }):
		return refuse(Already, "This decision has been reported already.")
	}
	return nil
}

func (c *Case) disown(b Disowned, e Event) {
	c.Holds = append(slices.Clone(c.Holds), Hold{Person: b.Person, Entry: b.Entry, At: e.At})
	c.Pending = without(c.Pending, b.Person, VerbResume)
}

// without drops what a person has asked for, which may not have been them, and
// what was asked for before this was known.
func without(pending []Pending, by PersonID, v Verb) []Pending {
	return slices.DeleteFunc(slices.Clone(pending), func(p Pending) bool { return p.By == by && by != "" || p.Change.Verb == v })
}

// allowsResume: whoever is said to have decided can't be who says that all is well.
func (c Case) allowsResume(ch Change, e Event) *Refused {
	_, held := c.Held()
	switch {
	case !held:
		return refuse(Already, "%s is not held. Nothing was changed.", c.ID)
	case slices.ContainsFunc(c.Holds, func(h Hold) bool { return h.Lifted.IsZero() && h.Person == e.Actor.Person }):
		return refuse(NotYours, "%s is held because of a decision in your name, so others must let it go on. Nothing was changed.", c.ID)
	case ch.Reason.IsZero():
		return refuse(Malformed, "Please say why it may go on: it stays in the record.")
	}
	return nil
}

func (c *Case) resume(e Event, by, second PersonID) {
	c.Holds = slices.Clone(c.Holds)
	for i := range c.Holds {
		if h := &c.Holds[i]; h.Lifted.IsZero() {
			h.By, h.Second, h.Lifted = by, second, e.At
		}
	}
}

// allowsFrozen is Case.allowsDisowned for the person.
func (p Person) allowsFrozen(b Frozen, e Event) *Refused {
	switch {
	case e.Actor.Person != "" || e.Actor.operator():
		return refuse(NotYours, "Decisions are frozen with the link in a mail about one of them.")
	case slices.Contains(p.Disowned, b.Entry):
		return refuse(Already, "This decision has been reported already.")
	}
	return nil
}

func (p Person) allowsUnfreeze(ch Change, e Event) *Refused {
	switch {
	case p.ID == e.Actor.Person:
		return refuse(NotYours, "You can't say this about yourself. Please ask somebody else of security, or an administrator.")
	case p.Frozen == nil:
		return refuse(Already, "The decisions of %s are not frozen. Nothing was changed.", p.ID)
	case ch.Reason.IsZero():
		return refuse(Malformed, "Please say why they may decide again: it stays in the record.")
	case slices.ContainsFunc(p.Pending, func(x Pending) bool { return x.Change.Verb == VerbUnfreeze && x.Entry != agreed(e) }):
		return refuse(Already, "This has been asked for already and waits for a second person.")
	}
	return nil
}

// agreed is the entry that a second person agrees to; 0 in any other event.
func agreed(e Event) uint64 {
	if b, ok := e.Body.(Seconded); ok {
		return b.Entry
	}
	return 0
}

// decisionsFrozen is the answer to somebody whose decisions are frozen.
func decisionsFrozen(since time.Time) *Refused {
	return refuse(NotYours, "Your decisions are frozen since %s, because somebody opened the link in a mail to you and said that a decision was not yours. Nothing was changed. Please talk to security: they can lift it, with a second person.",
		since.UTC().Format("2 January 2006, 15:04 (MST)"))
}

// firstFrozen is the answer to a second person when the first one is frozen.
func firstFrozen(first PersonID) *Refused {
	return refuse(NotNow, "The decisions of %s, who asked for this, have been frozen since then. Nothing was changed. Somebody else can ask for it again.", first)
}

// frozen says since when a person's decisions are refused; zero if they are not.
func (b *batch) frozen(p PersonID) (time.Time, error) {
	var row Person
	if p == "" {
		return time.Time{}, nil
	}
	if _, err := b.t.row(string(p), &row); err != nil || row.Frozen == nil {
		return time.Time{}, err
	}
	return row.Frozen.At, nil
}

// first is who asked for what a second person speaks about.
func (b *batch) first(c Case, e Event) (PersonID, error) {
	s, ok := e.Body.(Seconded)
	if !ok {
		return "", nil
	}
	pending := c.Pending
	if _, ok := number("P-", e.Subject); ok {
		var p Person
		if _, err := b.t.row(e.Subject, &p); err != nil {
			return "", err
		}
		pending = p.Pending
	}
	if e.Subject == Installation {
		var st State
		if _, err := b.t.row(Installation, &st); err != nil {
			return "", err
		}
		pending = st.Pending
	}
	i := slices.IndexFunc(pending, func(x Pending) bool { return x.Entry == s.Entry })
	if i < 0 {
		return "", nil
	}
	return pending[i].By, nil
}

// Decides reports whether a person did something that is worth telling them by
// another way than the chat: what approves, gives away, brings forward, or
// takes a safeguard away.
func (e Event) Decides() bool {
	if e.Actor.Person == "" {
		return false
	}
	switch b := e.Body.(type) {
	case Decided:
		return b.Approve
	case Seconded:
		return b.Agree
	case Paused:
		return !b.On
	case LegallyHeld:
		return !b.On
	case Drafted:
		return b.Emergency
	case Explained:
		return b.Until != ""
	case Owned:
		return !b.Off
	case Rushed, Delegated, Answered, Pressed, Rehired, Requested, Stopped, ConfirmedBy, Trusted:
		return true
	}
	return false
}

// DisownWithin is how long the link in a mail about a decision works.
const DisownWithin = 30 * 24 * time.Hour

// ErrNoLink says that a link was never made here, or is too old. It does not
// say which.
var ErrNoLink = errors.New("the link is not one of ours, or is too old")

// DisownToken is what proves that somebody has read the mail about an entry. It
// is kept nowhere: it follows from the entry and the installation's own key. The
// time is in it so that, in a log put back from a backup, another entry with
// the same number has another token.
func (s *Store) DisownToken(e Event) string {
	m := hmac.New(sha256.New, s.sign.disown)
	_, _ = fmt.Fprintf(m, "%d\x00%s\x00%s\x00%d", e.Seq, e.Subject, e.Actor.Person, e.At.UnixMicro()) // never fails
	return fmt.Sprintf("%d.%s", e.Seq, base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:16]))
}

// ByToken is the decision that a token is about; ErrNoLink if there is none.
func (s *Store) ByToken(token string) (Event, error) {
	digits, _, _ := strings.Cut(token, ".")
	seq, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || seq == 0 {
		return Event{}, ErrNoLink
	}
	e, err := s.Event(seq)
	if err != nil {
		return Event{}, err
	}
	// Of an entry that is not there the token is computed too, so that the time
	// it takes tells nothing.
	same := hmac.Equal([]byte(s.DisownToken(e)), []byte(token))
	if !same || !e.Decides() || s.Now().Sub(e.At) > DisownWithin {
		return Event{}, ErrNoLink
	}
	return e, nil
}

// Disown does what the link says: the case is held, or what was loosened is
// fastened again, and the person's decisions are frozen, in one commit. It is a *Refused with code Already if that was
// done before, and ErrNoLink for a token that is not ours or too old.
func (s *Store) Disown(ctx context.Context, token string) error {
	e, err := s.ByToken(token)
	if err != nil {
		return err
	}
	r := &request{subject: string(e.Actor.Person), actor: Bot("mail"), body: Frozen{Subject: e.Subject, Entry: e.Seq}}
	r.then = &request{subject: e.Subject, actor: r.actor, body: Disowned{Entry: e.Seq, Person: e.Actor.Person}}
	return s.send(ctx, r).err
}

// Event reads one entry; the zero Event if it is not there.
func (s *Store) Event(seq uint64) (Event, error) {
	var e Event
	err := s.db.View(func(tx *bolt.Tx) (err error) {
		if entry := (table{tx}).get(bucketEntries, be(seq)); entry != nil {
			e, err = decode(entry)
		}
		return err
	})
	return e, err
}
