package commands_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"offboard/bot/bottest"
)

// wired is what stages have alike on which scripts play through an adapter and
// a fake of its vendor: the transcript is what the vendor's client draws.
type wired struct {
	vendor vendor
	title  string // "Slack"
	suffix string // of people and channels, where there is more than one stage: " on Slack"
	teller *bottest.Teller
	cast   []member // in the order in which they are told of

	screen map[string]string // what was there when they looked last
	acted  time.Time         // when somebody did something last
	answer map[string]string // what somebody alone has seen since they acted last
	signs  int               // warnings that have been told
}

// member is somebody with an account.
type member struct{ login, name, account, zone string }

// vendor is what one chat has of its own. Accounts are its ids of users.
type vendor interface {
	screens(m member) []sight     // what somebody has before them, in the order in which it came
	papers(m member) []paper      // what they can press, in the order in which they look for it
	shows() string                // what stands in the channel of IT
	sees(account string) string   // all that somebody can read
	notes() []note                // who was notified
	unanswered() []string         // the accounts whose client has said that nothing answered
	add(m member)                 // their account
	join(account string, in bool) // the channel of IT, or leave it
	failing(what, how string, n int)

	types(m member, st bottest.Step) error
	press(m member, on paper, c control, how string, st bottest.Step) error
	choose(m member, on paper, c control, value string) error
	fills(ctx context.Context, m member, st bottest.Step) error
	closes(m member) error
	leaves(m member) error // what hides the rest
	again() error          // the last thing that somebody did is delivered again
}

// note is somebody who was notified of a message.
type note struct {
	account string
	id      string // of the message, as in sight
	text    string // what their phone says
}

func newWired(title string, v vendor) wired {
	w := wired{vendor: v, title: title, teller: &bottest.Teller{}, screen: map[string]string{}, answer: map[string]string{}}
	for _, m := range everybody(strings.ToLower(title)) {
		w.enrol(m)
	}
	return w
}

// beside says that another stage is beside this one, and that one transcript
// tells of both.
func (w *wired) beside(t *bottest.Teller) {
	w.teller, w.suffix = t, " on "+w.title
	for i := range w.cast {
		w.cast[i].name += w.suffix
	}
}

// enrol gives somebody an account.
func (w *wired) enrol(m member) {
	w.cast = append(w.cast, m)
	w.vendor.add(m)
}

func (w *wired) Narrate(text string) { w.teller.Narrate(text) }
func (w *wired) Transcript() string  { return w.teller.Transcript() }

// who is a member by login, name, or a first name that one of them has.
func (w *wired) who(name string) (member, error) {
	var found []member
	for _, m := range w.cast {
		if first, _, _ := strings.Cut(m.name, " "); m.login == name || m.name == name {
			return m, nil
		} else if strings.EqualFold(first, name) {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		return member{}, fmt.Errorf("%d people are called %q", len(found), name)
	}
	return found[0], nil
}

// nameOf is the name of an account.
func (w *wired) nameOf(account string) string {
	for _, m := range w.cast {
		if m.account == account {
			return m.name
		}
	}
	return account
}

// PlayStep does what a line of a script says, as a person with the vendor's
// client.
func (w *wired) PlayStep(ctx context.Context, st bottest.Step, o bottest.PlayOptions) error {
	if err := w.step(ctx, st, o); err != nil {
		return fmt.Errorf("script line %d: %s: %w", st.Line, st, err)
	}
	return nil
}

func (w *wired) step(ctx context.Context, st bottest.Step, o bottest.PlayOptions) error {
	switch st.Act {
	case bottest.Narrates:
		w.Narrate(st.Text)
		return nil
	case bottest.Does:
		f, ok := o.Do[st.Text]
		if !ok {
			return fmt.Errorf("nothing is registered under %q", st.Text)
		}
		return f(ctx, st.Args)
	case bottest.Waits:
		return o.Wait(ctx, func() bool { return w.expect(st) == nil })
	case bottest.Expects:
		return w.expect(st)
	case bottest.Again:
		w.acted = time.Now()
		w.teller.Did("(" + w.title + " delivers the last click or line again)")
		return w.vendor.again()
	default:
		return w.act(ctx, st)
	}
}

// act is what a person does.
func (w *wired) act(ctx context.Context, st bottest.Step) error {
	m, err := w.who(st.Who)
	if err != nil {
		return err
	}
	w.answer[m.account], w.acted = "", time.Now()
	switch st.Act {
	case bottest.Types:
		return w.vendor.types(m, st)
	case bottest.Clicks:
		return w.clicks(m, st)
	case bottest.Chooses:
		return w.chooses(m, st)
	case bottest.Fills:
		return w.vendor.fills(ctx, m, st)
	case bottest.Closes:
		w.teller.Did(m.name + " closes the form")
		return w.vendor.closes(m)
	default:
		return fmt.Errorf("nobody can do that on %s: %s", w.title, st.Act)
	}
}

// expect looks whether somebody sees a text, or whether the channel shows it.
func (w *wired) expect(st bottest.Step) error {
	var seen string
	if st.Place != "" {
		seen = w.vendor.shows()
	} else {
		m, err := w.who(st.Who)
		if err != nil {
			return err
		}
		seen = w.vendor.sees(m.account)
		if st.Reply {
			seen = w.answer[m.account]
		}
	}
	if bottest.Contains(seen, st.Text) == st.Not {
		return fmt.Errorf("this is there:\n%s", seen)
	}
	return nil
}

// acts are what a script can do on each of these stages.
func (w *wired) acts(c *company) map[string]act {
	return map[string]act{
		// do posts fail 3, do posts lost 1, do edits fail 3
		"posts": counted(func(how string, n int) { w.vendor.failing("posts", how, n) }),
		"edits": counted(func(how string, n int) { w.vendor.failing("edits", how, n) }),
		"budget": counted(func(who string, n int) {
			m, err := w.who(who)
			if got := w.notified(m.account); err != nil || len(got) != n {
				c.t.Errorf("%s was notified %d times (%v), want %d: %+v", who, len(got), err, n, got)
			}
		}),
		// do invite bo, do expel bo: the channel of IT.
		"invite": w.on(func(m member, _ ...string) error { w.vendor.join(m.account, true); return nil }),
		"expel":  w.on(func(m member, _ ...string) error { w.vendor.join(m.account, false); return nil }),
	}
}

// on is an act of or about one person, and of what follows their name.
func (w *wired) on(f func(m member, rest ...string) error) act {
	return func(_ context.Context, args []string) error {
		m, err := w.who(args[0])
		if err != nil {
			return err
		}
		return f(m, args[1:]...)
	}
}

// notified are the notes of somebody.
func (w *wired) notified(account string) []note {
	var out []note
	for _, n := range w.vendor.notes() {
		if n.account == account {
			out = append(out, n)
		}
	}
	return out
}
