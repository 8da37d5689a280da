package bot

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// The limits that every platform can keep: the narrowest of Slack and Discord,
// in characters unless it says bytes. What is longer is an error of the caller.
const (
	MaxSummary = 300
	MaxHeading = 150 // Slack's header
	MaxLabel   = 30  // of a button: what a phone shows of it
	MaxID      = 100 // bytes of "verb:object", for a menu "verb:object:field": Discord's custom_id
	MaxKey     = 25  // bytes of a Post's key: Discord's nonce
	MaxRow     = 5   // buttons in a row
	MaxButtons = 25  // buttons in a message
	MaxOptions = 25  // of a menu or a choice
	MaxOption  = 75  // of each string of an option
	MaxMenu    = 150 // of a menu's label: it is a placeholder on both
	MaxTitle   = 24  // of a form, and of its Submit
	MaxField   = 45  // of a field's label
	MaxHint    = 100 // of a field's hint

	// MaxFields is how many fields one form may have. Slack's modal shows
	// them all. Discord's holds five, and a modal cannot open another one, so
	// its adapter asks page after page, with a button between them, and hands
	// over one interaction with all the values. More than two pages is no
	// longer a question but an errand: ask for less.
	MaxFields = 10
)

// Check reports everything about m that some platform would refuse or show
// wrongly, or nil. Adapters call it before they send.
func (m Message) Check() error {
	var c checker
	c.line("summary", m.Summary, MaxSummary)
	for _, u := range m.Notify {
		c.user("notify", u)
	}
	buttons := 0
	for i, p := range m.Parts {
		c.in = fmt.Sprintf("part %d: ", i+1)
		if b, ok := p.(Buttons); ok {
			buttons += len(b)
		}
		c.part(p)
	}
	c.in = ""
	if buttons > MaxButtons {
		c.add("%d buttons, at most %d", buttons, MaxButtons)
	}
	return errors.Join(c.errs...)
}

// Check reports everything about f that some platform would refuse or show
// wrongly, or nil. Only a form may have no object: it can ask for what does
// not exist yet.
func (f Form) Check() error {
	var c checker
	c.id(f.Verb, f.Object)
	c.line("title", f.Title, MaxTitle)
	c.line("submit", f.Submit, MaxTitle)
	c.text("intro", f.Intro, false)
	if n := len(f.Fields); n == 0 || n > MaxFields {
		c.add("%d fields, 1 to %d", n, MaxFields)
	}
	names := map[string]bool{}
	for _, fd := range f.Fields {
		c.in = fmt.Sprintf("field %q: ", fd.Name)
		if fd.Name == "" || len(fd.Name) > MaxID {
			c.add("name is %d bytes, 1 to %d", len(fd.Name), MaxID)
		}
		if names[fd.Name] {
			c.add("the name is used twice")
		}
		names[fd.Name] = true
		c.field(fd)
	}
	return errors.Join(c.errs...)
}

// checker collects violations; in names what is being looked at.
type checker struct {
	in   string
	errs []error
	ids  map[string]bool
}

func (c *checker) add(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf(c.in+format, args...))
}

// line checks a text of one line that may not be empty.
func (c *checker) line(what, s string, limit int) {
	if s == "" {
		c.add("%s is empty", what)
	}
	if n := utf8.RuneCountInString(s); limit > 0 && n > limit {
		c.add("%s is %d characters, at most %d", what, n, limit)
	}
	if strings.ContainsRune(s, '\n') {
		c.add("%s has more than one line", what)
	}
	c.plain(what, s)
}

// plain refuses what Clean takes out, except line breaks.
func (c *checker) plain(what, s string) {
	if !utf8.ValidString(s) {
		c.add("%s is not UTF-8", what)
	}
	for _, r := range s {
		if r != '\n' && misleading(r) {
			c.add("%s has the character %U", what, r)
		}
	}
}

func (c *checker) text(what string, t Text, needed bool) {
	if needed && strings.TrimSpace(t.String()) == "" {
		c.add("%s is empty", what)
	}
	for _, s := range t {
		c.plain(what, s.Plain)
		meanings := 0
		if s.User != nil {
			meanings++
			c.user(what, *s.User)
		}
		if s.URL != "" {
			meanings++
			c.link(what, s.URL)
		}
		if !s.Time.IsZero() {
			meanings++
		}
		if meanings > 1 {
			c.add("%s: a span is more than one of mention, link and moment", what)
		}
		if meanings == 1 && s.Plain == "" {
			c.add("%s: a mention, link or moment has no plain text to fall back on", what)
		}
	}
}

func (c *checker) link(what, s string) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		c.add("%s: the link %q is neither http nor https", what, s)
	}
	c.plain(what, s)
}

func (c *checker) user(what string, u User) {
	if u.Platform == "" || u.ID == "" {
		c.add("%s: user %q lacks a platform or an id", what, u.Name)
	}
}

// id checks what a button, menu or form sends back. The verb is joined to the
// rest by the first colon.
func (c *checker) id(verb string, rest ...string) {
	if verb == "" {
		c.add("no verb")
	}
	if strings.ContainsAny(verb, ": \n") {
		c.add("the verb %q has a colon or a space", verb)
	}
	if id := verb + ":" + strings.Join(rest, ":"); len(id) > MaxID {
		c.add("%q is %d bytes, at most %d", id, len(id), MaxID)
	}
	for _, s := range rest {
		c.plain("object", s)
	}
}

// target is id for what stands in a message: it needs an object, and Discord
// refuses the same one twice.
func (c *checker) target(verb, object string, rest ...string) {
	if object == "" {
		c.add("no object")
	}
	c.id(verb, append([]string{object}, rest...)...)
	if c.ids == nil {
		c.ids = map[string]bool{}
	}
	key := strings.Join(append([]string{verb, object}, rest...), ":")
	if c.ids[key] {
		c.add("%q is in the message twice", key)
	}
	c.ids[key] = true
}

func (c *checker) options(list []Option) {
	if len(list) > MaxOptions {
		c.add("%d options, at most %d", len(list), MaxOptions)
	}
	seen := map[string]bool{}
	for _, o := range list {
		if o.Value == "" || len(o.Value) > MaxOption {
			c.add("the value of option %q is %d bytes, 1 to %d", o.Label, len(o.Value), MaxOption)
		}
		if seen[o.Value] {
			c.add("the value %q is an option twice", o.Value)
		}
		seen[o.Value] = true
		c.plain("option value", o.Value)
		c.line("option label", o.Label, MaxOption)
		if o.Hint != "" {
			c.line("option hint", o.Hint, MaxOption)
		}
	}
}

func (c *checker) field(f Field) {
	c.line("label", f.Label, MaxField)
	if f.Hint != "" {
		c.line("hint", f.Hint, MaxHint)
	}
	c.plain("value", f.Value)
	c.options(f.Options)
	switch f.Kind {
	case Line, Paragraph, PersonField:
	case Choice:
		c.choice(f)
	case DateField:
		c.moment(f.Value, time.DateOnly)
	case TimeField:
		c.moment(f.Value, "15:04")
	default:
		c.add("unknown kind %q", f.Kind)
	}
}

func (c *checker) choice(f Field) {
	if len(f.Options) == 0 {
		c.add("a choice without options")
	}
	if f.Value == "" {
		return
	}
	for _, o := range f.Options {
		if o.Value == f.Value {
			return
		}
	}
	c.add("the value %q is no option", f.Value)
}

func (c *checker) moment(s, layout string) {
	if _, err := time.Parse(layout, s); s != "" && err != nil {
		c.add("the value %q is not of the form %s", s, layout)
	}
}
