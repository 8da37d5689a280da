package pack

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"offboard/store"
)

// unreadable says why a file is no pack. Its text is for whoever has it.
type unreadable struct{ why string }

func (u *unreadable) Error() string { return "this is no evidence pack, or it was changed: " + u.why }

func no(format string, args ...any) error { return &unreadable{fmt.Sprintf(format, args...)} }

// unpack reads the files of a pack into memory, within the limits. Nothing is
// ever written under a name that the pack gives.
func unpack(r io.ReaderAt, size int64) (map[string][]byte, error) {
	if size > maxPack {
		return nil, no("it has %d MiB, more than %d", size>>20, maxPack>>20)
	}
	if err := looksRight(r, size); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, no("it is not a zip file (%v)", err)
	}
	out := map[string][]byte{}
	total := int64(0)
	for _, f := range z.File {
		switch {
		case !slices.Contains(files, f.Name):
			return nil, no("it has a file %.60q, which is not one of a pack", f.Name)
		case out[f.Name] != nil:
			return nil, no("it has %s twice, and programs may read different ones", f.Name)
		case !f.Mode().IsRegular():
			return nil, no("%s is not an ordinary file", f.Name)
		}
		b, err := unpackOne(f, min(limitOf(f.Name), maxAll-total))
		if err != nil {
			return nil, err
		}
		total += int64(len(b))
		out[f.Name] = b
	}
	for _, name := range files {
		if out[name] == nil {
			return nil, no("%s is missing in it", name)
		}
	}
	return out, nil
}

// unpackOne reads a file of the zip. Its header's sizes are not believed.
func unpackOne(f *zip.File, limit int64) ([]byte, error) {
	in, err := f.Open()
	if err != nil {
		return nil, no("%s can't be unpacked (%v)", f.Name, err)
	}
	defer func() { _ = in.Close() }() // only read
	b, err := io.ReadAll(io.LimitReader(in, limit+1))
	switch {
	case err != nil:
		return nil, no("%s can't be unpacked (%v)", f.Name, err)
	case int64(len(b)) > limit:
		return nil, no("%s unpacks to more than %d MiB", f.Name, limit>>20)
	case b == nil:
		b = []byte{}
	}
	return b, nil
}

// maxDirectory bounds the zip's list of files, in bytes: a pack has fifteen, and
// a list of millions would fill the memory before any of them is looked at.
const maxDirectory = 16 << 10

// looksRight reads the end of the zip file (APPNOTE.TXT, section 4.3.16): the
// list must end with the file, begin where it says and be short. So there is
// one way only to read the file.
func looksRight(r io.ReaderAt, size int64) error {
	var end [22]byte
	if size < int64(len(end)) {
		return no("it has %d bytes", size)
	}
	if _, err := r.ReadAt(end[:], size-int64(len(end))); err != nil && !errors.Is(err, io.EOF) {
		return no("it can't be read (%v)", err)
	}
	length, offset := int64(binary.LittleEndian.Uint32(end[12:])), int64(binary.LittleEndian.Uint32(end[16:]))
	switch {
	case string(end[:6]) != "PK\x05\x06\x00\x00" || string(end[20:]) != "\x00\x00":
		return no("it is not a zip file, it is cut off, or something was added to it")
	case length > maxDirectory:
		return no("it lists too many files")
	case offset+length != size-int64(len(end)):
		return no("something was added to it before or after the zip file")
	}
	return nil
}

// parse reads the evidence of a pack from its files. Nothing is proven yet.
func parse(all map[string][]byte) (*Pack, error) {
	p := &Pack{Checkpoint: string(all[fileCheckpoint]), Keys: strings.Split(strings.TrimSuffix(string(all[fileVerifier]), "\n"), "\n")}
	for name, v := range map[string]any{fileManifest: &p.Manifest, fileNames: &p.Names} {
		if err := json.Unmarshal(all[name], v); err != nil {
			return nil, no("%s is not as it should be (%v)", name, err)
		}
	}
	if p.Manifest.Format != Format {
		return nil, no("it has the format %.40q, and this program knows %s: use the program that made it, or a newer one", p.Manifest.Format, Format)
	}
	entries, err := parseEntries(all)
	if err != nil {
		return nil, err
	}
	proofs := map[uint64]string{}
	if err := eachLine(all, fileProofs, func(b []byte) error {
		var l proofLine
		if err := json.Unmarshal(b, &l); err != nil {
			return err
		}
		if _, twice := proofs[l.Entry]; twice {
			return fmt.Errorf("entry %d has two proofs", l.Entry)
		}
		proofs[l.Entry] = l.Proof
		return nil
	}); err != nil {
		return nil, err
	}
	if len(proofs) != len(entries) {
		return nil, no("it has %d entries and %d proofs", len(entries), len(proofs))
	}
	for i, e := range entries {
		seq, proof, err := parseProof(proofs[e.Event.Seq], p.Checkpoint)
		if err != nil || seq != e.Event.Seq {
			return nil, no("the proof of entry %d is missing, or is not as it should be (%v)", e.Event.Seq, err)
		}
		if i == 0 {
			p.Export = Leaf{e, proof}
		} else {
			p.Entries = append(p.Entries, Leaf{e, proof})
		}
	}
	if err := eachLine(all, fileTexts, func(b []byte) error {
		var t Text
		p.Texts = append(p.Texts, t)
		return json.Unmarshal(b, &p.Texts[len(p.Texts)-1])
	}); err != nil {
		return nil, err
	}
	return p, eachLine(all, fileEarlier, func(b []byte) error {
		p.Earlier = append(p.Earlier, Earlier{})
		return json.Unmarshal(b, &p.Earlier[len(p.Earlier)-1])
	})
}

// parseEntries reads the export's entry, and then the others.
func parseEntries(all map[string][]byte) ([]store.Entry, error) {
	var out []store.Entry
	for _, name := range []string{fileExport, fileEntries} {
		if err := eachLine(all, name, func(b []byte) error {
			if len(b) > store.MaxEntry || len(out) > maxEntries {
				return errors.New("there are too many entries, or one is too long")
			}
			e, err := store.DecodeEntry(bytes.Clone(b))
			if err != nil {
				return err
			}
			if n := len(out); n > 1 && out[n-1].Event.Seq >= e.Event.Seq || e.Event.Seq == 0 || n > 0 && e.Event.Seq == out[0].Event.Seq {
				return fmt.Errorf("entry %d is twice in it, or not in its place", e.Event.Seq)
			}
			out = append(out, e)
			return nil
		}); err != nil {
			return nil, err
		}
		if name == fileExport && len(out) != 1 {
			return nil, no("%s has %d lines and should have one", fileExport, len(out))
		}
	}
	if _, ok := out[0].Event.Body.(store.Exported); !ok || len(out) < 2 {
		return nil, no("%s is not the entry of an export, or there are no entries", fileExport)
	}
	return out, nil
}

// limitOf is how much of a file is unpacked, in bytes.
func limitOf(name string) int64 {
	switch name {
	case fileManifest, fileExport, fileCheckpoint, fileVerifier:
		return 128 << 10
	case fileEarlier, fileNames, fileVerify:
		return 4 << 20
	}
	return maxFile
}

// maxLines bounds the lines of a file: a short line takes a hundred times its
// size once it is read.
const maxLines = 4 * maxEntries

func eachLine(all map[string][]byte, name string, f func([]byte) error) error {
	lines := bufio.NewScanner(bytes.NewReader(all[name]))
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		if n++; n > maxLines {
			return no("%s has more than %d lines", name, maxLines)
		}
		if err := f(lines.Bytes()); err != nil {
			var newer *store.NewerError
			if errors.As(err, &newer) {
				return newer
			}
			return no("%s, line %d: %v", name, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return no("%s, line %d: %v", name, n+1, err)
	}
	return nil
}

// open opens the file of a pack.
func open(path string) (map[string][]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, no("%s is not an ordinary file", path)
	}
	return unpack(f, info.Size())
}
