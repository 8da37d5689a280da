// Package pack makes evidence packs, and checks them without the database.
//
// A Pack is what proves what happened in one or several cases: the entries as
// they are leaves of the log's tree, a proof for each that it is in the tree,
// a signed checkpoint of that tree, and the texts that the entries commit to,
// each with its salt. All else in the file (the report, the tables, the events
// for a SIEM) follows from these, and Check makes it anew and compares.
//
// It reads the log and writes nothing to it but the entry that says that
// evidence was taken. Who may take it is package store's to say.
package pack

import (
	"golang.org/x/mod/sumdb/tlog"

	"offboard/store"
)

// Format is the version of what a pack has in it and of how it looks.
const Format = "offboard/pack/v1"

// The files of a pack, in their order. A pack has these and no others.
const (
	fileReport     = "report.html"
	fileVerify     = "verify.html"
	fileManifest   = "manifest.json"
	fileExport     = "export.jsonl"
	fileEntries    = "entries.jsonl"
	fileTexts      = "texts.jsonl"
	fileProofs     = "proofs.jsonl"
	fileCheckpoint = "checkpoint.txt"
	fileEarlier    = "earlier.jsonl"
	fileVerifier   = "verifier.txt"
	fileNames      = "names.json"
	fileStates     = "states.jsonl"
	fileRecord     = "record.csv"
	fileAccess     = "access.csv"
	fileOCSF       = "ocsf.jsonl"
)

// files lists them; those that follow from the others come after derived.
var (
	files   = []string{fileReport, fileVerify, fileManifest, fileExport, fileEntries, fileTexts, fileProofs, fileCheckpoint, fileEarlier, fileVerifier, fileNames, fileStates, fileRecord, fileAccess, fileOCSF}
	derived = []string{fileReport, fileVerify, fileStates, fileRecord, fileAccess, fileOCSF}
)

// The limits of a pack. What is larger is not made, and not read: a file from
// somebody else must not fill the memory of whoever checks it.
const (
	maxPack    = 256 << 20 // bytes of the file
	maxFile    = 128 << 20 // bytes of one file in it, unpacked
	maxAll     = 512 << 20 // bytes of all of them, unpacked
	maxEntries = 50_000
	maxLine    = 16 << 20 // bytes of a line; a text has no limit of its own
)

// Manifest says what the file is. Nothing in it is proven.
type Manifest struct {
	Format  string `json:"format"`
	Program string `json:"program"` // the version that made it
	Company string `json:"company"`
}

// Pack is evidence.
type Pack struct {
	Manifest   Manifest
	Export     Leaf   // the entry that says that this was taken
	Entries    []Leaf // by number
	Texts      []Text
	Names      map[store.PersonID]string // as the installation has them; only what a Text says of a card is proven
	Checkpoint string
	Stated     store.Statement // what the checkpoint says, once it was opened
	Keys       []string        // verifier keys (C2SP signed-note) of the log, the oldest first; the last one has signed the checkpoint
	Earlier    []Earlier
}

// Leaf is an entry and the proof that it is in the tree of the checkpoint.
type Leaf struct {
	store.Entry
	Proof tlog.RecordProof
}

// Text is a text that an entry commits to: opened with its salt, or why not. It was
// withheld, or erased with the key of its person, or it is damaged where the log is.
type Text struct {
	Entry      uint64          `json:"entry"` // the first that commits to it
	Subject    string          `json:"subject"`
	Class      store.TextClass `json:"class"`
	Commitment string          `json:"commitment"`
	Salt       []byte          `json:"salt,omitempty"`
	Text       *string         `json:"text,omitempty"`
	Raw        []byte          `json:"raw,omitempty"` // in the place of Text where it is not UTF-8
	Withheld   bool            `json:"withheld,omitempty"`
	Erased     bool            `json:"erased,omitempty"`
	Damaged    bool            `json:"damaged,omitempty"`
}

// Earlier is a checkpoint from before, and the proof that the pack's tree
// begins with what it states (RFC 6962, section 2.1.2).
type Earlier struct {
	Checkpoint string         `json:"checkpoint"`
	Proof      tlog.TreeProof `json:"proof"`
}

// content is the text; false if it is not opened.
func (t *Text) content() (string, bool) {
	switch {
	case t == nil:
		return "", false
	case t.Text != nil:
		return *t.Text, true
	}
	return string(t.Raw), len(t.Raw) > 0
}

// exported is what the entry of the export says.
func (p *Pack) exported() store.Exported {
	x, _ := p.Export.Event.Body.(store.Exported) // Check and Take have looked
	return x
}
