package bottest

import (
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
)

// button finds what Click presses; c.mu is held.
func (c *Chat) button(user, label string, on []string) (*person, shown, error) {
	p, err := c.who(user)
	if err != nil {
		return nil, shown{}, err
	}
	for _, m := range slices.Backward(c.visible(p)) {
		found, err := c.buttonIn(m, m.now(), label, on)
		if err != nil || len(found) > 0 {
			if err == nil {
				return p, found[0], nil
			}
			return p, shown{}, err
		}
	}
	return p, shown{}, fmt.Errorf("%s sees no button %q%s", p.Name, label, onWhat(on))
}

// buttonIn lists the buttons of one message with that label, the one that the
// texts of on point to first.
func (c *Chat) buttonIn(m *message, v bot.Message, label string, on []string) ([]shown, error) {
	r := c.view(m.ref.Place, m.to, 0)
	if !has(join(r.message(v)), on) {
		return nil, nil
	}
	from := 0
	for i, p := range v.Parts {
		if len(on) > 0 && has(join(r.part(p)), on) {
			from = i
			break
		}
	}
	var after, before []shown
	for i, p := range v.Parts {
		row, _ := p.(bot.Buttons)
		for _, b := range row {
			if !sameLabel(b.Label, label) {
				continue
			}
			if s := (shown{b, m.ref.Place, v}); i < from {
				before = append(before, s)
			} else {
				after = append(after, s)
			}
		}
	}
	found := append(after, before...)
	if len(found) > 1 && len(on) == 0 {
		return nil, fmt.Errorf("%d buttons %q in one message: say which by a text above it", len(found), label)
	}
	return found, nil
}

// oldButton finds what ClickOld presses; c.mu is held.
func (c *Chat) oldButton(p *person, label string, nth int, on []string) (shown, error) {
	for _, m := range slices.Backward(c.visible(p)) {
		seen := map[string]bool{}
		for _, id := range buttonIDs(m.now()) {
			seen[id] = true
		}
		for _, v := range slices.Backward(m.versions[:len(m.versions)-1]) {
			found, err := c.buttonIn(m, v, label, on)
			if err != nil {
				return shown{}, err
			}
			if len(found) == 0 || seen[buttonID(found[0].Button)] {
				continue
			}
			seen[buttonID(found[0].Button)] = true
			if nth--; nth == 0 {
				return found[0], nil
			}
		}
	}
	return shown{}, fmt.Errorf("%s has seen no such old button %q%s", p.Name, label, onWhat(on))
}

func buttonIDs(m bot.Message) []string {
	var out []string
	for _, p := range m.Parts {
		row, _ := p.(bot.Buttons)
		for _, b := range row {
			out = append(out, buttonID(b))
		}
	}
	return out
}

func buttonID(b bot.Button) string { return b.Verb + ":" + b.Object }

// menu finds what Choose chooses from; c.mu is held.
func (c *Chat) menu(p *person, label string, on []string) (bot.Menu, bot.Place, error) {
	for _, m := range slices.Backward(c.visible(p)) {
		v := m.now()
		if !has(join(c.view(m.ref.Place, m.to, 0).message(v)), on) {
			continue
		}
		var found []bot.Menu
		for _, part := range v.Parts {
			if menu, ok := part.(bot.Menu); ok && sameLabel(menu.Label, label) {
				found = append(found, menu)
			}
		}
		if len(found) > 1 {
			return bot.Menu{}, bot.Place{}, fmt.Errorf("%d menus %q in one message", len(found), label)
		}
		if len(found) == 1 {
			return found[0], m.ref.Place, nil
		}
	}
	return bot.Menu{}, bot.Place{}, fmt.Errorf("%s sees no menu %q%s", p.Name, label, onWhat(on))
}

// pick finds an option by its label, its value, or a part of what is shown of
// it that no other option has.
func pick(options []bot.Option, text string) (bot.Option, error) {
	var exact, part []bot.Option
	for _, o := range options {
		if strings.EqualFold(o.Label, text) || o.Value == text || strings.EqualFold(optionLabel(o), text) {
			exact = append(exact, o)
		}
		if Contains(strings.ToLower(optionLabel(o)), strings.ToLower(text)) {
			part = append(part, o)
		}
	}
	for _, found := range [][]bot.Option{exact, part} {
		if len(found) == 1 {
			return found[0], nil
		}
		if len(found) > 1 {
			return bot.Option{}, fmt.Errorf("%d options match %q", len(found), text)
		}
	}
	return bot.Option{}, fmt.Errorf("%q: %w", text, errNoOption)
}

func has(seen string, texts []string) bool {
	for _, t := range texts {
		if !Contains(seen, t) {
			return false
		}
	}
	return true
}

// sameLabel compares as a person does who reads a label aloud.
func sameLabel(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(a, "…"), strings.TrimSuffix(b, "…"))
}

func onWhat(on []string) string {
	if len(on) == 0 {
		return ""
	}
	return fmt.Sprintf(" on %q", strings.Join(on, " "))
}
