package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	api "github.com/slack-go/slack"

	"offboard/bot"
)

// open opens a modal and returns its id; empty if Slack did not.
func (s *Slack) open(ctx context.Context, d deed, v api.ModalViewRequest) string {
	if d.trigger == "" {
		return ""
	}
	method, do := "views.open", s.api.OpenViewContext
	if d.view.Type == "modal" {
		method, do = "views.push", s.api.PushViewContext
	}
	ctx, cancel := context.WithTimeout(ctx, triggered)
	defer cancel()
	var res *api.ViewResponse
	// No second try: the trigger is used up by a call that reached Slack.
	err := s.call(ctx, method, "", func(ctx context.Context) (err error) {
		res, err = do(ctx, d.trigger, v)
		return err
	})
	if err != nil || res == nil {
		s.cfg.Log.Warn().Err(err).Str("kind", d.kind).Msg("slack: open a form")
		return ""
	}
	return res.ID
}

// update replaces what a modal shows. It reports whether it is shown: the
// person may have closed it.
func (s *Slack) update(ctx context.Context, d deed, id string, v api.ModalViewRequest) bool {
	err := s.again(ctx, "views.update", "", func(ctx context.Context) error {
		_, err := s.api.UpdateViewContext(ctx, v, "", "", id)
		return err
	})
	if err != nil {
		s.cfg.Log.Info().Err(err).Str("kind", d.kind).Msg("slack: update a form")
	}
	return err == nil
}

// tell shows a message to one person: in the modal they look at, else where
// they acted, else wherever they can be reached.
func (s *Slack) tell(ctx context.Context, d deed, m bot.Message, opened string) {
	if opened == "" && d.kind == "block_actions" && d.view.Type == "modal" {
		opened = d.view.ID
	}
	if opened != "" && s.update(ctx, d, opened, note(m)) {
		return
	}
	if d.responseURL != "" {
		err := s.respond(ctx, d.responseURL, m)
		if err == nil {
			return
		}
		s.cfg.Log.Info().Err(err).Str("kind", d.kind).Msg("slack: answer")
	}
	if opened == "" && d.channel == "" && s.open(ctx, d, note(m)) != "" {
		return
	}
	s.alone(ctx, d, m)
}

// respond posts what only the person sees, through the address that came with
// what they did.
func (s *Slack) respond(ctx context.Context, to string, m bot.Message) error {
	blocks, text := rendered(m, "")
	body, err := json.Marshal(map[string]any{"response_type": "ephemeral", "replace_original": false, "text": text, "blocks": blocks})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return withoutURL(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := s.http.Do(req)
	if err != nil {
		return withoutURL(err)
	}
	defer func() { _ = res.Body.Close() }() // only read
	// What was shown is answered with "ok", a refusal with JSON.
	var refusal struct {
		Error string `json:"error"`
	}
	err = json.NewDecoder(io.LimitReader(res.Body, 1000)).Decode(&refusal)
	if res.StatusCode != http.StatusOK || err == nil && refusal.Error != "" {
		return fmt.Errorf("response_url: %s %s", res.Status, refusal.Error)
	}
	return nil
}

// alone shows a message to one person in a channel or, where the bot is not in
// it, sends it as a direct message: what only one person sees is not seen by
// somebody who looks elsewhere.
func (s *Slack) alone(ctx context.Context, d deed, m bot.Message) {
	blocks, text := rendered(m, "")
	if d.channel != "" {
		err := s.call(ctx, "chat.postEphemeral", d.channel, func(ctx context.Context) error {
			_, err := s.api.PostEphemeralContext(ctx, d.channel, d.User.ID, api.MsgOptionBlocks(blocks...), api.MsgOptionText(text, false))
			return err
		})
		if err == nil {
			return
		}
		s.cfg.Log.Info().Err(err).Str("kind", d.kind).Msg("slack: show to one person")
	}
	direct, err := s.rooms.direct(ctx, d.User.ID)
	if err == nil {
		m.Notify = nil
		_, err = s.send(ctx, direct, "", m, "")
	}
	if err != nil {
		s.cfg.Log.Warn().Err(err).Str("kind", d.kind).Msg("slack: an answer reaches nobody")
	}
}
