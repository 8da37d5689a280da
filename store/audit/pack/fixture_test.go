package pack

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/cryptotest"
	"testing/synctest"
	"time"

	"offboard/store"
)

var update = flag.Bool("update", false, "write the golden files")

// company is a log with a few cases in it. Salts, keys and times are the same
// each time, so that a pack is the same to the byte.
type company struct {
	*store.Store
	t      *testing.T
	opt    store.Options
	people map[string]store.PersonID
}

// inCompany runs a test in a company, in a bubble whose time begins in 2026.
func inCompany(t *testing.T, f func(t *testing.T, o *company)) {
	t.Helper()
	dir := t.TempDir()
	cryptotest.SetGlobalRandom(t, 42)
	synctest.Test(t, func(t *testing.T) {
		o := &company{t: t, people: map[string]store.PersonID{}, opt: store.Options{Path: filepath.Join(dir, "o.db"), Keys: filepath.Join(dir, "o.keys"), Secret: "a secret for tests only"}}
		var err error
		if o.Store, err = store.Open(o.opt); err != nil {
			t.Fatal(err)
		}
		o.fill()
		f(t, o)
		if err := o.Check(); err != nil {
			t.Error(err)
		}
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
}

var claims = map[string][]store.Claim{
	"hanna": {{Role: store.HR}}, "helge": {{Role: store.HR}}, "ivan": {{Role: store.IT}}, "aude": {{Role: store.Auditor}},
}

func (o *company) as(name string) store.Actor {
	return store.Actor{Person: o.people[name], Via: "web", Claims: claims[name]}
}

func (o *company) do(subject, name string, b store.Body) store.Case {
	o.t.Helper()
	time.Sleep(time.Minute)
	actor := store.Bot("executor")
	if name != "" {
		actor = o.as(name)
	}
	c, err := o.Append(o.t.Context(), subject, actor, b)
	if err != nil {
		o.t.Fatalf("%s %T: %v", name, b, err)
	}
	return c
}

// fill makes OFF-1, which has all that a report shows; OFF-2, confidential; and
// OFF-3, of another requester, two months later, approved with a list.
func (o *company) fill() {
	o.t.Helper()
	for _, c := range []store.Card{
		{ID: "id-jane", Name: "Jane Doe", Login: "jane", Mail: "jane@lumen.example", Title: "Designer", Department: "Design", Location: "Lisbon"},
		{ID: "id-hanna", Name: "Hanna Berg", Login: "hanna"},
		{ID: "id-helge", Name: "Helge Ødegård", Login: "helge"},
		{ID: "id-marco", Name: "Marco Reyes", Login: "marco"},
		{ID: "id-ivan", Name: "=HYPERLINK(\"http://evil.example\",\"Ivan\")", Login: "ivan"},
		{ID: "id-aude", Name: "Aude Martin", Login: "aude"},
		{ID: "id-bo", Name: "Bo <script>alert(1)</script> \u202eNilsen", Login: "bo"},
		{ID: "id-tom", Name: "Tom Weber", Login: "tom"},
	} {
		id, err := o.Meet(o.t.Context(), store.Bot("people"), c)
		if err != nil {
			o.t.Fatal(err)
		}
		o.people[c.Login] = id
	}
	o.leave("hanna", "jane", false)
	o.draft("hanna", "tom", true)
	time.Sleep(60 * 24 * time.Hour)
	o.list("helge", "bo")
	o.reopen(func(opt *store.Options) { opt.KeyNo = 2 })
}

// reopen opens the log again, with what is changed, and with the key that is wanted then.
func (o *company) reopen(change func(*store.Options)) {
	o.t.Helper()
	change(&o.opt)
	err := o.Close()
	if err == nil {
		if o.Store, err = store.Open(o.opt); err == nil {
			_, err = o.HandOver(o.t.Context(), "root")
		}
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *company) terms(secret bool) store.Terms {
	return store.Terms{
		Kind: "resignation", LastDay: "2000-01-31", CutOff: store.CutOff{Mode: store.Now}, Zone: "Europe/Lisbon", Manager: o.people["marco"],
		Confidential: secret, Reason: store.Seal("moves to a competitor"),
	}
}

func (o *company) draft(by, who string, secret bool) store.Case {
	return o.do(store.NewCase, by, store.Drafted{Person: o.people[who], Terms: o.terms(secret), Systems: []string{"corp"}})
}

func steps() []store.StepPlan {
	account, login := store.SealJSON(map[string]string{"ID": "6f1c-22", "Login": "jane"}), store.Seal("jane")
	return []store.StepPlan{
		{
			ID: "corp/lock/1", System: "corp", Action: "lock", Words: "Lock the account", LockOut: true, Account: account, Login: login, Items: []store.Item{{ID: "1"}},
			Held: store.SealJSON([]store.Held{{ID: "1", Ref: "signin", Label: "can sign in", Before: "unlocked"}}),
		},
		{
			ID: "corp/groups/1", System: "corp", Action: "groups", Words: "Leave all groups", Account: account, Login: login, After: []store.StepID{"corp/lock/1"}, Items: []store.Item{{ID: "1"}, {ID: "2", Irreversible: true}},
			Held: store.SealJSON([]store.Held{{ID: "1", Ref: "cn=design", Label: "group Design (12 members)", Before: "cn=design,ou=groups"}, {ID: "2", Ref: "cn=x", Label: "+cmd|' /C calc'!A0", Before: "@SUM(1+1)", Irreversible: true}}),
		},
		{
			ID: "corp/owner/1", System: "corp", Action: "owner", Words: "Hand over what they own", Answers: true, Account: account, Login: login, Items: []store.Item{{ID: "1", Heir: true}},
			Held: store.SealJSON([]store.Held{{ID: "1", Ref: "cn=system", Label: "owner of Design system", Before: "uid=jane", Heir: true}}),
		},
		{ID: "tasks/laptop/1", System: "tasks", Words: "Take back the laptop", Manual: &store.Manual{Owner: store.IT}},
	}
}

func (o *company) leave(by, who string, secret bool) store.Case {
	c := o.draft(by, who, secret)
	id := string(c.ID)
	c = o.do(id, "", store.Surveyed{Plan: 1, System: "corp", Steps: steps(), Notes: []store.Private{store.Seal("a session that is open now stays open")}})
	o.do(id, by, store.Submitted{Plan: 1, Scope: c.Plan(1).Scope})
	o.do(id, "marco", store.Answered{Plan: 1, Answers: []store.Answer{{Step: "corp/owner/1", Item: "1", Choice: store.Give, Heir: o.people["bo"]}}})
	o.do(id, "marco", store.Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true, Reason: store.Seal("agreed on the phone")})
	o.do(id, "", store.Started{Plan: 1})
	try := func(step store.StepID, end func(entry uint64) store.Body) {
		c := o.do(id, "", store.Attempted{Plan: 1, Step: step, Found: store.SealJSON([]store.Held{})})
		o.do(id, "", end(c.Seq))
	}
	proven := func(step store.StepID) func(uint64) store.Body {
		return func(entry uint64) store.Body {
			return store.Finished{Plan: 1, Step: step, Entry: entry, Evidence: store.Seal("modifyResponse success (0)")}
		}
	}
	try("corp/lock/1", func(entry uint64) store.Body {
		return store.Failed{Plan: 1, Step: "corp/lock/1", Entry: entry, Why: store.Unproven, After: time.Second, Message: store.Seal("it answered success, and a read shows no change")}
	})
	try("corp/lock/1", proven("corp/lock/1"))
	try("corp/groups/1", proven("corp/groups/1"))
	try("corp/owner/1", proven("corp/owner/1"))
	o.do(id, "ivan", store.Noted{Text: store.Seal("the badge is in the safe,\nsecond shelf")})
	return o.do(id, "ivan", store.ConfirmedBy{Plan: 1, Step: "tasks/laptop/1", Note: store.Seal("serial LW-2207")})
}

// list approves a case with a list.
func (o *company) list(by, who string) {
	row := store.Row{Person: o.people[who], Kind: "resignation", LastDay: "2000-03-31", Zone: "Europe/Lisbon", Manager: o.people["marco"], Reason: "the site closes"}
	id, err := o.List(o.t.Context(), o.as(by), store.CutOff{Mode: store.Now}, []store.Row{row})
	if err != nil {
		o.t.Fatal(err)
	}
	t := o.terms(false)
	t.Reason = store.Seal("the site closes")
	c := o.do(store.NewCase, by, store.Drafted{Person: row.Person, Batch: id, Terms: t, Systems: []string{"vpn"}})
	c = o.do(string(c.ID), "", store.Surveyed{Plan: 1, System: "vpn", Steps: []store.StepPlan{{ID: "vpn/lock/1", System: "vpn", Action: "lock", Words: "Lock the account", LockOut: true, Items: []store.Item{{ID: "1"}}, Account: store.Seal("{}"), Held: store.Seal("[]")}}})
	o.do(string(c.ID), by, store.Noted{Text: store.Seal("a remark")})
}

// take takes evidence as an operator.
func (o *company) take(r Request) *Pack {
	o.t.Helper()
	p, err := Take(o.t.Context(), o.Store, store.Operator("root"), asked(r))
	if err != nil {
		o.t.Fatal(err)
	}
	return p
}

// asked fills in what every request of a test has.
func asked(r Request) Request {
	if r.Form == "" {
		r.Form = store.AsPack
	}
	r.Zone, r.Company, r.Program = "Europe/Lisbon", "Lumen Works", "test"
	return r
}

func (o *company) zip(p *Pack) []byte {
	o.t.Helper()
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		o.t.Fatal(err)
	}
	return b.Bytes()
}

func checked(t *testing.T, b []byte, trusted Trusted) Verdict {
	t.Helper()
	trusted.Program = "test"
	v, err := Check(bytes.NewReader(b), int64(len(b)), trusted)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; go test ./store/audit/pack -update writes it. Got:\n%s", path, got)
	}
}

func pretty(t *testing.T, lines []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	for l := range strings.Lines(string(lines)) {
		if err := json.Indent(&out, []byte(strings.TrimSpace(l)), "", " "); err != nil {
			t.Fatal(err)
		}
		out.WriteByte('\n')
	}
	return out.Bytes()
}

func mustZone(t *testing.T) *time.Location {
	t.Helper()
	z, err := time.LoadLocation("Europe/Lisbon")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func copyDB(t *testing.T, s *store.Store, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err == nil {
		err = s.Snapshot(func(db io.WriterTo, _ int64) error {
			_, err := db.WriteTo(f)
			return err
		})
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}
