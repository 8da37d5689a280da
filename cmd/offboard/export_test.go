package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"offboard/bot/web/webtest"
	"offboard/commands"
	"offboard/store"
	"offboard/store/audit"
	"offboard/store/audit/pack"
)

// Evidence is taken with and without a server, is an entry of the log, and is
// checked where there is nothing but the file.
func TestExport(t *testing.T) {
	o := newOffice(t)
	o.fill()
	var kept audit.Report
	o.run("audit", "verify", "--json").want(t, 0).decode(t, &kept)
	checkpoint := o.write("kept.txt", "Keep this message.\n\n"+kept.Checkpoint)
	for _, mode := range []string{"files", "server"} {
		t.Run(mode, func(t *testing.T) {
			o.t = t
			if mode == "server" {
				o.inChat(evidence(o.serving().app.store, o.config()), kept.Checkpoint)
			}
			file := func(name string) string { return filepath.Join(o.dir, mode+name) }
			var x exported
			o.run("audit", "export", "off-1", "--out", file("a.zip"), "--checkpoint", checkpoint, "--json").want(t, 0).decode(t, &x)
			if x.About != "OFF-1" || x.Entry == 0 || x.Entries < 2 {
				t.Errorf("got %+v", x)
			}
			if info, err := os.Stat(file("a.zip")); err != nil || info.Mode().Perm() != 0o600 || info.Size() != x.Bytes {
				t.Errorf("%v, %v, %d", info, err, x.Bytes)
			}
			o.run("audit", "show", "OFF-1").want(t, 0, "operator "+operator()+": took the evidence away, as a pack")
			// No configuration is there for it, nor asked for.
			alone := func(args ...string) ran {
				return command(t.Context(), oneChat, "", append([]string{"audit", "check"}, args...)...)
			}
			alone(file("a.zip")).want(t, 0, "✔ ", "On trust", "whoever made this pack could have made up the key too", kept.Verifier)
			r := alone(file("a.zip"), "--verifier", kept.Verifier, "--checkpoint", checkpoint, "--report", file("r.html")).want(t, 0, "signed with the key that you gave", "begins with all that the checkpoint that you gave states")
			if strings.Contains(r.out, "could have made up") {
				t.Errorf("it is said to be on trust:\n%s", r.out)
			}
			alone(file("a.zip"), "--report", file("r.html")).want(t, codeUsage, "is there already")
			if b, err := os.ReadFile(file("r.html")); err != nil || !strings.Contains(string(b), "Evidence: OFF-1") {
				t.Errorf("%v", err)
			}
			o.run("audit", "export", "OFF-1", "--out", file("a.zip")).want(t, codeUsage, "is there already")
			o.run("audit", "export", "--requester", "hanna", "--from", "2026-01-01", "--format", "csv", "--out", file("b.csv")).want(t, 0, "OFF-1, ", "says that you took it")
			o.run("audit", "export", "--format", "ocsf", "--out", file("c.jsonl")).want(t, 0)
			o.run("audit", "export", "OFF-1", "--withhold", "reason,state", "--out", file("d.zip")).want(t, 0, "Check it: offboard audit check")
			var v struct {
				OK      bool     `json:"ok"`
				OnTrust []string `json:"onTrust"`
			}
			alone(file("d.zip"), "--json").want(t, 0).decode(t, &v)
			if !v.OK || len(v.OnTrust) == 0 {
				t.Errorf("got %+v", v)
			}
			taken := func() (n int) { // a server writes more than that, in its own time
				for _, about := range []string{"OFF-1", "installation"} {
					n += strings.Count(o.run("audit", "show", about).want(t, 0).out, "took the evidence away")
				}
				return n
			}
			before := taken()
			for _, tt := range []struct {
				args []string
				code int
				want string
			}{
				{[]string{"OFF-7"}, codeUsage, "there is no OFF-7 in the log"},
				{[]string{"jane"}, codeUsage, `"jane" is not a case`},
				{[]string{"OFF-1", "--from", "2026-01-01"}, codeUsage, "are for several cases"},
				{[]string{"OFF-1", "--withhold", "names"}, codeUsage, `"names" is no class of texts`},
				{[]string{"OFF-1", "--format", "pdf"}, codeUsage, "pack, csv or ocsf"},
				{[]string{"--requester", "nobody"}, codeUsage, `nobody who has asked for a case is called "nobody"`},
				{[]string{"--from", "2026"}, codeUsage, `"2026" is not a day`},
				{[]string{"--system", "moon"}, codeUsage, "there is nothing to export"},
				{[]string{"OFF-1", "--zone", "Mars"}, codeUsage, `"Mars" is not a time zone`},
				{[]string{"OFF-1", "--checkpoint", o.write("rubbish", "rubbish")}, codeUsage, "there is no checkpoint in"},
			} {
				o.run(append([]string{"audit", "export", "--out", file("none.zip")}, tt.args...)...).want(t, tt.code, tt.want)
			}
			if after := taken(); before < 3 || after != before {
				t.Errorf("%d exports are in the log, and %d after those that were refused", before, after)
			}
			if _, err := os.Stat(file("none.zip")); err == nil {
				t.Error("what was refused left a file")
			}
			o.reports(t, file)
			alone(file("none.zip")).want(t, codeUsage, "no such file")
			alone(file("d.zip"), "--verifier", "abc").want(t, codeUsage, "--verifier is no verifier key")
			alone(file("d.zip"), "--checkpoint", checkpoint).want(t, codeBroken, "verifies in itself, and could not be compared", "nothing in the pack is wrong")
			alone(o.write("rubbish.zip", "rubbish, and more of it \x1b[31m")).want(t, codeBroken, "this is no evidence pack")
		})
	}
}

// inChat takes evidence as an auditor does in the chat, with a checkpoint that was
// pasted there in one line.
func (o *office) inChat(take commands.Evidence, kept string) {
	o.t.Helper()
	file, _, err := take(o.t.Context(), store.Operator("root"), "OFF-1", nil, audit.Line(kept))
	if err != nil {
		o.t.Fatal(err)
	}
	v, err := pack.Check(bytes.NewReader(file.Body), int64(len(file.Body)), pack.Trusted{Checkpoint: kept, Program: program()})
	if err != nil || !v.OK {
		o.t.Errorf("got %v %s %v", v.Problems, v.Lacks, err)
	}
	for pasted, want := range map[string]string{store.Origin + " 12 half": "no whole checkpoint", strings.Replace(kept, "/v1\n", "/v1\n9", 1): "does not go on from the checkpoint"} {
		if _, _, err := take(o.t.Context(), store.Operator("root"), "OFF-1", nil, pasted); err == nil || !strings.Contains(err.Error(), want) {
			o.t.Errorf("got %v", err)
		}
	}
}

// The report, the page about verifying and the page of the figures can be read at
// all sizes, in light and dark, and ask the network for nothing.
func TestReportInBrowser(t *testing.T) {
	s := webtest.Look(t)
	b, err := zip.OpenReader(filepath.Join("..", "..", "store", "audit", "pack", "testdata", "v1.zip"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() }) // only read
	dir := t.TempDir()
	for _, name := range []string{"report.html", "verify.html"} {
		f, err := b.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(f)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	th := &theatre{s, "", os.Getenv("OFFBOARD_AXE") != ""}
	th.Do(chromedp.Navigate((&url.URL{Scheme: "file", Path: filepath.Join(dir, "report.html")}).String()))
	th.Sees("h1", "Evidence: OFF-1")
	th.Sees("td", "given to Bo <script>alert(1)</script> Nilsen, proven by a read")
	th.Holds(`document.scripts.length == 0 && performance.getEntriesByType("resource").length == 0`)
	th.look("report")
	th.Run(`document.querySelector("a[href='verify.html']").click()`)
	th.Sees("h1", "How to verify this pack")
	th.look("verify")
	th.figures()
}

// What a SIEM gets are objects of the classes that it knows, one a line.
func TestExportOCSF(t *testing.T) {
	o := newOffice(t)
	o.fill()
	path := filepath.Join(o.dir, "siem.jsonl")
	o.run("audit", "export", "--format", string(store.AsOCSF), "--out", path).want(t, 0)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(string(b)) {
		var e struct {
			Class int `json:"class_uid"`
			Type  int `json:"type_uid"`
		}
		if err := json.Unmarshal([]byte(l), &e); err != nil || e.Class/1000 != 3 || e.Type/100 != e.Class {
			t.Errorf("%v, %s", err, l)
		}
	}
}
