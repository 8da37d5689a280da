package people_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/bot"
	"offboard/commands/people"
	"offboard/store"
)

var roles = []people.Role{
	{Role: store.HR, Groups: []string{"hr"}, Scope: `person.country == "PT"`},
	{Role: store.HR, Groups: []string{"hr"}}, // also everywhere
	{Role: store.IT, Groups: []string{"it"}, Scope: `person.department != "IT"`},
	{Role: store.Admin, People: []string{"ada"}},
}

type office struct {
	*people.People
	t      *testing.T
	store  *store.Store
	memory *actionstest.Memory
}

func card(login string, groups ...string) actions.Person {
	return actions.Person{
		ID: "id-" + login, Login: login, Name: strings.ToUpper(login[:1]) + login[1:] + " Doe", Mail: login + "@example.com",
		Country: "PT", Department: "Design", Chat: map[string]string{"chat": "U-" + login}, Groups: groups,
	}
}

func newOffice(t *testing.T, roles []people.Role) *office {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(store.Options{Path: filepath.Join(dir, "log.db"), Keys: filepath.Join(dir, "log.keys"), Secret: "a secret for tests only"})
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, store: s, memory: actionstest.NewMemory([]actions.Person{
		card("hanna", "hr"), card("ivan", "it"), card("ada"), card("jane"), card("janet"), card("bo"),
	})}
	t.Cleanup(func() {
		if err := errors.Join(s.Check(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	if o.People, err = people.New(s, o.memory.Directory(), roles); err != nil {
		t.Fatal(err)
	}
	return o
}

func account(id string) bot.User { return bot.User{Platform: "chat", ID: id} }

// in plays in a bubble, so that time passes when nobody has anything to do.
func in(t *testing.T, f func(o *office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(newOffice(t, roles)) })
}

func (o *office) who(id string) store.Actor {
	o.t.Helper()
	a, _, err := o.Who(o.t.Context(), account(id))
	if err != nil {
		o.t.Fatal(err)
	}
	return a
}

// stranger wants an account to be refused with a text.
func (o *office) stranger(id, text string) {
	o.t.Helper()
	a, _, err := o.Who(o.t.Context(), account(id))
	r, ok := errors.AsType[*store.Refused](err)
	if !ok || a.Person != "" || !strings.Contains(r.Text, text) {
		o.t.Errorf("%s is %q and told %v, want %q", id, a.Person, err, text)
	}
}

func claimed(a store.Actor) (out []store.Role) {
	for _, c := range a.Claims {
		if !slices.Contains(out, c.Role) {
			out = append(out, c.Role)
		}
	}
	return out
}

// The directory names the account: it is linked at the first word, on the
// directory's word, and is the same person ever after.
func TestLinkByAttribute(t *testing.T) {
	in(t, func(o *office) {
		a := o.who("U-hanna")
		if again := o.who("U-hanna"); again.Person != a.Person || a.Person == "" {
			t.Errorf("first %s, then %s", a.Person, again.Person)
		}
		p, c, err := o.store.Person(a.Person)
		if err != nil || len(p.Links) != 1 || p.Links[0].How != store.ByAttribute || c.Login != "hanna" {
			t.Errorf("%+v %+v %v", p, c, err)
		}
		if got := o.Accounts(a.Person, "chat"); len(got) != 1 || got[0].ID != "U-hanna" {
			t.Errorf("the accounts are %v", got)
		}
		if got := o.Accounts(a.Person, "slack"); got != nil {
			t.Errorf("on another platform: %v", got)
		}
	})
}

// Somebody's first clicks may come at the same moment: all of them are theirs,
// and the account is tied once.
func TestFirstClicksAtTheSameMoment(t *testing.T) {
	o := newOffice(t, roles)
	const clicks = 16
	errs := make(chan error, clicks)
	for range clicks {
		go func() {
			_, _, err := o.Who(t.Context(), bot.User{Platform: "chat", ID: "U-hanna"})
			errs <- err
		}()
	}
	for range clicks {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	id, _, err := o.store.Owner("chat", "U-hanna")
	if p, _, err2 := o.store.Person(id); err != nil || err2 != nil || len(p.Links) != 1 {
		t.Errorf("%v, %v, %+v", err, err2, p.Links)
	}
}

// The directory takes an account away again: it is nobody's, though it was
// linked, until an administrator and a second person say whose it is.
func TestLinkByAttributeEndsWithTheAttribute(t *testing.T) {
	in(t, func(o *office) {
		hanna := o.who("U-hanna").Person
		moved := card("hanna", "hr")
		moved.Chat = map[string]string{"chat": "U-new"}
		o.memory.SetPerson(moved)
		time.Sleep(2 * time.Minute) // what was read before is too old then
		o.stranger("U-hanna", "does not say any more that this chat account is yours")
		if got := o.who("U-new").Person; got != hanna {
			t.Errorf("the new account is %s, want %s", got, hanna)
		}
	})
}

// Nobody, or more than one person, is named: nobody is guessed.
func TestNotLinked(t *testing.T) {
	in(t, func(o *office) {
		o.stranger("U-nobody", "not linked to a person")
		o.stranger("", "not linked to a person")
		twin := card("janet")
		twin.Chat = map[string]string{"chat": "U-jane"}
		o.memory.SetPerson(twin)
		o.stranger("U-jane", "not linked to a person")
		if last := o.store.Last(); last != 0 {
			t.Errorf("%d entries were made", last)
		}
	})
}

// Who can't sign in any more, or is not in the directory, can't decide, even
// with an account that was linked before.
func TestDisabled(t *testing.T) {
	in(t, func(o *office) {
		o.who("U-hanna")
		gone := card("hanna", "hr")
		gone.Disabled = true
		o.memory.SetPerson(gone)
		o.who("U-hanna") // what was read is fresh for a minute
		time.Sleep(time.Minute + time.Second)
		o.stranger("U-hanna", "locked in the directory")
	})
}

// Roles are read again after a minute; while the directory does not answer,
// what was read counts for an hour.
func TestRolesWhileTheDirectoryIsDown(t *testing.T) {
	in(t, func(o *office) {
		if got := claimed(o.who("U-hanna")); !slices.Equal(got, []store.Role{store.HR}) {
			t.Fatalf("hanna is %v", got)
		}
		o.memory.Fault(actionstest.People, func(f *actionstest.Faults) { f.Down = true })
		time.Sleep(59 * time.Minute)
		if got := claimed(o.who("U-hanna")); !slices.Equal(got, []store.Role{store.HR}) {
			t.Errorf("after 59 minutes without the directory hanna is %v", got)
		}
		o.stranger("U-ivan", "I don't know you yet, and the directory does not answer")
		time.Sleep(2 * time.Minute)
		o.stranger("U-hanna", "I can't check your role now")
		o.memory.Fault(actionstest.People, func(f *actionstest.Faults) { f.Down = false })
		o.memory.SetPerson(card("hanna")) // she has left HR
		if got := claimed(o.who("U-hanna")); got != nil {
			t.Errorf("out of the group hanna is still %v", got)
		}
	})
}

// A group or a login gives a role; its scope says over whom.
func TestRolesOverALeaver(t *testing.T) {
	in(t, func(o *office) {
		known := func(c actions.Person) store.PersonID {
			id, err := o.Meet(o.t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		abroad, it := card("bo"), card("janet")
		abroad.Country, it.Department = "NO", "IT"
		leavers := map[string]store.PersonID{"jane": known(card("jane")), "abroad": known(abroad), "it": known(it)}
		for _, tt := range []struct {
			who, over string
			want      []store.Role
		}{
			{"U-hanna", "jane", []store.Role{store.HR}}, // twice, told once
			{"U-hanna", "abroad", []store.Role{store.HR}},
			{"U-ivan", "jane", []store.Role{store.IT}},
			{"U-ivan", "it", nil}, // out of scope
			{"U-ada", "jane", []store.Role{store.Admin}},
			{"U-bo", "jane", nil},
		} {
			got, err := o.Roles(o.who(tt.who), leavers[tt.over])
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("%s over %s: %v, want %v (%v)", tt.who, tt.over, got, tt.want, err)
			}
		}
	})
}

// Nobody is guessed from a text.
func TestResolve(t *testing.T) {
	in(t, func(o *office) {
		for _, tt := range []struct{ text, want string }{
			{"id-jane", "jane"},                         // an id from a suggestion
			{"jane", "jane"},                            // a login that is also the beginning of another
			{"Janet Doe", "janet"},                      // a name
			{"hann", "hanna"},                           // the only match
			{"jan", "!More than one person matches"},    // two
			{"zzz", "!Nobody in the directory matches"}, // none
			{"", "!Choose somebody"},
			{"P-1", "!Nobody in the directory matches that"}, // not the name of person 1
		} {
			_, c, err := o.Resolve(o.t.Context(), "chat", tt.text)
			if want, refused := strings.CutPrefix(tt.want, "!"); refused {
				if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), tt.text) && tt.text == "P-1" {
					t.Errorf("%q: %v, want %q", tt.text, err, want)
				}
			} else if err != nil || c.Login != tt.want {
				t.Errorf("%q is %q, want %q (%v)", tt.text, c.Login, tt.want, err)
			}
		}
		o.memory.Fault(actionstest.People, func(f *actionstest.Faults) { f.Down = true })
		if _, _, err := o.Resolve(o.t.Context(), "chat", "bo"); err == nil || !strings.Contains(err.Error(), "does not answer") {
			t.Errorf("without a directory: %v", err)
		}
	})
}

// Who reads a channel is asked by account. That nobody can tell is not a no.
func TestBehind(t *testing.T) {
	in(t, func(o *office) {
		leaver, err := o.Meet(o.t.Context(), card("jane"))
		if err != nil {
			t.Fatal(err)
		}
		c := store.Case{ID: "OFF-1", Person: leaver}
		for who, want := range map[string]bool{"U-hanna": true, "U-jane": false, "U-bo": false, "U-nobody": false} {
			if id, roles, err := o.Behind(o.t.Context(), account(who), leaver); c.Visible(id, roles) != want || err != nil {
				t.Errorf("%s is %q, %v, %v", who, id, roles, err)
			}
		}
		o.memory.Fault(actionstest.People, func(f *actionstest.Faults) { f.Down = true })
		if _, _, err := o.Behind(o.t.Context(), account("U-ivan"), leaver); err == nil {
			t.Error("without a directory an unknown account is told apart")
		}
	})
}

// An address ties an account to a person only where the configuration trusts
// the platform for it, and only while the directory has the same one.
func TestLinkByMail(t *testing.T) {
	o := newOffice(t, roles)
	homeless := card("bo")
	homeless.Chat = nil // the directory names no account of his
	o.memory.SetPerson(homeless)
	bo := bot.User{Platform: "chat", ID: "U-other", Mail: "Bo@example.com"}
	if _, _, err := o.Who(t.Context(), bo); err == nil {
		t.Fatal("an address was trusted that nobody configured")
	}
	var err error
	if o.People, err = people.New(o.store, o.memory.Directory(), roles, "chat"); err != nil {
		t.Fatal(err)
	}
	for _, mail := range []string{"", "o@example.com", "nobody@example.com", "hanna@example.com"} { // Hanna's account is another one
		if _, _, err := o.Who(t.Context(), bot.User{Platform: "chat", ID: "U-other", Mail: mail}); err == nil {
			t.Errorf("%q was somebody", mail)
		}
	}
	for _, u := range []bot.User{bo, {Platform: "chat", ID: "U-other"}} {
		if _, card, err := o.Who(t.Context(), u); err != nil || card.Login != "bo" {
			t.Errorf("%+v is %s, %v", u, card.Login, err)
		}
	}
	if _, _, err := o.Who(t.Context(), bot.User{Platform: "chat", ID: "U-other", Mail: "eve@example.com"}); err == nil {
		t.Error("an account with another address is still bo's")
	}
	if o.People, err = people.New(o.store, o.memory.Directory(), roles); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.Who(t.Context(), bo); err == nil {
		t.Error("a link by mail outlives the trust")
	}
}

// A wrong scope is found when the program starts, and says which role it is.
func TestScopeOfARole(t *testing.T) {
	_, err := people.New(nil, nil, []people.Role{{Role: store.HR}, {Role: store.IT, Scope: "person.x"}})
	if err == nil || !strings.HasPrefix(err.Error(), "roles[1].scope: ") {
		t.Errorf("the error is %v", err)
	}
}
