package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/store"
	"offboard/store/audit"
)

// A mail brings a checkpoint that audit verify takes as it is. A place that is down
// for days loses nothing: IT is told once, whatever restarts, check says it, and it
// gets the newest checkpoint, which states all that it lacked, once it is there.
func TestPlacesOfCheckpoints(t *testing.T) {
	o := newOffice(t)
	o.fill()
	post := o.mailed(false)
	text, err := os.ReadFile(o.path)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(o.dir, "far", "points")
	o.configure(string(text) + fmt.Sprintf("\ncheckpoints: {mail: [auditor@example.com], file: %q}\n", file))
	chat := chatting(t)
	serving := func(name string, later time.Duration, f func(t *testing.T, ctx context.Context)) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			o.t = t
			c := store.MachineClock()
			c.Wall = func() time.Time { return time.Now().Add(later) }
			c.Up = nil // all of that has passed
			o.servingAs([]bot.Platform{chat}, c)
			ctx, cancel := context.WithTimeout(t.Context(), longestLife)
			defer cancel()
			if err := chat.Ready(ctx); err != nil {
				t.Fatal(err)
			}
			f(t, ctx)
		})
		o.t = t
	}
	play := func(t *testing.T, ctx context.Context, script string) {
		t.Helper()
		if err := chat.Play(ctx, script, bottest.PlayOptions{}); err != nil {
			t.Fatalf("%v\n%s", err, chat.Transcript())
		}
	}
	const told = "A place gets no checkpoints"
	serving("it is down", 0, func(t *testing.T, ctx context.Context) {
		mails, err := post.Await(ctx, 1)
		if err != nil {
			t.Fatal(err)
		}
		found := audit.Find(mails[0].Text)
		if mails[0].To != "auditor@example.com" || len(found) != 1 {
			t.Fatalf("to %s:\n%s", mails[0].To, mails[0].Text)
		}
		o.run("audit", "verify", "--checkpoint", o.write("kept.eml", mails[0].Text)).want(t, 0, "it extends the checkpoint of")
		o.run("check").want(t, codeBroken, "✖ server", "checkpoints file: it lacks what happened from", "no such file or directory")
	})
	for _, days := range []int{2, 3} {
		serving(fmt.Sprintf("for %d days", days), time.Duration(days)*24*time.Hour, func(t *testing.T, ctx context.Context) {
			play(t, ctx, "wait until ivan sees \""+told+"\"\nwait until sasha sees \""+told+"\"")
		})
	}
	if n := strings.Count(chat.Transcript(), told); n != 2 { // Ivan is all of IT, and Sasha of security
		t.Errorf("it was told %d times:\n%s", n, chat.Transcript())
	}
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	serving("it is up again", 4*24*time.Hour, func(t *testing.T, ctx context.Context) {
		play(t, ctx, "wait until ivan sees \"has them again\"\nwait until sasha sees \"has them again\"")
	})
	if n := strings.Count(chat.Transcript(), told); n != 2 {
		t.Errorf("it was told %d times", n)
	}
	kept, err := os.ReadFile(file)
	if err != nil || len(audit.Find(string(kept))) != 1 {
		t.Errorf("%v: %q", err, kept)
	}
	o.run("audit", "verify", "--checkpoint", file).want(t, 0, "it extends the checkpoint of")
}
