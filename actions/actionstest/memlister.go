package actionstest

import (
	"context"
	"fmt"
	"strconv"

	"offboard/actions"
)

// memPage is how many accounts of Memory come in one page.
const memPage = 10

// memLister lists the accounts of one system of Memory.
type memLister struct {
	m      *Memory
	system string
}

// List says of each account whose it is.
func (l memLister) List(ctx context.Context, page string) (actions.Page, error) {
	op := l.system + ".List " + page
	if err := l.m.enter(ctx, l.system, op); err != nil {
		return actions.Page{}, err
	}
	defer l.m.done(op)
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	from := 0
	if page != "" {
		var err error
		if from, err = strconv.Atoi(page); err != nil {
			return actions.Page{}, actions.Final(fmt.Errorf("%s: there is no such page", op))
		}
	}
	all := l.m.system(l.system).accounts
	out := actions.Page{Total: len(all)}
	for i := from; i < min(len(all), from+memPage); i++ {
		a := all[i]
		out.Accounts = append(out.Accounts, actions.Listed{
			Account: actions.Account{ID: a.id, Login: a.login, Admin: a.admin()}, Enabled: !a.locked, Person: a.person,
		})
	}
	if from+memPage < len(all) {
		out.Next = strconv.Itoa(from + memPage)
	}
	return out, nil
}

// Stray adds an account that belongs to nobody.
func (m *Memory) Stray(system, login string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.system(system)
	s.accounts = append(s.accounts, &memAccount{id: system + "-" + login, login: login})
}
