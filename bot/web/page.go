package web

import (
	"net/http"
	"slices"
	"strings"

	"offboard/bot"
)

// page is all that is on the screen.
type page struct {
	Title, Version string
	View           string // which column a narrow screen shows: people, talk, panel
	Path           string
	Intro          []string
	Story          []Scene
	Next           *nextView
	Me             *personView // nil until somebody was chosen
	Waits          []string    // what waits for them
	People, Aside  []personView
	AsideWaits     bool // somebody aside has something to do
	Place          *placeView
	Places         []placeView
	Log            []messageView
	Older          int    // messages that are too far back to be drawn
	Upto           uint64 // the newest message of the place
	Unread         bool   // and it was not read
	Working        bool   // a second answer is on its way
	Form           *formView
	HasPanel       bool
	Panel          []sectionView
	Help           []Help
	Example        string
}

// nextView is who does what next. By is nil for what happens by itself.
type nextView struct {
	By        *personView
	First     string // name
	URL, Text string
	Me, There bool // There: a message that asks for it
}

type personView struct {
	ID, Name, Line, Initials, URL, Next, About string
	Tone, Waits                                int
	Unread, Current                            bool
	Try                                        []string
}

type placeView struct {
	Room, Name, Hint, URL, Channel string
	Waits                          int
	Unread, Current                bool
	Threads                        []threadView
}

type threadView struct{ ID, Title string }

// maxThreads is how many threads are listed beside the conversation.
const maxThreads = 8

func (c *Chat) home(w http.ResponseWriter, r *http.Request) {
	if r.URL.RawQuery != "" && r.URL.Query().Has("token") {
		// Somebody who is in already followed the link again.
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	pg := c.page(nil, bot.Place{})
	pg.View = view(r, "people")
	pg.Path = r.URL.Path
	c.render(w, http.StatusOK, "page", pg)
}

func (c *Chat) atDirect(w http.ResponseWriter, r *http.Request) {
	c.at(w, r, direct(r.PathValue("person")))
}

func (c *Chat) atChannel(w http.ResponseWriter, r *http.Request) {
	c.at(w, r, channel(r.PathValue("channel")))
}

func (c *Chat) at(w http.ResponseWriter, r *http.Request, at bot.Place) {
	p := c.person(r.PathValue("person"))
	c.mu.Lock()
	known := p != nil && slices.Contains(c.places(p), at)
	c.mu.Unlock()
	if !known {
		c.refuse(w, http.StatusNotFound, "There is no such place", "Nobody here has that name, or they do not read that channel.")
		return
	}
	pg := c.page(p, at)
	pg.View = view(r, "talk")
	pg.Path = r.URL.Path
	c.render(w, http.StatusOK, "page", pg)
}

func view(r *http.Request, usual string) string {
	switch v := r.URL.Query().Get("view"); v {
	case "people", "talk", "panel":
		return v
	}
	return usual
}

// page draws the screen of a person who looks at a place, or of nobody.
func (c *Chat) page(me *person, at bot.Place) *page {
	pg := &page{Title: c.cfg.Title, Version: assets.version, Help: c.cfg.Help, Story: c.cfg.Story, Example: "help"}
	if len(c.cfg.Help) > 0 {
		pg.Example = c.cfg.Help[0].Usage
	}
	for para := range strings.SplitSeq(c.cfg.Intro, "\n\n") {
		if para = strings.TrimSpace(para); para != "" {
			pg.Intro = append(pg.Intro, para)
		}
	}
	if c.cfg.Panel != nil {
		pg.HasPanel = true
		pg.Panel = sections(c.cfg.Panel.State())
	}
	var waits []Wait
	var idle Wait
	if c.cfg.Waits != nil {
		waits = c.cfg.Waits() // not under the lock: it may well ask the chat
	}
	if c.cfg.Next != nil {
		idle = c.cfg.Next()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cfg.Waits == nil {
		waits = c.notified()
	}
	c.drawPeople(pg, me, waits, idle)
	if me != nil {
		if len(me.Try) > 0 {
			pg.Example = me.Try[0]
		}
		c.drawPlaces(pg, me, at)
		c.drawLog(pg, me, at)
		if f := me.desk.Form; f != nil {
			pg.Form = c.drawer(me).form(f)
		}
	}
	return pg
}

// notified lists what people were notified of and have not read, the newest
// first; c.mu is held.
func (c *Chat) notified() []Wait {
	var out []Wait
	for _, r := range slices.Backward(c.records) {
		for _, id := range r.Notified {
			if p := c.person(id); p != nil && r.N > p.desk.Read[room(r.Place)] {
				w := Wait{Person: id, Text: r.Body.Summary}
				if r.Place.Kind == bot.Channel {
					w.Channel = r.Place.ID
				}
				out = append(out, w)
			}
		}
	}
	return out
}

// drawPeople lists everybody with what waits for them; c.mu is held.
func (c *Chat) drawPeople(pg *page, me *person, waits []Wait, idle Wait) {
	for _, p := range c.people {
		v := personView{
			ID: p.ID, Name: p.Name, Line: p.Line, Initials: initials(p.Name), Tone: p.tone, URL: pageURL(p, direct(p.ID)),
			Current: p == me, About: p.About, Try: p.Try,
		}
		for _, w := range waits {
			if w.Person != p.ID {
				continue
			}
			if v.Waits++; v.Waits == 1 {
				v.Next, v.URL = w.Text, pageURL(p, c.where(p, w))
			}
			if p == me {
				pg.Waits = append(pg.Waits, w.Text)
			}
		}
		for _, at := range c.places(p) {
			all, _ := c.unread(p, at)
			v.Unread = v.Unread || all > 0
		}
		if p == me {
			pg.Me = &v
		}
		if p.Aside {
			pg.Aside = append(pg.Aside, v)
			pg.AsideWaits = pg.AsideWaits || v.Waits > 0 && p != me
		} else {
			pg.People = append(pg.People, v)
		}
	}
	c.drawNext(pg, me, waits, idle)
}

// where is the place in which somebody finds what waits for them; c.mu is held.
func (c *Chat) where(p *person, w Wait) bot.Place {
	if at := channel(w.Channel); w.Channel != "" && slices.Contains(c.places(p), at) {
		return at
	}
	return direct(p.ID)
}

// drawNext says what happens next; c.mu is held.
func (c *Chat) drawNext(pg *page, me *person, waits []Wait, idle Wait) {
	var next Wait
	switch {
	case len(waits) > 0:
		next = waits[0]
		for _, w := range waits {
			if me != nil && w.Person == me.ID { // what one can do at once comes first
				next = w
				break
			}
		}
	default:
		next = idle
	}
	if next.Text == "" {
		return
	}
	pg.Next = &nextView{Text: next.Text}
	if p := c.person(next.Person); p != nil {
		at := c.where(p, next)
		first, _, _ := strings.Cut(p.Name, " ")
		pg.Next.By = &personView{Name: p.Name, Line: p.Line, Initials: initials(p.Name), Tone: p.tone}
		anchor := c.anchor(at)
		pg.Next.First, pg.Next.URL, pg.Next.Me, pg.Next.There = first, pageURL(p, at)+anchor, p == me, anchor != ""
	}
}

// anchor leads to the newest message of a place that asks for something;
// c.mu is held.
func (c *Chat) anchor(at bot.Place) string {
	for _, r := range slices.Backward(c.records) {
		if room(r.Place) == room(at) && r.Only == "" && slices.ContainsFunc(r.Body.Parts, func(p bot.Part) bool { _, ok := p.(bot.Buttons); return ok }) {
			return "#" + r.id()
		}
	}
	return ""
}

// drawPlaces lists where a person reads; c.mu is held.
func (c *Chat) drawPlaces(pg *page, me *person, at bot.Place) {
	for _, o := range c.places(me) {
		v := placeView{Room: room(o), Name: "Direct messages", Hint: "Only " + me.Name + " and the bot read this.", URL: pageURL(me, o), Current: o == at}
		if o.Kind == bot.Channel {
			v.Name, v.Channel = "#"+o.ID, o.ID
			readers, _ := c.readers(o) // it is one of the places that exist
			names := make([]string, len(readers))
			for i, p := range readers {
				names[i] = p.Name
			}
			v.Hint = "Read by " + list(names) + "."
		}
		all, notified := c.unread(me, o)
		v.Waits, v.Unread = notified, all > 0
		v.Threads = c.threads(o)
		pg.Places = append(pg.Places, v)
		if o == at {
			pg.Place = &v
		}
	}
}

// threads lists the messages of a place that a thread hangs on, the newest
// last; c.mu is held.
func (c *Chat) threads(at bot.Place) []threadView {
	var out []threadView
	seen := map[string]bool{}
	for _, r := range c.records {
		if id := r.Place.Thread; id != "" && room(r.Place) == room(at) && !seen[id] {
			seen[id] = true
			if root := c.record(id); root != nil {
				out = append(out, threadView{ID: id, Title: label(root.Body.Message)})
			}
		}
	}
	return out[max(0, len(out)-maxThreads):]
}

// label names a message in few words.
func label(m bot.Message) string {
	for _, p := range m.Parts {
		if h, ok := p.(bot.Heading); ok {
			return bot.Clean(h.Text, 60)
		}
	}
	return bot.Clean(m.Summary, 60)
}
