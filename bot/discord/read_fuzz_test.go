package discord

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"offboard/bot"
	"offboard/bot/discord/wire"
)

// Whatever Discord sends as an interaction is read without a fault, and whoever
// did it is somebody.
func FuzzInteraction(f *testing.F) {
	for _, s := range []string{
		`{"id":"1","token":"t","type":2,"member":{"user":{"id":"2"}},"data":{"name":"offboard","options":[{"type":1,"name":"status","options":[{"type":3,"name":"case","value":"OFF-1"}]}]}}`,
		`{"id":"1","token":"t","type":3,"member":{"user":{"id":"2"}},"message":{"id":"3","flags":64,"components":[{"id":7}]},"data":{"custom_id":"approve:OFF-1:1:ab","component_type":2}}`,
		`{"id":"1","token":"t","type":3,"user":{"id":"2"},"data":{"custom_id":"x:a:b","component_type":3,"values":["v"]}}`,
		`{"id":"1","token":"t","type":4,"user":{"id":"2"},"data":{"name":"offboard","options":[{"type":3,"name":"x","focused":true}]}}`,
		`{"id":"1","token":"t","type":5,"user":{"id":"2"},"data":{"custom_id":"form:a:1:start","components":[{"component":{"custom_id":"a","value":"v"}}]}}`,
		`{"type":1}`, `{"data":{"options":[{"options":[{"options":[]}]}]}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var log bytes.Buffer
		d := New(Config{Token: "t", Guild: "1", APIURL: "http://discord.test/", Verbs: verbs(), HTTP: quietly(), Log: zerolog.New(&log)})
		var i wire.Interaction
		if json.Unmarshal(b, &i) != nil {
			return
		}
		out, ok := d.read(i)
		if strings.Contains(log.String(), "panic") {
			t.Errorf("%s: %s", b, &log)
		}
		if ok && (out.did.User.ID == "" || out.did.User.Platform != name || out.did.Place.Platform != name) {
			t.Errorf("%s is %+v", b, out.did)
		}
	})
}

// What is typed as a day or a time is one, or left as it was typed; and the id of
// a form's part says the same again.
func FuzzTypedMoment(f *testing.F) {
	for _, s := range []string{"2026-11-30", "30.11.2026", "5pm", "5 p.m.", "17h", " 17:00 ", "form:a:1:b:c", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := day(s); got != strings.Join(strings.Fields(s), " ") {
			if _, err := time.Parse(time.DateOnly, got); err != nil {
				t.Errorf("%q is the day %q", s, got)
			}
		}
		if got := clock(s); day(got) == got && clock(got) != got {
			t.Errorf("%q is %q, and again %q", s, got, clock(got))
		}
		if p := parseSpot(s); p != nil {
			if again := parseSpot(p.String()); again == nil || *again != *p || p.number < 0 || p.number > bot.MaxFields {
				t.Errorf("%q is %+v, and again %+v", s, p, again)
			}
		}
	})
}
