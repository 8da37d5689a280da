package commands_test

import (
	"fmt"
	"slices"
	"strings"

	"offboard/bot/bottest"
)

// paper is something with buttons on it: a form, or a message as it stands or
// as it was.
type paper struct {
	on      any // what the vendor has it as
	message bool
	pieces  []piece
	was     []paper // what a message said before, oldest first
}

// piece is what is read in one go, and what can be pressed in it.
type piece struct {
	text     string
	controls []control
}

// control is a button or a menu.
type control struct {
	id, label string
	menu      bool
	options   []option
}

// option is one thing that can be chosen.
type option struct{ value, label, hint string }

// find finds the button or menu that a person means: on what lies on top, else
// in the newest message.
func (w *wired) find(m member, st bottest.Step, menu bool) (paper, control, error) {
	for _, p := range w.vendor.papers(m) {
		if st.Back > 0 && p.message {
			if on, c, ok := p.old(st); ok {
				return on, c, nil
			}
		} else if c, ok := p.within(st, menu); ok {
			return p, c, nil
		}
	}
	what := "button"
	if menu {
		what = "menu"
	}
	return paper{}, control{}, fmt.Errorf("%s sees no %s %q on %q", m.name, what, st.Text, st.On)
}

// within finds the control of that label, the first one after the text that is
// named, if the text is there at all.
func (p paper) within(st bottest.Step, menu bool) (control, bool) {
	from := 0
	if st.On != "" {
		all := ""
		for _, piece := range p.pieces {
			all += piece.text + "\n"
		}
		if !bottest.Contains(all, st.On) {
			return control{}, false
		}
		from = max(0, slices.IndexFunc(p.pieces, func(q piece) bool { return bottest.Contains(q.text, st.On) }))
	}
	for _, piece := range append(slices.Clone(p.pieces[from:]), p.pieces[:from]...) {
		for _, c := range piece.controls {
			if c.menu == menu && same(c.label, st.Text) {
				return c, true
			}
		}
	}
	return control{}, false
}

// old finds a button that an earlier text of a message had and that is gone.
func (p paper) old(st bottest.Step) (paper, control, bool) {
	now := map[string]bool{}
	for _, piece := range p.pieces {
		for _, c := range piece.controls {
			now[c.id] = true
		}
	}
	back := st.Back
	for _, before := range slices.Backward(p.was) {
		c, ok := before.within(st, false)
		if !ok || now[c.id] {
			continue
		}
		now[c.id] = true
		if back--; back == 0 {
			return before, c, true
		}
	}
	return paper{}, control{}, false
}

// same says whether a label is what a person calls it.
func same(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(a, "…"), strings.TrimSuffix(b, "…"))
}

// clicks presses a button.
func (w *wired) clicks(m member, st bottest.Step) error {
	on, c, err := w.find(m, st, false)
	if err != nil {
		return err
	}
	if on.message {
		if err := w.vendor.leaves(m); err != nil {
			return err
		}
	}
	how := "clicks"
	if st.Back > 0 {
		how = "clicks the old"
	}
	return w.vendor.press(m, on, c, how, st)
}

// chooses takes an option of a menu, which is drawn as its label.
func (w *wired) chooses(m member, st bottest.Step) error {
	on, c, err := w.find(m, st, true)
	if err != nil {
		return err
	}
	value, err := choice(c.options, st.Option)
	if err != nil {
		return err
	}
	if on.message {
		if err := w.vendor.leaves(m); err != nil {
			return err
		}
	}
	w.teller.Did(fmt.Sprintf("%s chooses  [%s]: %s", m.name, st.Text, st.Option))
	return w.vendor.choose(m, on, c, value)
}

// choice is the value of the one option that shows the text, or has it as its
// value or whole label.
func choice(options []option, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	var exact, part []string
	for _, o := range options {
		if o.value == text || strings.EqualFold(o.label, text) {
			exact = append(exact, o.value)
		}
		if strings.Contains(strings.ToLower(o.label+" "+o.hint), strings.ToLower(text)) {
			part = append(part, o.value)
		}
	}
	for _, found := range [][]string{exact, part} {
		if len(found) == 1 {
			return found[0], nil
		}
	}
	return "", fmt.Errorf("%d options have %q", len(part), text)
}

// offered tells of options.
func offered(options []option) string {
	var out []string
	for _, o := range options {
		out = append(out, o.label+" ("+o.hint+")")
	}
	return fmt.Sprintf("%d: %s", len(out), strings.Join(out, ", "))
}
