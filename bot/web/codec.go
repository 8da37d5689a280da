package web

import (
	"encoding/json"
	"fmt"

	"offboard/bot"
)

// content is a message in a form that can be read back: every part says of
// which kind it is.
type content struct{ bot.Message }

type contentJSON struct {
	Summary string     `json:"summary"`
	Parts   []partJSON `json:"parts,omitempty"`
	Notify  []bot.User `json:"notify,omitempty"`
}

type partJSON struct {
	Kind string          `json:"kind"`
	Part json.RawMessage `json:"part"`
}

// kind is the name of a part's kind, in the file and in the templates.
func kind(p bot.Part) string {
	switch p.(type) {
	case bot.Heading:
		return "heading"
	case bot.Prose:
		return "prose"
	case bot.Fine:
		return "fine"
	case bot.Facts:
		return "facts"
	case bot.Checklist:
		return "checklist"
	case bot.Buttons:
		return "buttons"
	case bot.Menu:
		return "menu"
	}
	return ""
}

// MarshalJSON writes the message with the kinds of its parts.
func (c content) MarshalJSON() ([]byte, error) {
	out := contentJSON{Summary: c.Summary, Notify: c.Notify}
	for _, p := range c.Parts {
		body, err := json.Marshal(p)
		if err != nil {
			return nil, err
		}
		out.Parts = append(out.Parts, partJSON{kind(p), body})
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON has written.
func (c *content) UnmarshalJSON(data []byte) error {
	var in contentJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	c.Message = bot.Message{Summary: in.Summary, Notify: in.Notify}
	for _, p := range in.Parts {
		part, err := decodePart(p)
		if err != nil {
			return err
		}
		c.Parts = append(c.Parts, part)
	}
	return nil
}

func decodePart(p partJSON) (bot.Part, error) {
	switch p.Kind {
	case "heading":
		return decode[bot.Heading](p.Part)
	case "prose":
		return decode[bot.Prose](p.Part)
	case "fine":
		return decode[bot.Fine](p.Part)
	case "facts":
		return decode[bot.Facts](p.Part)
	case "checklist":
		return decode[bot.Checklist](p.Part)
	case "buttons":
		return decode[bot.Buttons](p.Part)
	case "menu":
		return decode[bot.Menu](p.Part)
	}
	return nil, fmt.Errorf("a part of the unknown kind %q", p.Kind)
}

func decode[T bot.Part](data []byte) (bot.Part, error) {
	var p T
	err := json.Unmarshal(data, &p)
	return p, err
}
