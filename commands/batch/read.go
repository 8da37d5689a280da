package batch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"offboard/bot"
	"offboard/commands/people"
	"offboard/store"
)

// Reader makes a list of the log out of a text.
type Reader struct {
	Store  *store.Store
	People *people.People
	Kinds  map[string]bool // of departure, and whether they are confidential
	Zone   *time.Location  // of the company
}

// Read is a list whose people were found.
type Read struct {
	CutOff store.CutOff
	Rows   []store.Row
	Shown  []Shown // the same for people
}

// Shown is a line of a list for people.
type Shown struct {
	Line         int    `json:"line"`
	Person       string `json:"person"`
	Who          string `json:"who"` // the identity card in one line
	Kind         string `json:"kind"`
	LastDay      string `json:"lastDay"`
	Ends         string `json:"ends"`
	Manager      string `json:"manager"`
	Confidential bool   `json:"confidential,omitempty"`
}

// lookups is how many people are looked up at a time.
const lookups = 8

// Read reads a text and looks everybody up. What is wrong comes as problems, all at once; an
// error says that nothing is known, because the directory does not answer.
// progress is told how many people are done.
func (r Reader) Read(ctx context.Context, text []byte, def Line, progress func(done, total int64)) (Read, []Problem, error) {
	lines, problems := Parse(text)
	if len(lines) == 0 {
		return Read{}, problems, nil
	}
	if refused := armed(lines, def); refused != nil {
		return Read{}, refused, nil
	}
	terms, more := Check(lines, def, r.Kinds, r.Zone, r.Store.Now())
	problems = append(problems, more...)
	out := Read{CutOff: terms.CutOff, Rows: terms.Rows, Shown: make([]Shown, len(lines))}
	var mu sync.Mutex
	wrong := func(l Line, column, text string) {
		mu.Lock()
		defer mu.Unlock()
		problems = append(problems, Problem{Line: l.No, Column: column, Text: text})
	}
	var done atomic.Int64
	var g errgroup.Group
	g.SetLimit(lookups)
	for i, l := range lines {
		g.Go(func() error {
			defer func() {
				mu.Lock()
				defer mu.Unlock()
				progress(done.Add(1), int64(len(lines)))
			}()
			return r.find(ctx, l, def, &out.Rows[i], &out.Shown[i], out.CutOff, wrong)
		})
	}
	if err := g.Wait(); err != nil {
		return Read{}, nil, err
	}
	r.among(lines, out, wrong)
	slices.SortStableFunc(problems, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return slices.Index(Columns, a.Column) - slices.Index(Columns, b.Column)
	})
	return out, problems, nil
}

// find looks up one person and who is to get what they leave behind.
func (r Reader) find(ctx context.Context, l, def Line, row *store.Row, shown *Shown, cut store.CutOff, wrong func(Line, string, string)) error {
	if l.Person == "" {
		return nil // said already
	}
	card, err := r.People.Exactly(ctx, l.Person)
	if text, ok := said(err); ok {
		wrong(l, "person", text+"; correct it, or take the line out")
		return nil
	} else if err != nil {
		return err
	}
	if row.Person, err = r.People.Meet(ctx, card); err != nil {
		return err
	}
	if row.Zone = cmp.Or(row.Zone, card.Zone, def.Zone); row.Zone == "" {
		wrong(l, "zone", "the directory does not say in which time zone they are; write it like Europe/Berlin")
	}
	var manager store.Card
	if l.Manager == "" && card.Manager == "" {
		wrong(l, "manager", "the directory names no manager; write who gets what they leave behind")
		return nil
	}
	if l.Manager == "" {
		manager, err = r.People.Card(ctx, card.Manager)
		if err != nil {
			wrong(l, "manager", "the manager in the directory can't be read; write who gets what they leave behind")
			return nil
		}
	} else if manager, err = r.People.Exactly(ctx, l.Manager); err != nil {
		if text, ok := said(err); ok {
			wrong(l, "manager", text)
			return nil
		}
		return err
	}
	if manager.Disabled {
		wrong(l, "manager", "they can't sign in any more; write somebody else")
		return nil
	}
	if row.Manager, err = r.People.Meet(ctx, manager); err != nil {
		return err
	}
	row.Stead = card.Manager != "" && manager.ID != card.Manager
	*shown = Shown{Line: l.No, Person: card.Name, Who: card.Line(), Kind: row.Kind, LastDay: string(row.LastDay), Manager: manager.Name, Confidential: row.Confidential, Ends: ends(cut, row.Zone)}
	return nil
}

func ends(cut store.CutOff, zone string) string {
	at, err := time.LoadLocation(zone)
	if cut.Mode != store.At || err != nil {
		return "when approved"
	}
	return cut.At.In(at).Format("2006-01-02 15:04 MST")
}

// said is the text of a refusal that is about one person; false for other
// errors, also for a directory that does not answer.
func said(err error) (string, bool) {
	r, ok := errors.AsType[*store.Refused](err)
	if !ok || r.Code == store.NotNow {
		return "", false
	}
	return bot.Clean(r.Text, 300), true
}

// among says who is there twice, and whose manager leaves too.
func (r Reader) among(lines []Line, out Read, wrong func(Line, string, string)) {
	first := map[store.PersonID]int{}
	for i, row := range out.Rows {
		if at, twice := first[row.Person]; twice && row.Person != "" {
			wrong(lines[i], "person", fmt.Sprintf("they are in line %d already; take one of the two lines out", at))
			continue
		}
		first[row.Person] = lines[i].No
	}
	for i, row := range out.Rows {
		if at, leaves := first[row.Manager]; leaves && row.Manager != "" {
			wrong(lines[i], "manager", fmt.Sprintf("%s is in line %d of this list; write somebody who stays", out.Shown[i].Manager, at))
		}
	}
}
