package discordtest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	specialUser    = regexp.MustCompile(`^<@!?(\d{15,20})>`)
	specialRole    = regexp.MustCompile(`^<@&(\d{15,20})>`)
	specialChannel = regexp.MustCompile(`^<#(\d{15,20})>`)
	specialTime    = regexp.MustCompile(`^<t:(-?\d{1,17})(?::([tTdDfFsSR]))?>`)
	specialCommand = regexp.MustCompile(`^</([^:>\n]{1,100}):(\d{15,20})>`)
	specialEmoji   = regexp.MustCompile(`^<a?:(\w{2,32}):\d{15,20}>`)
	specialURL     = regexp.MustCompile(`^<(https?://[^\s<>]+)>`)
)

// special draws what stands in angle brackets: mentions, times, commands,
// emojis, and links without a preview. Everything else is literal.
func (p pen) special(s string) (string, int) {
	for _, kind := range []struct {
		form *regexp.Regexp
		draw func(found []string) string
	}{
		{specialUser, func(f []string) string { return "@" + p.name(f[1]) }},
		{specialRole, func(f []string) string { return "@" + p.roleName(f[1]) }},
		{specialChannel, func(f []string) string { return "#" + p.channelName(f[1]) }},
		{specialTime, p.moment},
		{specialCommand, func(f []string) string { return "/" + f[1] }},
		{specialEmoji, func([]string) string { return "☺" }},
		{specialURL, func(f []string) string { return f[1] }},
	} {
		if found := kind.form.FindStringSubmatch(s); found != nil {
			return kind.draw(found), len(found[0])
		}
	}
	return "", 0
}

// name is what a person is called in the server: nickname, then global name,
// then username.
func (p pen) name(user string) string {
	u := p.d.user(user)
	if u == nil {
		return "unknown-user"
	}
	if m := p.d.guild(p.d.GuildID).member(user); m != nil && m.nick != "" {
		return m.nick
	}
	if u.GlobalName != "" {
		return u.GlobalName
	}
	return u.Name
}

func (p pen) roleName(id string) string {
	if r := p.d.role(id); r != nil {
		return strings.TrimPrefix(r.Name, "@")
	}
	return "unknown-role"
}

// channelName is that of a channel the reader can see.
func (p pen) channelName(id string) string {
	c := p.d.channel(id)
	switch {
	case c == nil:
		return "unknown"
	case p.user != "" && !p.d.may(p.user, c, ViewChannel):
		return "No Access"
	}
	return c.Name
}

// layouts are the styles of a time as an English client shows them.
var layouts = map[string]string{
	"t": "3:04 PM", "T": "3:04:05 PM", "d": "1/2/2006", "D": "January 2, 2006", "f": "January 2, 2006 at 3:04 PM", "F": "Monday, January 2, 2006 at 3:04 PM",
	"s": "1/2/2006, 3:04 PM", "S": "1/2/2006, 3:04:05 PM",
}

// moment is a time in the reader's zone.
func (p pen) moment(found []string) string {
	seconds, err := strconv.ParseInt(found[1], 10, 64)
	if err != nil {
		return found[0]
	}
	style := found[2]
	if style == "" {
		style = "f"
	}
	at := time.Unix(seconds, 0).In(p.zone)
	if style == "R" {
		return relative(time.Until(at))
	}
	return at.Format(layouts[style])
}

// relative is how far away a moment is, in the largest unit that fits.
func relative(d time.Duration) string {
	ahead := d > 0
	if !ahead {
		d = -d
	}
	d = d.Round(time.Second)
	n, unit := int(d/time.Second), "second"
	for _, u := range []struct {
		name string
		len  time.Duration
	}{{"minute", time.Minute}, {"hour", time.Hour}, {"day", 24 * time.Hour}, {"month", 30 * 24 * time.Hour}, {"year", 365 * 24 * time.Hour}} {
		if d >= u.len {
			n, unit = int(d/u.len), u.name
		}
	}
	if n != 1 {
		unit += "s"
	}
	if ahead {
		return fmt.Sprintf("in %d %s", n, unit)
	}
	return fmt.Sprintf("%d %s ago", n, unit)
}
