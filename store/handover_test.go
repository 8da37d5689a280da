package store

import (
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// remote is a key that lives elsewhere.
func remote(t *testing.T) SigningKey {
	t.Helper()
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewEd25519VerifierKey("log.example.com", pub)
	if err != nil {
		t.Fatal(err)
	}
	return SigningKey{Verifier: v, Sign: func(b []byte) ([]byte, error) { return ed25519.Sign(key, b), nil }}
}

// Each key hands the signing to the next, and what all of them have signed stays
// verifiable, after a restart too.
func TestHandOver(t *testing.T) {
	opt, _ := furnished(t)
	var kept []string
	hsm, second := remote(t), remote(t)
	for i, change := range []func(){
		func() {},
		func() { opt.KeyNo = 2 },
		func() { opt.KeyNo = 1 }, // back to the first
		func() { opt.Signers = []SigningKey{hsm} },
		func() { opt.Signers = []SigningKey{hsm, second} },
		func() { opt.Signers = []SigningKey{second} }, // the one before is not needed any more
	} {
		change()
		s := reopen(t, opt)
		changed, err := s.HandOver(t.Context(), "root")
		if err != nil || changed != (i > 0 && i < 5) {
			t.Fatalf("%d: %v, %v", i, changed, err)
		}
		text, err := s.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		for _, old := range append(kept, text) {
			if _, err := s.Extends(old); err != nil {
				t.Errorf("%d: %v: %s", i, err, old)
			}
		}
		kept = append(kept, text)
		if all, err := s.Signings(); err != nil || len(all) != min(i, 4)+1 || all[len(all)-1].Verifier != s.VerifierKey() {
			t.Errorf("%d: %v, %v", i, all, err)
		}
		if err := errors.Join(s.Check(), s.Close()); err != nil {
			t.Fatal(err)
		}
	}

	// Without the key that signs now there is no checkpoint, and no other key.
	opt.Signers = nil
	s := reopen(t, opt)
	if _, err := s.Checkpoint(); err == nil || !strings.Contains(err.Error(), "put it back below checkpoints.signers") {
		t.Errorf("without its key: %v", err)
	}
	if _, err := s.HandOver(t.Context(), "root"); err == nil {
		t.Error("a key was left without its word")
	}
	// Nobody else can hand it over, nor with another's word.
	stranger := remote(t)
	forged := Rekeyed{Verifier: stranger.Verifier}
	v, err := note.NewVerifier(stranger.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := note.Sign(&note.Note{Text: handoverText(stranger.Verifier)}, elsewhere{v, stranger})
	if err != nil {
		t.Fatal(err)
	}
	forged.Proof = string(proof)
	if _, err := s.Append(t.Context(), Installation, Operator("root"), forged); !isRefusal(err) {
		t.Errorf("the new key alone: %v", err)
	}
	if _, err := s.Append(t.Context(), Installation, Bot("test"), forged); !isRefusal(err) {
		t.Errorf("the bot: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	second.Sign = func([]byte) ([]byte, error) { return make([]byte, 64), nil }
	opt.Signers = []SigningKey{second}
	s = reopen(t, opt)
	if _, err := s.Checkpoint(); err == nil || !strings.Contains(err.Error(), "is no signature of its key") {
		t.Errorf("a command that lies: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
