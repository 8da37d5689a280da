package slack

import (
	"regexp"
	"slices"
	"strings"

	api "github.com/slack-go/slack"

	"offboard/bot"
	"offboard/bot/adapter"
)

// momentFormat shows a moment in the reader's own zone. Slack has no token for
// the name of the zone, so the words say whose time it is.
const momentFormat = "for you {date_long_pretty}, {time}"

// maxURL is how long a link may be (button and option URLs have this limit;
// none is documented for links in a text).
const maxURL = 3000

// userID is what Slack's user ids look like. Anything else in a mention makes
// Slack refuse the whole message.
var userID = regexp.MustCompile(`^[UW][A-Z0-9]{1,30}$`)

// escapes are all that mrkdwn needs: its mentions, links and dates begin with
// a raw "<" (docs.slack.dev, formatting message text).
var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// fallback is the top-level text of a message: what notifications show and all
// that screen readers read.
func fallback(m bot.Message) string { return escapes.Replace(m.Summary) }

// plain is a text in which nothing has a meaning, emoji codes included.
func plain(s string) *api.TextBlockObject {
	return api.NewTextBlockObject(api.PlainTextType, s, false, false)
}

// addressed puts before a message whom it is for, because in a channel only a
// mention notifies.
func addressed(m bot.Message) bot.Message {
	var t bot.Text
	for _, u := range m.Notify {
		if u.Platform == name && userID.MatchString(u.ID) {
			t = append(t, bot.Span{Plain: "@" + u.Name, User: &u}, bot.Span{Plain: " "})
		}
	}
	if len(t) > 0 {
		m.Parts = append([]bot.Part{bot.Prose{Text: t[:len(t)-1]}}, adapter.Contents(m)...)
	}
	return m
}

// writer makes the elements of a rich_text section. Their text is literal:
// nothing in it is taken for markup, a link or an emoji code.
type writer struct {
	notify []bot.User // a mention of anybody else would notify them too
	out    []api.RichTextSectionElement
}

// Say adds literal text. Neighbours that look alike are one element, because
// the elements cost more room than what is in them.
func (w *writer) Say(s string, bold bool) {
	if s == "" {
		return
	}
	if n := len(w.out); n > 0 {
		if last, ok := w.out[n-1].(*api.RichTextSectionTextElement); ok && (last.Style != nil) == bold {
			last.Text += s
			return
		}
	}
	w.out = append(w.out, api.NewRichTextSectionTextElement(s, styled(bold)))
}

func styled(bold bool) *api.RichTextSectionTextStyle {
	if bold {
		return &api.RichTextSectionTextStyle{Bold: true}
	}
	return nil
}

// Span adds a span; see adapter.Writer.
func (w *writer) Span(s bot.Span, limit int) {
	switch {
	case s.Plain == "":
	case s.User != nil && w.notifies(*s.User):
		w.out = append(w.out, api.NewRichTextSectionUserElement(s.User.ID, styled(s.Bold)))
	case s.URL != "" && len(s.URL) <= min(limit, maxURL) && (strings.HasPrefix(s.URL, "https://") || strings.HasPrefix(s.URL, "http://")):
		w.out = append(w.out, api.NewRichTextSectionLinkElement(s.URL, s.Plain, styled(s.Bold)))
	case !s.Time.IsZero():
		// As it was meant first: somebody who moves between zones must not
		// take one for the other.
		w.Say(s.Plain+", ", s.Bold)
		e := api.NewRichTextSectionDateElement(s.Time.Unix(), momentFormat, nil, &s.Plain)
		e.Style = styled(s.Bold)
		w.out = append(w.out, e)
	default:
		w.Say(s.Plain, s.Bold)
	}
}

// notifies reports whether a mention may be a real one.
func (w *writer) notifies(u bot.User) bool {
	return u.Platform == name && userID.MatchString(u.ID) && slices.ContainsFunc(w.notify, func(n bot.User) bool {
		return n.Platform == u.Platform && n.ID == u.ID
	})
}
