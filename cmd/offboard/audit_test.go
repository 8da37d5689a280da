package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"offboard/bot"
	"offboard/store"
	"offboard/store/audit"
)

// The same questions have the same answers with and without a server.
func TestAuditWithAndWithoutServer(t *testing.T) {
	o := newOffice(t)
	o.fill()
	for _, mode := range []string{"files", "server"} {
		t.Run(mode, func(t *testing.T) {
			o.t = t
			entries := "INST, 1 entry"
			if mode == "server" {
				entries = "INST, " // the server counts the directory meanwhile, which is one more
				o.serving()
			}
			var v audit.Report
			o.run("audit", "verify", "--json").want(t, 0).decode(t, &v)
			if !v.OK || v.Entries < 4 || v.Root == "" || !strings.HasPrefix(v.Checkpoint, store.Origin) {
				t.Errorf("got %+v", v)
			}
			words := []string{"✔ the log is whole", "✔ it extends the checkpoint of"}
			if mode == "files" {
				words = append(words, v.Root) // a server may have counted the directory since
			}
			o.run("audit", "verify", "--checkpoint", o.write("plain", v.Checkpoint)).want(t, 0, words...)
			forged := strings.Replace(v.Checkpoint, v.Root, strings.Repeat("A", len(v.Root)-1)+"=", 1)
			o.run("audit", "verify", "--checkpoint", o.write("forged", forged)).want(t, codeBroken, "not signed by this log")
			o.run("audit", "show", "OFF-1").want(t, 0, "OFF-1, ", "Hanna via web: opened for Jane, resignation")
			o.run("audit", "show", "P-2").want(t, 0, "bot (people): recorded the identity card")
			o.run("audit", "show", "installation").want(t, 0, entries, "operator "+operator()+": changed the configuration")
			o.run("audit", "show", "OFF-7").want(t, codeUsage, "there is no OFF-7 in the log")
			o.run("audit", "show", "jane").want(t, codeUsage, `"jane" is not a case`)
		})
	}
}

const shown = `OFF-1, 2 entries
    5  TIME  Hanna via web: opened for Jane, resignation
    6  TIME  operator USER: read the record
`

func TestShowTable(t *testing.T) {
	o := newOffice(t)
	o.fill()
	r := o.run("audit", "show", "off-1").want(t, 0)
	if got := regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`).ReplaceAllString(r.out, "TIME"); got != strings.Replace(shown, "USER", operator(), 1) {
		t.Errorf("got:\n%s\nwant:\n%s", got, shown)
	}
	var all record
	o.run("audit", "show", "1", "--json").want(t, 0).decode(t, &all)
	if all.Subject != "OFF-1" || len(all.Entries) != 2 || all.Entries[0].Actor != "P-1" || all.Entries[0].At.IsZero() {
		t.Errorf("got %+v", all)
	}
}

// A checkpoint from before is extended by what comes after it, and not by a
// log that was cut off.
func TestCheckpointAndBackup(t *testing.T) {
	o := newOffice(t)
	o.fill()
	backup := filepath.Join(o.dir, "backup.db")
	o.run("backup", "--out", backup).want(t, 0, "without the keys")
	var before, after audit.Report
	o.run("audit", "verify", "--json").want(t, 0).decode(t, &before)
	s, err := store.Open(storeOptions(o.config()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Meet(t.Context(), store.Bot("people"), store.Card{ID: "id-new", Name: "New"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	o.run("audit", "verify", "--json", "--checkpoint", o.write("before", before.Checkpoint)).want(t, 0).decode(t, &after)
	if len(after.Given) != 1 || after.Given[0] != (audit.Given{Entries: before.Entries, Extends: true}) || after.Entries != before.Entries+1 {
		t.Errorf("got %+v", after)
	}
	// An older backup in the place of the log is a log that was cut off.
	if err := errors.Join(os.Remove(o.config().Database), os.Rename(backup, o.config().Database)); err != nil {
		t.Fatal(err)
	}
	o.run("audit", "verify").want(t, 0)
	o.run("audit", "verify", "--checkpoint", o.write("after", after.Checkpoint)).want(t, codeBroken, "✖ rolled back: the log does not extend the checkpoint of", "What to do: If a backup was put back on purpose", "keep these files as they are")
}

func TestBackupAndRestore(t *testing.T) {
	o := newOffice(t)
	o.fill()
	db := o.config().Database
	backup := filepath.Join(o.dir, "backup.db")
	o.run("backup", "--out", backup).want(t, 0)
	if info, err := os.Stat(backup); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	o.run("backup", "--out", backup).want(t, codeUsage, "is there already, and is not replaced")
	o.run("backup", "--out", filepath.Join(o.dir, "none", "b.db")).want(t, codeUsage, "no such file")

	o.run("restore", "--from", backup, "--verify").want(t, 0, "✔ the log is whole")
	o.run("restore", "--from", backup+"x", "--verify").want(t, codeUsage, "open the backup: ")
	o.run("restore", "--from", backup).want(t, codeUsage, db+" is there already")
	if err := os.Remove(db); err != nil {
		t.Fatal(err)
	}
	o.run("restore", "--from", o.write("rubbish", strings.Repeat("rubbish", 5000))).want(t, codeBroken, "✖ file: ")
	o.run("restore", "--from", o.write("nothing", "")).want(t, codeBroken, "there is no log in this file")
	damaged := o.damage(backup)
	o.run("restore", "--from", damaged).want(t, codeBroken, "✖")
	if _, err := os.Stat(db); err == nil {
		t.Fatal("a damaged backup was put in place")
	}
	o.run("restore", "--from", backup).want(t, 0, "is in place with")
	o.run("audit", "show", "OFF-1").want(t, 0, "Hanna")
	left, err := filepath.Glob(filepath.Join(o.dir, "data", ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	// A backup without its keys is worth nothing, and that is said.
	o.configure(strings.Replace(officeConfig, "DIR/keys/o.keys", "DIR/keys/other.keys", 1))
	o.run("restore", "--from", backup, "--verify").want(t, codeBroken, "the key file is missing")
}

// damage copies a database and changes an entry in it.
func (o *office) damage(path string) string {
	o.t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		o.t.Fatal(err)
	}
	return o.write("damaged.db", strings.ReplaceAll(string(b), `"kind":"resignation"`, `"kind":"termination"`))
}

// A link that was asked for at the command line names the user of the
// operating system in the log, and waits for somebody who is not IT.
func TestLink(t *testing.T) {
	o := newOffice(t)
	o.fill()
	s := o.serving()
	r := o.run("link", "U-1", "--platform", "web", "--person", "marco").want(t, 0, "will be linked to Marco Reyes")
	code := regexp.MustCompile(`/offboard link agree P-\d+:\d+`).FindString(r.out)
	person, _, _ := strings.Cut(strings.TrimPrefix(code, "/offboard link agree "), ":")
	o.run("audit", "show", person).want(t, 0, "operator "+userName(os.Getuid())+": asked to link")
	o.run("link", "U-1", "--platform", "irc", "--person", "marco").want(t, codeUsage, "one of slack, discord, web")
	o.run("link", "U-1", "--platform", "web", "--person", "nobody").want(t, codeRefused, "Nobody in the directory matches that")

	agree := func(who string) string {
		reply := s.app.commands.Handle(t.Context(), bot.Interaction{
			ID: "1-" + who, User: bot.User{Platform: "web", ID: who}, Verb: "link", Object: strings.TrimPrefix(code, "/offboard link agree "),
		})
		return reply.Message.Summary
	}
	if got := agree("ivan"); !strings.Contains(got, "neither IT nor an administrator") {
		t.Errorf("IT agreed: %s", got)
	}
	if got := agree("hanna"); !strings.Contains(got, "is linked to Marco") {
		t.Errorf("HR did not agree: %s", got)
	}
	o.run("link", "U-1", "--platform", "web", "--person", "marco").want(t, codeRefused, "is linked to Marco")
}

// Without a server the same is written to the files.
func TestLinkWithoutServer(t *testing.T) {
	o := newOffice(t)
	o.fill()
	var a asked
	o.run("link", "U-1", "--platform", "slack", "--person", "Marco Reyes", "--json").want(t, 0).decode(t, &a)
	if a.Entry == 0 || !strings.HasPrefix(a.Person, "P-") {
		t.Errorf("got %+v", a)
	}
	o.run("audit", "verify").want(t, 0)
	o.run("audit", "show", a.Person).want(t, 0, "operator "+userName(os.Getuid())+": asked to link")
}

// The first link of a log needs nobody else, and must be of somebody who can
// agree to the next ones.
func TestFirstLink(t *testing.T) {
	o := newOffice(t)
	o.configure(strings.Replace(officeConfig, "link: {attributes: {web: uid}}\n", "", 1))
	o.serving()
	o.run("link", "U-1", "--platform", "web", "--person", "ivan").want(t, codeUsage, "begin with somebody of HR or security")
	o.run("link", "U-1", "--platform", "web", "--person", "hanna").want(t, 0, "Linked to Hanna Berg", "It is the first link of this log")
	o.run("link", "U-2", "--platform", "web", "--person", "ivan").want(t, 0, "will be linked to Ivan Petrov")
}

// A script with a typo does not succeed.
func TestHalfACommand(t *testing.T) {
	command(t.Context(), oneChat, "", "audit").want(t, codeUsage, "one of check, export, reconcile, show, verify")
	command(t.Context(), oneChat, "", "slack", "manifesto").want(t, codeUsage, "there is no offboard slack manifesto")
	command(t.Context(), oneChat, "", "audit", "verfy").want(t, codeUsage, "there is no offboard audit verfy")
}
