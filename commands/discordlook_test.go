package commands_test

import (
	"time"

	"offboard/bot/discord/discordtest"
)

func (s *discordStage) screens(m member) []sight {
	var out []sight
	for _, x := range s.Screen(m.account) {
		switch {
		case x.Modal != nil:
			out = append(out, sight{id: "modal " + m.account + " " + x.Modal.CustomID, text: x.Text, alone: true, where: "before " + m.name + ", a modal"})
		case !s.dismissed[x.Message.ID]:
			out = append(out, s.read(m, x))
		}
	}
	return out
}

// read is a message. What people write is not told again.
func (s *discordStage) read(m member, x discordtest.Sight) sight {
	msg := x.Message
	parent := s.Channel(msg.Channel).Parent
	out := sight{
		id: msg.Channel + "/" + msg.ID, text: x.Text, at: msg.At, message: true, alone: msg.Only != "",
		inRoom: msg.Channel == s.hall.ID || parent == s.hall.ID,
	}
	switch {
	case msg.Author != s.BotUser:
		return out
	case out.alone:
		out.where = "only " + m.name + " sees"
		return out
	case out.inRoom:
		out.where = "#" + s.hall.Name + s.suffix
	default:
		out.where = "to " + m.name
	}
	if parent != "" {
		out.where += ", in a thread"
	}
	if msg.Reply != "" {
		out.where += ", as a reply"
	}
	return out
}

// notes are without those that make no sound and show no banner.
func (s *discordStage) notes() []note {
	var out []note
	for _, n := range s.Notified("") {
		if !n.Silent {
			out = append(out, note{n.User, n.Channel + "/" + n.Message, n.Text})
		}
	}
	return out
}

func (s *discordStage) unanswered() []string {
	var out []string
	for _, w := range s.Warnings() {
		out = append(out, w.User)
	}
	return out
}

// sees is what somebody has before them, without what they have dismissed.
func (s *discordStage) sees(account string) string {
	seen := ""
	for _, x := range s.Screen(account) {
		if x.Message == nil || !s.dismissed[x.Message.ID] {
			seen += x.Text + "\n\n"
		}
	}
	return seen
}

func (s *discordStage) shows() string {
	seen := ""
	for _, at := range s.places()[:1+len(s.Threads(s.hall.ID))] {
		for _, m := range s.Messages(at) {
			if m.Only == "" {
				seen += s.Draw(s.OwnerID, m.Content) + "\n\n"
			}
		}
	}
	return seen
}

// papers are the modal, and the messages, the newest first.
func (s *discordStage) papers(m member) []paper {
	var out []paper
	if v, ok := s.Modal(m.account); ok {
		out = append(out, paper{on: v, pieces: s.pieces(v.Components)})
	}
	screen := s.Screen(m.account)
	for i := len(screen) - 1; i >= 0; i-- {
		msg := screen[i].Message
		if msg == nil || s.dismissed[msg.ID] {
			continue
		}
		p := paper{on: *msg, message: true, pieces: s.pieces(msg.Components)}
		for _, c := range msg.Earlier {
			before := *msg
			before.Content = c
			p.was = append(p.was, paper{on: before, message: true, pieces: s.pieces(c.Components)})
		}
		out = append(out, p)
	}
	return out
}

// pieces are the texts and rows of components, wherever they stand.
func (s *discordStage) pieces(list []map[string]any) []piece {
	var out []piece
	for _, c := range list {
		switch kind := typeOf(c); kind {
		case containerType:
			out = append(out, s.pieces(inside(c))...)
		case rowType:
			out = append(out, piece{controls: controls(inside(c))})
		case sectionType:
			texts := s.pieces(inside(c))
			accessory, _ := c["accessory"].(map[string]any)
			out = append(out, append(texts, piece{controls: controls([]map[string]any{accessory})})...)
		default:
			out = append(out, piece{text: s.Draw(s.OwnerID, discordtest.Content{Components: []map[string]any{c}})})
		}
	}
	return out
}

// The types of components that are told apart (Discord's documentation,
// components/reference).
const (
	rowType       = 1
	buttonType    = 2
	stringType    = 3
	userType      = 5
	sectionType   = 9
	containerType = 17
)

func typeOf(c map[string]any) int {
	n, _ := c["type"].(float64)
	return int(n)
}

func inside(c map[string]any) []map[string]any {
	list, _ := c["components"].([]any)
	var out []map[string]any
	for _, v := range list {
		if o, ok := v.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// controls are what can be pressed in a row.
func controls(row []map[string]any) []control {
	var out []control
	for _, e := range row {
		id, _ := e["custom_id"].(string)
		switch typeOf(e) {
		case buttonType:
			out = append(out, control{id: id, label: discordtest.Label(e)})
		case stringType, userType:
			out = append(out, control{id: id, label: discordtest.Label(e), menu: true, options: choicesOf(e)})
		}
	}
	return out
}

func choicesOf(e map[string]any) []option {
	list, _ := e["options"].([]any)
	var out []option
	for _, v := range list {
		o, _ := v.(map[string]any)
		value, _ := o["value"].(string)
		label, _ := o["label"].(string)
		hint, _ := o["description"].(string)
		out = append(out, option{value, label, hint})
	}
	return out
}

// answering is how long somebody waits for an answer before they go on.
const answering = 20 * time.Second
