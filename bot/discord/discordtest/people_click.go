package discordtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Surface is what has something to click on: a Message or a Modal.
type Surface interface {
	components() []map[string]any
}

func (m Message) components() []map[string]any { return m.Components }
func (m Modal) components() []map[string]any   { return m.Components }

// find is the component of that name: a custom_id, the label on it, or the
// label of the Label that it is in. Of several components none is found.
func find(on Surface, name string) object {
	for _, same := range []func(c object, label string) bool{
		func(c object, _ string) bool { return text(c["custom_id"]) == name },
		func(_ object, label string) bool { return label == name },
		func(c object, _ string) bool { return Label(c) == name },
	} {
		var found []object
		walk(on.components(), func(c object, at string) {
			in, labelled := c["component"].(object)
			switch {
			case labelled && same(in, text(c["label"])):
				found = append(found, in)
			case !labelled && !strings.HasSuffix(at, ".component") && clickable(c) && same(c, Label(c)): // what is in a Label was found with it
				found = append(found, c)
			}
		})
		if len(found) == 1 {
			return found[0]
		}
	}
	return nil
}

// clickable says whether a person can do something to a component.
func clickable(c object) bool {
	kind := number(c["type"])
	return kind == typeButton || kind == typeTextInput || selects(kind) || kind >= typeFileUpload
}

// Click presses a button, by its custom_id or label. An old copy of a message
// can be clicked on as long as the message is there.
func (d *Discord) Click(user string, on Surface, button string) (*Delivery, error) {
	return d.act(user, on, button, func(_ *resolver, c object) (object, error) {
		switch {
		case number(c["type"]) != typeButton:
			return nil, fmt.Errorf("%q is no button", button)
		case number(c["style"]) == 5:
			return nil, fmt.Errorf("%q is a link to %s: the app hears nothing", button, text(c["url"]))
		}
		return object{}, nil
	})
}

// Select chooses in a menu: the value or the label of an option, or a user,
// role or channel; several with commas between them.
func (d *Discord) Select(user string, on Surface, menu, input string) (*Delivery, error) {
	return d.act(user, on, menu, func(r *resolver, c object) (object, error) {
		if !selects(number(c["type"])) {
			return nil, fmt.Errorf("%q is no menu", menu)
		}
		values, err := d.chosen(r, c, input)
		return object{"values": values}, err
	})
}

// chosen are the values that a person picks in a menu.
func (d *Discord) chosen(r *resolver, c object, input string) ([]string, error) {
	var picked []string
	if one, err := d.pick(r, c, input); err == nil && input != "" {
		picked = []string{one}
	} else {
		for part := range strings.SplitSeq(input, ",") {
			if part = strings.TrimSpace(part); part == "" {
				continue
			}
			one, err := d.pick(r, c, part)
			if err != nil {
				return nil, err
			}
			picked = append(picked, one)
		}
	}
	least, most := span(c)
	if len(picked) < least || len(picked) > most {
		return nil, fmt.Errorf("%d are chosen, and it takes %d to %d", len(picked), least, most)
	}
	return picked, nil
}

// span is how many can be chosen.
func span(c object) (least, most int) {
	least, most = 1, 1
	if number(c["type"]) == typeCheckboxes {
		most = len(objects(c["options"]))
	}
	if c["min_values"] != nil {
		least = number(c["min_values"])
	}
	if c["max_values"] != nil {
		most = number(c["max_values"])
	}
	return least, most
}

func (d *Discord) pick(r *resolver, c object, input string) (string, error) {
	kind := number(c["type"])
	if kind == typeString || kind == typeRadio || kind == typeCheckboxes {
		for _, same := range []string{"value", "label"} {
			for _, o := range objects(c["options"]) {
				if text(o[same]) == input {
					return text(o["value"]), nil
				}
			}
		}
		return "", fmt.Errorf("there is no option %q", input)
	}
	id := d.named(r.c, input)
	if kind == typeUser && r.user(id) || kind == typeRole && r.role(id) || kind == typeChannel && r.channel(id) || kind == typeMentionable && (r.user(id) || r.role(id)) {
		return id, nil
	}
	return "", fmt.Errorf("%q is nobody and nothing here", input)
}

// act sends the interaction for one component; fill says what the person did to
// it.
func (d *Discord) act(user string, on Surface, name string, fill func(r *resolver, c object) (object, error)) (*Delivery, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	shown, ok := on.(Message)
	if !ok {
		return nil, errors.New("fields of a modal are sent with Submit")
	}
	u, c, err := d.acting(user, shown.Channel)
	if err != nil {
		return nil, err
	}
	m := c.message(shown.ID)
	if m == nil || !d.sees(user, m) {
		return nil, fmt.Errorf("%s does not see this message, or it is gone", u.Name)
	}
	e := find(on, name)
	switch {
	case e == nil:
		return nil, fmt.Errorf("there is nothing, or there are several things, with the custom_id or label %q", name)
	case truth(e["disabled"]):
		return nil, fmt.Errorf("%q is disabled", name)
	}
	r := d.resolver(c)
	done, err := fill(r, e)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	i := &interaction{kind: isComponent, source: m}
	del := &Delivery{}
	del.Payload = d.common(del, i, u, c)
	data := merged(object{"component_type": number(e["type"]), "custom_id": text(e["custom_id"]), "id": e["id"]}, done)
	if resolved := r.json(); resolved != nil && number(e["type"]) != typeString {
		data["resolved"] = resolved
	}
	del.Payload["data"], del.Payload["message"] = data, d.messageJSON(m)
	del.failed = func() { d.warn(user, name) }
	return d.deliver(del, i), nil
}

// On finds the newest thing on a person's screen that has a component with that
// custom_id or label.
func (d *Discord) On(user, name string) (Surface, bool) {
	for _, e := range slices.Backward(d.Screen(user)) {
		if e.Message != nil && find(*e.Message, name) != nil {
			return *e.Message, true
		}
		if e.Modal != nil && find(*e.Modal, name) != nil {
			return *e.Modal, true
		}
	}
	return nil, false
}
