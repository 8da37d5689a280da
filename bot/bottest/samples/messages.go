// Package samples has messages and forms to render: those of the product, and any
// that Check lets pass.
package samples

import (
	"fmt"
	"strings"
	"time"

	"offboard/bot"
)

var cutOff = bot.Text{{Plain: "Mon 30 November 2026, 17:00 (America/Toronto, UTC-05:00)", Time: time.Date(2026, 11, 30, 22, 0, 0, 0, time.UTC)}}

func fact(label, value string) bot.Fact { return bot.Fact{Label: label, Value: bot.T(value)} }

// Row is a row of a checklist.
func Row(m bot.Mark, text, detail string) bot.Row {
	return bot.Row{Mark: m, Text: bot.T(text), Detail: bot.T(detail)}
}

// Button is a button that asks nothing.
func Button(label, verb, object string, style bot.Style) bot.Button {
	return bot.Button{Label: label, Verb: verb, Object: object, Style: style}
}

func about(reason bool) bot.Facts {
	f := bot.Facts{
		{Label: "Person", Value: bot.Join(bot.B("Jane Doe"), bot.T(" — Senior Designer · Design · Lisbon · jane"))},
		fact("Kind", "Resignation"), fact("Last day of work", "Mon 30 November 2026"),
		{Label: "Access ends", Value: cutOff},
	}
	if reason {
		f = append(f, fact("Reason", "Going to study"))
	}
	return f
}

func discard() bot.Button {
	b := Button("Discard", "cancel", "OFF-1:1", bot.Danger)
	b.Confirm = &bot.Confirm{Title: "Discard OFF-1?", Text: "Nothing has been taken away, and nothing will be. The record stays.", Yes: "Discard it"}
	return b
}

// planned is what would happen, without the ids of accounts.
func planned() []bot.Part {
	return []bot.Part{
		bot.Checklist{Title: "Company directory", Rows: []bot.Row{
			Row(bot.Open, "Lock the account: jane", ""), Row(bot.Open, "Replace the password: jane", "can't be given back: the old password"),
			Row(bot.Open, "Leave all groups: jane", "group staff (15 members)"),
			Row(bot.Open, "Hand over the groups they own: jane", "owner of design-system and owner of rebranding"),
		}},
		bot.Checklist{Title: "VPN", Rows: []bot.Row{Row(bot.Open, "Lock the account: jane", ""), Row(bot.Open, "Leave all groups: jane", "group staff (15 members)")}},
		bot.Checklist{Title: "By hand", Rows: []bot.Row{Row(bot.Open, "Take back the laptop", "IT does this")}},
		bot.Checklist{Title: "Who gets what", Rows: []bot.Row{
			Row(bot.Info, "owner of design-system", "Marco Reyes, unless somebody else is chosen"),
			Row(bot.Info, "owner of rebranding", "Marco Reyes, unless somebody else is chosen"),
		}},
	}
}

// Messages are worded as the product does, by the name of their golden file.
func Messages() map[string]bot.Message {
	heading := bot.Heading{Text: "OFF-1 · Jane Doe"}
	approve := Button("Approve", "approve", "OFF-1:1:9f3ac1d2", bot.Primary)
	approve.Confirm = &bot.Confirm{
		Title: "Approve OFF-1 · Jane Doe?", Text: "Access of Jane Doe ends Mon 30 November 2026, 17:00 (America/Toronto, UTC-05:00). Who gets what is as shown. 1 thing can't be given back.", Yes: "Yes, approve",
	}
	stop := Button("Stop", "stop", "OFF-1:1", bot.Danger)
	stop.Confirm = &bot.Confirm{Title: "Stop OFF-1?", Text: "What is not done yet is not done. What is done stays done.", Yes: "Stop it"}
	survey := append([]bot.Part{
		heading,
		bot.Prose{Text: bot.T("This is what will happen. Nothing has been changed yet, and nobody else was told. Submit it, and Marco Reyes is asked to approve.")},
		about(true),
		bot.Checklist{Title: "Could not be read", Rows: []bot.Row{Row(bot.Failed, "Could not be read: the tasks of jane (the server says 403)", ""), Row(bot.Nothing, "No account in Wiki", "searched: jane, jane.doe@example.org")}},
	}, planned()...)
	survey = append(survey, bot.Buttons{Button("Submit", "submit", "OFF-1:1:9f3ac1d2", bot.Primary), Button("Change…", "amend", "OFF-1:1", bot.Plain), discard()},
		bot.Fine{Text: bot.T("Or type: /offboard submit OFF-1 9f3ac1d2")})
	approval := append([]bot.Part{heading, bot.Prose{Text: bot.T("Hanna Berg asks for your approval. Nothing is taken away before you decide.")}, about(true)}, planned()...)
	approval = append(approval, bot.Buttons{
		approve, Button("Choose who gets what…", "answer", "OFF-1:1", bot.Plain),
		Button("Not me, ask…", "delegate", "OFF-1:1", bot.Plain), Button("Decline…", "decline", "OFF-1:1:9f3ac1d2", bot.Danger),
	}, bot.Fine{Text: bot.T("Or type: /offboard approve OFF-1 9f3ac1d2")})
	return map[string]bot.Message{
		"survey":   {Summary: "OFF-1: this is what would be taken from Jane Doe. Please read it and submit it.", Parts: survey},
		"approval": {Summary: "OFF-1: Hanna Berg asks you to approve that the access of Jane Doe ends.", Parts: approval},
		"running": {Summary: "OFF-1: 4 of 7 done, 2 steps need a person.", Parts: []bot.Part{
			heading,
			bot.Prose{Text: bot.B("OFF-1: 4 of 7 done, 2 steps need a person.")},
			about(false),
			bot.Checklist{Title: "To look at", Rows: []bot.Row{
				Row(bot.Failed, "VPN: Lock the account: jane", "the server refuses: LDAP result 50, insufficient access rights. Give the bot the right and retry."),
				Row(bot.Amber, "Company directory: Leave all groups: jane", "accepted, but a read does not show it yet"),
				Row(bot.Open, "By hand: Take back the laptop", "for IT to confirm by Thu 26 November 2026, 04:00 (America/Toronto, UTC-05:00)"),
			}},
			bot.Buttons{Button("Retry: lock the account: jane", "retry", "OFF-1:1:vpn/lock/1", bot.Primary), Button("Skip: lock the account: jane", "skip", "OFF-1:1:vpn/lock/1", bot.Danger)},
			bot.Buttons{Button("Confirm: leave all groups: ja…", "confirm", "OFF-1:1:dir/groups/1", bot.Primary), Button("Retry: leave all groups: jane", "retry", "OFF-1:1:dir/groups/1", bot.Plain)},
			bot.Buttons{Button("Confirm: take back the laptop", "confirm", "OFF-1:1:laptop", bot.Primary)},
			bot.Fine{Text: bot.T("4 proven, 1 under way. The thread has every step.")},
			bot.Buttons{Button("Note…", "note", "OFF-1:1", bot.Plain), stop},
		}},
		"many":    {Summary: "OFF-1: all steps.", Parts: manySteps()},
		"closing": closing(heading),
		"inbox":   inbox(),
		"help": {Summary: "What you can do", Parts: []bot.Part{
			bot.Heading{Text: "What you can do"},
			bot.Prose{Text: bot.T("I take people out of the systems of Lumen Works when they leave, and prove that it is done.")},
			bot.Facts{fact("/offboard inbox", "what waits for you"), fact("/offboard status OFF-42", "how a case stands"), fact("/offboard approve OFF-42", "approve what was proposed"), fact("/offboard decline OFF-42 why", "send it back with a reason")},
			bot.Buttons{Button("What waits for me", "inbox", "-", bot.Plain)},
			bot.Fine{Text: bot.T("Every card has buttons for the same things. Nothing is taken away before a manager approves it.")},
		}},
	}
}

// manySteps are 120 steps in twelve systems, one of them failed.
func manySteps() (parts []bot.Part) {
	for s := range 12 {
		list := bot.Checklist{Title: fmt.Sprintf("System %d", s+1)}
		for n := range 10 {
			r := Row(bot.Proven, fmt.Sprintf("Take away the right number %d of the account jane.doe.%d", n+1, s+1), "proven by a read · group staff (15 members)")
			if s == 7 && n == 3 {
				r = Row(bot.Failed, r.Text.String(), "needs a person: the server refuses. "+strings.Repeat("It says so at length. ", 12))
			}
			list.Rows = append(list.Rows, r)
		}
		parts = append(parts, list)
	}
	return parts
}

func closing(heading bot.Heading) bot.Message {
	text := "OFF-1 is closed: Jane Doe has no access any more."
	return bot.Message{Summary: text, Parts: []bot.Part{
		heading,
		bot.Prose{Text: bot.B(text)},
		bot.Facts{fact("Asked for by", "Hanna Berg"), fact("Approved by", "Marco Reyes"), {Label: "Began", Value: cutOff}, fact("Last lock-out", "proven after 0.4 seconds"), fact("All done", "after 4 seconds")},
		bot.Checklist{Title: "Company directory", Rows: []bot.Row{
			Row(bot.Proven, "Lock the account: jane", "proven by a read"), Row(bot.Proven, "Replace the password: jane", "proven by a read"),
			Row(bot.Proven, "Leave all groups: jane", "proven by a read · group staff (15 members)"),
		}},
		bot.Checklist{Title: "VPN", Rows: []bot.Row{Row(bot.Proven, "Lock the account: jane", "proven by a read"), Row(bot.Skipped, "Leave all groups: jane", "left out by Ivan Petrov: the group is gone")}},
		bot.Checklist{Title: "By hand", Rows: []bot.Row{Row(bot.Amber, "Take back the laptop", "confirmed by Ivan Petrov: serial LW-2207")}},
		bot.Checklist{Title: "Who gets what", Rows: []bot.Row{Row(bot.Info, "owner of design-system", "Priya Nair"), Row(bot.Info, "owner of rebranding", "Marco Reyes")}},
		bot.Checklist{Title: "What remains", Rows: []bot.Row{Row(bot.Skipped, "VPN: Leave all groups: jane", "was not done")}},
		bot.Fine{Text: bot.T("Checkpoint of the audit log. Keep this message: it proves later that nothing before it was changed.\noffboard/log/v1\n33\nq1Zq+0YzEr0TfEHCqPbJ3yZk6p2O6zGJp4lH3wA9xkE=\n\n— offboard/log/v1 az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n")},
	}}
}

func inbox() bot.Message {
	m := bot.Message{Summary: "3 things wait for you.", Parts: []bot.Part{bot.Heading{Text: "3 things wait for you."}}}
	for n, c := range []struct{ who, state, waits string }{
		{"Jane Doe", "Marco Reyes is asked to approve.", "Approve or decline it"},
		{"Tom Okafor", "3 of 9 done, 1 step needs a person.", "Confirm: Take back the laptop"},
		{"Ana Lima", "approved by Priya Nair. Everything is ready.", "Press \"Cut off now\" when the time has come"},
	} {
		id := fmt.Sprintf("OFF-%d", n+1)
		m.Parts = append(m.Parts, bot.Checklist{Rows: []bot.Row{Row(bot.Open, id+" · "+c.who, c.state), Row(bot.Open, c.waits, "")}},
			bot.Buttons{Button("Look at "+id, "status", id, bot.Plain)})
	}
	return m
}
