package bottest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"offboard/bot"
	"offboard/bot/bottest"
)

// toy is a bot with just enough manners to hold a conversation.
type toy struct {
	chat *bottest.Chat
	room bot.Place
	card bot.Ref
}

func (b *toy) handle(ctx context.Context, i bot.Interaction) bot.Reply {
	switch i.Verb {
	case "start":
		return namesakes()
	case "pick":
		return bot.Reply{Form: leaving(i.Object)}
	case "submit":
		if i.Values["day"] < "2026-11-01" {
			return bot.Reply{Errors: map[string]string{"day": "That day is over. Choose one from today on."}}
		}
		r := bot.Say("Looking for accounts …")
		r.Then = func(ctx context.Context) bot.Reply { return b.open(ctx) }
		return r
	case "approve":
		if i.Object != "OFF-1:2" {
			return bot.Say("The plan has changed since. Look at the new card.")
		}
		go b.work(ctx)
		return bot.Reply{}
	}
	return bot.Say("I know start and approve.")
}

func namesakes() bot.Reply {
	choose := func(id string) bot.Buttons { return bot.Buttons{{Label: "Choose", Verb: "pick", Object: id}} }
	return bot.Reply{Message: &bot.Message{Summary: "Two people match", Parts: []bot.Part{
		bot.Prose{Text: bot.T(`Two people match "jane". Which one leaves?`)},
		bot.Prose{Text: bot.Join(bot.B("Jane Doe"), bot.T(" — Senior Designer · Design · Lisbon · since 2019 · manager Marco Leone · jane.doe@example.com"))},
		choose("P-1"),
		bot.Prose{Text: bot.Join(bot.B("Jane Doe"), bot.T(" — Accountant · Finance · Porto"))},
		choose("P-2"),
	}}}
}

func leaving(object string) *bot.Form {
	return &bot.Form{
		Verb: "submit", Object: object, Title: "Jane Doe leaves", Submit: "Continue",
		Intro: bot.T("Nothing happens before Marco has approved the plan."),
		Fields: []bot.Field{
			{Name: "kind", Label: "Kind", Kind: bot.Choice, Required: true, Value: "r", Options: []bot.Option{
				{Value: "r", Label: "Resignation"}, {Value: "d", Label: "Dismissal", Hint: "locks at once"},
			}},
			{Name: "day", Label: "Last day", Kind: bot.DateField, Required: true, Hint: "Access ends at the end of it, Lisbon time"},
			{Name: "heir", Label: "Files go to", Kind: bot.PersonField, Options: []bot.Option{{Value: "P-7", Label: "Tom Okafor", Hint: "Design"}}},
			{Name: "note", Label: "Note", Kind: bot.Paragraph},
		},
	}
}

// open posts the card, and changes the plan once so that there is an old one.
func (b *toy) open(ctx context.Context) bot.Reply {
	ref, err := b.chat.Post(ctx, b.room, plan("OFF-1:1", 2), "OFF-1:card")
	if err != nil {
		return bot.Say("The card could not be posted: " + err.Error())
	}
	b.card = ref
	if err := b.chat.Edit(ctx, ref, plan("OFF-1:2", 3)); err != nil {
		return bot.Say("The card could not be edited: " + err.Error())
	}
	return bot.Say("OFF-1 is open. Marco has been asked.")
}

func plan(object string, accounts int) bot.Message {
	marco := bot.User{Platform: "chat", ID: "U2", Name: "Marco Leone"}
	return bot.Message{
		Summary: "OFF-1: Jane Doe leaves, your approval is needed",
		Notify:  []bot.User{marco},
		Parts: []bot.Part{
			bot.Heading{Text: "OFF-1 · Jane Doe leaves"},
			bot.Facts{
				{Label: "Last day", Value: bot.Text{{Plain: "30 November, end of day", Time: time.Date(2026, 11, 30, 18, 0, 0, 0, time.UTC)}}},
				{Label: "Approval", Value: bot.Join(bot.T("by "), bot.Text{{Plain: "@Marco Leone", User: &marco}})},
				{Label: "Plan", Value: bot.T(fmt.Sprintf("%d accounts", accounts))},
			},
			steps(bot.Open, bot.Open),
			bot.Buttons{
				{Label: "Approve", Verb: "approve", Object: object, Style: bot.Primary, Confirm: &bot.Confirm{
					Title: "Approve the plan for Jane Doe?", Text: "It covers 3 accounts. What is deleted cannot be brought back.", Yes: "Approve",
				}},
				{Label: "Decline", Verb: "decline", Object: object},
			},
			bot.Fine{Text: bot.T("Not you? Press Decline and say who.")},
		},
	}
}

func steps(a, b bot.Mark) bot.Checklist {
	return bot.Checklist{Title: "Directory", Rows: []bot.Row{
		{Mark: a, Text: bot.T("Disable the account jane"), Detail: bot.T("uid=jane,ou=people")},
		{Mark: b, Text: bot.T("End the sessions")},
	}}
}

// work carries out the plan, one edit at a time.
func (b *toy) work(ctx context.Context) {
	for _, m := range [][2]bot.Mark{{bot.Running, bot.Open}, {bot.Proven, bot.Running}, {bot.Proven, bot.Amber}} {
		select {
		case <-time.After(5 * time.Second):
		case <-ctx.Done():
			return
		}
		msg := plan("OFF-1:2", 3)
		msg.Parts[1].(bot.Facts)[1].Value = bot.T("given by Marco Leone")
		msg.Parts[2] = steps(m[0], m[1])
		msg.Parts = append(msg.Parts[:3:3], msg.Parts[4:]...)
		if err := b.chat.Edit(ctx, b.card, msg); err != nil {
			return
		}
	}
}

// company is a chat with people and a toy bot, running until the test ends.
func company(t *testing.T) *bottest.Chat {
	t.Helper()
	c := bottest.New("chat")
	c.Zone = time.UTC
	c.Collapse = true
	c.AddUser("U1", "Hanna Berg")
	c.AddUser("U2", "Marco Leone")
	c.AddUser("U3", "Priya Nair")
	b := &toy{chat: c, room: c.AddChannel("it-offboarding", "U2", "U3")}
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	go func() {
		if err := c.Run(ctx, b.handle); err != nil {
			t.Error(err)
		}
	}()
	if err := c.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConversation(t *testing.T) {
	bottest.Conversation(t, "testdata/leaver.txtar", func(t *testing.T, script string) string {
		var transcript string
		synctest.Test(t, func(t *testing.T) {
			c := company(t)
			err := c.Play(t.Context(), script, bottest.PlayOptions{
				Do: map[string]func(context.Context, []string) error{
					"note": func(_ context.Context, args []string) error {
						c.Narrate("Noted: " + strings.Join(args, ", "))
						return nil
					},
				},
			})
			if err != nil {
				t.Error(err)
			}
			if p := c.Problems(); len(p) > 0 {
				t.Error(strings.Join(p, "\n"))
			}
			transcript = c.Transcript()
		})
		return transcript
	})
}
