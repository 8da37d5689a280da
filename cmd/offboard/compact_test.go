package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"testing"

	bolt "go.etcd.io/bbolt"

	"offboard/store"
)

// change writes a line into the database as another program might have.
func (o *office) change(bucket, key string, value []byte) {
	o.t.Helper()
	db, err := bolt.Open(o.config().Database, 0o600, nil)
	if err != nil {
		o.t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucket)).Put([]byte(key), value) })
	if err := errors.Join(err, db.Close()); err != nil {
		o.t.Fatal(err)
	}
}

func TestCompactCommand(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.run("compact").want(t, codeUsage, "there is no database yet")
	o.fill()
	if err := os.Truncate(o.config().Database, 100<<20); err != nil { // as if it had been larger
		t.Fatal(err)
	}
	o.run("check").want(t, 0, "MiB hold nothing", "offboard compact gives that back")
	o.run("compact", "--dry-run").want(t, 0, "hold nothing")
	var c compacted
	o.run("compact", "--json").want(t, 0).decode(t, &c)
	if c.After == nil || c.Before.Size < 100<<20 || c.After.Size > 1<<20 {
		t.Errorf("it says %+v, %+v", c.Before, c.After)
	}
	o.run("compact").want(t, 0, "every line was compared")
	o.company.Directory.Down(true)
	o.serving()
	o.run("compact").want(t, codeBroken, "a server runs with this database: stop it first")
	o.run("compact", "--dry-run").want(t, 0)
	o.run("audit", "verify").want(t, 0, "✔ the log is whole")
	o.run("health").want(t, 0, "store: ready")
	o.run("health", "--ready", "--json").want(t, codeBroken, "system corp is not ready")
}

// Whatever an older program is told to do with the files of a newer one, it
// refuses, says what to do, and changes no byte.
func TestNewerFiles(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.fill()
	o.run("health").want(t, codeBroken, "no server runs")
	o.change("meta", "version", binary.BigEndian.AppendUint64(nil, store.Version+1))
	before, backup := o.files(), o.config().Database
	for _, args := range [][]string{
		{"serve"},
		{"audit", "verify"},
		{"audit", "show", "installation"},
		{"audit", "export", "OFF-1", "--out", o.dir + "/pack.zip"},
		{"check"},
		{"compact"},
		{"backup", "--out", o.dir + "/backup.db"},
		{"restore", "--from", backup, "--verify"},
		{"link", "U1", "--platform", "web", "--person", "marco"},
	} {
		o.run(args...).want(t, codeBroken, "use the newer program")
		if !bytes.Equal(o.files(), before) {
			t.Fatalf("%q has changed a file", args)
		}
	}
	if left := beside(t, o.dir+"/data", "o.db"); len(left) > 0 {
		t.Errorf("%q are left", left)
	}
	// A newer backup is not put in place, and nothing of it stays there.
	if err := os.Rename(backup, o.dir+"/newer.db"); err != nil {
		t.Fatal(err)
	}
	o.run("restore", "--from", o.dir+"/newer.db").want(t, codeBroken, "use the newer program")
	if left := beside(t, o.dir+"/data"); len(left) > 0 {
		t.Errorf("%q are left", left)
	}
	// A file of settings that a newer one reads.
	o.configure(officeConfig + "telepathy: {on: true}\n")
	text, err := os.ReadFile(o.path)
	if err != nil {
		t.Fatal(err)
	}
	o.run("serve").want(t, codeUsage, "unknown key", "newer offboard")
	if after, err := os.ReadFile(o.path); err != nil || !bytes.Equal(after, text) {
		t.Errorf("the configuration was written: %v", err)
	}
}
