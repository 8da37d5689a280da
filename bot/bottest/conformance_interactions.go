package bottest

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"

	"offboard/bot"
)

func testType(t *testing.T, s *suite) {
	s.must(s.Type(s.cast.Ann, s.cast.Room, "start", "jane *doe* <x> & co"))
	i := s.received(1)
	if i.Verb != "start" || i.Text != "jane *doe* <x> & co" || i.Form || i.Object != "" {
		t.Errorf("got %+v", i)
	}
	if i.ID == "" || i.User.ID != s.cast.Ann.ID || i.User.Platform != s.p.Name() || i.Place != s.cast.Room {
		t.Errorf("got %+v from %+v", i, s.cast.Ann)
	}
}

func testButton(t *testing.T, s *suite) {
	// The longest id there may be: verb, colon and object.
	object := strings.Repeat("o", bot.MaxID-len("approve:")-len("é:1")) + "é:1"
	s.post(s.cast.Room, bot.Message{Summary: "Press", Parts: []bot.Part{bot.Buttons{
		{Label: "Decline", Verb: "decline", Object: object},
		{
			Label: "Approve", Verb: "approve", Object: object, Style: bot.Danger,
			Confirm: &bot.Confirm{Title: "Sure?", Text: "It is hard to take back.", Yes: "Approve"},
		},
	}}}, "k1")
	s.sees(s.cast.Ben, "Approve")
	s.must(s.Click(s.cast.Ben, "Approve"))
	i := s.received(1)
	if i.Verb != "approve" || i.Object != object || i.User.ID != s.cast.Ben.ID || i.Form {
		t.Errorf("got %+v", i)
	}
	if i.Place.ID != s.cast.Room.ID || i.Place.Kind != bot.Channel {
		t.Errorf("the button is in %+v", i.Place)
	}
}

func testMenu(t *testing.T, s *suite) {
	s.post(s.cast.Room, bot.Message{Summary: "Choose", Parts: []bot.Part{bot.Menu{
		Label: "Heir", Verb: "heir", Object: "X-1:item", Field: "who",
		Options: []bot.Option{{Value: "P-1", Label: "Tom", Hint: "Design"}, {Value: "P-2", Label: "Ana"}},
	}}}, "k1")
	s.sees(s.cast.Ann, "Heir")
	s.must(s.Choose(s.cast.Ann, "Heir", "Ana"))
	i := s.received(1)
	if i.Verb != "heir" || i.Object != "X-1:item" || !maps.Equal(i.Values, map[string]string{"who": "P-2"}) {
		t.Errorf("got %+v", i)
	}
}

func testForm(t *testing.T, s *suite) {
	form := bot.Form{
		Verb: "submit", Object: "X-1", Title: "Who leaves?", Submit: "Continue",
		Intro: bot.T("Six questions, one more than some platforms can ask at once."),
		Fields: []bot.Field{
			{Name: "line", Label: "A line", Kind: bot.Line, Value: "as it was"},
			{Name: "paragraph", Label: "A paragraph", Kind: bot.Paragraph},
			{Name: "choice", Label: "A choice", Kind: bot.Choice, Required: true, Options: []bot.Option{{Value: "r", Label: "Resignation"}, {Value: "d", Label: "Dismissal"}}},
			{Name: "date", Label: "A date", Kind: bot.DateField, Required: true},
			{Name: "time", Label: "A time", Kind: bot.TimeField},
			{Name: "person", Label: "A person", Kind: bot.PersonField, Options: []bot.Option{{Value: "P-9", Label: "Tom Okafor", Hint: "Design"}}},
		},
	}
	s.options = form.Fields[5].Options
	s.says(func(_ context.Context, i bot.Interaction) bot.Reply {
		switch {
		case !i.Form:
			return bot.Reply{Form: &form}
		case i.Values["date"] < "2026-12-01":
			return bot.Reply{Errors: map[string]string{"date": "That day is over. Give a later one."}}
		}
		return bot.Say("Thank you")
	})
	s.must(s.Type(s.cast.Ann, s.cast.Room, "ask", ""))
	s.sees(s.cast.Ann, "Who leaves?")
	s.seesNot(s.cast.Ben, "Who leaves?")
	values := map[string]string{
		"line": "as it was", "paragraph": "two\nlines", "choice": "d", "date": "2026-11-01", "time": "17:30", "person": "P-9",
	}
	entered := maps.Clone(values)
	delete(entered, "line")
	s.must(s.Fill(s.cast.Ann, entered))
	s.sees(s.cast.Ann, "That day is over. Give a later one.")
	s.must(s.Fill(s.cast.Ann, map[string]string{"date": "2026-12-24"}))
	s.sees(s.cast.Ann, "Thank you")

	if i := s.received(2); !i.Form || i.Verb != "submit" || i.Object != "X-1" || !maps.Equal(i.Values, values) {
		t.Errorf("first got %+v", i)
	}
	values["date"] = "2026-12-24"
	if i := s.received(3); !i.Form || i.Object != "X-1" || !maps.Equal(i.Values, values) {
		t.Errorf("then got %+v: what was filled in has to be kept", i)
	}
}

func testPrivate(_ *testing.T, s *suite) {
	s.says(func(context.Context, bot.Interaction) bot.Reply { return bot.Say("You may not: *no* <@U1>") })
	s.must(s.Type(s.cast.Ann, s.cast.Room, "approve", "X-1"))
	s.sees(s.cast.Ann, "You may not: *no* <@U1>")
	s.seesNot(s.cast.Ben, "You may not")
}

func testThen(_ *testing.T, s *suite) {
	s.says(func(context.Context, bot.Interaction) bot.Reply {
		r := bot.Say("Looking")
		r.Then = func(context.Context) bot.Reply { return bot.Say("Found it") }
		return r
	})
	s.must(s.Type(s.cast.Ann, s.cast.Room, "find", "jane"))
	s.sees(s.cast.Ann, "Found it")
	s.seesNot(s.cast.Ben, "Found it")
}

// testParallel lets each answer wait for the other interaction, so that a
// platform that hands them on one by one does not pass.
func testParallel(t *testing.T, s *suite) {
	ctx := s.within()
	s.says(func(_ context.Context, i bot.Interaction) bot.Reply {
		err := s.signal.Await(ctx, func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return len(s.got) >= 2
		})
		if err != nil {
			return bot.Say("alone")
		}
		return bot.Say("both are here, " + i.Verb)
	})
	done := make(chan error, 2)
	go func() { done <- s.Type(s.cast.Ann, s.cast.Room, "ann", "") }()
	go func() { done <- s.Type(s.cast.Ben, s.cast.Room, "ben", "") }()
	if err := errors.Join(<-done, <-done); err != nil {
		t.Fatal(err)
	}
	s.sees(s.cast.Ann, "both are here, ann")
	s.sees(s.cast.Ben, "both are here, ben")
}

// testRedeliver accepts an adapter that drops the second delivery, and one
// that hands it on under the same id.
func testRedeliver(t *testing.T, s *suite) {
	s.must(s.Type(s.cast.Ann, s.cast.Room, "once", ""))
	first := s.received(1)
	s.must(s.Redeliver())
	s.must(s.Type(s.cast.Ann, s.cast.Room, "later", ""))
	err := s.signal.Await(s.within(), func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.got) > 0 && s.got[len(s.got)-1].Verb == "later"
	})
	s.must(err)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.got {
		if (i.Verb == "once") != (i.ID == first.ID) {
			t.Errorf("%q has id %q, the first %q had %q", i.Verb, i.ID, first.Verb, first.ID)
		}
	}
}

func testRun(t *testing.T, s *suite) {
	s.stop()
	select {
	case err := <-s.ended:
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("Run was told to end, and reports %v", err)
		}
	case <-s.within().Done():
		t.Error("Run goes on after its context is done")
	}
}
