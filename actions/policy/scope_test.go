package policy_test

import (
	"strings"
	"testing"

	"offboard/actions"
	"offboard/actions/policy"
)

func TestScope(t *testing.T) {
	jane := actions.Person{Country: "PT", Department: "Design", Entity: "Lumen Lda", Location: "Lisbon"}
	for _, tt := range []struct {
		expr string
		want bool
		err  string
	}{
		{`person.country == "PT"`, true, ""},
		{`person.country in ["DE", "NO"]`, false, ""},
		{`person.department == "Design" && person.entity.startsWith("Lumen")`, true, ""},
		{`person.location.matches("^Lis")`, true, ""},
		{`[1, 2][int(size(person.country))] == 1`, false, ""}, // no such index: an error at run time is a no
		{`person.salary > 1`, false, `known of a person as "salary"`},
		{`person.country`, false, "does not say yes or no"},
		{`1 + 1`, false, "does not say yes or no"},
		{`person.country ==`, false, "something is still missing"},
		{`card.country == "PT"`, false, `there is no "card" here`},
	} {
		f, err := policy.Scope(tt.expr)
		switch {
		case tt.err != "":
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: %v, want %q", tt.expr, err, tt.err)
			}
		case err != nil:
			t.Errorf("%s: %v", tt.expr, err)
		default:
			if got := f(jane); got != tt.want {
				t.Errorf("%s is %t", tt.expr, got)
			}
		}
	}
	if f, err := policy.Scope(""); f != nil || err != nil {
		t.Errorf("the empty scope is everybody: %v", err)
	}
}
