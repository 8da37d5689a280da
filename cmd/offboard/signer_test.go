package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"offboard/actions/actionstest"
	"offboard/store/audit"
)

// A program outside signs: the log is handed over to its key at the next start,
// and what the bot's own key has signed before stays verifiable.
func TestSigningCommand(t *testing.T) {
	actionstest.Require(t, "openssl")
	o := newOffice(t)
	o.fill()
	var before, after audit.Report
	o.run("audit", "verify", "--json").want(t, 0).decode(t, &before)
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewEd25519VerifierKey("log.example.com", pub)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file := o.write("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	// OpenSSL signs only what is a file.
	program := filepath.Join(o.dir, "sign")
	script := fmt.Sprintf("#!/bin/sh\nset -e\nt=$(mktemp)\ntrap 'rm -f $t' EXIT\ncat >$t\nopenssl pkeyutl -sign -inkey %s -rawin -in $t | base64 -w0\n", file)
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	served := func(checkpoints string, f func(t *testing.T)) {
		t.Helper()
		o.configure(officeConfig + "\ncheckpoints: {signers: [" + checkpoints + "]}\n")
		t.Run(checkpoints, func(t *testing.T) {
			o.t = t
			o.serving()
			f(t)
		})
		o.t = t
	}
	served(fmt.Sprintf("{verifier: %q, command: [%q]}", verifier, program), func(t *testing.T) {
		o.run("audit", "verify", "--json", "--checkpoint", before.Checkpoint).want(t, 0).decode(t, &after)
		if after.Verifier != verifier || !strings.Contains(after.Checkpoint, "— log.example.com ") || len(after.Given) != 1 || !after.Given[0].Extends || len(after.Notes) > 0 {
			t.Errorf("got %+v", after)
		}
		o.run("audit", "show", "installation").want(t, 0, "handed the signing of checkpoints to another key: "+verifier)
		o.run("check").want(t, 0, "✔ checkpoint key", verifier+" signs")
	})

	// Who else may write the program decides what is signed.
	if err := os.Chmod(program, 0o722); err != nil { //nolint:gosec // that is what is tested
		t.Fatal(err)
	}
	o.run("check").want(t, codeBroken, "✖ checkpoint key", "chmod go-w "+program)

	// The key is lost: the bot's own says so, and nobody can overlook it.
	served(fmt.Sprintf("{verifier: %q, lost: true}", verifier), func(t *testing.T) {
		o.run("check").want(t, 0, "! checkpoint key", "the key before it was lost", "bring the auditors the verifier key")
		o.run("audit", "verify", "--checkpoint", after.Checkpoint).want(t, 0, "says that the key "+verifier+" was lost", "It was done by ", "verifier  "+before.Verifier)
	})
	o.run("check").want(t, 0, "! checkpoint key", "the key before it was lost")
}

// What is no signature is an error that says what the program wrote.
func TestSigningCommandThatFails(t *testing.T) {
	for script, want := range map[string]string{
		"echo no key >&2; exit 3":             "exit status 3; it wrote: no key",
		"echo hello":                          "wrote 6 bytes, which are neither",
		"head -c 100000 /dev/zero; cat":       "too much",
		"test -z \"$HOME$OFFBOARD_KEY\"; cat": "neither a signature",
	} {
		if _, err := sign([]string{"/bin/sh", "-c", script}, []byte("x")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", script, err)
		}
	}
	want := make([]byte, 64)
	for _, script := range []string{"head -c 64 /dev/zero", "echo " + base64.StdEncoding.EncodeToString(want)} {
		if got, err := sign([]string{"/bin/sh", "-c", script}, nil); err != nil || string(got) != string(want) {
			t.Errorf("%s: %v", script, err)
		}
	}
}
