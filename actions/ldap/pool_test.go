package ldap

import (
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-ldap/ldap/v3"
)

// linked is a connection to nobody.
func linked(t *testing.T) *link {
	t.Helper()
	here, there := net.Pipe()
	t.Cleanup(func() { _ = there.Close() })
	l := &link{to: "ldap://a", raw: here, line: &line{Conn: here}, conn: ldap.NewConn(here, false), born: time.Now()}
	l.conn.Start()
	t.Cleanup(l.close)
	return l
}

// What waits in the pool is taken again, the last one first, until it is closed,
// old, or has waited long.
func TestPool(t *testing.T) {
	for _, tt := range []struct {
		name    string
		between func(l *link)
		again   bool
	}{
		{"at once", func(*link) {}, true},
		{"a while later", func(*link) { time.Sleep(restful - time.Millisecond) }, true},
		{"nobody wants it", func(*link) { time.Sleep(restful); synctest.Wait() }, false},
		{"the server has closed it", func(l *link) { l.close() }, false},
		{"it is old", func(l *link) { l.born = l.born.Add(-oldest) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := pool{idle: map[string][]*link{}}
				l := linked(t)
				p.give(l)
				if other := p.take("ldap://b"); other != nil {
					t.Error("it gives a connection to another server")
				}
				tt.between(l)
				if got := p.take("ldap://a"); (got == l) != tt.again || !tt.again && got != nil {
					t.Errorf("it gives %v", got)
				}
				if !tt.again && !l.conn.IsClosing() {
					t.Error("a connection that nobody will take is left open")
				}
				if p.take("ldap://a") != nil {
					t.Error("it gives a connection twice")
				}
			})
		})
	}
}

func TestPoolKeepsFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := pool{idle: map[string][]*link{}}
		var all []*link
		for range spare + 1 {
			all = append(all, linked(t))
			p.give(all[len(all)-1])
		}
		open := func() (n int) {
			for _, l := range all {
				if !l.conn.IsClosing() {
					n++
				}
			}
			return n
		}
		if open() != spare || !all[spare].conn.IsClosing() {
			t.Errorf("%d connections wait", open())
		}
		time.Sleep(restful)
		synctest.Wait()
		if open() != 0 {
			t.Errorf("%d connections are left", open())
		}
	})
}
