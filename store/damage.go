package store

import (
	"fmt"
	"maps"
	"slices"
)

// Damage is one thing that is wrong with a log, named for what it is.
type Damage struct {
	Kind     DamageKind
	From, To uint64 // the entries it is about; 0 where it is about none
	Text     string // what an auditor reads
}

// Error is the text.
func (d Damage) Error() string { return d.Text }

// DamageKind is what happened to a log. The values are words of the record's
// readers, and of programs that read a report: they do not change.
type DamageKind string

// The kinds. The first five are about the entries themselves.
const (
	Rewritten   DamageKind = "rewritten"    // an entry has other content
	TakenOut    DamageKind = "dropped"      // an entry before others is gone
	Reordered   DamageKind = "reordered"    // an entry stands in the place of another
	PutIn       DamageKind = "inserted"     // an entry that the log never had
	CutOffEnd   DamageKind = "truncated"    // the last entries are gone
	BrokenTree  DamageKind = "tree"         // hashes of the tree do not follow from each other
	BrokenTable DamageKind = "derived"      // a row or an index is not what the entries say
	BrokenSeal  DamageKind = "sealed"       // a sealed text does not open, is missing, or belongs to nothing
	BrokenKeys  DamageKind = "keys"         // the key file does not fit
	BrokenLoose DamageKind = "not evidence" // a table that proves nothing is not as the program leaves it
	Unreadable  DamageKind = "unreadable"   // an entry is as it was written, and this program can't read it
	BrokenFile  DamageKind = "file"         // the file itself is damaged
)

// mostDamage is how much is listed of one kind: enough to see what is wrong.
const mostDamage = 100

// damages collects what is wrong. Neighbours of a kind become one.
type damages struct {
	list   []Damage
	counts map[DamageKind]int
}

func (d *damages) add(x Damage) {
	if n := len(d.list); n > 0 && x.From > 0 && d.list[n-1].Kind == x.Kind && d.list[n-1].To+1 == x.From && d.list[n-1].Text == "" && x.Text == "" {
		d.list[n-1].To = x.To
		return
	}
	if d.counts == nil {
		d.counts = map[DamageKind]int{}
	}
	if d.counts[x.Kind]++; d.counts[x.Kind] <= mostDamage {
		d.list = append(d.list, x)
	}
}

// moved makes one of an entry that was taken out where it was and put in
// elsewhere.
func (d *damages) moved() {
	for i, in := range d.list {
		gone := slices.IndexFunc(d.list, func(out Damage) bool {
			return in.Kind == PutIn && in.Text != "" && (out.Kind == TakenOut || out.Kind == CutOffEnd) && out.From == in.From && out.To == in.From
		})
		if gone >= 0 {
			d.list[i] = Damage{Kind: Reordered, From: in.From, To: in.From, Text: fmt.Sprintf("entry %d was moved to another place among the entries", in.From)}
			d.list = slices.Delete(d.list, gone, gone+1)
			d.moved()
			return
		}
	}
}

// all are the damages in words, those of the entries first: what else is wrong
// often follows from them.
func (d *damages) all() []Damage {
	order := []DamageKind{BrokenFile, CutOffEnd, TakenOut, PutIn, Reordered, Rewritten, Unreadable, BrokenTree, BrokenSeal, BrokenKeys, BrokenTable, BrokenLoose}
	out, counts := slices.Clone(d.list), d.counts
	evidence := slices.ContainsFunc(out, func(x Damage) bool { return slices.Index(order, x.Kind) <= slices.Index(order, Unreadable) })
	if n := counts[BrokenTable]; evidence && n > 0 {
		// It was true of the entries as they were, or was changed too.
		out = slices.DeleteFunc(out, func(x Damage) bool { return x.Kind == BrokenTable })
		out = append(out, Damage{Kind: BrokenTable, Text: fmt.Sprintf("%s not follow from the entries as they are now", Count(n, "row or line of an index does", "rows and lines of indexes do"))})
		counts = maps.Clone(counts)
		delete(counts, BrokenTable)
	}
	for i := range out {
		if out[i].Text == "" {
			out[i].Text = inPlain(out[i])
		}
	}
	for _, k := range order {
		if n := counts[k] - mostDamage; n > 0 {
			out = append(out, Damage{Kind: k, Text: fmt.Sprintf("and %s of this kind", Count(n, "more finding", "more findings"))})
		}
	}
	slices.SortStableFunc(out, func(a, b Damage) int { return slices.Index(order, a.Kind) - slices.Index(order, b.Kind) })
	return out
}

// inPlain says what happened to a range of entries.
func inPlain(d Damage) string {
	one := d.From == d.To
	which := fmt.Sprintf("entry %d", d.From)
	if !one {
		which = fmt.Sprintf("entries %d to %d", d.From, d.To)
	}
	were := func(single, plural string) string {
		if one {
			return single
		}
		return plural
	}
	switch d.Kind {
	case Rewritten:
		return which + were(" was rewritten: it is", " were rewritten: they are") + " not what the log's tree of hashes has there"
	case TakenOut:
		return which + were(" was", " were") + " taken out of the log"
	case PutIn:
		return which + were(" was", " were") + " put into the log by somebody else than the bot: the tree of hashes does not have " + were("it", "them")
	case CutOffEnd:
		return "the log was cut off: " + which + were(" was", " were") + " its end, and " + were("is", "are") + " gone"
	case Reordered, BrokenTree, BrokenTable, BrokenSeal, BrokenKeys, BrokenLoose, Unreadable, BrokenFile:
	}
	return which + were(" is", " are") + " damaged"
}
