package slacktest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// stateKeys are where the state of an element is: {"type": ..., key: value}.
var stateKeys = map[string]string{
	"plain_text_input": "value", "email_text_input": "value", "url_text_input": "value", "number_input": "value", "rich_text_input": "rich_text_value",
	"static_select": "selected_option", "external_select": "selected_option", "radio_buttons": "selected_option",
	"checkboxes": "selected_options", "multi_static_select": "selected_options", "multi_external_select": "selected_options",
	"users_select": "selected_user", "multi_users_select": "selected_users",
	"conversations_select": "selected_conversation", "multi_conversations_select": "selected_conversations",
	"channels_select": "selected_channel", "multi_channels_select": "selected_channels",
	"datepicker": "selected_date", "timepicker": "selected_time", "datetimepicker": "selected_date_time",
}

// firstValue is the state of an element that nobody has touched, or nil for
// elements that have none, like buttons.
func firstValue(e map[string]any) object {
	kind := text(e["type"])
	v := object{"type": kind}
	switch key := stateKeys[kind]; key {
	case "":
		return nil
	case "value", "rich_text_value":
		v[key] = e["initial_value"]
	case "selected_options":
		v[key] = append([]map[string]any{}, objects(e["initial_options"])...)
	case "selected_users", "selected_conversations", "selected_channels":
		some, _ := e["initial_"+strings.TrimPrefix(key, "selected_")].([]any)
		v[key] = append([]any{}, some...)
	default:
		v[key] = e["initial_"+strings.TrimPrefix(key, "selected_")]
	}
	return v
}

// choose is the state of an element once a person has entered input: typed
// text, the value or the label of an option, an id, a date "2006-01-02", a
// time "15:04"; several of them with commas between; nothing clears it.
// Offered are the options that an external select has shown.
func choose(e map[string]any, input string, offered []map[string]any) (object, error) {
	kind := text(e["type"])
	key := stateKeys[kind]
	v := object{"type": kind}
	switch key {
	case "":
		return nil, fmt.Errorf("nothing can be entered into a %s", kind)
	case "value":
		if input == "" {
			v[key] = nil
			return v, nil
		}
		v[key] = input
	case "selected_option", "selected_options":
		chosen := []map[string]any{}
		for _, in := range inputs(key, input) {
			o, err := pick(append(options(e), offered...), in)
			if err != nil {
				return nil, err
			}
			chosen = append(chosen, o)
		}
		v[key] = chosen
		if key == "selected_option" {
			v[key] = nil
			if len(chosen) > 0 {
				v[key] = chosen[0]
			}
		}
	case "selected_users", "selected_conversations", "selected_channels":
		v[key] = append([]string{}, inputs(key, input)...)
	case "selected_date_time":
		n, err := strconv.Atoi(input)
		if err != nil {
			return nil, fmt.Errorf("%q is not a moment in seconds", input)
		}
		v[key] = n
	default:
		v[key] = nil
		if input != "" {
			v[key] = input
		}
	}
	return v, nil
}

func inputs(key, input string) []string {
	if strings.HasSuffix(key, "s") {
		return list(input)
	}
	if input == "" {
		return nil
	}
	return []string{input}
}

// pick finds an option by its value, or else by its label.
func pick(options []map[string]any, input string) (map[string]any, error) {
	for _, by := range []func(o map[string]any) string{
		func(o map[string]any) string { return text(o["value"]) },
		func(o map[string]any) string { return textOf(o["text"]) },
	} {
		if i := slices.IndexFunc(options, func(o map[string]any) bool { return by(o) == input }); i >= 0 {
			return options[i], nil
		}
	}
	return nil, fmt.Errorf("there is no option %q", input)
}

// empty says whether nothing has been entered.
func empty(state object) bool {
	switch v := state[stateKeys[text(state["type"])]].(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []map[string]any:
		return len(v) == 0
	case []string:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}

// complete says what Slack's client says before it sends a form: what is
// needed and missing, too short or too long.
func (v *view) complete() map[string]string {
	out := map[string]string{}
	for _, b := range v.Blocks {
		if text(b["type"]) != "input" {
			continue
		}
		e, _ := b["element"].(map[string]any)
		block := text(b["block_id"])
		state := v.state[block][text(e["action_id"])]
		if empty(state) {
			if !truth(b["optional"]) {
				out[block] = "Please complete this required field."
			}
			continue
		}
		n := utf8.RuneCountInString(text(state["value"]))
		if least, ok := e["min_length"].(float64); ok && n < int(least) {
			out[block] = fmt.Sprintf("Please enter at least %d characters.", int(least))
		}
		if most, ok := e["max_length"].(float64); ok && n > int(most) {
			out[block] = fmt.Sprintf("Please enter at most %d characters.", int(most))
		}
	}
	return out
}
