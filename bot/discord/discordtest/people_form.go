package discordtest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Modal is a modal that a person has open. It is a copy.
type Modal struct {
	User       string
	CustomID   string
	Title      string
	Components []map[string]any
	Error      string         // what Discord says above the buttons after a submit without an answer
	Values     map[string]any // what has been entered, by custom_id
}

// modal is one that was opened; closed ones stay.
type modal struct {
	user, custom, title string
	components          []object
	values              map[string]any
	channel             string
	source              *Message // of the component that opened it
	closed              bool
	trouble             string
}

// Refused are problems that Discord's client finds itself, by custom_id:
// nothing reaches the app.
type Refused map[string]string

func (r Refused) Error() string {
	return fmt.Sprintf("the form cannot be sent: %v", map[string]string(r))
}

// show opens a modal in answer to an interaction; d.mu is held. A person has
// one at a time.
func (d *Discord) show(i *interaction, data object) {
	for _, m := range d.modals {
		if m.user == i.user {
			m.closed = true
		}
	}
	m := &modal{
		user: i.user, custom: text(data["custom_id"]), title: text(data["title"]), components: objects(data["components"]), values: map[string]any{},
		channel: i.channel, source: i.source,
	}
	filled(m.components)
	walk(m.components, func(c object, _ string) {
		if v := preset(c); v != nil {
			m.values[text(c["custom_id"])] = v
		}
	})
	d.modals = append(d.modals, m)
	d.order = append(d.order, order{modal: m})
	d.signal.Notify()
}

// preset is what a field contains before anybody fills it in.
func preset(c object) any {
	var values []string
	for _, o := range objects(c["options"]) {
		if truth(o["default"]) {
			values = append(values, text(o["value"]))
		}
	}
	for _, o := range objects(c["default_values"]) {
		values = append(values, text(o["id"]))
	}
	switch kind := number(c["type"]); {
	case kind == typeTextInput && text(c["value"]) != "":
		return text(c["value"])
	case kind == typeCheckbox:
		return truth(c["default"])
	case kind == typeRadio && len(values) > 0:
		return values[0]
	case len(values) > 0:
		return values
	}
	return nil
}

// closeModal closes the modal that an interaction has submitted; d.mu is held.
func (d *Discord) closeModal(i *interaction) {
	if i.submits != nil {
		i.submits.closed = true
	}
}

// top is the modal that a person has open; d.mu is held.
func (d *Discord) top(user string) *modal {
	for _, m := range d.modals {
		if m.user == user && !m.closed {
			return m
		}
	}
	return nil
}

func (m *modal) copy() Modal {
	return Modal{User: m.user, CustomID: m.custom, Title: m.title, Components: m.components, Error: m.trouble, Values: maps.Clone(m.values)}
}

// Modal is the modal that a person has open, if there is one.
func (d *Discord) Modal(user string) (Modal, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if m := d.top(user); m != nil {
		return m.copy(), true
	}
	return Modal{}, false
}

// Close is a person who cancels the modal. The app hears nothing of it.
func (d *Discord) Close(user string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.top(user)
	if m == nil {
		return fmt.Errorf("%q has no modal open", user)
	}
	m.closed = true
	d.signal.Notify()
	return nil
}

// Submit fills in the modal that a person has open and sends it. Values are by
// custom_id or label: a text, the value or label of an option, a user, role or
// channel as Select takes them, "true" or "false" for a checkbox. What is left
// out stays as it is. What the client checks itself is answered with Refused.
func (d *Discord) Submit(user string, values map[string]string) (*Delivery, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.top(user)
	if m == nil {
		return nil, fmt.Errorf("%q has no modal open", user)
	}
	u, c, err := d.acting(user, m.channel)
	if err != nil {
		return nil, err
	}
	r := d.resolver(c)
	wrong := Refused{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		e := find(m.copy(), name)
		if e == nil {
			return nil, fmt.Errorf("the modal has no field %q, or several", name)
		}
		if err := m.enter(d, r, e, values[name]); err != nil {
			wrong[text(e["custom_id"])] = err.Error()
		}
	}
	walk(m.components, func(e object, _ string) {
		if why := m.lacks(e); why != "" && wrong[text(e["custom_id"])] == "" {
			wrong[text(e["custom_id"])] = why
		}
	})
	if len(wrong) > 0 {
		return nil, wrong
	}
	m.trouble = ""
	i := &interaction{kind: isModal, source: m.source, submits: m}
	e := &Delivery{}
	e.Payload = d.common(e, i, u, c)
	data := object{"custom_id": m.custom, "components": d.entered(r, m)}
	if resolved := r.json(); resolved != nil {
		data["resolved"] = resolved
	}
	e.Payload["data"] = data
	if m.source != nil {
		e.Payload["message"] = d.messageJSON(m.source)
	}
	e.failed = func() {
		m.trouble = "Something went wrong. Try again."
		d.warn(user, m.title)
	}
	return d.deliver(e, i), nil
}

// enter puts a value into a field.
func (m *modal) enter(d *Discord, r *resolver, c object, input string) error {
	id := text(c["custom_id"])
	switch kind := number(c["type"]); kind {
	case typeTextInput:
		m.values[id] = input
	case typeCheckbox:
		on, err := strconv.ParseBool(input)
		m.values[id] = on
		return err
	case typeRadio:
		if input == "" {
			delete(m.values, id)
			return nil
		}
		v, err := d.pick(r, c, input)
		m.values[id] = v
		return err
	case typeFileUpload:
		return fmt.Errorf("this fake uploads no files")
	default:
		if input == "" {
			delete(m.values, id)
			return nil
		}
		v, err := d.chosen(r, c, input)
		m.values[id] = v
		return err
	}
	return nil
}

// lacks is what Discord's client finds wrong with a field, or "".
func (m *modal) lacks(c object) string {
	kind := number(c["type"])
	if !clickable(c) {
		return ""
	}
	v := m.values[text(c["custom_id"])]
	required := c["required"] != false
	switch kind {
	case typeTextInput:
		n := utf8.RuneCountInString(text(v))
		most := maxText
		if c["max_length"] != nil {
			most = number(c["max_length"])
		}
		switch {
		case n == 0 && required:
			return "This field is required"
		case n > 0 && n < number(c["min_length"]) || n > most:
			return fmt.Sprintf("Must be between %d and %d in length", number(c["min_length"]), most)
		}
	case typeCheckbox:
	default:
		if least, _ := span(c); v == nil && required && least > 0 {
			return "This field is required"
		}
	}
	return ""
}

// entered are the components of a submitted modal; d.mu is held.
func (d *Discord) entered(r *resolver, m *modal) []object {
	var out []object
	for _, c := range m.components {
		one := object{"type": number(c["type"]), "id": c["id"]}
		if in, ok := c["component"].(object); ok {
			one["component"] = d.value(r, m, in)
		}
		if number(c["type"]) == typeRow {
			var inside []object
			for _, e := range objects(c["components"]) {
				inside = append(inside, d.value(r, m, e))
			}
			one["components"] = inside
		}
		out = append(out, one)
	}
	return out
}

func (d *Discord) value(r *resolver, m *modal, c object) object {
	kind := number(c["type"])
	out := object{"type": kind, "id": c["id"], "custom_id": text(c["custom_id"])}
	v := m.values[text(c["custom_id"])]
	switch kind {
	case typeTextInput:
		out["value"] = text(v)
	case typeCheckbox:
		out["value"] = v == true
	case typeRadio:
		out["value"] = v
	default:
		values, _ := v.([]string)
		out["values"] = append([]string{}, values...)
		for _, id := range values {
			_ = selects(kind) && kind != typeString && (r.user(id) || r.role(id) || r.channel(id))
		}
	}
	return out
}
