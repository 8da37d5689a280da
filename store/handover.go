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
	Sign     func([]byte) ([]byte, error) // the bytes of a note's text to its signature, 64 bytes
}

// Rekeyed hands the signing of checkpoints to another key. The key before says
// so: those who trust it can trust the next, and what it signed stays true.
type Rekeyed struct {
	Verifier string `json:"verifier"`
	No       int    `json:"no,omitempty"` // of a key of the installation's own, from 2; 0: it lives elsewhere
	Proof    string `json:"proof"`        // signed note of both keys about it
}

func (Rekeyed) kind() string { return "rekeyed" }

// Signing is a key that has signed the log's checkpoints since an entry.
type Signing struct {
	Entry    uint64 `json:"entry"`
	Verifier string `json:"verifier"`
	No       int    `json:"no,omitempty"`
}

const handover = "offboard/handover/v1"

func handoverText(verifier string) string { return handover + "\n" + verifier + "\n" }

// agreed reports whether both keys have signed that the second follows the first.
func (b Rekeyed) agreed(before string) error {
	for _, key := range []string{before, b.Verifier} {
		v, err := note.NewVerifier(key)
		if err != nil {
			return fmt.Errorf("the key %q is none: %w", key, err)
		}
		n, err := note.Open([]byte(b.Proof), note.VerifierList(v))
		if err != nil || n.Text != handoverText(b.Verifier) {
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
	if i < 0 {
		return nil, fmt.Errorf("checkpoints are signed by the key %s, and the configuration has no command for it: put it back below checkpoints.signers", k.Verifier)
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
// and reports whether that is another one. The key before must be able to sign.
func (s *Store) HandOver(ctx context.Context, user string) (bool, error) {
	all, err := s.Signings()
	if err != nil {
		return false, err
	}
	last := all[len(all)-1]
	want := Signing{Verifier: s.sign.Verifier, No: 1}
	switch n := len(s.opt.Signers); {
	case n > 0:
		want = Signing{Verifier: s.opt.Signers[n-1].Verifier}
	case s.opt.KeyNo > 1:
		want.No = s.opt.KeyNo
		if _, want.Verifier, err = ownKey(s.inst, want.No); err != nil {
			return false, err
		}
	}
	if want.Verifier == last.Verifier {
		return false, nil
	}
	before, err := s.signer(last)
	if err != nil {
		return false, err
	}
	next, err := s.signer(want)
	if err != nil {
		return false, err
	}
	proof, err := note.Sign(&note.Note{Text: handoverText(want.Verifier)}, before, next)
	if err != nil {
		return false, fmt.Errorf("hand over the signing: %w", err)
	}
	_, err = s.Append(ctx, Installation, Operator(user), Rekeyed{Verifier: want.Verifier, No: want.No, Proof: string(proof)})
	return err == nil, err
}

func (s State) allowsRekeyed(b Rekeyed, e Event) *Refused {
	switch {
	case !e.Actor.operator():
		return refuse(NotYours, "The keys of the log are for the configuration on the server's machine.")
	case len(b.Verifier) > 500 || len(b.Proof) > 4000 || strings.ContainsAny(b.Verifier, "\n"):
		return refuse(Malformed, "That is no key.")
	}
	if err := b.agreed(e.Facts.Key); err != nil {
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
