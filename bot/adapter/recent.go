package adapter

import "sync"

// Recent remembers the last ids that were seen, to do each once. What must be
// done once across restarts is remembered by the store too.
type Recent struct {
	mu   sync.Mutex
	set  map[string]string
	ring []string
	next int
}

// NewRecent remembers so many ids.
func NewRecent(size int) *Recent {
	return &Recent{set: make(map[string]string, size), ring: make([]string, size)}
}

// Put remembers an id with a value, and reports whether it is new.
func (r *Recent) Put(id, value string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, known := r.set[id]
	r.set[id] = value
	if known {
		return false
	}
	delete(r.set, r.ring[r.next])
	r.ring[r.next] = id
	r.next = (r.next + 1) % len(r.ring)
	return true
}

// Get is the value of an id, and whether it is remembered.
func (r *Recent) Get(id string) (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.set[id]
	return v, ok
}
