package slacktest

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	special    = regexp.MustCompile(`<[^<>\n]+>`)
	emojiName  = regexp.MustCompile(`:(?:[a-z][a-z0-9_+'-]*|[+-]1|8ball|100|1234):(?::skin-tone-[2-6]:)?`)
	codeBlock  = regexp.MustCompile("(?s)```(.+?)```")
	codeSpan   = regexp.MustCompile("`([^`\n]+)`")
	quoteMark  = regexp.MustCompile(`(?m)^(?:>|&gt;)+ ?`)
	dateToken  = regexp.MustCompile(`\{(\w+)\}`)
	mdHeading  = regexp.MustCompile(`(?m)^#{1,6} +`)
	mdBullet   = regexp.MustCompile(`(?m)^(\s*)(?:[-*+]|\d+\.) +`)
	mdLink     = regexp.MustCompile(`\[([^\]\n]+)\]\(([^)\n]+)\)`)
	unescapes  = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	decoration = []*regexp.Regexp{style(`\*`), style("_"), style("~")}
)

// style matches formatted text: marks at the edges of words with no space
// inside of them.
func style(mark string) *regexp.Regexp {
	inner := `[^\s` + mark + `](?:[^` + mark + `\n]*[^\s` + mark + `])?`
	others := strings.ReplaceAll("*_~", strings.TrimPrefix(mark, `\`), "")
	return regexp.MustCompile(`(^|[\s("'\[{>` + others + `-])` + mark + `+(` + inner + `)` + mark + `+($|[\s)"'\]}.,:;!?<` + others + `-])`)
}

// mrkdwn draws Slack's own markup. Escaped characters mean nothing, but for
// &gt; at the start of a line, which is a quote as well.
func (p pen) mrkdwn(s string) string {
	s = quoteMark.ReplaceAllString(s, "")
	s = codeBlock.ReplaceAllString(s, "$1")
	s = codeSpan.ReplaceAllString(s, "$1")
	s = emojis(styled(s))
	// Mentions are put in last, so that nothing in a name is taken for markup.
	var out strings.Builder
	for s != "" {
		at := special.FindStringIndex(s)
		if at == nil {
			out.WriteString(unescapes.Replace(s))
			break
		}
		out.WriteString(unescapes.Replace(s[:at[0]]))
		out.WriteString(p.special(s[at[0]+1 : at[1]-1]))
		s = s[at[1]:]
	}
	return out.String()
}

func styled(s string) string {
	for _, d := range decoration {
		for before := ""; before != s; {
			before = s
			s = d.ReplaceAllString(s, "$1$2$3")
		}
	}
	return s
}

// special draws what stands in angle brackets.
func (p pen) special(s string) string {
	what, label, labelled := strings.Cut(s, "|")
	label = unescapes.Replace(label)
	switch {
	case strings.HasPrefix(what, "@"):
		return p.mention(what[1:])
	case strings.HasPrefix(what, "#"):
		if c := p.s.channel(what[1:]); c != nil {
			return "#" + c.Name
		}
		return "#unknown-channel"
	case strings.HasPrefix(what, "!subteam^"):
		return p.team(strings.TrimPrefix(what, "!subteam^"))
	case strings.HasPrefix(what, "!date^"):
		return p.date(strings.TrimPrefix(what, "!date^"), label)
	case strings.HasPrefix(what, "!"):
		return "@" + what[1:]
	case labelled:
		return label
	default:
		return strings.TrimPrefix(unescapes.Replace(what), "mailto:")
	}
}

func (p pen) mention(id string) string {
	if u := p.s.user(id); u != nil {
		return "@" + u.RealName
	}
	return "@unknown"
}

func (p pen) team(id string) string {
	if g := p.s.group(id); g != nil {
		return "@" + g.Handle
	}
	return "@unknown-group"
}

// dateLayouts are the tokens of a date's format, as Slack's client shows them
// in English.
var dateLayouts = map[string]string{
	"date_num": "2006-01-02", "date": "January 2, 2006", "date_short": "Jan 2, 2006", "date_long": "Monday, January 2, 2006",
	"date_pretty": "January 2, 2006", "date_short_pretty": "Jan 2, 2006", "date_long_pretty": "Monday, January 2, 2006",
	"date_slash": "1/2/2006", "day_divider_pretty": "Monday, January 2", "time": "3:04 PM", "time_secs": "3:04:05 PM",
}

// date draws seconds^format, with a link after another ^, in the reader's
// zone.
func (p pen) date(spec, fallback string) string {
	parts := strings.Split(spec, "^")
	seconds, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil || len(parts) < 2 {
		return fallback
	}
	return p.moment(seconds, parts[1])
}

func (p pen) moment(seconds int64, format string) string {
	at := time.Unix(seconds, 0).In(p.zone)
	return dateToken.ReplaceAllStringFunc(format, func(token string) string {
		if layout, ok := dateLayouts[token[1:len(token)-1]]; ok {
			return at.Format(layout)
		}
		return token
	})
}

// emojis turns :names: into a picture; which one does not matter.
func emojis(s string) string { return emojiName.ReplaceAllString(s, "☺") }

// markdown draws a markdown block.
func (p pen) markdown(s string) string {
	s = mdHeading.ReplaceAllString(s, "")
	s = mdBullet.ReplaceAllString(s, "$1• ")
	s = mdLink.ReplaceAllString(s, "$1")
	return p.mrkdwn(s)
}

// rich draws a rich_text block: its text elements are literal.
func (p pen) rich(b map[string]any) []string {
	var lines []string
	for _, e := range objects(b["elements"]) {
		if text(e["type"]) == "rich_text_list" {
			for _, item := range objects(e["elements"]) {
				lines = append(lines, "• "+p.run(item))
			}
			continue
		}
		lines = append(lines, strings.TrimSuffix(p.run(e), "\n"))
	}
	return lines
}

func (p pen) run(section map[string]any) string {
	var out strings.Builder
	for _, e := range objects(section["elements"]) {
		switch text(e["type"]) {
		case "text":
			out.WriteString(text(e["text"]))
		case "link":
			label := text(e["text"])
			if label == "" {
				label = text(e["url"])
			}
			out.WriteString(label)
		case "user":
			out.WriteString(p.mention(text(e["user_id"])))
		case "usergroup":
			out.WriteString(p.team(text(e["usergroup_id"])))
		case "channel":
			out.WriteString(p.special("#" + text(e["channel_id"])))
		case "broadcast":
			out.WriteString("@" + text(e["range"]))
		case "emoji":
			out.WriteString("☺")
		case "date":
			seconds, _ := e["timestamp"].(float64)
			out.WriteString(p.moment(int64(seconds), text(e["format"])))
		}
	}
	return out.String()
}
