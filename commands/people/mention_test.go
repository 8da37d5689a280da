package people_test

import (
	"strings"
	"testing"
	"time"

	"offboard/actions/actionstest"
	"offboard/store"
)

// A mention is whoever the account is tied to now, and never a guess.
func TestMention(t *testing.T) {
	in(t, func(o *office) {
		meant := func(platform, text string) string {
			_, c, err := o.Resolve(o.t.Context(), platform, text)
			if err != nil {
				return "!" + err.Error()
			}
			return c.Login
		}
		bo, err := o.Meet(o.t.Context(), card("bo"))
		if err != nil {
			t.Fatal(err)
		}
		o.who("U-ada") // this account the log knows already
		if _, err := o.store.Append(o.t.Context(), string(bo), store.Operator("root"), store.Requested{Change: store.Change{
			Verb: store.VerbLink, Account: new(o.store.Account("chat", "U-home")),
		}}); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct{ platform, text, want string }{
			{"chat", "@U-jane", "jane"},                  // the directory says whose it is
			{"chat", "@U-ada", "ada"},                    // and the log has it from there
			{"chat", "U-jane", "!Nobody in"},             // no mention
			{"other", "@U-jane", "!Nobody in"},           // the same id elsewhere is somebody else's
			{"chat", "@jane", "jane"},                    // typed by hand: the login
			{"chat", "@jan", "!More than one"},           // and not the first that fits
			{"chat", "@U-home", "!Nobody in"},            // a link that nobody has agreed to
			{"chat", "@", "!Nobody in the directory"},    // nothing
			{"chat", "@U-jane is", "!Nobody in the dir"}, // and something else
		} {
			got := meant(tt.platform, tt.text)
			if refused := strings.HasPrefix(tt.want, "!"); refused && !strings.HasPrefix(got, tt.want) || !refused && got != tt.want {
				t.Errorf("%s on %s is %s, want %s", tt.text, tt.platform, got, tt.want)
			}
		}
		moved := card("ada")
		moved.Chat = map[string]string{"chat": "U-new"}
		o.memory.SetPerson(moved)
		time.Sleep(2 * time.Minute) // what was read before is too old then
		if got := meant("chat", "@U-ada"); !strings.HasPrefix(got, "!Nobody in") {
			t.Errorf("an account that was taken away is %s", got)
		}
		if got := meant("chat", "@U-new"); got != "ada" {
			t.Errorf("the new account is %s", got)
		}
		o.memory.Fault(actionstest.People, func(f *actionstest.Faults) { f.Down = true })
		if got := meant("chat", "@U-jane"); !strings.Contains(got, "does not answer") {
			t.Errorf("without a directory it is %s", got)
		}
	})
}
