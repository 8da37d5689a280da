package commands_test

import (
	"encoding/json"
	"strings"
	"testing"

	"offboard/bot"
	"offboard/store"
)

// A verb for a case that one may not see is answered, byte for byte, as for a
// case that does not exist.
func TestHiddenCaseIsNoCase(t *testing.T) {
	play(t, "do scene approved kind=Termination", func(c *company) {
		for _, who := range []string{"bo", "helge", "jane", "ada"} {
			for _, v := range store.Verbs() {
				for _, form := range []bool{false, true} {
					answer := func(object string) string {
						c.raw++
						reply := c.commands.Handle(c.t.Context(), bot.Interaction{
							ID: "same", User: bot.User{Platform: "chat", ID: who}, Verb: string(v), Object: object, Form: form,
							Values: map[string]string{"reason": "r", "note": "n", "text": "t", "person": "bo", "what": "all", "choice": "archive", "cut-off": "now", "kind": "death"},
						})
						b, err := json.Marshal([]any{reply.Message, reply.Form, reply.Errors, reply.Then == nil})
						if err != nil {
							t.Fatal(err)
						}
						return string(b)
					}
					for _, rest := range []string{"", ":1", ":1:vpn/lock/1", ":1:7", ":7:x"} {
						hidden, none := answer("OFF-1"+rest), answer("OFF-9"+rest)
						if hidden != strings.ReplaceAll(none, "OFF-9", "OFF-1") {
							t.Errorf("%s, %s OFF-1%s (form: %t):\n%s\n%s", who, v, rest, form, hidden, none)
						}
					}
				}
			}
		}
		if state := mustCase(c, "OFF-1"); state.Plan(0).State != store.Approved {
			t.Errorf("the case is %s", state.Plan(0).State)
		}
	})
}

func mustCase(c *company, id store.CaseID) store.Case {
	cs, err := c.store.Case(id)
	if err != nil {
		c.t.Fatal(err)
	}
	return cs
}
