package population

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/text/unicode/norm"

	"offboard/store"
)

var update = flag.Bool("update", false, "write the golden files")

// company is a log with departures of every kind.
type company struct {
	*store.Store
	t    *testing.T
	zone *time.Location
	ids  map[string]store.PersonID
}

// at waits until a moment of the company's clock.
func (o *company) at(moment string) {
	o.t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", moment, o.zone)
	if err != nil || time.Now().After(when) {
		o.t.Fatalf("%s has passed (%v)", moment, err)
	}
	time.Sleep(time.Until(when))
}

func (o *company) do(subject, name string, b store.Body) store.Case {
	o.t.Helper()
	actor := store.Bot("executor")
	if name != "" {
		actor = store.Actor{Person: o.ids[name], Via: "web", Claims: map[string][]store.Claim{"hanna": {{Role: store.HR}}, "ivan": {{Role: store.IT}}, "sasha": {{Role: store.Security}}}[name]}
	}
	c, err := o.Append(o.t.Context(), subject, actor, b)
	if err != nil {
		o.t.Fatalf("%s %T: %v", name, b, err)
	}
	return c
}

// draft opens a case whose systems have been looked at: there is one lock-out.
func (o *company) draft(who, lastDay string, cut store.CutOff, secret bool) store.Case {
	t := store.Terms{Kind: "resignation", LastDay: store.Date(lastDay), CutOff: cut, Zone: o.zone.String(), Manager: o.ids["marco"], Confidential: secret}
	c := o.do(store.NewCase, "hanna", store.Drafted{Person: o.ids[who], Terms: t, Systems: []string{"corp"}})
	return o.do(string(c.ID), "", store.Surveyed{Plan: 1, System: "corp", Steps: []store.StepPlan{{
		ID: "corp/lock/1", System: "corp", Action: "lock", Words: "Lock the account", LockOut: true, Account: store.Seal("{}"), Login: store.Seal(who), Items: []store.Item{{ID: "1"}}, Held: store.Seal("[]"),
	}}})
}

func (o *company) ask(c store.Case) {
	o.do(string(c.ID), "hanna", store.Submitted{Plan: 1, Scope: c.Plan(1).Scope})
}

func (o *company) approve(c store.Case) {
	o.do(string(c.ID), "marco", store.Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
}

func (o *company) begin(c store.Case) { o.do(string(c.ID), "", store.Started{Plan: 1}) }

func (o *company) prove(c store.Case) {
	c = o.do(string(c.ID), "", store.Attempted{Plan: 1, Step: "corp/lock/1", Found: store.Seal("[]")})
	o.do(string(c.ID), "", store.Finished{Plan: 1, Step: "corp/lock/1", Entry: c.Seq, Evidence: store.Seal("locked")})
}

// list has what people make of a list: a mark, semicolons, two ways of writing an
// umlaut, days of several forms, and mistakes.
const list = "\ufeffName;E-Mail;Last working day;Notice date;Cost centre\r\n" +
	"Jane Doe;jane@lumen.example;31.01.2000;2000-01-03;4711\r\n" +
	"Jo\u0308rg Mu\u0308ller;;2000-01-31 00:00:00;03.01.2000;4711\r\n" +
	"\"Nilsen, Bo\";;2000-01-31;;4711\r\n" +
	"Tom Weber;TOM@lumen.example;2000-01-31;;4711\r\n" +
	"Nina Left;nina@lumen.example;2000-01-31;;4711\r\n" +
	"Cara Cancelled;cara@lumen.example;2000-01-31;;4711\r\n" +
	"Dora Draft;dora@lumen.example;2000-01-31;;4711\r\n" +
	"Uma Underway;uma@lumen.example;2000-02-29;;4711\r\n" +
	"Mia Missing;mia@lumen.example;2000-01-31;2000-01-03;4711\r\n" +
	"Nobody Knows;;2000-01-31;;4711\r\n" +
	"Alex Kim;;2000-01-31;;4711\r\n" +
	"Jane Doe;jane@lumen.example;2000-02-01;;4711\r\n" +
	"Ola Wrong;ola@lumen.example;3/12/2000;;4711\r\n" +
	";;2000-01-31;;4711\r\n" +
	"Jane Doe;jane.doe@other.example;2000-01-31;;4711\r\n" +
	"\"=HYPERLINK(\"\"http://evil.example\"\")\";;2000-01-31;;4711\r\n" +
	"Quinn Press;quinn@lumen.example;2000-01-31;;4711\r\n" +
	"Too Many;too@lumen.example;2000-01-31;;4711;x;y\r\n" +
	";;;;\r\n"

var names = []string{
	"Hanna Berg", "Marco Reyes", "Ivan Petrov", "Sasha Lin", "Jane Doe", "Jörg Müller", "Bo Nilsen", "Tom Weber", "Nina Left", "Cara Cancelled", "Dora Draft", "Uma Underway",
	"Mia Missing", "Ola Wrong", "Lea Secret", "Erik Erased", "Ed Earlier", "Quinn Press",
}

func (o *company) fill() {
	for _, name := range names {
		login, _, _ := strings.Cut(strings.ToLower(name), " ")
		o.meet(store.Card{ID: "id-" + login, Name: name, Login: login, Mail: login + "@lumen.example"})
	}
	o.meet(store.Card{ID: "id-alex1", Name: "Alex Kim", Login: "alexk", Title: "Driver"})
	o.meet(store.Card{ID: "id-alex2", Name: "Alex Kim", Login: "akim", Title: "Nurse"})
	now := store.CutOff{Mode: store.Now}
	evening, _ := store.WishOf("2000-01-31", "18:00").In(o.zone)
	on := map[string]store.Case{}

	o.at("2000-01-10 09:00")
	for _, who := range []string{"jane", "bo", "tom", "nina", "cara"} {
		on[who] = o.draft(who, "2000-01-31", store.CutOff{Mode: store.At, At: evening}, false)
		o.ask(on[who])
	}
	on["dora"] = o.draft("dora", "2000-01-31", now, false)
	on["erik"] = o.draft("erik", "2000-01-28", now, false)
	on["lea"] = o.draft("lea", "2000-01-28", now, true)
	on["quinn"] = o.draft("quinn", "2000-01-31", store.CutOff{Mode: store.Press}, false)
	for _, who := range []string{"erik", "lea", "quinn"} {
		o.ask(on[who])
		o.approve(on[who])
	}
	for _, who := range []string{"erik", "lea"} {
		o.begin(on[who])
		o.prove(on[who])
	}
	for _, who := range []string{"jane", "tom", "nina"} {
		o.approve(on[who])
	}
	o.do(string(on["cara"].ID), "hanna", store.Requested{Change: store.Change{Verb: store.VerbCancel, Plan: 1}})
	o.at("2000-01-31 18:00")
	for _, who := range []string{"jane", "tom", "nina"} {
		o.begin(on[who])
	}
	o.at("2000-01-31 18:02")
	o.prove(on["jane"])
	c := o.do(string(on["nina"].ID), "", store.Attempted{Plan: 1, Step: "corp/lock/1", Found: store.Seal("[]")})
	o.do(string(on["nina"].ID), "", store.Failed{Plan: 1, Step: "corp/lock/1", Entry: c.Seq, Why: store.Unproven, After: time.Second, Message: store.Seal("no right to")})
	c = o.do(string(on["nina"].ID), "ivan", store.Requested{Change: store.Change{Verb: store.VerbSkip, Plan: 1, Step: "corp/lock/1", Reason: store.Seal("a service runs as them")}})
	o.do(string(on["nina"].ID), "sasha", store.Seconded{Entry: c.Seq, Agree: true})

	o.at("2000-02-01 09:00")
	on["jörg"] = o.draft("jörg", "2000-01-31", now, false)
	o.ask(on["jörg"])
	o.approve(on["bo"])
	o.begin(on["bo"])
	o.prove(on["bo"])
	o.do(string(on["quinn"].ID), "hanna", store.Pressed{Plan: 1})
	o.begin(on["quinn"])
	o.prove(on["quinn"])
	on["uma"] = o.draft("uma", "2000-02-28", now, false)
	o.ask(on["uma"])
	o.at("2000-02-01 10:30")
	o.approve(on["jörg"])
	o.begin(on["jörg"])
	o.prove(on["jörg"])
	o.at("2000-02-02 12:00") // Tom's account is still not shown to be locked
}

func (o *company) meet(c store.Card) {
	id, err := o.Meet(o.t.Context(), store.Bot("people"), c)
	if err != nil {
		o.t.Fatal(err)
	}
	o.ids[c.Login] = id
}

// directory has some of them; Ola's address is of somebody whose number the log knows.
func directory(text string) Standing {
	switch strings.ToLower(text) {
	case "id-mia", "mia@lumen.example":
		return Standing{Found: true, Card: store.Card{ID: "id-mia"}}
	case "alex kim":
		return Standing{Several: true}
	}
	return Standing{}
}

// The whole report, as people get it, over a log in which all of it has happened.
func TestReport(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		zone, err := time.LoadLocation("Europe/Berlin")
		if err != nil {
			t.Fatal(err)
		}
		o := &company{t: t, zone: zone, ids: map[string]store.PersonID{}}
		if o.Store, err = store.Open(store.Options{Path: filepath.Join(dir, "o.db"), Keys: filepath.Join(dir, "o.keys"), Secret: "a secret for tests only"}); err != nil {
			t.Fatal(err)
		}
		o.fill()
		before := o.Last()
		log, err := ReadLog(t.Context(), o.Store)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range log.People { // as if their key was destroyed
			if a.Card.Login == "erik" {
				log.People[i].Card, log.People[i].Erased = store.Card{}, true
			}
		}
		hr, err := ReadList([]byte(list), "")
		if err != nil {
			t.Fatal(err)
		}
		r := Reconcile(hr, log, Request{Zone: zone, From: "2000-01-01", To: "2000-02-29", Company: "Lumen Works", Program: "test", Directory: directory})
		var table, page bytes.Buffer
		if err := errors.Join(r.CSV(&table), r.HTML(&page)); err != nil {
			t.Fatal(err)
		}
		golden(t, "report.txt", []byte(r.Text()))
		golden(t, "report.csv", table.Bytes())
		golden(t, "report.html", page.Bytes())
		n := len(r.Findings)
		for _, c := range r.Count {
			n -= c
		}
		if n != 0 || len(r.Findings) != r.Lines {
			t.Errorf("%d findings of %d lines, and %d are not counted", len(r.Findings), r.Lines, n)
		}
		// An erased person is found by nothing: their departure is on no line.
		hr, err = ReadList([]byte("directory id,last day\nid-erik,2000-01-28\n"), "")
		if err != nil {
			t.Fatal(err)
		}
		r = Reconcile(hr, log, Request{Zone: zone})
		if f := r.Findings[0]; f.Verdict != Missing || f.Person != "" || r.Erased != 1 || r.From != "2000-01-28" {
			t.Errorf("%+v, %+v", f, r)
		}
		if o.Last() != before {
			t.Error("reading the log wrote to it")
		}
		o.erased()
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
}

// erased: once a person was erased in truth, no line leads to them, by whatever it
// has, and nothing is called after what stands in the place of names.
func (o *company) erased() {
	o.t.Helper()
	time.Sleep(200 * 24 * time.Hour) // nothing is watched any more
	erik := string(o.ids["erik"])
	o.do(erik, "hanna", store.Requested{Change: store.Change{Verb: store.VerbErase}})
	o.do(erik, "sasha", store.Seconded{Entry: o.Last(), Agree: true})
	if _, err := o.DestroyKeys(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	log, err := ReadLog(o.t.Context(), o.Store)
	if err != nil {
		o.t.Fatal(err)
	}
	hr, err := ReadList([]byte("id,login,name,last day\nid-erik,,,2000-01-28\n,erik,,2000-01-28\n,,Erik Erased,2000-01-28\n,,"+store.ErasedName+",2000-01-28\n"), "")
	if err != nil {
		o.t.Fatal(err)
	}
	r := Reconcile(hr, log, Request{Zone: o.zone})
	for _, f := range r.Findings {
		if f.Verdict != Missing {
			o.t.Errorf("%q is %+v", f.Who, f)
		}
	}
	if r.Erased != 1 || len(r.Findings) != 4 {
		o.t.Errorf("%d erased, %d findings", r.Erased, len(r.Findings))
	}
	for _, e := range r.Extra {
		if (e.Person == o.ids["erik"]) != e.Erased || e.Erased && e.Name != "" {
			o.t.Errorf("not on the list: %+v", e)
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; go test -update shows how:\n%s", name, got)
	}
}

// Whatever is sent as a list, it is refused in words or each line of it is a finding.
func FuzzList(f *testing.F) {
	for _, s := range []string{list, "name,last day\n\"Doe, Jane\",46356\n", "person\n\"", "last name;last day\n;\n", "id,login,mail,number,name,last_day,known\na,b,c,d,e,2000-01-01,2000-01-01\n", norm.NFD.String("vorname;nachname;letzter Arbeitstag\nJörg;Müller;31.1.2000\n")} {
		f.Add([]byte(s))
	}
	log := Log{At: time.Date(2000, 2, 2, 0, 0, 0, 0, time.UTC), People: []store.Acquaintance{{Person: store.Person{ID: "P-1"}, Card: store.Card{ID: "id-jane", Name: "Jane Doe", Login: "jane"}}, {Person: store.Person{ID: "P-2"}, Erased: true}}, Departures: []Departure{{Case: "OFF-1", Person: "P-1", LastDay: "2000-01-31", State: store.CaseOpen}}}
	f.Fuzz(func(t *testing.T, text []byte) {
		hr, err := ReadList(text, "")
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Fatal("it is refused without a word")
			}
			return
		}
		r := Reconcile(hr, log, Request{Zone: time.UTC, Directory: directory})
		if len(r.Findings) != r.Lines {
			t.Fatalf("%d findings of %d lines", len(r.Findings), r.Lines)
		}
		for _, f := range r.Findings {
			if f.Verdict == "" || f.Text == "" || strings.ContainsAny(f.Who+f.Text, "\n\x00\x1b") {
				t.Fatalf("%+v", f)
			}
		}
		if err := errors.Join(r.HTML(io.Discard), r.CSV(io.Discard)); err != nil {
			t.Fatal(err)
		}
	})
}
