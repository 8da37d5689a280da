package commands_test

import (
	"fmt"
	"slices"
	"strings"

	"offboard/bot/slack/slacktest"
)

// slackTargets are what can fail.
var slackTargets = []string{
	"chat.postMessage", "chat.update", "conversations.open", "conversations.members", "conversations.history", "conversations.replies",
	"users.info", "views.open", "views.update", "chat.postEphemeral", slacktest.Responses, slacktest.Envelopes, "apps.connections.open",
}

func (s *slackStage) breakCalls(dice func(n int) int) {
	for _, target := range slackTargets {
		s.Heal(target)
		ways := []slacktest.Fault{
			slacktest.RateLimit(seconds(1 + dice(5))), slacktest.Status(503), slacktest.AfterEffect(500), slacktest.Cut(), slacktest.CutAfter(),
			slacktest.Hang(), slacktest.HangAfter(),
		}
		odds := 4 // of ten
		if target == slacktest.Envelopes {
			ways, odds = []slacktest.Fault{slacktest.Duplicate(), slacktest.Cut(), slacktest.HalfOpen()}, 1
		}
		if dice(10) < odds {
			s.Fail(target, ways[dice(len(ways))])
		}
	}
}

func (s *slackStage) breakLine(dice func(n int) int) {
	conns := s.Conns()
	if len(conns) == 0 {
		return
	}
	c := conns[dice(len(conns))]
	switch dice(3) {
	case 0:
		c.Cut()
	case 1:
		c.HalfOpen()
	default:
		c.Disconnect("warning")
	}
}

func (s *slackStage) heal() (faults, calls int) {
	all := s.Calls("")
	for _, c := range all {
		if strings.HasPrefix(c.Error, "HTTP") || slices.Contains([]string{"ratelimited", "connection cut", "no answer"}, c.Error) {
			faults++
		}
	}
	for _, target := range slackTargets {
		s.Heal(target)
	}
	return faults, len(all)
}

func (s *slackStage) slash(account, line string) bool {
	_, err := s.Slash(account, "", "/offboard "+line)
	return err == nil
}

func (s *slackStage) presses(account, name string) bool {
	for _, at := range []string{s.DirectChannel(account), s.room.ID} {
		for _, m := range slices.Backward(s.Messages(at)) {
			if m.Only != "" && m.Only != account {
				continue
			}
			for _, b := range m.Blocks {
				for _, e := range elements(b) {
					id, _ := e["action_id"].(string)
					if strings.HasPrefix(id, name) {
						_, err := s.Click(account, m, id)
						return err == nil
					}
				}
			}
		}
	}
	return false
}

func (s *slackStage) begins(account, login, kind, _ string) {
	v, open := s.Modal(account)
	_, again := v.Errors[""] // Slack's own: "We had some trouble connecting. Try again?"
	switch {
	case open && v.Callback == "start" && (len(v.Errors) == 0 || again):
		// Without the directory it comes without the manager, and can't be sent.
		if _, err := s.Submit(account, map[string]string{"kind": kind, "last day": "2026-11-30", "cut-off": "now"}); err != nil {
			s.gives(account)
		}
	case open:
		s.gives(account)
	case !s.presses(account, "start:dir:id-"+login):
		s.slash(account, "start "+login)
	}
}

func (s *slackStage) gives(account string) { _, _ = s.Close(account, true) }

func (s *slackStage) stands() map[string]standing {
	out := map[string]standing{}
	for _, at := range s.places() {
		for _, m := range s.Messages(at) {
			if m.Only != "" || m.User != s.BotUser {
				continue
			}
			x := standing{text: s.Draw("U0SASHA", m.Content), inRoom: m.Channel == s.room.ID}
			first := m.Content
			if len(m.Earlier) > 0 {
				first = m.Earlier[0]
			}
			x.key = fmt.Sprint(m.Channel, m.ThreadTS, first.Blocks[0]["block_id"])
			id, _ := m.Blocks[0]["block_id"].(string)
			x.answer = !strings.HasPrefix(id, "key:")
			out[m.Channel+"/"+m.TS] = x
		}
	}
	return out
}

// tooOld is nothing: Slack takes edits of what is old.
func (s *slackStage) tooOld(string) bool { return false }
