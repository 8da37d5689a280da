package commands_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing/synctest"
	"time"

	"offboard/commands/batch"
	"offboard/store"
)

// leave opens a case without the chat.
func (c *company) leave(ctx context.Context, args []string) error {
	ids := map[string]store.PersonID{}
	for _, login := range []string{"helge", "clara", args[0]} {
		p, ok := person(login)
		if !ok {
			return fmt.Errorf("nobody is called %s", login)
		}
		var err error
		if ids[login], err = c.people.Meet(ctx, p); err != nil {
			return err
		}
	}
	helge := store.Actor{Person: ids["helge"], Via: "chat", Claims: []store.Claim{{Role: store.HR}}}
	cut := store.CutOff{Mode: store.Now}
	if slices.Contains(args, "tomorrow") {
		cut = store.CutOff{Mode: store.At, At: time.Now().Add(24 * time.Hour)}
	}
	cs, err := c.store.Append(ctx, store.NewCase, helge, store.Drafted{Person: ids[args[0]], Systems: []string{"directory"}, Terms: store.Terms{
		Kind: "resignation", LastDay: "2026-11-30", CutOff: cut, Zone: "UTC", Manager: ids["clara"],
		Confidential: slices.Contains(args, "secretly"),
	}})
	if err != nil {
		return err
	}
	c.settle()
	if cs, err = c.store.Case(cs.ID); err != nil {
		return err
	}
	cs, err = c.store.Append(ctx, string(cs.ID), helge, store.Submitted{Plan: 1, Scope: cs.Plan(1).Scope})
	if err != nil || !slices.Contains(args, "gone") && !slices.Contains(args, "tomorrow") {
		return err
	}
	time.Sleep(50 * time.Millisecond) // of the bubble: what is shown of the question must not depend on who is faster
	synctest.Wait()
	_, err = c.store.Append(ctx, string(cs.ID), store.Actor{Person: ids["clara"], Via: "chat"}, store.Decided{Plan: 1, Scope: cs.Plan(1).Scope, Approve: true})
	return err
}

// proposed is what offboard import does.
func (c *company) proposed(ctx context.Context, args []string) error {
	reader := batch.Reader{Store: c.store, People: c.people, Kinds: map[string]bool{"resignation": false}, Zone: time.UTC}
	list, problems, err := reader.Read(ctx, []byte("person\n"+strings.Join(args, "\n")), batch.Line{
		Kind: "resignation", LastDay: "2026-11-30", CutOff: "now", Zone: "UTC", Manager: "marco",
	}, func(int64, int64) {})
	if err != nil || len(problems) > 0 {
		return fmt.Errorf("%v, %w", problems, err)
	}
	if _, err := c.store.List(ctx, store.Operator("root"), list.CutOff, list.Rows); err != nil {
		return err
	}
	c.settle()
	return nil
}

// opens opens cases without the chat, as far as the breaker lets it.
func (c *company) opens(ctx context.Context, args []string) error {
	p, ok := person(args[0])
	n, err := strconv.Atoi(args[1])
	if !ok || err != nil {
		return fmt.Errorf("nobody is called %s, or %w", args[0], err)
	}
	who, err := c.people.Meet(ctx, p)
	if err != nil {
		return err
	}
	boss, _ := person("clara")
	clara, err := c.people.Meet(ctx, boss)
	for range n {
		if err != nil {
			return err
		}
		c.raw++
		stranger := fmt.Sprint("stranger", c.raw)
		id, errMet := c.people.Meet(ctx, store.Card{ID: "id-" + stranger, Name: "Stranger " + strconv.Itoa(c.raw), Login: stranger})
		if errMet != nil {
			return errMet
		}
		a := store.Actor{Person: who, Via: "chat", Claims: []store.Claim{{Role: store.HR}}}
		_, err = c.store.Append(ctx, store.NewCase, a, store.Drafted{Person: id, Systems: []string{"directory"}, Terms: store.Terms{
			Kind: "resignation", LastDay: "2026-11-30", CutOff: store.CutOff{Mode: store.Now}, Zone: "UTC", Manager: clara, Confidential: slices.Contains(args, "secretly"),
		}})
	}
	if err == nil {
		c.settle()
	}
	return err
}

func (c *company) change(_ context.Context, args []string) error {
	p, ok := person(args[0])
	if !ok {
		return fmt.Errorf("nobody is called %s", args[0])
	}
	switch args[1] {
	case "name":
		p.Name = args[2]
	case "chat":
		p.Chat = map[string]string{c.stage.account("").Platform: args[2]}
	case "locked":
		p.Disabled = true
	case "zone":
		p.Zone = args[2]
	default:
		return fmt.Errorf("a card has no %s", args[1])
	}
	c.memory.SetPerson(p)
	time.Sleep(2 * time.Minute) // what was read before is not fresh any more
	return nil
}
