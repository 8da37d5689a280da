package figures

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// fill makes groups from lists of cases.
func fill(lists map[string][]int) *groups {
	g := newGroups("n")
	for name, cases := range lists {
		for _, c := range cases {
			g.add(name, c, 0, 1)
		}
	}
	return g
}

func upTo(from, to int) (out []int) {
	for i := from; i <= to; i++ {
		out = append(out, i)
	}
	return out
}

func TestFolding(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		lists map[string][]int
		want  string
	}{
		{"nothing", nil, ""},
		{"large ones stay", map[string][]int{"a": upTo(1, 6), "b": upTo(7, 11)}, "a 6, b 5"},
		{"several small ones are folded", map[string][]int{"a": upTo(1, 6), "b": upTo(7, 9), "c": upTo(10, 13)}, "a 6, others 7"},
		{"one small one takes the next with it, or it would follow by subtraction", map[string][]int{"a": upTo(1, 9), "b": upTo(10, 15), "c": upTo(16, 19)}, "a 9, others 10"},
		{"two that are too few together take the next with them", map[string][]int{"a": upTo(1, 9), "b": upTo(10, 15), "c": upTo(16, 17), "d": upTo(18, 19)}, "a 9, others 10"},
		{"two of the same cases are few", map[string][]int{"a": upTo(1, 9), "b": upTo(10, 15), "c": upTo(1, 4), "d": upTo(1, 4)}, "a 9, others 10"},
		{"one of two", map[string][]int{"a": upTo(1, 6), "b": upTo(7, 9)}, "others 9"},
		{"too few of all", map[string][]int{"a": upTo(1, 2), "b": upTo(3, 4)}, "few"},
		{"one small one alone", map[string][]int{"a": upTo(1, 4)}, "few"},
		{"one large one alone", map[string][]int{"a": upTo(1, 5)}, "a 5"},
	} {
		got := fill(tt.lists).table(func(s string) string { return s })
		var rows []string
		for _, r := range got.Rows {
			rows = append(rows, fmt.Sprintf("%s %d", r.Name, r.Cases))
		}
		if got.Few {
			rows = append(rows, "few")
		}
		if strings.Join(rows, ", ") != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, rows, tt.want)
		}
	}
}

// Whatever the groups are: no row is of fewer than five cases, and the others are
// of two groups at least.
func TestFoldingHidesFew(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	folded := 0
	for range 2000 {
		lists := map[string][]int{}
		for g := range r.IntN(7) {
			from := r.IntN(20)
			lists[fmt.Sprint(g)] = upTo(from, from+r.IntN(9))
		}
		got := fill(lists).table(func(s string) string { return s })
		shown := len(got.Rows)
		for _, row := range got.Rows {
			if row.Cases < Smallest {
				t.Fatalf("%v: %+v", lists, got)
			}
			if row.Name == Others {
				shown += got.Folded - 1
				folded++
			}
		}
		if got.Folded == 1 || !got.Few && shown != len(lists) {
			t.Fatalf("%v: %+v", lists, got)
		}
	}
	if folded < 100 {
		t.Errorf("only %d were folded", folded)
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	list := func(counts ...int) (out []Stretch) {
		for i, n := range counts {
			out = append(out, Stretch{Name: string(rune('a' + i)), OnTime: n})
		}
		return out
	}
	for _, tt := range []struct {
		in   []Stretch
		want string
	}{
		{list(5, 6), "a 5, b 6"},
		{list(2, 3, 7), "a–b 5, c 7"},
		{list(5, 0, 4), "a–c 9"}, // nobody can subtract the four
		{list(0, 0, 5, 1), "a–d 6"},
		{list(2, 2), ""},
		{list(5, 0, 0), "a 5"},
		{nil, ""},
	} {
		var got []string
		for _, s := range join(tt.in) {
			got = append(got, fmt.Sprintf("%s %d", s.Name, s.Ended()))
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%v: %v, want %s", tt.in, got, tt.want)
		}
	}
}
