package ldap

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"offboard/actions"
	"offboard/store"
)

// What the bot does it does on one server, the one of url, and reads it back
// there. The others follow by themselves, in seconds or, between the sites of a
// domain, in hours. Until then the leaver may sign in there, so they are asked
// with the same questions.

const (
	modified = "modifyTimestamp"

	// silence is how long a step waits for a replica that does not answer: one that
	// starts again would let them in until it has caught up. After that the step
	// goes on without it, and says so; the re-checks of the case ask it again.
	silence = 15 * time.Minute

	// The looks are at first as frequent as a domain controller tells the others of
	// its site (15 s: msDS-Replication-Notify-First-DSA-Delay), then so rare that a link that is
	// down for hours makes a dozen entries and not hundreds.
	soonest, rarest = 15 * time.Second, 30 * time.Minute
)

// written is what is known of the server that is written to, to hold the others
// against it.
type written struct {
	base     string // the id of the entry of base
	fl       *flavour
	accounts []account
}

// written reads it; there is nothing to read where there are no replicas.
func (s *session) written(accounts []account) (written, error) {
	w := written{fl: s.fl, accounts: accounts}
	if len(s.cfg.Replicas) == 0 {
		return w, nil
	}
	var err error
	w.base, err = s.baseID()
	return w, err
}

// baseID tells one directory from another: it is the same on all servers of one.
func (s *session) baseID() (string, error) {
	e, err := s.read(s.cfg.Base, s.fl.id.attr)
	switch {
	case err != nil:
		return "", err
	case e == nil || s.id(e) == "":
		return "", actions.Final(fmt.Errorf("base: %s has no %s that the bot can read", s.cfg.Base, s.fl.id.attr))
	}
	return s.id(e), nil
}

var errOther = errors.New("it is a server of another directory: what it shows proves nothing. Correct replicas in the settings")

// among opens a session with a replica, once it is sure to be one. It runs on a
// goroutine of its own, where nobody else would catch a panic.
func (w written) among(ctx context.Context, c *Client, replica, attempt string, fn func(s *session) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = actions.Final(fmt.Errorf("%s: the connector broke: %v", attempt, r))
		}
	}()
	return c.at(replica).with(ctx, attempt, func(s *session) error {
		base, err := s.baseID()
		if err == nil && base != w.base {
			err = actions.Final(errOther)
		}
		if err != nil {
			return err
		}
		return fn(s)
	})
}

// at is the client of one replica.
func (c *Client) at(replica string) *Client {
	other := *c
	other.cfg.URL, other.cfg.Replicas = replica, nil
	return &other
}

// each asks all replicas at the same time, since one that is gone takes as long
// as the time limit.
func (c *Client) each(ask func(n int, replica string)) {
	var all sync.WaitGroup
	for n, replica := range c.cfg.Replicas {
		all.Go(func() { ask(n, replica) })
	}
	all.Wait()
}

// seen is what a replica shows of what is held no more where it was written.
type seen struct {
	host  string
	still []string
	err   error // it could not be asked
}

// elsewhere adds to a finding what the replicas say.
func (c *Client) elsewhere(ctx context.Context, attempt string, t actions.Target, w written, f *actions.Finding, read func(s *session, a account, f *actions.Finding) error) error {
	switch {
	case len(c.cfg.Replicas) == 0:
		return nil
	case t.Account.ID == "":
		return c.signIns(ctx, attempt, w, f)
	}
	all := make([]seen, len(c.cfg.Replicas))
	c.each(func(n int, replica string) {
		all[n] = seen{host: host(replica)}
		var g actions.Finding
		all[n].err = w.among(ctx, c, replica, attempt, func(s *session) error {
			e, err := s.byID(s.cfg.Base, t.Account.ID, s.accountAttrs()...)
			if err != nil {
				return err
			}
			if e == nil && len(w.accounts) > 0 {
				return errors.New("it does not show the account: it is not there yet, or the bot may not read it there")
			}
			if e == nil {
				return nil
			}
			return read(s, s.account(e, nil), &g)
		})
		for _, i := range g.Items {
			if !slices.ContainsFunc(f.Items, func(x actions.Item) bool { return x.ID == i.ID && x.Account == i.Account }) {
				all[n].still = append(all[n].still, i.Label)
			}
		}
		switch why := strings.Join(g.Unread, "; "); {
		case why == "" || len(f.Unread) > 0: // else the same is said already
		case len(all[n].still) > 0:
			all[n].still = append(all[n].still, why)
		case all[n].err == nil:
			all[n].err = errors.New(why)
		}
	})
	if ctx.Err() != nil {
		return actions.Again(fmt.Errorf("%s: %w", attempt, ctx.Err()))
	}
	c.judge(t, w, all, f)
	return nil
}

// judge says how long to wait for the replicas, and what a person does when
// that was too long.
func (c *Client) judge(t actions.Target, w written, all []seen, f *actions.Finding) {
	var still, silent, late []string
	for _, r := range all {
		switch {
		case r.err != nil:
			silent = append(silent, r.host+" ("+r.err.Error()+")")
		case len(r.still) > 0:
			late = append(late, r.host)
			still = append(still, r.host+" still shows "+strings.Join(r.still, ", "))
		}
	}
	since := w.since(t)
	next := min(max(since, soonest), rarest)
	catchUp := "look at the replication between them"
	if w.fl.catchUp != "" {
		catchUp = fmt.Sprintf(w.fl.catchUp, hostname(c.cfg.URL))
	}
	names, shown := strings.Join(late, " and "), strings.Join(still, "; ")
	have := "has"
	if len(late) > 1 {
		have = "have"
	}
	switch {
	case len(late) > 0 && since >= c.cfg.ReplicasWithin:
		f.Behind = actions.Final(fmt.Errorf("%s: %s %s not taken the change for %s: force the replication (%s), or switch off what is broken and take it out of replicas in the settings", shown, names, have, lasts(since), catchUp))
	case len(late) > 0:
		f.Behind = actions.Later(next, "%s. It follows by itself; to have it at once: %s. After %s a person is asked", shown, catchUp, lasts(c.cfg.ReplicasWithin))
	case len(silent) > 0 && since < silence:
		f.Behind = actions.Later(next, "whether all other servers show it is not known: %s. After %s this goes on without an answer", strings.Join(silent, "; "), lasts(silence))
	}
	f.Unasked = silent
}

// since is how long ago it was done, at the most: after the first attempt there may
// have been an outage. What the bot has not tried yet counts from now on.
func (w written) since(t actions.Target) time.Duration {
	if t.First.IsZero() {
		return 0
	}
	done := t.First
	for _, a := range w.accounts {
		if at, err := parseTime(get(a.entry, modified)); err == nil && at.After(done) && at.Before(time.Now()) {
			done = at
		}
	}
	return max(0, time.Since(done))
}

// host is how people know a server, with the port where there is one.
func host(raw string) string {
	if u, err := url.Parse(raw); err == nil {
		return u.Host
	}
	return raw
}

func hostname(raw string) string {
	if u, err := url.Parse(raw); err == nil {
		return u.Hostname()
	}
	return raw
}

func lasts(d time.Duration) string {
	if d >= 2*time.Hour {
		return store.Count(int(d/time.Hour), "hour", "hours")
	}
	return store.Count(int(d/time.Minute), "minute", "minutes")
}
