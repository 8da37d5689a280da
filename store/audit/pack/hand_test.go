package pack

import (
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"offboard/bot/web/webtest"
)

// byHand are the commands on the page, in their order.
func byHand(t *testing.T, page []byte) []string {
	t.Helper()
	var out []string
	for _, m := range regexp.MustCompile(`(?s)<pre>(.*?)</pre>`).FindAllSubmatch(page, -1) {
		if c := html.UnescapeString(string(m[1])); !strings.HasPrefix(c, "offboard ") {
			out = append(out, c)
		}
	}
	if len(out) != 5 {
		t.Fatalf("the page has %d commands", len(out))
	}
	return out
}

// What the page says works with standard tools, and finds what was changed.
func TestByHand(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"bash", "openssl", "python3", "sha256sum"} {
		_, err := exec.LookPath(tool)
		webtest.Need(t, err == nil, tool)
	}
	all := released(t)
	commands := byHand(t, all[fileVerify])
	run := func(dir, command string) (string, error) {
		cmd := exec.CommandContext(t.Context(), "bash", "-ec", "set -o pipefail\n"+command)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	unpacked := func() string {
		dir := t.TempDir()
		for name, b := range all {
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	dir := unpacked()
	for i, want := range []string{"Signature Verified Successfully", " says that ", "19 entries are proven", "", "19 texts are proven"} {
		out, err := run(dir, commands[i])
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%s\n%v\n%s", commands[i], err, out)
		}
		if i == 3 {
			if lines := strings.Fields(out); len(lines) != 2 || lines[0] != lines[1] || len(lines[0]) != 64 {
				t.Errorf("the sums differ: %q", out)
			}
		}
	}
	for i, file := range map[int]string{0: fileCheckpoint, 1: fileVerifier, 2: fileEntries, 4: fileTexts} {
		dir := unpacked()
		old := map[string]string{fileCheckpoint: "\n31\n", fileVerifier: "+", fileEntries: "resignation", fileTexts: "competitor"}[file]
		fresh := strings.NewReplacer("31", "32", "+", "-+", "resig", "termi", "comp", "wild").Replace(old)
		if err := os.WriteFile(filepath.Join(dir, file), []byte(strings.Replace(string(all[file]), old, fresh, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := run(dir, commands[i]); err == nil {
			t.Errorf("%s was changed, and this did not notice:\n%s\n%s", file, commands[i], out)
		}
	}
}
