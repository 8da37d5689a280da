package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/go-ldap/ldap/v3"
)

// Server is an LDAP server in this process, on a port of loopback that it
// keeps until Close. Only the bot may write, and passwords are never shown.
type Server struct {
	name     string
	listener net.Listener
	done     sync.WaitGroup
	quit     chan struct{} // closed by Close

	mu       sync.Mutex
	tree     *tree
	conns    map[net.Conn]bool
	closed   bool
	lie      bool
	down     bool
	busy     bool
	refuse   bool
	slow     time.Duration
	hang     chan struct{} // closed when the hanging ends; nil if it does not hang
	watchers map[chan struct{}]bool
}

// Start runs a server with these entries until ctx ends or Close is called.
func Start(ctx context.Context, name string, entries []Entry) (*Server, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &Server{
		name: name, listener: l, tree: newTree(entries),
		conns: map[net.Conn]bool{}, watchers: map[chan struct{}]bool{}, quit: make(chan struct{}),
	}
	s.done.Go(s.accept)
	go func() {
		select {
		case <-ctx.Done():
			_ = s.Close()
		case <-s.quit:
		}
	}()
	return s, nil
}

// Name is the name of the server.
func (s *Server) Name() string { return s.name }

// Addr is host and port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close ends the server and its connections. It may be called twice.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.quit)
	s.release()
	s.cut()
	s.mu.Unlock()
	err := s.listener.Close()
	s.done.Wait()
	return err
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.closed || s.down {
			_ = conn.Close()
		} else {
			s.conns[conn] = true
			s.done.Go(func() { s.serve(conn) })
		}
		s.mu.Unlock()
	}
}

// cut ends all connections. s.mu is held.
func (s *Server) cut() {
	for conn := range s.conns {
		_ = conn.Close()
	}
}

// Lie makes the server answer success to every write and change nothing.
func (s *Server) Lie(on bool) { s.set(func() { s.lie = on }) }

// Refuse makes the server forbid every write.
func (s *Server) Refuse(on bool) { s.set(func() { s.refuse = on }) }

// Busy makes the server answer busy to every request but the sign-in.
func (s *Server) Busy(on bool) { s.set(func() { s.busy = on }) }

// Slow makes every request take so long; 0 ends it.
func (s *Server) Slow(d time.Duration) { s.set(func() { s.slow = d }) }

// Down cuts all connections and refuses new ones. The port stays taken.
func (s *Server) Down(on bool) {
	s.set(func() {
		s.down = on
		if on {
			s.cut()
		}
	})
}

// Hang makes the server take requests and not answer, until it is switched off.
func (s *Server) Hang(on bool) {
	s.set(func() {
		s.release()
		if on {
			s.hang = make(chan struct{})
		}
	})
}

func (s *Server) release() {
	if s.hang != nil {
		close(s.hang)
		s.hang = nil
	}
}

func (s *Server) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	s.changed()
}

// Dump returns all entries, ordered by DN, without passwords.
func (s *Server) Dump() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tree.dump()
}

// Writes counts the requests to write so far, those without effect included.
func (s *Server) Writes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tree.writes
}

// Ahead sets the server's clock ahead of the machine's.
func (s *Server) Ahead(d time.Duration) { s.set(func() { s.tree.ahead = d }) }

// Watch returns a channel that receives after changes of the tree or of the
// faults; several changes may come as one. It ends with ctx.
func (s *Server) Watch(ctx context.Context) <-chan struct{} {
	ch := make(chan struct{}, 1)
	s.mu.Lock()
	s.watchers[ch] = true
	s.mu.Unlock()
	context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers, ch)
		close(ch)
	})
	return ch
}

// changed tells the watchers. s.mu is held.
func (s *Server) changed() {
	for ch := range s.watchers {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// State is one account as a person would look at it from outside.
type State struct {
	Login, Name string
	Locked      bool
	Groups      []string
}

// Account describes the account with this login, as the tree has it.
func (s *Server) Account(login string) (State, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.tree.entries {
		if e.first("uid") != login {
			continue
		}
		st := State{Login: login, Name: e.first("displayName"), Locked: e.first("pwdAccountLockedTime") != ""}
		for _, g := range s.tree.entries {
			for _, m := range g.Attrs["member"] {
				if equal("member", m, e.DN) {
					st.Groups = append(st.Groups, g.first("cn"))
				}
			}
		}
		return st, true
	}
	return State{}, false
}

// SignIn tries a login and a password as a client from outside would: nil
// means that the person can sign in.
func (s *Server) SignIn(login, password string) error {
	dn := ""
	for _, e := range s.Dump() {
		if e.first("uid") == login {
			dn = e.DN
		}
	}
	if dn == "" {
		return errors.New("no such login")
	}
	conn, err := ldap.DialURL("ldap://" + s.Addr())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return conn.Bind(dn, password)
}
