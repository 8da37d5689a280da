package commands_test

import (
	"slices"
	"strings"
	"testing"

	"offboard/store"
)

// fellBack counts the entries in OFF-1 that say who may decide in place of the
// approver, and names whom the last one names.
func (c *company) fellBack() (n int, to []string) {
	c.t.Helper()
	events, err := c.store.Events(c.t.Context(), "OFF-1")
	if err != nil {
		c.t.Fatal(err)
	}
	for _, e := range events {
		if b, ok := e.Body.(store.FellBack); ok {
			n++
			to = nil
			for _, id := range b.To {
				to = append(to, c.people.Name(id))
			}
		}
	}
	return n, to
}

// When others are asked in place of the approver, and who: once for each
// cut-off, whatever fails meanwhile.
func TestFallsBack(t *testing.T) {
	t.Parallel()
	const lock = "do policy lock\ndo scene asked time=17:00 " // ends Monday 22:00 UTC
	const now = "do policy lock\ndo scene draft ends=Now\nhanna clicks \"Submit\" on \"OFF-1\"\n"
	both := []string{"Helge Dahl", "Sasha Lind"}
	for _, tt := range []struct {
		name, script string
		n            int
		to           []string
	}{
		{"too early", lock + "\ndo pass 176h", 0, nil},
		{"four hours before", lock + "\ndo pass 177h", 1, both},
		{"for one cut-off once", lock + "\ndo pass 177h\ndo restart\ndo pass 6h\ndo restart\ndo pass 1h", 1, both},
		{"another cut-off", lock + "\ndo pass 177h\nhanna: /offboard reschedule OFF-1 at 2026-12-03 17:00\ndo pass 73h", 2, both},
		{"down at that time", lock + "\ndo pass 170h\ndo stop\ndo pass 20h\ndo start", 1, both},
		{"the disk is full at that time", lock + "\ndo pass 176h\ndo disk full\ndo pass 2h\ndo disk fine\ndo pass 15m", 1, both},
		{"the directory is down at that time", lock + "\ndo pass 176h\ndo people down\ndo pass 2h\ndo people up\ndo pass 15m", 1, both},
		{"decided before", lock + "\nmarco clicks \"Approve\"\ndo pass 177h", 0, nil},
		{"declined before", lock + "\nmarco: /offboard decline OFF-1 no\ndo pass 177h", 0, nil},
		{"hold", "do policy hold\ndo scene asked time=17:00\ndo pass 190h", 0, nil},
		{"nothing is ruled", "do scene asked time=17:00\ndo pass 190h", 0, nil},
		{"confidential: HR's others may not know", lock + "kind=Termination\ndo pass 177h", 1, []string{"Sasha Lind"}},
		{"now: within a day nobody", now + "do pass 23h", 0, nil},
		{"now: after a day", now + "do pass 25h", 1, both},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, tt.script, func(c *company) {
				if n, to := c.fellBack(); n != tt.n || !slices.Equal(to, tt.to) {
					t.Errorf("%d times, the last to %q; want %d, %q", n, to, tt.n, tt.to)
				}
			})
		})
	}
}

// Who is called when approvals are missing, and how often.
func TestMissingApprovalsAreCalledFor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, script string
		hanna, helge int
	}{
		{"before the cut-off", "do scene asked time=17:00\ndo pass 180h", 0, 0},
		{"at the cut-off, and each quarter of an hour", "do scene asked time=17:00\ndo pass 181h\ndo pass 50m", 4, 4},
		{"approved late", "do scene asked time=17:00\ndo pass 181h\ndo pass 20m\nmarco clicks \"Approve\" on \"OFF-1\"\ndo pass 2h", 2, 2},
		{"another time", "do scene asked time=17:00\ndo pass 181h\ndo pass 20m\nhanna: /offboard reschedule OFF-1 at 2026-12-03 17:00\ndo pass 2h", 2, 2},
		{"security is missing, the manager is not", "do policy lock security\ndo scene asked time=17:00\nmarco clicks \"Approve\" on \"OFF-1\"\ndo pass 181h\ndo pass 20m", 2, 2},
		{"confidential: who asked for it", "do scene asked time=17:00 kind=Termination\ndo pass 181h\ndo pass 20m", 2, 0},
		{"no reminders: once", "do scene asked time=17:00 kind=Death\ndo pass 181h\ndo pass 2h", 1, 1},
		{"now: after a day", "do scene draft ends=Now\nhanna clicks \"Submit\" on \"OFF-1\"\ndo pass 24h\ndo pass 20m", 2, 2},
		{"killed in between", "do scene asked time=17:00\ndo pass 181h\ndo pass 5m\ndo restart\ndo restart\ndo pass 12m", 2, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, tt.script, func(c *company) {
				c.want(tt.hanna, "hanna", "approvals are missing")
				c.want(tt.helge, "helge", "approvals are missing")
			})
		})
	}
}

// Until the cut-off of a confidential case nothing in any other case differs:
// no entry, and no message.
func TestSecretLeaverChangesNothingBefore(t *testing.T) {
	t.Parallel()
	about := func(script string) string {
		var out strings.Builder
		play(t, "do scene asked time=17:00\n"+script, func(c *company) {
			posts, err := c.store.Posts("OFF-1")
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range posts {
				out.WriteString(p.Name + " " + p.Place + " " + p.Hash + "\n")
			}
			events, err := c.store.Events(t.Context(), "OFF-1")
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				out.WriteString(c.people.Names(store.Words(e)) + "\n")
			}
		})
		return out.String()
	}
	steady := func(s string) string { // a scope has random commitments in it
		var lines []string
		for l := range strings.SplitSeq(s, "\n") {
			if f := strings.Fields(l); len(f) == 3 && (strings.HasPrefix(l, "approve/") || strings.HasPrefix(l, "survey/")) {
				l = f[0] + " " + f[1]
			}
			lines = append(lines, l)
		}
		return strings.Join(lines, "\n")
	}
	without := about("do pass 12h")
	with := about("do leave marco secretly tomorrow\ndo pass 12h")
	if steady(with) != steady(without) {
		t.Errorf("with\n%s\nwithout\n%s", with, without)
	}
	if after := about("do leave marco secretly tomorrow\ndo pass 25h"); !strings.Contains(after, "moved what waited for Marco Reyes to Clara Okonkwo") {
		t.Errorf("after the cut-off:\n%s", after)
	}
}
