package bot_test

import (
	"testing"
	"unicode/utf8"

	"offboard/bot"
)

func TestClean(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"Jane Doe", 20, "Jane Doe"},
		{"  Jane\n\tDoe\r\n", 20, "Jane Doe"},
		{"Jane\u2028Doe", 20, "Jane Doe"}, // a line separator is a line break
		{"gpj\u202eexe", 20, "gpjexe"},
		{"a\x00b\x1bc", 20, "abc"},
		{"a\u202e b", 20, "a b"},
		{"Ärzte", 5, "Ärzte"}, // characters, not bytes
		{"Ärzte!", 5, "Ärzt…"},
		{"ab cd", 4, "ab…"}, // no space before the ellipsis
		{"abc", 1, "…"},
		{"abc", 0, ""},
		{"", 0, ""},
		{"a\xffb", 5, "ab"},
	} {
		if got := bot.Clean(c.in, c.limit); got != c.want {
			t.Errorf("Clean(%q, %d) = %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\u202e b\x00\n c", 3)
	f.Add("\xff\xfe", 1)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		got := bot.Clean(s, limit)
		if utf8.RuneCountInString(got) > max(limit, 0) {
			t.Errorf("%q is longer than %d", got, limit)
		}
		if again := bot.Clean(got, limit); again != got {
			t.Errorf("cleaned again, %q becomes %q", got, again)
		}
		if m := (bot.Message{Summary: "x", Parts: []bot.Part{bot.Prose{Text: bot.T("x" + got)}}}); m.Check() != nil {
			t.Errorf("%q is not sound: %v", got, m.Check())
		}
	})
}
