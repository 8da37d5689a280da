package main

import (
	"bytes"
	_ "embed" // the page
	"errors"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/time/rate"

	"offboard/commands/view"
	"offboard/store"
)

// notMe serves the link in a mail about a decision: "that was not me". To open
// it changes nothing, since mail scanners open links too; only the button in it
// acts. It names nobody, and a link that is not ours says no more than that.
type notMe struct {
	store *store.Store
	zone  *time.Location
	log   zerolog.Logger
	wrong *rate.Limiter // of links that are not ours
}

//go:embed notme.html
var notMePage string

var notMeTemplate = template.Must(template.New("notme").Parse(notMePage))

// page is what the template shows.
type page struct {
	State string // ask, done, already, wrong or failed
	What  string // the case; empty if the decision is about none
	At    string
	Then  string // what follows, beside the freeze
}

func newNotMe(a *app, log zerolog.Logger) *notMe {
	return &notMe{store: a.store, zone: a.zone, log: log, wrong: rate.NewLimiter(1, 20)}
}

// handle adds the page to a mux.
func (n *notMe) handle(mux *http.ServeMux) {
	mux.HandleFunc("GET /notme/{token}", n.ask)
	mux.HandleFunc("POST /notme/{token}", n.act)
}

func (n *notMe) ask(w http.ResponseWriter, r *http.Request) {
	e, err := n.store.ByToken(r.PathValue("token"))
	if err != nil {
		n.fail(w, r, err)
		return
	}
	n.answer(w, r, "ask", e)
}

func (n *notMe) act(w http.ResponseWriter, r *http.Request) {
	token := r.PathValue("token")
	e, err := n.store.ByToken(token)
	if err == nil {
		err = n.store.Disown(r.Context(), token)
	}
	if refused, ok := errors.AsType[*store.Refused](err); ok && refused.Code == store.Already {
		n.answer(w, r, "already", e)
		return
	}
	if err != nil {
		n.fail(w, r, err)
		return
	}
	n.log.Warn().Str("case", e.Subject).Uint64("entry", e.Seq).Msg("a decision was disowned with the link in a mail")
	n.answer(w, r, "done", e)
}

// fail answers a link that is not ours, and a log that can't be read or
// written. Only wrong links are limited: whoever tries many must neither fill
// the program's log nor keep somebody with a right one out.
func (n *notMe) fail(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case !errors.Is(err, store.ErrNoLink):
		n.log.Error().Err(err).Msg("disown a decision")
		n.show(w, r, http.StatusServiceUnavailable, page{State: "failed"})
	case n.wrong.Allow():
		n.log.Warn().Msg("a link that is not one of ours was opened")
		n.show(w, r, http.StatusNotFound, page{State: "wrong"})
	default:
		w.Header().Set("Retry-After", "60")
		n.show(w, r, http.StatusTooManyRequests, page{State: "wrong"})
	}
}

// answer shows the page about a decision.
func (n *notMe) answer(w http.ResponseWriter, r *http.Request, state string, e store.Event) {
	p := page{State: state, At: e.At.In(n.zone).Format("2 January 2006, 15:04 (MST)")}
	closed := false
	if strings.HasPrefix(e.Subject, "OFF-") {
		c, err := n.store.Case(store.CaseID(e.Subject))
		if err != nil {
			n.fail(w, r, err)
			return
		}
		p.What, closed = e.Subject, c.State == store.CaseClosed
	}
	p.Then = view.Undone(e, closed)
	n.show(w, r, http.StatusOK, p)
}

func (n *notMe) show(w http.ResponseWriter, _ *http.Request, status int, p page) {
	var b bytes.Buffer
	if err := notMeTemplate.Execute(&b, p); err != nil {
		n.log.Error().Err(err).Msg("write the page")
		status = http.StatusInternalServerError
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	h.Set("Referrer-Policy", "no-referrer") // the address is the secret
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // nobody listens any more
}
