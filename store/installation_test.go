package store

import (
	"strings"
	"testing"
)

func (o *office) configured(b Configured) {
	o.t.Helper()
	if _, err := o.Append(o.t.Context(), Installation, Operator("root"), b); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) state() State {
	o.t.Helper()
	st, err := o.State()
	if err != nil {
		o.t.Fatal(err)
	}
	return st
}

// Weaker rules are in force when somebody has agreed who can't be the one who
// wrote them, and not before.
func TestWeakerRulesNeedASecondPerson(t *testing.T) {
	o := newOffice(t)
	o.claims["max"] = []Claim{{Role: HR}, {Role: IT}}
	o.people["max"] = o.meet("max")
	nowhere := func(Card) bool { return false } // on the installation no condition can be asked
	o.claims["lea"] = []Claim{{Role: Security}, {Role: Admin, Scope: nowhere}}
	o.people["lea"] = o.meet("lea")
	o.claims["nia"] = []Claim{{Role: HR, Scope: nowhere}}
	o.people["nia"] = o.meet("nia")
	strict, wide := Seal("strict"), Seal("wide")
	o.configured(Configured{File: Seal("1"), Rules: strict})
	o.configured(Configured{File: Seal("2"), Rules: strict, Wanted: wide})
	entry := o.state().Config.Entry
	for _, who := range []string{"ivan", "ada", "max", "lea"} {
		if r := o.refused(Installation, who, Seconded{Entry: entry, Agree: true}); !strings.Contains(r.Text, "neither IT nor an administrator") {
			t.Errorf("%s: %s", who, r.Text)
		}
	}
	for _, who := range []string{"tom", "aude"} {
		_ = o.refused(Installation, who, Seconded{Entry: entry, Agree: true})
		_ = o.refused(Installation, who, Seconded{Entry: entry})
	}
	if _, err := o.Append(t.Context(), Installation, Operator("other"), Seconded{Entry: entry, Agree: true}); err == nil {
		t.Error("an operator agreed")
	}
	_ = o.refused(Installation, "sasha", Seconded{Entry: entry - 1, Agree: true})
	if c := o.state().Config; c.Rules.commit != strict.commit || c.By != "root" {
		t.Fatalf("in force before anybody agreed: %+v", c)
	}
	o.do(Installation, "nia", Seconded{Entry: entry, Agree: true})
	if c := o.state().Config; c.Rules.commit != wide.commit || c.Second != o.people["nia"] || !c.Wanted.IsZero() {
		t.Fatalf("after nia agreed: %+v", c)
	}
	_ = o.refused(Installation, "hanna", Seconded{Entry: entry, Agree: true})
}

// What somebody did not agree to stays as it was, and a file that was changed
// again is another question.
func TestWeakerRulesRefused(t *testing.T) {
	o := newOffice(t)
	strict, wide := Seal("strict"), Seal("wide")
	o.configured(Configured{File: Seal("1"), Rules: strict, Wanted: wide})
	first := o.state().Config.Entry
	o.configured(Configured{File: Seal("2"), Rules: strict, Wanted: wide})
	_ = o.refused(Installation, "hanna", Seconded{Entry: first, Agree: true})
	o.do(Installation, "ivan", Seconded{Entry: o.state().Config.Entry})
	if c := o.state().Config; c.Rules.commit != strict.commit || c.Not != o.people["ivan"] || !c.Wanted.IsZero() {
		t.Fatalf("%+v", c)
	}
	_ = o.refused(Installation, "hanna", Seconded{Entry: o.state().Config.Entry, Agree: true})
}

// Nobody but whoever runs the server changes the configuration.
func TestConfiguredIsForOperators(t *testing.T) {
	o := newOffice(t)
	_ = o.refused(Installation, "ada", Configured{File: Seal("1"), Rules: Seal("r")})
	if _, err := o.Append(t.Context(), Installation, Bot("executor"), Configured{File: Seal("1"), Rules: Seal("r")}); err == nil {
		t.Error("a loop changed the configuration")
	}
}
