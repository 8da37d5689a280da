package web

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"offboard/bot"
)

// toyConfig is a small company, as the demo's would be.
func toyConfig(file string) Config {
	return Config{
		Title: "Lumen Works",
		Intro: "Lumen Works is a fictional company, and Offboard is its bot. Jane Doe leaves; you play everybody who has something to say about it.\n\n" +
			"Nothing here is real, and nothing leaves this machine. Choose somebody on the left and begin.",
		People: []Person{
			{ID: "hanna", Name: "Hanna Berg", Line: "HR · Head of People", Zone: "Europe/Oslo", About: "You say who leaves.", Try: []string{"start jane", "help"}},
			{ID: "marco", Name: "Marco Reyes", Line: "Design · Design Lead, Jane's manager", Zone: "Europe/Lisbon"},
			{ID: "ines", Name: "Ines Costa", Line: "IT · System Administrator", Zone: "Europe/Lisbon"},
			{ID: "sasha", Name: "Sasha Lind", Line: "Security · Head of Security", Zone: "Europe/Oslo"},
			{ID: "aude", Name: "Aude Martin", Line: "Audit · Internal Auditor", Zone: "Europe/Lisbon"},
			{ID: "tom", Name: "Tom Okafor", Line: "Design · Designer", Zone: "Europe/Lisbon", Aside: true},
			{ID: "jane", Name: "Jane Doe", Line: "Design · Senior Designer, who leaves", Zone: "Europe/Lisbon"},
		},
		Channels: []Channel{{ID: "it-offboarding", Members: []string{"ines", "sasha", "aude"}}},
		Help: []Help{
			{"start jane", "take somebody out of the company's systems"},
			{"inbox", "what waits for you"},
			{"status OFF-1", "how a case stands"},
			{"help", "everything that can be typed"},
		},
		Next:  func() Wait { return Wait{Person: "hanna", Text: "Jane has resigned. Type: start jane"} },
		Story: []Scene{{"Hanna", "says who leaves."}, {"Marco", "approves."}},
		Panel: &toyPanel{changed: make(chan struct{})},
		File:  file,
	}
}

// toyPanel is a directory whose account can be broken and mended.
type toyPanel struct {
	mu      sync.Mutex
	down    bool
	changed chan struct{}
}

func (p *toyPanel) State() []Section {
	p.mu.Lock()
	defer p.mu.Unlock()
	directory := Line{Sign: Works, Text: "Company directory", Detail: "answers in 2 ms"}
	if p.down {
		directory = Line{Sign: Trouble, Text: "Company directory", Detail: "refuses connections"}
	}
	return []Section{
		{Title: "Jane Doe in the directory", Lines: []Line{
			{Sign: Key, Text: "jane can sign in", Detail: "last changed today", Held: []string{"design", "design-system", "office-lisbon", "rebranding", "staff"}},
			{Sign: Lock, Text: "adm-jane is locked", Detail: "in no group"},
		}},
		{
			Title: "Systems", Lines: []Line{directory, {Sign: Works, Text: "VPN", Detail: "answers in 1 ms"}, {Sign: Works, Text: "Door badges", Detail: "answers in 1 ms"}},
			Buttons: []PanelButton{{ID: "break", Label: "Break the directory", Danger: true}, {ID: "mend", Label: "Mend it"}},
		},
		{Title: "Time", Lines: []Line{{Text: "Monday 23 November 2026, 09:20"}}, Buttons: []PanelButton{{ID: "hour", Label: "+1 hour"}, {ID: "cut", Label: "To the cut-off", Off: true}, {ID: "week", Label: "Next week"}}, Note: "No cut-off lies ahead."},
		{Title: "The server", Lines: []Line{{Text: "Kill it, and look what is lost: nothing."}}, Buttons: []PanelButton{{ID: "kill", Label: "Kill me now", Danger: true}}},
	}
}

func (p *toyPanel) Act(id string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch id {
	case "break", "mend":
		p.down = id == "break"
	default:
		return errors.New("Time stands still in this toy.")
	}
	close(p.changed)
	p.changed = make(chan struct{})
	return nil
}

func (p *toyPanel) Changed() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.changed
}

// toy is a bot that takes Jane out of nothing at all.
type toy struct {
	t    testing.TB
	chat *Chat
	got  chan bot.Interaction

	mu          sync.Mutex
	draft, card bot.Ref
	gate        chan struct{} // Then waits for it
}

func newToy(t testing.TB, c *Chat) *toy {
	return &toy{t: t, chat: c, got: make(chan bot.Interaction, 100), gate: make(chan struct{})}
}

func runToy(t testing.TB, c *Chat) *toy {
	t.Helper()
	y := newToy(t, c)
	y.run()
	return y
}

// run has people reach the bot until the test ends.
func (y *toy) run() {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- y.chat.Run(ctx, y.handle) }()
	y.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			y.t.Error(err)
		}
	})
}

func (y *toy) handle(_ context.Context, i bot.Interaction) bot.Reply {
	y.got <- i
	y.mu.Lock()
	defer y.mu.Unlock()
	switch i.Verb {
	case "start":
		return bot.Reply{Form: toyForm()}
	case "draft":
		if i.Values["day"] < time.Now().Format(time.DateOnly) {
			return bot.Reply{Errors: map[string]string{"day": "That day is over. Give today or a later one."}}
		}
		y.draft = y.post(direct("hanna"), toyDraft(), "hanna", "draft")
		return bot.Reply{Message: saying("OFF-1 is a draft. I am looking at what Jane Doe has; nothing was changed, and nobody else was told.")}
	case "submit":
		y.edit(y.draft, toyCard("Marco Reyes is asked to approve. Nothing happens before that.", bot.Open))
		y.post(direct("marco"), toyApproval(), "marco", "approval")
		return bot.Say("Submitted. Marco Reyes is asked to approve; you see here what happens.")
	case "heir":
		return bot.Say("Tom Okafor gets the design system and its keys.")
	case "approve":
		y.card = y.post(channel("it-offboarding"), toyCard("It has begun.", bot.Running), "", "card")
		in := y.card.Place
		in.Thread = y.card.ID
		y.post(in, bot.Message{Summary: "What was found in the directory", Parts: []bot.Part{bot.Prose{Text: bot.T("jane: groups design, design-system, office-lisbon, rebranding and staff. adm-jane: group administrators.")}}}, "", "detail")
		gate := y.gate
		return bot.Reply{Message: saying("Approved. I begin."), Then: func(context.Context) bot.Reply {
			<-gate
			y.edit(y.card, toyCard("Jane Doe is out. Every line was read back from the system itself.", bot.Proven))
			return bot.Say("Done, and proven.")
		}}
	case "panic":
		panic("a broken verb")
	}
	return bot.Reply{Message: &bot.Message{Summary: "What you can do", Parts: []bot.Part{
		bot.Heading{Text: "What you can do"},
		bot.Facts{{Label: "/offboard start jane", Value: bot.T("take somebody out of the company's systems")}, {Label: "/offboard inbox", Value: bot.T("what waits for you")}},
	}}}
}

func (y *toy) post(at bot.Place, m bot.Message, notify, key string) bot.Ref {
	if notify != "" {
		m.Notify = []bot.User{{Platform: name, ID: notify}}
	}
	ref, err := y.chat.Post(context.Background(), at, m, key)
	if err != nil {
		y.t.Error(err)
	}
	return ref
}

func (y *toy) edit(ref bot.Ref, m bot.Message) {
	if err := y.chat.Edit(context.Background(), ref, m); err != nil {
		y.t.Error(err)
	}
}

func saying(text string) *bot.Message {
	r := bot.Say(text)
	return r.Message
}

func toyForm() *bot.Form {
	return &bot.Form{
		Verb: "draft", Object: "jane", Title: "Offboarding", Submit: "See what will happen",
		Intro: bot.Join(bot.B("Jane Doe"), bot.T(" — Senior Designer · Design · Lisbon · jane")),
		Fields: []bot.Field{
			{Name: "kind", Label: "Kind", Kind: bot.Choice, Required: true, Options: []bot.Option{{Value: "resignation", Label: "Resignation"}, {Value: "termination", Label: "Termination"}, {Value: "leave", Label: "Garden leave"}}},
			{Name: "day", Label: "Last day of work", Kind: bot.DateField, Required: true},
			{Name: "time", Label: "Access ends at", Kind: bot.TimeField, Hint: "Their time, Europe/Lisbon (now UTC+00:00)"},
			{Name: "who", Label: "Who approves", Kind: bot.PersonField, Required: true, Value: "P-5", Hint: "The manager, or somebody in their place", Options: []bot.Option{{Value: "P-5", Label: "Marco Reyes", Hint: "Design Lead · Design · Lisbon"}, {Value: "P-1", Label: "Clara Okonkwo", Hint: "Chief Executive · Lisbon"}}},
			{Name: "reason", Label: "Reason", Kind: bot.Paragraph, Hint: "Only those who work on the case see it"},
		},
	}
}

func toyFacts() bot.Facts {
	marco := bot.User{Platform: name, ID: "marco"}
	return bot.Facts{
		{Label: "Person", Value: bot.T("Jane Doe — Senior Designer · Design · Lisbon · jane")},
		{Label: "Manager", Value: bot.Text{{Plain: "Marco", User: &marco}}},
		{Label: "Access ends", Value: bot.Text{{Plain: "Friday at five", Time: time.Date(2026, 11, 27, 17, 0, 0, 0, time.UTC)}}},
		{Label: "Policy", Value: bot.Text{{Plain: "Leaving the company", URL: "https://example.com/leaving"}}},
	}
}

func toyRows(mark bot.Mark) []bot.Part {
	last, detail := mark, ""
	if mark == bot.Running {
		last, detail = bot.Open, "after the account is locked"
	}
	return []bot.Part{
		bot.Checklist{Title: "Company directory", Rows: []bot.Row{
			{Mark: bot.Info, Text: bot.T("Found: jane and adm-jane")},
			{Mark: mark, Text: bot.T("Lock the account: jane and adm-jane (administrator)")},
			{Mark: last, Text: bot.T("Leave all groups: jane and adm-jane"), Detail: bot.T(detail)},
		}},
		bot.Checklist{Title: "VPN", Rows: []bot.Row{
			{Mark: mark, Text: bot.T("Lock the account: jane"), Detail: bot.T("open sessions end within a minute")},
			{Mark: bot.Amber, Text: bot.T("End the sessions: jane"), Detail: bot.T("the server took the order and shows nothing")},
		}},
		bot.Checklist{Title: "By hand", Rows: []bot.Row{
			{Mark: bot.Failed, Text: bot.T("Take back the laptop"), Detail: bot.T("IT does this; it was due yesterday")},
			{Mark: bot.Skipped, Text: bot.T("Take back the key card")},
			{Mark: bot.Nothing, Text: bot.T("Company phone")},
		}},
	}
}

func toyCard(text string, mark bot.Mark) bot.Message {
	parts := []bot.Part{bot.Heading{Text: "OFF-1 · Jane Doe"}, bot.Prose{Text: bot.T(text)}, toyFacts()}
	return bot.Message{Summary: "OFF-1, Jane Doe: " + text, Parts: append(parts, toyRows(mark)...)}
}

func toyDraft() bot.Message {
	m := toyCard("This is what will happen. Nothing has been changed yet. Submit it, and Marco Reyes is asked to approve.", bot.Open)
	m.Parts = append(m.Parts, bot.Buttons{
		{Label: "Submit", Verb: "submit", Object: "OFF-1", Style: bot.Primary},
		{Label: "Change…", Verb: "amend", Object: "OFF-1"},
		{Label: "Discard…", Verb: "cancel", Object: "OFF-1", Style: bot.Danger, Confirm: &bot.Confirm{Title: "Discard the draft?", Text: "Nothing has happened yet, so nothing is lost but what you typed.", Yes: "Discard"}},
	})
	return m
}

func toyApproval() bot.Message {
	m := toyCard("Hanna Berg asks for your approval. Nothing is taken away before you decide.", bot.Open)
	m.Parts = append(m.Parts,
		bot.Menu{Label: "Who gets the group design-system?", Verb: "heir", Object: "OFF-1:design", Field: "heir", Options: []bot.Option{{Value: "P-8", Label: "Tom Okafor", Hint: "Designer"}, {Value: "P-7", Label: "Priya Nair", Hint: "Designer"}}},
		bot.Buttons{
			{Label: "Approve…", Verb: "approve", Object: "OFF-1:1:9f3a", Style: bot.Primary, Confirm: &bot.Confirm{Title: "Take Jane Doe out?", Text: "Four systems are changed on Friday at 17:00. One thing can't be given back: the old password.", Yes: "Approve"}},
			{Label: "Decline…", Verb: "decline", Object: "OFF-1:1", Style: bot.Danger},
		},
		bot.Fine{Text: bot.T("You can also type /offboard approve OFF-1.")})
	return m
}
