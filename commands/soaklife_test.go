package commands_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"offboard/bot/slack/slacktest"
	"offboard/store"
)

// life plays one case, from HR's first word to the end of it. Whoever acts
// looks after a while whether it had an effect, and else does it again.
func (k *soak) life(n int) {
	login := fmt.Sprintf("l%02d", n)
	hr := []string{"U0HANNA", "U0HELGE"}[n%2]
	time.Sleep(k.some(time.Duration(1+n) * 10 * time.Second))
	id := k.start(hr, login, n%5 == 0)
	if id == "" {
		k.t.Errorf("no case of %s was opened", login)
		return
	}
	declined := false
	for range 2000 {
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
			k.press(hr, "submit:"+string(id)+":")
		case p.State == store.Asked && n%7 == 3 && !declined:
			declined = k.types(k.manager(n), "decline "+string(id)+" not yet")
		case p.State == store.Asked && n%11 == 5:
			k.types(hr, "cancel "+string(id)+" stays after all")
		case p.State == store.Asked:
			k.press(k.manager(n), "approve:"+string(id)+":")
		case p.State == store.Begun && n%13 == 6:
			k.types("U0IVAN", "stop "+string(id)+" enough")
		case p.State == store.Begun && c.Summary().Stuck > 0 && k.dice(2) == 0:
			k.press("U0INES", "retry:"+string(id)+":")
		case p.State == store.Begun:
			for _, st := range p.Steps {
				if st.Manual != nil && !st.State.Ended() {
					k.types("U0IVAN", fmt.Sprintf("confirm %s %s seen by Ivan", id, st.ID))
				}
			}
		}
	}
	c, _ := k.state(id)
	k.t.Errorf("%s has not ended: %s, %s", id, c.State, c.Plan(0).State)
}

func (k *soak) manager(n int) string {
	return []string{"U0MARCO", "U0CLARA", "U0PRIYA", "U0TOM", "U0BO"}[n%5]
}

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
func (k *soak) start(hr, login string, secret bool) store.CaseID {
	k.hands[hr] <- struct{}{}
	defer func() { <-k.hands[hr] }()
	kind := "resignation"
	if secret {
		kind = "termination"
	}
	for range 1000 {
		if id := k.caseOf(login); id != "" {
			_, _ = k.slack.Close(hr, true)
			return id
		}
		v, open := k.slack.Modal(hr)
		switch {
		case open && v.Callback == "start" && len(v.Errors) == 0:
			// Without the directory it comes without the manager, and can't be sent.
			if _, err := k.slack.Submit(hr, map[string]string{"kind": kind, "last day": "2026-11-30", "cut-off": "now"}); err != nil {
				_, _ = k.slack.Close(hr, true)
			}
		case open:
			_, _ = k.slack.Close(hr, true)
		case !k.press(hr, "start:dir:id-"+login):
			k.types(hr, "start "+login)
		}
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

func (k *soak) types(who, line string) bool {
	_, err := k.slack.Slash(who, "", "/offboard "+line)
	return err == nil
}

// press presses the newest button of that name that somebody can see.
func (k *soak) press(who, name string) bool {
	for _, at := range []string{k.slack.DirectChannel(who), k.slack.room.ID} {
		for _, m := range slices.Backward(k.slack.Messages(at)) {
			if m.Only != "" && m.Only != who {
				continue
			}
			for _, b := range m.Blocks {
				for _, e := range elements(b) {
					id, _ := e["action_id"].(string)
					if strings.HasPrefix(id, name) {
						_, err := k.slack.Click(who, slacktest.Message(m), id)
						return err == nil
					}
				}
			}
		}
	}
	return false
}
