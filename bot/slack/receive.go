package slack

import (
	"cmp"
	"encoding/json"
	"strings"

	api "github.com/slack-go/slack"

	"offboard/bot"
)

// payload is what we read of everything that people do. All else in it may be
// of any shape: Slack adds to it, and other apps' blocks are in it.
type payload struct {
	Type string `json:"type"`
	User struct {
		ID     string `json:"id"`
		TeamID string `json:"team_id"`
	} `json:"user"`
	Team struct {
		ID string `json:"id"`
	} `json:"team"`
	Channel struct {
		ID string `json:"id"`
	} `json:"channel"`
	Trigger     string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	CallbackID  string `json:"callback_id"` // of a shortcut
	Container   struct {
		Type      string `json:"type"`
		MessageTS string `json:"message_ts"`
	} `json:"container"`
	View    view     `json:"view"`
	Actions []action `json:"actions"`
	Value   string   `json:"value"` // what was typed into a select that searches

	// A slash command has its fields at the top.
	UserID    string `json:"user_id"`
	TeamID    string `json:"team_id"`
	ChannelID string `json:"channel_id"`
	Command   string `json:"command"`
	Text      string `json:"text"`

	// An event has its own inside.
	EventID string `json:"event_id"`
	Event   struct {
		Type string `json:"type"`
		User string `json:"user"`
		Tab  string `json:"tab"`
	} `json:"event"`
}

type view struct {
	ID       string         `json:"id"`
	Type     string         `json:"type"` // modal or home
	Callback string         `json:"callback_id"`
	Private  string         `json:"private_metadata"`
	State    *api.ViewState `json:"state"`
}

type action struct {
	ID       string `json:"action_id"`
	Selected struct {
		Value string `json:"value"`
	} `json:"selected_option"`
}

// private is what a form carries from where it was opened to where it is sent.
type private struct {
	Object  string `json:"o"`
	Channel string `json:"c,omitempty"`
	Home    bool   `json:"h,omitempty"` // it was opened from the Home tab, which is to be shown again
}

// deed is something that a person did, and where an answer can be shown.
type deed struct {
	bot.Interaction
	kind        string
	team        string // the workspace of who did it, if Slack says so
	home        bool   // it was done from the Home tab, or from a modal that may lie over it
	trigger     string // opens a modal, once, within three seconds
	responseURL string
	channel     string // as Slack calls it; a direct message's too
	view        view   // it was done in
}

// read makes a deed of an envelope; false for what is not for us. The id is
// Slack's: an event keeps its own over all retries, and everything else comes
// again only as a copy of its envelope.
func (s *Slack) read(e envelope) (d deed, ok bool) {
	defer func() {
		if s.guard.Panicked(recover(), e.Type) {
			ok = false
		}
	}()
	var p payload
	d = deed{Interaction: bot.Interaction{ID: e.ID}}
	if json.Unmarshal(e.Payload, &p) != nil {
		s.cfg.Log.Warn().Str("type", e.Type).Msg("slack: a payload that cannot be read")
		return d, false
	}
	d.kind, d.trigger, d.responseURL, d.view = p.Type, p.Trigger, p.ResponseURL, p.View
	d.User = bot.User{Platform: name, ID: p.User.ID}
	d.team = cmp.Or(p.User.TeamID, p.Team.ID)
	d.channel = p.Channel.ID
	switch {
	case e.Type == "slash_commands":
		d.kind, d.channel, d.team = "command", p.ChannelID, p.TeamID
		d.User.ID = p.UserID
		if strings.TrimPrefix(p.Command, "/") != s.cfg.Command {
			return d, false
		}
		d.Verb, d.Text = words(unescape(p.Text))
		d.Verb = strings.ToLower(d.Verb)
	case e.Type == "events_api":
		d.ID, d.kind, d.User.ID, d.team = cmp.Or(p.EventID, e.ID), "home", p.Event.User, p.TeamID
		if p.Event.Type != "app_home_opened" || p.Event.Tab != "home" {
			return d, false
		}
	case p.Type == "block_actions":
		if len(p.Actions) == 0 {
			return d, false
		}
		a := p.Actions[0]
		var field string
		d.Verb, d.Object, field = parseAction(a.ID)
		if d.Verb == "" {
			return d, false // a field of a form was changed
		}
		// A modal with a message in it carries nothing, and may lie over the home.
		d.home = p.View.Type == "home" || p.View.Type == "modal" && p.View.Private == ""
		if field != "" {
			d.Values = map[string]string{field: a.Selected.Value}
		}
	case p.Type == "view_submission":
		var meta private
		if json.Unmarshal([]byte(p.View.Private), &meta) != nil {
			return d, false
		}
		d.Verb, d.Object, d.channel, d.home = p.View.Callback, meta.Object, meta.Channel, meta.Home
		d.Values, d.Form = values(p.View.State), true
	case p.Type == "block_suggestion":
		d.Verb, d.Object, d.Text = bot.Search, p.View.Callback, p.Value
	case p.Type == "shortcut":
		d.Verb = p.CallbackID
	default:
		return d, false
	}
	d.Place = bot.Place{Platform: name, Kind: bot.Channel, ID: d.channel}
	if d.channel == "" || strings.HasPrefix(d.channel, "D") {
		d.Place = bot.Place{Platform: name, Kind: bot.Direct, ID: d.User.ID}
	}
	return d, d.User.ID != ""
}
