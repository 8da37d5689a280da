package store

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// A log of each released version folds to the same cases for ever. Its entries
// are written once, by the program of that version, and never again: -update
// makes them only where there are none. The golden file is what they fold to;
// if it changes, an old log would mean something else to the new program.
func TestReleasedFormats(t *testing.T) {
	entries := filepath.Join("testdata", "v1", "entries.jsonl")
	if _, err := os.Stat(entries); errors.Is(err, os.ErrNotExist) && *update {
		writeReleased(t, entries)
	}
	raw := read(t, entries)
	cases, persons := map[string]Case{}, map[string]Person{}
	var state State
	var list Batch
	var order []string
	kinds := map[string]bool{}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, 2*MaxEntry)
	for lines.Scan() {
		e, err := decode(lines.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		kinds[e.Body.kind()] = true
		// Written again, it is the same entry: nothing in it is lost.
		if again, err := encode(e); err != nil || !bytes.Equal(again, lines.Bytes()) {
			t.Errorf("entry %d is written as\n%s\nand was\n%s (%v)", e.Seq, again, lines.Bytes(), err)
		}
		switch {
		case strings.HasPrefix(e.Subject, "OFF-"):
			if _, ok := cases[e.Subject]; !ok {
				order = append(order, e.Subject)
			}
			cases[e.Subject] = cases[e.Subject].Apply(e)
		case e.Subject == Installation:
			state = state.Apply(e)
		case isBatch(e.Subject):
			if list.ID != BatchID(e.Subject) {
				list = Batch{}
			}
			list = list.Apply(e)
		default:
			persons[e.Subject] = persons[e.Subject].Apply(e)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	for kind := range bodyTypes {
		if !kinds[kind] {
			t.Errorf("no entry is a %q: a new kind needs a log of its own version", kind)
		}
	}
	var out strings.Builder
	show := func(name string, v any) {
		b, err := json.MarshalIndent(v, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s\n%s\n", name, b)
	}
	for _, id := range order {
		show(id, cases[id])
		show(id+" (row)", cases[id].Summary())
	}
	show("P-1", persons["P-1"])
	show(Installation, state)
	if list.ID != "" {
		show("the last list", list)
	}
	golden(t, filepath.Join("v1", "folded.txt"), out.String())
}

// writeReleased makes a log with every kind of entry in it.
func writeReleased(t *testing.T, path string) {
	o, k := clocked(t)
	id := string(o.asked().ID)
	o.do(id, "marco", Delegated{Plan: 1, To: o.people["bo"], Reason: Seal("not mine")})
	o.do(id, "hanna", Amended{Terms: o.terms()})
	c := o.bot(id, Surveyed{Plan: 1, System: "dir", Steps: steps(), Unread: []Private{Seal("u")}, Notes: []Private{Seal("n")}})
	o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	c = o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Reason: Seal("the day is wrong")})
	o.do(id, "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	o.do(id, "marco", Answered{Plan: 1, Rev: c.Plan(1).Rev, Answers: []Answer{
		{Step: "dir/owner/1", Item: "1", Choice: Keep, Until: "2096-01-01", Reason: Seal("a trial")}, {Step: "dir/owner/1", Item: "2", Choice: Give, Heir: o.people["bo"]},
	}})
	o.do(id, "marco", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	c = o.do(id, "hanna", Requested{Change: Change{Verb: VerbReschedule, Plan: 1, CutOff: CutOff{Mode: Press}}})
	o.do(id, "sasha", Seconded{Entry: c.Seq, Agree: true})
	o.do(id, "ivan", Pressed{Plan: 1})
	o.bot(id, Started{Plan: 1})
	c = o.bot(id, Attempted{Plan: 1, Step: "dir/lock/1", Items: []Item{{ID: "2"}}, Found: Seal("[]"), Left: 1})
	o.bot(id, Failed{Plan: 1, Step: "dir/lock/1", Entry: c.Seq, Why: Refuses, Message: Seal("no")})
	o.do(id, "sasha", Taken{Plan: 1, Step: "dir/lock/1"})
	o.do(id, "ivan", Retried{Plan: 1, Step: "dir/lock/1"})
	o.attempt(CaseID(id), "dir/lock/1")
	o.do(id, "ivan", ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: Seal("4711")})
	o.do(id, "ivan", Noted{Text: Seal("n")})
	o.another()
	_, id = o.left()
	o.do(id, "hanna", o.undo())
	c = o.bot(id, Surveyed{Plan: 2, System: "dir", Steps: back()})
	o.do(id, "hanna", Submitted{Plan: 2, Scope: c.Plan(2).Scope})
	o.do(id, "marco", Decided{Plan: 2, Scope: c.Plan(2).Scope, Approve: true})
	o.bot(id, Drifted{Plan: 2, System: "dir", Steps: []StepPlan{{ID: "dir/lock/2", System: "dir", Words: "Unlock the account", Account: Seal("b")}}})
	o.do(id, "hanna", Stopped{Plan: 2})
	o.another()
	o.leaver = "lasting"
	o.people[o.leaver] = o.meet(o.leaver)
	lasting := string(o.asked().ID)
	o.do(lasting, "marco", Delegated{Plan: 1, To: o.people["priya"]})
	o.bot(lasting, FellBack{Plan: 1, To: []PersonID{o.people["helge"], o.people["sasha"]}})
	o.parts("priya", CutOff{Mode: Now}, false)
	o.bot(lasting, Replaced{Plan: 1, From: o.people["priya"], To: o.people["bo"]})
	c = o.do(lasting, "hanna", Requested{Change: Change{Verb: VerbReschedule, Plan: 1, CutOff: future}})
	o.do(lasting, "bo", Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
	o.bot(lasting, Resurveyed{Plan: 1, For: future.At, Systems: []string{"dir"}, Unread: []Private{Seal("u")}})
	o.another()
	o.leaver = "lasting two"
	o.people[o.leaver] = o.meet(o.leaver)
	lasting = string(o.lasting().ID)
	o.bot(lasting, FellBack{Plan: 1, To: []PersonID{o.people["helge"]}})
	c, _ = o.Case(CaseID(lasting))
	o.approve(c, "helge")
	o.bot(lasting, Defaulted{Plan: 1, To: o.people["bo"]})
	o.bot(lasting, Started{Plan: 1})
	k.pass(time.Hour)
	o.bot(lasting, Lapsed{Plan: 1, Step: "tasks/badge/1"})
	o.another()
	o.do(string(o.asked().ID), "sasha", Rushed{Plan: 1, Reason: Seal("now")})
	o.another()
	_, id = o.left()
	o.cameBack(id, "1", "2")
	o.bot(id, o.retake("dir/lock/1"))
	c = o.bot(id, Surveyed{Plan: 2, System: "dir", Steps: back()})
	o.bot(id, Unasked{Plan: 2, Scope: c.Plan(2).Scope})
	o.bot(Installation, Rechecked{Cases: 2, Systems: []Reread{{System: "dir", To: o.Now(), Clean: 3, Left: 1, Back: 1, Unread: []Unread{{CaseID(id), 1, "dir/lock/1"}}}}})
	stray := o.SystemAccount("dir", "4711", "backup")
	o.bot(Installation, Swept{Due: o.Now(), Systems: []SweptSystem{{System: "dir", Looked: 30, Found: 1}, {System: "vpn", Unread: true}, {System: "doors", Unable: true}}, New: 1, Known: 2, Tell: true, Found: Seal("{}")})
	o.do(Installation, "ivan", Explained{Account: stray, Until: "2026-12-31", Reason: Seal("the backup runs with it")})
	o.do(string(o.people["jane"]), "ivan", Owned{Account: stray})
	o.another()
	_, id = o.left()
	o.do(id, "hanna", Rehired{Reason: Seal("back from March")})
	o.another()
	_, gone := o.left()
	o.do(gone, "hanna", Rated{Rating: Poor, Comment: Seal("it took a day")})
	o.do(gone, "hanna", Rehired{Reason: Seal("back")})
	o.another()
	wiped := string(o.wiping(CutOff{Mode: Now}).ID)
	k.pass(time.Hour)
	o.bot(wiped, Started{Plan: 1, Delay: ByOutage})
	doubt := o.doubted(k, time.Hour)
	o.bot(wiped, Withheld{Plan: 1, Step: "dir/wipe/1"})
	o.do(Installation, "ivan", Trusted{Entry: doubt, Ahead: time.Hour})
	o.do(Installation, "ivan", Paused{On: true, Reason: Seal("r")})
	o.do(string(o.people["jane"]), "sasha", LegallyHeld{On: true, Reason: Seal("a lawsuit")})
	bo := o.Account("slack", "U1")
	o.bot(string(o.people["jane"]), Linked{Account: o.Account("slack", "U0"), How: ByAttribute})
	o.do(string(o.people["jane"]), "ada", Requested{Change: Change{Verb: VerbLink, Account: &bo}})
	o.do(string(o.people["jane"]), "anton", Seconded{Entry: o.Last(), Agree: true})
	if _, err := o.Append(t.Context(), Installation, Operator("root"), Configured{File: Seal("f"), Rules: Seal("r"), Wanted: Seal("w")}); err != nil {
		t.Fatal(err)
	}
	o.do(Installation, "sasha", Seconded{Entry: o.Last(), Agree: true})
	o.bot(Installation, Counted{People: 120})
	o.bot(Installation, Tripped{Source: "slack", By: o.people["hanna"], Cases: 30, Limit: 30, Window: 24 * time.Hour})
	o.do(Installation, "sasha", Requested{Change: Change{Verb: VerbBreaker, Of: o.Last(), Reason: Seal("all known")}})
	o.do(Installation, "ada", Seconded{Entry: o.Last(), Agree: true})
	list := o.list("hanna", o.rows(2))
	c, _ = o.open(list, 0, "hanna")
	o.bot(string(list), Excepted{Rows: []Exception{{Row: 1, Why: Seal("w")}}})
	o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: steps()})
	o.do(string(list), "hanna", Sent{Scope: o.whole(list).Scope, To: o.people["marco"]})
	o.do(string(list), "marco", Decided{Scope: o.whole(list).Scope, Approve: true})
	if err := o.cover(list, c.ID); err != nil {
		t.Fatal(err)
	}
	o.another()
	knowing := steps()
	knowing[1].Then, knowing[1].Items[0].Then = &Then{Words: "Rotate the secret", Manual: Manual{Owner: IT}}, true
	c = o.draft("hanna")
	c = o.bot(string(c.ID), Surveyed{Plan: 1, System: "dir", Steps: append(knowing, asks("questions"))})
	o.do(string(c.ID), "hanna", Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	o.do(string(c.ID), "marco", Replied{Plan: 1, Replies: []Reply{{Question: "jobs", None: true}}})
	o.approve(c, "marco")
	o.do(string(c.ID), "marco", Replied{Plan: 1, Replies: []Reply{{Question: "secrets", Text: Seal("the alarm code")}}})
	list, err := o.List(t.Context(), Operator("root"), CutOff{Mode: Now}, o.rows(1))
	if err != nil {
		t.Fatal(err)
	}
	o.people["gone"], o.claims["gone"] = o.meet("gone"), []Claim{{Role: HR}}
	o.do(string(list), "gone", Adopted{})
	c, _ = o.open(list, 0, "gone")
	o.parts("gone", CutOff{Mode: Now}, false)
	o.bot(string(list), Orphaned{From: o.people["gone"]})
	o.do(string(list), "hanna", Adopted{})
	o.bot(string(c.ID), Inherited{From: o.people["gone"], To: o.people["hanna"]})
	o.do(string(c.ID), "hanna", Parted{})
	o.do(string(list), "hanna", Dropped{})
	o.do(Installation, "ivan", Paused{})
	o.another()
	erased, _ := o.left()
	o.erase(erased.Person)
	o.do(Installation, "ivan", Paused{On: true, Reason: Seal("r")})
	o.another()
	stopped := o.approved() // paused, it does not begin
	o.bot(string(stopped.ID), Disowned{Entry: stopped.Seq, Person: o.people["marco"]})
	o.bot(string(o.people["marco"]), Frozen{Subject: string(stopped.ID), Entry: stopped.Seq})
	o.do(string(stopped.ID), "ivan", Stopped{Plan: 1, Reason: Seal("enough")})
	o.do(string(stopped.ID), "aude", exported())
	o.do(string(stopped.ID), "aude", Viewed{What: RecordView})
	o.Store.opt.KeyNo = 2
	if _, err := o.HandOver(t.Context(), "root"); err != nil {
		t.Fatal(err)
	}
	o.bot(Installation, Upgraded{From: 1, To: 2, Program: "v2.0.0"})

	var out bytes.Buffer
	if err := o.db.View(func(tx *bolt.Tx) error {
		table{tx}.scan(bucketEntries, nil, func(_, v []byte) bool {
			out.Write(append(bytes.Clone(v), '\n'))
			return true
		})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, path, out.Bytes())
}

// Every kind of entry has words for a reader of the record, and they hold no
// private text.
func TestWords(t *testing.T) {
	for kind, typ := range bodyTypes {
		body := reflect.New(typ).Elem().Interface().(Body)
		if w := Words(Event{Body: body}); w == "" || w == kind && kind != "submitted" {
			t.Errorf("%s has no words: %q", kind, w)
		}
	}
	for _, tt := range []struct {
		body Body
		want string
	}{
		{Decided{Scope: "9f3a", Approve: true}, "approved scope 9f3a"},
		{Decided{}, "declined"},
		{Seconded{Entry: 7, Agree: true}, "agreed to entry 7"},
		{Finished{Step: "a", Accepted: true}, "a was accepted, not proven"},
		{Paused{On: true}, "paused the bot"},
		{Started{Delay: ByOutage}, "began late, by outage"},
		{Trusted{}, "the clock is in doubt no more"},
		{Disowned{Entry: 7, Person: "P-3"}, "recorded that entry 7 was not made by P-3, and held the case"},
	} {
		if got := Words(Event{Subject: "OFF-1", Body: tt.body}); got != tt.want {
			t.Errorf("%#v is %q, want %q", tt.body, got, tt.want)
		}
	}
	outside := Event{Subject: Installation, Body: Disowned{Entry: 7, Person: "P-3"}}
	if got := Words(outside); got != "recorded that entry 7 was not made by P-3, and took back what it has loosened" {
		t.Errorf("outside a case: %q", got)
	}
}
