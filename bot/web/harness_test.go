package web

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"offboard/bot"
	"offboard/bot/bottest"
)

// harness is the chat behind its real HTTP surface, as bottest drives it.
type harness struct {
	*browser
	chat *Chat
	cast bottest.Stage
}

func newHarness(t *testing.T) bottest.Harness {
	c, b := serve(t, Config{
		Title:    "Test",
		People:   []Person{{ID: "ann", Name: "Ann Lee"}, {ID: "ben", Name: "Ben Ray", Zone: "Europe/Oslo"}},
		Channels: []Channel{{ID: "room", Members: []string{"ann", "ben"}}},
		File:     filepath.Join(t.TempDir(), "chat.db"),
	})
	return &harness{browser: b, chat: c, cast: bottest.Stage{
		Ann: bot.User{Platform: name, ID: "ann", Name: "Ann Lee"}, Ben: bot.User{Platform: name, ID: "ben", Name: "Ben Ray"}, Room: channel("room"),
	}}
}

func (h *harness) Platform() bot.Platform { return h.chat }
func (h *harness) Stage() bottest.Stage   { return h.cast }

func (h *harness) Ready(ctx context.Context) error {
	return h.Await(ctx, func() bool {
		h.chat.mu.Lock()
		defer h.chat.mu.Unlock()
		return h.chat.listener != nil
	})
}

// Await asks again at every event of the stream.
func (h *harness) Await(ctx context.Context, cond func() bool) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.base+"/events", nil)
	if err != nil {
		return err
	}
	res, err := h.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "data:") && cond() {
			return nil
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("the stream ended: %w", lines.Err())
}

func (h *harness) Type(u bot.User, at bot.Place, verb, text string) error {
	path := "/as/" + u.ID
	if at.Kind == bot.Channel {
		path += "/channel/" + at.ID
	}
	form := h.page(path).id("composer").in("form")
	values := form.fields(nil)
	values.Set("text", "/offboard "+verb+" "+text)
	return h.post(form.attr["action"], values)
}

func (h *harness) Click(u bot.User, label string) error {
	var found *node
	for _, p := range h.places(u.ID) {
		for _, b := range p.id("log").tagged("button") {
			if squeeze(b.read()) == label {
				found = b
				if dialog := b.attr["data-opens"]; dialog != "" {
					buttons := p.id(dialog).tagged("button")
					found = buttons[len(buttons)-1]
				}
			}
		}
	}
	if found == nil {
		return fmt.Errorf("%s sees no button %q", u.ID, label)
	}
	form := found.in("form")
	return h.post(form.attr["action"], form.fields(found))
}

func (h *harness) Choose(u bot.User, menu, option string) error {
	for _, p := range h.places(u.ID) {
		for _, label := range p.id("log").tagged("label") {
			if squeeze(label.read()) != menu {
				continue
			}
			form := label.in("form")
			values := form.fields(nil)
			for _, o := range form.tagged("option") {
				if squeeze(o.read()) == option {
					values.Set("value", o.attr["value"])
				}
			}
			return h.post(form.attr["action"], values)
		}
	}
	return fmt.Errorf("%s sees no menu %q", u.ID, menu)
}

func (h *harness) Fill(u bot.User, entered map[string]string) error {
	forms := h.page("/as/" + u.ID).id("dialogs").tagged("form")
	if len(forms) != 1 {
		return fmt.Errorf("%s has %d forms open", u.ID, len(forms))
	}
	values := forms[0].fields(nil)
	for key, value := range entered {
		if !values.Has("f." + key) {
			return fmt.Errorf("the form has no field %q", key)
		}
		values.Set("f."+key, value)
	}
	return h.post(forms[0].attr["action"], values)
}

func (h *harness) Redeliver() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.last()
}

func (h *harness) Sees(u bot.User) string {
	var out strings.Builder
	for _, p := range h.places(u.ID) {
		out.WriteString(p.id("log").read())
		out.WriteString(p.id("dialogs").read())
	}
	return out.String()
}

// File saves the newest file of that name, as a browser does.
func (h *harness) File(u bot.User, name string) []byte {
	for _, a := range slices.Backward(h.page("/as/" + u.ID).id("log").tagged("a")) {
		if a.attr["download"] == name {
			res, err := h.http.Get(h.base + a.attr["href"])
			if err != nil {
				h.t.Fatal(err)
			}
			defer func() { _ = res.Body.Close() }() // only read
			if d := res.Header.Get("Content-Disposition"); res.StatusCode != http.StatusOK || !strings.HasPrefix(d, "attachment;") {
				h.t.Fatalf("%s: %s, %q", a.attr["href"], res.Status, d)
			}
			body, err := io.ReadAll(res.Body)
			if err != nil {
				h.t.Fatal(err)
			}
			return body
		}
	}
	return nil
}

// Notified reads the badge: nobody here has read anything.
func (h *harness) Notified(u bot.User) int {
	other := map[string]string{"ann": "ben", "ben": "ann"}[u.ID]
	badges := h.page("/as/" + other).id("person-" + u.ID).all(func(n *node) bool { return hasClass(n, "badge") })
	if len(badges) == 0 {
		return 0
	}
	count, err := strconv.Atoi(strings.Fields(badges[0].read())[0])
	if err != nil {
		h.t.Fatal(err)
	}
	return count
}

func (h *harness) RemoveMessage(ref bot.Ref) {
	h.chat.mu.Lock()
	defer h.chat.mu.Unlock()
	h.chat.records = without(h.chat.records, func(r *record) bool { return r.ref() == ref })
}

func (h *harness) RemovePlace(at bot.Place) {
	h.chat.mu.Lock()
	defer h.chat.mu.Unlock()
	h.chat.channels = without(h.chat.channels, func(c Channel) bool { return c.ID == at.ID })
}

func without[T any](list []T, gone func(T) bool) []T {
	var out []T
	for _, e := range list {
		if !gone(e) {
			out = append(out, e)
		}
	}
	return out
}

func TestPlatform(t *testing.T) { bottest.Platform(t, newHarness) }
