package discordtest_test

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"offboard/bot/discord/discordtest"
)

// TestNodeClient lets discord.js work against this fake. Its folder, with
// node_modules in it, is named by OFFBOARD_DISCORD_NODE: `npm install
// discord.js@14` makes one.
func TestNodeClient(t *testing.T) {
	modules := os.Getenv("OFFBOARD_DISCORD_NODE")
	need(t, modules != "", "OFFBOARD_DISCORD_NODE, a folder with discord.js in node_modules,")
	node, err := exec.LookPath("node")
	need(t, err == nil, "node")
	if _, err := os.Stat(filepath.Join(modules, "node_modules", "discord.js")); err != nil {
		t.Fatal(err)
	}

	b := newBench(t, discordtest.Config{Patience: time.Minute})
	b.command()
	app := exec.CommandContext(t.Context(), node, filepath.Join("testdata", "app.mjs"), modules, b.URL()+"/api", b.BotToken)
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
		for lines.Scan() {
			var line map[string]any
			b.must(json.Unmarshal(lines.Bytes(), &line))
			if line["heard"] == what {
				return line
			}
			t.Logf("the app said %v", line)
		}
		t.Fatalf("the app ended and has not heard %s: %v", what, lines.Err())
		return nil
	}

	if line := heard("ready"); line["user"] != b.BotUser || len(line["guilds"].([]any)) != 1 {
		t.Errorf("ready: %v", line)
	}
	did := func(d *discordtest.Delivery, err error) *discordtest.Delivery {
		t.Helper()
		b.must(err)
		b.must(d.Wait(b.within()))
		return d
	}
	if d := did(b.Autocomplete(b.ann.ID, b.room.ID, "/offboard start person:ja", "person")); len(d.Choices()) != 1 || d.Choices()[0]["value"] != "P-1" {
		t.Errorf("offered was %v", d.Choices())
	}
	heard("autocomplete")
	did(b.Slash(b.ann.ID, b.room.ID, "/offboard start person:jane"))
	if line := heard("command"); line["text"] != "start" || line["user"] != b.ann.ID || !strings.Contains(b.Sees(b.ann.ID), "heard jane") {
		t.Errorf("heard %v, Ann sees %s", line, b.Sees(b.ann.ID))
	}
	b.post(b.room.ID, object{"content": "Press", "components": []object{row(button("Approve", "approve"))}})
	on, _ := b.On(b.ben.ID, "Approve")
	did(b.Click(b.ben.ID, on, "Approve"))
	heard("button")
	did(b.Submit(b.ben.ID, map[string]string{"Reason": "leaves"}))
	heard("modal")
	if seen := b.Sees(b.ben.ID); !strings.Contains(seen, "Because leaves") {
		t.Errorf("Ben sees %s", seen)
	}

	// It comes back after the ways in which Discord ends a connection, and gets
	// what it has missed.
	for name, end := range map[string]func(c *discordtest.Conn){"reconnect": (*discordtest.Conn).Reconnect, "cut": (*discordtest.Conn).Cut} {
		b.must(b.Ready(b.within(), 1))
		end(b.Conns()[0])
		did(b.Slash(b.ann.ID, b.room.ID, "/offboard start person:again"))
		heard("command")
		if t.Failed() {
			t.Fatal(name)
		}
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
