package bottest

import (
	"bytes"
	"sync"
)

// Log keeps what several goroutines write to it.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write adds b; it never fails.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

// String is all that was written.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
