package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"offboard/bot"
)

// crowd is everybody who uses the bot in TestKill. They do what they read: a
// button is pressed where it stands. What nobody answered because the bot was
// killed is delivered again, the same delivery, as a chat platform does.
type crowd struct {
	rng      *rand.Rand
	leavers  []*departing
	sheets   map[string]face   // message id -> what it says now
	buttons  map[string]string // verb and case -> object
	flying   map[string]bool   // deliveries that wait for an answer
	answered map[string]bool   // deliveries that have had it
	troubles []string          // answers that were not hoped for
	again    int               // posts that were repeated
	approved map[string]bool   // approvals that were delivered, at most may
	may      int
	cut      time.Time // when access ends; zero: now
	later    string    // only for this one; empty: for all
}

// busy is how many people do something at the same time.
const busy = 8

func newCrowd(rng *rand.Rand, all []*departing) *crowd {
	c := &crowd{rng: rng, leavers: all, flying: map[string]bool{}, answered: map[string]bool{}, approved: map[string]bool{}}
	c.sit(nil)
	return c
}

// sit is what people see after a start of the bot: the paper as it is.
func (c *crowd) sit(lines []sheet) {
	c.sheets, c.buttons, c.again = map[string]face{}, map[string]string{}, 0
	c.flying = map[string]bool{}
	for _, l := range lines {
		c.read(l)
	}
}

func (c *crowd) read(l sheet) {
	if l.Again {
		c.again++
		return
	}
	c.sheets[l.Ref.ID] = l.Shown
	for _, b := range l.Shown.Buttons {
		id, _, _ := strings.Cut(b.Object, ":")
		c.buttons[b.Verb+" "+id] = b.Object
	}
}

// deeds are the steps of one leaver's case that people do, in their order, and
// how the bot's answer begins. What nobody has given away at the approval goes
// to the manager, so they say first who gets what.
func deeds(n int, l *departing) []string {
	out := []string{"start", "submit", "form", "owner", "reports", "approve"}
	if n%2 == 1 {
		out[3], out[4] = out[4], out[3]
	}
	if l.undone {
		out = append(out, "undo", "submit2", "approve2", "credential")
	}
	return append(out, l.later.deeds...)
}

var hoped = map[string]string{
	"start": "OFF-", "submit": "Submitted.", "form": "OFF-", "approve": "Approved.", "owner": "Noted.", "reports": "Noted.",
	"undo": "I am looking at what can be given back", "submit2": "Submitted.", "approve2": "Approved.", "approve3": "Approved.", "decline2": "It stays,", "credential": "Thank you",
}

// next is what somebody does next about a leaver; false if they must wait.
func (c *crowd) next(n int, l *departing) (bot.Interaction, bool) {
	for _, deed := range deeds(n, l) {
		id := deed + "-" + l.login
		if c.answered[id] {
			continue
		}
		i, ok := c.deed(l, deed)
		return i, ok && !c.flying[id]
	}
	return bot.Interaction{}, false
}

func (c *crowd) deed(l *departing, deed string) (bot.Interaction, bool) {
	i := bot.Interaction{ID: deed + "-" + l.login, Verb: deed, User: bot.User{Platform: "web", ID: l.manager}}
	i.Place = bot.Place{Platform: "web", Kind: bot.Direct, ID: l.manager}
	switch deed {
	case "start":
		i.User.ID, i.Object, i.Form = "hanna", "dir:"+l.id, true
		i.Values = map[string]string{
			"kind": "resignation", "last day": "2026-11-30", "cut-off": "now", "zone": "Europe/Lisbon", "manager": l.manager,
		}
		if !c.cut.IsZero() && (c.later == "" || c.later == l.login) {
			i.Values["cut-off"], i.Values["last day"], i.Values["time"] = "at", c.cut.Format(time.DateOnly), c.cut.Format("15:04")
		}
	case "submit", "submit2":
		i.Verb, i.User.ID, i.Object = "submit", "hanna", c.buttons["submit "+l.caseID]
		if deed == "submit2" && !strings.HasPrefix(i.Object, l.caseID+":2:") {
			return i, false // the survey of the undo is not there yet
		}
	case "approve", "approve2", "approve3", "decline2":
		verb := strings.TrimRight(deed, "23")
		i.Verb, i.Object = verb, c.buttons[verb+" "+l.caseID]
		if plan := strings.TrimPrefix(deed, verb); plan != "" && !strings.HasPrefix(i.Object, l.caseID+":"+plan+":") {
			return i, false
		}
		if verb == "decline" {
			i.Form, i.Values = true, map[string]string{"reason": "there is a lawsuit"}
		}
	case "undo":
		i.User.ID, i.Object, i.Form = "hanna", c.buttons["undo "+l.caseID], true
		i.Values = map[string]string{"what": "all", "reason": "it was somebody else", "manager": l.manager, "cut-off": "now"}
	case "credential":
		i.Verb, i.User.ID, i.Object, i.Form = "confirm", "ivan", c.buttons["confirm "+l.caseID], true
		i.Values = map[string]string{"note": "they have a new password"}
	case "form":
		// The manager reads of the case when it is asked about.
		i.Verb, i.Object = "answer", l.caseID
		return i, c.buttons["approve "+l.caseID] != ""
	default:
		heir := l.heir
		if deed == "reports" {
			heir = l.boss
		}
		i.Verb, i.Object, i.Form = "answer", l.caseID+":1:0", true // as the form that the button opens
		i.Values = map[string]string{"what": "corp/" + deed + "/1 1", "choice": "give", "heir": heir}
	}
	return i, i.Object != ""
}

// act is what people do now: they approve first of all, but not more than may
// be, so that there is work for the bot in every life.
func (c *crowd) act() []bot.Interaction {
	var out []bot.Interaction
	order := c.rng.Perm(len(c.leavers))
	for _, approving := range []bool{true, false} {
		for _, n := range order {
			i, ok := c.next(n, c.leavers[n])
			first := strings.HasPrefix(i.ID, "approve-")
			if !ok || approving != (i.Verb == "approve") || len(c.flying) >= busy {
				continue
			}
			if first && !c.approved[i.ID] && len(c.approved) >= c.may {
				continue
			}
			if first {
				c.approved[i.ID] = true
			}
			c.flying[i.ID] = true
			out = append(out, i)
		}
	}
	return out
}

// repeat delivers again what has been answered: some platforms do when they
// did not see that it was.
func (c *crowd) repeat(most int) []bot.Interaction {
	var out []bot.Interaction
	for _, n := range c.rng.Perm(len(c.leavers)) {
		done := slices.DeleteFunc(deeds(n, c.leavers[n]), func(d string) bool { return !c.answered[d+"-"+c.leavers[n].login] })
		if len(out) < most && len(done) > 0 {
			if i, ok := c.deed(c.leavers[n], done[c.rng.IntN(len(done))]); ok {
				out = append(out, i)
			}
		}
	}
	return out
}

// hear takes an answer. What was not hoped for is done again.
func (c *crowd) hear(a told) {
	delete(c.flying, a.ID)
	deed, login, _ := strings.Cut(a.ID, "-")
	if !strings.HasPrefix(a.Text, hoped[deed]) {
		if !c.answered[a.ID] {
			c.troubles = append(c.troubles, a.ID+": "+a.Text)
		}
		return
	}
	c.answered[a.ID] = true
	l := c.leavers[slices.IndexFunc(c.leavers, func(l *departing) bool { return l.login == login })]
	switch deed {
	case "start":
		l.caseID, _, _ = strings.Cut(a.Text, " ")
	case "form":
		l.form = a.Text
	}
}

// checkpoints are the statements about the log in the closing messages.
func (c *crowd) checkpoints() []string {
	var out []string
	for _, s := range c.sheets {
		if s.Checkpoint != "" {
			out = append(out, s.Checkpoint)
		}
	}
	return out
}

// over reports whether everybody has read that every case is closed: who asked
// and who approved.
func (c *crowd) over() bool { return len(c.checkpoints()) >= c.closings() }

// closings is how many closing messages there are in the end: two for each case,
// and two more for one that was undone.
func (c *crowd) closings() int {
	n := 2 * len(c.leavers)
	for _, l := range c.leavers {
		if l.undone {
			n += 2
		}
	}
	return n
}

func (c *crowd) String() string {
	return fmt.Sprintf("%d of %d deeds answered, %d closing messages of %d, %d posts repeated", len(c.answered), 6*len(c.leavers), len(c.checkpoints()), c.closings(), c.again)
}
