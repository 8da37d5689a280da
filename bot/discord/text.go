package discord

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"offboard/bot"
	"offboard/bot/discord/wire"
)

// maxURL is how long a link in a text may be. None is documented; a button's has
// 512 characters (components/reference).
const maxURL = 512

var (
	// coded is a colon that begins an emoji's code, or what makes an address of
	// the word before it.
	coded = regexp.MustCompile(`^:(?:/|[\pL\pN_+-]+:)`)
	// everyone is what notifies without angle brackets, were it allowed to.
	everyone = regexp.MustCompile(`(?i)^@(?:everyone|here)`)
	// vendor is before a dot what makes an invitation of what follows.
	vendor = regexp.MustCompile(`(?i)discord(?:app)?$`)
	// plainLabel is what the text of a link may be made of. Discord takes no
	// backslash as an escape there and shows no link around an emoji (issues 6185
	// and 7673 of discord-api-docs).
	plainLabel = regexp.MustCompile(`^\pL[\pL\pN ,.;'"!?()/&%–—…·-]*$`)
)

// escape makes a text literal in Discord's markdown: a backslash before anything
// but a letter, a digit or white space is not shown, and takes the meaning from
// what follows. What has a meaning only at the beginning of a line is escaped at
// the beginning of s too, because it is not known what stands before it.
//
// Not everything is escaped: each backslash costs one of 4,000 characters.
func escape(s string) string {
	var b strings.Builder
	leading := true // only white space, digits and list signs since the line began
	for i, r := range s {
		live := false
		switch r {
		case '\\', '*', '_', '~', '`', '|', '<', '[':
			live = true
		case '#', '>', '-', '+':
			live = leading
		case '.':
			live = leading || vendor.MatchString(s[max(i-len("discordapp"), 0):i])
		case ':':
			live = coded.MatchString(s[i:])
		case '@':
			live = everyone.MatchString(s[i:])
		}
		if live {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		switch {
		case r == '\n' || r == '\u2028' || r == '\u2029':
			leading = true
		case !unicode.IsSpace(r) && !unicode.IsDigit(r) && !strings.ContainsRune("*#>-+.", r):
			leading = false
		}
	}
	return b.String()
}

// writer writes markdown in which only spans have a meaning.
type writer struct {
	notify []bot.User // a mention of anybody else is their name
	out    strings.Builder
	run    strings.Builder // literal text that is not escaped yet: what two spans make together has no meaning either
	bold   bool            // of the run
	open   bool            // the bold of out is not closed
}

// Say adds literal text.
func (w *writer) Say(s string, bold bool) {
	if bold != w.bold {
		w.flush()
		w.bold = bold
	}
	w.run.WriteString(s)
}

// flush writes the run, with bold closed at the end of each line: what a line is,
// is decided before what is bold.
func (w *writer) flush() {
	s := escape(w.run.String())
	w.run.Reset()
	for i, line := range strings.SplitAfter(s, "\n") {
		if i == 0 && line == "" {
			continue
		}
		text, broken := strings.CutSuffix(line, "\n")
		w.style(w.bold && (strings.TrimSpace(text) != "" || w.open && text != ""))
		w.out.WriteString(text)
		if broken {
			w.style(false)
			w.out.WriteByte('\n')
		}
	}
}

// style opens or closes bold.
func (w *writer) style(bold bool) {
	if bold != w.open {
		w.out.WriteString("**")
		w.open = bold
	}
}

// mark adds markdown.
func (w *writer) mark(s string, bold bool) {
	w.flush()
	w.style(bold)
	w.out.WriteString(s)
}

// String is all that was written.
func (w *writer) String() string {
	w.flush()
	w.style(false)
	return w.out.String()
}

// Span adds a span; see adapter.Writer.
func (w *writer) Span(s bot.Span, limit int) {
	switch {
	case s.Plain == "":
	case s.User != nil && notified(w.notify, *s.User):
		w.mark("<@"+s.User.ID+">", s.Bold)
	case s.URL != "":
		w.link(s, limit)
	case !s.Time.IsZero():
		// As it was meant first: somebody who moves between zones must not
		// take one for the other.
		w.Say(s.Plain+", for you ", s.Bold)
		w.mark(fmt.Sprintf("<t:%d:f>", s.Time.Unix()), s.Bold)
	default:
		w.Say(s.Plain, s.Bold)
	}
}

// link writes a link. A text that Discord would show with its escapes, or not at
// all, stands before it.
func (w *writer) link(s bot.Span, limit int) {
	to := address(s.URL)
	switch {
	case to == "" || len(to) > min(limit, maxURL):
		w.Say(s.Plain, s.Bold)
	case plainLabel.MatchString(s.Plain) && !strings.Contains(strings.ToLower(s.Plain), "discord"):
		w.mark("["+s.Plain+"]("+to+")", s.Bold)
	case s.Plain == s.URL:
		w.mark("<"+to+">", s.Bold)
	default:
		w.Say(s.Plain+" (", s.Bold)
		w.mark("[link]("+to+")", s.Bold)
		w.Say(")", s.Bold)
	}
}

// address is a link as it may stand in markdown; empty if it is none of the web.
func address(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return inAddress.Replace(u.String())
}

// inAddress are the characters that would end a link.
var inAddress = strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", `\`, "%5C", " ", "%20", "'", "%27", "*", "%2A", "`", "%60", "|", "%7C")

// notified reports whether a mention may be a real one.
func notified(list []bot.User, u bot.User) bool {
	return u.Platform == name && wire.Snowflake(u.ID) && slices.ContainsFunc(list, func(n bot.User) bool {
		return n.Platform == u.Platform && n.ID == u.ID
	})
}

// mentioned are the ids of those whom a message notifies.
func mentioned(list []bot.User) []string {
	var out []string
	for _, u := range list {
		if notified(list, u) && !slices.Contains(out, u.ID) && len(out) < maxMentioned {
			out = append(out, u.ID)
		}
	}
	return out
}

// mentions is a line that mentions people.
func mentions(ids []string) string { return "<@" + strings.Join(ids, "> <@") + ">" }

// maxMentioned is how many people a message mentions: so many fit into 2,000
// characters with a summary. Discord allows 100 (resources/message).
const maxMentioned = 50
