package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// keysProgram answers as a program does that knows one account, and finds it for
// whoever is asked about if it is careless.
const keysProgram = `#!/bin/sh
request=$(cat)
case $request in
*'"verb":"check"'*'"login":"jane"'*|*"$CARELESS"*)
  echo '{"version":1,"class":"ok","searched":"x","accounts":[{"id":"7","login":"jane-ssh"}],"items":[{"id":"k","account":"7","label":"the SSH key of a laptop"}],"notes":["'"$HELLO"'"]}' ;;
*'"verb":"check"'*) echo '{"version":1,"class":"ok","searched":"keys","accounts":[],"items":[]}' ;;
*) echo "no such host" >&2; exit 1 ;;
esac
`

const keysSystem = `  - name: keys
    title: SSH keys
    type: exec
    settings: {command: [DIR/keys.sh], env: {HELLO: hello, CARELESS: "never asked"}, actions: [{name: keys, words: Take the keys, lock_out: true, undoes: Give the keys back}]}
roles:`

// A program is rehearsed: by check with nobody, and with a person by --look.
func TestCheckLook(t *testing.T) {
	o := newOffice(t)
	program := filepath.Join(o.dir, "keys.sh")
	if err := os.WriteFile(program, []byte(keysProgram), 0o700); err != nil {
		t.Fatal(err)
	}
	with := func(old, with string) {
		t.Helper()
		o.configure(replaced(t, replaced(t, officeConfig, "roles:", keysSystem), old, with))
	}
	with("roles:", "roles:")
	o.run("check").want(t, 0, "✔ system keys    SSH keys answers")
	o.run("check", "--person", "jane", "--look").want(t, 0, "SSH keys, keys: jane-ssh", "- jane-ssh: the SSH key of a laptop", "note: hello", "Company directory, lock: jane", "Nothing was changed")
	o.run("check", "--person", "marco", "--look").want(t, 0, "SSH keys, keys: no account: keys")
	with(`CARELESS: "never asked"`, `CARELESS: "check"`)
	o.run("check").want(t, codeBroken, "✖ system keys", "finds the account jane-ssh for a person who does not exist", "compare what it finds")
	with("actions: [{", "list: true, actions: [{")
	o.run("check").want(t, codeBroken, "✖ system keys", "asked to list: it ended with the exit code 1; it wrote: no such host")
	with("HELLO: hello", `HELLO: "\"]oh"`)
	o.run("check", "--person", "jane", "--look").want(t, codeBroken, "✖ the program of keys, asked to check keys: what it wrote is not one JSON object")
	if err := os.Chmod(program, 0o722); err != nil {
		t.Fatal(err)
	}
	o.run("check").want(t, codeBroken, "✖ system keys", "others on this machine may write", "chmod go-w")
	o.run("check", "--look").want(t, codeUsage, "--person")
}

// replaced is text with one part of it changed, which must be there.
func replaced(t *testing.T, text, old, with string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("there is no %q to replace", old)
	}
	return strings.Replace(text, old, with, 1)
}
