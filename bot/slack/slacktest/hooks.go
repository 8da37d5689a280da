package slacktest

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// hook is what a response_url stands for.
type hook struct {
	channel string
	user    string
	source  *Message // of the button that was clicked; nil for a command
	thread  string
	at      time.Time
	uses    int
}

// A response_url lives for 5 uses in 30 minutes.
const (
	hookUses = 5
	hookLife = 30 * time.Minute
)

// hook makes a response_url; s.mu is held.
func (s *Slack) hook(h hook) string {
	id := s.id("H")
	h.at = time.Now()
	s.hooks[id] = &h
	return s.URL() + "/hooks/" + id
}

func (s *Slack) serveHook(w http.ResponseWriter, r *http.Request) {
	var args map[string]any
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &args)
	}
	f := s.fault(Responses)
	if f != nil && !f.after {
		s.record(Responses, args, f.String())
		f.strike(w, r, s.done)
		return
	}
	if err != nil {
		err = refuse("invalid_payload")
	} else {
		s.mu.Lock()
		err = s.respond(r.PathValue("id"), args)
		s.mu.Unlock()
	}
	if f != nil {
		s.record(Responses, args, f.String())
		f.strike(w, r, s.done)
		return
	}
	s.record(Responses, args, code(err))
	switch code(err) {
	case "":
		_, _ = io.WriteString(w, "ok")
	case "used_url", "expired_url":
		writeJSON(w, http.StatusNotFound, object{"ok": false, "error": code(err)})
	default:
		writeJSON(w, http.StatusBadRequest, object{"ok": false, "error": code(err)})
	}
}

// respond does what was sent to a response_url; s.mu is held.
func (s *Slack) respond(id string, args map[string]any) error {
	h := s.hooks[id]
	switch {
	case h == nil:
		return refuse("no_service")
	case time.Since(h.at) > hookLife:
		return refuse("expired_url")
	case h.uses >= hookUses:
		return refuse("used_url")
	}
	ch := s.channel(h.channel)
	if ch == nil {
		return refuse("channel_not_found")
	}
	h.uses++
	replaces := truth(args["replace_original"]) && h.source != nil
	if truth(args["delete_original"]) && h.source != nil {
		h.source.Gone = true
		s.signal.Notify()
		if text(args["text"]) == "" && args["blocks"] == nil {
			return nil
		}
	}
	says, err := s.content(Responses, args, maxText)
	if err != nil {
		return err
	}
	if replaces {
		if h.source.Gone {
			return refuse("message_not_found")
		}
		s.edit(h.source, says)
		return nil
	}
	m := Message{User: s.BotUser, ThreadTS: h.thread, Content: says}
	if t := text(args["thread_ts"]); t != "" {
		m.ThreadTS = t
	}
	if text(args["response_type"]) != "in_channel" {
		m.Only = h.user
	}
	s.add(ch, m)
	return nil
}
