package commands_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing/synctest"
	"time"

	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/bot/discord/discordtest"
	"offboard/commands"
)

// leaves closes what hides the rest of Discord.
func (s *discordStage) leaves(m member) error {
	if v, ok := s.Modal(m.account); ok {
		s.teller.Did(fmt.Sprintf("%s closes  %q", m.name, v.Title))
		return s.Close(m.account)
	}
	return nil
}

func (s *discordStage) closes(m member) error { return s.Close(m.account) }

// types uses the slash command: the words of the line fill in its options in
// their order.
func (s *discordStage) types(m member, st bottest.Step) error {
	if err := s.leaves(m); err != nil {
		return err
	}
	where, channel := "", ""
	if st.Place != "" {
		where, channel = " in #"+st.Place, s.hall.ID
		if st.Place == s.lobby.Name {
			channel = s.lobby.ID
		}
	}
	_, line, _ := strings.Cut(st.Text, " ")
	name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	if name == "" {
		name = "inbox" // the command alone cannot be sent
	}
	i := slices.IndexFunc(s.verbs, func(u commands.Use) bool { return u.Name == name })
	if i < 0 {
		s.teller.Did(m.name+" types"+where+"  "+st.Text, "Discord has no such command, and sends nothing")
		return nil
	}
	v := s.verbs[i]
	path := s.path(v)
	options := map[string]any{}
	told := path
	for n, a := range v.Args {
		word := rest
		if n < len(v.Args)-1 {
			word, rest, _ = strings.Cut(rest, " ")
		}
		word = strings.TrimSpace(word)
		if word == "" && a.Required {
			s.teller.Did(m.name+" types"+where+"  "+told, "Discord wants the option "+a.Name+", and sends nothing")
			return nil
		}
		if word == "" {
			continue
		}
		value, shown, err := s.option(m, channel, path, a, word)
		if err != nil {
			return err
		}
		options[a.Name] = value
		told += " " + a.Name + ":" + shown
	}
	s.acted = time.Now() // what was offered meanwhile took its time
	s.teller.Did(m.name + " types" + where + "  " + told)
	return s.did(s.Slash(m.account, channel, path, options))
}

// path is how a command is typed: those about the bot are in a group.
func (s *discordStage) path(v commands.Use) string {
	if v.Group != "" {
		return "/offboard " + v.Group + " " + v.Name
	}
	return "/offboard " + v.Name
}

// option is what somebody enters into an option: whom the text finds alone is
// chosen from what the bot offers, else the text is left as it was typed.
func (s *discordStage) option(m member, channel, path string, a bot.Arg, word string) (value, shown string, err error) {
	mentioned := ""
	if at, ok := strings.CutPrefix(word, "@"); ok {
		if who, err := s.who(at); err == nil {
			mentioned = who.account
		}
	}
	switch {
	case a.Kind == bot.AccountArg:
		who, err := s.who(strings.TrimPrefix(word, "@"))
		return who.account, "@" + who.name, err
	case mentioned != "":
		return "<@" + mentioned + ">", word, nil
	case a.Kind != bot.PersonArg:
		return word, word, nil
	}
	found, err := s.offered(m, channel, path, a, word)
	if err != nil || len(found) != 1 {
		return word, word, err
	}
	return found[0].value, found[0].label, nil
}

// offered is what the bot offers to somebody who types into an option.
func (s *discordStage) offered(m member, channel, path string, a bot.Arg, word string) ([]option, error) {
	d, err := s.Autocomplete(m.account, channel, path+" "+a.Name+":"+word, a.Name)
	if err != nil {
		return nil, err
	}
	if err := answered(d); err != nil {
		return nil, nil // "Loading options failed": they go on with what they typed
	}
	var out []option
	for _, c := range d.Choices() {
		name, _ := c["name"].(string)
		value, _ := c["value"].(string)
		out = append(out, option{value: value, label: name})
	}
	return out, nil
}

// answered waits for the answer to what somebody did.
func answered(d *discordtest.Delivery) error {
	ctx, stop := context.WithTimeout(context.Background(), answering)
	defer stop()
	err := d.Wait(ctx)
	synctest.Wait()
	return err
}

// press presses a button. The question that Discord cannot ask before comes as
// an answer, with a button that acts.
func (s *discordStage) press(m member, on paper, c control, how string, st bottest.Step) error {
	surface, _ := on.on.(discordtest.Surface)
	s.teller.Did(fmt.Sprintf("%s %s  [%s]", m.name, how, c.label))
	d, err := s.Click(m.account, surface, c.id)
	if err := s.did(d, err); err != nil {
		return err
	}
	real, asks := strings.CutPrefix(strings.Replace(c.id, " ", ": ", 1), strings.SplitN(c.id, " ", 2)[0]+": ")
	if st.Answer != "" && !asks {
		return fmt.Errorf("[%s] asks nothing", st.Text)
	}
	if asks {
		id := strings.SplitN(c.id, " ", 2)[0] + ":" + real
		if c, surface, err = s.question(m, d, id, st.Answer == "cancels"); err != nil || c.id == "" {
			return err
		}
		s.teller.Did(fmt.Sprintf("%s clicks  [%s]", m.name, c.label))
		if err := s.did(s.Click(m.account, surface, c.id)); err != nil {
			return err
		}
	}
	if st.Twice {
		_ = answered(s.last) // else either click may be answered first
		s.teller.Did(fmt.Sprintf("%s clicks again  [%s]", m.name, c.label))
		err = s.did(s.Click(m.account, surface, c.id))
	}
	return err
}

// question is the button that acts, in the question that came as an answer. Who
// does not want to go on dismisses it.
func (s *discordStage) question(m member, d *discordtest.Delivery, id string, no bool) (control, discordtest.Surface, error) {
	if err := answered(d); err != nil {
		return control{}, nil, nil // the transcript says that nothing answered
	}
	s.look()
	for _, p := range s.papers(m) {
		msg, ok := p.on.(discordtest.Message)
		if !ok || msg.Only != m.account {
			continue
		}
		for _, piece := range p.pieces {
			for _, c := range piece.controls {
				if c.id != id {
					continue
				}
				if no {
					s.dismissed[msg.ID] = true
					s.teller.Did(m.name + " dismisses it")
					return control{}, nil, nil
				}
				return c, msg, nil
			}
		}
		break // it is the newest answer, or it is none: a refusal, say
	}
	return control{}, nil, nil
}

func (s *discordStage) choose(m member, on paper, c control, value string) error {
	surface, _ := on.on.(discordtest.Surface)
	return s.did(s.Select(m.account, surface, c.id, value))
}
