package commands_test

import (
	"strconv"
	"strings"
	"time"

	"offboard/bot/slack/slacktest"
)

func (s *slackStage) screens(m member) []sight {
	var out []sight
	for _, x := range s.Screen(m.account) {
		if x.View != nil {
			out = append(out, s.viewed(m, x))
		} else {
			out = append(out, s.read(m, x))
		}
	}
	return out
}

// viewed is a modal or the Home tab, if they look at it.
func (s *slackStage) viewed(m member, x slacktest.Sight) sight {
	out := sight{id: "view " + x.View.ID, text: x.Text, alone: true, where: "before " + m.name + ", a modal"}
	if x.View.Home {
		out.id, out.where = "home "+m.account, ""
		if s.athome[m.account] {
			out.where = "the Home tab of " + m.name
		}
	}
	return out
}

// read is a message. What people write is not told again.
func (s *slackStage) read(m member, x slacktest.Sight) sight {
	msg := x.Message
	out := sight{id: msg.Channel + "/" + msg.TS, text: x.Text, at: moment(msg.TS), message: true, alone: msg.Only != "", inRoom: msg.Channel == s.room.ID}
	switch {
	case msg.User != s.BotUser && msg.User != slacktest.Slackbot:
		return out
	case out.alone:
		out.where = "only " + m.name + " sees"
		return out
	case out.inRoom:
		out.where = "#" + s.room.Name + s.suffix
	default:
		out.where = "to " + m.name
	}
	if msg.ThreadTS != "" && msg.ThreadTS != msg.TS {
		out.where += ", in a thread"
	}
	return out
}

func (s *slackStage) notes() []note {
	var out []note
	for _, n := range s.Notified("") {
		out = append(out, note{n.User, n.Channel + "/" + n.TS, n.Text})
	}
	return out
}

func (s *slackStage) unanswered() []string {
	var out []string
	for _, w := range s.Warnings() {
		out = append(out, w.User)
	}
	return out
}

func (s *slackStage) sees(account string) string { return s.Sees(account) }

func (s *slackStage) shows() string {
	var seen string
	for _, m := range s.Messages(s.room.ID) {
		if m.Only == "" {
			seen += s.Draw("U0SASHA", m.Content) + "\n\n"
		}
	}
	return seen
}

func moment(ts string) time.Time {
	sec, micro, _ := strings.Cut(ts, ".")
	n, err := strconv.ParseInt(sec, 10, 64)
	u, err2 := strconv.ParseInt(micro, 10, 64)
	if err != nil || err2 != nil {
		return time.Time{}
	}
	return time.Unix(n, u*1000)
}
