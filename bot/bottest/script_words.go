package bottest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// words reads a line of a script from the left.
type words struct{ rest string }

func (w *words) peek() string {
	word, _, _ := strings.Cut(w.rest, " ")
	return word
}

func (w *words) word() string {
	word, rest, _ := strings.Cut(w.rest, " ")
	w.rest = strings.TrimLeft(rest, " ")
	return word
}

func (w *words) end() error {
	if w.rest != "" {
		return fmt.Errorf("what is %q for?", w.rest)
	}
	return nil
}

// text reads a word, or several in quotes.
func (w *words) text() (string, error) {
	if !strings.HasPrefix(w.rest, `"`) {
		if s := w.word(); s != "" {
			return s, nil
		}
		return "", errors.New("something is missing at the end")
	}
	return w.quoted()
}

func (w *words) quoted() (string, error) {
	q, err := strconv.QuotedPrefix(w.rest)
	if err != nil || q[0] != '"' {
		return "", fmt.Errorf("a text in quotes is missing before %q", w.rest)
	}
	w.rest = strings.TrimLeft(w.rest[len(q):], " ")
	s, err := strconv.Unquote(q)
	if err == nil && strings.TrimSpace(s) == "" {
		return "", errors.New("the text in quotes is empty")
	}
	return s, err
}

// person reads a name, and reports whether a colon follows it.
func (w *words) person() (name string, colon bool, err error) {
	if strings.HasPrefix(w.rest, `"`) {
		if name, err = w.quoted(); err != nil {
			return "", false, err
		}
		rest, colon := strings.CutPrefix(w.rest, ":")
		w.rest = strings.TrimLeft(rest, " ")
		return name, colon, nil
	}
	name, colon = strings.CutSuffix(w.word(), ":")
	if name == "" || strings.ContainsAny(name, `":`) {
		return "", false, errors.New("a line begins with who does something")
	}
	return name, colon, nil
}

func (w *words) typed(s Step) (Step, error) {
	s.Act, s.Text = Types, w.rest
	if s.Text == "" {
		return s, errors.New("nothing is typed")
	}
	return s, nil
}

func (w *words) clicked(s Step) (Step, error) {
	s.Act = Clicks
	var err error
	if w.peek() == "old" {
		w.word()
		s.Back = 1
	}
	if s.Text, err = w.quoted(); err != nil {
		return s, err
	}
	if s.On, err = w.on(); err != nil {
		return s, err
	}
	if s.Back > 0 && w.peek() == "back" {
		w.word()
		if s.Back, err = strconv.Atoi(w.word()); err != nil || s.Back < 1 {
			return s, errors.New(`"back" is followed by a number from 1`)
		}
	}
	if s.Back == 0 && w.peek() == "twice" {
		w.word()
		s.Twice = true
	}
	return s, w.end()
}

func (w *words) chosen(s Step) (Step, error) {
	s.Act = Chooses
	var err error
	if s.Text, err = w.quoted(); err != nil {
		return s, err
	}
	if w.word() != "=" {
		return s, errors.New(`a choice is written  "menu" = "option"`)
	}
	if s.Option, err = w.quoted(); err != nil {
		return s, err
	}
	if s.On, err = w.on(); err != nil {
		return s, err
	}
	return s, w.end()
}

func (w *words) on() (string, error) {
	if w.peek() != "on" {
		return "", nil
	}
	w.word()
	return w.quoted()
}

// looking reads who or what is looked at, and for what.
func looking(w *words, act Act) (Step, error) {
	s := Step{Act: act}
	name, err := w.text()
	if err != nil {
		return s, err
	}
	sees := "sees"
	if channel, ok := strings.CutPrefix(name, "#"); ok && channel != "" {
		s.Place, sees = channel, "shows"
	} else {
		s.Who = name
	}
	switch verb := w.word(); {
	case verb == sees:
	case verb == "does" && w.word() == "not" && w.word() == strings.TrimSuffix(sees, "s"):
		s.Not = true
	case verb == "answer" && s.Who != "":
		owner, ok := strings.CutSuffix(s.Who, "'s")
		if !ok || owner == "" {
			return s, errors.New(`an answer is written  name's answer "text"`)
		}
		s.Who, s.Reply = owner, true
	default:
		return s, fmt.Errorf("after %s comes  %s \"text\"  or  does not %s \"text\"", name, sees, strings.TrimSuffix(sees, "s"))
	}
	if s.Text, err = w.quoted(); err != nil {
		return s, err
	}
	return s, w.end()
}
