package discord

import (
	"strings"
	"time"

	"offboard/bot"
	"offboard/bot/discord/wire"
)

// deed is something that a person did, and where an answer can be shown.
type deed struct {
	wire.Interaction
	did  bot.Interaction
	came time.Time
	own  bool   // it was done on a message that was an answer to this person, and that the next one replaces
	at   *spot  // in a form that is being filled in
	asks string // the id of a button that has a question before it

	answered answered
	directs  int // answers that went as direct messages
}

// answered is what the person has got so far.
type answered int

const (
	nothing  answered = iota
	replied           // a message, or that one will come: it can be replaced
	accepted          // a silent acknowledgement
	refusing          // Discord takes no answer to this any more
	settled           // somebody else has answered, and that is enough
)

// kind is for the log.
func (d *deed) kind() string {
	switch d.Type {
	case wire.Typed:
		return "command"
	case wire.Pressed:
		return "component"
	case wire.Autocomplete:
		return "autocomplete"
	case wire.Submitted:
		return "modal"
	case wire.Ping:
	}
	return "unknown"
}

// ownKey is in our own answers to one person that are over once they have acted
// on them: the question before a button, the pages of a form.
const ownKey = "?own"

// read makes a deed of an interaction; false for what is not for us. The id is
// Discord's, which is the same in every copy.
func (d *Discord) read(i wire.Interaction) (out *deed, ok bool) {
	out = &deed{Interaction: i}
	defer func() {
		if d.guard.Panicked(recover(), out.kind()) {
			ok = false
		}
	}()
	out.did = bot.Interaction{ID: i.ID, User: bot.User{Platform: name, ID: i.By().ID}, Place: place(i)}
	out.own = i.Message != nil && i.Message.Flags&wire.Ephemeral != 0 && len(i.Message.Components) > 0 && i.Message.Components[0].ID == marker(ownKey)
	if out.did.User.ID == "" {
		return out, false
	}
	switch i.Type {
	case wire.Typed, wire.Autocomplete:
		return out, d.typed(out)
	case wire.Pressed:
		return out, out.pressed()
	case wire.Submitted:
		out.at = parseSpot(i.Data.CustomID)
		return out, out.at != nil
	case wire.Ping: // comes to an endpoint only
	}
	return out, false
}

// typed reads a command, or what somebody is typing of one.
func (d *Discord) typed(e *deed) bool {
	verb, text, focused := typed(d.cfg.Verbs, e.Data)
	e.did.Verb, e.did.Text = verb, text
	if e.Type == wire.Typed {
		return e.Data.Name == d.cfg.Command || e.Data.Type == wire.UserContext
	}
	e.did.Verb = "" // nothing is offered, which is an answer too
	if focused == nil {
		return true
	}
	e.did.Object, e.did.Text = focused.verb, focused.text
	switch focused.arg.Kind {
	case bot.PersonArg:
		e.did.Verb = bot.Search
	case bot.CaseArg:
		e.did.Verb = bot.Cases
	case bot.TextArg, bot.AccountArg:
	}
	return true
}

// place is where it was done. A thread belongs to the channel above it.
func place(i wire.Interaction) bot.Place {
	if i.GuildID == "" {
		return bot.Place{Platform: name, Kind: bot.Direct, ID: i.By().ID}
	}
	at := bot.Place{Platform: name, Kind: bot.Channel, ID: i.ChannelID}
	if i.Channel != nil && i.Channel.Type.Thread() && i.Channel.ParentID != "" {
		at.ID, at.Thread = i.Channel.ParentID, i.Channel.ParentID+"/"+i.ChannelID
	}
	return at
}

// pressed reads a button or a menu.
func (d *deed) pressed() bool {
	id := d.Data.CustomID
	var field string
	d.did.Verb, d.did.Object, field = parseID(id, d.Data.ComponentType)
	if strings.HasPrefix(id, "?") {
		if field != "" {
			id = d.did.Verb + ":" + d.did.Object
		}
		d.at = parseSpot(id)
		d.did.Verb, d.did.Object = "", ""
		return d.at != nil && (d.at.what == formOpens || d.chosen() != "")
	}
	if _, asks := asking(id); asks {
		d.asks = id
	}
	if field != "" {
		d.did.Values = map[string]string{field: d.chosen()}
	}
	return d.did.Verb != "" && (field == "" || d.chosen() != "")
}

// chosen is what was chosen from a select.
func (d *deed) chosen() string {
	if len(d.Data.Values) == 0 {
		return ""
	}
	return d.Data.Values[0]
}
