package sheet

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
)

// No cell is computed, whatever somebody is called, and a program that reads CSV
// gets every cell back. OWASP, "CSV Injection".
func TestHarmless(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Jane Doe": "Jane Doe", "": "", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "|cmd": "'|cmd", "%x": "'%x",
		"\t=1": "'=1", "\r\n=1": "'=1", " =1": "'=1", "＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x",
		"a=1": "a=1", `a","=1`: `a","=1`, "a\n=1": "a =1", "\x00=1": "'=1", "\u202e=1": "'=1", "\u200e=1": "'=1", "\xff=1": "'=1", "\u00a0=1": "'=1", "\u2028=1": "'=1",
	} {
		if got := harmless(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
		tab := NewTable("x")
		tab.Row(in, "second")
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(tab.Bytes(), []byte("\ufeff")))).ReadAll()
		if err == nil || len(rows) > 1 {
			t.Errorf("%q: a row of another length was read", in)
		}
		r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(tab.Bytes(), []byte("\ufeff"))))
		r.FieldsPerRecord = -1
		if rows, err = r.ReadAll(); err != nil || !slices.Equal(rows[1], []string{want, "second"}) {
			t.Errorf("%q: %v, %v", in, rows, err)
		}
	}
}

func FuzzHarmless(f *testing.F) {
	f.Add("=1+1")
	f.Add("\u00a0\u200f@x")
	f.Fuzz(func(t *testing.T, s string) {
		got := harmless(s)
		if strings.ContainsAny(got, "\r\n\t\x00") || strings.IndexAny(strings.TrimSpace(got), "=+-@＝＋－＠") == 0 {
			t.Errorf("%q is %q", s, got)
		}
	})
}
