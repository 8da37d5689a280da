package commands_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing/synctest"
	"time"

	"offboard/bot/slack/slacktest"
	"offboard/store"
)

// messages are all messages of the bot that everybody in their place can read.
func (k *soak) messages() map[string]slacktest.Message {
	out := map[string]slacktest.Message{}
	for _, at := range k.slack.places() {
		for _, m := range k.slack.Messages(at) {
			if m.Only == "" && m.User == k.slack.BotUser {
				out[m.Channel+"/"+m.TS] = m
			}
		}
	}
	return out
}

// posts are what the store says of messages.
func (k *soak) posts() []store.Post {
	var out []store.Post
	for n := 1; n <= leaving; n++ {
		posts, err := k.store.Posts(store.CaseID(fmt.Sprintf("OFF-%d", n)))
		if err != nil {
			k.t.Fatal(err)
		}
		out = append(out, posts...)
	}
	return out
}

// eachStandsOnce compares what stands in Slack with what the store says: no
// message is there twice, and nobody was notified twice of one.
func (k *soak) eachStandsOnce() {
	k.t.Helper()
	stands, known := k.messages(), map[string]string{}
	for _, p := range k.posts() {
		what := strings.Join([]string{string(p.Case), p.Name, p.Place}, " ")
		if _, ok := stands[p.Ref]; !ok {
			k.t.Errorf("%s is not there: %q", what, p.Ref)
		}
		if other, twice := known[p.Ref]; twice {
			k.t.Errorf("%s is %s", what, other)
		}
		known[p.Ref] = what
	}
	keys := map[string]string{}
	answers := map[string]bool{} // where an answer could not be shown otherwise, it comes as a direct message
	for ref, m := range stands {
		if id, _ := m.Blocks[0]["block_id"].(string); known[ref] == "" && !strings.HasPrefix(id, "key:") {
			answers[ref] = true
			continue
		}
		if known[ref] == "" {
			k.t.Errorf("nobody knows of %s:\n%s", ref, k.slack.Draw(m.Channel, m.Content))
		}
		first := m.Content
		if len(m.Earlier) > 0 {
			first = m.Earlier[0]
		}
		key := fmt.Sprint(m.Channel, m.ThreadTS, first.Blocks[0]["block_id"])
		if keys[key] != "" {
			k.t.Errorf("%s stands twice, as %s and %s", known[ref], ref, keys[key])
		}
		keys[key] = ref
	}
	told := map[string]int{}
	for _, n := range k.slack.Notified("") {
		at := n.Channel + "/" + n.TS
		if told[n.User+at]++; told[n.User+at] > 1 || known[at] == "" && !answers[at] {
			k.t.Errorf("%s was notified of %s (%s): %s", n.User, at, known[at], n.Text)
		}
	}
	if len(stands) < 5*leaving {
		k.t.Errorf("only %d messages", len(stands))
	}
}

// once are the messages that are posted and never edited.
var once = []string{"late/", "remind/", "overdue/", "heir/", "closing/"}

// eachIsTrue has a new keeper render everything again, as if it did not know
// what was shown: nothing may look different then, and nothing be posted.
func (k *soak) eachIsTrue() {
	k.t.Helper()
	before := k.messages()
	told := len(k.slack.Notified(""))
	k.close()
	k.openStore(store.Clock{})
	for _, p := range k.posts() {
		p.Hash = "forgotten"
		if err := k.store.SavePost(p); err != nil {
			k.t.Fatal(err)
		}
	}
	if err := cmp.Or(k.store.SaveCursor("keeper", 0), k.store.Close()); err != nil {
		k.t.Fatal(err)
	}
	k.open()
	time.Sleep(30 * time.Minute)
	synctest.Wait()
	for _, p := range k.posts() {
		if p.Hash == "forgotten" && !slices.ContainsFunc(once, func(o string) bool { return strings.HasPrefix(p.Name, o) }) {
			k.t.Errorf("%s %s was not rendered again", p.Case, p.Name)
		}
	}
	for ref, m := range k.messages() {
		old, stood := before[ref]
		was, now := k.slack.Draw("U0SASHA", old.Content), k.slack.Draw("U0SASHA", m.Content)
		// That somebody has left the channel is seen at the next entry only.
		if m.Channel == k.slack.room.ID && (!stood || strings.Contains(was, "is not shown here any more")) && strings.Contains(now+k.above(m), "(confidential)") {
			continue
		}
		if was != now {
			k.t.Errorf("%s said\n%s\nand the case says\n%s", ref, was, now)
		}
	}
	if n := len(k.slack.Notified("")); n != told {
		k.t.Errorf("%d notifications became %d", told, n)
	}
}

// above is the card that a message hangs on.
func (k *soak) above(m slacktest.Message) string {
	card := k.messages()[m.Channel+"/"+m.ThreadTS]
	return k.slack.Draw("U0SASHA", card.Content)
}
