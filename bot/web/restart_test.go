package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"offboard/bot"
)

// listen serves a chat until the test ends, and returns its URL.
func listen(t testing.TB, c *Chat) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: c.Handler()}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	stop := func() {
		_ = server.Close()
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return "http://" + l.Addr().String()
}

// childFile is set for the process that TestKill kills.
const childFile = "OFFBOARD_WEB_TEST_FILE"

// TestKill_child is what gets killed: it fills a chat, says so, and waits.
func TestKill_child(t *testing.T) {
	file := os.Getenv(childFile)
	if file == "" {
		t.Skip("only TestKill runs this")
	}
	c, b := serve(t, toyConfig(file))
	runToy(t, c)
	b.enterAgain(c)
	steps := []error{
		b.post("/as/hanna/type", url.Values{"text": {"start jane"}}),
		b.post("/as/hanna/fill", url.Values{"form": {formID(b)}, "f.kind": {"leave"}, "f.day": {"2020-01-31"}, "f.who": {"Marco Reyes"}, "f.reason": {"two\nlines"}}),
	}
	ref, err := c.Post(t.Context(), channel("it-offboarding"), toyCard("It begins.", bot.Running), "the-key")
	steps = append(steps, err, c.Edit(t.Context(), ref, toyCard("It is over.", bot.Proven)))
	m := toyApproval()
	m.Notify = []bot.User{{Platform: name, ID: "marco"}}
	_, err = c.Post(t.Context(), direct("marco"), m, "approval")
	if err := errors.Join(append(steps, err)...); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stdout.WriteString("\nfilled\n"); err != nil {
		t.Fatal(err)
	}
	select {}
}

func (b *browser) enterAgain(c *Chat) { b.get("/?token=" + c.Token()) }

func formID(b *browser) string {
	for _, n := range b.page("/as/hanna").id("dialogs").tagged("input") {
		if n.attr["name"] == "form" {
			return n.attr["value"]
		}
	}
	return ""
}

// TestKill kills a process in the middle and finds everything in its file.
func TestKill(t *testing.T) {
	file := filepath.Join(t.TempDir(), "chat.db")
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKill_child$")
	child.Env = append(os.Environ(), childFile+"="+file)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	buffer := make([]byte, 4096)
	for !strings.Contains(said.String(), "filled") {
		n, err := out.Read(buffer)
		said.Write(buffer[:n])
		if err != nil {
			t.Fatalf("%v after %s", err, said.String())
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := child.Wait(); !errors.As(err, &exit) {
		t.Fatalf("the child ended with %v", err)
	}

	c, b := serve(t, toyConfig(file))
	for person, texts := range map[string][]string{
		"hanna": {"/offboard start jane", "That day is over.", "two lines", "Offboarding"},
		"ines":  {"It is over.", "edited"},
		"marco": {"asks for your approval", "notifies you"},
	} {
		var seen strings.Builder
		for _, p := range b.places(person) {
			seen.WriteString(p.id("log").read() + p.id("dialogs").read())
		}
		for _, text := range texts {
			if !strings.Contains(squeeze(seen.String()), text) {
				t.Errorf("%s does not see %q:\n%s", person, text, seen.String())
			}
		}
	}
	if badge := squeeze(b.page("/as/hanna").id("person-marco").read()); !strings.Contains(badge, "1 waiting") {
		t.Errorf("Marco's badge says %q", badge)
	}
	again, err := c.Post(t.Context(), channel("it-offboarding"), toyCard("It begins.", bot.Running), "the-key")
	if err != nil || again != c.records[2].ref() && again != c.records[1].ref() {
		t.Errorf("the same key posts %v again, %v", again, err)
	}
	if strings.Contains(b.page("/as/ines/channel/it-offboarding").id("log").read(), "It begins.") {
		t.Error("the message is there twice, or as it was before the edit")
	}
	// The form that was open can be sent, and what is read stays read.
	got := make(chan bot.Interaction, 1)
	go func() {
		_ = c.Run(t.Context(), func(_ context.Context, i bot.Interaction) bot.Reply {
			got <- i
			return bot.Reply{}
		})
	}()
	form := b.page("/as/hanna").id("dialogs").tagged("form")[0]
	values := form.fields(nil)
	values.Set("f.day", tomorrow())
	for err = errNotListening; err != nil && strings.Contains(err.Error(), "listening"); {
		err = b.post(form.attr["action"], values)
	}
	if i := <-got; err != nil || i.Verb != "draft" || i.Values["reason"] != "two\nlines" || i.Values["who"] != "P-5" {
		t.Errorf("got %+v, %v", i, err)
	}
}
