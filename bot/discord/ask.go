package discord

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"offboard/bot"
	"offboard/bot/discord/wire"
)

const (
	// formLife is how long somebody may take to fill in a form.
	formLife = time.Hour
	// maxForms is how many are kept. The oldest ones go first.
	maxForms = 2048
)

// spot is a place in a form that is being filled in, as the ids of components
// and modals have it: "?page:id:number:verb".
type spot struct {
	what   string // formOpens ...
	id     string
	number int    // of the page, or of the field
	verb   string // that the form began with, for when the form is not there any more
}

// What the spots are.
const (
	formOpens = "?form" // a button that opens a page
	formPage  = "?page" // a page that is sent
	formPick  = "?pick" // one of those whom a search has found
	formUser  = "?user" // somebody of the server
)

func (s spot) object() string { return s.id + ":" + strconv.Itoa(s.number) + ":" + s.verb }

func (s spot) String() string { return s.what + ":" + s.object() }

// parseSpot reads what String has written; nil if it is none.
func parseSpot(id string) *spot {
	parts := strings.SplitN(id, ":", 4)
	if len(parts) != 4 || !slices.Contains([]string{formOpens, formPage, formUser, formPick}, parts[0]) {
		return nil
	}
	n, err := strconv.Atoi(parts[2])
	if err != nil || n < 0 || n > bot.MaxFields {
		return nil
	}
	return &spot{parts[0], parts[1], n, parts[3]}
}

// forms are those that people are filling in. They are in memory only: nothing
// is done before a form is complete, so what a restart loses is what was typed.
type forms struct {
	mu    sync.Mutex
	known map[string]*form
	order []string // the oldest first
}

// form is one that somebody is filling in.
type form struct {
	bot.Form
	id, user, verb string
	pages          []page
	opened         time.Time

	mu       sync.Mutex // held while a page is handled
	values   map[string]string
	problems map[string]string
	todo     []int // pages that have to be sent
	over     bool
}

func newForms() *forms { return &forms{known: map[string]*form{}} }

// open keeps a form for who is to fill it in.
func (a *forms) open(e *deed, f bot.Form) *form {
	f.Fields = slices.Clone(f.Fields)
	for i := range f.Fields {
		f.Fields[i].Options = slices.Clone(f.Fields[i].Options)
	}
	k := &form{
		Form: f, id: rand.Text()[:16], user: e.did.User.ID, verb: bot.Clean(cmp.Or(e.did.Verb, e.verb()), bot.MaxHeading), pages: pages(f), opened: time.Now(),
		values: map[string]string{}, problems: map[string]string{},
	}
	if len(k.spot(formOpens, 0).String()) > bot.MaxID {
		k.verb = ""
	}
	for n := range k.pages {
		k.todo = append(k.todo, n)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.known[k.id] = k
	a.order = append(a.order, k.id)
	for len(a.order) > maxForms {
		delete(a.known, a.order[0])
		a.order = a.order[1:]
	}
	return k
}

// get is a form, for who is filling it in.
func (a *forms) get(id, user string) *form {
	a.mu.Lock()
	defer a.mu.Unlock()
	k := a.known[id]
	if k == nil || k.user != user || time.Since(k.opened) > formLife {
		return nil
	}
	return k
}

func (a *forms) drop(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.known, id) // order forgets it in its time
}

// verb is what the form began with in which a deed was done.
func (d *deed) verb() string {
	if d.at == nil {
		return ""
	}
	return d.at.verb
}

func (k *form) spot(what string, number int) spot { return spot{what, k.id, number, k.verb} }

// modal is a page as it stands now.
func (k *form) modal(n int) *wire.Modal {
	m := k.pages[n].with(k.problems).modal(k.spot(formPage, n).String(), n+1, len(k.pages), k.values)
	return &m
}

// button opens a page. Its label says what for.
func (k *form) button(label string, n int) bot.Buttons {
	return bot.Buttons{{Label: label, Verb: formOpens, Object: k.spot(formOpens, n).object(), Style: bot.Primary}}
}

// asked opens a form. Where it is too late for a modal, or another one is open,
// a button opens it.
func (d *Discord) asked(e *deed, f bot.Form) said {
	k := d.forms.open(e, f)
	a := d.passing(bot.Message{Summary: f.Title, Parts: []bot.Part{
		bot.Heading{Text: f.Title}, bot.Prose{Text: bot.T("There is a form to fill in.")}, k.button("Open the form", 0),
	}})
	a.modal = k.modal(0)
	return a
}

// fill goes on with a form.
func (d *Discord) fill(ctx context.Context, e *deed, h bot.Handler) said {
	k := d.forms.get(e.at.id, e.did.User.ID)
	if k == nil {
		return d.passing(d.lost(e.at.verb))
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	n := e.at.number
	switch what := e.at.what; {
	case k.over || what == formPage && n >= len(k.pages) || what == formOpens && n >= len(k.pages) || n >= len(k.Fields):
		return d.passing(d.lost(e.at.verb))
	case what == formOpens:
		a := d.passing(bot.Message{Summary: k.Title, Parts: []bot.Part{
			bot.Prose{Text: bot.T("Discord was too slow to open the form. Please try again.")}, k.button("Open the form", n),
		}})
		a.modal = k.modal(n)
		return a
	case what == formPage:
		maps.Copy(k.values, k.pages[n].read(e.Data))
		for _, f := range k.pages[n].fields {
			delete(k.problems, f.Name)
		}
		k.todo = slices.DeleteFunc(k.todo, func(o int) bool { return o == n })
	case what == formPick:
		k.values[k.Fields[n].Name] = e.chosen()
	case what == formUser:
		u := e.Data.Resolved.Users[e.chosen()]
		k.known(n, bot.Option{Value: "@" + e.chosen(), Label: bot.Clean(cmp.Or(u.Shown(), "somebody on this server"), bot.MaxOption)})
		k.values[k.Fields[n].Name] = "@" + e.chosen()
	}
	return d.proceed(ctx, e, k, h)
}

// lost says that a form is not there: it was sent, or Offboard was restarted.
func (d *Discord) lost(verb string) bot.Message {
	command := "/" + d.cfg.Command
	if verb != "" && !strings.HasPrefix(verb, "?") {
		command += " " + verb
	}
	return *bot.Say("This form is not there any more: it was sent already, it is more than an hour old, or Offboard was restarted. If you did not send it, nothing of it was saved. Please begin again with " + command + ".").Message
}

// known adds somebody to those whom a field knows by name.
func (k *form) known(n int, o bot.Option) {
	f := &k.Fields[n]
	f.Options = slices.DeleteFunc(f.Options, func(p bot.Option) bool { return p.Value == o.Value })
	f.Options = append([]bot.Option{o}, f.Options...)
	f.Options = f.Options[:min(len(f.Options), bot.MaxOptions)]
}

// proceed asks what is still open, and then hands the form over.
func (d *Discord) proceed(ctx context.Context, e *deed, k *form, h bot.Handler) said {
	if len(k.todo) > 0 {
		n := k.todo[0]
		return d.passing(bot.Message{Summary: k.Title, Parts: []bot.Part{
			bot.Heading{Text: k.Title},
			bot.Prose{Text: bot.T(fmt.Sprintf("Part %d of %d comes next. Nothing is sent before that.", n+1, len(k.pages)))},
			k.button("Continue", n),
		}})
	}
	wrong := k.moments()
	for n, f := range k.Fields {
		typed := k.values[f.Name]
		if f.Kind != bot.PersonField || typed == "" || wrong[f.Name] != "" || slices.ContainsFunc(f.Options, func(o bot.Option) bool { return o.Value == typed }) {
			continue
		}
		i := e.did
		i.Verb, i.Object, i.Text, i.Values, i.Form = bot.Search, k.Verb, typed, nil, false
		switch list := h(ctx, i).Options; {
		case len(list) == 0:
			wrong[f.Name] = "Nobody was found by this name. Try another part of the name, the login or the mail address."
		case len(list) == 1:
			k.known(n, list[0])
			k.values[f.Name] = list[0].Value
		default:
			return d.whom(e, k, n, list)
		}
	}
	if len(wrong) > 0 {
		return d.correct(k, wrong)
	}
	i := e.did
	i.Verb, i.Object, i.Text, i.Values, i.Form = k.Verb, k.Object, "", maps.Clone(k.values), true
	r := h(ctx, i)
	if len(r.Errors) > 0 {
		a := d.correct(k, r.Errors)
		a.then = r.Then
		return a
	}
	k.over = true
	d.forms.drop(k.id)
	return d.said(e, r)
}
