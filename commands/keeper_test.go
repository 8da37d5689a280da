package commands_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"offboard/bot"
	"offboard/bot/bottest"
)

// What the keeper does when the platform fails. What it posts otherwise is in
// the conversations.

// count is how many posted messages with that text a place has now.
func (c *company) count(place, text string) int {
	n := 0
	for _, m := range c.chat.Sent() {
		if m.Only.ID == "" && m.Ref.Place.ID == place && bottest.Contains(bottest.Render(m.Versions[len(m.Versions)-1]), text) {
			n++
		}
	}
	return n
}

func (c *company) want(n int, place, text string) {
	c.t.Helper()
	if got := c.count(place, text); got != n {
		c.t.Errorf("%d messages with %q in %s, want %d:\n%s", got, text, place, n, c.chat.Transcript())
	}
}

func TestKeeperPostsLater(t *testing.T) {
	t.Parallel()
	play(t, `
do scene draft
do posts fail 5
hanna clicks "Submit" on "OFF-1"
expect marco does not see "OFF-1"
do pass 2m
`, func(c *company) { c.want(1, "marco", "asks for your approval") })
}

// The platform has posted and the answer was lost: it must not stand there
// twice, and must not go on saying what was true the first time.
func TestKeeperDoesNotPostTwice(t *testing.T) {
	t.Parallel()
	play(t, `
do scene draft
do posts lost 3
hanna clicks "Submit" on "OFF-1"
hanna: /offboard reschedule OFF-1 press
do pass 2m
`, func(c *company) {
		c.want(1, "marco", "asks for your approval")
		c.want(1, "marco", "when somebody presses")
		if refs, err := c.chat.Notified("marco"); err != nil || len(refs) != 1 {
			t.Errorf("marco was notified %d times, %v", len(refs), err)
		}
	})
}

func TestKeeperEditsLater(t *testing.T) {
	t.Parallel()
	play(t, `
do scene asked
do edits fail 20
marco clicks "Decline…"
marco fills
  why?: No
do pass 1h
`, func(c *company) {
		c.want(0, "marco", "[Approve")
		c.want(1, "hanna", "[Submit again]")
	})
}

// What somebody has deleted is posted anew, once, when it has news.
func TestKeeperPostsAnewWhatWasDeleted(t *testing.T) {
	t.Parallel()
	play(t, `
do scene asked
do delete approve/
hanna: /offboard reschedule OFF-1 press
do pass 1h
`, func(c *company) {
		c.want(1, "marco", "asks for your approval")
	})
}

// A message that asks for nothing any more is not brought back.
func TestKeeperLetsGoOfWhatIsSettled(t *testing.T) {
	t.Parallel()
	play(t, `
do scene approved
hanna: /offboard cancel OFF-1
do delete second/
sasha: /offboard second OFF-1
sasha clicks "Don't"
do pass 1h
`, func(c *company) { c.want(0, "it-offboarding", "settled") })
}

// With the thread's own message gone, the thread goes on below the new card.
func TestKeeperPostsTheThreadAnew(t *testing.T) {
	t.Parallel()
	play(t, `
do scene begun
do delete card
ivan: /offboard note OFF-1 Somebody has deleted the card
do pass 1m
`, func(c *company) {
		c.want(1, "it-offboarding", "6 of 7 done")
		threads := map[string]int{}
		for _, m := range c.chat.Sent() {
			if m.Ref.Place.Thread != "" && bottest.Contains(bottest.Render(m.Versions[len(m.Versions)-1]), "Somebody has deleted the card") {
				threads[m.Ref.Place.Thread]++
			}
		}
		if len(threads) != 1 {
			t.Errorf("the note stands in %d threads", len(threads))
		}
	})
}

// A channel that is gone takes nothing else with it.
func TestKeeperWithoutItsChannel(t *testing.T) {
	t.Parallel()
	play(t, `
do scene approved
do channel gone
hanna: /offboard reschedule OFF-1 now
do pass 1h
ivan: /offboard confirm OFF-1 laptop LW-2207
`, func(c *company) {
		c.want(1, "hanna", "Checkpoint of the audit log")
		c.want(1, "marco", "Checkpoint of the audit log")
	})
}

// Killed between the intent and the post: it is posted after the start.
func TestKeeperPostsAfterARestart(t *testing.T) {
	t.Parallel()
	play(t, `
do scene draft
do posts fail 1000
hanna clicks "Submit" on "OFF-1"
do stop
do posts fail 0
do start
`, func(c *company) { c.want(1, "marco", "asks for your approval") })
}

// Killed after the post and before its record: the key keeps it single.
func TestKeeperFindsWhatItHasPosted(t *testing.T) {
	t.Parallel()
	play(t, `
do scene draft
do posts lost 1000
hanna clicks "Submit" on "OFF-1"
do stop
do posts lost 0
do start
`, func(c *company) { c.want(1, "marco", "asks for your approval") })
}

// A case that closed while nothing could be posted still gets its last words,
// although it is in no list of open cases.
func TestKeeperClosesAfterARestart(t *testing.T) {
	t.Parallel()
	play(t, `
do scene begun
do posts fail 1000
ivan: /offboard confirm OFF-1 laptop LW-2207
do pass 5m
do stop
do posts fail 0
do start
do restart
`, func(c *company) {
		c.want(1, "hanna", "Checkpoint of the audit log")
		c.want(1, "marco", "Checkpoint of the audit log")
	})
}

// Two who keep a lie apart: the message of each failure is its own, and an old
// one asks for nothing.
func TestKeeperNeedsAgain(t *testing.T) {
	t.Parallel()
	play(t, `
do vpn lie
do scene begun
do pass 10m
ivan clicks "Retry: leave all groups"
do pass 10m
`, func(c *company) {
		n := 0
		for _, m := range c.chat.Sent() {
			if m.Ref.Place.Kind != bot.Channel || !strings.Contains(m.Versions[0].Summary, "Leave all groups") {
				continue
			}
			n++
			asks := slices.ContainsFunc(m.Versions[len(m.Versions)-1].Parts, func(p bot.Part) bool { _, ok := p.(bot.Buttons); return ok })
			if asks != (n == 2) {
				t.Errorf("message %d has buttons: %t", n, asks)
			}
		}
		if n != 2 {
			t.Errorf("%d messages say that the step needs somebody, want 2", n)
		}
	})
}

// While nobody can say who reads the channel, nothing confidential is posted
// there; and it is posted as soon as that is known.
func TestKeeperAsksWhoReads(t *testing.T) {
	t.Parallel()
	play(t, `
do scene asked kind=Termination ends=Now
marco: /offboard inbox
do people down
do pass 2m
marco clicks "Approve"
expect #it-offboarding does not show "OFF-1"
do people up
do pass 10m
`, func(c *company) { c.want(1, "it-offboarding", "6 of 7 done") })
}

// What failed is tried again in time, although the clock is set back by hours
// meanwhile.
func TestKeeperRetriesWhenTheClockIsSetBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCompany(t)
		c.play(`
do scene draft
do posts fail 1
hanna clicks "Submit" on "OFF-1"
expect marco does not see "OFF-1"
`)
		c.wrong.Store(int64(-5 * time.Hour))
		time.Sleep(time.Minute)
		synctest.Wait()
		c.want(1, "marco", "asks for your approval")
	})
}

// Told of a frozen person are those who can lift it, but not who is frozen:
// also after a start, if nothing could be posted before.
func TestKeeperTellsOfTheFrozenAfterARestart(t *testing.T) {
	t.Parallel()
	play(t, `
sasha: /offboard pause odd results
sasha: /offboard pause off
do posts fail 1000
do disown sasha installation
do stop
do posts fail 0
do start
`, func(c *company) {
		c.want(1, "ada", "Frozen: the decisions of Sasha Lind")
		c.want(1, "anton", "Frozen: the decisions of Sasha Lind")
		c.want(0, "sasha", "Frozen")
		c.want(0, "ivan", "Frozen")
	})
}

// A case that is scheduled for weeks is edited seldom: once a day, and in a few
// steps in its last hours, wherever it stands. A restart edits nothing.
func TestKeeperCountsDownInFewEdits(t *testing.T) {
	t.Parallel()
	play(t, `
do scene approved
do pass 1h
`, func(c *company) {
		versions := func() map[string]int {
			out := map[string]int{}
			for _, m := range c.chat.Sent() {
				if m.Only.ID == "" {
					out[m.Ref.Place.ID] += len(m.Versions) - 1
				}
			}
			return out
		}
		before := versions()
		end := time.Date(2026, 11, 30, 22, 0, 0, 0, time.UTC)
		time.Sleep(time.Until(end) - 3*24*time.Hour)
		c.settle()
		middle := versions()
		c.close()
		c.open()
		c.settle()
		if after := versions(); !maps.Equal(after, middle) {
			t.Errorf("a restart has edited: %v, before it %v", after, middle)
		}
		time.Sleep(time.Until(end) - time.Minute)
		c.settle()
		const days, steps = 7, 7
		for place, n := range versions() {
			switch n -= before[place]; {
			case place == "marco" && n != 0: // the approver's message has no countdown
				t.Errorf("marco's message was edited %d times", n)
			case place != "marco" && (n < days || n > days+steps):
				t.Errorf("in %s there were %d edits within a week, want %d to %d", place, n, days, days+steps)
			}
		}
		c.want(1, "it-offboarding", "within 10 minutes")
		c.want(1, "hanna", "within 10 minutes")
	})
}
