package slacktest

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// Limits of messages and views; the README says where they come from.
const (
	maxText       = 40000
	maxUpdateText = 4000
	maxBlockChars = 13200
	maxMessage    = 50  // blocks
	maxView       = 100 // blocks
	maxViewBytes  = 250 << 10
	maxMetadata   = 3000 // of a view's private_metadata
	maxTitle      = 24   // of a modal, and of its submit and close
	maxID         = 255
	maxStack      = 3
)

// surface is where blocks are shown.
type surface string

const (
	surfaceMessage surface = "message"
	surfaceModal   surface = "modal"
	surfaceHome    surface = "home"
)

// textLimits are in characters, by the type of a block or element and the name
// of the text in it. Counts are Unicode code points.
var textLimits = map[string]map[string]int{
	"section":         {"text": 3000},
	"header":          {"text": 150},
	"image":           {"alt_text": 2000, "image_url": 3000, "title": 2000},
	"input":           {"label": 2000, "hint": 2000},
	"markdown":        {"text": 12000},
	"plan":            {"title": 256},
	"task_card":       {"title": 256},
	"button":          {"text": 75, "value": 2000, "url": 3000, "accessibility_label": 75},
	"workflow_button": {"text": 75, "accessibility_label": 75},
	"confirm":         {"title": 100, "text": 300, "confirm": 30, "deny": 30},
	"option":          {"text": 75, "value": 75, "description": 75, "url": 3000},
	"option_group":    {"label": 75},
	"view":            {"title": maxTitle, "submit": maxTitle, "close": maxTitle, "private_metadata": maxMetadata},
}

// countLimits are how many parts of a name a block or element may have.
var countLimits = map[string]map[string][2]int{
	"section":         {"fields": {1, 10}},
	"context":         {"elements": {1, 10}},
	"actions":         {"elements": {1, 25}},
	"context_actions": {"elements": {1, 5}},
	"overflow":        {"options": {1, 5}},
	"radio_buttons":   {"options": {1, 10}},
	"checkboxes":      {"options": {1, 10}},
	"table":           {"rows": {1, 100}},
	"data_table":      {"rows": {2, 101}},
	"plan":            {"tasks": {0, 50}},
	"container":       {"child_blocks": {1, 10}},
}

// surfaces are where a type of block can stand, if not everywhere.
var surfaces = map[string][]surface{
	"file":      {surfaceMessage},
	"markdown":  {surfaceMessage},
	"table":     {surfaceMessage},
	"plan":      {surfaceMessage},
	"task_card": {surfaceMessage},
	"alert":     {surfaceModal},
}

// linter collects what is wrong with blocks, each with the place as a JSON
// pointer as Slack's own messages have it.
type linter struct {
	faults   []string
	blockIDs map[string]bool
	actions  map[string]bool // in the block being looked at
}

func (l *linter) add(at, format string, args ...any) {
	l.faults = append(l.faults, fmt.Sprintf("[ERROR] "+format+" [json-pointer:%s]", append(args, at)...))
}

// checkBlocks lists what is wrong with blocks; s.mu is held.
func (s *Slack) checkBlocks(blocks []map[string]any, on surface) []string {
	l := &linter{blockIDs: map[string]bool{}}
	most := maxView
	if on == surfaceMessage {
		most = maxMessage
	}
	if len(blocks) > most {
		l.add("/blocks", "no more than %d items allowed, there are %d", most, len(blocks))
	}
	for i, b := range blocks {
		at := fmt.Sprintf("/blocks/%d", i)
		kind := text(b["type"])
		if where, ok := surfaces[kind]; ok && !slices.Contains(where, on) {
			l.add(at, "block of type %q cannot stand in a %s", kind, on)
		}
		for _, fault := range s.schema.block(b) {
			l.add(at, "%s", fault)
		}
		if id := text(b["block_id"]); id != "" {
			if l.blockIDs[id] {
				l.add(at, "block_id %q is there twice", id)
			}
			l.blockIDs[id] = true
		}
		l.actions = map[string]bool{}
		l.walk(at, b, "")
	}
	return l.faults
}

// walk checks an object and everything in it. Role is the name under which it
// stands in its parent, for objects that have no type of their own.
func (l *linter) walk(at string, o map[string]any, role string) {
	kind := text(o["type"])
	switch role {
	case "confirm", "option", "option_group":
		kind = role
	}
	for _, key := range []string{"block_id", "action_id", "callback_id"} {
		if n := utf8.RuneCountInString(text(o[key])); n > maxID {
			l.add(at+"/"+key, "must be at most %d characters, is %d", maxID, n)
		}
	}
	if id := text(o["action_id"]); id != "" {
		if l.actions[id] {
			l.add(at+"/action_id", "action_id %q is in the block twice", id)
		}
		l.actions[id] = true
	}
	for key, most := range textLimits[kind] {
		l.text(at+"/"+key, o[key], most)
	}
	for key, r := range countLimits[kind] {
		if items, ok := o[key].([]any); ok && (len(items) < r[0] || len(items) > r[1]) {
			l.add(at+"/"+key, "must have %d to %d items, has %d", r[0], r[1], len(items))
		}
	}
	l.special(at, kind, o)
	l.inside(at, o)
}

// text checks a string, or the text of a text object, which may not be empty.
func (l *linter) text(at string, v any, most int) {
	s, plain := v.(string)
	if o, ok := v.(map[string]any); ok {
		s, plain = text(o["text"]), false
		if s == "" {
			l.add(at+"/text", "must be at least 1 character")
		}
	}
	if n := utf8.RuneCountInString(s); n > most {
		if !plain {
			at += "/text"
		}
		l.add(at, "must be at most %d characters, is %d", most, n)
	}
}
