package slack

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
	bolt "go.etcd.io/bbolt"

	"offboard/bot"
	"offboard/bot/slack/slacktest"
)

// A load is 200 clicks a second for 30 s. One socket after the other is cut,
// as often as five openings a minute allow, and at the end both; every tenth
// click is delivered twice.
const (
	clicks   = 6000
	interval = 5 * time.Millisecond
	cutEvery = 1400 // clicks
)

// press clicks all the time, and returns what Slack has delivered.
func press(t testing.TB, w *slacktest.Slack, who []slacktest.User, label string) []*slacktest.Delivery {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	on, ok := w.On(who[0].ID, label)
	if !ok {
		t.Fatal("there is nothing to click on")
	}
	var out []*slacktest.Delivery
	for n := range clicks {
		<-tick.C
		open := w.Conns()
		switch {
		case n == clicks*14/15:
			for _, c := range open {
				c.Cut()
			}
		case n%cutEvery == cutEvery-1 && len(open) > 0:
			open[0].Cut()
		}
		if n%10 == 0 {
			w.Fail(slacktest.Envelopes, slacktest.Duplicate())
		}
		d, err := w.Click(who[n%len(who)].ID, on, label)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, d)
	}
	return out
}

// tally counts how often each interaction was done.
type tally struct {
	mu   sync.Mutex
	done map[string]int
}

func (c *tally) add(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		c.done = map[string]int{}
	}
	c.done[id]++
}

// check looks that what Slack has seen acknowledged was done once, and nothing
// twice. It returns how long the acknowledgements took.
func (c *tally) check(t testing.TB, all []*slacktest.Delivery) []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	var took []time.Duration
	lost := 0
	for _, d := range all {
		err := d.Wait(t.Context())
		n := c.done[d.ID]
		switch {
		case n > 1, err == nil && n != 1, errors.Is(err, slacktest.ErrNoSocket) && n != 0:
			t.Errorf("it was done %d times, and Slack says %v", n, err)
		case err == nil:
			took = append(took, d.Acks()[0].After)
		default:
			lost++
		}
	}
	// Only what came while both were cut had nowhere to go, and up to one frame
	// on each socket that was cut.
	if most := clicks/15 + 2*clicks/cutEvery + sockets; lost > most {
		t.Errorf("%d clicks were lost, at most %d had to be", lost, most)
	}
	t.Logf("%d clicks: %d acknowledged, %d with no socket", len(all), len(took), lost)
	return took
}

func TestLoad(t *testing.T) {
	play(t, slacktest.Config{}, func(t *testing.T, s *scene) {
		s.start()
		s.post("Approve")
		var c tally
		s.handles(func(_ context.Context, i bot.Interaction) bot.Reply {
			time.Sleep(50 * time.Millisecond)
			c.add(i.ID)
			return bot.Reply{}
		})
		all := press(t, s.Slack, []slacktest.User{s.ann, s.ben}, "Approve")
		s.later(10 * time.Second)
		for _, after := range c.check(t, all) {
			if after > time.Second {
				t.Errorf("an acknowledgement took %v", after)
			}
		}
		synctest.Wait()
	})
}

// BenchmarkAcknowledged is the same in real time, with a handler that writes
// to a database, as the bot does. What it reports is how long the slowest
// hundredth of the acknowledgements take, in such writes: those are measured
// at the same time, because the machine may have other work.
func BenchmarkAcknowledged(b *testing.B) {
	db, err := bolt.Open(filepath.Join(b.TempDir(), "db"), 0o600, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	write := func(key string) error {
		return db.Update(func(tx *bolt.Tx) error {
			k, err := tx.CreateBucketIfNotExists([]byte("b"))
			if err == nil {
				err = k.Put([]byte(key), make([]byte, 500))
			}
			return err
		})
	}
	for b.Loop() {
		w := slacktest.New(b, slacktest.Config{RatesCounted: true, Scopes: scopes(false)})
		var who []slacktest.User
		for range 20 {
			who = append(who, w.AddUser(slacktest.User{RealName: "Ann"}))
		}
		p := New(Config{BotToken: w.BotToken, AppToken: w.AppToken, APIURL: w.API(), HTTP: w.HTTP(), Dial: w.Dial, Log: zerolog.Nop()})
		var c tally
		var writes []time.Duration
		ctx, stop := context.WithCancel(b.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- p.Run(ctx, func(_ context.Context, i bot.Interaction) bot.Reply {
				start := time.Now()
				if err := write(i.ID); err != nil {
					b.Error(err)
				}
				wrote := time.Since(start)
				c.add(i.ID)
				c.mu.Lock()
				writes = append(writes, wrote)
				c.mu.Unlock()
				return bot.Reply{}
			})
		}()
		if err := w.Ready(b.Context(), sockets); err != nil {
			b.Fatal(err)
		}
		if _, err := p.Post(b.Context(), bot.Place{Platform: name, Kind: bot.Direct, ID: who[0].ID}, card("Approve"), "k"); err != nil {
			b.Fatal(err)
		}
		all := press(b, w, who[:1], "Approve")
		for _, d := range all {
			_ = d.Wait(b.Context()) // check looks at it once the handlers are done
		}
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
		took := c.check(b, all)
		b.ReportMetric(float64(p99(took))/float64(time.Millisecond), "ack-p99-ms")
		b.ReportMetric(float64(p99(writes))/float64(time.Millisecond), "write-p99-ms")
		b.ReportMetric(float64(p99(took))/float64(p99(writes)), "ack/write")
	}
}

func p99(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)*99/100]
}
