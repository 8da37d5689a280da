package pack

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"offboard/store"
)

// Trusted is what whoever checks a pack has from elsewhere. Both may be empty.
type Trusted struct {
	Verifier   string // a verifier key of the installation: the last one, or one before it
	Checkpoint string // a checkpoint that was kept, as it was signed
	Program    string // version of this program
}

// Verdict is what a check has shown.
type Verdict struct {
	OK       bool           `json:"ok"`
	About    string         `json:"about"` // "OFF-42", or how many cases
	Cases    []store.CaseID `json:"cases"`
	Entries  int            `json:"entries"`
	Size     uint64         `json:"size"` // entries of the log, as the checkpoint states
	Root     string         `json:"root"`
	Verifier string         `json:"verifier"` // that has signed the checkpoint
	Opened   int            `json:"opened"`
	Withheld map[string]int `json:"withheld,omitempty"` // by class
	Erased   int            `json:"erased,omitempty"`   // texts that were forgotten with a person
	Damaged  int            `json:"damaged,omitempty"`  // texts that could not be opened, and nobody has erased them
	Proven   []string       `json:"proven"`
	Trust    []string       `json:"onTrust"` // what the pack alone can't prove
	Problems []string       `json:"problems,omitempty"`
	Lacks    string         `json:"lacks,omitempty"` // why it could not be compared with the checkpoint that was given: nothing is wrong, and not all is proven that was asked for
	Report   []byte         `json:"-"`               // report.html, made anew from what was checked; nil where it could not be
}

func (v *Verdict) wrong(format string, args ...any) {
	if len(v.Problems) < 50 { // enough to see what is wrong
		v.Problems = append(v.Problems, fmt.Sprintf(format, args...))
	}
}

func (v *Verdict) proven(format string, args ...any) {
	v.Proven = append(v.Proven, fmt.Sprintf(format, args...))
}

func (v *Verdict) trust(format string, args ...any) {
	v.Trust = append(v.Trust, fmt.Sprintf(format, args...))
}

// CheckFile checks the pack in a file. The error says that the file can't be
// read, or is no pack; what is wrong with a pack is in the Verdict.
func CheckFile(path string, t Trusted) (Verdict, error) {
	all, err := open(path)
	if err != nil {
		return Verdict{}, err
	}
	return check(all, t)
}

// Check is CheckFile for bytes.
func Check(r io.ReaderAt, size int64, t Trusted) (Verdict, error) {
	all, err := unpack(r, size)
	if err != nil {
		return Verdict{}, err
	}
	return check(all, t)
}

func check(all map[string][]byte, t Trusted) (v Verdict, err error) {
	p, err := parse(all)
	if err != nil {
		return v, err
	}
	v = Verdict{Entries: len(p.Entries), Verifier: p.key(), About: p.about(), Withheld: map[string]int{}, Proven: []string{}, Trust: []string{}}
	for _, l := range p.Entries {
		if id := store.CaseID(l.Event.Subject); strings.HasPrefix(l.Event.Subject, "OFF-") && !slices.Contains(v.Cases, id) {
			v.Cases = append(v.Cases, id)
		}
	}
	if v.keys(p, t) && v.signature(p, t) {
		v.Size, v.Root = p.Stated.Entries, p.Stated.Root.String()
		v.inclusion(p)
		v.kept(p, t)
	}
	v.export(p)
	v.sealed(p)
	if len(v.Problems) == 0 {
		v.derived(p, all, t) // of what does not hold nothing can follow
	}
	v.trust("that nothing else happened in these cases: a pack proves what is in it, and that nothing was taken out of it since it was made, by the sum in its export's entry. That it was whole then, whoever made it says; offboard audit verify reads the whole log where it is kept")
	v.OK = len(v.Problems) == 0 && v.Lacks == ""
	return v, nil
}

// signature checks who signed the checkpoint.
func (v *Verdict) signature(p *Pack, t Trusted) bool {
	var err error
	p.Stated, err = store.OpenCheckpoint(p.Checkpoint, p.key())
	size := store.Count(int(p.Stated.Entries), "entry", "entries")
	switch {
	case err != nil:
		v.wrong("the checkpoint of the pack does not open with the last of its keys: it was changed (%v)", err)
		return false
	case t.Verifier != "" && t.Verifier != p.key():
		v.proven("the checkpoint of %s is signed with a key that follows from the one that you gave (%s)", size, p.followed(t.Verifier))
	case t.Verifier != "":
		v.proven("the checkpoint of %s is signed with the key that you gave", size)
	default:
		v.proven("the checkpoint of %s is signed with the key in the pack", size)
		if t.Checkpoint == "" {
			v.trust("the key: whoever made this pack could have made up the key too. Compare it with one from elsewhere (--verifier), or give a checkpoint that you have kept (--checkpoint)")
		}
	}
	return true
}

func (v *Verdict) inclusion(p *Pack) {
	before := len(v.Problems)
	for _, l := range append(slices.Clone(p.Entries), p.Export) {
		seq := l.Event.Seq
		if seq > p.Stated.Entries {
			v.wrong("entry %d is not one of the %d that the checkpoint states", seq, p.Stated.Entries)
		} else if err := tlog.CheckRecord(l.Proof, int64(p.Stated.Entries), p.Stated.Root, int64(seq-1), tlog.RecordHash(l.Bytes)); err != nil {
			v.wrong("entry %d was changed, or is not in the log that the checkpoint states", seq)
		}
	}
	if len(v.Problems) == before {
		v.proven("%s stand in that log, byte for byte, each in its place", store.Count(len(p.Entries)+1, "entry", "entries"))
	}
}

// kept compares with a checkpoint from elsewhere.
func (v *Verdict) kept(p *Pack, t Trusted) {
	if t.Checkpoint == "" {
		v.trust("that this is the log that others see: without a checkpoint that you have kept (the closing message of every case has one) the whole of it could have been written anew")
		return
	}
	now := p.Stated
	old, err := store.OpenCheckpoint(t.Checkpoint, p.Keys...)
	if err != nil {
		v.wrong("the checkpoint that you gave was not signed with any key of the pack: the pack comes from another installation, or one of the two was made up (%v)", err)
		return
	}
	if old.Entries == now.Entries {
		if old.Root == now.Root {
			v.proven("the log is the one of the checkpoint that you gave, of %s", store.Count(int(old.Entries), "entry", "entries"))
		} else {
			v.wrong("the checkpoint that you gave states another log of the same length: one of the two was rewritten")
		}
		return
	}
	for _, e := range p.Earlier {
		older, err := store.OpenCheckpoint(e.Checkpoint, p.Keys...)
		if err != nil || older.Entries != old.Entries {
			continue
		}
		if err := tlog.CheckTree(e.Proof, int64(now.Entries), now.Root, int64(old.Entries), old.Root); err != nil {
			v.wrong("the log of the pack does not begin with what the checkpoint that you gave states (%s): it was rewritten since, or before", store.Count(int(old.Entries), "entry", "entries"))
		} else {
			v.proven("the log begins with all that the checkpoint that you gave states, %s", store.Count(int(old.Entries), "entry", "entries"))
		}
		return
	}
	v.Lacks = fmt.Sprintf("the checkpoint that you gave states %d entries and the pack's %d, and the pack has no proof from one to the other. Have the pack made again with your checkpoint (offboard audit export --checkpoint, or /offboard export and the checkpoint after it), or give it to whoever has the log: offboard audit verify --checkpoint", old.Entries, now.Entries)
	v.trust("that this is the log of the checkpoint that you gave: it was signed with a key of the pack, and the two were not compared")
}

// export compares what was handed over with what the log says was.
func (v *Verdict) export(p *Pack) {
	x := p.exported()
	entries := make([]store.Entry, len(p.Entries))
	for i, l := range p.Entries {
		if entries[i] = l.Entry; l.Event.Seq > x.Size {
			v.wrong("entry %d is younger than the export", l.Event.Seq)
		}
	}
	if x.Entries != len(entries) || x.Sum != sum(entries) {
		v.wrong("entries were taken out of the pack or put into it since it was made: the log says that it had %d, with the sum %s", x.Entries, x.Sum)
		return
	}
	v.proven("they are all that were taken out of the log then, by entry %d", p.Export.Event.Seq)
}

// sealed checks the texts against what the entries commit to.
func (v *Verdict) sealed(p *Pack) {
	x := p.exported()
	entries := make([]store.Entry, len(p.Entries))
	for i, l := range p.Entries {
		entries[i] = l.Entry
	}
	want, private := sealed(entries, x.Withheld)
	if len(want) != len(p.Texts) {
		v.wrong("the entries commit to %d texts, and the pack says something of %d", len(want), len(p.Texts))
		return
	}
	for i, t := range p.Texts {
		w := want[i]
		if t.Entry != w.Entry || t.Subject != w.Subject || t.Commitment != w.Commitment || t.Class != w.Class {
			v.wrong("line %d of %s is not about the text that entry %d commits to", i+1, fileTexts, w.Entry)
			continue
		}
		text, opened := t.content()
		why := 0
		for _, not := range []bool{opened, t.Withheld, t.Erased, t.Damaged} {
			if not {
				why++
			}
		}
		switch {
		case why != 1, t.Withheld != w.Withheld, opened && len(t.Salt) != 16:
			v.wrong("line %d of %s neither opens its text nor says why not, or withholds what the export's entry does not", i+1, fileTexts)
		case t.Withheld:
			v.Withheld[string(t.Class)]++
		case t.Erased:
			v.Erased++
		case t.Damaged:
			v.Damaged++
		default:
			o := store.Opening{Salt: [16]byte(t.Salt), Text: text}
			if !o.Opens(private[key{t.Subject, t.Commitment}]) {
				v.wrong("a text of entry %d (%s) is not the one that the log commits to", t.Entry, t.Class)
				continue
			}
			v.Opened++
		}
	}
	v.proven("%s to what the entries commit to", opens(v.Opened))
	for _, class := range slices.Sorted(maps.Keys(v.Withheld)) {
		v.proven("withheld, as the export's entry says: %s of the class %s; their commitments are there", store.Count(v.Withheld[class], "text", "texts"), class)
	}
	if v.Erased > 0 {
		v.trust("that %s could not be opened any more when the pack was made, because a person was erased", store.Count(v.Erased, "text", "texts"))
	}
	if v.Damaged > 0 {
		v.trust("why %s could not be opened when the pack was made: nobody was erased, so the log or its keys are damaged. Ask for what offboard audit verify says there, and for a pack from a backup", store.Count(v.Damaged, "text", "texts"))
	}
}

// derived makes the pack anew from what was proven, and compares.
func (v *Verdict) derived(p *Pack, all map[string][]byte, t Trusted) {
	again, err := p.files()
	if err != nil {
		v.wrong("what the entries say can't be put together: %v", err)
		return
	}
	v.Report = again[fileReport]
	same := p.Manifest.Program == t.Program
	differs := false
	for _, name := range files {
		if bytes.Equal(all[name], again[name]) {
			continue
		}
		if !same && slices.Contains(derived, name) {
			differs = true
			continue
		}
		v.wrong("%s does not follow from the entries: it was changed. Read the one that --report writes instead", name)
	}
	switch {
	case differs:
		v.trust("%s and what else is made from the entries: another version of the program (%.60q) made them, and this one (%q) words them differently. Read the report that --report writes", fileReport, p.Manifest.Program, t.Program)
	case len(v.Problems) == 0:
		v.proven("the report and the tables say what follows from the entries, and nothing else")
	}
	if len(p.Names) > 0 {
		v.trust("names of people other than in their own card (%s): the entries have numbers, and the pack says whose they are", fileNames)
	}
}

func opens(n int) string {
	if n == 1 {
		return "1 text opens"
	}
	return fmt.Sprintf("%d texts open", n)
}
