package commands_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing/synctest"
	"time"

	"offboard/bot/discord/discordtest"
	"offboard/commands"
)

func (s *discordStage) acts(c *company) map[string]act {
	acts := s.wired.acts(c)
	// do kind bo bot | stranger | closed | member: what sort of account it is;
	// a closed one takes no direct messages.
	acts["kind"] = s.on(func(m member, kind ...string) error {
		s.Change(m.account, func(u *discordtest.User) { u.Bot, u.NoDMs = kind[0] == "bot", kind[0] == "closed" })
		if kind[0] == "stranger" {
			s.Leave(s.GuildID, m.account)
		}
		return nil
	})
	// do role bo, do role bo administrator, do role everyone: who reads the
	// channel of IT by a role.
	acts["role"] = func(_ context.Context, args []string) error { return s.role(args[0], len(args) > 1) }
	// do menu hanna jane: "Offboard", in the menu of a member.
	acts["menu"] = s.on(func(m member, rest ...string) error {
		whom, err := s.who(rest[0])
		if err != nil {
			return err
		}
		if err := s.leaves(m); err != nil {
			return err
		}
		s.acted, s.answer[m.account] = time.Now(), ""
		s.teller.Did(fmt.Sprintf("%s uses the menu of %s  Offboard", m.name, whom.name))
		return s.did(s.UserCommand(m.account, s.lobby.ID, "Offboard", whom.account))
	})
	// do offers hanna start jan: what is offered to her while she types that.
	acts["offers"] = s.on(func(m member, rest ...string) error { return s.offers(m, rest[0], strings.Join(rest[1:], " ")) })
	// do elsewhere hanna list: on another server that the bot was added to.
	acts["elsewhere"] = s.on(func(m member, rest ...string) error {
		s.acted, s.answer[m.account] = time.Now(), ""
		s.teller.Did(m.name + " types on another server  /offboard " + rest[0])
		return s.did(s.Slash(m.account, s.elsewhere(m), "/offboard "+rest[0]))
	})
	// do reload hanna: she restarts Discord, which forgets what only she sees.
	acts["reload"] = s.on(func(m member, _ ...string) error { s.Reload(m.account); return nil })
	acts["channel"] = func(context.Context, []string) error { s.RemoveChannel(s.hall.ID); return nil }
	// do line cut | half-open | op7 | op9: the connection to Discord; what comes
	// after a resume comes twice.
	acts["line"] = func(_ context.Context, args []string) error {
		s.Fail(discordtest.Resuming, discordtest.Replay(3))
		for _, l := range s.Conns() {
			switch args[0] {
			case "cut":
				l.Cut()
			case "half-open":
				l.HalfOpen()
			case "op7":
				l.Reconnect()
			case "op9":
				l.Invalidate(false)
			}
		}
		return nil
	}
	// do lose click: the next thing that somebody does comes after a resume only.
	acts["lose"] = func(context.Context, []string) error { s.Fail(discordtest.Dispatches, discordtest.Cut()); return nil }
	return acts
}

// offers tells what Discord shows below an option that somebody types into: the
// first one of the command.
func (s *discordStage) offers(m member, verb, text string) error {
	i := slices.IndexFunc(s.verbs, func(u commands.Use) bool { return u.Name == verb })
	if i < 0 {
		return fmt.Errorf("there is no /offboard %s", verb)
	}
	path, arg := s.path(s.verbs[i]), s.verbs[i].Args[0]
	found, err := s.offered(m, "", path, arg, text)
	if err != nil {
		return err
	}
	synctest.Wait()
	var lines []string
	for _, o := range found {
		lines = append(lines, o.label)
	}
	if len(lines) == 0 {
		lines = append(lines, "(nothing)")
	}
	s.teller.Did(fmt.Sprintf("%s is offered at  %s %s:%s", m.name, path, arg.Name, text), lines...)
	return nil
}

// elsewhere is a channel of a server that is not the company's, with the bot in
// it.
func (s *discordStage) elsewhere(m member) string {
	g := s.AddGuild(discordtest.Guild{Name: "Elsewhere"})
	s.AddMember(g.ID, m.account)
	return s.AddChannel(discordtest.Channel{GuildID: g.ID, Name: "general"}).ID
}
