package commands_test

import (
	"slices"
	"testing"
	"time"

	"offboard/commands/keeper"
	"offboard/store"
)

// bodies counts the entries of one kind in OFF-1 that the bot wrote, and returns
// the last one.
func bodies[T store.Body](c *company) (n int, last T) {
	c.t.Helper()
	events, err := c.store.Events(c.t.Context(), "OFF-1")
	if err != nil {
		c.t.Fatal(err)
	}
	for _, e := range events {
		if b, ok := e.Body.(T); ok && e.Actor.Person == "" {
			n, last = n+1, b
		}
	}
	return n, last
}

// When what nobody was named for goes to somebody, and to whom: once, whatever fails
// meanwhile. Helge approves in Marco's place on Monday at 18:00 UTC.
func TestHeirsByDefault(t *testing.T) {
	const open = "do policy lock\ndo scene asked time=17:00\ndo stop\ndo pass 176h\ndo start\ndo pass 1h\nhelge clicks \"Approve\" on \"OFF-1\"\n"
	for _, tt := range []struct {
		name, script string
		answers      keeper.Answers
		want         string // who gets it; empty: nobody yet
	}{
		{"too early", open + "do pass 71h", keeper.Answers{}, ""},
		{"in time", open + "do pass 73h", keeper.Answers{}, "Marco Reyes"},
		{"the one above", open + "do pass 73h", keeper.Answers{Above: true}, "Clara Okonkwo"},
		{"another time", open + "do pass 13h", keeper.Answers{Within: 12 * time.Hour}, "Marco Reyes"},
		{"answered before", open + "marco clicks \"Choose who gets what\" on \"in your place\"\nmarco fills\n  heir: bo\ndo pass 73h", keeper.Answers{}, ""},
		{"the approver approves himself", "do policy lock\ndo scene approved time=17:00\ndo pass 300h", keeper.Answers{}, ""},
		{"stopped", open + "do pass 5h\nivan: /offboard stop OFF-1 enough\ndo pass 73h", keeper.Answers{}, ""},
		{"down at that time, and killed again and again", open + "do pass 70h\ndo stop\ndo pass 20h\ndo start\ndo restart\ndo pass 1h\ndo restart", keeper.Answers{}, "Marco Reyes"},
		{"the disk is full at that time", open + "do pass 71h\ndo disk full\ndo pass 2h\ndo disk fine\ndo pass 15m", keeper.Answers{}, "Marco Reyes"},
		{"the directory is down at that time", open + "do pass 71h\ndo people down\ndo pass 2h\ndo people up\ndo pass 15m", keeper.Answers{Above: true}, "Clara Okonkwo"},
		{"who was asked leaves, and who stands in gets as long", open + "do pass 60h\ndo leave marco gone\ndo pass 13h", keeper.Answers{}, ""},
		{"who was to get it leaves", open + "do pass 60h\ndo leave marco gone\ndo pass 73h", keeper.Answers{}, "Clara Okonkwo"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, "do answers "+tt.answers.Within.String()+" "+map[bool]string{true: "above", false: "manager"}[tt.answers.Above]+"\n"+tt.script, func(c *company) {
				n, b := bodies[store.Defaulted](c)
				if n > 1 || (n == 1) != (tt.want != "") || n == 1 && c.people.Name(b.To) != tt.want {
					t.Errorf("%d times, to %q; want %q", n, c.people.Name(b.To), tt.want)
				}
			})
		})
	}
}

// When a case goes on without a task, once, whatever fails meanwhile; and that it
// does not end as done.
func TestTasksLapse(t *testing.T) {
	const due = "do task badge 1h 72h\ndo scene approved ends=Now\nivan: /offboard confirm OFF-1 laptop 4711\n" // ends an hour after it is due, on Thursday at 10:00
	for _, tt := range []struct {
		name, script string
		want         store.Outcome
	}{
		{"too early", due + "do pass 72h", ""},
		{"in time", due + "do pass 74h", store.AccessLeft},
		{"confirmed before", due + "do pass 70h\nivan: /offboard confirm OFF-1 badge 4712\ndo pass 5h", store.Done},
		{"left out before", due + "do pass 70h\nivan: /offboard skip OFF-1 badge nobody has one\ndo pass 5h", store.Done},
		{"down at that time, and killed again and again", due + "do pass 60h\ndo stop\ndo pass 20h\ndo start\ndo restart\ndo restart", store.AccessLeft},
		{"the disk is full at that time", due + "do pass 71h\ndo disk full\ndo pass 3h\ndo disk fine\ndo pass 15m", store.AccessLeft},
		{"never", "do task badge 1h\ndo scene approved ends=Now\nivan: /offboard confirm OFF-1 laptop 4711\ndo pass 400h", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, tt.script, func(c *company) {
				cs, err := c.store.Case("OFF-1")
				n, _ := bodies[store.Lapsed](c)
				if err != nil || cs.Outcome != tt.want || n > 1 || (n == 1) != (tt.want == store.AccessLeft) {
					t.Errorf("%q, %d times; want %q (%v)", cs.Outcome, n, tt.want, err)
				}
			})
		})
	}
}

// Who has a case whose requester leaves, and when: once, and nobody who decides in
// it.
func TestRequesterIsReplaced(t *testing.T) {
	for _, tt := range []struct {
		name, script string
		to           []string
	}{
		{"a draft", "do scene draft time=17:00\ndo leave hanna tomorrow\ndo restart\ndo restart", []string{"Helge Dahl"}},
		{"asked", "do scene asked time=17:00\ndo leave hanna tomorrow", []string{"Helge Dahl"}},
		{"it has begun", "do scene approved ends=Now\ndo leave hanna tomorrow", nil},
		{"hers is not approved", "do scene draft\ndo leave hanna", nil},
		{"hers is confidential", "do scene draft time=17:00\ndo leave hanna secretly tomorrow\ndo pass 20h", nil},
		{"hers was confidential until now", "do scene draft time=17:00\ndo leave hanna secretly gone\ndo pass 1h", []string{"Helge Dahl"}},
		{"the directory is down then", "do scene draft time=17:00\ndo people down\ndo leave hanna gone\ndo pass 10m\ndo people up\ndo pass 1h", []string{"Helge Dahl"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, tt.script, func(c *company) {
				cs, err := c.store.Case("OFF-1")
				var to []string
				for _, r := range cs.Plan(1).Replaced {
					to = append(to, c.people.Name(r.To))
				}
				if err != nil || !slices.Equal(to, tt.to) {
					t.Errorf("it has %q; want %q (%v)", to, tt.to, err)
				}
			})
		})
	}
}
