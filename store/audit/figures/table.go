package figures

import (
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"text/tabwriter"

	"offboard/store/sheet"
)

// CSV writes Rows for a spreadsheet.
func (r Report) CSV(w io.Writer) error {
	rows := r.Rows()
	t := sheet.NewTable(rows[0]...)
	for _, cells := range rows[1:] {
		t.Row(cells...)
	}
	_, err := w.Write(t.Bytes())
	return err
}

// Rows is the report as one table of numbers, the head first. Lengths of time are
// in seconds, and empty where they are not told.
func (r Report) Rows() [][]string {
	out := [][]string{{"group", "name", "figure", r.Period.Title(), "before: " + r.Before.Days()}}
	now, was := reflect.ValueOf(r.Now), reflect.ValueOf(r.Was)
	for i := range now.NumField() {
		name, _, _ := strings.Cut(now.Type().Field(i).Tag.Get("json"), ",")
		if now.Field(i).Kind() != reflect.Struct {
			out = append(out, []string{"all", "", name, number(now.Field(i)), number(was.Field(i))})
			continue
		}
		few := func(v reflect.Value) bool { return v.Interface().(interface{ Few() bool }).Few() } // Times, Days and Ratings have it
		for j := range now.Field(i).NumField() {
			cells := []string{"all", "", name + " " + now.Field(i).Type().Field(j).Tag.Get("json"), number(now.Field(i).Field(j)), number(was.Field(i).Field(j))}
			for k, v := range []reflect.Value{now.Field(i), was.Field(i)} {
				if j > 0 && few(v) { // the first says how many there were
					cells[3+k] = ""
				}
			}
			out = append(out, cells)
		}
	}
	for _, g := range []struct {
		name string
		t    Table
	}{{"kind", r.Kinds}, {"system", r.Systems}, {"role", r.Roles}} {
		for _, row := range g.t.Rows {
			out = append(out, []string{g.name, row.Name, "Cases", strconv.Itoa(row.Cases), ""})
			for i, n := range row.Values {
				out = append(out, []string{g.name, row.Name, g.t.Columns[i], strconv.Itoa(n), ""})
			}
		}
	}
	return out
}

func number(v reflect.Value) string { return strconv.FormatInt(v.Int(), 10) }

// Text is the report for a terminal.
func (r Report) Text() string {
	var b strings.Builder
	verdict, _ := r.Verdict()
	fmt.Fprintf(&b, "%s, %s\n%s\n", r.Headline(), r.Compared(), verdict)
	for _, a := range r.Attention() {
		fmt.Fprintf(&b, "! %s\n", a)
	}
	for _, s := range r.Sections() {
		fmt.Fprintf(&b, "\n%s\n", s.Title)
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, f := range s.Figures {
			fmt.Fprintf(w, "  %s\t%s\tbefore: %s\t%s\n", f.Label, f.Value, f.Before, f.More)
		}
		_ = w.Flush() // into memory
	}
	for _, g := range []struct {
		name string
		t    Table
	}{{"Kinds", r.Kinds}, {"Systems", r.Systems}, {"Roles", r.Roles}} {
		if len(g.t.Rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n")
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		fmt.Fprintf(w, "%s\tCases\t%s\n", g.name, strings.Join(g.t.Columns, "\t"))
		for _, row := range g.t.Rows {
			fmt.Fprintf(w, "  %s\t%d", row.Name, row.Cases)
			for _, n := range row.Values {
				fmt.Fprintf(w, "\t%d", n)
			}
			fmt.Fprintln(w)
		}
		_ = w.Flush() // into memory
	}
	fmt.Fprintf(&b, "\n%s Times are those of %s. How each figure is counted stands in the page that --html makes.\n", r.Scope.Words(), r.Zone)
	return trailing.ReplaceAllString(b.String(), "")
}

// trailing is what a column leaves that is empty at the end of a line.
var trailing = regexp.MustCompile(`(?m) +$`)
