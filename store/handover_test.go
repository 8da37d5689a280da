package store

import (
	"crypto/ed25519"
	"errors"
	"path/filepath"
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
		older := read(t, opt.Path)
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
		if changed { // a copy from before it is told from another log
			before := opt
			before.Path, before.ReadOnly = filepath.Join(t.TempDir(), "o.db"), true
			write(t, before.Path, older)
			b := reopen(t, before)
			if _, err := b.Extends(text); !errors.Is(err, ErrRolledBack) {
				t.Errorf("%d: to a copy from before, the checkpoint is: %v", i, err)
			}
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		}
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
	proof, err := note.Sign(&note.Note{Text: forged.text(s.VerifierKey())}, elsewhere{v, stranger})
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

// A key that is lost can't hand over. The log's first key says so in its place,
// which is named for ever, and is a way for no other case.
func TestLostKey(t *testing.T) {
	opt, _ := furnished(t)
	hsm, next := remote(t), remote(t)
	var kept []string
	for i, tt := range []struct {
		change func()
		lost   int // how many keys are said to be lost by then
		err    string
	}{
		{func() { opt.Signers = []SigningKey{hsm} }, 0, ""},
		{func() { opt.Signers = []SigningKey{next} }, 0, "say so there (lost: true)"},
		{func() { opt.Signers = []SigningKey{{Verifier: hsm.Verifier}, next} }, 1, ""},
		{func() { opt.Signers = []SigningKey{{Verifier: hsm.Verifier}, {Verifier: next.Verifier}} }, 2, ""}, // and back to its own
		{func() {
			s := reopen(t, opt)
			first := s.VerifierKey()
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			opt.KeyNo, opt.Signers = 2, []SigningKey{{Verifier: first}}
		}, 2, "none of them is lost"},
	} {
		tt.change()
		s := reopen(t, opt)
		_, err := s.HandOver(t.Context(), "root")
		if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
			t.Errorf("%d: %v", i, err)
		}
		if text, err := s.Checkpoint(); err == nil {
			kept = append(kept, text)
		}
		all, err := s.Signings()
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, k := range all {
			if k.Lost != "" {
				n++
			}
		}
		if n != tt.lost {
			t.Errorf("%d: %d keys are lost: %+v", i, n, all)
		}
		for _, old := range kept {
			if _, err := s.Extends(old); err != nil {
				t.Errorf("%d: %v", i, err)
			}
		}
		if err := errors.Join(s.Check(), s.Close()); err != nil {
			t.Fatal(err)
		}
	}
	b := Rekeyed{Verifier: next.Verifier, Lost: hsm.Verifier}
	if err := b.Agreed(hsm.Verifier, next.Verifier); err == nil {
		t.Error("another key than the one before was lost")
	}
	lost := b
	if b.Lost = ""; b.text(hsm.Verifier) == lost.text(hsm.Verifier) {
		t.Error("a handover for a lost key can be shown as one of that key")
	}
}
