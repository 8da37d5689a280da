package pack

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"offboard/store"
)

// A pack is what the golden files show, the same to the byte each time, and
// proves itself.
func TestPack(t *testing.T) {
	inCompany(t, func(t *testing.T, o *company) {
		p := o.take(Request{Case: "OFF-1"})
		b := o.zip(p)
		all, err := p.files()
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "report.html", all[fileReport])
		golden(t, "verify.html", all[fileVerify])
		golden(t, "record.csv", all[fileRecord])
		golden(t, "access.csv", all[fileAccess])
		golden(t, "ocsf.jsonl", pretty(t, all[fileOCSF]))
		golden(t, "states.jsonl", pretty(t, all[fileStates]))
		golden(t, "texts.jsonl", all[fileTexts])
		if *update {
			golden(t, "v1.zip", b)
		}
		v := checked(t, b, Trusted{})
		golden(t, "verdict.txt", []byte(strings.Join(slices.Concat(v.Proven, []string{""}, v.Trust, v.Problems), "\n")+"\n"))
		if !v.OK || !bytes.Equal(v.Report, all[fileReport]) {
			t.Errorf("%+v", v.Problems)
		}

		// Again, of the same export: what has happened since is not in it, and it
		// differs in the checkpoint only.
		cases, err := asked(Request{Case: "OFF-1"}).choose(t.Context(), o.Store, mustZone(t), p.exported().Size)
		if err != nil {
			t.Fatal(err)
		}
		var entries []store.Entry
		for _, l := range p.Entries {
			entries = append(entries, l.Entry)
		}
		again := func() *Pack {
			p, err := assemble(t.Context(), o.Store, asked(Request{Case: "OFF-1"}), cases, entries, p.Export.Entry)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		if !bytes.Equal(o.zip(again()), b) {
			t.Error("the same log gives other bytes")
		}
		o.do("OFF-2", "hanna", store.Noted{Text: store.Seal("later")})
		later := again()
		if v := checked(t, o.zip(later), Trusted{}); !v.OK || later.Checkpoint == p.Checkpoint {
			t.Errorf("%+v", v.Problems)
		}
		other, err := later.files()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if same := bytes.Equal(other[name], all[name]); same == slices.Contains([]string{fileReport, fileVerify, fileProofs, fileCheckpoint}, name) && name != fileVerify {
				t.Errorf("%s: the same is %v", name, same)
			}
		}
	})
}

// A pack that an older program has made is evidence for ever. Its report may be
// worded differently by then, which is said and is no fault.
func TestReleasedPack(t *testing.T) {
	b, err := os.ReadFile("testdata/v1.zip")
	if err != nil {
		t.Fatal(err)
	}
	v, err := Check(bytes.NewReader(b), int64(len(b)), Trusted{Program: "a newer one"})
	if err != nil || !v.OK || v.Entries != 18 {
		t.Errorf("%v, %+v", err, v.Problems)
	}
}

// What is kept elsewhere decides.
func TestTrusted(t *testing.T) {
	inCompany(t, func(t *testing.T, o *company) {
		kept, err := o.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		o.do("OFF-2", "hanna", store.Noted{Text: store.Seal("later")})
		p := o.take(Request{Case: "OFF-1", Earlier: []string{kept}})
		b := o.zip(p)
		plain := o.zip(o.take(Request{Case: "OFF-1"}))
		other, err := store.Open(store.Options{Path: t.TempDir() + "/x.db", Keys: t.TempDir() + "/x.keys", Secret: "another secret of tests"})
		if err != nil {
			t.Fatal(err)
		}
		stranger := other.VerifierKey()
		foreign, err := other.Checkpoint()
		if err := errors.Join(err, other.Close()); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			name    string
			pack    []byte
			trusted Trusted
			ok      bool
			want    string
		}{
			{"the key", b, Trusted{Verifier: o.VerifierKey()}, true, "signed with the key that you gave"},
			{"another key", b, Trusted{Verifier: stranger}, false, "is none of those of the pack"},
			{"no key", b, Trusted{Verifier: "rubbish"}, false, "not a verifier key"},
			{"the same state", b, Trusted{Checkpoint: p.Checkpoint}, true, "the log is the one of the checkpoint that you gave"},
			{"an earlier state", b, Trusted{Checkpoint: kept}, true, "begins with all that the checkpoint that you gave states, 30 entries"},
			{"an earlier state without proof", plain, Trusted{Checkpoint: kept}, false, "Have the pack made again with your checkpoint"},
			{"of another log", b, Trusted{Checkpoint: foreign}, false, "not signed with any key of the pack"},
			{"rubbish", b, Trusted{Checkpoint: "rubbish"}, false, "not signed with any key of the pack"},
		} {
			v := checked(t, tt.pack, tt.trusted)
			if got := strings.Join(append(append(v.Proven, v.Problems...), v.Lacks), "\n"); v.OK != tt.ok || !strings.Contains(got, tt.want) {
				t.Errorf("%s: %v\n%s", tt.name, v.OK, got)
			}
		}
		if _, err := Take(t.Context(), o.Store, store.Operator("root"), asked(Request{Case: "OFF-1", Earlier: []string{foreign}})); err == nil {
			t.Error("a checkpoint of another log was taken")
		}
	})
}

// What is withheld is nowhere in the file, and the pack verifies.
func TestWithheld(t *testing.T) {
	inCompany(t, func(t *testing.T, o *company) {
		for class, secrets := range map[store.TextClass][]string{
			store.ReasonText:   {"moves to a competitor", "agreed on the phone"},
			store.NoteText:     {"the badge is in the safe", "serial LW-2207"},
			store.IdentityText: {"Jane Doe", "Hanna Berg", "jane@lumen"},
			store.AccountText:  {"6f1c-22"},
			store.StateText:    {"group Design", "cn=design"},
			store.ResultText:   {"modifyResponse", "answered success"},
		} {
			p := o.take(Request{Case: "OFF-1", Withheld: []store.TextClass{class}})
			v := checked(t, o.zip(p), Trusted{})
			if !v.OK || v.Withheld[string(class)] == 0 {
				t.Errorf("%s: %+v %v", class, v.Problems, v.Withheld)
			}
			all, err := p.files()
			if err != nil {
				t.Fatal(err)
			}
			for name, b := range all {
				for _, s := range secrets {
					if bytes.Contains(b, []byte(s)) {
						t.Errorf("%s is withheld, and %s has %q", class, name, s)
					}
				}
			}
			if !bytes.Contains(all[fileReport], []byte("<dt>Withheld</dt><dd>"+classWords[class])) {
				t.Errorf("the report does not say that %s is withheld", class)
			}
		}
		_, err := Take(t.Context(), o.Store, store.Operator("root"), asked(Request{Case: "OFF-1", Withheld: []store.TextClass{"names"}}))
		if err == nil || !strings.Contains(err.Error(), "they are reason, note") {
			t.Errorf("got %v", err)
		}
	})
}

// Who is asked for is in the pack, and nobody else's texts are.
func TestChosen(t *testing.T) {
	inCompany(t, func(t *testing.T, o *company) {
		for _, tt := range []struct {
			name string
			r    Request
			want string
		}{
			{"a case", Request{Case: "OFF-1"}, "OFF-1"},
			{"a confidential case by its number", Request{Case: "OFF-2"}, "OFF-2"},
			{"all", Request{}, "OFF-1 OFF-3"},
			{"confidential ones too", Request{Confidential: true}, "OFF-1 OFF-2 OFF-3"},
			{"a period", Request{From: "2000-01-01", To: "2000-01-31"}, "OFF-1"},
			{"from", Request{From: "2000-01-02"}, "OFF-3"},
			{"until", Request{To: "2000-01-01"}, "OFF-1"},
			{"a system", Request{System: "corp"}, "OFF-1"},
			{"a requester", Request{Requester: o.people["helge"]}, "OFF-3"},
			{"a person who asked for none", Request{Requester: o.people["tom"]}, ""},
			{"an empty period", Request{From: "2000-02-01", To: "2000-02-02"}, ""},
			{"no such system", Request{System: "moon"}, ""},
		} {
			before := o.Last()
			p, err := Take(t.Context(), o.Store, store.Operator("root"), asked(tt.r))
			if tt.want == "" {
				if !errors.Is(err, errNothing) || o.Last() != before {
					t.Errorf("%s: %v, %d entries more", tt.name, err, o.Last()-before)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			v := checked(t, o.zip(p), Trusted{})
			var got []string
			for _, id := range v.Cases {
				got = append(got, string(id))
			}
			if !v.OK || strings.Join(got, " ") != tt.want || o.Last() != before+1 {
				t.Errorf("%s: %v, %v", tt.name, got, v.Problems)
			}
			for _, x := range p.Texts {
				if strings.HasPrefix(x.Subject, "P-") && x.Subject != string(o.people["jane"]) && x.Subject != string(o.people["tom"]) && x.Subject != string(o.people["bo"]) {
					t.Errorf("%s: the card of %s, who does not leave, is opened", tt.name, x.Subject)
				}
			}
		}
		open := o.take(Request{Case: "OFF-1", Identities: true})
		if v := checked(t, o.zip(open), Trusted{}); !v.OK {
			t.Errorf("%+v", v.Problems)
		}
		if n := slices.IndexFunc(open.Texts, func(x Text) bool { return x.Subject == string(o.people["marco"]) }); n < 0 {
			t.Error("the card of who approved is not opened")
		}
		for name, r := range map[string]Request{
			"no zone": {Case: "OFF-1", Zone: "Mars"}, "a period that ends first": {From: "2000-02-02", To: "2000-02-01"}, "no day": {From: "yesterday"}, "no case": {Case: "OFF-99"},
		} {
			full := asked(r)
			if r.Zone != "" {
				full.Zone = r.Zone
			}
			if _, err := Take(t.Context(), o.Store, store.Operator("root"), full); err == nil {
				t.Errorf("%s was taken", name)
			}
		}
		// In the chat only an auditor, and one case only.
		if _, err := Take(t.Context(), o.Store, o.as("aude"), asked(Request{Case: "OFF-1"})); err != nil {
			t.Error(err)
		}
		for name, r := range map[string]Request{"hanna": {Case: "OFF-1"}, "aude": {}} {
			_, err := Take(t.Context(), o.Store, o.as(name), asked(r))
			if _, refused := errors.AsType[*store.Refused](err); !refused {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// An entry may say of a number that they leave in secret. Whose number that is,
// the pack does not say, unless their own case is in it.
func TestSecretLeaver(t *testing.T) {
	inCompany(t, func(t *testing.T, o *company) {
		c := o.draft("helge", "aude", false)
		id := string(c.ID)
		c = o.do(id, "", store.Surveyed{Plan: 1, System: "corp", Steps: steps()[:1]})
		o.do(id, "helge", store.Submitted{Plan: 1, Scope: c.Plan(1).Scope})
		o.do(id, "marco", store.Delegated{Plan: 1, To: o.people["ivan"]})
		terms := o.terms(true)
		terms.Manager = o.people["helge"]
		o.do(store.NewCase, "hanna", store.Drafted{Person: o.people["marco"], Terms: terms, Systems: []string{"corp"}})
		o.do(id, "ivan", store.Decided{Plan: 1, Scope: c.Plan(1).Scope, Approve: true})
		p := o.take(Request{Case: c.ID, Identities: true})
		if !bytes.Contains(p.lines(), []byte(`"secret":["`+string(o.people["marco"])+`"]`)) {
			t.Fatalf("the entry does not say it:\n%s", p.lines())
		}
		all, err := p.files()
		if err != nil {
			t.Fatal(err)
		}
		for name, b := range all {
			if bytes.Contains(b, []byte("Marco Reyes")) {
				t.Errorf("%s names who leaves in secret", name)
			}
		}
		if v := checked(t, o.zip(p), Trusted{}); !v.OK {
			t.Errorf("%v", v.Problems)
		}
		if both := o.take(Request{Confidential: true}); both.Names[o.people["marco"]] == "" {
			t.Error("who leaves has no name in their own case")
		}
	})
}

// Once a person was erased, nobody reads their texts again, and the evidence of
// what was done to them still verifies. What is damaged looks like something else.
func TestErased(t *testing.T) {
	inCompany(t, func(t *testing.T, o *company) {
		for _, tt := range []struct {
			name            string
			change          func(keys []byte, slot int) (list string) // of the key of OFF-1
			erased, damaged int
		}{
			{"erased", func(keys []byte, slot int) string {
				return fmt.Sprintf("%x OFF-1\n", sha256.Sum256(keys[slot:slot+128]))
			}, 18, 0},
			{"damaged", func(keys []byte, slot int) string { keys[slot+50]++; return "" }, 0, 18},
		} {
			dir := t.TempDir()
			opt := o.opt
			opt.Path, opt.Keys = dir+"/o.db", dir+"/o.keys"
			keys, err := os.ReadFile(o.opt.Keys)
			if err != nil {
				t.Fatal(err)
			}
			list := ""
			for i := 0; i+128 <= len(keys); i += 128 {
				if strings.TrimRight(string(keys[i:i+32]), "\x00") == "OFF-1" {
					list = tt.change(keys, i)
				}
			}
			copyDB(t, o.Store, opt.Path)
			if err := errors.Join(os.WriteFile(opt.Keys, keys, 0o600), os.WriteFile(opt.Keys+".erased", []byte(list), 0o600)); err != nil {
				t.Fatal(err)
			}
			s, err := store.Open(opt)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Check(); (err != nil) != (tt.damaged > 0) {
				t.Errorf("%s: verify says %v", tt.name, err)
			}
			p, err := Take(t.Context(), s, store.Operator("root"), asked(Request{Case: "OFF-1"}))
			if err != nil {
				t.Fatal(err)
			}
			v := checked(t, o.zip(p), Trusted{})
			if !v.OK || v.Erased != tt.erased || v.Damaged != tt.damaged || v.Opened != 1 { // the card has a key of its own
				t.Errorf("%s: %+v", tt.name, v)
			}
			if !bytes.Contains(v.Report, []byte("["+tt.name+"]")) || bytes.Contains(v.Report, []byte("competitor")) {
				t.Errorf("the report does not say that it is %s", tt.name)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

// A table or events alone are one file.
func TestForms(t *testing.T) {
	inCompany(t, func(t *testing.T, o *company) {
		for form, begins := range map[ExportForm]string{store.AsCSV: "\ufeff\"entry\",", store.AsOCSF: `{"activity_id":`, store.AsPack: "PK"} {
			p := o.take(Request{Form: form})
			var b bytes.Buffer
			if err := p.WriteAs(form, &b); err != nil || !strings.HasPrefix(b.String(), begins) {
				t.Errorf("%s: %v, %.40q", form, err, b.String())
			}
			if p.Taken().Cases != 2 || p.Taken().About != "2 cases" {
				t.Errorf("%+v", p.Taken())
			}
		}
	})
}
