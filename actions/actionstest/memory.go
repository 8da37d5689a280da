package actionstest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"offboard/actions"
)

// Memory is a fake: systems with accounts, groups and owners, and a people
// directory, all in memory. It makes no network calls and waits only on timers
// and contexts, so it works inside a testing/synctest bubble. Its methods may
// be called from several goroutines.
//
// Each system has an account for every login of every person, and the groups
// that the people are in; each can be made to fail by itself (Fault).
type Memory struct {
	// OnCall, if set, is told of every call before it begins, for example
	// "directory/lock.Do jane". It may panic or block, as crash tests need.
	// Set it before the first call.
	OnCall func(op string)
	// OnDone, if set, is told of every call that has had its effect, before it
	// returns. The same holds for it.
	OnDone func(op string)

	mu      sync.Mutex
	people  []actions.Person
	systems map[string]*memSystem
	faults  map[string]*Faults
	calls   []string
}

// People is the name of the people directory for Fault.
const People = "people"

// Faults are the ways in which a system of Memory fails. The counters count
// down with each call that they spoil.
type Faults struct {
	Ignore    bool          // answers success to writes and changes nothing
	Lie       int           // does so for the next n writes
	Refuse    bool          // forbids writes
	Down      bool          // cannot be reached
	DownCalls int           // cannot be reached in the next n calls
	DownUntil time.Time     // cannot be reached before this time
	Busy      bool          // answers that it is overloaded
	Later     int           // the next n writes answer "not done yet", and change nothing
	LaterFor  time.Duration // and when to look again
	Lags      time.Duration // another server of the system holds for so long after the first attempt what was taken
	Mute      bool          // another server of the system does not answer, and is no longer waited for
	LagsMost  time.Duration // after this a person is asked; 0: never
	Latency   time.Duration // each call takes so long
	Hang      bool          // calls wait until their context ends
	Unread    string        // what the account with this login holds can't be read
}

type memSystem struct {
	accounts []*memAccount
	groups   []*memGroup
	writes   int
}

type memAccount struct {
	id, login, person string // person is the Person.ID
	locked, deleted   bool
	changed           time.Time // of the password
	wiped             int
}

type memGroup struct {
	id, name string
	members  []string // account ids
	owners   []string // account ids
}

// NewMemory makes a Memory in which these people exist.
func NewMemory(people []actions.Person) *Memory {
	return &Memory{
		people:  slices.Clone(people),
		systems: map[string]*memSystem{},
		faults:  map[string]*Faults{},
	}
}

// system returns the named system, made at its first use. m.mu is held.
func (m *Memory) system(name string) *memSystem {
	if s := m.systems[name]; s != nil {
		return s
	}
	s := &memSystem{}
	for _, p := range m.people {
		for _, login := range append([]string{p.Login}, p.Accounts...) {
			s.accounts = append(s.accounts, &memAccount{id: name + "-" + login, login: login, person: p.ID})
		}
		for _, g := range p.Groups {
			s.group(name, g).members = append(s.group(name, g).members, name+"-"+p.Login)
		}
	}
	m.systems[name] = s
	return s
}

func (s *memSystem) group(system, name string) *memGroup {
	for _, g := range s.groups {
		if g.name == name {
			return g
		}
	}
	g := &memGroup{id: system + "-group-" + name, name: name}
	s.groups = append(s.groups, g)
	return g
}

func (s *memSystem) account(id string) *memAccount {
	for _, a := range s.accounts {
		if a.id == id && !a.deleted {
			return a
		}
	}
	return nil
}

// Deleted reports whether a login's account is no more.
func (m *Memory) Deleted(system, login string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.system(system).account(system+"-"+login) == nil
}

// Fault changes how a system fails from now on. The name People is the directory.
func (m *Memory) Fault(system string, change func(f *Faults)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m.faultsOf(system))
}

func (m *Memory) faultsOf(system string) *Faults {
	f := m.faults[system]
	if f == nil {
		f = &Faults{}
		m.faults[system] = f
	}
	return f
}

// Own makes a login an owner of a group, as if it had always been one.
func (m *Memory) Own(system, group, login string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	g := m.system(system).group(system, group)
	g.owners = append(g.owners, system+"-"+login)
}

// Join puts a login into a group: access that came back.
func (m *Memory) Join(system, group, login string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	g := m.system(system).group(system, group)
	if id := system + "-" + login; !slices.Contains(g.members, id) {
		g.members = append(g.members, id)
	}
}

// OpenAccount gives somebody one more account, found before all others: a
// connector promises no order.
func (m *Memory) OpenAccount(system, login, person string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.system(system)
	s.accounts = append([]*memAccount{{id: system + "-" + login, login: login, person: person}}, s.accounts...)
}

// Unlock lets a login sign in again: access that came back.
func (m *Memory) Unlock(system, login string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a := m.system(system).account(system + "-" + login); a != nil {
		a.locked = false
	}
}

// Locked reports whether a login cannot sign in.
func (m *Memory) Locked(system, login string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.system(system).account(system + "-" + login)
	return a == nil || a.locked
}

// Members are the logins in a group, in order.
func (m *Memory) Members(system, group string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return logins(system, m.system(system).group(system, group).members)
}

// Owners are the logins that own a group, in order.
func (m *Memory) Owners(system, group string) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return logins(system, m.system(system).group(system, group).owners)
}

func logins(system string, ids []string) []string {
	var out []string
	for _, id := range ids {
		out = append(out, strings.TrimPrefix(id, system+"-"))
	}
	slices.Sort(out)
	return out
}

// Calls are all calls so far, in the words of OnCall.
func (m *Memory) Calls() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.calls)
}

// Writes counts the writes that systems have seen, those without effect included.
func (m *Memory) Writes() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, s := range m.systems {
		n += s.writes
	}
	return n
}

// Snapshot is the state of all systems as text, without times.
func (m *Memory) Snapshot() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(m.systems)) {
		s := m.systems[name]
		for _, a := range s.accounts {
			if a.deleted {
				continue
			}
			fmt.Fprintf(&b, "%s account %s locked=%t wiped=%d\n", name, a.login, a.locked, a.wiped)
		}
		for _, g := range s.groups {
			fmt.Fprintf(&b, "%s group %s members=%v owners=%v\n", name, g.name, logins(name, g.members), logins(name, g.owners))
		}
	}
	return b.String()
}

var errDown = errors.New("connection refused")

// enter is the beginning of every call: it tells OnCall, waits for the
// latency, and fails as the faults of the system say.
func (m *Memory) enter(ctx context.Context, system, op string) error {
	m.mu.Lock()
	m.calls = append(m.calls, op)
	latency, hang := m.faultsOf(system).Latency, m.faultsOf(system).Hang
	m.mu.Unlock()
	if m.OnCall != nil {
		m.OnCall(op)
	}
	if hang {
		<-ctx.Done()
	}
	if latency > 0 {
		timer := time.NewTimer(latency)
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
	}
	if err := ctx.Err(); err != nil {
		return actions.Again(fmt.Errorf("%s: %w", op, err))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.faultsOf(system)
	down := f.Down || time.Now().Before(f.DownUntil)
	if f.DownCalls > 0 {
		f.DownCalls--
		down = true
	}
	switch {
	case down:
		return actions.Again(fmt.Errorf("%s: %w", op, errDown))
	case f.Busy:
		return actions.Again(fmt.Errorf("%s: %w", op, errors.New("503 overloaded")))
	}
	return nil
}

// done is the end of every call that has begun; m.mu is not held.
func (m *Memory) done(op string) {
	if m.OnDone != nil {
		m.OnDone(op)
	}
}

// write is called before each change with m.mu held. It reports whether the
// change is made, or why it is not.
func (m *Memory) write(system string) (bool, error) {
	f := m.faultsOf(system)
	m.system(system).writes++
	switch {
	case f.Refuse:
		return false, actions.Final(errors.New("403 forbidden"))
	case f.Later > 0:
		f.Later--
		return false, actions.Later(f.LaterFor, "still at work")
	case f.Ignore:
		return false, nil
	case f.Lie > 0:
		f.Lie--
		return false, nil
	}
	return true, nil
}
