package commands_test

import (
	"fmt"
	"slices"
	"time"

	"offboard/store"
)

// life plays one case, from HR's first word to the end of it. Whoever acts
// looks after a while whether it had an effect, and else does it again.
func (k *soak) life(n int) {
	login := fmt.Sprintf("l%02d", n)
	hr := k.id([]string{"hanna", "helge"}[n%2])
	time.Sleep(k.some(time.Duration(1+n) * 10 * time.Second))
	kind := "resignation"
	if n%5 == 0 {
		kind = "termination" // confidential
	}
	id := k.start(hr, login, kind, manager(n))
	if id == "" {
		k.t.Errorf("no case of %s was opened; who starts it sees\n%s", login, k.chat.sees(hr))
		return
	}
	declined := false
	for range k.tries(400) {
		time.Sleep(k.some(15 * time.Second))
		c, ok := k.state(id)
		if !ok {
			continue
		}
		p := c.Plan(0)
		switch {
		case c.State == store.CaseClosed:
			return
		case p.State == store.Proposed, p.State == store.Declined:
			k.chat.presses(hr, "submit:"+string(id)+":")
		case p.State == store.Asked && n%7 == 3 && !declined:
			declined = k.chat.slash(k.id(manager(n)), "decline "+string(id)+" not yet")
		case p.State == store.Asked && n%11 == 5:
			k.chat.slash(hr, "cancel "+string(id)+" stays after all")
		case p.State == store.Asked:
			k.chat.presses(k.id(manager(n)), "approve:"+string(id)+":")
		case p.State == store.Begun && n%13 == 6:
			k.chat.slash(k.id("ivan"), "stop "+string(id)+" enough")
		case p.State == store.Begun && c.Summary().Stuck > 0 && k.dice(2) == 0:
			k.chat.presses(k.id("ines"), "retry:"+string(id)+":")
		case p.State == store.Begun:
			for _, st := range p.Steps {
				if st.Manual != nil && !st.State.Ended() {
					k.chat.slash(k.id("ivan"), fmt.Sprintf("confirm %s %s seen by Ivan", id, st.ID))
				}
			}
		}
	}
	c, _ := k.state(id)
	k.t.Errorf("%s has not ended: %s, %s", id, c.State, c.Plan(0).State)
}

// manager is whose team a leaver is in.
func manager(n int) string { return []string{"marco", "clara", "priya", "tom", "bo"}[n%5] }

// id is the account of somebody.
func (k *soak) id(login string) string { return k.chat.account(login).ID }

// state reads a case, if the bot is not just being restarted.
func (k *soak) state(id store.CaseID) (store.Case, bool) {
	if !k.mu.TryRLock() {
		return store.Case{}, false
	}
	defer k.mu.RUnlock()
	c, err := k.store.Case(id)
	return c, err == nil
}

// start opens a case by the forms. A person has two hands and one screen.
func (k *soak) start(hr, login, kind, manager string) store.CaseID {
	k.hands[hr] <- struct{}{}
	defer func() { <-k.hands[hr] }()
	for range k.tries(60) {
		if id := k.caseOf(login); id != "" {
			k.chat.gives(hr)
			return id
		}
		k.chat.begins(hr, login, kind, manager)
		time.Sleep(k.some(10 * time.Second))
	}
	return ""
}

// caseOf is the open case that somebody is in.
func (k *soak) caseOf(login string) store.CaseID {
	if !k.mu.TryRLock() {
		return ""
	}
	defer k.mu.RUnlock()
	person, err := k.store.Known("id-" + login)
	rows, err2 := k.store.OpenCases()
	i := slices.IndexFunc(rows, func(s store.Summary) bool { return s.Person == person })
	if err != nil || err2 != nil || person == "" || i < 0 {
		return ""
	}
	return rows[i].ID
}
