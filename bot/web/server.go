package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strings"

	"offboard/bot"
)

// Handler serves the chat. The server that it is given to listens on a
// loopback address; requests that arrive under another name are refused.
func (c *Chat) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.home)
	mux.HandleFunc("GET /as/{person}", c.atDirect)
	mux.HandleFunc("GET /as/{person}/direct", c.atDirect)
	mux.HandleFunc("GET /as/{person}/channel/{channel}", c.atChannel)
	mux.HandleFunc("GET /as/{person}/file/{message}", c.handed)
	mux.HandleFunc("GET /events", c.events)
	mux.Handle("GET /static/", assets)
	mux.HandleFunc("POST /as/{person}/type", c.does(c.typed))
	mux.HandleFunc("POST /as/{person}/press", c.does(c.pressed))
	mux.HandleFunc("POST /as/{person}/choose", c.does(c.chosen))
	mux.HandleFunc("POST /as/{person}/fill", c.does(c.filled))
	mux.HandleFunc("POST /as/{person}/close", c.does(c.closed))
	mux.HandleFunc("POST /as/{person}/dismiss", c.does(c.dismissed))
	mux.HandleFunc("POST /as/{person}/read", c.does(c.read))
	mux.HandleFunc("POST /panel", c.panelActs)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		c.refuse(w, http.StatusNotFound, "There is nothing here", "Go back to the chat.")
	})
	return c.guard(mux)
}

// A refusal is an answer that the script shows to the person as it is.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string { return r.text }

func bad(text string) error { return &refusal{http.StatusUnprocessableEntity, text} }

// does runs what a person does. No content means: look at the page.
func (c *Chat) does(what func(p *person, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p := c.person(r.PathValue("person"))
		if p == nil {
			http.Error(w, "Nobody here has that name.", http.StatusNotFound)
			return
		}
		err := readForm(r)
		if err == nil {
			err = what(p, r)
		}
		c.answered(w, r, err)
	}
}

// readForm reads the form that was sent.
func readForm(r *http.Request) error {
	err := r.ParseForm()
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return &refusal{http.StatusRequestEntityTooLarge, "That is too much at once."}
	}
	if err != nil {
		return bad("That is not a form of this page.")
	}
	return nil
}

func (c *Chat) answered(w http.ResponseWriter, r *http.Request, err error) {
	var refused *refusal
	switch {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	case errors.As(err, &refused):
		http.Error(w, refused.text, refused.status)
	case errors.Is(err, errNotListening):
		http.Error(w, "Nobody is listening at the moment.", http.StatusServiceUnavailable)
	default:
		c.fail(w, r, err)
	}
}

func (c *Chat) fail(w http.ResponseWriter, r *http.Request, err error) {
	c.cfg.Log.Error().Err(err).Str("path", r.URL.Path).Msg("web")
	http.Error(w, "Something went wrong here. The log of the program says more.", http.StatusInternalServerError)
}

// interaction begins what a person does. The page's script names it, so that it
// can be sent again after the connection broke; what is sent before the script
// is there has no name, and the browser stays on the page.
func (c *Chat) interaction(p *person, r *http.Request, at bot.Place) (act, error) {
	id := r.PostForm.Get("id")
	if id == "" {
		id = rand.Text()
	}
	if len(id) > 64 {
		return act{}, bad("The name of this is too long.")
	}
	return act{Interaction: bot.Interaction{ID: p.ID + ":" + id, User: p.user(), Place: at}, by: p}, nil
}

// command is what every line begins with; who leaves it out means it.
const command = "/offboard"

func (c *Chat) typed(p *person, r *http.Request) error {
	text := strings.TrimSpace(r.PostForm.Get("text"))
	if word, _, _ := strings.Cut(text, " "); strings.EqualFold(word, command) {
		text = strings.TrimSpace(text[len(command):])
	}
	if strings.HasPrefix(text, "/") {
		return bad("The bot listens to " + command + " only.")
	}
	at := direct(p.ID)
	if id := r.PostForm.Get("channel"); id != "" {
		at = channel(id)
	}
	c.mu.Lock()
	readers, err := c.readers(at)
	c.mu.Unlock()
	if err != nil || !slices.Contains(readers, p) {
		return bad(p.Name + " does not read that channel.")
	}
	a, err := c.interaction(p, r, at)
	if err != nil {
		return err
	}
	a.Verb, a.Text = bot.Command(text)
	a.typed = strings.TrimSpace(command + " " + text)
	return c.deliver(a)
}

// pressed takes a button of an older version of a message too, as every
// platform does: what a button may still do is not for the chat to say.
func (c *Chat) pressed(p *person, r *http.Request) error {
	a, err := c.onMessage(p, r)
	if err != nil {
		return err
	}
	return c.deliver(a)
}

func (c *Chat) chosen(p *person, r *http.Request) error {
	a, err := c.onMessage(p, r)
	if err != nil {
		return err
	}
	field, value := r.PostForm.Get("field"), r.PostForm.Get("value")
	if field == "" || value == "" {
		return bad("Choose one of the list first.")
	}
	a.Values = map[string]string{field: value}
	return c.deliver(a)
}

func (c *Chat) onMessage(p *person, r *http.Request) (act, error) {
	c.mu.Lock()
	m := c.record(r.PostForm.Get("message"))
	visible := m != nil && c.sees(p, m)
	c.mu.Unlock()
	if !visible {
		return act{}, bad("That message is not there any more.")
	}
	a, err := c.interaction(p, r, m.Place)
	do := r.PostForm.Get("do")
	if err == nil && len(do) > bot.MaxID {
		err = bad("That is no button of the bot.")
	}
	a.Verb, a.Object, _ = strings.Cut(do, ":")
	return a, err
}

func (c *Chat) filled(p *person, r *http.Request) error {
	c.mu.Lock()
	f := p.desk.Form
	if f == nil || f.ID != r.PostForm.Get("form") {
		c.mu.Unlock()
		return &refusal{http.StatusConflict, "That form is not open any more. If it was sent before, it has arrived."}
	}
	form, values := f.fill(func(field string) string { return r.PostForm.Get("f." + field) })
	if len(form.Errors) > 0 {
		d := p.desk
		d.Form = form
		err := c.setDesk(p, d)
		c.mu.Unlock()
		return err
	}
	c.mu.Unlock()
	a, err := c.interaction(p, r, f.Place)
	if err != nil {
		return err
	}
	a.Verb, a.Object, a.Values, a.Form, a.form = f.Form.Verb, f.Form.Object, values, true, form
	return c.deliver(a)
}

// closed gives a form up. The bot hears nothing.
func (c *Chat) closed(p *person, r *http.Request) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := p.desk.Form; f == nil || f.ID != r.PostForm.Get("form") {
		return nil
	}
	d := p.desk
	d.Form = nil
	return c.setDesk(p, d)
}
