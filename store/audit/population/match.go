package population

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"offboard/store"
	"offboard/store/sheet"
)

// people finds persons of the log by what a list calls them.
type people struct {
	log    Log
	by     map[string]map[string][]int // column -> folded value -> indexes of log.People
	at     map[store.PersonID]int
	ask    func(string) Standing
	silent bool // the directory has not answered once: it is not asked again
}

func index(log Log, ask func(string) Standing) *people {
	p := &people{log: log, by: map[string]map[string][]int{}, at: map[store.PersonID]int{}, ask: ask}
	add := func(column, value string, i int) {
		if value = folded(value); value == "" {
			return
		}
		if p.by[column] == nil {
			p.by[column] = map[string][]int{}
		}
		if list := p.by[column][value]; !slices.Contains(list, i) {
			p.by[column][value] = append(list, i)
		}
	}
	for i, a := range log.People {
		p.at[a.Person.ID] = i
		if a.Erased {
			continue
		}
		c := a.Card
		add("id", c.ID, i)
		add("login", c.Login, i)
		for _, login := range c.Accounts {
			add("login", login, i)
		}
		add("mail", c.Mail, i)
		add("number", c.Number, i)
		add("name", c.Name, i)
	}
	return p
}

// match is whom a line means.
type match struct {
	person  store.PersonID
	by      string
	unclear string           // why nobody can say whom, with what to do
	may     []store.PersonID // whom it may mean, where that is unclear
	notes   []string
	found   Standing // of the directory, where it was asked
	asked   bool
}

// column is a value of a line that says who somebody is, and not only what they
// are called.
type column struct{ name, value string }

func (l Leaver) columns() []column {
	var out []column
	for _, c := range []column{{"id", l.ID}, {"login", l.Login}, {"mail", l.Mail}, {"number", l.Number}} {
		if c.value != "" {
			out = append(out, c)
		}
	}
	return out
}

// find never guesses: whoever could be two people is neither.
func (p *people) find(l Leaver) match {
	var hits []int
	var how []string
	hit := func(column, value string) {
		for _, i := range p.by[column][folded(value)] {
			if !slices.Contains(hits, i) {
				hits, how = append(hits, i), append(how, column)
			}
		}
	}
	own := l.columns()
	for _, c := range own {
		hit(c.name, c.value)
	}
	if len(hits) == 0 && l.Person != "" {
		for _, name := range []string{"id", "login", "mail", "number"} {
			hit(name, l.Person)
		}
	}
	names := p.named(cmp.Or(l.Name, l.Person))
	switch {
	case len(hits) > 1:
		return p.unclear(hits, "what the line says is true of several people: %s. Correct the line")
	case len(hits) == 1:
		return p.hit(hits[0], how[0], l)
	case len(own) > 0, len(names) == 0:
		// A login, a number or an address that the log does not know may be a new one
		// of somebody with this name, or that of somebody else.
		return p.outside(l, names)
	case len(names) > 1:
		return p.unclear(names, "the log knows several people of this name: %s. Write the login in the place of the name")
	}
	return p.byName(names[0], l)
}

func (p *people) named(name string) []int {
	found := p.by["name"][folded(name)]
	if t := turned(name); t != "" {
		for _, i := range p.by["name"][t] {
			if !slices.Contains(found, i) {
				found = append(slices.Clone(found), i)
			}
		}
	}
	return found
}

func (p *people) hit(i int, by string, l Leaver) match {
	m := match{person: p.log.People[i].Person.ID, by: by}
	if a := p.log.People[i]; l.Name != "" && folded(l.Name) != folded(a.Card.Name) && turned(l.Name) != folded(a.Card.Name) {
		m.notes = append(m.notes, fmt.Sprintf("the list calls them %s, the log %s", sheet.Line(l.Name), sheet.Line(a.Card.Name)))
	}
	return m
}

// byName takes a name for somebody, unless the directory has another of that name
// whom the log never met.
func (p *people) byName(i int, l Leaver) match {
	m := p.hit(i, "name", l)
	if st, ok := p.standing(cmp.Or(l.Name, l.Person)); ok && st.Several {
		return match{unclear: fmt.Sprintf("the directory has several people of this name, and the log one: %s. Write the login in the place of the name", p.who(i)), may: []store.PersonID{m.person}, asked: true, found: st}
	}
	return m
}

// outside is somebody whom the log does not know by what the line says. names are
// those who are called this.
func (p *people) outside(l Leaver, names []int) match {
	var m match
	texts := []string{l.Person, turned(l.Person), l.Name, turned(l.Name)}
	if own := l.columns(); len(own) > 0 { // then a name alone is no proof in the directory either
		texts = nil
		for _, c := range own {
			texts = append(texts, c.value)
		}
	}
	for _, text := range texts {
		st, ok := p.standing(text)
		if !ok {
			continue
		}
		m.asked = true
		if st.Several {
			return match{unclear: "the directory has several people who are called this. Write the login, the mail address or the id", asked: true, found: st}
		}
		if !st.Found {
			continue
		}
		m.found = st
		if found := p.by["id"][folded(st.Card.ID)]; len(found) == 1 {
			m = p.hit(found[0], "directory", l)
			m.asked, m.found = true, st
		}
		return m
	}
	if len(names) > 0 {
		m.unclear = fmt.Sprintf("nobody has this login, address or number, and this name is that of %s. If it is them, correct the line", p.list(names))
		for _, i := range names {
			m.may = append(m.may, p.log.People[i].Person.ID)
		}
	}
	return m
}

// standing asks the directory; false where it can't be asked.
func (p *people) standing(text string) (Standing, bool) {
	if p.ask == nil || p.silent || strings.TrimSpace(text) == "" {
		return Standing{}, false
	}
	st := p.ask(norm.NFC.String(sheet.Line(text)))
	if st.Silent {
		p.silent = true
		return Standing{}, false
	}
	return st, true
}

func (p *people) unclear(hits []int, format string) match {
	m := match{unclear: fmt.Sprintf(format, p.list(hits))}
	for _, i := range hits {
		m.may = append(m.may, p.log.People[i].Person.ID)
	}
	return m
}

func (p *people) list(hits []int) string {
	var out []string
	for _, i := range hits {
		out = append(out, p.who(i))
	}
	return strings.Join(out, "; ")
}

// who tells namesakes apart.
func (p *people) who(i int) string {
	a := p.log.People[i]
	out := sheet.Line(a.Card.Name) + " (" + string(a.Person.ID)
	if line := sheet.Line(a.Card.Line()); line != "" {
		out += ", " + line
	}
	return out + ")"
}

// name is what the log calls somebody; empty if they were erased.
func (p *people) name(id store.PersonID) string {
	if i, ok := p.at[id]; ok && !p.log.People[i].Erased {
		return sheet.Line(p.log.People[i].Card.Name)
	}
	return ""
}

func (p *people) erased(id store.PersonID) bool {
	i, ok := p.at[id]
	return !ok || p.log.People[i].Erased
}
