package slacktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// View is a modal or a Home tab as a person has it before them. It is a copy.
type View struct {
	ID       string
	User     string
	Hash     string
	Home     bool
	Title    string
	Callback string
	Metadata string // private_metadata
	Blocks   []map[string]any
	Errors   map[string]string // by block_id: what the app said about a submission

	submit string
	state  map[string]map[string]object
}

// view is a view with its place in the stack. Closed ones are kept.
type view struct {
	View
	spec     object // what the app sent
	external string
	root     string
	previous string
	closed   bool
	notify   bool // notify_on_close
	clear    bool // clear_on_close
	options  map[string][]map[string]any
}

// trigger is what a trigger_id stands for: 3 seconds and one use.
type trigger struct {
	user string
	view string // the modal that it was made in; only such a one can be pushed upon
	at   time.Time
	used bool
}

// trigger makes a trigger_id; s.mu is held.
func (s *Slack) trigger(user, view string) string {
	s.count++
	id := fmt.Sprintf("%d.%d.%032x", 13345224000+s.count, 738474920, s.count)
	s.triggers[id] = &trigger{user: user, view: view, at: time.Now()}
	return id
}

// exchange uses a trigger_id up; s.mu is held.
func (s *Slack) exchange(id string) (*trigger, error) {
	t := s.triggers[id]
	switch {
	case t == nil:
		return nil, refuse("invalid_trigger_id")
	case t.used:
		return nil, refuse("exchanged_trigger_id")
	case time.Since(t.at) > s.cfg.Patience:
		return nil, refuse("expired_trigger_id")
	}
	t.used = true
	return t, nil
}

// view takes a view that an app sent, and checks it; s.mu is held.
func (s *Slack) view(method string, arg any, kind surface) (*view, error) {
	var spec object
	if _, err := decode(arg, &spec); err != nil || spec == nil {
		s.problem("%s: view is not an object", method)
		return nil, refuse("invalid_arguments", "[ERROR] view must be an object")
	}
	faults := s.checkView(spec, kind)
	if raw, _ := json.Marshal(spec); len(raw) > maxViewBytes {
		s.problem("%s: the view is %d bytes", method, len(raw))
		return nil, refuse("view_too_large")
	}
	if len(faults) > 0 {
		s.problem("%s: %s", method, strings.Join(faults, "; "))
		return nil, refuse("invalid_arguments", faults...)
	}
	v := &view{spec: spec, external: text(spec["external_id"]), notify: truth(spec["notify_on_close"]), clear: truth(spec["clear_on_close"])}
	for _, other := range s.views {
		if v.external != "" && other.external == v.external && !other.closed {
			return nil, refuse("duplicate_external_id")
		}
	}
	v.View = View{
		Home: kind == surfaceHome, Title: textOf(spec["title"]), Callback: text(spec["callback_id"]), Metadata: text(spec["private_metadata"]),
		Blocks: objects(spec["blocks"]), submit: textOf(spec["submit"]), state: map[string]map[string]object{},
	}
	if v.submit == "" {
		v.submit = "Submit"
	}
	s.name(v.Blocks)
	v.begin()
	return v, nil
}

func textOf(v any) string {
	o, _ := v.(map[string]any)
	return text(o["text"])
}

func (s *Slack) checkView(spec object, kind surface) []string {
	blocks := objects(spec["blocks"])
	faults := s.checkBlocks(blocks, kind)
	l := &linter{}
	if text(spec["type"]) != string(kind) {
		l.add("/type", "must be %q, is %q", kind, spec["type"])
	}
	if _, ok := spec["blocks"].([]any); !ok {
		l.add("/blocks", "missing required field: blocks")
	}
	for key, most := range textLimits["view"] {
		l.text("/"+key, spec[key], most)
	}
	for _, key := range []string{"callback_id", "external_id"} {
		if len([]rune(text(spec[key]))) > maxID {
			l.add("/"+key, "must be at most %d characters", maxID)
		}
	}
	if kind == surfaceModal {
		if textOf(spec["title"]) == "" {
			l.add("/title", "missing required field: title")
		}
		if textOf(spec["submit"]) == "" && slices.ContainsFunc(blocks, func(b map[string]any) bool { return text(b["type"]) == "input" }) {
			l.add("/submit", "missing required field: submit, because there is an input block")
		}
	}
	return append(faults, l.faults...)
}

// begin puts in the values that elements have at first, but keeps what was
// entered where block_id and action_id are the same.
func (v *view) begin() {
	before := v.state
	v.state = map[string]map[string]object{}
	for _, b := range v.Blocks {
		for _, e := range elements(b) {
			start := firstValue(e)
			if start == nil {
				continue
			}
			block, action := text(b["block_id"]), text(e["action_id"])
			if old := before[block][action]; old != nil && old["type"] == start["type"] {
				start = old
			}
			if v.state[block] == nil {
				v.state[block] = map[string]object{}
			}
			v.state[block][action] = start
		}
	}
}

// become is what views.update, and response_action update, do.
func (v *view) become(n *view) {
	n.ID, n.User, n.root, n.previous, n.state = v.ID, v.User, v.root, v.previous, v.state
	n.begin()
	*v = *n
}

// hashed gives a view a new hash; s.mu is held.
func (s *Slack) hashed(v *view) {
	s.count++
	v.Hash = fmt.Sprintf("%d.%08x", time.Now().Unix(), s.count)
	s.signal.Notify()
}

// show puts a modal on a person's stack; s.mu is held.
func (s *Slack) show(v *view, user string, above *view) {
	v.ID, v.User = s.id("V"), user
	v.root = v.ID
	if above != nil {
		v.root, v.previous = above.root, above.ID
	}
	s.views = append(s.views, v)
	s.order = append(s.order, order{view: v})
	s.hashed(v)
}

// stack lists the modals a person has open, the one on top last; s.mu is held.
func (s *Slack) stack(user string) []*view {
	var out []*view
	for _, v := range s.views {
		if v.User == user && !v.closed && !v.Home {
			out = append(out, v)
		}
	}
	return out
}

// viewJSON is a view as methods and payloads show it; s.mu is held.
func (s *Slack) viewJSON(v *view) object {
	out := object{"title": nil, "submit": nil, "close": nil, "callback_id": "", "private_metadata": "", "external_id": "", "clear_on_close": false, "notify_on_close": false}
	maps.Copy(out, v.spec)
	state := object{}
	for block, actions := range v.state {
		in := object{}
		for action, value := range actions {
			in[action] = value
		}
		state[block] = in
	}
	maps.Copy(out, object{
		"id": v.ID, "team_id": s.TeamID, "hash": v.Hash, "root_view_id": v.root, "previous_view_id": nil, "app_id": s.AppID,
		"bot_id": s.BotID, "app_installed_team_id": s.TeamID, "state": object{"values": state}, "blocks": v.Blocks,
	})
	if v.previous != "" {
		out["previous_view_id"] = v.previous
	}
	return out
}

func (v *view) copy() View {
	c := v.View
	c.Errors = maps.Clone(v.Errors)
	c.state = map[string]map[string]object{}
	for b, actions := range v.state {
		c.state[b] = maps.Clone(actions)
	}
	return c
}
