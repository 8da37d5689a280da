package commands_test

import (
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
// and says what its case says. The seed repeats the dice, not the order in which
// goroutines run.
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
		p.Chat = accounts(p.Login)
		all = append(all, p)
		k.slack.enrol(member{p.Login, p.Name, p.Chat["slack"], ""})
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
