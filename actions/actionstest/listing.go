package actionstest

import (
	"context"
	"testing"

	"offboard/actions"
)

// Lister is what every Lister has to do: it lists each account once, by its
// immutable id, over pages that end, twice the same, and gives up when its
// context is done. It returns the accounts by id, and how many pages there were.
func Lister(t testing.TB, l actions.Lister) (accounts map[string]actions.Listed, pages int) {
	t.Helper()
	accounts, pages = list(t, l)
	if again, _ := list(t, l); len(again) != len(accounts) {
		t.Errorf("it lists %d accounts, and then %d", len(accounts), len(again))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if p, err := l.List(ctx, ""); err == nil {
		t.Errorf("it lists %d accounts although its context is done", len(p.Accounts))
	}
	return accounts, pages
}

func list(t testing.TB, l actions.Lister) (map[string]actions.Listed, int) {
	t.Helper()
	out := map[string]actions.Listed{}
	for page, n := "", 1; ; n++ {
		p, err := l.List(t.Context(), page)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range p.Accounts {
			if _, twice := out[a.ID]; twice || a.ID == "" || a.Login == "" {
				t.Errorf("the account %q (%q) is listed twice, or has no id or login", a.ID, a.Login)
			}
			out[a.ID] = a
		}
		if page = p.Next; page == "" {
			return out, n
		}
		if n > 1000 {
			t.Fatal("its pages do not end")
		}
	}
}
