package commands_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing/synctest"
	"time"

	"offboard/bot"
	"offboard/store"
)

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

// eachStandsOnce compares what stands in the chat with what the store says: no
// message is there twice, and nobody was notified twice of one.
func (k *soak) eachStandsOnce() {
	k.t.Helper()
	stands, known := k.chat.stands(), map[string]string{}
	for _, p := range k.posts() {
		what := strings.Join([]string{string(p.Case), p.Name, p.Place}, " ")
		if _, ok := stands[p.Ref]; !ok && !k.hidden(p) {
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
		if answers[ref] = known[ref] == "" && (m.answer || k.chat.tooOld(ref)); answers[ref] {
			continue
		}
		if known[ref] == "" {
			k.t.Errorf("nobody knows of %s:\n%s", ref, m.text)
		}
		if keys[m.key] != "" {
			k.t.Errorf("%s stands twice, as %s and %s", known[ref], ref, keys[m.key])
		}
		keys[m.key] = ref
	}
	told := map[string]int{}
	for _, n := range k.chat.notes() {
		if told[n.account+n.id]++; told[n.account+n.id] > 1 || known[n.id] == "" && !answers[n.id] && !k.chat.tooOld(n.id) {
			k.t.Errorf("%s was notified of %s (%s): %s", n.account, n.id, known[n.id], n.text)
		}
	}
	if len(stands) < 5*leaving {
		k.t.Errorf("only %d messages", len(stands))
	}
}

// hidden reports whether a message may have been deleted: it is about a
// confidential case, somebody joined the channel who may not know of it, and it
// could not be edited.
func (k *soak) hidden(p store.Post) bool {
	return p.Kind == string(bot.Channel) && k.secret(p) && k.chat.tooOld(p.Ref)
}

func (k *soak) secret(p store.Post) bool {
	k.t.Helper()
	c, err := k.store.Case(p.Case)
	if err != nil {
		k.t.Fatal(err)
	}
	return c.Terms.Confidential
}

// once are the messages that are posted and never edited.
var once = []string{"late/", "remind/", "overdue/", "heir/", "closing/"}

// eachIsTrue has a new keeper render everything again, as if it did not know
// what was shown: nothing may look different then, and nothing be posted.
func (k *soak) eachIsTrue() {
	k.t.Helper()
	before, told := k.chat.stands(), len(k.chat.notes())
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
	secret := map[string]bool{}
	for _, p := range k.posts() {
		secret[p.Ref] = k.secret(p)
	}
	for ref, m := range k.chat.stands() {
		old, stood := before[ref]
		// That somebody has left the channel is seen at the next entry only.
		if m.inRoom && (!stood || strings.Contains(old.text, "is not shown here any more")) && secret[ref] {
			continue
		}
		// What asks nothing and is too old is not told of anew; the closing message says how it ended.
		if old.text != m.text && !k.chat.tooOld(ref) {
			k.t.Errorf("%s said\n%s\nand the case says\n%s", ref, old.text, m.text)
		}
	}
	if n := len(k.chat.notes()); n != told {
		k.t.Errorf("%d notifications became %d", told, n)
	}
}
