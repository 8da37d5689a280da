package pack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"

	"offboard/store"
)

// Take chooses what is asked for, writes the entry that says who takes it, and
// returns the evidence. A refusal is a *store.Refused. If anything fails after
// the entry, the log says that evidence was taken, and nobody has it; that is
// the harmless order.
func Take(ctx context.Context, s *store.Store, actor store.Actor, r Request) (*Pack, error) {
	zone, err := r.check()
	if err != nil {
		return nil, err
	}
	size := s.Last()
	cases, err := r.choose(ctx, s, zone, size)
	if err != nil {
		return nil, err
	}
	for _, text := range r.Earlier {
		if _, err := earlier(s, text, size); err != nil {
			return nil, err
		}
	}
	entries, err := leaves(ctx, s, r, cases, size)
	if err != nil {
		return nil, err
	}
	x := store.Exported{
		Form: r.Form, From: r.From, To: r.To, System: r.System, Requester: r.Requester, Confidential: r.Confidential,
		Zone: r.Zone, Withheld: slices.Sorted(slices.Values(r.Withheld)), Identities: r.Identities, Cases: len(cases), Entries: len(entries), Size: size, Sum: sum(entries),
	}
	subject := store.Installation
	if r.Case != "" {
		subject = string(r.Case)
	}
	if _, err := s.Append(ctx, subject, actor, x); err != nil {
		return nil, err
	}
	export, err := written(s, subject, x, size)
	if err != nil {
		return nil, err
	}
	return assemble(ctx, s, r, cases, entries, export)
}

// written finds the entry of an export after it was appended.
func written(s *store.Store, subject string, x store.Exported, after uint64) (store.Entry, error) {
	for {
		list, err := s.Since(after, 1000)
		if err != nil || len(list) == 0 {
			return store.Entry{}, fmt.Errorf("the entry of this export is not there: it was asked for twice (%w)", err)
		}
		for _, t := range list {
			if after = t.Seq; t.Subject != subject {
				continue
			}
			e, err := s.Entry(t.Seq)
			if err != nil {
				return e, err
			}
			if got, ok := e.Event.Body.(store.Exported); ok && reflect.DeepEqual(got, x) {
				return e, nil
			}
		}
	}
}

// leaves are the entries that go into the pack: those of the cases; for each
// leaver, or everybody named, the one with their identity card; decisions about a
// list that decided a case; and those that hand the signing to another key.
func leaves(ctx context.Context, s *store.Store, r Request, cases []chosen, size uint64) ([]store.Entry, error) {
	var out []store.Entry
	have := map[uint64]bool{}
	add := func(e store.Entry) {
		if !have[e.Event.Seq] {
			have[e.Event.Seq] = true
			out = append(out, e)
		}
	}
	keys, err := handovers(ctx, s, size)
	if err != nil {
		return nil, err
	}
	for _, e := range keys {
		add(e)
	}
	met := secret(cases) // whose card stays closed, whatever was asked for
	for _, k := range cases {
		for _, e := range k.entries {
			add(e)
			if b, ok := e.Event.Body.(store.Covered); ok {
				decision, err := s.Entry(b.Entry)
				if err != nil {
					return nil, err
				}
				add(decision)
			}
		}
		people := k.people()
		if !r.Identities {
			people = people[:1]
		}
		for _, id := range people {
			if met[id] {
				continue
			}
			met[id] = true
			list, err := s.Entries(ctx, string(id), size)
			if err != nil {
				return nil, err
			}
			for _, e := range slices.Backward(list) {
				if _, ok := e.Event.Body.(store.Met); ok {
					add(e)
					break
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b store.Entry) int { return int(int64(a.Event.Seq) - int64(b.Event.Seq)) })
	return out, nil
}

// sum is the SHA-256 of entries, each followed by a line feed: what sha256sum
// says of entries.jsonl.
func sum(entries []store.Entry) string {
	h := sha256.New()
	for _, e := range entries {
		h.Write(e.Bytes)
		h.Write([]byte{'\n'})
	}
	return hex.EncodeToString(h.Sum(nil))
}

// assemble proves and opens what was chosen. It changes nothing, and gives the
// same for the same export and checkpoint.
func assemble(ctx context.Context, s *store.Store, r Request, cases []chosen, entries []store.Entry, export store.Entry) (*Pack, error) {
	p := &Pack{
		Manifest: Manifest{Format: Format, Program: r.Program, Company: r.Company},
		Names:    map[store.PersonID]string{},
	}
	keys, err := s.Signings()
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		p.Keys = append(p.Keys, k.Verifier)
	}
	if p.Checkpoint, err = s.Checkpoint(); err != nil {
		return nil, err
	}
	if p.Stated, err = store.OpenCheckpoint(p.Checkpoint, p.key()); err != nil {
		return nil, err
	}
	for _, text := range r.Earlier {
		e, err := earlier(s, text, p.Stated.Entries)
		if err != nil {
			return nil, err
		}
		p.Earlier = append(p.Earlier, e)
	}
	seqs := make([]uint64, 0, len(entries)+1)
	for _, e := range entries {
		seqs = append(seqs, e.Event.Seq)
	}
	proofs, err := s.Prove(ctx, p.Stated.Entries, append(seqs, export.Event.Seq))
	if err != nil {
		return nil, err
	}
	for i, e := range entries {
		p.Entries = append(p.Entries, Leaf{e, proofs[i]})
	}
	p.Export = Leaf{export, proofs[len(entries)]}
	if p.Texts, err = opened(s, entries, r.Withheld); err != nil {
		return nil, err
	}
	if !slices.Contains(r.Withheld, store.IdentityText) {
		p.name(s, cases)
	}
	return p, nil
}

// earlier proves that the log extends a checkpoint.
func earlier(s *store.Store, text string, size uint64) (Earlier, error) {
	older, err := s.Extends(text)
	if err != nil {
		return Earlier{}, err
	}
	proof, err := s.ProveExtends(size, older)
	return Earlier{text, proof}, err
}

// key names a sealed text: the same one may stand in several entries.
type key struct{ subject, commitment string }

// sealed lists the texts of entries, each once, and withholds what is of a
// class, in whichever entry, that is withheld.
func sealed(entries []store.Entry, withheld []store.TextClass) (order []Text, private map[key]store.Private) {
	at := map[key]int{}
	private = map[key]store.Private{}
	for _, e := range entries {
		for _, t := range store.Texts(e.Event) {
			k := key{e.Event.Subject, t.Private.Commitment()}
			i, known := at[k]
			if !known {
				i = len(order)
				at[k], private[k] = i, t.Private
				order = append(order, Text{Entry: e.Event.Seq, Subject: k.subject, Class: t.Class, Commitment: k.commitment})
			}
			if slices.Contains(withheld, t.Class) {
				order[i].Withheld, order[i].Class = true, t.Class
			}
		}
	}
	return order, private
}

// opened opens the texts that are not withheld. What can't be opened is no error:
// it was erased with a person, or it is damaged, and the pack says which.
func opened(s *store.Store, entries []store.Entry, withheld []store.TextClass) ([]Text, error) {
	list, private := sealed(entries, withheld)
	for i := range list {
		t := &list[i]
		if t.Withheld {
			continue
		}
		o, err := s.Open(t.Subject, private[key{t.Subject, t.Commitment}])
		if err != nil {
			t.Erased = errors.Is(err, store.ErrErased)
			t.Damaged = !t.Erased
			continue
		}
		if t.Salt = o.Salt[:]; utf8.ValidString(o.Text) {
			t.Text = &o.Text
		} else {
			t.Raw = []byte(o.Text)
		}
	}
	return list, nil
}

// name gives names to the persons of the cases, as the installation has them
// now. Who was erased has none, and who is to leave in secret gets none: an
// entry says of their number that they are leaving.
func (p *Pack) name(s *store.Store, cases []chosen) {
	hidden := secret(cases)
	for _, k := range cases {
		for _, id := range k.people() {
			if !hidden[id] {
				p.call(s, id)
			}
		}
	}
	p.call(s, p.exported().Requester)
	p.call(s, p.Export.Event.Actor.Person)
}

// call gives somebody their name. Who was erased keeps their number, by which
// they are told apart.
func (p *Pack) call(s *store.Store, id store.PersonID) {
	if id == "" {
		return
	}
	if _, card, err := s.Person(id); err == nil && card.Name != "" && card.Name != store.ErasedName {
		p.Names[id] = card.Name
	}
}

// Taken is what a pack has in it, for whoever asked for it.
type Taken struct {
	About   string // the case, or how many
	Cases   int
	Entries int
	Entry   uint64 // that says so
}

// Taken says what was taken.
func (p *Pack) Taken() Taken {
	return Taken{p.about(), p.exported().Cases, len(p.Entries), p.Export.Event.Seq}
}
