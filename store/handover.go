package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// SigningKey is a key that lives elsewhere: only its public half is here.
type SigningKey struct {
	Verifier string                       // in the form of golang.org/x/mod/sumdb/note, Ed25519
	Sign     func([]byte) ([]byte, error) // the bytes of a note's text to its signature, 64 bytes; nil: it is lost
}

// Rekeyed hands the signing of checkpoints to another key. The key before says
// so: those who trust it can trust the next, and what it signed stays true.
//
// A key that lived elsewhere and is lost can't say so. Then the log's first key
// says it, which is in the key file: whoever has this machine can do that too,
// so whoever trusts the lost key only has no reason to trust the next.
type Rekeyed struct {
	Verifier string `json:"verifier"`
	No       int    `json:"no,omitempty"`   // of a key of the installation's own, from 1; 0: it lives elsewhere
	Lost     string `json:"lost,omitempty"` // verifier key of the one before, if that is lost
	Proof    string `json:"proof"`          // signed note about it, of the key that says so and of the new one
}

func (Rekeyed) kind() string { return "rekeyed" }

// Signing is a key that has signed the log's checkpoints since an entry.
type Signing struct {
	Entry    uint64 `json:"entry"`
	Verifier string `json:"verifier"`
	No       int    `json:"no,omitempty"`
	Lost     string `json:"lost,omitempty"` // the key before it, which did not hand over
}

// text is what is signed: which key follows which, and whether that one is lost.
func (b Rekeyed) text(before string) string {
	text := "offboard/handover/v1\n" + before + "\n" + b.Verifier + "\n"
	if b.Lost != "" {
		text += "lost\n"
	}
	return text
}

// Agreed reports whether a handover is signed by those who must: the new key, and
// the key before, or the log's first one where the key before is lost. Who trusts
// the one that has signed can trust the new one.
func (b Rekeyed) Agreed(first, before string) error {
	says := before
	if b.Lost != "" {
		if says = first; b.Lost != before {
			return errors.New("the key that is said to be lost is not the one before")
		}
	}
	for _, key := range []string{says, b.Verifier} {
		v, err := note.NewVerifier(key)
		if err != nil {
			return fmt.Errorf("the key %.200q is none: %w", key, err)
		}
		n, err := note.Open([]byte(b.Proof), note.VerifierList(v))
		if err != nil || n.Text != b.text(before) {
			return errors.New("the handover is not signed by the key before and by the new one")
		}
	}
	return nil
}

// signer returns what signs for a key, if it is here.
func (s *Store) signer(k Signing) (note.Signer, error) {
	if k.Verifier == s.sign.Verifier {
		return s.sign.Signer, nil
	}
	if k.No > 1 {
		own, _, err := ownKey(s.inst, k.No)
		return own, err
	}
	i := slices.IndexFunc(s.opt.Signers, func(x SigningKey) bool { return x.Verifier == k.Verifier })
	if i < 0 || s.opt.Signers[i].Sign == nil {
		return nil, fmt.Errorf("checkpoints are signed by the key %s, and the configuration has no command for it: put it back below checkpoints.signers; if the key is lost, say so there (lost: true)", k.Verifier)
	}
	v, err := note.NewVerifier(k.Verifier)
	if err != nil {
		return nil, fmt.Errorf("the key %q of checkpoints.signers is none: %w", k.Verifier, err)
	}
	return elsewhere{v, s.opt.Signers[i]}, nil
}

// elsewhere signs with a key that lives elsewhere, and believes it only what the
// public half confirms.
type elsewhere struct {
	note.Verifier
	key SigningKey
}

// Sign implements note.Signer.
func (e elsewhere) Sign(text []byte) ([]byte, error) {
	sig, err := e.key.Sign(text)
	if err != nil {
		return nil, fmt.Errorf("the signing command: %w", err)
	}
	if !e.Verify(text, sig) {
		return nil, errors.New("what the signing command wrote is no signature of its key: it must be 64 bytes of Ed25519 over all of standard input")
	}
	return sig, nil
}

// Signings are all keys that have signed checkpoints of this log, the oldest
// first.
func (s *Store) Signings() ([]Signing, error) {
	st, err := s.State()
	return append([]Signing{{Verifier: s.sign.Verifier, No: 1}}, st.Signing...), err
}

// HandOver has checkpoints signed from now on by the key that the options want,
// and reports whether that is another one. The key before must be able to sign,
// unless the options say that it is lost.
func (s *Store) HandOver(ctx context.Context, user string) (bool, error) {
	all, err := s.Signings()
	if err != nil {
		return false, err
	}
	last := all[len(all)-1]
	want, err := s.wanted()
	if err != nil || want.Verifier == last.Verifier {
		return false, err
	}
	b := Rekeyed{Verifier: want.Verifier, No: want.No}
	says := last
	if s.lost(last) {
		b.Lost, says = last.Verifier, all[0]
	}
	signers := make([]note.Signer, 0, 2)
	for _, k := range slices.Compact([]Signing{{Verifier: says.Verifier, No: says.No}, want}) { // the first key may say it about itself
		by, err := s.signer(k)
		if err != nil {
			return false, err
		}
		signers = append(signers, by)
	}
	proof, err := note.Sign(&note.Note{Text: b.text(last.Verifier)}, signers...)
	if err != nil {
		return false, fmt.Errorf("hand over the signing: %w", err)
	}
	b.Proof = string(proof)
	_, err = s.Append(ctx, Installation, Operator(user), b)
	return err == nil, err
}

// wanted is the key that the options want: the last that lives elsewhere and is
// not lost, or one of the installation's own.
func (s *Store) wanted() (Signing, error) {
	for _, k := range slices.Backward(s.opt.Signers) {
		if k.Sign != nil {
			return Signing{Verifier: k.Verifier}, nil
		}
	}
	no := max(s.opt.KeyNo, 1)
	_, verifier, err := ownKey(s.inst, no)
	return Signing{Verifier: verifier, No: no}, err
}

// lost reports whether the options say so of a key.
func (s *Store) lost(k Signing) bool {
	return slices.ContainsFunc(s.opt.Signers, func(x SigningKey) bool { return x.Verifier == k.Verifier && x.Sign == nil })
}

func (s State) allowsRekeyed(b Rekeyed, e Event) *Refused {
	switch {
	case !e.Actor.operator():
		return refuse(NotYours, "The keys of the log are for the configuration on the server's machine.")
	case len(b.Verifier) > 500 || len(b.Lost) > 500 || len(b.Proof) > 4000 || strings.ContainsAny(b.Verifier, "\n"):
		return refuse(Malformed, "That is no key.")
	}
	if n := len(s.Signing); b.Lost != "" && (n == 0 || s.Signing[n-1].No > 0) {
		return refuse(Malformed, "The installation's own keys are in its key file, so none of them is lost.")
	}
	if err := b.Agreed(e.Facts.FirstKey, e.Facts.Key); err != nil {
		return refuse(Malformed, "%s.", err)
	}
	return nil
}

// key is the one that signs checkpoints now.
func (s State) key(first string) string {
	if n := len(s.Signing); n > 0 {
		return s.Signing[n-1].Verifier
	}
	return first
}
