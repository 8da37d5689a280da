package watch_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/watch"
)

// swept are a company's accounts in words: system, login, and who has left.
func swept(s actions.Swept) (out []string) {
	for _, x := range s.Strays {
		out = append(out, fmt.Sprintf("%s %s %s", x.Title, x.Login, x.Name))
	}
	return out
}

func sweepOf(mem *actionstest.Memory) watch.Sweep {
	blind := mem.System("doors", "Doors")
	blind.Lister = nil
	return watch.Sweep{
		Systems:   []actions.System{mem.System("dir", "Company directory"), mem.System("vpn", "VPN"), blind},
		Directory: mem.Directory(), Deny: func(name string) bool { return name == "backup" },
	}
}

// Found is what can be used and belongs to nobody, or to somebody who has left;
// what is locked or known is not.
func TestSweep(t *testing.T) {
	mem := actionstest.NewMemory(staff)
	gone := staff[0]
	gone.Disabled = true
	mem.SetPerson(gone)
	sys := mem.System("vpn", "VPN", "lock")
	for _, login := range []string{"jane"} { // adm-jane was forgotten
		if _, err := sys.Actions[0].Action.Do(t.Context(), actions.Target{Account: actions.Account{ID: "vpn-" + login}, Items: []actions.Item{{ID: "sign-in"}}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, login := range []string{"scanner", "backup"} {
		mem.Stray("dir", login)
	}
	for i := range 120 {
		mem.Stray("vpn", fmt.Sprintf("old%03d", i))
	}
	var told []string
	got, err := sweepOf(mem).Run(t.Context(), func(title string, done, total int) {
		told = append(told, fmt.Sprintf("%s %d of %d", title, done, total))
	})
	if err != nil {
		t.Fatal(err)
	}
	lines := swept(got)
	want := []string{"Company directory adm-jane Jane Doe", "VPN adm-jane Jane Doe", "Company directory jane Jane Doe", "Company directory scanner ", "VPN old000 "}
	if !slices.Equal(lines[:5], want) || len(lines) != 4+120 {
		t.Errorf("found %d: %q", len(lines), lines)
	}
	if !maps.Equal(got.Looked, map[string]int{"Company directory": 10, "VPN": 128}) || len(got.Unread) != 0 || !slices.Equal(got.Unable, []string{"Doors"}) {
		t.Errorf("looked at %v, unread %v, unable %v", got.Looked, got.Unread, got.Unable)
	}
	if !slices.Equal(told[:3], []string{"Company directory 0 of 0", "VPN 0 of 0", "VPN 10 of 128"}) || !slices.Contains(told, "VPN 100 of 128") {
		t.Errorf("told %q", told)
	}
}

// What could not be read is never clean, and the end of ctx is an end.
func TestASweepThatCannotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mem := actionstest.NewMemory(staff)
		mem.Fault("vpn", func(f *actionstest.Faults) { f.Down = true })
		got, err := sweepOf(mem).Run(t.Context(), nil)
		if err != nil || len(got.Strays) != 0 || !strings.Contains(got.Unread["VPN"], "refused") || len(got.Unread) != 1 {
			t.Errorf("%+v, %v", got, err)
		}
		mem.Fault(actionstest.People, func(f *actionstest.Faults) { f.Down = true })
		if got, err = sweepOf(mem).Run(t.Context(), nil); err != nil || len(got.Strays) != 0 || len(got.Unread) != 2 {
			t.Errorf("while nobody knows who is here: %+v, %v", got, err)
		}
		mem.Fault("dir", func(f *actionstest.Faults) { f.Hang = true })
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err = sweepOf(mem).Run(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("at the end of ctx: %v", err)
		}
	})
}

// listing is a system that says nothing but addresses.
type listing []actions.Listed

func (l listing) List(context.Context, string) (actions.Page, error) {
	return actions.Page{Accounts: l}, nil
}

// The directory names the owner of a chat account, and an address tells whose an
// account is; a login does not.
func TestASweepGoesByTheAddress(t *testing.T) {
	mem := actionstest.NewMemory(staff)
	tom := staff[2]
	tom.Chat = map[string]string{"chat": "6"}
	mem.SetPerson(tom)
	s := sweepOf(mem)
	s.Systems = []actions.System{{Title: "Chat", Lister: listing{
		{Account: actions.Account{ID: "1", Login: "bo"}, Enabled: true, Mail: "bo@example.com"},
		{Account: actions.Account{ID: "2", Login: "bo"}, Enabled: true, Mail: "bo@elsewhere.example"},
		{Account: actions.Account{ID: "3", Login: "tom"}, Enabled: true, Used: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)},
		{Account: actions.Account{ID: "4", Login: "backup", Chosen: true}, Enabled: true},
		{Account: actions.Account{ID: "5", Login: "sleeping"}},
		{Account: actions.Account{ID: "6", Login: "t"}, Enabled: true, Chat: "chat"},
		{Account: actions.Account{ID: "7", Login: "u"}, Enabled: true, Chat: "chat"},
	}}}
	got, err := s.Run(t.Context(), nil)
	if lines := swept(got); err != nil || !slices.Equal(lines, []string{"Chat backup ", "Chat bo ", "Chat tom ", "Chat u "}) {
		t.Errorf("%q, %v", lines, err)
	}
	if x := got.Strays[2]; x.Used.Day() != 2 || !got.Strays[0].Used.IsZero() {
		t.Errorf("last used: %+v", x)
	}
}

func TestMemoryLists(t *testing.T) {
	got, pages := actionstest.Lister(t, actionstest.NewMemory(staff).System("dir", "Directory").Lister)
	if len(got) != 8 || pages != 1 || got["dir-adm-jane"].Person != "id-jane" {
		t.Errorf("%d accounts in %d pages", len(got), pages)
	}
}
