package bottest

import (
	"fmt"
	"strings"
)

// String is the step as a script has it.
func (s Step) String() string {
	who := name(s.Who)
	var out string
	switch s.Act {
	case Narrates:
		return strings.TrimRight("## "+s.Text, " ")
	case Again:
		return "again"
	case Does:
		out = "do " + s.Text
		for _, a := range s.Args {
			out += fmt.Sprintf(" %q", a)
		}
	case Types:
		if s.Place != "" {
			who += " in #" + s.Place
		}
		out = who + ": " + s.Text
	case Clicks:
		out = s.click(who)
	case Chooses:
		out = fmt.Sprintf("%s chooses %q = %q%s", who, s.Text, s.Option, s.on())
	case Fills:
		out = who + " fills"
		for _, f := range s.Fields {
			out += fmt.Sprintf("\n  %s: %q", f.Label, f.Value)
		}
	case Closes:
		out = who + " closes the form"
	case Waits, Expects:
		out = s.look()
	}
	return out
}

func (s Step) click(who string) string {
	out := who + " clicks "
	if s.Back > 0 {
		out += "old "
	}
	out += fmt.Sprintf("%q%s", s.Text, s.on())
	if s.Back > 1 {
		out += fmt.Sprintf(" back %d", s.Back)
	}
	if s.Twice {
		out += " twice"
	}
	if s.Answer != "" {
		out += "\n" + who + " " + s.Answer
	}
	return out
}

func (s Step) look() string {
	subject, verb := name(s.Who), "see"
	if s.Place != "" {
		subject, verb = name("#"+s.Place), "show"
	}
	switch {
	case s.Reply:
		return fmt.Sprintf("%s %s answer %q", s.Act, name(s.Who+"'s"), s.Text)
	case s.Not:
		return fmt.Sprintf("%s %s does not %s %q", s.Act, subject, verb, s.Text)
	}
	return fmt.Sprintf("%s %s %ss %q", s.Act, subject, verb, s.Text)
}

func (s Step) on() string {
	if s.On == "" {
		return ""
	}
	return fmt.Sprintf(" on %q", s.On)
}

// name is written in quotes if it is not one plain word.
func name(s string) string {
	if strings.ContainsAny(s, " \":\\") || strings.ContainsFunc(s, notPlain) {
		return fmt.Sprintf("%q", s)
	}
	switch s {
	case "again", "do", "wait", "expect":
		return fmt.Sprintf("%q", s)
	}
	return s
}

func notPlain(r rune) bool { return r < ' ' || r == 0x7f || r > 0x7f && r < 0xa1 }
