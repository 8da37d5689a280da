package commands_test

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"offboard/bot/discord/discordtest"
)

// discordTargets are what can fail.
var discordTargets = []string{
	discordtest.PostMessage, discordtest.EditMessage, discordtest.StartThread, discordtest.OpenDM, discordtest.ListMessages, discordtest.ReadChannel,
	discordtest.ReadGuild, discordtest.ListMembers, discordtest.ListChannels, discordtest.ReadMember, discordtest.Callback, discordtest.FollowUp,
	discordtest.EditFollowUp, discordtest.ReadGateway, discordtest.Dispatches, discordtest.Resuming, discordtest.Connecting,
}

func (s *discordStage) breakCalls(dice func(n int) int) {
	for _, target := range discordTargets {
		s.Heal(target)
		ways := []discordtest.Fault{
			discordtest.RateLimit(seconds(1 + dice(5))), discordtest.RateLimitHTML(seconds(1 + dice(5))), discordtest.Status(503), discordtest.AfterEffect(500),
			discordtest.Cut(), discordtest.CutAfter(), discordtest.Hang(), discordtest.HangAfter(),
		}
		odds := 4 // of ten
		switch target {
		case discordtest.EditMessage:
			ways = append(ways, discordtest.Refuse(30046))
		case discordtest.Dispatches:
			ways, odds = []discordtest.Fault{discordtest.Duplicate(), discordtest.Cut(), discordtest.HalfOpen(), discordtest.AckLost()}, 1
		case discordtest.Resuming:
			ways = []discordtest.Fault{discordtest.Replay(3), discordtest.Invalid(false), discordtest.Closed(4009, "Session timed out.")}
		case discordtest.Connecting:
			ways, odds = []discordtest.Fault{discordtest.Status(503), discordtest.Cut()}, 2
		}
		if dice(10) < odds {
			s.Fail(target, ways[dice(len(ways))])
		}
	}
}

func (s *discordStage) breakLine(dice func(n int) int) {
	for _, c := range s.Conns() {
		switch dice(4) {
		case 0:
			c.Cut()
		case 1:
			c.HalfOpen()
		case 2:
			c.Reconnect()
		default:
			c.Invalidate(false)
		}
	}
}

func (s *discordStage) heal() (faults, calls int) {
	all := s.Calls("")
	for _, c := range all {
		if strings.HasPrefix(c.Error, "HTTP") || slices.Contains([]string{"rate limited", "connection cut", "no answer", "refused with 30046"}, c.Error) {
			faults++
		}
	}
	for _, target := range discordTargets {
		s.Heal(target)
	}
	return faults, len(all)
}

// slash fills in the options of a command, each with a word and the last one
// with the rest.
func (s *discordStage) slash(account, line string) bool {
	name, rest, _ := strings.Cut(line, " ")
	for _, v := range s.verbs {
		if v.Name != name {
			continue
		}
		options := map[string]any{}
		for n, a := range v.Args {
			word := rest
			if n < len(v.Args)-1 {
				word, rest, _ = strings.Cut(rest, " ")
			}
			if word != "" {
				options[a.Name] = word
			}
		}
		_, err := s.Slash(account, "", s.path(v), options)
		return err == nil
	}
	return false
}

// presses presses the newest button of that name: the one in a question before
// the one that asks it.
func (s *discordStage) presses(account, name string) bool {
	for _, at := range []string{s.DirectChannel(account), s.hall.ID} {
		for _, m := range slices.Backward(s.Messages(at)) {
			if m.Only != "" && m.Only != account {
				continue
			}
			for _, p := range s.pressable(m.Components) {
				if strings.HasPrefix(strings.Replace(p, " ", ":", 1), name) {
					_, err := s.Click(account, m, p)
					return err == nil
				}
			}
		}
	}
	return false
}

// pressable are the ids of buttons.
func (s *discordStage) pressable(list []map[string]any) []string {
	var out []string
	for _, c := range list {
		if id, _ := c["custom_id"].(string); typeOf(c) == buttonType && id != "" {
			out = append(out, id)
		}
		out = append(out, s.pressable(inside(c))...)
	}
	return out
}

func (s *discordStage) begins(account, login, kind, manager string) {
	v, open := s.Modal(account)
	values := map[string]string{"kind": kind, "last day": "2026-11-30", "cut-off": "now"}
	if v.Values["manager"] == nil { // the directory did not say
		values["manager"] = manager
	}
	for name := range values {
		if entry(v, name) == nil {
			delete(values, name)
		}
	}
	switch {
	case open:
		if _, err := s.Submit(account, values); err != nil {
			s.gives(account)
		}
	case s.goesOn(account), s.presses(account, "start:dir:id-"+login):
	default:
		s.slash(account, "start "+login)
	}
}

// goesOn opens the next page of a form, if the newest answer asks for it: one
// that could not be shown at its place has come as a direct message. After a few
// minutes they give it up: it may be one that cannot be sent.
func (s *discordStage) goesOn(account string) bool {
	for _, m := range slices.Backward(s.Messages(s.DirectChannel(account))) {
		switch {
		case time.Since(m.At) > 3*time.Minute:
			return false
		case m.Only != account && !answer(marked(m.Components)):
			continue
		}
		for _, id := range s.pressable(m.Components) {
			if strings.HasPrefix(id, "?form:") {
				_, err := s.Click(account, m, id)
				return err == nil
			}
		}
		return false
	}
	return false
}

func (s *discordStage) gives(account string) { _ = s.Close(account) }

func (s *discordStage) stands() map[string]standing {
	out := map[string]standing{}
	for _, at := range s.places() {
		for _, m := range s.Messages(at) {
			if m.Only != "" || m.Author != s.BotUser {
				continue
			}
			x := standing{text: s.Draw(s.OwnerID, m.Content), inRoom: at == s.hall.ID || s.Channel(at).Parent == s.hall.ID}
			n := 0 // an edit need not repeat it
			for _, c := range append(slices.Clone(m.Earlier), m.Content) {
				n = cmp.Or(n, marked(c.Components))
			}
			x.key, x.answer = fmt.Sprint(at, " ", n), answer(n)
			out[at+"/"+m.ID] = x
		}
	}
	return out
}

// answer reports whether a message with this number is an answer to one person,
// wherever it stands: the adapter's "?own", or none.
func answer(n int) bool { return n == 0 || n == markOf("?own") }

// markOf is how the adapter makes the number of a key.
func markOf(key string) int {
	h := fnv.New32a()
	h.Write([]byte(key))
	return int(h.Sum32()>>1) | 1<<16
}

// marked is the number by which a post is found again: the id of a component
// that is larger than those that Discord gives.
func marked(list []map[string]any) int {
	for _, c := range list {
		if n, _ := c["id"].(float64); n >= 1<<16 {
			return int(n)
		}
		if n := marked(inside(c)); n > 0 {
			return n
		}
	}
	return 0
}

// tooOld are those of which Discord has taken no edit, and what hangs on them.
func (s *discordStage) tooOld(ref string) bool {
	channel, id, _ := strings.Cut(ref, "/")
	refs := []string{ref, s.Channel(channel).Parent + "/" + channel}
	for _, m := range s.Messages(channel) {
		if m.ID == id && m.Reply != "" {
			refs = append(refs, channel+"/"+m.Reply)
		}
	}
	return slices.ContainsFunc(s.Calls(discordtest.EditMessage), func(c discordtest.Call) bool {
		return strings.Contains(c.Error, "30046") && slices.ContainsFunc(refs, func(ref string) bool {
			channel, id, _ := strings.Cut(ref, "/")
			return strings.HasSuffix(c.Path, "/channels/"+channel+"/messages/"+id)
		})
	})
}
