package view_test

import (
	"strings"
	"testing"

	"offboard/bot/bottest"
	"offboard/store"
)

// Nothing that is read of a change of role says that somebody leaves, or loses
// their access.
func TestMoveIsNoDeparture(t *testing.T) {
	v := newView("Jane Doe")
	for _, plan := range planStates {
		for _, outcome := range []store.Outcome{store.Done, store.AccessLeft, store.Cancelled} {
			for _, mode := range []store.Mode{store.At, store.Press} {
				c := caseIn(plan, mode, step(3, store.Waiting), step(3, store.Proven), step(6, store.Nothing))
				c.Plans[0].Kind, c.Plans[0].CutOff.Mode = store.Move, mode
				c.Terms.Kind, c.Terms.End, c.Terms.Move = store.MoveKind, "", &store.RoleChange{From: "designer", To: "engineer"}
				if c.State == store.CaseClosed {
					c.Outcome = outcome
				}
				for name, m := range messages(v, c) {
					text := strings.ToLower(m.Summary + bottest.Render(m))
					if strings.HasPrefix(name, "stands in") || name == "clock" || name == "doubted" || strings.HasPrefix(name, "letter") {
						continue // of somebody else, or of every case
					}
					for _, word := range []string{"jane doe leaves", "access ends", "access of", "cut off", "cut-off", "no access", "last day", "offboarding", "departure", "able to sign in", "locked out"} {
						if strings.Contains(text, word) {
							t.Errorf("%s of a change of role that is %s says %q:\n%s", name, plan, word, text)
						}
					}
				}
			}
		}
	}
}
