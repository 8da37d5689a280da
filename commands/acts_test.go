package commands_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	notes "golang.org/x/mod/sumdb/note"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/watch"
	"offboard/bot"
	"offboard/commands/keeper"
	"offboard/store"
)

// act is what "do name args" calls.
type act = func(ctx context.Context, args []string) error

// acts are what a script can do to the world around the chat.
func (c *company) acts() map[string]act {
	acts := map[string]act{
		// do directory down | up | lie | honest: a system that fails. The
		// directory is also where people are found; "people" is that alone.
		"people":    c.fails(actionstest.People),
		"directory": c.fails("directory", actionstest.People),
		"vpn":       c.fails("vpn"),
		// do watch: what was taken is looked at again from now on. Elsewhere the
		// record has no entries about it, so that checkpoints stay as they are.
		"watch": func(context.Context, []string) error { c.watches = true; c.close(); c.open(); return nil },
		// do sweeps 10h: all accounts are looked at each day at ten, from a restart on.
		"sweeps": func(_ context.Context, args []string) (err error) {
			c.sweeps = watch.Timetable{On: true, Daily: true, Zone: time.UTC}
			c.sweeps.At, err = time.ParseDuration(args[0])
			c.close()
			c.open()
			return err
		},
		// do stray scanner backup: accounts in the directory that belong to nobody.
		"stray": func(_ context.Context, args []string) error {
			for _, login := range args {
				c.memory.Stray("directory", login)
			}
			return nil
		},
		// do again jane joins design, do again jane unlocks: access comes back.
		"again": c.again,
		// do systems directory devices: these are configured, after a restart.
		"systems": c.systems,
		// do task handover -48h [240h]: a task of IT is configured too, due so long
		// after the cut-off; the case goes on without it so long after that. From a
		// restart on.
		"task": func(_ context.Context, args []string) error {
			due, err := time.ParseDuration(args[1])
			task := actions.Task{Name: args[0], Words: "See to the " + args[0], Owner: store.IT, Due: due, Proof: "where it is written down"}
			if len(args) > 2 {
				task.Lapse, err = time.ParseDuration(args[2])
			}
			c.tasks = append(slices.Clone(c.tasks), task)
			c.close()
			c.open()
			return err
		},
		// do questions 72h: approvers are asked for so long what no system shows, from a
		// restart on.
		"questions": func(_ context.Context, args []string) (err error) {
			c.questions.Within, err = time.ParseDuration(args[0])
			c.questions.Ask = []store.Question{
				{ID: "jobs", Label: "Scheduled jobs and scripts", Ask: "Does {name} run scheduled jobs or scripts that others depend on?", Task: "Give the jobs and scripts a new owner, and rotate their secrets"},
				{ID: "services", Label: "Services IT does not know", Ask: "Are there services or subscriptions of {name} that IT does not know of?", Task: "Give the services a new owner, and rotate their secrets"},
				{ID: "secrets", Label: "Shared passwords, keys, cards", Ask: "Which shared passwords, keys or cards does {name} know or have?", Task: "Change the shared passwords, and take back keys and cards"},
			}
			c.close()
			c.open()
			return err
		},
		// do remind 1: so many working days before a suspension ends its requester is
		// reminded, in working hours, from a restart on.
		"remind": func(_ context.Context, args []string) (err error) {
			c.remind.BeforeReturn, err = strconv.Atoi(args[0])
			c.remind.Hours = keeper.Hours{From: 9 * time.Hour, To: 17 * time.Hour, Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}}
			c.close()
			c.open()
			return err
		},
		// do answers 12h manager | above: how long it waits who gets what, and who gets
		// it then, from a restart on.
		"answers": func(_ context.Context, args []string) (err error) {
			c.answers.Within, err = time.ParseDuration(args[0])
			c.answers.Above = args[1] == "above"
			c.close()
			c.open()
			return err
		},
		// do announce 48h it: those who are IT are told so long before access ends,
		// from a restart on.
		"announce": func(_ context.Context, args []string) (err error) {
			c.announce.Before, err = time.ParseDuration(args[0])
			c.announce.Roles = []store.Role{store.Role(args[1])}
			c.announce.Hours = keeper.Hours{From: 8 * time.Hour, To: 18 * time.Hour, Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}}
			c.close()
			c.open()
			return err
		},
		// do silence: nobody is asked at the end how it went.
		"silence": func(context.Context, []string) error {
			c.noFeedback = true
			c.close()
			c.open()
			return nil
		},
		// do retention 720h: what is left in the directory is deleted after that,
		// from a restart on.
		"retention": func(_ context.Context, args []string) (err error) {
			c.retention, err = time.ParseDuration(args[0])
			c.close()
			c.open()
			return err
		},
		// do erase 8760h: people are erased that long after their last case, from a
		// restart on.
		"erase": func(_ context.Context, args []string) (err error) {
			c.erase, err = time.ParseDuration(args[0])
			c.close()
			c.open()
			return err
		},
		// do signer down | up: the key that signs checkpoints lives elsewhere from then
		// on, and answers or not.
		"signer": c.signer,
		// do scene asked: a case that has come so far. See scenes.
		"scene": c.scene,
		// do clock ahead 87600h | behind 24h | right: the wall clock is set. A bot
		// that begins with "do clock right" notices it; others believe it.
		"clock": c.clock,
		// do disown marco [installation | bo]: the link in the mail about his last
		// decision in OFF-1, or about what is said.
		"disown": c.disown,
		// do pass 2h
		"pass": c.pass,
		// do restart, do stop, do start: the bot.
		"restart": func(context.Context, []string) error { c.close(); c.open(); return nil },
		"stop":    func(context.Context, []string) error { c.close(); return nil },
		"start":   func(context.Context, []string) error { c.open(); return nil },
		// do leave tom [secretly] [gone | tomorrow]: somebody else leaves; Helge
		// asked for it and Clara decides. It is approved too, for now or for then.
		"leave": c.leave,
		// do policy: the rules in policy_test.go are in force.
		// do policy lock security: what the policy says of the cases to come, about
		// missing approvals and who must approve too.
		"policy": c.policy, "profiles": c.profiles,
		// do account vpn jane2 jane: somebody gets one more account.
		"account": func(_ context.Context, args []string) error {
			c.memory.OpenAccount(args[0], args[1], "id-"+args[2])
			return nil
		},
		// do proposed tom priya: an operator proposes that they leave, now.
		"proposed": c.proposed,
		// do opens hanna 5 [secretly]: she opens so many cases, of strangers.
		"opens": c.opens,
		// do disk full | fine
		"disk": c.disk,
		// do configured | weaker: the file on the server's machine changes.
		"configured": c.configured,
		// do delete card: somebody deletes a message of OFF-1.
		"delete": c.delete,
		// do change bo name "...": the directory says something else.
		"change": c.change,
		// do zones Lisbon=Europe/Lisbon PT=Atlantic/Azores: where places are is
		// configured so, after a restart.
		"zones": func(_ context.Context, args []string) error {
			c.zones = map[string]string{}
			for _, a := range args {
				place, zone, _ := strings.Cut(a, "=")
				c.zones[strings.ToLower(place)] = zone
			}
			c.close()
			c.open()
			return nil
		},
		// do cut: the transcript begins here.
		"cut": func(context.Context, []string) error { c.stage.Narrate(sceneMark + "as said."); return nil },
		// do mark, do unchanged: nothing was recorded or done in between.
		"mark": c.mark, "unchanged": c.unchanged,
		// do restored: the systems are as they were at "do mark".
		"restored": c.restored,
		// do press hanna approve "OFF-1:1:xx": a button that no card had.
		// do ask hanna "/offboard note OFF-1 {10000}": a line too long to show.
		"press": c.press, "ask": c.ask,
		// do approvals marco clara: they read the channel where approvals are asked
		// for, which is configured from now on.
		"approvals": func(_ context.Context, args []string) error {
			c.approvals = c.chat.AddChannel("approvals", args...)
			c.close()
			c.open()
			return nil
		},
	}
	maps.Copy(acts, c.stage.acts(c))
	return acts
}

func (c *company) fails(names ...string) act {
	words := map[string]func(f *actionstest.Faults){
		"down":    func(f *actionstest.Faults) { f.Down = true },
		"up":      func(f *actionstest.Faults) { f.Down, f.Latency = false, 0 },
		"slow":    func(f *actionstest.Faults) { f.Latency = time.Minute },
		"stuck":   func(f *actionstest.Faults) { f.Latency = 16 * time.Minute },
		"lie":     func(f *actionstest.Faults) { f.Ignore = true },
		"honest":  func(f *actionstest.Faults) { f.Ignore = false },
		"refuse":  func(f *actionstest.Faults) { f.Refuse = true },
		"consent": func(f *actionstest.Faults) { f.Refuse = false },
	}
	return func(_ context.Context, args []string) error {
		change, ok := words[strings.Join(args, " ")]
		if !ok {
			return fmt.Errorf("a system can't %q", args)
		}
		for _, n := range names {
			c.memory.Fault(n, change)
		}
		return nil
	}
}

func (c *company) again(_ context.Context, args []string) error {
	switch {
	case len(args) == 3 && args[1] == "joins":
		c.memory.Join("directory", args[2], args[0])
	case len(args) == 2 && args[1] == "unlocks":
		c.memory.Unlock("directory", args[0])
	default:
		return fmt.Errorf("access does not come back by %q", args)
	}
	return nil
}

func (c *company) systems(_ context.Context, args []string) error {
	c.names = args
	c.close()
	c.open()
	return nil
}

// configured records what a changed file leads to.
func (c *company) configured(ctx context.Context, args []string) error {
	f := store.ConfigFile{Sum: "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef", Changed: []string{"- attempts: 6", "+ attempts: 8"}}
	b := store.Configured{Rules: store.Seal("strict")}
	if slices.Equal(args, []string{"weaker"}) {
		f.Changed, f.Weaker = []string{"+ roles[hr].people: eve"}, []string{"eve has the role hr"}
		b.Wanted = store.Seal("wide")
	}
	b.File = store.SealJSON(f)
	_, err := c.store.Append(ctx, store.Installation, store.Operator("root"), b)
	return err
}

func (c *company) clock(_ context.Context, args []string) error {
	var d time.Duration
	var err error
	if args[0] != "right" {
		d, err = time.ParseDuration(args[1])
	}
	if args[0] == "behind" {
		d = -d
	}
	c.wrong.Store(int64(d))
	if !c.doubts {
		c.doubts = true
		c.close()
		c.open()
	}
	time.Sleep(2 * time.Second) // it looks every second
	return err
}

func (c *company) pass(_ context.Context, args []string) error {
	d, err := time.ParseDuration(strings.Join(args, ""))
	time.Sleep(d)
	return err
}

func (c *company) disk(_ context.Context, args []string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.diskFull = slices.Equal(args, []string{"full"})
	return nil
}

func (c *company) delete(_ context.Context, args []string) error {
	posts, err := c.store.Posts("OFF-1")
	for _, p := range posts {
		if strings.HasPrefix(p.Name, args[0]) && p.Ref != "" {
			c.stage.gone(bot.Ref{Place: bot.Place{Platform: p.Platform, Kind: bot.PlaceKind(p.Kind), ID: p.Place, Thread: p.Thread}, ID: p.Ref})
			return nil
		}
	}
	return errors.Join(err, fmt.Errorf("there is no message %s", args[0]))
}

func (c *company) mark(context.Context, []string) error {
	c.marked, c.state = c.store.Last(), c.memory.Snapshot()
	return nil
}

// unchanged allows for entries about persons: that somebody was looked up is
// recorded before anything is asked of the rules.
func (c *company) unchanged(context.Context, []string) error {
	if c.marked == 0 {
		return errors.New("nothing was marked")
	}
	since, err := c.store.Since(c.marked, 1000)
	for _, e := range since {
		if !strings.HasPrefix(e.Subject, "P-") {
			return fmt.Errorf("entry %d was made about %s", e.Seq, e.Subject)
		}
	}
	if c.memory.Snapshot() != c.state {
		return errors.New("something was done in a system")
	}
	return err
}

func (c *company) restored(context.Context, []string) error {
	if now := c.memory.Snapshot(); now != c.state || c.marked == 0 {
		return fmt.Errorf("the systems were\n%s\nand are\n%s", c.state, now)
	}
	return nil
}

func (c *company) press(ctx context.Context, args []string) error {
	object := fill(args[2])
	return c.hand(ctx, args[0], bot.Interaction{Verb: fill(args[1]), Object: object}, fmt.Sprintf("%s presses %s %s", args[0], shorten(args[1]), shorten(object)))
}

func (c *company) ask(ctx context.Context, args []string) error {
	_, line, _ := strings.Cut(fill(args[1]), " ")
	verb, text := bot.Command(line)
	return c.hand(ctx, args[0], bot.Interaction{Verb: verb, Text: text}, fmt.Sprintf("%s types %s", args[0], shorten(line)))
}

// hand gives the bot something that no person could do in the chat, and tells
// how it was answered.
func (c *company) hand(ctx context.Context, who string, i bot.Interaction, words string) error {
	c.raw++
	i.ID, i.User = fmt.Sprintf("raw%d", c.raw), c.stage.account(who)
	reply := c.commands.Handle(ctx, i)
	for reply.Then != nil {
		reply = reply.Then(ctx)
	}
	if reply.Form != nil {
		c.stage.Narrate(words + " → the form " + reply.Form.Title)
		return reply.Form.Check()
	}
	if reply.Message == nil {
		return fmt.Errorf("%s was not answered by a message: %+v", words, reply)
	}
	if err := reply.Message.Check(); err != nil {
		return err
	}
	c.stage.Narrate(words + " → " + reply.Message.Summary)
	return nil
}

func (c *company) signer(ctx context.Context, args []string) error {
	c.signerDown.Store(args[0] == "down")
	if c.signers != nil {
		return nil
	}
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	verifier, err := notes.NewEd25519VerifierKey(store.Origin, key.Public().(ed25519.PublicKey))
	if err != nil {
		return err
	}
	c.signers = []store.SigningKey{{Verifier: verifier, Sign: func(text []byte) ([]byte, error) {
		if c.signerDown.Load() {
			return nil, errors.New("it does not answer")
		}
		return ed25519.Sign(key, text), nil
	}}}
	down := c.signerDown.Swap(false)
	c.close()
	c.open()
	_, err = c.store.HandOver(ctx, "root")
	c.signerDown.Store(down)
	return err
}
