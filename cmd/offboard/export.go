package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"offboard/bot"
	"offboard/commands"
	"offboard/config"
	"offboard/store"
	"offboard/store/audit"
	"offboard/store/audit/pack"
)

// exportRequest is what evidence is asked for with.
type exportRequest struct {
	Case         string   `json:"case,omitempty"`
	Form         string   `json:"form"`
	From         string   `json:"from,omitempty"`
	To           string   `json:"to,omitempty"`
	System       string   `json:"system,omitempty"`
	Requester    string   `json:"requester,omitempty"` // number, login, mail address or name
	Confidential bool     `json:"confidential,omitempty"`
	Identities   bool     `json:"identities,omitempty"`
	Withhold     []string `json:"withhold,omitempty"`
	Zone         string   `json:"zone,omitempty"`    // empty: the company's
	Earlier      []string `json:"earlier,omitempty"` // checkpoints
	User         string   `json:"-"`                 // of the operating system; nobody may say this for themselves
}

// exported is what was taken.
type exported struct {
	File    string `json:"file,omitempty"`
	About   string `json:"about"` // the case, or how many
	Cases   int    `json:"cases"`
	Entries int    `json:"entries"`
	Entry   uint64 `json:"entry"` // that says so
	Bytes   int64  `json:"bytes"`
}

func exportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export [OFF-42] --out FILE",
		Short: "Take the evidence of a case, or of several, out of the log",
		Long: `Export writes an evidence pack: a report to read and print, the entries byte for
byte, the texts that they commit to, a proof for each entry, the signed checkpoint,
and a page that says how to verify all of it by hand. "offboard audit check" checks
a pack anywhere, without the database.

Without a case it takes all cases that --from, --to, --system and --requester leave:
a case belongs to a period if anything happened in it then, and is taken whole.
Confidential cases are taken only where they are named, or with --confidential.

Taking evidence is itself an entry in the log, written before anything is handed
over. What is erased stays erased. With --withhold, texts of a class are left out
and the pack still verifies: ` + strings.Join(classNames(), ", ") + `.
Cards of people other than the leaver are not opened unless --identities is given;
their names are then on trust.

It asks the server while one runs, and opens the files otherwise.

` + exitCodes,
		Example: `  offboard audit export OFF-42 --out pack.zip
  offboard audit export OFF-42 --out pack.zip --withhold reason --checkpoint kept.txt
  offboard audit export --from 2026-07-01 --to 2026-09-30 --out q3.zip
  offboard audit export --system vpn --requester hanna --format csv --out vpn.csv
  offboard audit export --from 2026-11-01 --format ocsf --out siem.jsonl`,
		Args: cobra.MaximumNArgs(1),
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	var in exportRequest
	f := cmd.Flags()
	out := f.StringP("out", "o", "", "where to write it; never replaces another file")
	f.StringVar(&in.Form, "format", string(store.AsPack), "pack, csv (the record as a table) or ocsf (events for a SIEM, JSON Lines)")
	f.StringVar(&in.From, "from", "", "several cases: first day of the period, such as 2026-07-01")
	f.StringVar(&in.To, "to", "", "several cases: last day of the period")
	f.StringVar(&in.System, "system", "", "several cases: those with a step in this system")
	f.StringVar(&in.Requester, "requester", "", "several cases: those that this person asked for (number, login, mail address or name)")
	f.BoolVar(&in.Confidential, "confidential", false, "several cases: confidential ones too")
	f.BoolVar(&in.Identities, "identities", false, "open the identity cards of everybody who is named, so that names are proven")
	f.StringSliceVar(&in.Withhold, "withhold", nil, "classes of texts that are left out: "+strings.Join(classNames(), ", "))
	f.StringVar(&in.Zone, "zone", "", "time zone of the report and of the period (the company's)")
	checkpoints := f.StringArray("checkpoint", nil, "a checkpoint that the reader has kept, as a file or pasted: the pack then proves that it goes on from that; may be repeated")
	if err := cmd.MarkFlagRequired("out"); err != nil {
		panic(err) // the flag is defined above
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			in.Case = args[0]
		}
		for _, given := range *checkpoints {
			found, err := readCheckpoints(cmd.InOrStdin(), given)
			if err != nil {
				return err
			}
			in.Earlier = append(in.Earlier, found...)
		}
		if err := absent(*out); err != nil {
			return err
		}
		in.User = operator()
		d, err := openDesk(cmd.Context(), *path, toWrite)
		if err != nil {
			return err
		}
		var x exported
		var refused error // keeps its exit code
		size, err := writeNew(*out, func(to *os.File) error {
			refused = d.export(cmd.Context(), in, func(got exported) io.Writer {
				x = got
				return to
			})
			return refused
		})
		if refused != nil {
			err = refused
		}
		if err = errors.Join(err, d.close()); err != nil {
			return err
		}
		x.File, x.Bytes = *out, size
		if *asJSON {
			return writeJSON(cmd.OutOrStdout(), x)
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s: %s, %s, %d bytes. Entry %d of the log says that you took it.\n", x.File, x.About, store.Count(x.Entries, "entry", "entries"), x.Bytes, x.Entry)
		if in.Form == string(store.AsPack) {
			fmt.Fprintf(cmd.OutOrStdout(), "Check it: offboard audit check %s\n", x.File)
		}
		return nil
	}
	return cmd
}

func classNames() []string {
	var out []string
	for _, c := range store.TextClasses {
		out = append(out, string(c))
	}
	return out
}

func (f *files) export(ctx context.Context, in exportRequest, begin func(exported) io.Writer) error {
	r, err := f.request(in)
	if err != nil {
		return err
	}
	p, err := pack.Take(ctx, f.store, store.Operator(in.User), r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := p.WriteAs(r.Form, &b); err != nil {
		return broken(err)
	}
	x := p.Taken()
	_, err = b.WriteTo(begin(exported{About: x.About, Cases: x.Cases, Entries: x.Entries, Entry: x.Entry, Bytes: int64(b.Len())}))
	return broken(err)
}

// request is what is asked for in the words of the log.
func (f *files) request(in exportRequest) (pack.Request, error) {
	r := pack.Request{
		Form: store.ExportForm(in.Form), From: store.Date(in.From), To: store.Date(in.To), System: in.System, Confidential: in.Confidential, Identities: in.Identities,
		Zone: cmp.Or(in.Zone, f.zone.String()), Earlier: in.Earlier, Company: f.company, Program: program(),
	}
	if !slices.Contains([]store.ExportForm{store.AsPack, store.AsCSV, store.AsOCSF}, r.Form) {
		return r, fmt.Errorf("--format is pack, csv or ocsf, and not %q", bot.Clean(in.Form, 20))
	}
	for _, c := range in.Withhold {
		r.Withheld = append(r.Withheld, store.TextClass(c))
	}
	if in.User == "" {
		return r, broken(errors.New("the operating system does not say who you are, and the log must"))
	}
	if in.Case != "" {
		obj, err := store.ParseObject(in.Case)
		switch {
		case err != nil:
			return r, fmt.Errorf("%q is not a case, which looks like OFF-42", bot.Clean(in.Case, 40))
		case in.From+in.To+in.System+in.Requester != "" || in.Confidential:
			return r, errors.New("--from, --to, --system, --requester and --confidential are for several cases: leave the case out, or them")
		}
		r.Case = obj.Case
		if _, err := f.store.Case(r.Case); err != nil {
			return r, fmt.Errorf("there is no %s in the log", r.Case)
		}
		return r, nil
	}
	var err error
	if in.Requester != "" {
		r.Requester, err = f.requester(in.Requester)
	}
	return r, err
}

// requester finds who has asked for cases, as the log knows them: they may not
// be in the directory any more.
func (f *files) requester(text string) (store.PersonID, error) {
	if personID.MatchString(text) {
		return store.PersonID(strings.ToUpper(text)), nil
	}
	rows, err := f.store.AllCases()
	if err != nil {
		return "", broken(err)
	}
	var found []store.PersonID
	for _, row := range rows {
		if slices.Contains(found, row.Requester) {
			continue
		}
		_, card, err := f.store.Person(row.Requester)
		if err != nil || card.ID == "" {
			continue // erased, or damaged: found by number only
		}
		if slices.ContainsFunc([]string{card.Login, card.Mail, card.Name}, func(s string) bool { return strings.EqualFold(s, text) }) {
			found = append(found, row.Requester)
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("nobody who has asked for a case is called %q: give the login, the mail address, the whole name, or the number (P-7)", bot.Clean(text, 60))
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("several people who have asked for cases are called %q: give a number, one of %v", bot.Clean(text, 60), found)
}

// program is the version that a pack says it was made by.
func program() string {
	v := version()
	return strings.TrimSpace(v.Version + " " + v.Revision)
}

// evidence takes the evidence of a case for somebody in the chat.
func evidence(s *store.Store, cfg *config.Config) commands.Evidence {
	return func(ctx context.Context, actor store.Actor, id store.CaseID, withheld []store.TextClass, kept string) (bot.File, uint64, error) {
		found := audit.Find(kept)
		if kept != "" && len(found) == 0 {
			return bot.File{}, 0, &store.Refused{Code: store.Malformed, Text: "I made nothing: after the case there is no whole checkpoint. Paste all of it, from the line " + store.Origin + " to the one that begins with a dash."}
		}
		for _, c := range found {
			if _, err := s.Extends(c); err != nil {
				return bot.File{}, 0, &store.Refused{Code: store.Malformed, Text: bot.Clean(fmt.Sprintf("I made nothing, because my log does not go on from the checkpoint that you pasted (%v). Look whether it is whole; if it is, tell security: offboard audit verify --checkpoint says what that means.", err), 600)}
			}
		}
		r := pack.Request{Form: store.AsPack, Case: id, Withheld: withheld, Earlier: found, Zone: cfg.Company.Zone.String(), Company: cfg.Company.Name, Program: program()}
		p, err := pack.Take(ctx, s, actor, r)
		if err != nil {
			return bot.File{}, 0, err
		}
		var b bytes.Buffer
		if err := p.Write(&b); err != nil {
			return bot.File{}, 0, err
		}
		return bot.File{Name: fmt.Sprintf("%s-evidence-%d.zip", id, p.Taken().Entry), Title: "Evidence of " + string(id), Body: b.Bytes()}, p.Taken().Entry, nil
	}
}

// exportHead is the header in which the server says what was taken.
const exportHead = "Offboard-Exported"

func (c *control) export(w http.ResponseWriter, r *http.Request) {
	var in exportRequest
	err := read(r, &in)
	in.User = r.RemoteAddr // as the operating system says; see peerConn
	begun := false
	if err == nil {
		err = c.desk.export(r.Context(), in, func(x exported) io.Writer {
			begun = true
			head, _ := json.Marshal(x) // numbers and a case
			w.Header().Set(exportHead, string(head))
			w.Header().Set("Content-Type", "application/octet-stream")
			w.Header().Set("Content-Length", strconv.FormatInt(x.Bytes, 10))
			return w
		})
	}
	c.log.Info().Str("asked", r.URL.Path).Bool("ok", err == nil).Msg("operator")
	if err != nil && !begun {
		w.WriteHeader(http.StatusInternalServerError)
		_ = json.NewEncoder(w).Encode(resultFrame(nil, err)) // nobody listens any more
	}
}

func (l *line) export(ctx context.Context, in exportRequest, begin func(exported) io.Writer) error {
	res, err := l.post(ctx, pathExport, in)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // only read
	var x exported
	if res.StatusCode != http.StatusOK || json.Unmarshal([]byte(res.Header.Get(exportHead)), &x) != nil {
		var f frame
		if err := json.NewDecoder(res.Body).Decode(&f); err != nil {
			return broken(errHungUp)
		}
		return f.err()
	}
	// The length was announced, so a pack that was cut off is an error.
	if _, err := io.Copy(begin(x), res.Body); err != nil {
		return broken(fmt.Errorf("%w (%w)", errHungUp, err))
	}
	return nil
}
