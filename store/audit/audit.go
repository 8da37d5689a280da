// Package audit proves what a log says: that it is whole, and that it extends
// the checkpoints that were kept elsewhere. It reads the log and never writes it.
//
// The nouns are Report (what a verification has shown), Problem (one thing that
// is wrong, named for what it is, with what to do) and Given (a checkpoint from
// outside, and what the log has to do with it).
package audit

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"offboard/store"
)

// Report is what a verification has shown.
type Report struct {
	OK         bool      `json:"ok"`
	Entries    uint64    `json:"entries"`
	Root       string    `json:"root"`
	Checkpoint string    `json:"checkpoint"`
	Verifier   string    `json:"verifier"` // public key that checks the checkpoint
	Given      []Given   `json:"given,omitempty"`
	Notes      []string  `json:"notes,omitempty"` // nothing is wrong, and an auditor should know this
	Problems   []Problem `json:"problems,omitempty"`
}

// Problem is one thing that is wrong.
type Problem struct {
	Kind string `json:"kind"`           // a store.DamageKind, or one of this package
	From uint64 `json:"from,omitempty"` // the entries it is about
	To   uint64 `json:"to,omitempty"`
	Text string `json:"text"`
	Next string `json:"next"` // what to do
}

// The kinds that only a checkpoint from outside shows.
const (
	RolledBack = "rolled back" // an older file stands in the place of the log
	History    = "history"     // entries were rewritten, taken out or put in, with the whole tree
	Forked     = "forked"      // two different logs were signed
	Foreign    = "foreign"     // the checkpoint is not of this log
)

// Given is a checkpoint from outside.
type Given struct {
	Entries uint64 `json:"entries"`
	Extends bool   `json:"extends"`
}

// Progress is told from time to time how much has been read.
type Progress func(done, total int)

// VerifyFile verifies a log where it is. Nobody may write it meanwhile. An
// error says why it could not be looked at; what is wrong with it stands in the
// report.
func VerifyFile(opt store.Options, checkpoints []string, p Progress) (Report, error) {
	if err := store.ExamineFile(opt.Path); err != nil {
		if errors.Is(err, store.ErrNoLog) || errors.Is(err, store.ErrLocked) {
			return Report{}, err
		}
		return Report{Problems: []Problem{{Kind: string(store.BrokenFile), Text: err.Error(), Next: next[string(store.BrokenFile)]}}}, nil
	}
	opt.ReadOnly = true
	s, err := store.Open(opt)
	if err != nil {
		return Report{}, err
	}
	return verify(s, checkpoints, p), s.Close()
}

// verify reads a whole log and proves that it is consistent and extends each of
// the checkpoints.
func verify(s *store.Store, checkpoints []string, p Progress) Report {
	var r Report
	for _, d := range s.Inspect(p) {
		r.wrong(string(d.Kind), d.From, d.To, "%s", d.Text)
	}
	signed, err := s.Checkpoint()
	if err != nil {
		r.wrong(string(store.BrokenTree), 0, 0, "%s", err)
		return r
	}
	r.Entries, r.Checkpoint, r.Verifier = s.Last(), signed, s.VerifierKey()
	if lines := strings.Split(signed, "\n"); len(lines) > 2 {
		r.Root = lines[2]
	}
	r.keys(s)
	later, err := s.Unsaid()
	switch {
	case err != nil:
		r.wrong(string(store.BrokenKeys), 0, 0, "%s", err)
	case len(later) > 0:
		r.Notes = append(r.Notes, ErasedLater(len(later)))
	}
	r.compare(s, checkpoints)
	r.OK = len(r.Problems) == 0
	return r
}

// ErasedLater says of so many cases and persons that the key file knows more of
// them than this copy of the log.
func ErasedLater(n int) string {
	return fmt.Sprintf("the keys of %s were destroyed after this copy of the log was made: people were erased since, and stay so", store.Count(n, "case or person", "cases and persons"))
}

// keys says where the signing was not handed over by the key before: whoever has
// this machine can do that.
func (r *Report) keys(s *store.Store) {
	all, err := s.Signings()
	if err != nil {
		r.wrong(string(store.BrokenTable), 0, 0, "which keys sign can't be read: %s", err)
		return
	}
	for _, k := range all {
		if k.Lost == "" {
			continue
		}
		text := fmt.Sprintf("entry %d says that the key %s was lost, and lets %s sign from then on. The lost key has not said so: whoever has this machine could have", k.Entry, k.Lost, k.Verifier)
		if e, err := s.Entry(k.Entry); err == nil {
			user, _ := e.Event.Actor.OperatorUser()
			text += fmt.Sprintf(". It was done by %s on %s UTC: ask them, and compare with a checkpoint from before", user, e.Event.At.UTC().Format(time.DateTime))
		}
		r.Notes = append(r.Notes, text)
	}
}

func (r *Report) wrong(kind string, from, to uint64, format string, args ...any) {
	r.Problems = append(r.Problems, Problem{kind, from, to, fmt.Sprintf(format, args...), next[kind]})
}

// compare names what the checkpoints show together: each that the log extends
// proves all entries before it, and the first that it does not extend bounds
// where it was changed.
func (r *Report) compare(s *store.Store, checkpoints []string) {
	var stated []store.Statement
	for _, c := range checkpoints {
		st, err := s.ReadCheckpoint(c)
		if err != nil {
			r.wrong(Foreign, 0, 0, "%s", err)
			continue
		}
		stated = append(stated, st)
	}
	slices.SortStableFunc(stated, func(a, b store.Statement) int { return cmp.Compare(a.Entries, b.Entries) })
	var proven, ahead uint64
	bad := false
	for i, st := range stated {
		if i > 0 && stated[i-1].Entries == st.Entries {
			if stated[i-1].Root != st.Root {
				r.wrong(Forked, 1, st.Entries, "two checkpoints state %s and differ, and both are signed by this log's key: two histories were shown to different people", store.Count(int(st.Entries), "entry", "entries"))
			} else {
				continue
			}
		}
		err := s.Follows(st)
		r.Given = append(r.Given, Given{Entries: st.Entries, Extends: err == nil})
		switch {
		case err == nil:
			proven = max(proven, st.Entries)
		case errors.Is(err, store.ErrRolledBack):
			ahead = st.Entries
		case errors.Is(err, store.ErrNotExtended):
			if !bad {
				bad = true
				r.wrong(History, proven+1, st.Entries, "the log does not extend the checkpoint of %s: among entries %d to %d one was rewritten, taken out or put in, and all hashes were made anew to hide it%s",
					store.Count(int(st.Entries), "entry", "entries"), proven+1, st.Entries, before(proven))
			}
		default:
			r.wrong(string(store.BrokenTree), 0, 0, "the checkpoint of %s can't be compared: %s", store.Count(int(st.Entries), "entry", "entries"), err)
		}
	}
	if ahead > 0 {
		r.wrong(RolledBack, r.Entries+1, ahead, "the log does not extend the checkpoint of %s: it has %d. It was rolled back: an older file stands in its place, or its end was cut off with all that follows from it%s",
			store.Count(int(ahead), "entry", "entries"), r.Entries, before(proven))
	}
}

func before(proven uint64) string {
	if proven == 0 {
		return ""
	}
	return fmt.Sprintf(". Entries 1 to %d are as an earlier checkpoint states", proven)
}

const (
	tellSecurity = "Keep the database, the key file and all backups as they are, and tell security and the auditor: only somebody who can write the files of the server does this. The newest backup that verifies with the same checkpoints shows what was there."
	fromBackup   = "Keep these files as they are, and put back the newest backup that verifies (offboard restore --from FILE --verify tries one)."
)

// next is what to do about each kind.
var next = map[string]string{
	string(store.Rewritten):   tellSecurity,
	string(store.TakenOut):    tellSecurity,
	string(store.Reordered):   tellSecurity,
	string(store.PutIn):       tellSecurity,
	string(store.CutOffEnd):   tellSecurity,
	string(store.BrokenTree):  tellSecurity,
	string(store.BrokenTable): "The entries are the evidence, and this follows from them: put back the newest backup that verifies. Somebody, or the disk, has changed what the bot goes by.",
	string(store.BrokenSeal):  "What is sealed is no longer what was written: " + fromBackup,
	string(store.BrokenKeys):  "Put back the key file that was backed up with this log.",
	string(store.BrokenLoose): "It proves nothing, and the bot goes on. Look at the disk; the message or the delivery it is about may come twice.",
	string(store.Unreadable):  "The entry is as it was written: use the program that wrote it, or a newer one.",
	string(store.BrokenFile):  fromBackup,
	RolledBack:                "If a backup was put back on purpose, what happened since is not in the log: say so to the auditor, and do again what must be done. If not: " + tellSecurity,
	History:                   tellSecurity,
	Forked:                    "Whoever has the signing key did this. " + tellSecurity,
	Foreign:                   "Look whether the checkpoint is of this installation, and whole: from the line " + store.Origin + " to the line that begins with a dash.",
}
