package commands_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions"
	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/commands/people"
	"offboard/store"
)

// How often people are notified by reminders and alarms, whatever happens to
// the bot and the platform meanwhile. What they read is in the conversations.

func (c *company) notified(want map[string]int) {
	c.t.Helper()
	for who, n := range want {
		refs, err := c.chat.Notified(who)
		if err != nil || len(refs) != n {
			c.t.Errorf("%s was notified %d times, want %d (%v)", who, len(refs), n, err)
		}
	}
}

func TestRemindersAreSentOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		script string // Marco was asked on Monday at 09:00 in his zone, which is UTC
		marco  int    // with the question itself
		hanna  int    // with the draft
	}{
		{"killed after the post and before its record", "do pass 23h\ndo posts lost 1000\ndo pass 1h\ndo stop\ndo posts lost 0\ndo start\ndo pass 1h", 2, 1},
		{"killed before the post", "do pass 23h\ndo posts fail 1000\ndo pass 1h\ndo stop\ndo posts fail 0\ndo start\ndo pass 1h", 2, 1},
		{"the answer was lost twice", "do pass 23h\ndo posts lost 2\ndo pass 2h", 2, 1},
		{"killed again and again", "do pass 24h\ndo restart\ndo restart\ndo pass 10m\ndo restart\ndo pass 1h", 2, 1},
		// Nobody gets in a heap what they missed, and the next one comes a day later.
		{"down for four days", "do pass 10m\ndo stop\ndo pass 96h\ndo start\ndo pass 1h\ndo restart\ndo pass 5h", 2, 2},
		{"down for four days, and a day later", "do pass 10m\ndo stop\ndo pass 72h\ndo start\ndo pass 24h\ndo pass 1h", 3, 2},
		{"started at night", "do pass 10m\ndo stop\ndo pass 34h\ndo start\ndo pass 13h", 1, 1},
		{"started at night, in the morning", "do pass 10m\ndo stop\ndo pass 34h\ndo start\ndo pass 14h", 2, 2},
		// What could not be posted in working hours is not posted at night.
		{"the chat is down until the evening", "do pass 23h\ndo posts fail 100000\ndo pass 9h\ndo posts fail 0\ndo pass 12h", 1, 1},
		{"the chat is down until the evening, in the morning", "do pass 23h\ndo posts fail 100000\ndo pass 9h\ndo posts fail 0\ndo pass 17h", 2, 2},
		{"he moves while he is waited for", "do pass 24h\ndo change marco zone Asia/Kolkata\nmarco: /offboard inbox\ndo pass 4h", 2, 1},
		{"somebody else is asked", "do pass 20h\nmarco: /offboard delegate OFF-1 clara\ndo pass 20h", 1, 1},
		{"it is decided", "do pass 20h\nmarco clicks \"Approve\"\ndo pass 72h", 1, 1},
		{"not at the weekend", "do pass 96h\ndo pass 70h", 5, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCompany(t)
				c.retry = 5 * time.Minute
				c.close()
				c.open()
				c.play("do scene asked\n" + tt.script)
				c.notified(map[string]int{"marco": tt.marco, "hanna": tt.hanna})
			})
		})
	}
}

// Of a confidential case only those are told that nobody answers who may know
// of it.
func TestEscalationKeepsASecret(t *testing.T) {
	t.Parallel()
	play(t, "do scene asked kind=Termination\ndo pass 49h", func(c *company) {
		c.notified(map[string]int{"marco": 3, "hanna": 2, "helge": 0, "sasha": 0, "clara": 0})
	})
}

// Some kinds of departure have no reminders.
func TestNoReminders(t *testing.T) {
	t.Parallel()
	play(t, "do scene asked kind=Death\ndo pass 120h", func(c *company) { c.notified(map[string]int{"marco": 1, "hanna": 1, "helge": 0}) })
}

// With the shortest time between them, two are still four hours apart, also if
// the first one came late.
func TestRemindersKeepTheirDistance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCompany(t)
		c.remind.Every, c.remind.Hours.Days, c.remind.Hours.To = 4*time.Hour, []time.Weekday{0, 1, 2, 3, 4, 5, 6}, 24*time.Hour
		c.remind.Hours.From, c.retry = 0, 5*time.Minute
		c.close()
		c.open()
		c.play("do scene asked\ndo pass 3h\ndo posts fail 100000\ndo pass 4h\ndo posts fail 0\ndo pass 24h\ndo restart\ndo pass 1h")
		var last time.Time
		n := 0
		posts, err := c.store.Posts("OFF-1")
		if err != nil {
			t.Fatal(err)
		}
		refs, err := c.chat.Notified("marco")
		if err != nil {
			t.Fatal(err)
		}
		for _, ref := range refs {
			for _, p := range posts {
				if p.Ref != ref.ID || p.Place != ref.Place.ID {
					continue
				}
				if n++; !last.IsZero() && p.At.Sub(last) < 4*time.Hour {
					t.Errorf("%s came %s after the one before it", p.Name, p.At.Sub(last))
				}
				last = p.At
			}
		}
		if n != len(refs) || n < 6 {
			t.Errorf("%d of %d messages were looked at", n, len(refs))
		}
	})
}

const failing = "do vpn refuse\nmarco clicks \"Approve\" on \"OFF-1\"\nhanna: /offboard reschedule OFF-1 now\n"

func TestAlarms(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		script string
		sasha  int // only of alarms
		want   map[string]int
	}{
		{"at once", "do scene asked\n" + failing, 1, map[string]int{"jane": 0, "ada": 0, "aude": 0, "helge": 0, "hanna": 1}},
		{"who only reads there is not", "do invite bo\ndo scene asked\n" + failing, 1, map[string]int{"bo": 0}},
		{"every quarter of an hour", "do scene asked\n" + failing + "do pass 61m", 5, nil},
		{"killed after the post and before its record", "do scene asked\n" + failing + "do posts lost 1000\ndo pass 15m\ndo stop\ndo posts lost 0\ndo start\ndo pass 1m", 2, nil},
		{"killed before the post", "do scene asked\n" + failing + "do posts fail 1000\ndo pass 15m\ndo stop\ndo posts fail 0\ndo start\ndo pass 1m", 2, nil},
		{"down for a day", "do scene asked\n" + failing + "do stop\ndo pass 24h\ndo start\ndo pass 1m", 2, nil},
		{"somebody has it", "do scene asked\n" + failing + "ines: /offboard take OFF-1\ndo restart\ndo pass 230m", 1, nil},
		{"somebody had it", "do scene asked\n" + failing + "ines: /offboard take OFF-1\ndo restart\ndo pass 241m", 2, nil},
		{"not twice after a death", "do scene asked kind=Death\n" + failing + "do pass 24h", 1, nil},
		{"it is left out", "do scene asked\n" + failing + "ivan: /offboard skip OFF-1 vpn/lock/1 It is gone\nsasha: /offboard second OFF-1\nsasha clicks \"Agree\"\ndo pass 2h", 1, nil},
		{"it is stopped", "do scene asked\n" + failing + "ivan: /offboard stop OFF-1 no\ndo pass 2h", 1, nil},
		{"tried for long", "do scene asked\ndo vpn down\nmarco clicks \"Approve\"\nhanna: /offboard reschedule OFF-1 now\ndo pass 20m", 2, nil},
		{"it answers again", "do scene asked\ndo vpn down\nmarco clicks \"Approve\"\nhanna: /offboard reschedule OFF-1 now\ndo pass 3m\ndo vpn up\ndo pass 2h", 1, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, tt.script, func(c *company) {
				n := 0
				for _, m := range c.chat.Sent() {
					for _, u := range m.Versions[0].Notify {
						if u.ID == "sasha" && m.Ref.Place.ID == "it-offboarding" {
							n++
						}
					}
				}
				if n != tt.sasha {
					t.Errorf("sasha was called %d times, want %d:\n%s", n, tt.sasha, c.chat.Transcript())
				}
				c.notified(tt.want)
			})
		})
	}
}

// While the directory is silent nobody knows who is of IT, and it may be what
// has failed: all who read the channel are called. Of a case that not all of
// them may know of, the requester is; and was told before that not all could be
// read.
func TestAlarmWithoutADirectory(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind  string
		ends  string
		calls map[string]int
	}{
		{"Resignation", "", map[string]int{"ivan": 1, "ines": 1, "sasha": 1, "hanna": 1}},
		{"Termination", "", map[string]int{"ivan": 0, "ines": 0, "sasha": 0, "hanna": 3}},
	} {
		t.Run(tt.kind, func(t *testing.T) {
			play(t, "do scene approved time=17:00 kind="+tt.kind+"\ndo pass 178h\ndo directory down\ndo pass 3h\ndo pass 10m", func(c *company) {
				c.notified(tt.calls)
			})
		})
	}
}

// Who holds the role and does not read the channel is called directly; who has
// it over other leavers only is not.
func TestAlarmOutsideTheChannel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCompany(t)
		c.chat.AddChannel("it-offboarding", "ivan")
		c.roles = append(slices.Clone(roles), people.Role{Role: store.Security, People: []string{"tom"}, Scope: `person.country == "DE"`})
		c.close()
		c.open()
		c.play("do scene asked\n" + failing)
		// Sasha: the lock-out only. Ines: not the other step either, since
		// somebody of IT reads the channel.
		c.notified(map[string]int{"ivan": 2, "ines": 1, "sasha": 1, "tom": 0})
		for _, m := range c.chat.Sent() {
			if m.Ref.Place.Kind == bot.Direct && m.Ref.Place.ID == "sasha" && len(m.Versions[0].Notify) == 0 {
				t.Error("sasha was written to and not notified")
			}
		}
		if s := mustCase(c, "OFF-1").Plan(0).Step("vpn/lock/1"); !s.Calls || s.State != store.NeedsPerson {
			t.Errorf("the lock-out is %s", s.State)
		}
	})
}

// A task of a role of which nobody reads the channel is asked for directly: of
// the requester if it is theirs, else of all who have the role; then the role
// above is told.
func TestTasksOfOtherRoles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		owner store.Role
		pass  string
		want  map[string]int // on Tuesday, 24 November it was due
	}{
		{store.HR, "do pass 47h", map[string]int{"hanna": 1, "helge": 0, "sasha": 0}},
		{store.HR, "do pass 49h", map[string]int{"hanna": 2, "helge": 0, "sasha": 0}},
		{store.HR, "do pass 73h", map[string]int{"hanna": 3, "helge": 0, "sasha": 1}},
		{store.Security, "do pass 49h", map[string]int{"hanna": 1, "sasha": 1, "ivan": 0}},
		{store.Security, "do pass 73h", map[string]int{"hanna": 2, "helge": 1, "sasha": 2, "ivan": 0}},
		{store.IT, "do pass 49h", map[string]int{"ivan": 1, "ines": 0}}, // who is not in the channel need not be: Ivan is
	} {
		t.Run(string(tt.owner)+" "+tt.pass, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCompany(t)
				c.chat.AddChannel("it-offboarding", "ivan")
				c.tasks = []actions.Task{{Name: "papers", Words: "Send the papers", Owner: tt.owner, Due: 24 * time.Hour}}
				c.close()
				c.open()
				c.play("do scene begun\n" + tt.pass)
				c.notified(tt.want)
			})
		})
	}
}

// What a role has to do in a case is one message, not one for each task, and
// says nothing of what is not due yet.
func TestOneReminderForAllTasks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCompany(t)
		c.tasks = nil
		for i, name := range []string{"laptop", "phone", "badge", "car"} {
			c.tasks = append(c.tasks, actions.Task{Name: name, Words: "Take back the " + name, Owner: store.IT, Due: time.Duration(i+1) * 24 * time.Hour})
		}
		c.close()
		c.open()
		c.play("do scene begun\ndo pass 73h") // it is Thursday: one was due on Tuesday, one yesterday, one now
		c.notified(map[string]int{"ivan": 2, "ines": 2, "sasha": 1})
		for text, want := range map[string]int{"Take back the laptop": 2, "Take back the phone": 2, "Take back the badge": 1, "Take back the car": 0} {
			n := 0
			for _, m := range c.chat.Sent() {
				if strings.Contains(m.Versions[0].Summary, "still waits for IT") && strings.Contains(bottest.Render(m.Versions[0]), text) {
					n++
				}
			}
			if n != want {
				t.Errorf("%q stands in %d reminders, want %d:\n%s", text, n, want, c.chat.Transcript())
			}
		}
	})
}

// A reminder in the channel notifies who is at work; a failed lock-out everybody.
func TestWhoSleepsIsNotReminded(t *testing.T) {
	t.Parallel()
	play(t, "do change ines zone Pacific/Auckland\ndo scene begun\ndo pass 97h", func(c *company) {
		c.want(1, "it-offboarding", "still waits for IT")
		c.notified(map[string]int{"ivan": 1, "ines": 0})
	})
	play(t, "do change ines zone Pacific/Auckland\ndo scene asked\n"+failing, func(c *company) { c.notified(map[string]int{"ivan": 2, "ines": 2}) })
}

// While the platform does not say who reads the channel, a step that can wait is
// told to nobody; a failed lock-out is told directly.
func TestChannelThatCannotBeRead(t *testing.T) {
	t.Parallel()
	play(t, "do scene asked\ndo members secret\n"+failing+"do pass 1m", func(c *company) {
		c.notified(map[string]int{"ivan": 1, "ines": 1, "sasha": 1})
		c.play("do members known\ndo pass 1m") // the other step, and the lock-out once more where all read it
		c.notified(map[string]int{"ivan": 3, "ines": 3, "sasha": 2})
	})
}
