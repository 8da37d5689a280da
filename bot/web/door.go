package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"sync"
)

// door lets those in who bring the token, and knows them again by a cookie.
// The zero door is closed. Sessions are kept as hashes, so that the file does
// not let anybody in.
type door struct {
	mu       sync.Mutex
	token    string
	sessions map[string]bool // hash of the cookie
}

// current is the token that opens the door next.
func (d *door) current() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.token == "" {
		d.token = rand.Text()
	}
	return d.token
}

// redeem trades a token for a cookie, once.
func (d *door) redeem(token string) (cookie string, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.token == "" || subtle.ConstantTimeCompare([]byte(hash(token)), []byte(hash(d.token))) != 1 {
		return "", false
	}
	d.token = ""
	return rand.Text(), true
}

// admit makes the cookie with that hash good.
func (d *door) admit(hash string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.sessions == nil {
		d.sessions = map[string]bool{}
	}
	d.sessions[hash] = true
}

func (d *door) knows(cookie string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sessions[hash(cookie)]
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
