package ldap_test

import (
	"slices"
	"strings"
	"testing"

	"offboard/actions"
)

// An heir who reports to the leaver gets the leaver's manager, not themselves.
func TestHeirAmongTheReports(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		jane, priya := fx.person(t, "jane"), fx.person(t, "priya")
		for _, above := range [][]string{{dnOf("marco")}, nil, {dnOf("priya")}} {
			fx.replace(t, dnOf("jane"), "manager", above...)
			target, before := fx.survey(t, "reports", jane, "jane")
			if got := labels(target.Items); !slices.Equal(got, []string{"Priya Nair (Designer) as a direct report", "Tom Okafor (Designer) as a direct report"}) {
				t.Fatalf("reports %q", got)
			}
			target.Heirs = map[string]actions.Person{}
			for _, i := range target.Items {
				target.Heirs[i.ID] = priya
			}
			f, err := fx.action("reports").Check(t.Context(), target)
			if err != nil || len(f.Notes) != 1 || !strings.Contains(f.Notes[0], "Priya") {
				t.Errorf("notes %q, %v", f.Notes, err)
			}
			mustDo(t, fx.action("reports"), target)
			want := above
			if slices.Equal(above, []string{dnOf("priya")}) {
				want = nil
			}
			if got := fx.values(t, dnOf("priya"), "manager"); !slices.Equal(got, want) {
				t.Errorf("the heir reports to %q, want %q", got, want)
			}
			if got := fx.values(t, dnOf("tom"), "manager"); !slices.Equal(got, []string{dnOf("priya")}) {
				t.Errorf("the other reports to %q", got)
			}
			if _, err := fx.action("reports").(actions.Undoer).Undo(t.Context(), target, before); err != nil {
				t.Fatal(err)
			}
			for _, login := range []string{"priya", "tom"} {
				if got := fx.values(t, dnOf(login), "manager"); !slices.Equal(got, []string{dnOf("jane")}) {
					t.Errorf("after undo %s reports to %q", login, got)
				}
			}
		}
	})
}

func TestUndoRespectsANewerManager(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		target, before := fx.survey(t, "reports", fx.person(t, "jane"), "jane")
		target.Heirs = map[string]actions.Person{}
		for _, i := range target.Items {
			target.Heirs[i.ID] = fx.person(t, "marco")
		}
		mustDo(t, fx.action("reports"), target)
		fx.replace(t, dnOf("tom"), "manager", dnOf("clara"))
		_, err := fx.action("reports").(actions.Undoer).Undo(t.Context(), target, before)
		wantFinal(t, err, "Tom Okafor", "clara")
		if got := fx.values(t, dnOf("tom"), "manager"); !slices.Equal(got, []string{dnOf("clara")}) {
			t.Errorf("tom reports to %q", got)
		}
	})
}

// An heir who owned the group before keeps it when the leaver gets it back.
func TestHeirWhoOwnsAlready(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		group := "cn=design-system," + groupsBase
		fx.replace(t, group, "owner", dnOf("jane"), dnOf("marco"))
		target, before := fx.survey(t, "owner", fx.person(t, "jane"), "jane")
		if target.Items[0].Label != "owner of the group design-system (one of 2 owners)" {
			t.Errorf("label %q", target.Items[0].Label)
		}
		target.Heirs = map[string]actions.Person{}
		for _, i := range target.Items {
			target.Heirs[i.ID] = fx.person(t, "marco")
		}
		mustDo(t, fx.action("owner"), target)
		if got := fx.values(t, group, "owner"); !slices.Equal(got, []string{dnOf("marco")}) {
			t.Errorf("owners %q", got)
		}
		if _, err := fx.action("owner").(actions.Undoer).Undo(t.Context(), target, before); err != nil {
			t.Fatal(err)
		}
		got := fx.values(t, group, "owner")
		slices.Sort(got)
		if !slices.Equal(got, []string{dnOf("jane"), dnOf("marco")}) {
			t.Errorf("after undo owners %q", got)
		}
	})
}

// The leaver's second account is no heir either, and one without an account
// here gets nothing.
func TestWrongHeirs(t *testing.T) {
	onBoth(t, func(t *testing.T, fx *fixture) {
		jane := fx.person(t, "jane")
		target, _ := fx.survey(t, "owner", jane, "jane")
		for _, tt := range []struct {
			heir  actions.Person
			words string
		}{
			{actions.Person{ID: fx.values(t, dnOf("adm-jane"), "entryUUID")[0], Name: "Jane (admin)"}, "is leaving"},
			{actions.Person{ID: "3b7e0b9a-1111-4222-8333-444455556666", Name: "No Body", Login: "nobody-here"}, "no account there"},
			{actions.Person{Name: "Nameless"}, "nothing is known"},
		} {
			target.Heirs = map[string]actions.Person{target.Items[0].ID: tt.heir}
			target.Items = target.Items[:1]
			_, err := fx.action("owner").Do(t.Context(), target)
			wantFinal(t, err, tt.words)
		}
	})
}
