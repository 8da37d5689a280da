package view_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// However much was found, and however long its names are, it fits into a message;
// what is new is among what is shown, and the rest is counted.
func TestSweepFits(t *testing.T) {
	long := strings.Repeat("ä", 300)
	s := view.Sweep{At: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), Looked: 31000, Known: 3, Unread: map[string]string{long: long}, Unable: []string{long}, Acts: true}
	for i := range 60 {
		x := store.Stray{System: "dir", Title: long, ID: fmt.Sprint(i, long), Login: fmt.Sprint(i, long), Name: long, Owner: long, Case: "OFF-1", Admin: i == 7, New: i == 59}
		s.Found = append(s.Found, view.Found{Stray: x, Kind: store.StrayKind(i%4 + 1), Ref: fmt.Sprintf("%016x", i)})
	}
	v := view.View{Zone: time.UTC}
	m := v.Sweep(s)
	if err := m.Check(); err != nil {
		t.Error(err)
	}
	rows, news, more := 0, false, false
	for _, p := range m.Parts {
		switch p := p.(type) {
		case bot.Checklist:
			for _, r := range p.Rows {
				rows++
				news = news || strings.HasPrefix(r.Detail.String(), "new · ")
			}
		case bot.Fine:
			more = more || p.Text.String() == "There are 40 more. On the server, \"offboard sweep\" lists all."
		case bot.Menu:
			if len(p.Options) != 20 || p.Options[0].Value != fmt.Sprintf("%016x", 59) {
				t.Errorf("%d can be chosen, the first is %q", len(p.Options), p.Options[0].Value)
			}
		}
	}
	if rows != 22 || !news || !more {
		t.Errorf("%d rows, what is new %t, the rest %t", rows, news, more)
	}
	for _, x := range s.Found[:4] {
		if err := v.StrayOne(x, true, true).Check(); err != nil {
			t.Error(err)
		}
	}
	if text := v.Counting("cases", 3100, 8000).Summary; text != "Counting cases: 3,100 of 8,000." {
		t.Errorf("%q", text)
	}
	if text := v.Looking("Company directory", 3100, 8000).Summary; text != "Looking at all accounts: Company directory 3,100 of 8,000." {
		t.Errorf("%q", text)
	}
}

// IT reads when an account was last used, where its system says that.
func TestSweepSaysWhenItWasUsed(t *testing.T) {
	for _, tt := range []struct {
		used time.Time
		want string
	}{{time.Time{}, "privileged"}, {time.Date(2026, 11, 2, 23, 0, 0, 0, time.UTC), "privileged · last used 2 November 2026"}} {
		x := view.Found{Stray: store.Stray{System: "ad", Title: "Domain", ID: "7", Login: "svc", Admin: true, Used: tt.used}, Kind: store.OfNobody}
		for _, p := range (view.View{Zone: time.UTC}).Sweep(view.Sweep{Looked: 1, Found: []view.Found{x}}).Parts {
			if list, ok := p.(bot.Checklist); ok && list.Rows[0].Detail.String() != tt.want {
				t.Errorf("%q, want %q", list.Rows[0].Detail, tt.want)
			}
		}
	}
}
