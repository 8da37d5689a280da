package bottest_test

import (
	"context"
	"slices"
	"testing"

	"offboard/bot"
	"offboard/bot/bottest"
)

func TestChat_Platform(t *testing.T) {
	bottest.Platform(t, func(t *testing.T) bottest.Harness {
		c := bottest.New("chat")
		h := chatHarness{Chat: c, t: t}
		h.stage.Ann = c.AddUser("U1", "Ann Lee")
		h.stage.Ben = c.AddUser("U2", "Ben Ray")
		h.stage.Room = c.AddChannel("room", "U1", "U2")
		return h
	})
}

type chatHarness struct {
	*bottest.Chat
	t     *testing.T
	stage bottest.Stage
}

func (h chatHarness) Platform() bot.Platform { return h.Chat }
func (h chatHarness) Stage() bottest.Stage   { return h.stage }

func (h chatHarness) Type(u bot.User, at bot.Place, verb, text string) error {
	_, err := h.Chat.Type(u.ID, at, "/offboard "+verb+" "+text)
	return err
}

func (h chatHarness) Click(u bot.User, label string) error {
	_, err := h.Chat.Click(u.ID, label)
	return err
}

func (h chatHarness) Choose(u bot.User, menu, option string) error {
	_, err := h.Chat.Choose(u.ID, menu, option)
	return err
}

func (h chatHarness) Fill(u bot.User, values map[string]string) error {
	_, err := h.Chat.Fill(u.ID, values)
	return err
}

func (h chatHarness) Redeliver() error {
	_, err := h.Chat.Redeliver()
	return err
}

// Sees adds the last answer, where the problems of a form are.
func (h chatHarness) Sees(u bot.User) string {
	seen, err := h.Chat.Sees(u.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	answer, err := h.Answer(u.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return seen + "\n" + answer
}

func (h chatHarness) File(u bot.User, name string) []byte {
	files, err := h.Files(u.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, f := range slices.Backward(files) {
		if f.Name == name {
			return f.Body
		}
	}
	return nil
}

func (h chatHarness) Notified(u bot.User) int {
	refs, err := h.Chat.Notified(u.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return len(refs)
}

func (h chatHarness) RemoveMessage(ref bot.Ref) { h.Gone(ref) }
func (h chatHarness) RemovePlace(at bot.Place)  { h.GoneChannel(at.ID) }
func (h chatHarness) Await(ctx context.Context, cond func() bool) error {
	return h.Chat.Await(ctx, cond)
}
