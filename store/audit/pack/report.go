package pack

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"offboard/store"
	"offboard/store/audit/look"
)

var (
	//go:embed report.html
	reportText string
	//go:embed verify.html
	verifyText string

	reportPage = look.Page(reportText, "")
	verifyPage = look.Page(verifyText, "")
)

// page is what both pages show.
type page struct {
	Title    string
	Company  string
	Zone     string
	By, At   string
	Entry    uint64
	Scope    []string
	Withheld []string
	Erased   int
	Damaged  int
	Entries  int
	Size     uint64
	Root     string
	Key      string // that has signed the checkpoint
	Keys     [][2]string
	Sum      string
	Cases    []casePage
	People   []personModel
	Names    bool
	Files    [][2]string
	Earlier  int
	Note     string // the checkpoint
}

func (p personModel) ID() string     { return string(p.id) }
func (p personModel) Name() string   { return p.name }
func (p personModel) Source() string { return p.source }
func (p personModel) Proven() bool   { return p.proven }

type casePage struct {
	ID, Verdict string
	Good        bool
	Facts       [][2]string
	Plans       []planPage
	Record      []entryPage
}

type planPage struct {
	Title string
	Facts [][2]string
	Steps []stepPage
	Items []itemPage
}

type stepPage struct {
	System, Words, Account, State, When, By, Detail string
	About                                           string // what a manual task is about
	Mark                                            string // class of the state; the words say it too
	LockOut                                         bool
}

type itemPage struct{ System, Account, Thing, Before, After string }

type entryPage struct {
	Seq       uint64
	At        string
	By, Words string
	Texts     []shownText
}

func (m *model) page(title string) page {
	x := m.export
	out := page{
		Title: title, Company: line(m.Manifest.Company), Zone: m.zone.String(), By: m.by(m.Export.Event.Actor), At: m.moment(m.Export.Event.At),
		Entry: m.Export.Event.Seq, Scope: m.scope(), Entries: len(m.Entries), Size: m.Stated.Entries, Root: m.Stated.Root.String(), Key: m.key(), Keys: m.keyWords(), Sum: x.Sum,
		People: m.people, Names: slices.ContainsFunc(m.people, func(p personModel) bool { return !p.proven }), Earlier: len(m.Earlier), Note: strings.TrimSpace(m.Checkpoint), Files: contents,
	}
	for _, c := range x.Withheld {
		out.Withheld = append(out.Withheld, classWords[c])
	}
	for _, t := range m.Texts {
		if t.Erased {
			out.Erased++
		}
		if t.Damaged {
			out.Damaged++
		}
	}
	return out
}

// classWords say what a class of texts is.
var classWords = map[store.TextClass]string{
	store.ReasonText: "reasons (why somebody asked, declined, kept or stopped something)", store.NoteText: "notes (remarks, notes of proof, what the approver knows)",
	store.IdentityText: "identities (names and identity cards)", store.AccountText: "accounts (logins and ids in systems)",
	store.StateText: "states (what was held: names of groups and other things)", store.ResultText: "results (what systems answered)", store.ConfigText: "configuration",
}

// contents says what each file is.
var contents = [][2]string{
	{fileReport, "what happened, for people"},
	{fileVerify, "how to verify it"},
	{fileManifest, "which format this is, and which version of the program made it"},
	{fileExport, "the entry of the log that says that this was taken"},
	{fileEntries, "the entries, those that hand the signing to another key too, one a line, byte for byte as they are leaves of the tree"},
	{fileTexts, "the texts that the entries commit to, each with its salt, or why it is not there"},
	{fileProofs, "for each entry the proof that it is in the tree (C2SP tlog-proof)"},
	{fileCheckpoint, "the signed checkpoint of the tree (C2SP tlog-checkpoint)"},
	{fileEarlier, "proofs that the tree begins with what earlier checkpoints state"},
	{fileVerifier, "the public keys of the log, the oldest first; the last one checks the checkpoint (C2SP signed-note)"},
	{fileNames, "names of the persons, who are numbers in the entries; not proven"},
	{fileStates, "every step, with what was there before and after"},
	{fileRecord, "the record as a table"},
	{fileAccess, "what was held before and after, as a table"},
	{fileOCSF, "the record as events for a SIEM (OCSF " + ocsfVersion + ")"},
}

// scope says what was asked for.
func (m *model) scope() []string {
	x := m.export
	if m.Export.Event.Subject != store.Installation {
		return []string{"the case " + m.Export.Event.Subject}
	}
	out := []string{store.Count(len(m.cases), "case", "cases")}
	switch {
	case x.From != "" && x.To != "":
		out = append(out, fmt.Sprintf("in which something happened from %s to %s", x.From, x.To))
	case x.From != "":
		out = append(out, fmt.Sprintf("in which something happened from %s on", x.From))
	case x.To != "":
		out = append(out, fmt.Sprintf("in which something happened until %s", x.To))
	}
	if x.System != "" {
		out = append(out, "with a step in the system "+line(x.System))
	}
	if x.Requester != "" {
		out = append(out, "requested by "+m.name(x.Requester))
	}
	if x.Confidential {
		return append(out, "confidential cases too")
	}
	return append(out, "without confidential cases")
}

func reportHTML(m *model) ([]byte, error) {
	out := m.page("Evidence: " + m.about())
	for _, k := range m.cases {
		out.Cases = append(out.Cases, m.casePage(k))
	}
	return render(reportPage, out)
}

func verifyHTML(m *model) ([]byte, error) {
	return render(verifyPage, m.page("How to verify this pack"))
}

func render(t *template.Template, p page) ([]byte, error) {
	var b bytes.Buffer
	err := t.Execute(&b, p)
	return b.Bytes(), err
}

func (m *model) casePage(k caseModel) casePage {
	out := casePage{ID: string(k.ID), Verdict: verdict(k.Case), Good: k.State == store.CaseClosed && k.Outcome == store.Done}
	fact := func(label, value string) {
		if value != "" {
			out.Facts = append(out.Facts, [2]string{label, value})
		}
	}
	who := m.name(k.Person)
	if card, ok := m.cards[k.Person]; ok && card.Line() != "" {
		who += " (" + line(card.Line()) + ")"
	}
	label := "Leaver"
	if k.Moves() {
		label = "Changes roles"
	}
	fact(label, who)
	fact("Kind", line(k.Terms.Kind))
	fact("Reason", line(m.text(string(k.ID), k.Terms.Reason)))
	fact("Last day of work", string(k.Terms.LastDay))
	fact("Requested by", m.name(k.Requester))
	fact("Opened", m.moment(k.Opened))
	fact("Submitted", m.moment(k.Submitted))
	fact("Closed", m.moment(k.Closed))
	for _, p := range k.plans {
		out.Plans = append(out.Plans, m.planPage(k.Case, p))
	}
	for _, e := range k.entries {
		out.Record = append(out.Record, entryPage{e.Event.Seq, m.moment(e.Event.At), m.by(e.Event.Actor), m.words(e.Event), m.shown(e.Event)})
	}
	return out
}

func verdict(c store.Case) string {
	if c.State == store.CaseClosed {
		return "closed: " + string(c.Outcome)
	}
	return string(c.State) + ": " + string(c.Plan(0).State)
}

// planWords are how plans are called.
var planWords = map[store.PlanKind]string{
	store.Leave: "Leave", store.Move: "Change of role", store.Restore: "Giving back", store.Retake: "Taking again", store.Destroy: "Deleting after the retention",
}

func (m *model) planPage(c store.Case, p planModel) planPage {
	out := planPage{Title: fmt.Sprintf("Plan %d: %s", p.No, planWords[p.Kind])}
	fact := func(label, value string) {
		if value != "" {
			out.Facts = append(out.Facts, [2]string{label, value})
		}
	}
	if p.Emergency {
		fact("Emergency", "locked out first, and approved afterwards")
	}
	fact("Reason", line(m.text(string(c.ID), p.Reason)))
	for _, d := range p.Approvals {
		fact("Approved by", m.decision(c, d))
	}
	if p.Decision != nil {
		fact("Approved by", m.decision(c, *p.Decision))
	}
	if p.Declined != nil {
		fact("Declined by", m.decision(c, *p.Declined))
	}
	fact("Cut-off", m.cutOff(p.CutOff))
	fact("Began", m.moment(p.Begun))
	fact("Over", m.moment(p.Over))
	if p.Stopped != nil {
		fact("Stopped by", m.decision(c, *p.Stopped))
	}
	for _, s := range p.steps {
		detail := m.text(string(c.ID), s.Evidence)
		if !s.Note.IsZero() {
			detail = m.text(string(c.ID), s.Note)
		} else if s.Evidence.IsZero() {
			detail = m.text(string(c.ID), s.Message)
		}
		about := ""
		if s.Manual != nil {
			about = m.text(string(c.ID), s.Manual.Detail)
		}
		out.Steps = append(out.Steps, stepPage{
			About:  line(about),
			System: line(s.System), Words: line(s.Words), Account: s.login, State: string(s.State), When: m.moment(s.Ended), By: m.doer(s.Step), Detail: line(detail), Mark: mark(s.State), LockOut: s.LockOut,
		})
		for _, i := range s.items {
			out.Items = append(out.Items, itemPage{line(s.System), s.login, line(i.Held.Label), i.before, i.after})
		}
	}
	return out
}

func (m *model) decision(c store.Case, d store.Decision) string {
	out := "the bot"
	if d.By != "" {
		out = m.name(d.By)
	}
	if d.Role != "" {
		out += " (" + d.Role.Words() + ")"
	}
	out += ", " + m.moment(d.At)
	if reason := m.text(string(c.ID), d.Reason); reason != "" {
		out += ": " + line(reason)
	}
	return out
}

func (m *model) cutOff(c store.CutOff) string {
	switch c.Mode {
	case store.Now:
		return "as soon as it was approved"
	case store.Press:
		return "when somebody pressed the button"
	case store.At:
		return m.moment(c.At)
	}
	return ""
}

// mark is the look of a state.
func mark(s store.StepState) string {
	switch s {
	case store.Proven, store.Nothing, store.Confirmed:
		return "done"
	case store.Skipped, store.Halted, store.FailedAgain, store.NeedsPerson:
		return "bad"
	case store.Waiting, store.Running, store.Accepted:
	}
	return "open"
}
