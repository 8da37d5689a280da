package slack

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"offboard/bot"
)

// What a button or a menu says comes back as it was, whatever its object.
func FuzzAction(f *testing.F) {
	for _, s := range [][3]string{
		{"approve", "OFF-42:1:9f3a", ""},
		{"second", "P-7:33:no", ""},
		{"inbox", "-", ""},
		{"heir", "INST:33", "who"},
		{"v", ":3:x", ""},
		{"v", "o", "3:x:"},
		{"v", ":", ":"},
		{"v", "1:f:o", "f"},
		{"v", "a b\nc", "f g"},
		{"1", "2:3", "45"},
	} {
		f.Add(s[0], s[1], s[2])
	}
	seen := map[string][3]string{}
	f.Fuzz(func(t *testing.T, verb, object, field string) {
		m := bot.Message{Summary: "s", Parts: []bot.Part{bot.Buttons{{Label: "b", Verb: verb, Object: object}}}}
		if field != "" {
			m.Parts = []bot.Part{bot.Menu{Label: "m", Verb: verb, Object: object, Field: field, Options: []bot.Option{{Value: "1", Label: "o"}}}}
		}
		if v, o, fd := parseAction(object); fd != "" && actionID(v, o, fd) != object {
			t.Errorf("%q is read as %q %q %q, and nothing has written that", object, v, o, fd)
		}
		if m.Check() != nil {
			return
		}
		id := actionID(verb, object, field)
		if v, o, fd := parseAction(id); v != verb || o != object || fd != field {
			t.Errorf("%q became %q %q %q, want %q %q %q", id, v, o, fd, verb, object, field)
		}
		if n := utf8.RuneCountInString(id); n > 255 || len(id) > bot.MaxID+5 {
			t.Errorf("%q is too long: %d", id, n)
		}
		if other, ok := seen[id]; ok && other != [3]string{verb, object, field} {
			t.Errorf("%q is the id of %q and of %q", id, other, [3]string{verb, object, field})
		}
		seen[id] = [3]string{verb, object, field}
	})
}

// A field of a form, or what this program has not written, has no verb.
func TestParseAction_foreign(t *testing.T) {
	for _, id := range []string{"", "kind", "last day", ":", "::", ":v", ":v:", ":v:0::o", ":v:9:f:o", ":v:-1:f:o", ":v:01:f:o", ":v:+1:f:o", ":v:1:f", ":v:1:fo", ":v:x:f:o"} {
		if verb, object, field := parseAction(id); verb != "" || object != "" || field != "" {
			t.Errorf("%q is read as %q %q %q", id, verb, object, field)
		}
	}
}

func TestOptions(t *testing.T) {
	var list []bot.Option
	for i := range 150 {
		list = append(list, bot.Option{Value: fmt.Sprint(i), Label: strings.Repeat("Ä", 80), Hint: strings.Repeat("é", 80)})
	}
	for n, want := range map[int]int{0: 0, 3: 3, 150: 41} {
		got := options(list[:n])
		if len(got.Options) != want {
			t.Errorf("%d of %d options, want %d", len(got.Options), n, want)
		}
		b := encoded(t, got)
		if len(b) > 18_500 || !strings.HasPrefix(string(b), `{"options":[`) {
			t.Errorf("%d bytes: %.40s", len(b), b)
		}
		within(t, got)
		for _, o := range got.Options {
			conforms(t, "Option", o)
		}
	}
	if got := options([]bot.Option{{Value: "P-1", Label: "Tom", Hint: "Design"}}).Options[0]; got.Value != "P-1" || got.Text.Text != "Tom" || got.Description.Text != "Design" {
		t.Errorf("%+v", got)
	}
}
