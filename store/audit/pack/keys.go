package pack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"offboard/store"
)

// The keys of a log follow each other: an entry hands the signing from one to the
// next, and has the signatures that prove it. A pack has all these entries, so
// that whoever knows any of the keys can verify it.

// handovers reads the entries by which the keys follow each other, up to a number.
func handovers(ctx context.Context, s *store.Store, last uint64) ([]store.Entry, error) {
	keys, err := s.Signings()
	if err != nil {
		return nil, err
	}
	var out []store.Entry
	for _, k := range keys[1:] { // the first was there from the beginning
		if k.Entry > last {
			break
		}
		e, err := s.Entry(k.Entry)
		if err = errors.Join(err, ctx.Err()); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// handover is an entry that hands the signing on.
type handover struct {
	store.Rekeyed
	entry store.Event
}

// handovers are those of the pack, the oldest first.
func (p *Pack) handovers() []handover {
	var out []handover
	for _, l := range p.Entries {
		if b, ok := l.Event.Body.(store.Rekeyed); ok {
			out = append(out, handover{b, l.Event})
		}
	}
	return out
}

// key is the one that has signed the checkpoint.
func (p *Pack) key() string { return p.Keys[len(p.Keys)-1] }

// keys proves that the keys of the pack follow each other, and from the one that
// is trusted.
func (v *Verdict) keys(p *Pack, t Trusted) bool {
	handed := p.handovers()
	if len(handed) != len(p.Keys)-1 {
		v.wrong("the pack has %d keys, and its entries hand the signing on %d times", len(p.Keys), len(handed))
		return false
	}
	known := -1 // the newest key that is trusted
	if t.Verifier != "" {
		if _, err := note.NewVerifier(t.Verifier); err != nil {
			v.wrong("%.100q is not a verifier key, which looks like %s+1a2b3c4d+A...", t.Verifier, store.Origin)
			return false
		}
		for i, k := range p.Keys {
			if k == t.Verifier {
				known = i
			}
		}
		if known < 0 {
			v.wrong("the key that you gave is none of those of the pack: the pack comes from another installation, or was made up")
			return false
		}
	}
	for i, h := range handed {
		switch err := h.Agreed(p.Keys[0], p.Keys[i]); {
		case err != nil || h.entry.Subject != store.Installation || h.Verifier != p.Keys[i+1]:
			v.wrong("entry %d hands the signing to another key, and is forged: it is not signed by those who must (%v)", h.entry.Seq, err)
			return false
		case h.Lost == "":
		case known > i:
			// The key that is trusted came after that.
		case t.Verifier != "" && t.Verifier != p.Keys[0]:
			v.wrong("the key that you gave, or one that it handed over to, was lost (entry %d), so it does not say that the key of this pack follows: only the installation itself does. Have them bring you the new key by a way that you trust, and give that one", h.entry.Seq)
			return false
		default:
			user, _ := h.entry.Actor.OperatorUser()
			v.trust("that the key before entry %d was lost: %s said so on %s, and the installation's first key let another one follow. Whoever has the installation's machine could have done that", h.entry.Seq, line(user), h.entry.At.UTC().Format(time.DateOnly))
		}
	}
	return true
}

// keyWords are the keys for a reader, each with what lets it sign.
func (p *Pack) keyWords() [][2]string {
	out := [][2]string{{p.Keys[0], "from the beginning"}}
	for i, h := range p.handovers() {
		how := fmt.Sprintf("since entry %d; the key before has signed that", h.entry.Seq)
		if h.Lost != "" {
			how = fmt.Sprintf("since entry %d; the key before was said to be lost, and the first key has signed that this one follows", h.entry.Seq)
		}
		out = append(out, [2]string{p.Keys[i+1], how})
	}
	return out
}

// followed says by which entries the signing came from a key to the last one.
func (p *Pack) followed(key string) string {
	from := slices.Index(p.Keys, key)
	var out []string
	for _, h := range p.handovers()[from:] {
		out = append(out, fmt.Sprint(h.entry.Seq))
	}
	switch len(out) {
	case 0:
		return ""
	case 1:
		return "entry " + out[0]
	}
	return "entries " + strings.Join(out, ", ")
}
