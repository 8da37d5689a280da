package commands_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions/actionstest"
	"offboard/bot/slack/slacktest"
	"offboard/store"
)

// soak is a company of which many leave at once, on a Slack where everything
// fails again and again.
type soak struct {
	*company
	slack *slackStage

	mu     sync.RWMutex             // held while the bot restarts
	hands  map[string]chan struct{} // a mutex would stop the time of the bubble
	rmu    sync.Mutex
	random *rand.Rand
	faults atomic.Int64
	done   chan struct{}
}

const leaving = 40

// Many cases at once, with calls that fail before and after they had their
// effect, sockets that break, a slow directory, people who come and go in the
// channel, and a bot that is restarted. In the end each message stands once,
// and says what its case says.
func TestSoak(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	synctest.Test(t, func(t *testing.T) {
		k := newSoak(t, seed)
		var lives, troubles sync.WaitGroup
		for _, f := range []func(){k.breakCalls, k.breakSockets, k.breakDirectory, k.comeAndGo, k.restart} {
			troubles.Go(func() {
				for k.goesOn() {
					f()
				}
			})
		}
		for n := range leaving {
			lives.Go(func() { k.life(n) })
		}
		lives.Wait()
		close(k.done)
		troubles.Wait()
		k.heal()
		k.eachStandsOnce()
		k.eachIsTrue()
		t.Logf("%d faults, %d calls, %v of the company's time", k.faults.Load(), len(k.slack.Calls("")), time.Since(begin))
		if k.faults.Load() < 1000 {
			t.Errorf("only %d faults happened", k.faults.Load())
		}
	})
}

func newSoak(t *testing.T, seed uint64) *soak {
	k := &soak{slack: newSlackStage(t), hands: map[string]chan struct{}{}, random: rand.New(rand.NewPCG(seed, 1)), done: make(chan struct{})}
	all := staff()
	managers := []string{"marco", "clara", "priya", "tom", "bo"}
	for n := range leaving {
		p, _ := person("bo")
		p.Login = fmt.Sprintf("l%02d", n)
		p.ID, p.Name, p.Mail, p.Manager = "id-"+p.Login, fmt.Sprintf("Leaver Nr%02d", n), p.Login+"@example.com", "id-"+managers[n%len(managers)]
		p.Chat = map[string]string{"slack": "U0" + strings.ToUpper(p.Login)}
		all = append(all, p)
		k.slack.join(member{p.Login, p.Name, p.Chat["slack"]}, slacktest.User{})
	}
	for _, m := range k.slack.cast {
		k.hands[m.account] = make(chan struct{}, 1)
	}
	k.slack.sockets = 1
	k.company = newCompanyOn(t, k.slack, func(c *company) {
		c.memory, c.starts = actionstest.NewMemory(all), leaving
		c.memory.OnCall = pace
	})
	return k
}

// dice is a number below n.
func (k *soak) dice(n int) int {
	k.rmu.Lock()
	defer k.rmu.Unlock()
	return k.random.IntN(n)
}

// some is a time about as long as d.
func (k *soak) some(d time.Duration) time.Duration { return d/2 + time.Duration(k.dice(int(d))) }

func (k *soak) goesOn() bool {
	select {
	case <-k.done:
		return false
	default:
		return true
	}
}

// targets are what can fail.
var targets = []string{
	"chat.postMessage", "chat.update", "conversations.open", "conversations.members", "conversations.history", "conversations.replies",
	"users.info", "views.open", "views.update", "chat.postEphemeral", slacktest.Responses, slacktest.Envelopes, "apps.connections.open",
}

// breakCalls has the next call of some methods fail in one of the ways in
// which calls fail. What has not happened in a moment does not happen.
func (k *soak) breakCalls() {
	time.Sleep(k.some(300 * time.Millisecond))
	for _, target := range targets {
		k.slack.Heal(target)
		ways := []slacktest.Fault{
			slacktest.RateLimit(time.Duration(1+k.dice(5)) * time.Second), slacktest.Status(503), slacktest.AfterEffect(500), slacktest.Cut(), slacktest.CutAfter(),
			slacktest.Hang(), slacktest.HangAfter(),
		}
		if target == slacktest.Envelopes {
			ways = []slacktest.Fault{slacktest.Duplicate(), slacktest.Cut(), slacktest.HalfOpen()}
		}
		odds := 3
		if target == slacktest.Envelopes {
			odds = 12
		}
		if k.dice(odds) == 0 {
			k.slack.Fail(target, ways[k.dice(len(ways))])
		}
	}
}

func (k *soak) breakSockets() {
	time.Sleep(k.some(40 * time.Second))
	conns := k.slack.Conns()
	if len(conns) == 0 {
		return
	}
	c := conns[k.dice(len(conns))]
	k.faults.Add(1)
	switch k.dice(3) {
	case 0:
		c.Cut()
	case 1:
		c.HalfOpen()
	default:
		c.Disconnect("warning")
	}
}

func (k *soak) breakDirectory() {
	time.Sleep(k.some(30 * time.Second))
	k.faults.Add(1)
	latency, calls, system := time.Duration(k.dice(3000))*time.Millisecond, k.dice(4), []string{"directory", "vpn"}[k.dice(2)]
	k.memory.Fault(actionstest.People, func(f *actionstest.Faults) { f.Latency, f.DownCalls = latency, calls })
	k.memory.Fault(system, func(f *actionstest.Faults) { f.DownCalls = calls })
}

// comeAndGo has somebody join the channel of IT who may not know everything.
func (k *soak) comeAndGo() {
	time.Sleep(k.some(2 * time.Minute))
	k.slack.Join(k.slack.room.ID, "U0BO")
	time.Sleep(k.some(time.Minute))
	k.slack.Leave(k.slack.room.ID, "U0BO")
}

func (k *soak) restart() {
	for range 300 { // about ten minutes, unless all are done
		if time.Sleep(k.some(2 * time.Second)); !k.goesOn() {
			return
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.close()
	k.open()
}

// heal ends all trouble, and lets the bot come to rest.
func (k *soak) heal() {
	for _, c := range k.slack.Calls("") {
		if strings.HasPrefix(c.Error, "HTTP") || slices.Contains([]string{"ratelimited", "connection cut", "no answer"}, c.Error) {
			k.faults.Add(1)
		}
	}
	for _, target := range targets {
		k.slack.Heal(target)
	}
	k.memory.Fault(actionstest.People, func(f *actionstest.Faults) { *f = actionstest.Faults{} })
	time.Sleep(30 * time.Minute)
	synctest.Wait()
}

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
	for ref, m := range stands {
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
		if told[n.User+at]++; told[n.User+at] > 1 || known[at] == "" {
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
