// Package bot is the vocabulary of a chat, the same for every platform: who
// did what (Interaction), what they get back (Reply), what is posted
// (Message, a small sealed set of parts), what is asked (Form), and what a
// chat platform must be able to do (Platform).
//
// It knows nothing of cases. No part or field exists that only one platform
// understands; each adapter renders a part as well as its platform can.
package bot

import (
	"context"
	"errors"
	"slices"
	"time"
)

// A Platform is one chat: Slack, Discord, the browser chat.
//
// Post and Edit return ErrGone when the place or the message no longer exists
// or cannot be reached by the bot any more; the caller posts elsewhere. Edit
// returns ErrOld when only a new message can say it, and ErrEarly when it has to
// wait. Any other error may go away: the caller tries again later.
type Platform interface {
	// Name is the short name under which accounts are linked: "slack".
	Name() string
	// Run connects and hands interactions to h until ctx is done.
	Run(ctx context.Context, h Handler) error
	// Post sends a new message. Sending the same key again must not post
	// twice where the platform can tell; key is at most 25 bytes.
	Post(ctx context.Context, at Place, m Message, key string) (Ref, error)
	// Edit replaces a message that this bot has posted. It notifies nobody.
	Edit(ctx context.Context, at Ref, m Message) error
	// Members says who can read what is posted there.
	Members(ctx context.Context, at Place) ([]User, error)
	// Health is nil while people can reach the bot, and else says why they
	// cannot, for whoever runs it.
	Health() error
}

// ErrGone says that a message or place is not there for the bot any more.
var ErrGone = errors.New("the message or place is gone")

// ErrOld says that a message stands there but cannot be edited any more: another
// one takes its place (Message.Replaces). Where it can be later, the error is
// ErrEarly too.
var ErrOld = errors.New("the message is too old to be edited")

// ErrEarly says that an edit has to wait for a while, because the platform allows
// few of them, and that what it would change is small. It is no fault.
var ErrEarly = errors.New("the message cannot be edited yet")

// An Inspector is a platform that can say what it lacks, before it runs and
// without changing anything. An error says that the vendor could not be asked.
type Inspector interface {
	Inspect(ctx context.Context, places ...Place) ([]Remark, error)
}

// A Timekeeper is a platform where people say in which time zone they are.
type Timekeeper interface {
	// ZoneOf is the IANA zone in an account's profile, such as Europe/Lisbon; empty
	// where it has none. It is what the person says, and nobody vouches for it.
	ZoneOf(ctx context.Context, user string) (string, error)
}

// Remark is one thing that an Inspector has found.
type Remark struct {
	Broken bool // it does not work; else it is not safe, or not needed
	Text   string
	Remedy string
}

// A Handler answers one interaction within two seconds. Reply.Then may give
// a second answer later.
type Handler func(ctx context.Context, i Interaction) Reply

// User is a chat account. Platform and ID say whose; the rest describes it.
type User struct {
	Platform string
	ID       string
	Name     string // as the platform shows it, for logs; never compared
	Mail     string // address that the platform vouches for; empty where it does not, or not now
	Outside  bool   // no full member: a guest, an app, somebody of another company; they can decide nothing
}

// Everybody is the ID of a member that stands for all who can read a place
// without being in it.
const Everybody = "*"

// Place is where a message can be posted.
type Place struct {
	Platform string
	Kind     PlaceKind
	ID       string // channel id, or user id of a direct message
	Thread   string // id of the message that the thread hangs on; empty otherwise
}

// PlaceKind tells the kinds of places apart.
type PlaceKind string

// The kinds of places.
const (
	Channel PlaceKind = "channel"
	Direct  PlaceKind = "direct"
)

// Ref names a posted message.
type Ref struct {
	Place Place
	ID    string
}

// Interaction is something a person did: typed a command, pressed a button,
// chose from a menu, sent a form. A button and the typed command of the same
// verb differ only in that the button brings its object along.
type Interaction struct {
	ID     string            // unique per delivery, to do it once
	User   User              // who did it, as the platform vouches
	Place  Place             // where
	Verb   string            // "approve"
	Object string            // what it is about, e.g. "OFF-42:1:9f3ac1d2"; at most 100 bytes
	Text   string            // what was typed after the verb; a mention in it is "@" and the account's id
	Values map[string]string // fields of a form, or the choice of a menu under its Field
	Form   bool              // a form was sent: problems are answered by Reply.Errors
}

// What a platform asks for by itself, in the place of a verb that a person has
// typed or pressed.
const (
	Search = "?search" // somebody types Text into a PersonField of the verb in Object: answered by Reply.Options
	Cases  = "?cases"  // somebody types Text where the verb in Object wants a case: answered by Reply.Options
	Home   = "?home"   // somebody looks at the page that is theirs alone: answered by Reply.Message
)

// Reply is the answer to an interaction. The zero Reply is a silent
// acknowledgement: the messages that changed show what happened.
type Reply struct {
	Message *Message                        // shown to the person alone
	Form    *Form                           // opened for the person
	Errors  map[string]string               // field -> what is wrong and what to do; keeps the form open
	Options []Option                        // to Search
	Then    func(ctx context.Context) Reply // a second answer, given when it returns; it cannot open a form
}

// Say is a Reply with one paragraph, seen by the person alone.
func Say(text string) Reply {
	return Reply{Message: &Message{Summary: text, Parts: []Part{Prose{T(text)}}}}
}

// Form asks for several things at once: at most MaxFields.
type Form struct {
	Verb   string // verb of the interaction that brings the values
	Object string
	Title  string // at most 24 characters on the narrowest platform
	Intro  Text   // above the fields; may be empty
	Fields []Field
	Submit string // label of the button; at most 24 characters
}

// Field is one question of a form.
type Field struct {
	Name     string // key in Interaction.Values
	Label    string // at most 45 characters
	Hint     string // at most 100 characters
	Kind     FieldKind
	Value    string   // what it shows at first
	Options  []Option // for Choice; and the first suggestions for PersonField
	Required bool
}

// FieldKind is the kind of a field.
type FieldKind string

// The kinds of fields. Dates are "2006-01-02" and times "15:04" on the wire.
const (
	Line        FieldKind = "line"
	Paragraph   FieldKind = "paragraph"
	Choice      FieldKind = "choice"
	DateField   FieldKind = "date"
	TimeField   FieldKind = "time"
	PersonField FieldKind = "person" // a search over the directory; the value is an option's Value, or typed text
)

// Option is one choice.
type Option struct {
	Value string // at most 75 bytes
	Label string // at most 75 characters
	Hint  string // at most 75 characters, e.g. an identity line; may be empty
}

// Button does a verb on an object.
type Button struct {
	Label   string // at most 30 characters
	Verb    string
	Object  string // with the verb at most 100 bytes; it names things and authorises nothing
	Style   Style
	Confirm *Confirm // asked first, where taking it back is hard
}

// Style is the weight of a button.
type Style string

// The styles of buttons.
const (
	Plain   Style = ""
	Primary Style = "primary"
	Danger  Style = "danger"
)

// Confirm is the question before a button acts.
type Confirm struct {
	Title string // at most 100 characters
	Text  string // at most 300 characters
	Yes   string // at most 30 characters
}

// Message is what is posted. Summary is the whole message in one line, for
// notifications and screen readers; it is plain text of at most 300 characters.
type Message struct {
	Summary string
	Parts   []Part
	Notify  []User // who is to be notified; nobody else is
	About   string // id of what it is about, which everybody may see: "OFF-42"; may be empty
	Again   bool   // its key may have been posted before: the platform looks first
	// Replaces is the id of the earlier message in the same place that this one
	// goes on from, which could not be edited any more. It is linked to.
	Replaces string
	// Hides says that what the message said before must not be read any more:
	// where it cannot be edited it is deleted.
	Hides bool
}

// Linked is m with a last line that leads to the message that it replaces, if
// there is one, at that address.
func (m Message) Linked(address string) Message {
	if m.Replaces != "" {
		m.Parts = append(slices.Clone(m.Parts), Fine{Text: Text{{Plain: "This goes on from "}, {Plain: "an earlier message", URL: address}, {Plain: ", which is too old to be changed."}}})
	}
	return m
}

// Part is one part of a message: Heading, Prose, Facts, Checklist, Buttons,
// Menu or Fine.
type Part interface{ part() }

// Heading is the title of a message or of a section of it.
type Heading struct{ Text string } // at most 150 characters

// Prose is a paragraph.
type Prose struct{ Text Text }

// Fine is a line in small print.
type Fine struct{ Text Text }

// Facts are labelled values.
type Facts []Fact

// Fact is one labelled value.
type Fact struct {
	Label string
	Value Text
}

// Checklist shows how far a body of work is.
type Checklist struct {
	Title string // e.g. the name of a system; may be empty
	Rows  []Row
}

// Row is one line of a checklist.
type Row struct {
	Mark   Mark
	Text   Text
	Detail Text // one more line in small print; may be empty
}

// Mark is the state of a row. No platform shows it by colour alone.
type Mark string

// The marks.
const (
	Open    Mark = "open"    // not begun
	Running Mark = "running" // being done
	Proven  Mark = "proven"  // a read has shown it: the only green one
	Amber   Mark = "amber"   // accepted, not proven
	Failed  Mark = "failed"  // failed, or a person is needed
	Skipped Mark = "skipped" // left out or stopped
	Nothing Mark = "nothing" // there was nothing to do
	Info    Mark = "info"    // not work: something to know
)

// Buttons stand in one row; at most five.
type Buttons []Button

// Menu chooses one of at most 25 options; the choice does a verb. Verb, Object
// and Field together are at most 100 bytes.
type Menu struct {
	Label   string // at most 150 characters
	Verb    string
	Object  string
	Field   string // key of the choice in Interaction.Values
	Options []Option
}

func (Heading) part()   {}
func (Prose) part()     {}
func (Fine) part()      {}
func (Facts) part()     {}
func (Checklist) part() {}
func (Buttons) part()   {}
func (Menu) part()      {}

// Text is literal: no character in it has a meaning to any platform. What has
// a meaning, a mention, a link or a moment, is a span of its own.
type Text []Span

// Span is one run of Text. At most one of User, URL and Time is set.
type Span struct {
	Plain string    // the text, or the fallback of what follows
	User  *User     // a mention
	URL   string    // a link, http or https
	Time  time.Time // a moment, shown in the reader's zone where the platform can, else as Plain
	Bold  bool
}

// T is a literal text.
func T(s string) Text { return Text{{Plain: s}} }

// B is a literal text in bold.
func B(s string) Text { return Text{{Plain: s, Bold: true}} }

// Join puts texts one after the other.
func Join(texts ...Text) Text {
	var out Text
	for _, t := range texts {
		out = append(out, t...)
	}
	return out
}

// String is the text without its meanings, for summaries and logs.
func (t Text) String() string {
	var s string
	for _, p := range t {
		s += p.Plain
	}
	return s
}
