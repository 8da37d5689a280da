package bottest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Act is what a step of a script does.
type Act string

// The acts. README.md of package bot has the grammar.
const (
	Narrates Act = "##"
	Types    Act = "types"
	Clicks   Act = "clicks"
	Chooses  Act = "chooses"
	Fills    Act = "fills"
	Closes   Act = "closes the form"
	Again    Act = "again"
	Waits    Act = "wait until"
	Expects  Act = "expect"
	Does     Act = "do"
)

// Step is one step of a script.
type Step struct {
	Line int // of the script, from 1
	Act  Act

	Who    string // a person
	Place  string // a channel, without "#": where it is typed, or what shows something
	Text   string // what is typed, narrated or looked for; label of a button or menu; name of what Does
	Option string // what is chosen
	On     string // a text of the message that is meant
	Twice  bool   // click twice
	Back   int    // click the nth old button; 0 is the one that is there
	Answer string // "confirms" or "cancels" if the script says how the question is answered
	Not    bool   // look for the text being absent
	Reply  bool   // look only at the answer that the person got last
	Fields []Entry
	Args   []string
}

// Entry is one line of a filled-in form.
type Entry struct{ Label, Value string }

// Script reads a script. Errors name the line.
func Script(text string) ([]Step, error) {
	var steps []Step
	for i, raw := range strings.Split(text, "\n") {
		raw = strings.TrimSuffix(raw, "\r")
		line := strings.TrimSpace(raw)
		var err error
		switch {
		case line == "" || strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "##"):
		case raw[0] == ' ' || raw[0] == '\t':
			err = addField(steps, line)
		case isConfirmation(line):
			err = addAnswer(steps, line)
		default:
			var s Step
			s, err = step(line)
			s.Line = i + 1
			steps = append(steps, s)
		}
		if err != nil {
			return nil, fmt.Errorf("script line %d: %q: %w", i+1, line, err)
		}
	}
	return steps, nil
}

func addField(steps []Step, line string) error {
	if len(steps) == 0 || steps[len(steps)-1].Act != Fills {
		return errors.New("an indented line belongs under somebody who fills in a form")
	}
	label, value, ok := strings.Cut(line, ":")
	if label = strings.TrimSpace(label); !ok || label == "" {
		return errors.New("a field is written  label: value")
	}
	value = strings.TrimSpace(value)
	if strings.HasPrefix(value, `"`) {
		var err error
		if value, err = strconv.Unquote(value); err != nil {
			return errors.New("the value begins with a quote but is not a quoted text")
		}
	}
	last := &steps[len(steps)-1]
	last.Fields = append(last.Fields, Entry{label, value})
	return nil
}

func isConfirmation(line string) bool {
	w := words{rest: line}
	_, err := w.text()
	verb := w.word()
	return err == nil && (verb == "confirms" || verb == "cancels") && w.rest == ""
}

// addAnswer puts "hanna confirms" into the click before it, because the
// question and the click are one act.
func addAnswer(steps []Step, line string) error {
	w := words{rest: line}
	who, err := w.text()
	if err != nil {
		return err
	}
	if len(steps) == 0 {
		return errors.New("nothing was clicked")
	}
	last := &steps[len(steps)-1]
	if last.Act != Clicks || last.Who != who || last.Answer != "" {
		return fmt.Errorf("the step before is no click of %s", who)
	}
	last.Answer = w.word()
	if last.Answer == "cancels" && (last.Twice || last.Back > 0) {
		return errors.New("only a single click on a button that is there can be cancelled")
	}
	return nil
}

// step reads one line.
func step(line string) (Step, error) {
	if text, ok := strings.CutPrefix(line, "##"); ok {
		return Step{Act: Narrates, Text: strings.TrimSpace(text)}, nil
	}
	w := words{rest: line}
	switch w.peek() {
	case "again":
		w.word()
		return Step{Act: Again}, w.end()
	case "do":
		w.word()
		return doing(&w)
	case "wait":
		w.word()
		if w.word() != "until" {
			return Step{}, errors.New("wait until what?")
		}
		return looking(&w, Waits)
	case "expect":
		w.word()
		return looking(&w, Expects)
	}
	return acting(&w)
}

// acting reads what a person does.
func acting(w *words) (Step, error) {
	who, colon, err := w.person()
	if err != nil {
		return Step{}, err
	}
	s := Step{Who: who}
	if colon {
		return w.typed(s)
	}
	switch verb := w.word(); verb {
	case "in":
		place, colon, err := w.person()
		if err != nil || !colon || len(place) < 2 || place[0] != '#' {
			return s, errors.New(`"in" is followed by #channel: and what is typed`)
		}
		s.Place = place[1:]
		return w.typed(s)
	case "clicks":
		return w.clicked(s)
	case "chooses":
		return w.chosen(s)
	case "fills":
		s.Act = Fills
		return s, w.end()
	case "closes":
		s.Act = Closes
		if w.rest != "the form" {
			return s, errors.New("closes what?")
		}
		return s, nil
	default:
		return s, fmt.Errorf("what is %q? (%s: ..., clicks, chooses, fills, confirms, cancels, closes the form)", verb, who)
	}
}

func doing(w *words) (Step, error) {
	s := Step{Act: Does, Text: w.word()}
	if s.Text == "" {
		return s, errors.New("do what?")
	}
	for w.rest != "" {
		arg, err := w.text()
		if err != nil {
			return s, err
		}
		s.Args = append(s.Args, arg)
	}
	return s, nil
}
