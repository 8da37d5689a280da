package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"offboard/actions"
)

const (
	probeEvery  = 30 * time.Second
	probeWithin = 10 * time.Second
)

// health is how the parts of a server are, as last seen.
type health struct {
	app *app
	log zerolog.Logger

	mu   sync.Mutex
	last map[string]part // by name of the system
}

// logPart is the part without which a server does not live.
const logPart = "store"

// part is one part of the server: the store, a system, a platform.
type part struct {
	Name   string    `json:"name"`
	Ready  bool      `json:"ready"`
	Why    string    `json:"why,omitempty"`  // it is not ready
	Note   string    `json:"note,omitempty"` // it is ready, and somebody should know this
	Looked time.Time `json:"looked,omitzero"`
}

// The parts that check knows by name.
const (
	partClock         = "clock"
	partConfiguration = "configuration"
	partKey           = "checkpoint key"
)

// readiness is all parts together.
type readiness struct {
	Ready bool   `json:"ready"`
	Parts []part `json:"parts"`
}

func newHealth(a *app, log zerolog.Logger) *health {
	return &health{app: a, log: log, last: map[string]part{}}
}

// run looks at every system from time to time until ctx is done.
func (h *health) run(ctx context.Context) error {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	h.look(ctx)
	h.log.Info().Bool("ready", h.readiness().Ready).Msg("looked at all systems")
	for {
		select {
		case <-tick.C:
			h.look(ctx)
		case <-ctx.Done():
			return nil
		}
	}
}

// look reads one thing in every system, and tries to write the log if that
// failed last time.
func (h *health) look(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(h.write)
	for _, s := range h.app.systems {
		if s.Reach != nil {
			all.Go(func() { h.reach(ctx, s) })
		}
	}
	all.Wait()
}

// write does not wait for somebody who has something to write: nobody may, and
// the server would be called not ready for ever.
func (h *health) write() {
	if h.app.store.Writable() == nil {
		return
	}
	if err := h.app.store.TryWrite(); err != nil {
		h.log.Warn().Err(err).Msg("the log can't be written")
		return
	}
	h.log.Info().Msg("the log can be written again")
}

func (h *health) reach(ctx context.Context, s actions.System) {
	ctx, cancel := context.WithTimeout(ctx, probeWithin)
	defer cancel()
	p := part{Name: "system " + s.Name, Ready: true, Looked: time.Now().UTC().Truncate(time.Second)}
	if err := s.Reach(ctx); err != nil {
		p.Ready, p.Why = false, err.Error()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	before, known := h.last[s.Name]
	h.last[s.Name] = p
	switch {
	case !p.Ready && (before.Ready || !known):
		h.log.Warn().Str("system", s.Name).Str("err", p.Why).Msg("the system does not answer")
	case p.Ready && known && !before.Ready:
		h.log.Info().Str("system", s.Name).Msg("the system answers again")
	}
}

// readiness says what is ready and what is not. It asks no system: it tells
// what was last seen.
func (h *health) readiness() readiness {
	r := readiness{Ready: true}
	add := func(p part) {
		r.Ready = r.Ready && p.Ready
		r.Parts = append(r.Parts, p)
	}
	add(h.store())
	add(h.clock())
	add(h.configuration())
	add(h.signing())
	h.mu.Lock()
	for _, s := range h.app.systems {
		p, ok := h.last[s.Name]
		if !ok {
			p = part{Name: "system " + s.Name, Why: "it has not been looked at yet"}
		}
		add(p)
	}
	h.mu.Unlock()
	for _, platform := range h.app.platforms() {
		p := part{Name: "platform " + platform.Name(), Ready: true}
		if err := platform.Health(); err != nil {
			p.Ready, p.Why = false, err.Error()
		}
		add(p)
	}
	for _, st := range h.app.poster.Places() {
		p := part{Name: "checkpoints " + st.Place, Ready: st.Why == "", Looked: st.At.UTC().Truncate(time.Second)}
		if !p.Ready {
			p.Why = "it lacks what happened from " + st.Since.UTC().Format(time.DateTime) + " UTC on, and is tried again: " + st.Why
		}
		add(p)
	}
	return r
}

// configuration says whether what is served is what the file says.
func (h *health) configuration() part {
	p := part{Name: partConfiguration, Ready: true}
	switch st, err := h.app.store.State(); {
	case err != nil: // the store says so
	case !st.Config.Wanted.IsZero():
		p.Note = "a weaker one waits for a second person; what was in force before goes on"
	case st.Config.Not != "":
		p.Note = "a second person did not agree to a weaker one; what was in force before goes on"
	}
	return p
}

// signing says whether the key of the checkpoints is one that the key before has
// named.
func (h *health) signing() part {
	p := part{Name: partKey, Ready: true}
	if all, err := h.app.store.Signings(); err == nil { // the store says it
		p.Note = unnamed(all)
	}
	return p
}

// store reads one row of the log, and tells whether the last write was saved.
func (h *health) store() part {
	p := h.reads()
	if err := h.app.store.Writable(); p.Ready && err != nil {
		p.Ready, p.Why = false, "the log can't be written: "+err.Error()
	}
	return p
}

func (h *health) reads() part {
	if _, err := h.app.store.State(); err != nil {
		return part{Name: logPart, Why: err.Error()}
	}
	return part{Name: logPart, Ready: true}
}

// handler answers /healthz (the process lives, and reads its log: a restart
// does not make a disk larger) and /readyz (everything it needs is there).
func (h *health) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		log := h.reads()
		answer(w, r, readiness{Ready: log.Ready, Parts: []part{log}})
	})
	newNotMe(h.app, h.log).handle(mux) // the links of mails that were sent work as long as they say
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) { answer(w, r, h.readiness()) })
	return mux
}

// answer is 200 or 503, in JSON for whoever asks for it and else in text.
func answer(w http.ResponseWriter, r *http.Request, is readiness) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	status := http.StatusOK
	if !is.Ready {
		status = http.StatusServiceUnavailable
	}
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(is) // nobody listens any more
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	is.print(w)
}

// print writes one line a part.
func (r readiness) print(w io.Writer) {
	for _, p := range r.Parts {
		word := "ready"
		if p.Note != "" {
			word += ", " + p.Note
		}
		if !p.Ready {
			word = "NOT READY: " + p.Why
		}
		fmt.Fprintf(w, "%s: %s\n", p.Name, word)
	}
}
