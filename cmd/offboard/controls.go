package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"offboard/actions/demo"
	"offboard/bot/web"
)

// controls is the demo's side panel where the company lives: in the parent
// process, so that it outlives a bot that is killed. The bot's chat reads it
// and acts on it through a Unix socket (panel.go).
type controls struct {
	company *demo.Company
	kill    func()              // kills the bot
	pass    func(time.Duration) // lets time pass for the company and the bot
	now     func() time.Time    // in the company, in its zone

	mu      sync.Mutex
	faults  map[string]string // server -> what is wrong with it
	shown   []string          // logins whose accounts are shown
	version int
	moved   chan struct{} // closed and replaced when something has changed
}

func newControls(ctx context.Context, c *demo.Company, kill func(), pass func(time.Duration), now func() time.Time) *controls {
	k := &controls{company: c, kill: kill, pass: pass, now: now, faults: map[string]string{}, shown: []string{"jane", demo.AdminLogin, "jdorsey"}, moved: make(chan struct{})}
	for _, s := range c.Servers() {
		go func() {
			for range s.Watch(ctx) {
				k.changed()
			}
		}()
	}
	go k.tick(ctx)
	return k
}

// tick shows the time anew whenever another minute begins.
func (k *controls) tick(ctx context.Context) {
	for ctx.Err() == nil {
		now := k.now()
		select {
		case <-time.After(now.Truncate(time.Minute).Add(time.Minute).Sub(now)):
			k.changed()
		case <-ctx.Done():
		}
	}
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
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, r *http.Request) {
		var in plans
		if err := json.Unmarshal([]byte(r.FormValue("plans")), &in); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(k.state(in)) // the bot may just have been killed
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

// plans is what the bot tells the company of its cases, for the panel.
type plans struct {
	Leavers []string  // logins of those who leave
	CutOff  time.Time // the next moment at which access ends; zero if none is set
	Case    string    // whose that is
}

// state is the side panel.
func (k *controls) state(in plans) []web.Section {
	k.mu.Lock()
	faults := maps.Clone(k.faults)
	for _, login := range in.Leavers {
		if !slices.Contains(k.shown, login) {
			k.shown = slices.Insert(k.shown, 0, login)
		}
	}
	shown := slices.Clone(k.shown)
	k.mu.Unlock()
	out := []web.Section{k.time(in)}
	for _, s := range k.company.Servers() {
		section := web.Section{Title: serverTitles[s.Name()], Lines: accounts(s, shown)}
		if f := faults[s.Name()]; f != "" {
			section.Lines = append([]web.Line{{Sign: web.Trouble, Text: f}}, section.Lines...)
			section.Buttons = []web.PanelButton{{ID: s.Name() + "/repair", Label: "Repair it"}}
		} else {
			section.Buttons = []web.PanelButton{
				{ID: s.Name() + "/down", Label: "Take down"},
				{ID: s.Name() + "/lie", Label: "Make it lie"},
				{ID: s.Name() + "/slow", Label: "Slow down"},
			}
		}
		out = append(out, section)
	}
	return append(out, web.Section{
		Title: "The bot", Lines: []web.Line{{Text: "Kill it as a power cut would. It starts again, and nothing is lost."}},
		Buttons: []web.PanelButton{{ID: "bot/kill", Label: "Kill me now", Danger: true}},
	})
}

// time is the section about the clock of the company, which the bot shares.
func (k *controls) time(in plans) web.Section {
	now := k.now()
	out := web.Section{
		Title: "Time", Lines: []web.Line{{Text: now.Format("Mon 2 January 2006, 15:04"), Detail: "in " + zoneCity(now)}},
		Buttons: []web.PanelButton{{ID: "time/1h", Label: "+1 h"}, {ID: "time/168h", Label: "Next week"}},
	}
	jump := web.PanelButton{ID: "until/", Label: "To the cut-off", Off: true}
	switch {
	case in.CutOff.After(now):
		jump.ID, jump.Off = "until/"+in.CutOff.Format(time.RFC3339), false
		out.Note = "Access of " + in.Case + " ends " + in.CutOff.In(now.Location()).Format("Mon 2 January, 15:04") + "."
	default:
		out.Note = "No cut-off is ahead: no open case ends access at a set time."
	}
	out.Buttons = slices.Insert(out.Buttons, 1, jump)
	return out
}

// zoneCity is the place that a zone is named after.
func zoneCity(t time.Time) string {
	name := t.Location().String()
	return strings.ReplaceAll(name[strings.LastIndex(name, "/")+1:], "_", " ")
}

// accounts shows the accounts of those who leave or might be taken for them,
// so that one can see the locks come and the groups go.
func accounts(s *demo.Server, logins []string) []web.Line {
	var out []web.Line
	for _, login := range logins {
		a, ok := s.Account(login)
		if !ok {
			continue
		}
		slices.Sort(a.Groups)
		line := web.Line{Sign: web.Key, Text: login + " can sign in", Held: a.Groups}
		door := s.Name() == "badge" // nobody signs in there; a group is a door
		switch {
		case door && len(a.Groups) == 0:
			line.Sign, line.Text = web.Lock, login+" opens no door"
		case door:
			line.Text = login + " opens"
		case a.Locked:
			line.Sign, line.Text = web.Lock, login+" is locked"
		}
		if len(a.Groups) == 0 && !door {
			line.Detail = "in no group"
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
	case "time", "until":
		d, err := k.ahead(what, how)
		if err != nil {
			return err
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
		words := map[string]string{"down": "It is down", "lie": "It lies: it answers \"done\" and changes nothing", "slow": "It takes three seconds for each answer", "repair": ""}
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

// ahead is by how much time is to pass: a duration, or until a moment.
func (k *controls) ahead(what, how string) (time.Duration, error) {
	d, err := time.ParseDuration(how)
	if what == "until" {
		var at time.Time
		at, err = time.Parse(time.RFC3339, how)
		d = at.Sub(k.now())
	}
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("that time is over, or is none: %q", how)
	}
	return d, nil
}
