package pack

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// released is a pack that was made once: OFF-1 of the company.
func released(t testing.TB) map[string][]byte {
	t.Helper()
	b, err := os.ReadFile("testdata/v1.zip")
	if err != nil {
		t.Fatal(err)
	}
	all, err := unpack(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// member is a file of a zip that a test makes.
type member struct {
	name string
	body []byte
	mode fs.FileMode
}

func zipped(t testing.TB, list ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range list {
		h := &zip.FileHeader{Name: m.name, Method: zip.Store}
		if len(m.body) > 100_000 {
			h.Method = zip.Deflate
		}
		if m.mode != 0 {
			h.SetMode(m.mode)
		}
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = w.Write(m.body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func members(all map[string][]byte) []member {
	var out []member
	for _, name := range files {
		out = append(out, member{name: name, body: all[name]})
	}
	return out
}

// Whatever is changed in a pack is named for what it is.
func TestTampering(t *testing.T) {
	t.Parallel()
	swap := func(old, fresh string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, fresh, 1) }
	}
	dropLine := func(n int) func(string) string {
		return func(s string) string {
			lines := slices.Collect(strings.Lines(s))
			return strings.Join(slices.Delete(lines, n, n+1), "")
		}
	}
	for _, tt := range []struct {
		name, file string
		edit       func(string) string
		want       string
	}{
		{"an entry is changed", fileEntries, swap(`"kind":"resignation"`, `"kind":"termination"`), "was changed, or is not in the log"},
		{"an entry is dropped", fileEntries, dropLine(3), "has 18 entries and 19 proofs"},
		{"two entries are swapped", fileEntries, func(s string) string {
			lines := slices.Collect(strings.Lines(s))
			lines[3], lines[4] = lines[4], lines[3]
			return strings.Join(lines, "")
		}, "not in its place"},
		{"an entry is there twice", fileEntries, func(s string) string { return s + s[strings.LastIndex(s[:len(s)-1], "\n")+1:] }, "is twice in it"},
		{"an entry of a newer program", fileEntries, swap(`{"v":1,`, `{"v":9,`), "use the newer program"},
		{"a line end is another one", fileEntries, swap("\n", "\r\n"), "entries.jsonl does not follow"},
		{"the export is another one", fileExport, swap(`"cases":1`, `"cases":2`), "entry 31 was changed"},
		{"the export is another entry", fileExport, func(string) string { return string(bytes.SplitAfter(released(t)[fileEntries], []byte("\n"))[2]) }, "is twice in it"},
		{"a text is changed", fileTexts, swap("moves to a competitor", "moves to the seaside"), "a text of entry 9 (reason) is not the one that the log commits to"},
		{"a salt is changed", fileTexts, func(s string) string { return regexp.MustCompile(`"salt":"..`).ReplaceAllString(s, `"salt":"zz`) }, "is not the one that the log commits to"},
		{"a text is dropped", fileTexts, dropLine(2), "the entries commit to 19 texts, and the pack says something of 18"},
		{"a text is withheld afterwards", fileTexts, func(s string) string {
			return regexp.MustCompile(`"salt":"[^"]*","text":"moves to a competitor"`).ReplaceAllString(s, `"withheld":true`)
		}, "withholds what the export's entry does not"},
		{"a text is said of another entry", fileTexts, swap(`"entry":9,`, `"entry":10,`), "is not about the text that entry 9 commits to"},
		{"texts are swapped", fileTexts, func(s string) string {
			lines := slices.Collect(strings.Lines(s))
			lines[0], lines[1] = lines[1], lines[0]
			return strings.Join(lines, "")
		}, "is not about the text"},
		{"a proof is changed", fileProofs, func(s string) string { return regexp.MustCompile(`index 9\\n..`).ReplaceAllString(s, `index 9\nAA`) }, "entry 10 was changed, or is not in the log"},
		{"a proof is of another entry", fileProofs, swap(`index 9\n`, `index 8\n`), "the proof of entry 10 is missing"},
		{"a proof is dropped", fileProofs, dropLine(0), "has 19 entries and 18 proofs"},
		{"a proof is for another checkpoint", fileProofs, swap(`\n31\n`, `\n32\n`), "no tlog-proof for the checkpoint of the pack"},
		{"the checkpoint is of another size", fileCheckpoint, swap("\n31\n", "\n32\n"), "no tlog-proof for the checkpoint"},
		{"the key is another one", fileVerifier, func(s string) string { return "offboard/log/v1+c0ffee00+AZ\n" + s[strings.Index(s, "\n")+1:] }, "entry 30 hands the signing to another key, and is forged"},
		{"a key is left out", fileVerifier, dropLine(0), "the pack has 1 keys, and its entries hand the signing on 1 times"},
		{"the keys are in another order", fileVerifier, func(s string) string {
			lines := strings.SplitAfter(s, "\n")
			return lines[1] + lines[0]
		}, "entry 30 hands the signing to another key, and is forged"},
		{"the signature of a handover is changed", fileEntries, func(s string) string {
			return regexp.MustCompile(`(— \S+ [A-Za-z0-9+/]{20})..`).ReplaceAllString(s, "${1}zz")
		}, "is forged: it is not signed by those who must"},
		{"the report is changed", fileReport, swap("closed: done", "closed: access left"), "report.html does not follow from the entries: it was changed"},
		{"a script is in the report", fileReport, swap("</body>", "<script>alert(1)</script></body>"), "report.html does not follow"},
		{"the instructions are changed", fileVerify, swap("openssl", "opensesame"), "verify.html does not follow"},
		{"a table is changed", fileRecord, swap("Marco", "Mario"), "record.csv does not follow"},
		{"before and after are changed", fileStates, swap("proven", "skipped"), "states.jsonl does not follow"},
		{"the events are changed", fileOCSF, swap(`"status_id":2`, `"status_id":1`), "ocsf.jsonl does not follow"},
		{"a name is not written as it should be", fileNames, swap("{", "{ "), "names.json does not follow"},
		{"another name", fileNames, swap("Marco Reyes", "Somebody Else"), "report.html does not follow"},
		{"no manifest", fileManifest, func(string) string { return "{" }, "manifest.json is not as it should be"},
		{"another format", fileManifest, swap("pack/v1", "pack/v2"), "this program knows offboard/pack/v1"},
	} {
		all := released(t)
		before := string(all[tt.file])
		if all[tt.file] = []byte(tt.edit(before)); string(all[tt.file]) == before {
			t.Errorf("%s: nothing was changed", tt.name)
			continue
		}
		v, err := check(all, Trusted{Program: "test"})
		got := strings.Join(v.Problems, "\n")
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, tt.want) || v.OK {
			t.Errorf("%s: want %q, got %q (ok %v)", tt.name, tt.want, got, v.OK)
		}
	}
}

// Every byte of what is proven counts: an entry, a text or a proof that differs
// in one bit is found, or the file can't be read at all.
func TestFlippedBytes(t *testing.T) {
	t.Parallel()
	all := released(t)
	for _, name := range []string{fileExport, fileEntries, fileTexts, fileProofs, fileCheckpoint, fileVerifier} {
		for i := 0; i < len(all[name]); i += 1 + len(all[name])/25 {
			edited := map[string][]byte{}
			for n, b := range all {
				edited[n] = b
			}
			edited[name] = bytes.Clone(all[name])
			edited[name][i] ^= 1
			if v, err := check(edited, Trusted{Program: "test"}); err == nil && v.OK {
				t.Errorf("%s, byte %d: nobody noticed", name, i)
			}
		}
	}
}

// A file from somebody else ends with a clear message, whatever it is, and
// writes nothing.
func TestHostile(t *testing.T) {
	t.Parallel()
	all := released(t)
	good := zipped(t, members(all)...)
	with := func(name string, body []byte) []byte {
		edited := slices.Clone(members(all))
		i := slices.IndexFunc(edited, func(m member) bool { return m.name == name })
		edited[i].body = body
		return zipped(t, edited...)
	}
	var many []member
	for i := range 500 {
		many = append(many, member{name: strings.Repeat("x", 30) + string(rune('a'+i%26)) + strings.Repeat("y", i)})
	}
	lies := bytes.Clone(good)
	binary.LittleEndian.PutUint32(lies[len(lies)-6:], 17) // where the list begins
	for _, tt := range []struct {
		name string
		file []byte
		want string
	}{
		{"nothing", nil, "it has 0 bytes"},
		{"rubbish", bytes.Repeat([]byte("rubbish"), 1000), "it is not a zip file"},
		{"cut off", good[:len(good)-100], "cut off"},
		{"something after it", append(bytes.Clone(good), "more"...), "something was added"},
		{"something before it", append([]byte("#!/bin/sh\n"), good...), "something was added"},
		{"a list somewhere else", lies, "something was added"},
		{"an empty zip", zipped(t), "report.html is missing"},
		{"a file is missing", zipped(t, members(all)[1:]...), "report.html is missing"},
		{"a file too many", zipped(t, append(members(all), member{name: "run.exe"})...), `a file "run.exe", which is not one of a pack`},
		{"path traversal", zipped(t, append(members(all), member{name: "../../etc/passwd"})...), "which is not one of a pack"},
		{"an absolute path", zipped(t, append(members(all), member{name: "/etc/passwd"})...), "which is not one of a pack"},
		{"a folder", zipped(t, append(members(all), member{name: "report.html/"})...), "which is not one of a pack"},
		{"a name twice", zipped(t, append(members(all), member{name: fileReport, body: []byte("x")})...), "has report.html twice"},
		{"an empty file twice", zipped(t, append([]member{{name: fileReport}}, members(all)...)...), "has report.html twice"},
		{"a symbolic link", zipped(t, append([]member{{name: fileReport, body: []byte("/etc/passwd"), mode: fs.ModeSymlink | 0o777}}, members(all)[1:]...)...), "not an ordinary file"},
		{"a list of thousands", zipped(t, many...), "lists too many files"},
		{"a zip bomb", with(fileManifest, make([]byte, 1<<20)), "manifest.json unpacks to more than"},
		{"an entry that is too long", with(fileEntries, bytes.Repeat([]byte("1"), 70_000)), "one is too long"},
		{"a number that is too long", with(fileProofs, []byte(`{"entry":1e99}`)), "proofs.jsonl, line 1"},
		{"an endless index", with(fileProofs, []byte(`{"entry":30,"proof":"c2sp.org/tlog-proof@v1\nindex 99999999999999999999\n\n"}`)), "19 entries and 1 proofs"},
	} {
		_, err := Check(bytes.NewReader(tt.file), int64(len(tt.file)), Trusted{})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: want %q, got %v", tt.name, tt.want, err)
		}
	}
	for want, body := range map[string][]byte{"texts.jsonl, line 1: ": bytes.Repeat([]byte("x"), maxLine+1), "more than 200000 lines": bytes.Repeat([]byte("\n"), maxLines+1)} {
		all := map[string][]byte{fileTexts: body} // not packed: that takes longer than reading it
		if err := eachLine(all, fileTexts, func([]byte) error { return nil }); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	if _, err := Check(endless{}, maxPack+1, Trusted{}); err == nil || !strings.Contains(err.Error(), "more than 256") {
		t.Errorf("a huge file: %v", err)
	}
	if _, err := CheckFile(t.TempDir(), Trusted{}); err == nil || !strings.Contains(err.Error(), "not an ordinary file") {
		t.Errorf("a folder: %v", err)
	}
}

type endless struct{}

func (endless) ReadAt(p []byte, _ int64) (int, error) { return 0, io.EOF }

// What reads a pack from a stranger never panics, and believes nothing but the
// pack that was released.
func FuzzCheck(f *testing.F) {
	all := released(f)
	for i, name := range files {
		f.Add(byte(i), all[name])
	}
	f.Add(byte(99), zipped(f, members(all)...))
	f.Fuzz(func(t *testing.T, which byte, body []byte) {
		if int(which) >= len(files) {
			_, _ = Check(bytes.NewReader(body), int64(len(body)), Trusted{}) // whatever it is, it ends
			return
		}
		edited := map[string][]byte{}
		for n, b := range all {
			edited[n] = b
		}
		edited[files[which]] = body
		v, err := check(edited, Trusted{Program: "test", Verifier: strings.Fields(string(all[fileVerifier]))[0]})
		if err == nil && v.OK && !bytes.Equal(body, all[files[which]]) && files[which] != fileManifest && files[which] != fileEarlier {
			t.Errorf("%s was changed, and nobody noticed", files[which])
		}
	})
}

// FuzzModel reads entries as a stranger may have put them together and signed
// them: they may make no sense, and must not end the program.
func FuzzModel(f *testing.F) {
	all := released(f)
	f.Add(all[fileEntries])
	f.Fuzz(func(t *testing.T, entries []byte) {
		edited := map[string][]byte{fileEntries: entries, fileExport: all[fileExport]}
		list, err := parseEntries(edited)
		if err != nil {
			return
		}
		p := &Pack{Export: Leaf{Entry: list[0]}, Checkpoint: string(all[fileCheckpoint])}
		for _, e := range list[1:] {
			p.Entries = append(p.Entries, Leaf{Entry: e})
		}
		p.Keys = slices.Repeat([]string{"a key"}, len(p.handovers())+1) // that they are as many is proven before
		_, _ = p.derive()
	})
}
