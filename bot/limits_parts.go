package bot

import "slices"

// part checks one part of a message.
func (c *checker) part(p Part) {
	switch p := p.(type) {
	case Heading:
		c.line("heading", p.Text, MaxHeading)
	case Prose:
		c.text("prose", p.Text, true)
	case Fine:
		c.text("fine print", p.Text, true)
	case Facts:
		if len(p) == 0 {
			c.add("no facts")
		}
		for _, f := range p {
			c.line("fact label", f.Label, 0)
			c.text("fact "+f.Label, f.Value, true)
		}
	case Checklist:
		c.checklist(p)
	case Buttons:
		c.buttons(p)
	case Menu:
		c.line("menu label", p.Label, MaxMenu)
		if p.Field == "" {
			c.add("the menu has no field")
		}
		if len(p.Options) == 0 {
			c.add("the menu has no options")
		}
		c.target(p.Verb, p.Object, p.Field)
		c.options(p.Options)
	default:
		c.add("unknown part %T", p)
	}
}

func (c *checker) checklist(l Checklist) {
	if l.Title != "" {
		c.line("checklist title", l.Title, MaxHeading)
	}
	if len(l.Rows) == 0 {
		c.add("the checklist has no rows")
	}
	for _, r := range l.Rows {
		if !slices.Contains(urgency, r.Mark) {
			c.add("unknown mark %q", r.Mark)
		}
		c.text("row", r.Text, true)
		c.text("row detail", r.Detail, false)
	}
}

func (c *checker) buttons(list Buttons) {
	if n := len(list); n == 0 || n > MaxRow {
		c.add("%d buttons in a row, 1 to %d", n, MaxRow)
	}
	for _, b := range list {
		c.line("button label", b.Label, MaxLabel)
		c.target(b.Verb, b.Object)
		switch b.Style {
		case Plain, Primary, Danger:
		default:
			c.add("unknown style %q", b.Style)
		}
		if q := b.Confirm; q != nil {
			c.line("confirm title", q.Title, 100)
			c.text("confirm text", T(q.Text), true)
			if n := len([]rune(q.Text)); n > 300 {
				c.add("confirm text is %d characters, at most 300", n)
			}
			c.line("confirm yes", q.Yes, MaxLabel)
		}
	}
}
