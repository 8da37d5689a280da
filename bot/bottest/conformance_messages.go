package bottest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"offboard/bot"
)

func testEdit(t *testing.T, s *suite) {
	ref := s.post(s.cast.Room, prose("before the edit"), "k1")
	s.sees(s.cast.Ann, "before the edit")
	s.sees(s.cast.Ben, "before the edit")
	notified := s.Notified(s.cast.Ann)
	m := prose("after the edit")
	m.Notify = []bot.User{s.cast.Ann}
	s.must(s.p.Edit(s.within(), ref, m))
	s.sees(s.cast.Ann, "after the edit")
	s.seesNot(s.cast.Ann, "before the edit")
	if n := s.Notified(s.cast.Ann); n != notified {
		t.Errorf("the edit notified %d times", n-notified)
	}
}

func testNotify(t *testing.T, s *suite) {
	ann, ben := s.Notified(s.cast.Ann), s.Notified(s.cast.Ben)
	m := prose("for Ann")
	m.Notify = []bot.User{s.cast.Ann}
	s.post(s.cast.Room, m, "k1")
	if err := s.Await(s.within(), func() bool { return s.Notified(s.cast.Ann) == ann+1 }); err != nil {
		t.Errorf("Ann was notified %d times, not once", s.Notified(s.cast.Ann)-ann)
	}
	if n := s.Notified(s.cast.Ben) - ben; n != 0 {
		t.Errorf("Ben was notified %d times", n)
	}
}

func testDirect(_ *testing.T, s *suite) {
	s.post(s.direct(s.cast.Ann), prose("between us"), "k1")
	s.sees(s.cast.Ann, "between us")
	s.seesNot(s.cast.Ben, "between us")
}

func testThread(_ *testing.T, s *suite) {
	root := s.post(s.cast.Room, prose("the card"), "k1")
	at := root.Place
	at.Thread = root.ID
	ref := s.post(at, prose("the details"), "k2")
	s.sees(s.cast.Ben, "the details")
	s.must(s.p.Edit(s.within(), ref, prose("newer details")))
	s.sees(s.cast.Ben, "newer details")
	s.sees(s.cast.Ben, "the card")
}

func testParts(_ *testing.T, s *suite) {
	ann := s.cast.Ann
	s.post(s.cast.Room, bot.Message{Summary: "All parts", Parts: []bot.Part{
		bot.Heading{Text: "A heading"},
		bot.Prose{Text: bot.Join(
			bot.T("Plain, "), bot.B("bold, "), bot.Text{{Plain: "a link", URL: "https://example.com/x"}},
			bot.Text{{Plain: "@Ann", User: &ann}},
			bot.Text{{Plain: "on Monday", Time: time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC)}},
		)},
		bot.Facts{{Label: "Last day", Value: bot.T("30 November")}, {Label: "Manager", Value: bot.T("Ben")}},
		bot.Checklist{Title: "A system", Rows: allMarks()},
		bot.Menu{Label: "Heir", Verb: "heir", Object: "X-1", Field: "heir", Options: []bot.Option{{Value: "p1", Label: "Tom"}}},
		bot.Buttons{{Label: "Approve", Verb: "approve", Object: "X-1", Style: bot.Primary}, {Label: "Stop", Verb: "stop", Object: "X-1", Style: bot.Danger}},
		bot.Fine{Text: bot.T("Small print")},
	}}, "k1")
	for _, text := range []string{
		"A heading", "Plain,", "bold,", "a link", "30 November", "Last day", "A system",
		"row open", "row failed", "detail of failed", "Heir", "Approve", "Stop", "Small print",
	} {
		s.sees(ann, text)
	}
}

func allMarks() []bot.Row {
	var rows []bot.Row
	for _, m := range []bot.Mark{bot.Open, bot.Running, bot.Proven, bot.Amber, bot.Failed, bot.Skipped, bot.Nothing, bot.Info} {
		rows = append(rows, bot.Row{Mark: m, Text: bot.T("row " + string(m)), Detail: bot.T("detail of " + string(m))})
	}
	return rows
}

// markup is text that some platform gives a meaning to.
var markup = []string{
	"*bold* **bold** _x_ __x__ ~x~ ~~x~~ ||x||", "`code` ```code```", "<@U1> <@!1> <@&1> <#C1> @everyone @here",
	"<!channel> <!everyone> <!subteam^S1> <!date^1|x>", "<https://example.com|click>", "[a](https://example.com)",
	`\ \* \_ a\b`, "& &amp; &lt;b&gt; <b>x</b> <script>", "# no heading", "-# no small print", "> no quote",
	"- no list", "1. no list", ":smile: <:x:1> <t:1:R>", "mailto:a@example.com",
}

func testLiteral(t *testing.T, s *suite) {
	before := s.Notified(s.cast.Ann)
	for i, text := range markup {
		word := func(where string) bot.Text { return bot.T(where + " " + text) }
		s.post(s.cast.Room, bot.Message{Summary: text, Parts: []bot.Part{
			bot.Heading{Text: text + " heading"},
			bot.Prose{Text: bot.T(text + " prose")},
			bot.Prose{Text: bot.T("two lines\n" + text + " second")},
			bot.Prose{Text: bot.B(text)},
			bot.Facts{{Label: "Fact", Value: word("fact")}},
			bot.Checklist{Title: text + " title", Rows: []bot.Row{{Mark: bot.Open, Text: word("row"), Detail: word("detail")}}},
			bot.Fine{Text: word("fine")},
		}}, fmt.Sprintf("k%d", i))
		for _, seen := range []string{
			text + " heading", text + " prose", text + " second", "fact " + text,
			text + " title", "row " + text, "detail " + text, "fine " + text,
		} {
			s.sees(s.cast.Ann, seen)
		}
	}
	if n := s.Notified(s.cast.Ann) - before; n != 0 {
		t.Errorf("markup notified Ann %d times", n)
	}
}

func testControl(t *testing.T, s *suite) {
	for i, r := range "\u202a\u202e\u2066\u2069\x00\x07\x1b\r\u0085" {
		// Refusing the message is as good as cleaning it.
		_, err := s.p.Post(s.within(), s.cast.Room, prose(fmt.Sprintf("a%cb %d", r, i)), fmt.Sprintf("k%d", i))
		if err == nil {
			s.sees(s.cast.Ann, fmt.Sprintf("b %d", i))
		}
		if strings.ContainsRune(s.Sees(s.cast.Ann), r) {
			t.Errorf("%U reached Ann", r)
		}
	}
}

func testLimits(t *testing.T, s *suite) {
	var row bot.Buttons
	for i := range bot.MaxRow + 1 {
		row = append(row, bot.Button{Label: "Too many", Verb: "v", Object: fmt.Sprint(i)})
	}
	m := bot.Message{Summary: "Six buttons", Parts: []bot.Part{row}}
	if _, err := s.p.Post(s.within(), s.cast.Room, m, "k1"); err == nil {
		t.Error("a row of six buttons was posted")
	}
	s.seesNot(s.cast.Ann, "Too many")
	ref := s.post(s.cast.Room, prose("fine"), "k2")
	if err := s.p.Edit(s.within(), ref, m); err == nil {
		t.Error("a message was edited into one of six buttons in a row")
	}
	s.sees(s.cast.Ann, "fine")
}

func testKey(t *testing.T, s *suite) {
	first := s.post(s.cast.Room, prose("only once"), "the-key")
	second := s.post(s.cast.Room, prose("only once"), "the-key")
	if first != second {
		t.Errorf("the same key gave %v and %v", first, second)
	}
	s.post(s.cast.Room, prose("another key"), "another-key")
	s.post(s.direct(s.cast.Ann), prose("another place"), "the-key")
	s.sees(s.cast.Ann, "another key")
	s.sees(s.cast.Ann, "another place")
	if n := times(s.Sees(s.cast.Ann), "only once"); n != 1 {
		t.Errorf("the message is there %d times", n)
	}
}

func testChecklist(t *testing.T, s *suite) {
	list := bot.Checklist{Title: "Everything"}
	for i := range 120 {
		row := bot.Row{Mark: bot.Proven, Text: bot.T(fmt.Sprintf("item %03d of a long list", i))}
		if i == 97 {
			row = bot.Row{Mark: bot.Failed, Text: bot.T("item 097 of a long list"), Detail: bot.T("the server says no")}
		}
		list.Rows = append(list.Rows, row)
	}
	s.post(s.cast.Room, bot.Message{Summary: "A long list", Parts: []bot.Part{list}}, "k1")
	s.sees(s.cast.Ann, "item 097 of a long list")
	s.sees(s.cast.Ann, "the server says no")
	seen := s.Sees(s.cast.Ann)
	if shown := times(seen, "of a long list"); shown < 120 {
		counts, row := strings.Index(seen, list.Counts()), strings.Index(seen, "item ")
		if counts < 0 || counts > row {
			t.Errorf("%d of 120 rows are shown, and %q does not stand above them:\n%s", shown, list.Counts(), seen)
		}
	}
}

func testGone(t *testing.T, s *suite) {
	ref := s.post(s.cast.Room, prose("soon removed"), "k1")
	s.RemoveMessage(ref)
	if err := s.p.Edit(s.within(), ref, prose("x")); !errors.Is(err, bot.ErrGone) {
		t.Errorf("edit of a removed message: %v", err)
	}
	ref = s.post(s.cast.Room, prose("soon unreachable"), "k2")
	s.RemovePlace(s.cast.Room)
	if err := s.p.Edit(s.within(), ref, prose("x")); !errors.Is(err, bot.ErrGone) {
		t.Errorf("edit in a removed place: %v", err)
	}
	if _, err := s.p.Post(s.within(), s.cast.Room, prose("x"), "k3"); !errors.Is(err, bot.ErrGone) {
		t.Errorf("post to a removed place: %v", err)
	}
	if _, err := s.p.Members(s.within(), s.cast.Room); !errors.Is(err, bot.ErrGone) {
		t.Errorf("members of a removed place: %v", err)
	}
}

func testMembers(t *testing.T, s *suite) {
	for _, c := range []struct {
		at   bot.Place
		want []string
	}{
		{s.cast.Room, []string{s.cast.Ann.ID, s.cast.Ben.ID}},
		{s.direct(s.cast.Ben), []string{s.cast.Ben.ID}},
	} {
		users, err := s.p.Members(s.within(), c.at)
		s.must(err)
		var ids []string
		for _, u := range users {
			ids = append(ids, u.ID)
			if u.Platform != s.p.Name() {
				t.Errorf("member %s has platform %q", u.ID, u.Platform)
			}
		}
		slices.Sort(ids)
		slices.Sort(c.want)
		if !slices.Equal(ids, c.want) {
			t.Errorf("members of %s are %v, not %v", c.at.ID, ids, c.want)
		}
	}
}
