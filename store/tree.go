package store

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Origin is the first line of every checkpoint (C2SP tlog-checkpoint).
const Origin = "offboard/log/v1"

// signer signs checkpoints and hashes look-ups, both with keys derived from
// the installation's own key, so that the key file is all there is to back up.
type signer struct {
	note.Signer
	Verifier string // verifier key in the form of golang.org/x/mod/sumdb/note
	lookup   []byte
	disown   []byte
}

func newSigner(installationKey []byte) (signer, error) {
	own, vkey, err := ownKey(installationKey, 1)
	if err != nil {
		return signer{}, err
	}
	lookup, err := hkdf.Key(sha256.New, installationKey, nil, "offboard lookup v1", 32)
	if err != nil {
		return signer{}, err
	}
	disown, err := hkdf.Key(sha256.New, installationKey, nil, "offboard disown v1", 32)
	if err != nil {
		return signer{}, err
	}
	return signer{Signer: own, Verifier: vkey, lookup: lookup, disown: disown}, nil
}

// ownKey derives a signing key of the installation's own, from 1.
func ownKey(installationKey []byte, no int) (note.Signer, string, error) {
	context := "offboard checkpoint signing v1"
	if no > 1 {
		context += fmt.Sprintf(", key %d", no)
	}
	seed, err := hkdf.Key(sha256.New, installationKey, nil, context, ed25519.SeedSize)
	if err != nil {
		return nil, "", err
	}
	pub := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(Origin, pub)
	if err != nil {
		return nil, "", err
	}
	hash := sha256.Sum256(append([]byte(Origin+"\n\x01"), pub...)) // key hash of a signed note, C2SP signed-note
	skey := fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", Origin, uint32(hash[0])<<24|uint32(hash[1])<<16|uint32(hash[2])<<8|uint32(hash[3]),
		base64.StdEncoding.EncodeToString(append([]byte{1}, seed...))) // 1: Ed25519
	s, err := note.NewSigner(skey)
	if err != nil {
		return nil, "", fmt.Errorf("make the checkpoint key: %w", err)
	}
	return s, vkey, nil
}

// hash is a keyed hash of something that is looked up but must not be read.
func (s signer) hash(kind, value string) string {
	m := hmac.New(sha256.New, s.lookup)
	m.Write([]byte(kind + "\x00" + value))
	return base64.RawStdEncoding.EncodeToString(m.Sum(nil)[:16])
}

// grow appends an entry to the Merkle tree.
func grow(t table, seq uint64, entry []byte) error {
	hashes, err := tlog.StoredHashesForRecordHash(int64(seq-1), tlog.RecordHash(entry), t)
	if err != nil {
		return fmt.Errorf("tree: %w", err)
	}
	at := uint64(tlog.StoredHashIndex(0, int64(seq-1)))
	for i, h := range hashes {
		if err := t.put(bucketHashes, be(at+uint64(i)), h[:]); err != nil {
			return err
		}
	}
	return nil
}

// ReadHashes implements tlog.HashReader.
func (t table) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		b := t.get(bucketHashes, be(uint64(x)))
		if len(b) != len(out[i]) {
			return nil, fmt.Errorf("tree: hash %d is missing", x)
		}
		copy(out[i][:], b)
	}
	return out, nil
}

// Checkpoint is a signed statement of how long the log is and what its root
// hash is, in the form of a signed note. Whoever keeps one can later prove
// that nothing before it was changed.
func (s *Store) Checkpoint() (string, error) {
	var text string
	err := s.view(func(tx *bolt.Tx) error {
		t := table{tx}
		n := t.last()
		root, err := tlog.TreeHash(int64(n), t)
		if err != nil {
			return err
		}
		text = fmt.Sprintf("%s\n%d\n%s\n", Origin, n, root)
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("checkpoint: %w", err)
	}
	s.mu.Lock()
	signed, ok := s.signed[text]
	s.mu.Unlock()
	if ok {
		return signed, nil // a key that lives elsewhere may take its time
	}
	all, err := s.Signings()
	if err != nil {
		return "", fmt.Errorf("checkpoint: %w", err)
	}
	by, err := s.signer(all[len(all)-1])
	if err != nil {
		return "", fmt.Errorf("checkpoint: %w", err)
	}
	b, err := note.Sign(&note.Note{Text: text}, by)
	if err != nil {
		return "", fmt.Errorf("checkpoint: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signed = map[string]string{text: string(b)}
	return string(b), nil
}

// VerifierKey is the public key that checks this installation's checkpoints.
// Those from before a handover are checked by the keys before it: see Signings.
func (s *Store) VerifierKey() string {
	all, err := s.Signings()
	if err != nil {
		return s.sign.Verifier
	}
	return all[len(all)-1].Verifier
}
