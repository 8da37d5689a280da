package bottest

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// update is -update in tests of every package that imports this one. Outside
// of tests no flag is registered, because the demo imports it too.
var update = updateFlag()

func updateFlag() func() bool {
	if !testing.Testing() {
		return func() bool { return false }
	}
	if flag.Lookup("update") == nil {
		flag.Bool("update", false, "rewrite golden files with what the tests get")
	}
	return func() bool { return flag.Lookup("update").Value.String() == "true" }
}

// Golden compares got with a file, or rewrites the file under -update.
func Golden(t *testing.T, file, got string) {
	t.Helper()
	got = strings.TrimRight(got, "\n") + "\n"
	if update() {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; rewrite it with -update):\n%s", file, diff)
	}
}

// Conversation plays the script in a txtar file and compares the transcript
// with the one beside it. The comment of the file says what it shows; its
// sections are called "script" and "transcript". Under -update the transcript
// is rewritten.
func Conversation(t *testing.T, file string, play func(t *testing.T, script string) (transcript string)) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	script := section(archive, "script")
	if script == nil {
		t.Fatalf("%s has no section script", file)
	}
	got := strings.TrimRight(play(t, string(script.Data)), "\n") + "\n"
	want := section(archive, "transcript")
	if t.Failed() {
		return // what a failed conversation said is no golden
	}
	if update() {
		if want == nil {
			archive.Files = append(archive.Files, txtar.File{Name: "transcript"})
			want = section(archive, "transcript")
		}
		want.Data = []byte(got)
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want == nil {
		t.Fatalf("%s has no section transcript (write it with -update)", file)
	}
	if diff := cmp.Diff(string(want.Data), got); diff != "" {
		t.Errorf("%s (-want +got; rewrite it with -update):\n%s", file, diff)
	}
}

func section(a *txtar.Archive, name string) *txtar.File {
	for i := range a.Files {
		if a.Files[i].Name == name {
			return &a.Files[i]
		}
	}
	return nil
}
