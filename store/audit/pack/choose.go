package pack

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"offboard/store"
)

// Request is what evidence is asked for: one case, or those that a period, a
// system and a requester have in common.
type Request struct {
	Form ExportForm
	Case store.CaseID // alone; empty: several

	From, To     store.Date // of Zone, both included; empty: from the beginning, until now
	System       string
	Requester    store.PersonID
	Confidential bool // confidential cases too; one that is asked for by its number is always taken

	Zone       string            // IANA zone in which days count and times are shown
	Withheld   []store.TextClass // what is not opened
	Identities bool              // the cards of everybody who is named are opened, not those of the leavers only
	Earlier    []string          // checkpoints that the reader has kept, as they were signed

	Company string
	Program string // version
}

// ExportForm is the form of an export.
type ExportForm = store.ExportForm

// errNothing says that no case is as it was asked for.
var errNothing = errors.New("no case is like this: there is nothing to export")

// chosen is a case and its entries.
type chosen struct {
	c       store.Case
	entries []store.Entry
}

func (r Request) check() (*time.Location, error) {
	zone, err := store.ParseZone(r.Zone)
	if err != nil {
		return nil, err
	}
	if _, _, err := store.ParseDates(string(r.From), string(r.To)); err != nil {
		return nil, err
	}
	for _, c := range r.Withheld {
		if !slices.Contains(store.TextClasses, c) {
			return nil, fmt.Errorf("%q is no class of texts: they are %s", c, strings.Trim(strings.Join(strings.Fields(fmt.Sprint(store.TextClasses)), ", "), "[]"))
		}
	}
	return zone, nil
}

// choose reads the cases that are asked for, as they were when the log had
// this size.
func (r Request) choose(ctx context.Context, s *store.Store, zone *time.Location, size uint64) ([]chosen, error) {
	ids := []store.CaseID{r.Case}
	if r.Case == "" {
		rows, err := s.AllCases()
		if err != nil {
			return nil, err
		}
		ids = nil
		for _, row := range rows {
			if r.fits(row, zone) {
				ids = append(ids, row.ID)
			}
		}
	}
	var out []chosen
	entries := 0
	for _, id := range ids {
		list, err := s.Entries(ctx, string(id), size)
		if err != nil {
			return nil, err
		}
		k := chosen{entries: list}
		for _, e := range list {
			k.c = k.c.Apply(e.Event)
		}
		if len(list) == 0 || r.Case == "" && !r.takes(k, zone) {
			continue
		}
		if entries += len(list); entries > maxEntries {
			return nil, fmt.Errorf("this would be more than %d entries: ask for a shorter period, or for one system", maxEntries)
		}
		out = append(out, k)
	}
	if len(out) == 0 {
		return nil, errNothing
	}
	return out, nil
}

// fits looks at what the row says, which spares reading most cases.
func (r Request) fits(row store.Summary, zone *time.Location) bool {
	return (!row.Confidential || r.Confidential) && (r.To == "" || row.Opened.Before(after(r.To, zone)))
}

// takes reports whether a case is one of those asked for. It is of a period in
// which anything happened in it (that somebody took its evidence is nothing), and is always taken whole: half a case proves
// nothing.
func (r Request) takes(k chosen, zone *time.Location) bool {
	if r.Requester != "" && k.c.Requester != r.Requester && k.c.Opener() != r.Requester {
		return false
	}
	if r.System != "" && !slices.ContainsFunc(k.c.Plans, func(p store.Plan) bool {
		return slices.ContainsFunc(p.Steps, func(s store.Step) bool { return s.System == r.System })
	}) {
		return false
	}
	return slices.ContainsFunc(k.entries, func(e store.Entry) bool {
		at := e.Event.At
		switch e.Event.Body.(type) {
		case store.Exported, store.Viewed: // somebody read it; nothing happened
			return false
		}
		return (r.From == "" || !at.Before(r.From.In(zone))) && (r.To == "" || at.Before(after(r.To, zone)))
	})
}

// after is the end of a day, which has 23 or 25 hours twice a year.
func after(d store.Date, zone *time.Location) time.Time { return d.In(zone).AddDate(0, 0, 1) }

// people are the persons that a case is about: its leaver first, then all that
// its entries name.
func (k chosen) people() []store.PersonID {
	out := []store.PersonID{k.c.Person}
	for _, e := range k.entries {
		persons(reflect.ValueOf(e.Event.Actor.Person), &out)
		persons(reflect.ValueOf(e.Event.Body), &out)
	}
	return out
}

// secret are the persons of whom an entry of these cases tells that they are to
// leave and that not everybody may know it.
func secret(cases []chosen) map[store.PersonID]bool {
	out := map[store.PersonID]bool{}
	for _, k := range cases {
		for _, e := range k.entries {
			for _, id := range e.Event.Facts.Secret {
				out[id] = true
			}
		}
	}
	for _, k := range cases {
		delete(out, k.c.Person) // their own case was asked for
	}
	return out
}

var personType = reflect.TypeFor[store.PersonID]()

// persons adds the persons that a value names, however deep, each once.
func persons(v reflect.Value, out *[]store.PersonID) {
	if v.Type() == personType {
		if id := v.Interface().(store.PersonID); id != "" && !slices.Contains(*out, id) {
			*out = append(*out, id)
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				persons(v.Field(i), out)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			persons(v.Index(i), out)
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			persons(v.Elem(), out)
		}
	default: // a leaf
	}
}
