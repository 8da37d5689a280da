package main

import (
	"encoding/json"
	"strings"
	"testing"

	"offboard/store"
)

// The accounts that belong to nobody are printed, for people and for scripts,
// also while the server runs, which knows what was said about them; a system that
// can't be read is no clean one.
func TestSweepCommand(t *testing.T) {
	o := newOffice(t)
	o.configure(strings.Replace(officeConfig, "[break-glass, offboard]", "[offboard]", 1)) // so one belongs to nobody
	o.run("sweep").want(t, 0, "Company directory: ", "accounts", "There is no database yet")
	first := o.swept(t)
	if len(first.Strays) == 0 || !first.Unasked {
		t.Fatalf("%+v", first)
	}
	o.fill()
	o.known(first.Strays[0])
	if got := o.swept(t); len(got.Strays) != len(first.Strays)-1 || got.Known != 1 || got.Unasked {
		t.Errorf("without a server: %+v", got)
	}
	o.serving()
	if got := o.swept(t); len(got.Strays) != len(first.Strays)-1 || got.Known != 1 || got.Unasked {
		t.Errorf("by the server: %+v", got)
	}
	if r := o.run("sweep").want(t, 0, "1 known"); strings.Contains(r.out, "no database") {
		t.Error(r.out)
	}
}

func (o *office) swept(t *testing.T) (out sweepJSON) {
	t.Helper()
	if err := json.Unmarshal([]byte(o.run("sweep", "--json").want(t, 0).out), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// known says that an account may stay.
func (o *office) known(x strayJSON) {
	o.t.Helper()
	s, err := store.Open(storeOptions(o.config()))
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			o.t.Error(err)
		}
	}()
	ivan, err := s.Meet(o.t.Context(), store.Bot("people"), store.Card{ID: "id-ivan", Name: "Ivan", Login: "ivan"})
	if err != nil {
		o.t.Fatal(err)
	}
	actor := store.Actor{Person: ivan, Via: "web", Claims: []store.Claim{{Role: store.IT}}}
	until := store.Date(s.Now().AddDate(0, 1, 0).Format("2006-01-02"))
	account := s.SystemAccount(o.config().Directory, x.ID, x.Login)
	if _, err := s.Append(o.t.Context(), store.Installation, actor, store.Explained{Account: account, Until: until, Reason: store.Seal("it is known")}); err != nil {
		o.t.Fatal(err)
	}
}
