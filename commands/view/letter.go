package view

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"offboard/bot"
	"offboard/store"
)

// Letter is a message as it goes by mail to somebody who has no chat account:
// it says what they can do, since nothing can be decided by mail.
func (v View) Letter(c store.Case, reader store.PersonID, m bot.Message) bot.Message {
	m.Parts = slices.Clone(m.Parts)
	asks := slices.ContainsFunc(m.Parts, func(p bot.Part) bool {
		b, ok := p.(bot.Buttons)
		return ok && slices.ContainsFunc(b, func(x bot.Button) bool { return x.Verb != string(store.VerbStatus) })
	})
	if asks {
		text := "I know no chat account of yours, so you can't answer this now: nothing can be decided by mail. Please ask an administrator to link your chat account (/offboard link)."
		if reader != c.Asker() {
			text += fmt.Sprintf(" If somebody else should decide, tell %s.", v.Name(c.Asker()))
		}
		m.Parts = append(m.Parts, bot.Prose{Text: bot.B(text)})
	}
	// Who may not see the case is not told its number.
	if c.Visible(reader, nil) {
		m.Parts = append(m.Parts, bot.Fine{Text: bot.T(fmt.Sprintf("How it stands now, in the chat: /offboard status %s", c.ID))})
	}
	return m
}

// Confirm tells somebody what was decided in their name. It names nobody: it
// leaves the chat. closed is about the case that it was decided in.
func (v View) Confirm(e store.Event, closed bool, zone *time.Location, link string) bot.Message {
	what := did(e)
	via := e.Actor.Via
	if r, n := utf8.DecodeRuneInString(via); n > 0 {
		via = string(unicode.ToUpper(r)) + via[n:]
	}
	summary := fmt.Sprintf("You %s. Was that you?", what)
	return bot.Message{Summary: summary, Parts: []bot.Part{
		bot.Prose{Text: bot.Join(bot.T(fmt.Sprintf("You %s through %s: ", what, via)), Moment(e.At, zone), bot.T("."))},
		bot.Prose{Text: bot.T("If that was you, there is nothing to do.")},
		bot.Prose{Text: bot.Join(bot.T("If that was not you, open this link: "), bot.Text{{Plain: link, URL: link}})},
		bot.Fine{Text: bot.T(fmt.Sprintf("It shows a page that asks once more. Then your decisions are frozen until two others have looked at it, and security is told. %s The link works for 30 days. Don't pass this mail on.", Undone(e, closed)))},
	}}
}

// did says what a person did, after "you" or a name.
func did(e store.Event) string {
	of := "of " + e.Subject
	switch {
	case e.Subject == store.Installation:
		of = "about the bot: weaker rules, or that more cases may be opened"
	case !strings.HasPrefix(e.Subject, "OFF-"):
		of = "about a person: a linked chat account, or that they may decide again"
	}
	switch b := e.Body.(type) {
	case store.Decided:
		return "approved " + e.Subject
	case store.Delegated:
		return "passed the question about " + e.Subject + " on to somebody else"
	case store.Answered:
		return "chose who gets what in " + e.Subject
	case store.Rehired:
		return "said that the person of " + e.Subject + " was hired again"
	case store.Pressed:
		return "cut off access at once in " + e.Subject
	case store.Stopped:
		return "stopped " + e.Subject
	case store.ConfirmedBy:
		return "confirmed a task " + of
	case store.Seconded:
		return "agreed, as the second person, to a change " + of
	case store.Paused:
		return "let the bot go on after a pause"
	case store.Trusted:
		return "said that the clock of the bot's machine is right"
	case store.Explained:
		return "said that an account which belongs to nobody may stay"
	case store.Owned:
		return "said whose an account is"
	case store.Requested:
		return asked(b.Change.Verb, e.Subject)
	}
	return "changed something " + of
}

func asked(verb store.Verb, subject string) string {
	switch verb {
	case store.VerbSkip:
		return "asked to leave a step out of " + subject
	case store.VerbReschedule:
		return "set another time for " + subject
	case store.VerbCancel:
		return "asked to cancel " + subject
	case store.VerbResume:
		return "asked to let " + subject + " go on"
	case store.VerbLink:
		return "asked to link a chat account to a person"
	case store.VerbUnfreeze:
		return "asked to let a person decide again"
	case store.VerbBreaker:
		return "asked that cases may be opened again which the breaker refuses"
	default:
		return "asked for a change of " + subject
	}
}
