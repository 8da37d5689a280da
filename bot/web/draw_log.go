package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"offboard/bot"
)

// maxLog is how many messages of a place are drawn, threads not counted.
const maxLog = 200

// drawLog draws the conversation of a place for one reader; c.mu is held.
func (c *Chat) drawLog(pg *page, me *person, at bot.Place) {
	d := c.drawer(me)
	below := map[string][]messageView{}
	day := ""
	for _, r := range c.records {
		if room(r.Place) != room(at) || r.Only != "" && r.Only != me.ID {
			continue
		}
		m := d.message(r)
		pg.Upto = r.N
		if r.Only == "" && r.N > me.desk.Read[room(at)] {
			pg.Unread, m.New = true, true
		}
		if r.Place.Thread != "" {
			below[r.Place.Thread] = append(below[r.Place.Thread], m)
			continue
		}
		if today := r.At.In(me.zone).Format("Monday 2 January 2006"); today != day {
			day, m.Day = today, today
		}
		pg.Log = append(pg.Log, m)
	}
	pg.Older = max(0, len(pg.Log)-maxLog)
	pg.Log = pg.Log[pg.Older:]
	for i := range pg.Log {
		pg.Log[i].Thread = below[pg.Log[i].ID]
		for _, m := range pg.Log[i].Thread {
			pg.Log[i].Fresh = pg.Log[i].Fresh || m.New || m.Only
		}
	}
	pg.Working = c.working[desktop{me.ID, room(at)}] > 0
}

// messageView is a message as its reader sees it.
type messageView struct {
	ID, Summary, Person string
	By                  *personView // who typed; nil is the bot
	Typed               string
	Day                 string // above it, where a day begins
	Clock, ISO, Edited  string
	For                 string // whom it has notified
	Only, New           bool
	Parts               []partView
	File                *fileView
	Thread              []messageView
	Fresh               bool // the thread has something that this person does not know
}

func (d drawer) message(r *record) messageView {
	m := messageView{
		ID: r.id(), Person: d.me.ID, Summary: r.Body.Summary, Only: r.Only != "", Typed: r.Typed,
		Clock: r.At.In(d.me.zone).Format("15:04"), ISO: r.At.Format(time.RFC3339), File: d.file(r),
	}
	if r.Typed != "" {
		m.By = &personView{Name: d.me.Name, Initials: initials(d.me.Name), Tone: d.me.tone}
		return m
	}
	if !r.Edited.IsZero() {
		m.Edited = r.Edited.In(d.me.zone).Format("15:04:05")
	}
	var names []string
	for _, id := range r.Notified {
		if id == d.me.ID {
			names = append(names, "you")
		} else if p := d.person(id); p != nil {
			names = append(names, p.Name)
		}
	}
	if len(names) > 0 {
		m.For = list(names)
	}
	parts := r.Body.Parts
	if len(parts) == 0 {
		parts = []bot.Part{bot.Prose{Text: bot.T(r.Body.Summary)}}
	}
	for i, p := range parts {
		m.Parts = append(m.Parts, d.part(p, m.ID, fmt.Sprintf("%s-%d", m.ID, i)))
	}
	return m
}

// list joins names as one writes them.
func list(names []string) string {
	switch n := len(names); {
	case n == 0:
		return "nobody"
	case n == 1:
		return names[0]
	case n > 6:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:5], ", "), n-5)
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}

// tones is how many colours of initials the style knows.
const tones = 8

func initials(name string) string {
	var out []rune
	for _, word := range strings.Fields(name) {
		out = append(out, []rune(word)[0])
	}
	if len(out) > 2 {
		out = slices.Concat(out[:1], out[len(out)-1:])
	}
	return strings.ToUpper(string(out))
}

// pageURL is the page of a person who looks at a place.
func pageURL(p *person, at bot.Place) string {
	out := "/as/" + url.PathEscape(p.ID)
	if at.Kind == bot.Channel {
		return out + "/channel/" + url.PathEscape(at.ID)
	}
	return out + "/direct"
}
