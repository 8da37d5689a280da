package population

import (
	"strings"
	"testing"
	"time"

	"offboard/store"
)

func moment(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return t
}

// What a departure is against a last day, and whose its delay was.
func TestJudge(t *testing.T) {
	t.Parallel()
	const day = "2026-11-30"
	now := moment("2026-12-03 00:00")
	m := moment
	on := Departure{Case: "OFF-1", LastDay: day, State: store.CaseClosed, Outcome: store.Done, Asked: m("2026-11-20 00:00"), Approved: m("2026-11-21 00:00"), Due: m("2026-11-30 18:00"), Begun: m("2026-11-30 18:00"), Proven: m("2026-11-30 18:05")}
	with := func(f func(*Departure)) Departure {
		d := on
		f(&d)
		return d
	}
	for _, tt := range []struct {
		name string
		d    Departure
		want Verdict
		of   Whose
		text string // a part of it
	}{
		{"in time", on, InTime, "", "5 h 55 min before"},
		{"the last moment", with(func(d *Departure) { d.Proven = m("2026-12-01 00:00") }), InTime, "", "as the last day ended"}, // midnight is still the day
		{"a minute late", with(func(d *Departure) { d.Proven = m("2026-12-01 00:01") }), Late, OfSystem, "1 min until the systems had shown it"},
		{"HR asked late", with(func(d *Departure) {
			d.Asked, d.Approved, d.Due, d.Begun, d.Proven = m("2026-12-02 00:00"), m("2026-12-02 01:00"), m("2026-12-02 01:00"), m("2026-12-02 01:00"), m("2026-12-02 01:30")
		}), Late, OfHR, "1 day until HR asked, 1 h until it was approved, 30 min until the systems had shown it"},
		{"nobody approved", with(func(d *Departure) {
			d.State, d.Outcome, d.Approved, d.Due, d.Begun, d.Proven = store.CaseOpen, "", time.Time{}, time.Time{}, time.Time{}, time.Time{}
		}), Late, OfApproval, "2 days without an approval so far"},
		{"a later cut-off", with(func(d *Departure) {
			d.Due, d.Begun, d.Proven = m("2026-12-02 00:00"), m("2026-12-02 00:00"), m("2026-12-02 00:10")
		}), Late, OfTerms, "1 day until the cut-off that was asked for"},
		{"approved after it began", with(func(d *Departure) { d.Approved, d.Proven = m("2026-12-02 12:00"), m("2026-12-02 00:00") }), Late, OfSystem, "1 day until the systems had shown it"},
		{"by a person's word", with(func(d *Departure) { d.ByWord = 1 }), InTime, "", "in part by a person's word"},
		{"nothing held", with(func(d *Departure) { d.Nothing = true }), InTime, "", "no access was found to take"},
		{"access left, and late too", with(func(d *Departure) { d.Outcome, d.Left, d.Proven = store.AccessLeft, 2, time.Time{} }), AccessLeft, "", "2 lock-outs were left out"},
		{"a lock-out that came back and stays", with(func(d *Departure) { d.Outcome = store.AccessLeft }), AccessLeft, "", "closed with access left"},
		{"left out while it runs", with(func(d *Departure) { d.State, d.Outcome, d.Left = store.CaseOpen, "", 1 }), AccessLeft, "", "1 lock-out was left out"},
		{"cancelled", with(func(d *Departure) { d.Outcome, d.Stopped, d.Proven = store.Cancelled, true, time.Time{} }), Stopped, "", "nothing was taken"},
		{"stopped", with(func(d *Departure) { d.Outcome, d.Stopped, d.Left, d.Proven = store.AccessLeft, true, 1, time.Time{} }), AccessLeft, "", "1 lock-out was left out"},
		{"stopped before it began", with(func(d *Departure) { d.State, d.Outcome, d.Stopped, d.Proven = store.CaseOpen, "", true, time.Time{} }), Stopped, "", "stopped before"},
		{"stopped after all was proven", with(func(d *Departure) { d.Stopped = true }), InTime, "", "before the end"},
		{"an emergency that was not right", with(func(d *Departure) { d.Outcome = store.Unratified }), InTime, "", "before the end"},
		{"on hold", with(func(d *Departure) { d.State, d.Outcome, d.Held, d.Proven = store.CaseOpen, "", true, time.Time{} }), Held, "", "/offboard resume"},
		{"on hold after it was proven", with(func(d *Departure) { d.State, d.Outcome, d.Held = store.CaseOpen, "", true }), InTime, "", "before the end"},
		{"undone", with(func(d *Departure) { d.Outcome = store.Restored }), GivenBack, "", "given back since"},
		{"undone in part", with(func(d *Departure) { d.Outcome = store.PartRestored }), GivenBack, "", "given back since"},
		{"a draft", with(func(d *Departure) {
			d.State, d.Outcome, d.Asked, d.Proven = store.CaseDraft, "", time.Time{}, time.Time{}
		}), Draft, "", "nobody was asked"},
	} {
		v, text, timing := judge(tt.d, Leaver{LastDay: day, Known: "2026-11-18"}, now, time.UTC)
		if v != tt.want || timing.Whose != tt.of || !strings.Contains(text, tt.text) {
			t.Errorf("%s: %s, %q, %s", tt.name, v, timing.Whose, text)
		}
		var sum, over float64
		for _, p := range timing.Delay {
			sum += p.Hours
		}
		if timing.HoursOver != nil {
			over = max(0, *timing.HoursOver)
		}
		if d := sum - over; d > 0.03 || d < -0.03 {
			t.Errorf("%s: the parts are %v hours of %v", tt.name, sum, over)
		}
	}
	// One day in three zones: what is in time in Lisbon is late in Sydney.
	for zone, want := range map[string]Verdict{"Europe/Lisbon": InTime, "Australia/Sydney": Late, "America/New_York": InTime} {
		at, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		if v, _, _ := judge(on, Leaver{LastDay: day}, now, at); v != want {
			t.Errorf("%s: %s", zone, v)
		}
	}
	// The day on which the clocks go forward has 23 hours.
	berlin, _ := time.LoadLocation("Europe/Berlin")
	if got := deadline("2026-03-29", berlin).Sub(store.Date("2026-03-29").In(berlin)); got != 23*time.Hour {
		t.Errorf("got %s", got)
	}
}

// Which of somebody's departures a line is about.
func TestNearest(t *testing.T) {
	t.Parallel()
	of := func(id store.CaseID, day store.Date, state store.CaseState, out store.Outcome) Departure {
		return Departure{Case: id, LastDay: day, State: state, Outcome: out}
	}
	done := of("OFF-1", "2026-11-30", store.CaseClosed, store.Done)
	for _, tt := range []struct {
		name         string
		list         []Departure
		found, other store.CaseID
	}{
		{"none", nil, "", ""},
		{"the one", []Departure{done}, "OFF-1", ""},
		{"years ago", []Departure{of("OFF-2", "2023-05-01", store.CaseClosed, store.Done)}, "", "OFF-2"}, // they came back, and nobody opened a case since
		{"both", []Departure{of("OFF-2", "2023-05-01", store.CaseClosed, store.Done), done}, "OFF-1", ""},
		{"a cancelled one is nearer", []Departure{of("OFF-2", "2026-12-01", store.CaseClosed, store.Cancelled), done}, "OFF-1", ""},
		{"an undone one is nearer", []Departure{of("OFF-2", "2026-12-01", store.CaseClosed, store.Restored), done}, "OFF-1", ""},
		{"a draft is nearer", []Departure{of("OFF-2", "2026-12-01", store.CaseDraft, ""), done}, "OFF-1", ""},
		{"a cancelled one alone", []Departure{of("OFF-2", "2026-11-01", store.CaseClosed, store.Cancelled)}, "OFF-2", ""},
		{"90 days are near", []Departure{of("OFF-2", "2026-09-02", store.CaseClosed, store.Done)}, "OFF-2", ""},
		{"91 are not", []Departure{of("OFF-2", "2026-09-01", store.CaseClosed, store.Done)}, "", "OFF-2"},
	} {
		found, other := nearest(tt.list, "2026-12-01")
		var a, b store.CaseID
		if found != nil {
			a = found.Case
		}
		if other != nil {
			b = other.Case
		}
		if a != tt.found || b != tt.other {
			t.Errorf("%s: %q, %q", tt.name, a, b)
		}
	}
}

// Whom a line means; whoever could be two people is neither.
func TestFind(t *testing.T) {
	t.Parallel()
	person := func(id store.PersonID, c store.Card) store.Acquaintance {
		return store.Acquaintance{Person: store.Person{ID: id}, Card: c}
	}
	log := Log{People: []store.Acquaintance{
		person("P-1", store.Card{ID: "uuid-1", Name: "Jane Doe", Login: "jane", Mail: "jane@x.example", Number: "4711", Accounts: []string{"adm-jane"}}),
		person("P-2", store.Card{ID: "uuid-2", Name: "Jörg Müller", Login: "joerg"}),
		person("P-3", store.Card{ID: "uuid-3", Name: "Bo Nilsen", Login: "bo"}),
		person("P-4", store.Card{ID: "uuid-4", Name: "Bo Nilsen", Login: "bo2"}),
		{Person: store.Person{ID: "P-5"}, Erased: true},
		person("P-6", store.Card{ID: "uuid-6", Name: "4711", Login: "odd"}),
	}}
	dir := func(text string) Standing {
		switch strings.ToLower(text) {
		case "new@x.example":
			return Standing{Found: true, Card: store.Card{ID: "uuid-2"}} // their address has changed
		case "jane doe":
			return Standing{Several: true} // one of whom the log never met
		case "kim":
			return Standing{Found: true, Card: store.Card{ID: "uuid-9"}}
		}
		return Standing{}
	}
	for _, tt := range []struct {
		name    string
		l       Leaver
		ask     func(string) Standing
		want    store.PersonID
		by      string
		unclear string
	}{
		{"a login", Leaver{Person: "JANE"}, nil, "P-1", "login", ""},
		{"a further login", Leaver{Login: "adm-jane"}, nil, "P-1", "login", ""},
		{"an address", Leaver{Person: "Jane@X.example"}, nil, "P-1", "mail", ""},
		{"a number of its own column", Leaver{Number: "4711"}, nil, "P-1", "number", ""},
		{"a number that is somebody's name too", Leaver{Person: "4711"}, nil, "P-1", "number", ""},
		{"a name", Leaver{Name: "jörg  müller"}, nil, "P-2", "name", ""},
		{"a name, as Macs write it", Leaver{Name: "Jo\u0308rg Mu\u0308ller"}, nil, "P-2", "name", ""},
		{"a name, turned", Leaver{Person: "Müller, Jörg"}, nil, "P-2", "name", ""},
		{"not another spelling", Leaver{Name: "Joerg Mueller"}, nil, "", "", ""},
		{"two of a name", Leaver{Name: "Bo Nilsen"}, nil, "", "", "the log knows several people of this name: Bo Nilsen (P-3, bo); Bo Nilsen (P-4, bo2)"},
		{"two of a name, and which", Leaver{Name: "Bo Nilsen", Login: "bo2"}, nil, "P-4", "login", ""},
		{"a line that contradicts itself", Leaver{Login: "bo", Mail: "jane@x.example"}, nil, "", "", "true of several people: Bo Nilsen (P-3, bo); Jane Doe"},
		{"an address that is nobody's, with a name", Leaver{Name: "Jane Doe", Mail: "other@x.example"}, nil, "", "", "this name is that of Jane Doe (P-1, jane)"},
		{"the same, and the directory has one of the name", Leaver{Name: "Jörg Müller", Mail: "other@x.example"}, func(text string) Standing {
			return Standing{Found: strings.Contains(text, "Müller"), Card: store.Card{ID: "uuid-2"}}
		}, "", "", "this name is that of Jörg Müller (P-2, joerg)"},
		{"the same in the column for anything", Leaver{Person: "Jörg Müller", Mail: "other@x.example"}, nil, "", "", "this name is that of Jörg Müller"},
		{"a login for anything, and an address that is new", Leaver{Person: "jane", Mail: "other@x.example"}, nil, "P-1", "login", ""},
		{"a name that the directory has twice", Leaver{Name: "Jane Doe"}, dir, "", "", "the directory has several people of this name"},
		{"an address that only the directory knows", Leaver{Mail: "new@x.example"}, dir, "P-2", "directory", ""},
		{"the same with another name", Leaver{Name: "Bo Nilsen", Mail: "new@x.example"}, dir, "P-2", "directory", ""},
		{"somebody whom the log never met", Leaver{Person: "kim"}, dir, "", "", ""},
		{"somebody erased", Leaver{ID: "uuid-5"}, nil, "", "", ""},
		{"somebody erased, who has no name to be found by", Leaver{Person: store.ErasedName}, nil, "", "", ""},
		{"a directory that does not answer", Leaver{Person: "kim"}, func(string) Standing { return Standing{Silent: true} }, "", "", ""},
	} {
		m := index(log, tt.ask).find(tt.l)
		if m.person != tt.want || m.by != tt.by || (m.unclear == "") != (tt.unclear == "") || !strings.Contains(m.unclear, tt.unclear) {
			t.Errorf("%s: %+v", tt.name, m)
		}
	}
}

// A list is refused whole only where nothing of it can be trusted.
func TestReadList(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"", "the list is empty"},
		{"department,last day\nx,2026-11-30\n", "a column that says who left is missing"},
		{"name,manager\nJane,Bo\n", "the list needs a column last_day"},
		{"name,last day\n\"Jane,2026-11-30\nBo,2026-11-30\n", ": this is no line of a table"}, // the rest may be one value
		{"name,last day\nJ\xf6rg,2026-11-30\n", `choose "Save as" and "CSV UTF-8"`},
		{"name,Full Name,last day\nx,y,2026-11-30\n", "this column stands there twice"},
	} {
		if _, err := ReadList([]byte(tt.text), ""); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v", tt.text, err)
		}
	}
	l, err := ReadList([]byte("Vorname;Nachname;letzter Arbeitstag;Bekannt seit;Abteilung\nJörg;Müller;30.11.2026;1.11.2026;Bau\n"), "")
	if err != nil || len(l.Leavers) != 1 || l.Leavers[0].Name != "Jörg Müller" || l.Leavers[0].LastDay != "2026-11-30" || l.Leavers[0].Known != "2026-11-01" || len(l.Unused) != 1 {
		t.Errorf("%+v, %v", l, err)
	}
}
