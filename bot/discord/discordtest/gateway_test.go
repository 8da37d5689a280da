package discordtest_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"offboard/bot/discord/discordtest"
)

func TestReady(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.AddGuild(discordtest.Guild{Name: "Elsewhere", NoApp: true})
		_, ready := b.ready()
		app := ready["application"].(object)
		if ready["v"] != 10.0 || ready["session_id"] == "" || !strings.HasPrefix(ready["resume_gateway_url"].(string), "ws") || app["id"] != b.AppID || len(ready["guilds"].([]any)) != 1 {
			t.Errorf("READY is %v", ready)
		}
		if a := b.call("GET", "/gateway/bot", nil); a.object["session_start_limit"].(object)["remaining"] != 999.0 {
			t.Errorf("%s", a.raw)
		}
	})
}

// With the intent for servers each of them comes after READY.
func TestGuildCreate(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		g := b.dial()
		g.next()
		g.identify(1)
		if guild := g.event("GUILD_CREATE"); guild["id"] != b.GuildID || guild["owner_id"] != b.OwnerID {
			t.Errorf("%v", guild)
		}
	})
}

func TestCloseCodes(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		identify := func(change object) func(g *gateway) {
			return func(g *gateway) {
				g.send(2, merge(object{"token": b.BotToken, "intents": 0, "properties": object{}}, change))
			}
		}
		for name, c := range map[string]struct {
			do      func(g *gateway)
			code    int
			problem bool
		}{
			"wrong token":        {identify(object{"token": "x"}), 4004, false},
			"unknown intents":    {identify(object{"intents": 1 << 30}), 4013, true},
			"no intents":         {identify(object{"intents": nil}), 4013, true},
			"privileged intent":  {identify(object{"intents": 2}), 4014, false},
			"shard":              {identify(object{"shard": []int{1, 2}}), 4010, false},
			"opcode":             {func(g *gateway) { g.send(99, nil) }, 4001, true},
			"no json":            {func(g *gateway) { b.must(g.ws.WriteMessage(1, []byte("{"))) }, 4002, true},
			"not identified":     {func(g *gateway) { g.send(3, object{}) }, 4003, false},
			"identified twice":   {func(g *gateway) { identify(nil)(g); identify(nil)(g) }, 4005, true},
			"too fast":           {func(g *gateway) { flood(g) }, 4008, true},
			"resume, wrong seq":  {func(g *gateway) { resumeWrong(b, g) }, 4007, true},
			"asked for by fault": {func(g *gateway) { b.Fail(discordtest.Identifying, discordtest.Closed(4014, "")); identify(nil)(g) }, 4014, false},
		} {
			time.Sleep(time.Minute) // IDENTIFY is for every 5 s
			g := b.dial()
			g.next()
			c.do(g)
			if got := g.code(); got != c.code {
				t.Errorf("%s: closed with %d, not %d", name, got, c.code)
			}
			if got := b.Problems(); (len(got) > 0) != c.problem {
				t.Errorf("%s: problems are %q", name, got)
			}
		}
	})
}

func flood(g *gateway) {
	for range 121 {
		g.send(1, nil)
	}
}

func resumeWrong(b *bench, g *gateway) {
	other := b.dial()
	other.next()
	other.identify(0)
	ready := other.event("READY")
	_ = other.ws.Close()
	<-other.done
	synctest.Wait()
	g.send(6, object{"token": b.BotToken, "session_id": ready["session_id"], "seq": 100})
}

// Two IDENTIFYs within 5 s: the second gets op 9.
func TestIdentifyInTurn(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.ready()
		g := b.dial()
		g.next()
		g.identify(0)
		if e := g.next(); e["op"] != 9.0 || e["d"] != false {
			t.Errorf("%v", e)
		}
		time.Sleep(5 * time.Second)
		g.identify(0)
		g.event("READY")
		if n := len(b.Conns()); n != 2 {
			t.Errorf("%d sessions are connected", n)
		}
	})
}

func TestHeartbeat(t *testing.T) {
	bubble(t, discordtest.Config{Heartbeat: 10 * time.Second}, func(t *testing.T, b *bench) {
		g, _ := b.ready()
		c := b.Conns()[0]
		g.send(1, 1)
		if e := g.next(); e["op"] != 11.0 {
			t.Errorf("a heartbeat is answered with %v", e)
		}
		c.AskHeartbeat()
		if e := g.next(); e["op"] != 1.0 {
			t.Errorf("asked is %v", e)
		}
		c.Zombie()
		g.send(1, 1)
		synctest.Wait()
		if len(g.events) != 0 || c.Heartbeats() != 2 {
			t.Error("a zombie answers")
		}
		if code := g.code(); code != 4009 || c.Closed() == "" { // no heartbeat for twice the interval
			t.Errorf("closed with %d", code)
		}
	})
}

// resumed is a new connection that goes on with a session.
func (b *bench) resumed(ready object, seq int) *gateway {
	b.t.Helper()
	g := b.dial()
	g.next()
	g.send(6, object{"token": b.BotToken, "session_id": ready["session_id"], "seq": seq})
	return g
}

// What was missed comes again, what was delivered and not acknowledged too if
// the client did not count it.
func TestResume(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		g, ready := b.ready()
		first, i := b.sent(g)(b.Slash(b.ann.ID, b.room.ID, "/offboard status"))
		b.Conns()[0].Cut()
		<-g.done
		second, err := b.Slash(b.ben.ID, b.room.ID, "/offboard status")
		b.must(err)
		h := b.resumed(ready, g.seq-1)
		if again := h.event("INTERACTION_CREATE"); again["id"] != i["id"] {
			t.Errorf("%v comes again, not %v", again["id"], i["id"])
		}
		if missed := h.event("INTERACTION_CREATE"); missed["id"] != second.ID {
			t.Errorf("%v was missed, not %v", missed["id"], second.ID)
		}
		h.event("RESUMED")
		b.reply(i, 4, says("hi"))
		b.must(first.Wait(b.within()))
		if err := second.Wait(b.within()); err != discordtest.ErrTimeout { //nolint:errorlint // the very value
			t.Errorf("the second is %v", err)
		}
		if w := b.Warnings(); len(w) != 1 || w[0].User != b.ben.ID || w[0].What != "/offboard status" {
			t.Errorf("warnings %v", w)
		}
	})
}

// A fault can make a resume begin too early.
func TestReplay(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		g, ready := b.ready()
		_, i := b.sent(g)(b.Slash(b.ann.ID, b.room.ID, "/offboard status"))
		b.reply(i, 4, says("hi"))
		b.Conns()[0].Cut()
		<-g.done
		b.Fail(discordtest.Resuming, discordtest.Replay(1))
		h := b.resumed(ready, g.seq)
		if again := h.event("INTERACTION_CREATE"); again["id"] != i["id"] {
			t.Error("it is another interaction")
		}
		if a := b.reply(i, 4, says("hi")); a.code() != 40060 {
			t.Errorf("answered again: %s", a.raw)
		}
	})
}

// A session ends with a clean close, with some codes, and after a while.
func TestNotResumable(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		for name, end := range map[string]func(g *gateway){
			"clean close": func(g *gateway) { b.must(g.ws.WriteMessage(8, []byte{3, 232})) },
			"4009":        func(*gateway) { b.Conns()[0].Close(4009, "") },
			"op 9":        func(g *gateway) { b.Conns()[0].Invalidate(false); _ = g.ws.Close() },
			"too late":    func(*gateway) { b.Conns()[0].Cut(); time.Sleep(6 * time.Minute) },
		} {
			time.Sleep(10 * time.Second)
			g, ready := b.ready()
			end(g)
			<-g.done
			synctest.Wait()
			if e := b.resumed(ready, g.seq).next(); e["op"] != 9.0 || e["d"] != false {
				t.Errorf("%s: %v", name, e)
			}
		}
	})
}

// Nobody is there to hear: the person is told, and nothing is kept.
func TestNoSession(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		d, err := b.Slash(b.ann.ID, b.room.ID, "/offboard status")
		b.must(err)
		if err := d.Wait(b.within()); err != discordtest.ErrNoSession { //nolint:errorlint // the very value
			t.Error(err)
		}
	})
}

func TestDispatchFaults(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		g, ready := b.ready()
		b.Fail(discordtest.Dispatches, discordtest.Duplicate())
		d, i := b.sent(g)(b.Slash(b.ann.ID, b.room.ID, "/offboard status"))
		if again := g.event("INTERACTION_CREATE"); again["id"] != i["id"] {
			t.Error("not twice the same")
		}
		b.must(d.Again())
		if again := g.event("INTERACTION_CREATE"); again["id"] != i["id"] {
			t.Error("not again the same")
		}
		b.reply(i, 4, says("hi"))
		if acks := d.Acks(); len(acks) != 1 || acks[0].Type != 4 || acks[0].Data["content"] != "hi" {
			t.Errorf("%+v", acks)
		}
		for _, f := range []discordtest.Fault{discordtest.HalfOpen(), discordtest.Cut()} {
			b.Fail(discordtest.Dispatches, f)
			d, err := b.Slash(b.ann.ID, b.room.ID, "/offboard status")
			b.must(err)
			synctest.Wait()
			if len(g.events) != 0 {
				t.Error("it came")
			}
			_ = g.ws.Close()
			<-g.done
			g = b.resumed(ready, g.seq)
			if missed := g.event("INTERACTION_CREATE"); missed["id"] != d.ID {
				t.Error("it does not come with the resume")
			}
			g.event("RESUMED")
		}
		b.Fail(discordtest.Dispatches, discordtest.AckLost())
		b.sent(g)(b.Slash(b.ann.ID, b.room.ID, "/offboard status"))
		g.send(1, 1)
		synctest.Wait()
		if len(g.events) != 0 {
			t.Error("more came after it")
		}
	})
}

// A half-open connection is noticed by the heartbeats that do not come, and its
// session waits for the resume.
func TestHalfOpen(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		b.command()
		g, ready := b.ready()
		c := b.Conns()[0]
		c.HalfOpen()
		g.send(1, 1)
		time.Sleep(80 * time.Second)
		d, err := b.Slash(b.ann.ID, b.room.ID, "/offboard status")
		b.must(err)
		synctest.Wait()
		if len(g.events) != 0 || c.Closed() != "" || c.Heartbeats() != 0 {
			t.Errorf("something went through: %q", c.Closed())
		}
		time.Sleep(10 * time.Second)
		if c.Closed() == "" || b.Sessions() != 1 {
			t.Error("it is still open, or its session is gone")
		}
		if missed := b.resumed(ready, g.seq).event("INTERACTION_CREATE"); missed["id"] != d.ID {
			t.Error("what was missed does not come")
		}
	})
}
