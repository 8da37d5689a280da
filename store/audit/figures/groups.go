package figures

import (
	"cmp"
	"slices"
	"strings"
)

// Smallest is how many cases a group needs to be shown, and a time to be told.
// Figures of fewer are figures of persons.
const Smallest = 5

// Others is the name of the row into which small groups are folded.
const Others = "others"

// Table is one figure after another for each group of cases.
type Table struct {
	Columns []string `json:"columns"`
	Rows    []Row    `json:"rows"`
	Folded  int      `json:"folded,omitempty"` // how many groups are in the row of the others
	Few     bool     `json:"few,omitempty"`    // all groups together are too small to be shown
}

// Row is a group.
type Row struct {
	Name   string `json:"name"`
	Cases  int    `json:"cases"`
	Values []int  `json:"values"`
}

// groups collects what is counted by group. A case may be in several.
type groups struct {
	columns []string
	by      map[string]*group
}

type group struct {
	name   string
	cases  []int // ascending
	values []int
}

func newGroups(columns ...string) *groups {
	return &groups{columns, map[string]*group{}}
}

// add counts n in a column for a case.
func (g *groups) add(name string, nth, column, n int) {
	x := g.by[name]
	if x == nil {
		x = &group{name: name, values: make([]int, len(g.columns))}
		g.by[name] = x
	}
	if len(x.cases) == 0 || x.cases[len(x.cases)-1] != nth {
		x.cases = append(x.cases, nth)
	}
	if column >= 0 {
		x.values[column] += n
	}
}

// table folds the small groups into one row. What is folded must not follow from
// the totals either, so it is of five different cases at least, and with that of two
// groups. Where it would not be, the next larger group is folded too.
func (g *groups) table(title func(string) string) Table {
	var all []*group
	for _, x := range g.by {
		all = append(all, x)
	}
	slices.SortFunc(all, func(a, b *group) int {
		return cmp.Or(cmp.Compare(len(b.cases), len(a.cases)), cmp.Compare(a.name, b.name))
	})
	shown := len(all)
	for shown > 0 && len(all[shown-1].cases) < Smallest {
		shown--
	}
	for shown > 0 && shown < len(all) && distinct(all[shown:]) < Smallest {
		shown--
	}
	out := Table{Columns: g.columns, Rows: []Row{}}
	for _, x := range all[:shown] {
		out.Rows = append(out.Rows, Row{title(x.name), len(x.cases), x.values})
	}
	rest := all[shown:]
	switch {
	case len(rest) == 0:
	case distinct(rest) < Smallest:
		out.Few = true
	default:
		row := Row{Others, distinct(rest), make([]int, len(g.columns))}
		for _, x := range rest {
			for i, n := range x.values {
				row.Values[i] += n
			}
		}
		out.Rows, out.Folded = append(out.Rows, row), len(rest)
	}
	return out
}

// distinct counts the cases of several groups, each once.
func distinct(list []*group) int {
	seen := map[int]bool{}
	for _, x := range list {
		for _, c := range x.cases {
			seen[c] = true
		}
	}
	return len(seen)
}

// Stretch is a part of the time that the report is about, with five cases at
// least: what is smaller is joined with its neighbours.
type Stretch struct {
	Name   string `json:"name"`
	OnTime int    `json:"onTime"`
	Late   int    `json:"late"`
	Left   int    `json:"left"`
	Before bool   `json:"before,omitempty"` // it is of the period before
}

// Ended is how many cases it has.
func (s Stretch) Ended() int { return s.OnTime + s.Late + s.Left }

// join joins stretches of one period until each has enough cases. It forgets all
// of them where they have too few together.
func join(list []Stretch) []Stretch {
	var out []Stretch
	first := ""
	var x Stretch
	add := func(s Stretch) {
		x.OnTime, x.Late, x.Left, x.Before = x.OnTime+s.OnTime, x.Late+s.Late, x.Left+s.Left, s.Before
		if first == "" {
			first = s.Name
		}
		if x.Name = s.Name; first != s.Name {
			x.Name = first + "–" + s.Name
		}
	}
	for _, s := range list {
		if add(s); x.Ended() >= Smallest {
			out, x, first = append(out, x), Stretch{}, ""
		}
	}
	if x.Ended() > 0 && len(out) > 0 { // the end has too few: the stretch before it takes them
		last := out[len(out)-1]
		name, _ := ends(last.Name)
		last.OnTime, last.Late, last.Left = last.OnTime+x.OnTime, last.Late+x.Late, last.Left+x.Left
		_, end := ends(x.Name)
		last.Name = name + "–" + end
		out[len(out)-1] = last
	}
	return out
}

// ends are the first and the last name in that of joined stretches.
func ends(name string) (first, last string) {
	first, last, joined := strings.Cut(name, "–")
	if !joined {
		return name, name
	}
	return first, last
}
