package commands_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/commands/keeper"
)

// bothStage is a company that is on Slack and on Discord, with one bot. In a
// script people are "Marco on Discord"; without that they are on Slack.
type bothStage struct {
	*bottest.Teller
	slack   *slackStage
	discord *discordStage
}

func newBothStage(t *testing.T) *bothStage {
	s := &bothStage{Teller: &bottest.Teller{}, slack: newSlackStage(t), discord: newDiscordStage(t)}
	s.slack.beside(s.Teller)
	s.discord.beside(s.Teller)
	return s
}

func (s *bothStage) connect() ([]keeper.Room, func(context.Context) error) {
	one, ready := s.slack.connect()
	other, ready2 := s.discord.connect()
	return append(one, other...), func(ctx context.Context) error {
		if err := ready(ctx); err != nil {
			return err
		}
		return ready2(ctx)
	}
}

// on is the stage that a name is on.
func (s *bothStage) on(name string) (stage, string) {
	if on, ok := strings.CutSuffix(name, s.discord.suffix); ok {
		return s.discord, on
	}
	return s.slack, strings.TrimSuffix(name, s.slack.suffix)
}

// PlayStep does a step where its person is. What a channel is expected to show
// is expected of both.
func (s *bothStage) PlayStep(ctx context.Context, st bottest.Step, o bottest.PlayOptions) error {
	var at stage
	at, st.Who = s.on(st.Who)
	if err := at.PlayStep(ctx, st, o); err != nil || st.Who != "" || st.Act != bottest.Expects && st.Act != bottest.Waits {
		return err
	}
	return s.discord.PlayStep(ctx, st, o)
}

func (s *bothStage) account(login string) bot.User { return s.slack.account(login) }
func (s *bothStage) rest() time.Duration           { return max(s.slack.rest(), s.discord.rest()) }

func (s *bothStage) look() {
	s.slack.look()
	s.discord.look()
}

func (s *bothStage) Problems() []string {
	return slices.Concat(s.slack.Problems(), s.discord.Problems())
}

func (s *bothStage) posted(look func(place string, b bot.Button)) {
	s.slack.posted(look)
	s.discord.posted(look)
}

func (s *bothStage) gone(ref bot.Ref) {
	if ref.Place.Platform == "discord" {
		s.discord.gone(ref)
	} else {
		s.slack.gone(ref)
	}
}

// acts are of the stage that the first argument is on.
func (s *bothStage) acts(c *company) map[string]act {
	of := map[stage]map[string]act{s.slack: s.slack.acts(c), s.discord: s.discord.acts(c)}
	acts := map[string]act{}
	for _, list := range of {
		for name := range list {
			acts[name] = func(ctx context.Context, args []string) error {
				at, who := s.on(args[0])
				return of[at][name](ctx, append([]string{who}, args[1:]...))
			}
		}
	}
	// do only marco discord: he has no account elsewhere.
	acts["only"] = func(_ context.Context, args []string) error {
		p, ok := person(args[0])
		if !ok {
			return fmt.Errorf("nobody is called %s", args[0])
		}
		p.Chat = map[string]string{args[1]: p.Chat[args[1]]}
		c.memory.SetPerson(p)
		return nil
	}
	return acts
}
