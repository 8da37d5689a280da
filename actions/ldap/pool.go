package ldap

import (
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

const (
	// restful is how long a connection waits for another call. It is short: a
	// firewall forgets one that is silent, and a settings change must not leave
	// sign-ins of the former account behind.
	restful = 5 * time.Second
	// oldest is how old a connection gets. A bot whose own account is locked
	// has no access after it, although directories ask at the sign-in only.
	oldest = time.Minute
	// spare is how many connections to one server wait at the most.
	spare = 8
)

// A link is one signed-in connection. One call uses it at a time.
type link struct {
	to   string // url of the server
	raw  net.Conn
	line *line // below raw
	conn *ldap.Conn
	fl   *flavour // of the server at the other end
	born time.Time
	rest *time.Timer // while it waits
}

// cut ends a call that waits for an answer: go-ldap knows no contexts, and
// closing the socket is what wakes its waiters.
func (l *link) cut() { _ = l.raw.Close() }

func (l *link) close() { _ = l.conn.Close() }

// dead reports whether a call has failed with this error because the connection,
// taken from the pool, was of no use any more: nothing has come back on it.
func (l *link) dead(err error) bool {
	if err == nil || l.line.heard.Load() {
		return false
	}
	class, _ := actions.ClassOf(classify("", err))
	return class == actions.ClassAgain
}

// A line is a TCP connection that notes whether anything has come.
type line struct {
	net.Conn

	heard atomic.Bool
}

func (l *line) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if n > 0 {
		l.heard.Store(true)
	}
	return n, err
}

// pool are the connections that wait for the next call. A connection comes back
// only from a call that ended without any error and was not cancelled, so that
// nothing is under way on it.
//
// The url is asked for each time: an answer of another server than the one that
// was meant would be a wrong proof.
type pool struct {
	mu   sync.Mutex
	idle map[string][]*link // by url
}

// take is the connection to this server that was used last, or nil if none waits.
func (p *pool) take(url string) *link {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n := len(p.idle[url]); n > 0; n = len(p.idle[url]) {
		l := p.idle[url][n-1]
		p.idle[url] = p.idle[url][:n-1]
		l.rest.Stop()
		if !l.conn.IsClosing() && time.Since(l.born) < oldest {
			l.line.heard.Store(false)
			return l
		}
		l.close()
	}
	return nil
}

// give has a connection wait for the next call.
func (p *pool) give(l *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle[l.to]) >= spare || l.conn.IsClosing() {
		l.close()
		return
	}
	l.rest = time.AfterFunc(restful, func() { p.drop(l) })
	p.idle[l.to] = append(p.idle[l.to], l)
}

// drop closes a connection that nobody has wanted.
func (p *pool) drop(l *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	idle := p.idle[l.to]
	if n := slices.Index(idle, l); n >= 0 {
		p.idle[l.to] = slices.Delete(idle, n, n+1)
		l.close()
	}
}
