package pack

import (
	"crypto/ed25519"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"offboard/store"
)

// A pack verifies with every key that the log has had, and with what any of them
// has signed; a key that was lost vouches for nothing after it.
func TestKeys(t *testing.T) {
	inCompany(t, func(t *testing.T, o *company) {
		pub, key, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		remote := store.SigningKey{Sign: func(b []byte) ([]byte, error) { return ed25519.Sign(key, b), nil }}
		if remote.Verifier, err = note.NewEd25519VerifierKey("hsm.example.com", pub); err != nil {
			t.Fatal(err)
		}
		kept, err := o.Checkpoint() // of the second key
		if err != nil {
			t.Fatal(err)
		}
		o.reopen(func(opt *store.Options) { opt.Signers = []store.SigningKey{remote} })
		handed := o.take(Request{Case: "OFF-1", Earlier: []string{kept}})
		o.reopen(func(opt *store.Options) {
			opt.KeyNo, opt.Signers = 3, []store.SigningKey{{Verifier: remote.Verifier}}
		})
		lost := o.take(Request{Case: "OFF-1", Earlier: []string{kept, handed.Checkpoint}})
		keys := lost.Keys
		if len(handed.Keys) != 3 || len(keys) != 4 {
			t.Fatalf("%v, %v", handed.Keys, keys)
		}
		for _, tt := range []struct {
			name    string
			pack    *Pack
			trusted Trusted
			ok      bool
			want    string
		}{
			{"no key", handed, Trusted{}, true, "signed with the key in the pack"},
			{"the last key", handed, Trusted{Verifier: keys[2]}, true, "signed with the key that you gave"},
			{"the key before", handed, Trusted{Verifier: keys[1], Checkpoint: kept}, true, "follows from the one that you gave (entry 31)"},
			{"the first key", handed, Trusted{Verifier: keys[0], Checkpoint: kept}, true, "follows from the one that you gave (entries 30, 31)"},
			{"a checkpoint of the key before", handed, Trusted{Checkpoint: kept}, true, "the log begins with all that the checkpoint that you gave states, 30 entries"},
			{"no key, and one was lost", lost, Trusted{}, true, "that the key before entry 33 was lost: root said so on 2000-03-01"},
			{"the lost key", lost, Trusted{Verifier: keys[2]}, false, "was lost (entry 33), so it does not say that the key of this pack follows"},
			{"one that handed over to the lost key", lost, Trusted{Verifier: keys[1]}, false, "was lost (entry 33)"},
			{"the first key, which vouches", lost, Trusted{Verifier: keys[0]}, true, "that the key before entry 33 was lost"},
			{"the key after it", lost, Trusted{Verifier: keys[3]}, true, "signed with the key that you gave"},
			{"a checkpoint of the lost key", lost, Trusted{Checkpoint: handed.Checkpoint}, true, "that the key before entry 33 was lost"},
		} {
			v := checked(t, o.zip(tt.pack), tt.trusted)
			if got := strings.Join(append(append(v.Proven, v.Trust...), v.Problems...), "\n"); v.OK != tt.ok || !strings.Contains(got, tt.want) {
				t.Errorf("%s: %v\n%s", tt.name, v.OK, got)
			}
		}
		all, err := lost.files()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(all[fileReport]), "since entry 33; the key before was said to be lost") {
			t.Error("the report does not say that a key was lost")
		}

		// Who has no old key can't have it followed by one of theirs.
		forged := *handed
		forged.Entries = append([]Leaf{}, handed.Entries...)
		last := &forged.Entries[len(forged.Entries)-1] // the handover, the last before the export
		b := last.Event.Body.(store.Rekeyed)
		b.Verifier, b.Lost = keys[3], keys[1] // as though the key before had been lost
		last.Event.Body, forged.Keys = b, []string{keys[0], keys[1], keys[3]}
		var v Verdict
		if v.keys(&forged, Trusted{}) || len(v.Problems) != 1 || !strings.Contains(v.Problems[0], "entry 31 hands the signing to another key, and is forged") {
			t.Errorf("a forged handover: %v", v.Problems)
		}
	})
}
