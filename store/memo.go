package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

// A memo is what some rows were last decoded to. It answers only for the very
// bytes that a transaction has, so it needs no word of commits and is right
// within one too. What it gives is shared: nobody changes it. The zero memo is
// ready.
type memo[T any] struct {
	mu   sync.Mutex
	rows map[string]decoded[T]
}

type decoded[T any] struct {
	raw []byte
	v   T
}

// memoRows bounds how many rows a memo keeps. The row of a list of 5,000 people
// has a megabyte.
const memoRows = 8

// row is table.row, and decodes only what has changed since it was last asked.
func (m *memo[T]) row(t table, subject string) (v T, ok bool, err error) {
	b := t.get(bucketRows, []byte(subject))
	if b == nil {
		return v, false, nil
	}
	m.mu.Lock()
	known := m.rows[subject]
	m.mu.Unlock()
	if bytes.Equal(b, known.raw) {
		return known.v, true, nil
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return v, false, fmt.Errorf("row of %s: %w", subject, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rows == nil || len(m.rows) >= memoRows {
		m.rows = map[string]decoded[T]{}
	}
	m.rows[subject] = decoded[T]{slices.Clone(b), v}
	return v, true, nil
}

// cards are those that were opened last, by their commitment: what it commits to
// never changes.
type cards struct {
	mu   sync.Mutex
	open map[[32]byte]Card
}

// mostCards bounds them; a card has less than a kilobyte.
const mostCards = 4096

func (c *cards) get(commit [32]byte) (Card, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	card, ok := c.open[commit]
	return card, ok
}

// forget drops all of them: one may be of somebody who was erased.
func (c *cards) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open = nil
}

func (c *cards) keep(commit [32]byte, card Card) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open == nil || len(c.open) >= mostCards { // what is dropped is opened again
		c.open = map[[32]byte]Card{}
	}
	c.open[commit] = card
}
