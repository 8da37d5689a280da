package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sort"
	"strings"
	"sync"
	"time"

	"offboard/actions/demo"
	"offboard/bot"
	"offboard/bot/web"
)

// controls is the demo's side panel where the company lives: in the parent
// process, so that it outlives a bot that is killed. The bot's chat reads it
// and acts on it through a Unix socket (panel.go).
type controls struct {
	company *demo.Company
	kill    func()              // kills the bot
	pass    func(time.Duration) // lets time pass for the company and the bot
	now     func() time.Time    // in the company

	mu      sync.Mutex
	faults  map[string]string // server -> what is wrong with it
	version int
	moved   chan struct{} // closed and replaced when something has changed
}

func newControls(ctx context.Context, c *demo.Company, kill func(), pass func(time.Duration), now func() time.Time) *controls {
	k := &controls{company: c, kill: kill, pass: pass, now: now, faults: map[string]string{}, moved: make(chan struct{})}
	for _, s := range c.Servers() {
		go func() {
			for range s.Watch(ctx) {
				k.changed()
			}
		}()
	}
	return k
}

func (k *controls) changed() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.version++
	close(k.moved)
	k.moved = make(chan struct{})
}

// serve answers the bot until ctx is done.
func (k *controls) serve(ctx context.Context, l net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(k.state()) // the bot may just have been killed
	})
	mux.HandleFunc("GET /changed", k.wait)
	mux.HandleFunc("POST /act", func(w http.ResponseWriter, r *http.Request) {
		if err := k.act(r.FormValue("id")); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	})
	return answerAt(ctx, l, mux, hangUp)
}

// wait answers when something has changed since a version, and says which
// version there is now.
func (k *controls) wait(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	version, moved := k.version, k.moved
	k.mu.Unlock()
	if r.FormValue("since") == fmt.Sprint(version) {
		select {
		case <-moved:
		case <-r.Context().Done():
			return
		}
		k.mu.Lock()
		version = k.version
		k.mu.Unlock()
	}
	fmt.Fprint(w, version)
}

// titles of the servers for people.
var serverTitles = map[string]string{"directory": "Company directory", "vpn": "VPN", "badge": "Door badges"}

// state is the side panel.
func (k *controls) state() []web.Section {
	k.mu.Lock()
	faults := map[string]string{}
	for name, f := range k.faults {
		faults[name] = f
	}
	k.mu.Unlock()
	out := []web.Section{{
		Title: "Time", Lines: []web.Line{{Text: k.now().Format("Mon 2 January 2006, 15:04"), Detail: "of the company and of the bot"}},
		Buttons: []web.PanelButton{{ID: "time/1h", Label: "+1 h"}, {ID: "time/24h", Label: "+1 day"}, {ID: "time/168h", Label: "+1 week"}},
	}}
	for _, s := range k.company.Servers() {
		section := web.Section{Title: serverTitles[s.Name()], Lines: accounts(s)}
		if f := faults[s.Name()]; f != "" {
			section.Lines = append([]web.Line{{Mark: bot.Failed, Text: "It " + f + " now"}}, section.Lines...)
			section.Buttons = []web.PanelButton{{ID: s.Name() + "/repair", Label: "Repair it"}}
		} else {
			section.Buttons = []web.PanelButton{
				{ID: s.Name() + "/down", Label: "Take it down"},
				{ID: s.Name() + "/lie", Label: "Make it lie"},
				{ID: s.Name() + "/slow", Label: "Slow it down"},
			}
		}
		out = append(out, section)
	}
	return append(out, web.Section{
		Title: "The bot", Lines: []web.Line{{Text: "Kill it as a power cut would. It starts again, and nothing is lost."}},
		Buttons: []web.PanelButton{{ID: "bot/kill", Label: "Kill it now", Danger: true}},
	})
}

// accounts shows the accounts of whoever is likely to leave in the demo, so
// that one can see the locks come and the groups go.
func accounts(s *demo.Server) []web.Line {
	var out []web.Line
	for _, login := range []string{"jane", demo.AdminLogin, "jdorsey", "bo"} {
		a, ok := s.Account(login)
		if !ok {
			continue
		}
		line := web.Line{Mark: bot.Open, Text: login + " can sign in"}
		if a.Locked {
			line = web.Line{Mark: bot.Skipped, Text: login + " is locked"}
		}
		sort.Strings(a.Groups)
		line.Detail = "in no group"
		if len(a.Groups) > 0 {
			line.Detail = "groups: " + strings.Join(a.Groups, ", ")
		}
		out = append(out, line)
	}
	return out
}

// answered is how long the answer to a click may take to reach the browser
// before the bot that brings it is ended: a browser that gets none asks again.
const answered = 250 * time.Millisecond

// act does what a button says.
func (k *controls) act(id string) error {
	what, how, _ := strings.Cut(id, "/")
	switch what {
	case "bot":
		time.AfterFunc(answered, k.kill)
		return nil
	case "time":
		d, err := time.ParseDuration(how)
		if err != nil || d <= 0 {
			return fmt.Errorf("time does not pass by %q", how)
		}
		time.AfterFunc(answered, func() {
			k.pass(d)
			k.changed()
		})
		return nil
	}
	for _, s := range k.company.Servers() {
		if s.Name() != what {
			continue
		}
		words := map[string]string{"down": "is down", "lie": "answers \"done\" and changes nothing", "slow": "takes three seconds for each answer", "repair": ""}
		word, ok := words[how]
		if !ok {
			return fmt.Errorf("nothing is done by %q", id)
		}
		s.Down(how == "down")
		s.Lie(how == "lie")
		s.Slow(0)
		if how == "slow" {
			s.Slow(3 * time.Second)
		}
		k.mu.Lock()
		k.faults[what] = word
		k.mu.Unlock()
		k.changed()
		return nil
	}
	return fmt.Errorf("there is no %q here", what)
}
