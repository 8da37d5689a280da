package commands_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"offboard/actions/actionstest"
)

// soak is a company of which many leave at once, on a chat where everything
// fails again and again.
type soak struct {
	*company
	chat battered

	mu     sync.RWMutex             // held while the bot restarts
	hands  map[string]chan struct{} // a mutex would stop the time of the bubble
	rmu    sync.Mutex
	random *rand.Rand
	faults atomic.Int64
	over   chan struct{} // closed when nobody makes trouble any more
	calm   chan struct{} // closed when nothing fails any more
}

const (
	leaving = 18
	// storm is how long there is trouble, unless all cases are closed before.
	// Somebody may have bad luck for all of it; nobody may be stuck after it.
	storm = 3 * time.Hour
)

// Many cases at once, with calls that fail before and after they had their
// effect, connections that break, a slow directory, people who come and go in
// the channel, and a bot that is restarted. From whatever state this leaves them in
// all cases come to their end, each message stands once, and says what its case
// says. The seed repeats the dice, not the order in which goroutines run.
func TestSoakOnSlack(t *testing.T) {
	t.Parallel()
	soakOn(t, func(t *testing.T) (battered, []member) {
		s := newSlackStage(t)
		s.sockets = 1
		return s, s.cast
	})
}

func TestSoakOnDiscord(t *testing.T) {
	t.Parallel()
	soakOn(t, func(t *testing.T) (battered, []member) {
		s := newDiscordStage(t)
		return s, s.cast
	})
}

func soakOn(t *testing.T, on func(t *testing.T) (battered, []member)) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	synctest.Test(t, func(t *testing.T) {
		s, cast := on(t)
		newSoak(t, s, cast, seed).run()
	})
}

func (k *soak) run() {
	var lives, troubles sync.WaitGroup
	for _, f := range []func(){k.breakCalls, k.breakLine, k.breakDirectory, k.comeAndGo, k.restart} {
		troubles.Go(func() {
			for k.goesOn() {
				f()
			}
		})
	}
	closed := make(chan struct{})
	for n := range leaving {
		lives.Go(func() { k.life(n) })
	}
	go func() {
		lives.Wait()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(storm):
	}
	close(k.over)
	troubles.Wait()
	faults, calls := k.chat.heal()
	k.memory.Fault(actionstest.People, func(f *actionstest.Faults) { *f = actionstest.Faults{} })
	close(k.calm)
	<-closed
	k.rest()
	k.eachStandsOnce()
	k.eachIsTrue()
	k.t.Logf("%d of %d calls and %d other things failed, in %v of the company's time", faults, calls, k.faults.Load(), time.Since(begin))
	if calls < 20*leaving || faults < calls/6 {
		k.t.Errorf("only %d of %d calls failed", faults, calls)
	}
}

func newSoak(t *testing.T, s battered, cast []member, seed uint64) *soak {
	k := &soak{chat: s, hands: map[string]chan struct{}{}, random: rand.New(rand.NewPCG(seed, 1)), over: make(chan struct{}), calm: make(chan struct{})}
	all := staff()
	for n := range leaving {
		p, _ := person("bo")
		p.Login = fmt.Sprintf("l%02d", n)
		p.ID, p.Name, p.Mail, p.Manager = "id-"+p.Login, fmt.Sprintf("Leaver Nr%02d", n), p.Login+"@example.com", "id-"+manager(n)
		p.Chat = accounts(p.Login)
		all = append(all, p)
		k.chat.enrol(member{p.Login, p.Name, s.account(p.Login).ID, ""})
	}
	for _, m := range cast {
		k.hands[m.account] = make(chan struct{}, 1)
	}
	k.company = newCompanyOn(t, s, func(c *company) {
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
	case <-k.over:
		return false
	default:
		return true
	}
}

// tries goes on for as long as things fail, and then n times.
func (k *soak) tries(n int) func(yield func() bool) {
	return func(yield func() bool) {
		for n > 0 && yield() {
			select {
			case <-k.calm:
				n--
			default:
			}
		}
	}
}

// breakCalls has the next call of some kinds fail in one of the ways in which
// calls fail.
func (k *soak) breakCalls() {
	time.Sleep(k.some(300 * time.Millisecond))
	k.chat.breakCalls(k.dice)
}

func (k *soak) breakLine() {
	time.Sleep(k.some(40 * time.Second))
	k.faults.Add(1)
	k.chat.breakLine(k.dice)
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
	bo := k.chat.account("bo").ID
	time.Sleep(k.some(2 * time.Minute))
	k.chat.join(bo, true)
	time.Sleep(k.some(time.Minute))
	k.chat.join(bo, false)
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

// rest lets the bot come to rest.
func (k *soak) rest() {
	time.Sleep(30 * time.Minute)
	synctest.Wait()
}
