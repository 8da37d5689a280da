package main

import (
	"fmt"
	"net/http"
	"testing"

	"offboard/store"
)

// What anybody may ask over HTTP says nothing of a confidential case: how ready
// the server is, and whether a link is one that it made. (The control socket is
// for whoever runs the server alone; see TestSocket.)
func TestHiddenCaseAtTheDoor(t *testing.T) {
	o := newOffice(t)
	a, err := newApp(o.config(), operator(), just(mustChat(t)...), zerologNop, store.Clock{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	h := newHealth(a, zerologNop)
	h.look(t.Context())
	asked := func() (out string) {
		for _, path := range []string{"/healthz", "/readyz", "/notme/5.aaaaaaaaaaaaaaaaaaaaaa", "/notme/2.aaaaaaaaaaaaaaaaaaaaaa", "/metrics", "/"} {
			for _, accept := range []string{"*/*", "application/json"} {
				w := get(t, h.handler(), path, accept)
				out += fmt.Sprintf("%s %s: %d %v\n%s\n", path, accept, w.Code, w.Header(), w.Body)
			}
		}
		return out
	}
	before := asked()
	var ids []store.PersonID
	for _, login := range []string{"hanna", "jane", "marco"} {
		id, err := a.store.Meet(t.Context(), store.Bot("test"), store.Card{ID: "id-" + login, Name: login, Login: login})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	hanna := store.Actor{Person: ids[0], Via: "web", Claims: []store.Claim{{Role: store.HR}}}
	c, err := a.store.Append(t.Context(), store.NewCase, hanna, store.Drafted{Person: ids[1], Systems: []string{"corp"}, Terms: store.Terms{
		Kind: "termination", LastDay: "2096-11-30", Zone: "UTC", Manager: ids[2], CutOff: store.CutOff{Mode: store.Press}, Confidential: true,
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.store.Append(t.Context(), string(c.ID), hanna, store.Requested{Change: store.Change{Verb: store.VerbReschedule, Plan: 1, CutOff: store.CutOff{Mode: store.Now}}}); err != nil {
		t.Fatal(err)
	}
	if after := asked(); after != before {
		t.Errorf("before the case\n%s\nand with it\n%s", before, after)
	}
	if e, err := a.store.Event(a.store.Last()); err != nil || !e.Decides() || get(t, h.handler(), "/notme/"+a.store.DisownToken(e), "").Code != http.StatusOK {
		t.Errorf("the last entry is no decision with a link: %+v, %v", e, err)
	}
}
