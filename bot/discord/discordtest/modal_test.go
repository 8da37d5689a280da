package discordtest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"offboard/bot/discord/discordtest"
)

func label(name string, in object) object {
	return object{"type": 18, "label": name, "component": in}
}

func input(change object) object {
	return merge(object{"type": 4, "custom_id": "reason", "style": 1}, change)
}

func modal(components ...object) object {
	return object{"custom_id": "form", "title": "Who leaves?", "components": components}
}

func TestModal(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		g, _ := b.ready()
		_, i := b.slash(g)
		a := b.reply(i, 9, modal(
			object{"type": 10, "content": "**Now.**"},
			label("Reason", input(object{"min_length": 3, "max_length": 10, "placeholder": "Why"})),
			merge(label("Heir", object{"type": 5, "custom_id": "heir", "required": false}), object{"description": "Gets the files"}),
			label("When", object{"type": 21, "custom_id": "when", "options": []object{{"label": "Now", "value": "now", "default": true}, {"label": "Later", "value": "later"}}}),
			label("Sure", object{"type": 23, "custom_id": "sure"}),
		))
		if a.status != 200 {
			t.Fatal(a.raw)
		}
		want := "Who leaves?\nNow.\nReason\n[Why]\nHeir (optional)\nGets the files\n[Make a selection ▾]\nWhen\n(o) Now\n( ) Later\nSure\n[ ]\n[Cancel] [Submit]"
		if got := b.Sees(b.ann.ID); got != want {
			t.Errorf("Ann sees\n%s", got)
		}
		for _, c := range []struct {
			values map[string]string
			at     string
		}{
			{nil, "reason"},
			{map[string]string{"Reason": "x"}, "reason"},
			{map[string]string{"Reason": text(11)}, "reason"},
			{map[string]string{"Reason": "xxx", "When": "never"}, "when"},
			{map[string]string{"Reason": "xxx", "Heir": "nobody"}, "heir"},
		} {
			var refused discordtest.Refused
			if _, err := b.Submit(b.ann.ID, c.values); !errors.As(err, &refused) || refused[c.at] == "" {
				t.Errorf("%v: %v", c.values, err)
			}
		}
		if _, err := b.Submit(b.ann.ID, map[string]string{"Nothing": "x"}); err == nil {
			t.Error("there is no such field")
		}
		d, i := b.sent(g)(b.Submit(b.ann.ID, map[string]string{"Reason": "moves", "heir": "@Ben Ray", "When": "Later", "Sure": "true"}))
		data := i["data"].(object)
		got := fmt.Sprint(data["components"])
		for _, part := range []string{"custom_id:reason", "value:moves", "values:[" + b.ben.ID + "]", "value:later", "value:true", "type:10"} {
			if !strings.Contains(got, part) {
				t.Errorf("%s is not in %s", part, got)
			}
		}
		if i["type"] != 5.0 || data["custom_id"] != "form" || data["resolved"].(object)["users"].(object)[b.ben.ID] == nil {
			t.Errorf("%v", i)
		}
		if a := b.reply(i, 9, modal(label("x", input(nil)))); a.code() != 50035 || len(b.Problems()) == 0 { // no modal from a modal
			t.Error(a.raw)
		}
		if a := b.reply(i, 7, says("x")); a.code() != 50035 || len(b.Problems()) == 0 { // there is no message
			t.Error(a.raw)
		}
		b.reply(i, 4, merge(says("ok"), object{"flags": 64}))
		b.must(d.Wait(b.within()))
		if _, open := b.Modal(b.ann.ID); open {
			t.Error("it is still open")
		}
	})
}

// Without an answer a modal stays open with what was entered.
func TestModalWithoutAnswer(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		g, _ := b.ready()
		b.post(b.room.ID, v2(row(button("Go", "go"))))
		on, _ := b.On(b.ann.ID, "Go")
		_, i := b.sent(g)(b.Click(b.ann.ID, on, "Go"))
		b.reply(i, 9, modal(label("Reason", input(nil))))
		d, _ := b.sent(g)(b.Submit(b.ann.ID, map[string]string{"Reason": "moves"}))
		if err := d.Wait(b.within()); !errors.Is(err, discordtest.ErrTimeout) {
			t.Error(err)
		}
		m, open := b.Modal(b.ann.ID)
		if !open || m.Error == "" || m.Values["reason"] != "moves" || len(b.Warnings()) != 1 {
			t.Errorf("%+v", m)
		}
		_, i = b.sent(g)(b.Submit(b.ann.ID, nil))
		if i["message"] == nil {
			t.Error("the message of the button is not there")
		}
		b.reply(i, 7, v2(display("done")))
		if got := b.Sees(b.ann.ID); got != "done\n(edited)" {
			t.Errorf("Ann sees %q", got)
		}
		_, i = b.sent(g)(b.UserCommand(b.ann.ID, b.room.ID, "Offboard", b.ben.ID))
		b.reply(i, 9, modal(label("Reason", input(nil))))
		b.must(b.Close(b.ann.ID))
		if _, open := b.Modal(b.ann.ID); open {
			t.Error("it is still open")
		}
		_, i = b.sent(g)(b.UserCommand(b.ann.ID, b.room.ID, "Offboard", b.ben.ID))
		time.Sleep(4 * time.Second)
		if a := b.reply(i, 9, modal(label("Reason", input(nil)))); a.code() != 10062 {
			t.Error(a.raw)
		}
	})
}

func TestModalLimits(t *testing.T) {
	radio := func(n int) object {
		return object{"type": 21, "custom_id": "r", "options": many(n, func(i int) object { return object{"label": "x", "value": fmt.Sprint(i)} })}
	}
	boxes := func(change object) object { return merge(merge(radio(3), object{"type": 22}), change) }
	for name, c := range map[string]struct {
		data object
		at   string
	}{
		"five":                     {modal(many(5, func(i int) object { return label("x", input(object{"custom_id": fmt.Sprint(i)})) })...), ""},
		"six":                      {modal(many(6, func(i int) object { return label("x", input(object{"custom_id": fmt.Sprint(i)})) })...), "data.components"},
		"none":                     {modal(), "data.components"},
		"title of 46":              {merge(modal(label("x", input(nil))), object{"title": text(46)}), "data.title"},
		"custom_id of 101":         {merge(modal(label("x", input(nil))), object{"custom_id": text(101)}), "data.custom_id"},
		"label of 46":              {modal(label(text(46), input(nil))), "data.components.0.label"},
		"description of 101":       {modal(merge(label("x", input(nil)), object{"description": text(101)})), "data.components.0.description"},
		"label of the input":       {modal(label("x", input(object{"label": "y"}))), "data.components.0.component.label"},
		"old form":                 {modal(row(input(object{"label": "y"}))), ""},
		"old form without label":   {modal(row(input(nil))), "data.components.0.components.0.label"},
		"button":                   {modal(row(button("x", "y"))), "data.components.0.components.0.type"},
		"bare input":               {modal(input(nil)), "data.components.0.type"},
		"placeholder of 101":       {modal(label("x", input(object{"placeholder": text(101)}))), "data.components.0.component.placeholder"},
		"value of 4001":            {modal(label("x", input(object{"value": text(4001)}))), "data.components.0.component.value"},
		"value above max_length":   {modal(label("x", input(object{"value": "xx", "max_length": 1}))), "data.components.0.component.value"},
		"min_length above max":     {modal(label("x", input(object{"min_length": 3, "max_length": 2}))), "data.components.0.component.min_length"},
		"max_length 4001":          {modal(label("x", input(object{"max_length": 4001}))), "data.components.0.component.max_length"},
		"same custom_id":           {modal(label("x", input(nil)), label("y", input(nil))), "data.components.1.component.custom_id"},
		"disabled menu":            {modal(label("x", menu(object{"disabled": true}))), "data.components.0.component.disabled"},
		"required menu":            {modal(label("x", menu(object{"required": false}))), ""},
		"radio of one":             {modal(label("x", radio(1))), "data.components.0.component.options"},
		"radio of ten":             {modal(label("x", radio(10))), ""},
		"radio of eleven":          {modal(label("x", radio(11))), "data.components.0.component.options"},
		"boxes, none needed":       {modal(label("x", boxes(object{"min_values": 0, "required": false}))), ""},
		"boxes, none but required": {modal(label("x", boxes(object{"min_values": 0}))), "data.components.0.component.min_values"},
		"too many chosen":          {modal(label("x", merge(radio(2), object{"options": []object{{"label": "x", "value": "1", "default": true}, {"label": "y", "value": "2", "default": true}}}))), "data.components.0.component.options"},
		"container":                {modal(object{"type": 17, "components": []object{display("x")}}), "data.components.0.type"},
	} {
		bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
			b.command()
			g, _ := b.ready()
			_, i := b.slash(g)
			a := b.reply(i, 9, c.data)
			problems := b.Problems()
			switch {
			case c.at == "" && (a.status != 200 || len(problems) > 0):
				t.Errorf("%s: %s, %q", name, a.raw, problems)
			case c.at != "" && (a.code() != 50035 || len(problems) == 0 || !in(a.object["errors"], c.at)):
				t.Errorf("%s: %s does not name %s", name, a.raw, c.at)
			}
		})
	}
}
