package commands_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"offboard/bot/bottest"
	"offboard/bot/slack/slacktest"
)

// news is something that came or changed since.
type news struct {
	at     time.Time
	place  int // for things of the same second: answers first, then the channel, then people in their order
	edit   bool
	head   string
	before string
	now    string
}

// look has everybody look at their screen, and tells what is new on it.
func (s *slackStage) look() {
	var all []news
	told := map[string]bool{}
	for i, m := range s.cast {
		for _, sight := range s.Screen(m.account) {
			id, n := s.sight(m, sight)
			n.place = i + 1
			switch msg := sight.Message; {
			case msg == nil || msg.Only != "":
				n.place, n.at = -1, s.acted // an answer
			case msg.Channel == s.room.ID:
				n.place = 0
			}
			old, known := s.screen[id]
			seen := told[id] // by somebody who reads the same channel
			told[id] = true
			if seen || n.head == "" || known && old == sight.Text {
				continue
			}
			s.screen[id] = sight.Text
			if n.edit = known && sight.Message != nil; n.edit {
				n.before, n.at = old, time.Now()
			}
			if sight.View != nil || sight.Message.Only != "" {
				s.answer[m.account] += sight.Text + "\n"
			}
			all = append(all, n)
		}
	}
	slices.SortStableFunc(all, func(a, b news) int {
		if d := a.at.Truncate(time.Second).Compare(b.at.Truncate(time.Second)); d != 0 {
			return d
		}
		return a.place - b.place
	})
	for _, n := range all {
		if n.edit {
			s.teller.Edited(n.at, n.head, n.before, n.now)
		} else {
			s.teller.Shown(n.at, n.head, n.now)
		}
	}
	for _, w := range s.Warnings()[s.signs:] {
		s.signs++
		s.teller.Shown(time.Now(), fmt.Sprintf("Slack shows %s that nothing answered", s.User(w.User).RealName), "")
	}
}

// sight is what a screen has: its id, where it is, and when it came.
func (s *slackStage) sight(m member, x slacktest.Sight) (string, news) {
	n := news{at: time.Now(), now: x.Text}
	switch {
	case x.View != nil && x.View.Home:
		if s.athome[m.account] {
			n.head = "the Home tab of " + m.name
		}
		return "home " + m.account, n
	case x.View != nil:
		n.head = "before " + m.name + ", a modal"
		return "view " + x.View.ID, n
	}
	msg := x.Message
	n.at = moment(msg.TS)
	at := "to " + m.name
	if msg.Channel == s.room.ID {
		at = "#" + s.room.Name
	}
	if msg.ThreadTS != "" && msg.ThreadTS != msg.TS {
		at += ", in a thread"
	}
	id := msg.Channel + "/" + msg.TS
	known := s.screen[id] != ""
	switch {
	case msg.User != s.BotUser && msg.User != slacktest.Slackbot:
		return id, n // what people write
	case msg.Only != "":
		n.head = "only " + m.name + " sees"
	case known:
		n.head = at + "  (edited)"
	default:
		n.head = at + "  (new" + s.notifies(msg) + ")"
	}
	return id, n
}

// notifies names who was notified of a message, and what their phone said.
func (s *slackStage) notifies(m *slacktest.Message) string {
	var names []string
	said := ""
	for _, n := range s.Notified("") {
		if n.Channel == m.Channel && n.TS == m.TS {
			names = append(names, s.User(n.User).RealName)
			said = n.Text
		}
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf(", notifies %s: %q", strings.Join(names, " and "), said)
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

// expect looks whether somebody sees a text, or whether the channel shows it.
func (s *slackStage) expect(st bottest.Step) error {
	var seen string
	if st.Place != "" {
		for _, m := range s.Messages(s.room.ID) {
			if m.Only == "" {
				seen += s.Draw("U0SASHA", m.Content) + "\n\n"
			}
		}
	} else {
		m, err := s.who(st.Who)
		if err != nil {
			return err
		}
		seen = s.Sees(m.account)
		if st.Reply {
			seen = s.answer[m.account]
		}
	}
	if bottest.Contains(seen, st.Text) == st.Not {
		return fmt.Errorf("this is there:\n%s", seen)
	}
	return nil
}
