package slacktest_test

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"offboard/bot/slack/slacktest"
)

// TestNodeClient lets Slack's own client for Socket Mode work against this
// fake. Its folder, with node_modules in it, is named by OFFBOARD_SLACK_NODE:
// `npm install @slack/socket-mode@3` makes one.
func TestNodeClient(t *testing.T) {
	modules := os.Getenv("OFFBOARD_SLACK_NODE")
	need(t, modules != "", "OFFBOARD_SLACK_NODE, a folder with @slack/socket-mode in node_modules,")
	node, err := exec.LookPath("node")
	need(t, err == nil, "node")
	if _, err := os.Stat(filepath.Join(modules, "node_modules", "@slack", "socket-mode")); err != nil {
		t.Fatal(err)
	}

	b := newBench(t, slacktest.Config{Patience: time.Minute})
	app := exec.CommandContext(t.Context(), node, filepath.Join("testdata", "app.mjs"), modules, b.API(), b.AppToken)
	var said strings.Builder
	app.Stderr = &said
	out, err := app.StdoutPipe()
	b.must(err)
	b.must(app.Start())
	t.Cleanup(func() {
		_ = app.Process.Kill()
		_ = app.Wait()
		if t.Failed() {
			t.Log(said.String())
		}
	})
	lines := bufio.NewScanner(out)
	heard := func(what string) map[string]any {
		t.Helper()
		var line map[string]any
		for lines.Scan() {
			b.must(json.Unmarshal(lines.Bytes(), &line))
			if line["heard"] == what {
				return line
			}
		}
		t.Fatalf("the app ended and has not heard %s: %v", what, lines.Err())
		return nil
	}

	heard("connected")
	b.must(b.Ready(b.within(), 1))
	slash := b.did(b.Slash(b.ann.ID, b.room.ID, "/offboard start jane"))
	if line := heard("command"); line["text"] != "start jane" || line["user"] != b.ann.ID || !strings.Contains(b.Sees(b.ann.ID), "heard start jane") {
		t.Errorf("heard %v, Ann sees %s", line, b.Sees(b.ann.ID))
	}
	b.post(b.room.ID, card("Press", slack.NewButtonBlockElement("approve", "OFF-1", plain("Approve"))))
	on, _ := b.On(b.ben.ID, "Approve")
	b.did(b.Click(b.ben.ID, on, "Approve"))
	if line := heard("block_actions"); line["text"] != "OFF-1" {
		t.Errorf("heard %v", line)
	}
	_, err = b.api.OpenView(slash.Payload["trigger_id"].(string), form())
	b.must(err)
	top, _ := b.Modal(b.ann.ID)
	if _, err := b.Close(b.ann.ID, false); err != nil {
		t.Error(err)
	}
	heard("view_closed")
	if top.Title != "Who leaves?" {
		t.Errorf("on top was %q", top.Title)
	}
	b.Fail(slacktest.Envelopes, slacktest.Retried(1))
	b.did(b.OpenHome(b.ann.ID))
	if line := heard("app_home_opened"); line["retry"] != 1.0 {
		t.Errorf("heard %v", line)
	}

	// It comes back after every way in which Slack ends a connection.
	for _, end := range []func(c *slacktest.Conn){
		func(c *slacktest.Conn) { c.Disconnect("refresh_requested") },
		func(c *slacktest.Conn) { c.Cut() },
	} {
		end(b.Conns()[0])
		heard("connected")
		b.must(b.Ready(b.within(), 1))
		b.did(b.Slash(b.ann.ID, b.room.ID, "/offboard again"))
		heard("command")
	}
}

// need skips a test that needs what is not there, or fails it where
// OFFBOARD_TEST_REQUIRE=all says that nothing may be skipped.
func need(t *testing.T, there bool, what string) {
	t.Helper()
	if there {
		return
	}
	if os.Getenv("OFFBOARD_TEST_REQUIRE") == "all" {
		t.Fatalf("%s is missing, and OFFBOARD_TEST_REQUIRE=all", what)
	}
	t.Skipf("%s is missing", what)
}
