package pack

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"offboard/store"
)

// Write writes the file of the pack. The same evidence gives the same bytes.
func (p *Pack) Write(w io.Writer) error {
	all, err := p.files()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	// The one time in it is that of the export's entry; a zip has whole seconds,
	// every other one.
	at := p.Export.Event.At.UTC().Truncate(2 * time.Second)
	total := 0
	for _, name := range files {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at})
		if err != nil {
			return err
		}
		if total += len(all[name]); len(all[name]) > maxFile || total > maxAll {
			return errTooLarge
		}
		if _, err := f.Write(all[name]); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	if out.Len() > maxPack {
		return errTooLarge
	}
	_, err = w.Write(out.Bytes())
	return err
}

var errTooLarge = fmt.Errorf("the pack would be larger than %d MiB: ask for a shorter period, or for one system", maxPack>>20)

// files are the contents of the pack by name.
func (p *Pack) files() (map[string][]byte, error) {
	out, err := p.derive()
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for id, name := range p.Names {
		names[string(id)] = name
	}
	for name, v := range map[string]any{fileManifest: p.Manifest, fileNames: names} {
		if out[name], err = indented(v); err != nil {
			return nil, err
		}
	}
	out[fileExport] = append(bytes.Clone(p.Export.Bytes), '\n')
	out[fileEntries] = p.lines()
	out[fileCheckpoint], out[fileVerifier] = []byte(p.Checkpoint), []byte(strings.Join(p.Keys, "\n")+"\n")
	if out[fileTexts], err = jsonLines(slices.Values(p.Texts)); err != nil {
		return nil, err
	}
	if out[fileEarlier], err = jsonLines(slices.Values(p.Earlier)); err != nil {
		return nil, err
	}
	out[fileProofs], err = jsonLines(func(yield func(proofLine) bool) {
		for _, l := range append(slices.Clone(p.Entries), p.Export) {
			if !yield(proofLine{l.Event.Seq, formatProof(l, p.Checkpoint)}) {
				return
			}
		}
	})
	return out, err
}

// lines are the entries, each followed by a line feed.
func (p *Pack) lines() []byte {
	var out bytes.Buffer
	for _, l := range p.Entries {
		out.Write(l.Bytes)
		out.WriteByte('\n')
	}
	return out.Bytes()
}

// proofLine is the proof of one entry in the form of C2SP tlog-proof.
type proofLine struct {
	Entry uint64 `json:"entry"`
	Proof string `json:"proof"`
}

const proofHeader = "c2sp.org/tlog-proof@v1\n"

func formatProof(l Leaf, checkpoint string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%sindex %d\n", proofHeader, l.Event.Seq-1)
	for _, h := range l.Proof {
		fmt.Fprintln(&b, base64.StdEncoding.EncodeToString(h[:]))
	}
	return b.String() + "\n" + checkpoint
}

// parseProof reads what formatProof wrote, for this checkpoint and no other.
func parseProof(text, checkpoint string) (seq uint64, p tlog.RecordProof, err error) {
	rest, ok := strings.CutPrefix(text, proofHeader)
	body, note, found := strings.Cut(rest, "\n\n")
	if !ok || !found || note != checkpoint {
		return 0, nil, fmt.Errorf("it is no tlog-proof for the checkpoint of the pack")
	}
	lines := strings.Split(body, "\n")
	index, ok := strings.CutPrefix(lines[0], "index ")
	n, err := strconv.ParseUint(index, 10, 62)
	if !ok || err != nil || len(lines) > 64 {
		return 0, nil, fmt.Errorf("it is no tlog-proof")
	}
	p = tlog.RecordProof{}
	for _, line := range lines[1:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return 0, nil, fmt.Errorf("it has a line that is no hash")
		}
		p = append(p, h)
	}
	return n + 1, p, nil
}

func indented(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	return append(b, '\n'), err
}

// jsonLines writes JSON Lines.
func jsonLines[T any](all func(yield func(T) bool)) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	for v := range all {
		if err := e.Encode(v); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// derive makes what follows from the evidence.
func (p *Pack) derive() (map[string][]byte, error) {
	m, err := p.model()
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	for name, make := range map[string]func(*model) ([]byte, error){
		fileReport: reportHTML, fileVerify: verifyHTML, fileStates: statesJSON, fileRecord: recordCSV, fileAccess: accessCSV, fileOCSF: ocsfJSON,
	} {
		if out[name], err = make(m); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return out, nil
}

// WriteAs writes the pack, or the one table or list of events that is asked for.
func (p *Pack) WriteAs(form ExportForm, w io.Writer) error {
	name := map[ExportForm]string{store.AsCSV: fileRecord, store.AsOCSF: fileOCSF}[form]
	if name == "" {
		return p.Write(w)
	}
	all, err := p.derive()
	if err != nil {
		return err
	}
	_, err = w.Write(all[name])
	return err
}
