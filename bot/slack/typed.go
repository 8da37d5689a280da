package slack

import (
	"strings"
	"unicode"
)

// words are the first word of what was typed, and the rest. People paste: a
// space may be of any kind, and a line break is one too.
func words(typed string) (first, rest string) {
	typed = strings.TrimSpace(typed)
	i := strings.IndexFunc(typed, unicode.IsSpace)
	if i < 0 {
		return typed, ""
	}
	return typed[:i], strings.TrimSpace(typed[i:])
}

// unescape turns what Slack made of a typed line back into what was typed: a
// mention is "@" and the account's id, a link its text, and three characters are
// entities (docs.slack.dev, escaping text).
func unescape(text string) string {
	var out strings.Builder
	for text != "" {
		before, rest, ok := strings.Cut(text, "<")
		out.WriteString(before)
		inside, after, closed := strings.Cut(rest, ">")
		switch {
		case !ok:
			return entities.Replace(out.String())
		case !closed:
			out.WriteString("<" + rest)
			return entities.Replace(out.String())
		}
		target, label, _ := strings.Cut(inside, "|")
		switch {
		case strings.HasPrefix(target, "@"):
			out.WriteString(target)
		case strings.HasPrefix(target, "#"):
			out.WriteString(target[1:])
		case label != "":
			out.WriteString(label)
		default:
			out.WriteString(strings.TrimPrefix(target, "mailto:"))
		}
		text = after
	}
	return entities.Replace(out.String())
}

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
