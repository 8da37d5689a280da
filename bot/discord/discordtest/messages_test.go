package discordtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"offboard/bot/discord/discordtest"
)

func many(n int, f func(i int) object) []object {
	var out []object
	for i := range n {
		out = append(out, f(i))
	}
	return out
}

func text(n int) string { return strings.Repeat("x", n) }

func menu(change object) object {
	return merge(object{"type": 3, "custom_id": "menu", "options": []object{{"label": "A", "value": "a"}, {"label": "B", "value": "b"}}}, change)
}

// Each row is a message that Discord refuses, and the place that its answer
// names; with "" it is one that it takes.
func TestMessageLimits(t *testing.T) {
	displays := func(n int) []object { return many(n, func(int) object { return display("x") }) }
	for name, c := range map[string]struct {
		body object
		at   string
	}{
		"content of 2000":              {says(text(2000)), ""},
		"content of 2001":              {says(text(2001)), "content"},
		"2000 characters, more bytes":  {says(strings.Repeat("ø", 2000)), ""},
		"40 components":                {v2(displays(40)...), ""},
		"41 components":                {v2(displays(41)...), "components"},
		"nested ones count":            {v2(object{"type": 17, "components": displays(20)}, object{"type": 17, "components": displays(19)}), "components"},
		"text of 4000 in all":          {v2(display(text(2000)), display(text(2000))), ""},
		"text of 4001 in all":          {v2(display(text(2000)), display(text(2001))), "components"},
		"empty text":                   {v2(display("")), "components.0.content"},
		"content beside components":    {merge(v2(display("x")), says("y")), "content"},
		"embeds beside components":     {merge(v2(display("x")), object{"embeds": []object{{"title": "x"}}}), "embeds"},
		"text display without flag":    {object{"components": []object{display("x")}}, "components.0.type"},
		"five rows":                    {object{"components": many(5, func(i int) object { return row(button("x", fmt.Sprint(i))) })}, ""},
		"six rows":                     {object{"components": many(6, func(i int) object { return row(button("x", fmt.Sprint(i))) })}, "components"},
		"six buttons":                  {v2(row(many(6, func(i int) object { return button("x", fmt.Sprint(i)) })...)), "components.0.components"},
		"button and menu":              {v2(row(button("x", "y"), menu(nil))), "components.0.components"},
		"same custom_id":               {v2(row(button("x", "y")), row(button("z", "y"))), "components.1.components.0.custom_id"},
		"same id":                      {v2(merge(display("x"), object{"id": 3}), merge(display("x"), object{"id": 3})), "components.1.id"},
		"custom_id of 100":             {v2(row(button("x", text(100)))), ""},
		"custom_id of 101":             {v2(row(button("x", text(101)))), "components.0.components.0.custom_id"},
		"no custom_id":                 {v2(row(object{"type": 2, "style": 1, "label": "x"})), "components.0.components.0.custom_id"},
		"label of 81":                  {v2(row(button(text(81), "x"))), "components.0.components.0.label"},
		"no label":                     {v2(row(object{"type": 2, "style": 1, "custom_id": "x"})), "components.0.components.0"},
		"link":                         {v2(row(object{"type": 2, "style": 5, "label": "x", "url": "https://x.example"})), ""},
		"link with custom_id":          {v2(row(object{"type": 2, "style": 5, "label": "x", "url": "https://x.example", "custom_id": "y"})), "components.0.components.0"},
		"link without url":             {v2(row(object{"type": 2, "style": 5, "label": "x"})), "components.0.components.0.url"},
		"url on a button":              {v2(row(merge(button("x", "y"), object{"url": "https://x.example"}))), "components.0.components.0"},
		"26 options":                   {v2(row(menu(object{"options": many(26, func(i int) object { return object{"label": "x", "value": fmt.Sprint(i)} })}))), "components.0.components.0.options"},
		"no options":                   {v2(row(menu(object{"options": []object{}}))), "components.0.components.0.options"},
		"same value":                   {v2(row(menu(object{"options": []object{{"label": "x", "value": "v"}, {"label": "y", "value": "v"}}}))), "components.0.components.0.options.1.value"},
		"option label of 101":          {v2(row(menu(object{"options": []object{{"label": text(101), "value": "v"}}}))), "components.0.components.0.options.0.label"},
		"option description of 101":    {v2(row(menu(object{"options": []object{{"label": "x", "value": "v", "description": text(101)}}}))), "components.0.components.0.options.0.description"},
		"placeholder of 151":           {v2(row(menu(object{"placeholder": text(151)}))), "components.0.components.0.placeholder"},
		"more to choose than there is": {v2(row(menu(object{"max_values": 3}))), "components.0.components.0.max_values"},
		"min above max":                {v2(row(menu(object{"min_values": 2, "max_values": 1}))), "components.0.components.0.min_values"},
		"section without accessory":    {v2(object{"type": 9, "components": displays(1)}), "components.0.accessory"},
		"section of four":              {v2(object{"type": 9, "components": displays(4), "accessory": button("x", "y")}), "components.0.components"},
		"button in a section":          {v2(object{"type": 9, "components": []object{row(button("x", "y"))}, "accessory": button("x", "z")}), "components.0.components.0.type"},
		"container in a container":     {v2(object{"type": 17, "components": []object{{"type": 17, "components": displays(1)}}}), "components.0.components.0.type"},
		"colour":                       {v2(object{"type": 17, "accent_color": 1 << 24, "components": displays(1)}), "components.0.accent_color"},
		"text input in a message":      {v2(row(object{"type": 4, "custom_id": "x", "style": 1})), "components.0.components.0.type"},
		"nonce of 26":                  {merge(says("x"), object{"nonce": text(26)}), "nonce"},
		"enforce_nonce alone":          {merge(says("x"), object{"enforce_nonce": true}), "nonce"},
		"ephemeral in a channel":       {merge(says("x"), object{"flags": 64}), "flags"},
		"eleven embeds":                {object{"embeds": many(11, func(int) object { return object{"title": "x"} })}, "embeds"},
		"embeds of 6001":               {object{"embeds": []object{{"description": text(4000)}, {"description": text(2001)}}}, "embeds"},
		"embed title of 257":           {object{"embeds": []object{{"title": text(257)}}}, "embeds.0.title"},
		"parse and users":              {merge(says("x"), object{"allowed_mentions": object{"parse": []string{"users"}, "users": []string{"1"}}}), "allowed_mentions"},
		"parse and roles, other kinds": {merge(says("x"), object{"allowed_mentions": object{"parse": []string{"users"}, "roles": []string{"1"}}}), ""},
		"101 users":                    {merge(says("x"), object{"allowed_mentions": object{"parse": []string{}, "users": strings.Fields(numbers(101))}}), "allowed_mentions.users"},
		"unknown parse":                {merge(says("x"), object{"allowed_mentions": object{"parse": []string{"all"}}}), "allowed_mentions.parse.0"},
	} {
		bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
			a := b.call("POST", "/channels/"+b.room.ID+"/messages", c.body)
			problems := b.Problems()
			if c.at == "" {
				if a.status != http.StatusOK || len(problems) > 0 {
					t.Errorf("%s: %d %s, problems %q", name, a.status, a.raw, problems)
				}
				return
			}
			if a.code() != 50035 || len(problems) == 0 || !in(a.object["errors"], c.at) {
				t.Errorf("%s: %d %s does not name %s, problems %q", name, a.status, a.raw, c.at, problems)
			}
		})
	}
}

func numbers(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, "%d ", i)
	}
	return out.String()
}

// in says whether an errors object has something at a place.
func in(errors any, at string) bool {
	for _, part := range strings.Split(at, ".") {
		o, _ := errors.(map[string]any)
		if errors = o[part]; errors == nil {
			return false
		}
	}
	o, _ := errors.(map[string]any)
	return o["_errors"] != nil
}

// What Discord ignores without a word is a problem and no refusal.
func TestUnknownKeys(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		for _, body := range []object{
			merge(says("x"), object{"contents": "y"}),
			v2(row(merge(button("x", "y"), object{"colour": 1}))),
			v2(row(menu(object{"required": true}))),
			merge(says("x"), object{"allowed_mentions": object{"parse": nil}}),
			merge(says("x"), object{"allowed_mentions": object{"parse": []string{}, "user": []string{}}}),
		} {
			if a := b.call("POST", "/channels/"+b.room.ID+"/messages", body); a.status != http.StatusOK || len(b.Problems()) == 0 {
				t.Errorf("%v: %s", body, a.raw)
			}
		}
	})
}

func TestEmptyAndBadBodies(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		at := "/channels/" + b.room.ID + "/messages"
		for _, c := range []struct {
			body any
			code int
		}{{says(""), 50006}, {object{"flags": 32768}, 50006}, {"{", 50109}} {
			if a := b.call("POST", at, c.body); a.code() != c.code {
				t.Errorf("%v: %s", c.body, a.raw)
			}
		}
		b.Problems()
		if a := b.call("POST", at, says("x"), "Content-Type", "text/plain"); a.status != http.StatusBadRequest {
			t.Error(a.raw)
		}
		for _, token := range []string{"", b.BotToken, "Bearer " + b.BotToken, "Bot x"} {
			if a := b.call("POST", at, says("x"), "Authorization", token); a.status != http.StatusUnauthorized {
				t.Errorf("with %q: %s", token, a.raw)
			}
		}
		b.call("GET", "/users/@me", nil, "User-Agent", "Go-http-client/1.1")
		b.call("GET", "/nothing", nil)
		if p := b.Problems(); len(p) != 2 {
			t.Errorf("%q", p)
		}
	})
}

// The same nonce is the same message, for a few minutes.
func TestNonce(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		body := merge(says("x"), object{"nonce": "OFF-1", "enforce_nonce": true})
		first := b.post(b.room.ID, body)
		if again := b.post(b.room.ID, body); again != first {
			t.Error("it is posted twice")
		}
		if free := b.post(b.room.ID, merge(body, object{"enforce_nonce": false})); free == first {
			t.Error("without enforce_nonce it is not posted")
		}
		time.Sleep(6 * time.Minute)
		if later := b.post(b.room.ID, body); later == first || len(b.Messages(b.room.ID)) != 3 {
			t.Error("it is kept for ever")
		}
	})
}

func TestEdits(t *testing.T) {
	bubble(t, discordtest.Config{OldEdits: 2}, func(t *testing.T, b *bench) {
		id := b.post(b.room.ID, says("one"))
		edit := func(body object) answer {
			time.Sleep(2 * time.Second)
			return b.call("PATCH", "/channels/"+b.room.ID+"/messages/"+id, body)
		}
		for range 5 { // it is young
			if a := edit(says("two")); a.status != http.StatusOK || a.object["edited_timestamp"] == nil {
				t.Fatal(a.raw)
			}
		}
		if got := b.Sees(b.ann.ID); got != "two\n(edited)" {
			t.Errorf("Ann sees %q", got)
		}
		if a := edit(v2(display("x"))); a.code() != 50035 || len(b.Problems()) == 0 { // its content must be set to null
			t.Error(a.raw)
		}
		if a := edit(merge(v2(display("x")), object{"content": nil})); a.status != http.StatusOK {
			t.Error(a.raw)
		}
		if a := edit(object{"flags": 0, "content": "x", "components": []object{}}); a.code() != 50035 || len(b.Problems()) == 0 { // V2 stays
			t.Error(a.raw)
		}
		if a := edit(object{"components": []object{display("y")}}); a.status != http.StatusOK || b.Sees(b.ben.ID) != "y\n(edited)" {
			t.Errorf("%s: %q", a.raw, b.Sees(b.ben.ID))
		}
		time.Sleep(time.Hour)
		edit(object{"components": []object{display("a")}})
		edit(object{"components": []object{display("b")}})
		if a := edit(object{"components": []object{display("c")}}); a.code() != 30046 {
			t.Errorf("an old message is edited a third time: %s", a.raw)
		}
		time.Sleep(time.Hour)
		if a := edit(object{"components": []object{display("c")}}); a.status != http.StatusOK {
			t.Error(a.raw)
		}
		said, err := b.Say(b.ann.ID, b.room.ID, "mine")
		b.must(err)
		if a := b.call("PATCH", "/channels/"+b.room.ID+"/messages/"+said.ID, says("x")); a.code() != 50005 {
			t.Error(a.raw)
		}
		if a := b.call("DELETE", "/channels/"+b.room.ID+"/messages/"+said.ID, nil); a.code() != 50013 {
			t.Error(a.raw)
		}
		if a := b.call("DELETE", "/channels/"+b.room.ID+"/messages/"+id, nil); a.status != http.StatusNoContent {
			t.Error(a.raw)
		}
		if a := edit(says("x")); a.code() != 10008 {
			t.Error(a.raw)
		}
	})
}

func TestListMessages(t *testing.T) {
	bubble(t, discordtest.Config{RatesCounted: true}, func(t *testing.T, b *bench) {
		var ids []string
		for i := range 6 {
			ids = append(ids, b.post(b.room.ID, says(fmt.Sprint(i))))
		}
		for query, want := range map[string]string{
			"":                                   "5 4 3 2 1 0",
			"?limit=2":                           "5 4",
			"?limit=2&before=" + ids[3]:          "2 1",
			"?limit=2&after=" + ids[3]:           "5 4",
			"?limit=2&after=" + ids[0]:           "2 1",
			"?limit=3&around=" + ids[3]:          "4 3 2",
			"?limit=1&before=" + ids[0]:          "",
			"?limit=100&after=" + ids[5] + "999": "",
		} {
			var got []string
			for _, m := range b.call("GET", "/channels/"+b.room.ID+"/messages"+query, nil).list {
				got = append(got, m["content"].(string))
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%q lists %q, not %q", query, got, want)
			}
		}
		for _, query := range []string{"?limit=101", "?limit=0", "?before=1&after=2"} {
			if a := b.call("GET", "/channels/"+b.room.ID+"/messages"+query, nil); a.code() != 50035 || len(b.Problems()) == 0 {
				t.Errorf("%q: %s", query, a.raw)
			}
		}
	})
}
