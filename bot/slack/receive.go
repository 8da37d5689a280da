package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
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
}

// deed is something that a person did, and where an answer can be shown.
type deed struct {
	bot.Interaction
	kind        string
	trigger     string // opens a modal, once, within three seconds
	responseURL string
	channel     string // as Slack calls it; a direct message's too
	view        view   // it was done in
}

// take reads an envelope, acknowledges it, and has it handled. What needs an
// answer in the acknowledgement is acknowledged after the handler, which has
// less than two seconds; all else at once, before anything is done.
func (s *Slack) take(ctx context.Context, c *socket, e envelope, h bot.Handler) {
	if e.ID == "" {
		return // a kind of frame that we don't know asks for nothing
	}
	d, ok := s.read(e)
	fresh := s.seen.put("envelope "+e.ID, "") && (d.ID == e.ID || s.seen.put(d.ID, ""))
	late := ok && fresh && e.Response && (d.kind == "view_submission" || d.kind == "block_suggestion")
	if !late {
		s.acknowledge(c, e.ID, nil)
	}
	if !ok || !fresh {
		return
	}
	s.busy.Go(func() {
		defer func() {
			if v := recover(); v != nil {
				s.cfg.Log.Error().Str("kind", d.kind).Str("panic", fmt.Sprint(v)).Bytes("stack", debug.Stack()).Msg("slack: handler")
			}
		}()
		// What was acknowledged is done to the end, also while the bot stops.
		ctx := context.WithoutCancel(ctx)
		switch d.kind {
		case "view_submission":
			s.submitted(ctx, d, h, func(response any) { s.acknowledge(c, e.ID, response) })
		case "block_suggestion":
			s.acknowledge(c, e.ID, s.suggest(ctx, d, h))
		case "home":
			s.publish(ctx, d.User, h)
		default:
			s.act(ctx, d, h)
		}
	})
}

// acknowledge tells Slack that an envelope has arrived. If that is lost, Slack
// sends events again, and tells whoever clicked that it did not work; what was
// asked is done all the same, once.
func (s *Slack) acknowledge(c *socket, id string, response any) {
	ack := map[string]any{"envelope_id": id}
	if response != nil {
		ack["payload"] = response
	}
	if b, err := json.Marshal(ack); err != nil || len(b) >= maxAck {
		s.cfg.Log.Error().Err(err).Int("bytes", len(b)).Msg("slack: an answer that Slack would drop")
		ack = map[string]any{"envelope_id": id}
	}
	if err := c.write(ack); err != nil {
		s.cfg.Log.Warn().Err(err).Msg("slack: acknowledge")
	}
}

// read makes a deed of an envelope; false for what is not for us.
func (s *Slack) read(e envelope) (deed, bool) {
	var p payload
	d := deed{Interaction: bot.Interaction{ID: e.ID}}
	if json.Unmarshal(e.Payload, &p) != nil {
		s.cfg.Log.Warn().Str("type", e.Type).Msg("slack: a payload that cannot be read")
		return d, false
	}
	d.kind, d.trigger, d.responseURL, d.view = p.Type, p.Trigger, p.ResponseURL, p.View
	d.User = bot.User{Platform: name, ID: p.User.ID}
	team := firstOf(p.User.TeamID, p.Team.ID)
	d.channel = p.Channel.ID
	switch {
	case e.Type == "slash_commands":
		d.kind, d.channel, team = "command", p.ChannelID, p.TeamID
		d.User.ID = p.UserID
		if strings.TrimPrefix(p.Command, "/") != s.cfg.Command {
			return d, false
		}
		d.Verb, d.Text = bot.Command(unescape(p.Text))
	case e.Type == "events_api":
		d.ID, d.kind, d.User.ID, team = firstOf(p.EventID, e.ID), "home", p.Event.User, p.TeamID
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
		if field != "" {
			d.Values = map[string]string{field: a.Selected.Value}
		}
	case p.Type == "view_submission":
		var meta private
		if json.Unmarshal([]byte(p.View.Private), &meta) != nil {
			return d, false
		}
		d.Verb, d.Object, d.channel = p.View.Callback, meta.Object, meta.Channel
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
	// People of other workspaces, in shared channels, are nobody here.
	return d, d.User.ID != "" && (team == "" || team == s.self().team)
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// unescape turns what Slack made of a typed line back into what was typed: a
// mention is "@" and the account's id, a link its text, and three characters are
// entities (docs.slack.dev, escaping text).
func unescape(text string) string {
	var out strings.Builder
	for text != "" {
		before, rest, ok := strings.Cut(text, "<")
		out.WriteString(before)
		inside, after, closed := strings.Cut(rest, ">")
		switch {
		case !ok:
			return entities.Replace(out.String())
		case !closed:
			out.WriteString("<" + rest)
			return entities.Replace(out.String())
		}
		target, label, _ := strings.Cut(inside, "|")
		switch {
		case strings.HasPrefix(target, "@"):
			out.WriteString(target)
		case strings.HasPrefix(target, "#"):
			out.WriteString(target[1:])
		case label != "":
			out.WriteString(label)
		default:
			out.WriteString(strings.TrimPrefix(target, "mailto:"))
		}
		text = after
	}
	return entities.Replace(out.String())
}

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
