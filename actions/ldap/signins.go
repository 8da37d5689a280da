package ldap

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// lastLogon is the last sign-in at the domain controller that is asked. No other
// hears of it (MS-ADA1, lastLogon: not replicated).
const lastLogon = "lastLogon"

// signIns makes the last sign-ins exact, where each server keeps its own.
func (c *Client) signIns(ctx context.Context, attempt string, w written, f *actions.Finding) error {
	if w.fl.exact == nil || len(w.accounts) == 0 {
		return nil
	}
	var ids []string
	for _, a := range w.accounts {
		ids = append(ids, w.fl.id.filter(a.ID))
	}
	latest, silent, err := c.latest(ctx, attempt, w, or(ids...))
	if err != nil {
		return err
	}
	facts := w.fl.exact
	if len(silent) > 0 {
		facts = w.fl.facts
		f.Notes = append(f.Notes, "a later sign-in may be known elsewhere: "+strings.Join(silent, "; "))
	}
	for n, a := range w.accounts {
		newest(a.entry, latest[a.ID])
		f.Accounts[n].Note = facts.note(a.entry)
	}
	return nil
}

// latest reads the last sign-in at any replica of each account that matches, by
// its id, and says which replicas could not be asked.
func (c *Client) latest(ctx context.Context, attempt string, w written, filter string) (at map[string]time.Time, silent []string, err error) {
	at = map[string]time.Time{}
	var mu sync.Mutex
	c.each(func(_ int, replica string) {
		err := w.among(ctx, c, replica, attempt, func(s *session) error {
			found, err := s.search(s.cfg.Base, ldap.ScopeWholeSubtree, filter, append(s.fl.facts.attrs(), s.fl.id.attr)...)
			mu.Lock()
			defer mu.Unlock()
			for _, e := range found {
				if here := s.fl.facts.used(e); here.After(at[s.id(e)]) {
					at[s.id(e)] = here
				}
			}
			return err
		})
		if err != nil {
			mu.Lock()
			defer mu.Unlock()
			silent = append(silent, host(replica)+" ("+err.Error()+")")
		}
	})
	slices.Sort(silent)
	if ctx.Err() != nil {
		return nil, nil, actions.Again(fmt.Errorf("%s: %w", attempt, ctx.Err()))
	}
	return at, silent, nil
}

// newest puts a sign-in at another server into an entry, if it was later.
func newest(e *ldap.Entry, at time.Time) {
	if here, _ := fileTime(get(e, lastLogon)); !at.After(here) {
		return
	}
	e.Attributes = slices.DeleteFunc(e.Attributes, func(a *ldap.EntryAttribute) bool { return strings.EqualFold(a.Name, lastLogon) })
	e.Attributes = append(e.Attributes, ldap.NewEntryAttribute(lastLogon, []string{toFileTime(at)}))
}
