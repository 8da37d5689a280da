package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"offboard/config"
)

// TestGarbage gives what no person wrote: the answer must come at once, be
// one short line with a place, and not be a panic.
func TestGarbage(t *testing.T) {
	const n = 1 << 20
	repeat := func(s string, size int) string { return strings.Repeat(s, size/len(s)) }
	const fits = 250 << 10 // just below the largest file
	tests := map[string]string{
		"nothing":      "",
		"blank":        " \n\n\t\n",
		"comments":     "# a\n# b\n",
		"only header":  "---\n",
		"NUL":          "company: \x00\n",
		"not UTF-8":    "company: {name: caf\xe9}\n",
		"UTF-16":       "\xff\xfec\x00o\x00",
		"old Mac":      "company:\r  name: x\r",
		"megabyte":     repeat("x", n),
		"brackets":     repeat("[", fits),
		"braces":       repeat("{a: ", fits),
		"dashes":       repeat("- ", fits),
		"one key":      repeat("a: b\n", fits),
		"questions":    repeat("? ", fits),
		"words":        repeat("x\n", fits),
		"quote":        "a: \"" + repeat("x", fits),
		"anchors":      "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
		"merge":        "company:\n  <<: {name: x}\n",
		"tag":          "company: !!binary aGk=\n",
		"directive":    "%YAML 1.1\n---\na: b\n",
		"two":          "a: b\n---\nc: d\n",
		"scalar":       "hello",
		"list":         "- a\n",
		"number":       "12",
		"list as key":  "[a]: b\n",
		"map as key":   "{a: b}: c\n",
		"null as key":  "~: b\n",
		"long key":     repeat("kä", 300) + ": b\n",
		"unclosed":     "company: {name: x\n",
		"colon":        ": x\n",
		"deep":         deep(fits),
		"many unknown": repeat("a1: b\nb2: c\nc3: d\n", 9000),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			_, err := config.Parse("f.yaml", []byte(text))
			if err == nil {
				t.Fatal("no error")
			}
			if took := time.Since(begin); took > time.Minute {
				t.Errorf("took %s", took)
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) > 21 || len(err.Error()) > 4000 || !strings.HasPrefix(lines[0], "f.yaml:") {
				t.Errorf("%d lines: %.200s", len(lines), err)
			}
			t.Log(lines[0])
		})
	}
}

// deep nests keys by indentation, which no bracket announces.
func deep(size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// FuzzParse wants an answer for everything: a configuration that can be used,
// or problems that each have a place.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, "example.yaml") {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Setenv("OFFBOARD_KEY", "k")
	f.Setenv("SLACK_BOT_TOKEN", "xoxb-1")
	f.Setenv("SLACK_APP_TOKEN", "xapp-1")
	f.Setenv("DISCORD_TOKEN", "dc-1")
	f.Setenv("OFFBOARD_MAIL_PASSWORD", "p")
	f.Setenv("OFFBOARD_BUCKET_KEY", "b")
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Parse("f.yaml", data)
		if err == nil {
			if c.Company.Zone.Location == nil || len(c.Systems) == 0 || len(c.Kinds()) < 6 {
				t.Errorf("incomplete: %+v", c)
			}
			if w := c.Rules().Weakens(c.Rules()); w != nil {
				t.Errorf("weaker than itself: %q", w)
			}
			for _, s := range c.Systems {
				var to connector
				_ = s.Section.Decode(&to)
			}
			return
		}
		for line := range strings.Lines(err.Error()) {
			if !strings.HasPrefix(line, "f.yaml:") {
				t.Errorf("no place in %q", line)
			}
		}
	})
}
