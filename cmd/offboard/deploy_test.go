package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"offboard/actions/actionstest"
)

// What the deployment files say is typed can be typed: the commands exist, and so
// do their flags. systemd reads the unit too.
func TestDeployFiles(t *testing.T) {
	t.Parallel()
	typed := regexp.MustCompile(`(?m)^(?:Exec\w+=/usr/local/bin/offboard|#   (?:.*[ &;/])?offboard|HEALTHCHECK.*"/offboard",|CMD) ((?:\[?"?[a-z][a-z-]*"?\]? ?)+)(--config|$|>|")?`)
	for name, least := range map[string]int{"systemd": 5, "container": 2} {
		text := command(t.Context(), oneChat, "", "deploy", name).want(t, 0).out
		found := typed.FindAllStringSubmatch(text, -1)
		if len(found) < least {
			t.Errorf("%s: only %d commands: %q", name, len(found), found)
		}
		for _, m := range found {
			args := strings.Fields(strings.NewReplacer(`"`, "", "[", "", "]", "").Replace(m[1]))
			cmd, rest, err := root(outside{chats: oneChat}).Find(args)
			if err != nil || len(rest) > 0 || cmd.Runnable() && cmd.HasSubCommands() {
				t.Errorf("%s says %q, which is no command: %v %q", name, args, err, rest)
			}
		}
	}
	unit := command(t.Context(), oneChat, "", "deploy", "systemd").out
	for _, line := range []string{"User=offboard", "ProtectSystem=strict", "CapabilityBoundingSet=\n", "NoNewPrivileges=yes", "Type=notify", "UMask=0077"} {
		if !strings.Contains(unit, line) {
			t.Errorf("the unit lacks %q", line)
		}
	}
	command(t.Context(), oneChat, "", "deploy", "sysusers").want(t, 0, "u offboard ")
	command(t.Context(), oneChat, "", "deploy").want(t, codeUsage, "systemd, sysusers")
	analyze := actionstest.Require(t, "systemd-analyze")
	// It wants the program to be there.
	path := t.TempDir() + "/offboard.service"
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(unit, "/usr/local/bin/offboard", "/bin/true")), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), analyze, "verify", path).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}
