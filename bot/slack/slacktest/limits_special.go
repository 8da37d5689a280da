package slacktest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// inside walks into what an object holds.
func (l *linter) inside(at string, o map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		role := map[string]string{
			"confirm": "confirm", "options": "option", "initial_options": "option", "initial_option": "option", "option_groups": "option_group",
		}[key]
		switch v := o[key].(type) {
		case map[string]any:
			if key != "metadata" {
				l.walk(at+"/"+key, v, role)
			}
		case []any:
			for i, e := range v {
				if e, ok := e.(map[string]any); ok {
					l.walk(fmt.Sprintf("%s/%s/%d", at, key, i), e, role)
				}
			}
		}
	}
}

// special checks what no table says.
func (l *linter) special(at, kind string, o map[string]any) {
	switch {
	case kind == "section":
		l.section(at, o)
	case kind == "header":
		if t, ok := o["text"].(map[string]any); ok && text(t["type"]) != "plain_text" {
			l.add(at+"/text", "must be plain_text")
		}
	case kind == "task_card":
		if status := text(o["status"]); !slices.Contains([]string{"pending", "in_progress", "complete", "error"}, status) {
			l.add(at+"/status", "unsupported status: %q", status)
		}
	case kind == "table":
		l.table(at, o)
	case kind == "plain_text_input":
		if n, ok := o["max_length"].(float64); ok && (n < 1 || n > 3000) {
			l.add(at+"/max_length", "must be 1 to 3000")
		}
	case kind == "button":
		if s := text(o["style"]); s != "" && s != "primary" && s != "danger" {
			l.add(at+"/style", "must be primary or danger")
		}
	case strings.HasSuffix(kind, "_select"):
		l.choice(at, kind, o)
	case kind == "radio_buttons" || kind == "checkboxes":
		l.initial(at, o)
	}
	if kind != "section" && o["placeholder"] != nil {
		l.text(at+"/placeholder", o["placeholder"], 150)
	}
}

func (l *linter) section(at string, o map[string]any) {
	fields, _ := o["fields"].([]any)
	if o["text"] == nil && len(fields) == 0 {
		l.add(at, "must define either `text` or `fields`")
	}
	for i, f := range fields {
		l.text(fmt.Sprintf("%s/fields/%d", at, i), f, 2000)
	}
}

func (l *linter) table(at string, o map[string]any) {
	rows, _ := o["rows"].([]any)
	for i, r := range rows {
		if cells, ok := r.([]any); ok && len(cells) > 20 {
			l.add(fmt.Sprintf("%s/rows/%d", at, i), "must have at most 20 items, has %d", len(cells))
		}
	}
}

// choice checks the options of a menu.
func (l *linter) choice(at, kind string, o map[string]any) {
	options, _ := o["options"].([]any)
	groups, _ := o["option_groups"].([]any)
	if len(options) > 100 || len(groups) > 100 {
		l.add(at, "no more than 100 options or option_groups allowed")
	}
	if strings.HasSuffix(kind, "static_select") && (len(options) == 0) == (len(groups) == 0) {
		l.add(at, "must have either `options` or `option_groups`")
	}
	for i, g := range groups {
		if g, ok := g.(map[string]any); ok {
			if in, _ := g["options"].([]any); len(in) < 1 || len(in) > 100 {
				l.add(fmt.Sprintf("%s/option_groups/%d/options", at, i), "must have 1 to 100 items, has %d", len(in))
			}
		}
	}
	if strings.HasSuffix(kind, "static_select") {
		l.initial(at, o)
	}
}

// initial checks that values are unique and that what is chosen at first is
// one of the options.
func (l *linter) initial(at string, o map[string]any) {
	var values []string
	for _, opt := range options(o) {
		v := text(opt["value"])
		if slices.Contains(values, v) {
			l.add(at+"/options", "the value %q is there twice", v)
		}
		values = append(values, v)
	}
	chosen, _ := o["initial_options"].([]any)
	if one := o["initial_option"]; one != nil {
		chosen = append(chosen, one)
	}
	for _, c := range chosen {
		if c, ok := c.(map[string]any); ok && !slices.Contains(values, text(c["value"])) {
			l.add(at+"/initial_option", "is none of the options")
		}
	}
}

// options are those of an element, of its groups as well.
func options(e map[string]any) []map[string]any {
	out := objects(e["options"])
	for _, g := range objects(e["option_groups"]) {
		out = append(out, objects(g["options"])...)
	}
	return out
}

func objects(v any) []map[string]any {
	items, _ := v.([]any)
	var out []map[string]any
	for _, i := range items {
		if o, ok := i.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// elements are the interactive parts of a block, those of blocks within it as
// well.
func elements(b map[string]any) []map[string]any {
	var out []map[string]any
	for _, key := range []string{"accessory", "element"} {
		if e, ok := b[key].(map[string]any); ok && clickable(e) {
			out = append(out, e)
		}
	}
	for _, key := range []string{"elements", "actions"} {
		for _, e := range objects(b[key]) {
			if clickable(e) {
				out = append(out, e)
			}
		}
	}
	for _, child := range objects(b["child_blocks"]) {
		out = append(out, elements(child)...)
	}
	return out
}

// clickable says whether a person can do something with an element.
func clickable(e map[string]any) bool {
	k := text(e["type"])
	return k == "button" || k == "overflow" || k == "radio_buttons" || k == "checkboxes" || k == "icon_button" || k == "workflow_button" ||
		k == "feedback_buttons" || strings.HasSuffix(k, "_select") || strings.HasSuffix(k, "picker") || strings.HasSuffix(k, "_input")
}
