package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"offboard/bot"
	"offboard/commands/people"
	"offboard/config"
	"offboard/store"
	"offboard/store/audit"
	"offboard/store/audit/figures"
)

// files is a desk over an open store: that of this command, or the one of the
// server that the command speaks to.
type files struct {
	store  *store.Store
	people *people.People
	opt    store.Options
	live   bool // others append meanwhile, and must not wait

	kinds   map[string]bool // of departure, and whether they are confidential
	company string
	zone    *time.Location // of the company
	figures figures.Source
	mail    bool // people without a chat account are written to by mail
}

// openFiles opens the database of a configuration while no server runs. It
// makes nothing: a log that is not there is a mistake.
func openFiles(cfg *config.Config, need need) (desk, error) {
	if err := there(cfg.Database); err != nil {
		return nil, err
	}
	opt := storeOptions(cfg)
	switch need {
	case toRead:
		opt.ReadOnly = true
	case toRecord, toAsk:
		opt.ReadOnly = !writable(opt.Path) || !writable(opt.Keys)
	case toWrite:
	}
	s, err := store.Open(opt)
	if err != nil {
		return nil, broken(err)
	}
	f := &files{store: s, opt: opt, kinds: confidential(cfg), company: cfg.Company.Name, zone: cfg.Company.Zone.Location, mail: cfg.Mail.Server != "", figures: counted(s, cfg)}
	if need == toWrite || need == toAsk {
		_, directory, err := connect(cfg)
		if err == nil {
			f.people, err = people.New(s, directory, roles(cfg), cfg.Link.Email...)
		}
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		return f, nil
	}
	// Names are in the log; nothing that only reads asks the directory.
	if f.people, err = people.New(s, nil, nil); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return f, nil
}

// need is what a command does with the files.
type need int

const (
	toRead   need = iota // writes nothing
	toRecord             // reads evidence, which is an entry unless the files are a copy that nobody can write
	toAsk                // the same, and asks the directory
	toWrite              // writes, and asks the directory
)

// writable reports whether a file is meant to be written: one without any right to
// is a copy that is kept, for root too.
func writable(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return true // opening it says what is wrong
	}
	if info.Mode().Perm()&0o222 == 0 {
		return false
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return !errors.Is(err, fs.ErrPermission) && !errors.Is(err, syscall.EROFS)
	}
	return f.Close() == nil
}

// view records that the operator reads evidence, before they are shown any. It is
// false where the files are a copy that can't be written.
func (f *files) view(ctx context.Context, subject, user string, b store.Viewed) (recorded bool, err error) {
	if f.store.ReadOnly() {
		return false, nil
	}
	if user = bot.Clean(user, 64); user == "" {
		return false, broken(errors.New("the operating system does not say who you are, and the log must"))
	}
	err = f.store.View(ctx, subject, store.Operator(user), b)
	if _, refused := errors.AsType[*store.Refused](err); err != nil && !refused {
		err = broken(err)
	}
	return err == nil, err
}

// unrecorded is what whoever reads a copy is told.
const unrecorded = "These files can't be written, as a copy that is kept: that you have read this is not recorded. Say so to whoever keeps the log."

func there(database string) error {
	if _, err := os.Stat(database); err != nil {
		return fmt.Errorf("%s: there is no database yet: offboard serve makes it, and offboard restore puts back a backup (%w)", database, err)
	}
	return nil
}

func (f *files) close() error { return f.store.Close() }

func (f *files) verify(_ context.Context, checkpoints []string, p progress) (audit.Report, error) {
	// A reading of the whole log takes long, and bbolt lets a commit wait for
	// readers when it has to map a larger file. So a copy is read.
	copied, err := f.copy()
	if err != nil {
		return audit.Report{}, err
	}
	defer func() { _ = os.Remove(copied) }() // what a kill leaves is swept at the next start
	opt := f.opt
	opt.Path = copied
	return verifyFile(opt, checkpoints, p)
}

// verifyFile reads a database that no server writes.
func verifyFile(opt store.Options, checkpoints []string, p progress) (audit.Report, error) {
	r, err := audit.VerifyFile(opt, checkpoints, func(done, total int) { p(int64(done), int64(total)) })
	if errors.Is(err, store.ErrLocked) {
		return r, broken(fmt.Errorf("%s is the database of a server that runs, not a backup, and can't be read beside it: make a copy with offboard backup", opt.Path))
	}
	return r, broken(err)
}

// zoneOf is the time zone with a name; empty is the company's.
func (f *files) zoneOf(name string) (*time.Location, error) {
	if name == "" {
		return f.zone, nil
	}
	return store.ParseZone(name)
}

var personID = regexp.MustCompile(`^[Pp]-[0-9]+$`)

func (f *files) show(ctx context.Context, subject, user string) (record, error) {
	id := store.Installation
	switch {
	case personID.MatchString(subject):
		id = strings.ToUpper(subject)
	case !strings.EqualFold(subject, "installation"):
		obj, err := store.ParseObject(subject)
		if err != nil {
			return record{}, fmt.Errorf("%q is not a case (OFF-42), a person (P-7) or the word installation", bot.Clean(subject, 40))
		}
		id = string(obj.Case)
	}
	events, err := f.store.Events(ctx, id)
	if err != nil {
		return record{}, broken(err)
	}
	if len(events) == 0 && id != store.Installation {
		return record{}, fmt.Errorf("there is no %s in the log", id)
	}
	out := record{Subject: id, Entries: []entry{}}
	if id != store.Installation { // which is about nobody in particular
		recorded, err := f.view(ctx, id, user, store.Viewed{What: store.RecordView})
		if err != nil {
			return record{}, err
		}
		out.Unrecorded = !recorded
		if events, err = f.store.Events(ctx, id); err != nil {
			return record{}, broken(err)
		}
	}
	for _, e := range events {
		line := entry{
			Seq: e.Seq, At: e.At, Actor: string(e.Actor.Person), Via: e.Actor.Via,
			By: inWords(e.Actor, f.people.Name), Words: strings.TrimSpace(f.people.Names(store.Words(e))),
		}
		if b, ok := e.Body.(store.Configured); ok {
			line.More = f.people.ConfigFile(store.Configuration{File: b.File}).Changed
		}
		out.Entries = append(out.Entries, line)
	}
	return out, nil
}

func (f *files) link(ctx context.Context, w wish) (asked, error) {
	w = w.tidy()
	switch {
	case !slices.Contains(config.Platforms, w.Platform):
		return asked{}, fmt.Errorf("the platform %q is not known: it is one of %s", w.Platform, strings.Join(config.Platforms, ", "))
	case w.Account == "" || w.Person == "":
		return asked{}, errors.New("the account and the person must not be empty")
	case w.User == "":
		return asked{}, broken(errors.New("the operating system does not say who you are, and the log must"))
	}
	id, card, err := f.people.Resolve(ctx, "", w.Person)
	if err != nil {
		return asked{}, err
	}
	if first, err := f.store.Founding(); err != nil {
		return asked{}, broken(err)
	} else if first && !store.Apart(f.people.Holds(card), nil) {
		// Nobody could agree to the next link: it takes HR or security.
		return asked{}, fmt.Errorf("begin with somebody of HR or security who is neither IT nor an administrator: %s is none by the configuration, and must agree to all other links", bot.Clean(card.Name, 100))
	}
	a := f.store.Account(w.Platform, w.Account)
	_, err = f.store.Append(ctx, string(id), store.Operator(w.User), store.Requested{Change: store.Change{Verb: store.VerbLink, Account: &a}})
	if refused, ok := errors.AsType[*store.Refused](err); ok {
		return asked{}, &store.Refused{Code: refused.Code, Text: f.people.Names(refused.Text)}
	}
	if err != nil {
		return asked{}, broken(err)
	}
	p, _, err := f.store.Person(id)
	if err != nil {
		return asked{}, broken(err)
	}
	out := asked{Person: string(id), Name: card.Name, Line: card.Line(), Linked: true}
	for _, x := range p.Pending {
		if x.Change.Account != nil && x.Change.Account.Lookup == a.Lookup {
			out.Linked, out.Entry, out.Agree = false, x.Entry, fmt.Sprintf("/offboard link agree %s:%d", id, x.Entry)
		}
	}
	return out, nil
}

func (f *files) backup(_ context.Context, begin func(size int64) io.Writer) error {
	if !f.live {
		return f.store.Snapshot(func(db io.WriterTo, size int64) error {
			_, err := db.WriteTo(begin(size))
			return err
		})
	}
	// Whoever reads may stall, and a commit must not wait for that.
	copied, err := f.copy()
	if err != nil {
		return err
	}
	in, err := os.Open(copied)
	if err != nil {
		return errors.Join(err, os.Remove(copied))
	}
	defer func() { _ = in.Close() }() // only read
	if err := os.Remove(copied); err != nil {
		return err
	}
	info, err := in.Stat()
	if err != nil {
		return err
	}
	_, err = io.Copy(begin(info.Size()), in)
	return err
}

// copy writes a consistent copy of the database beside it, which needs as
// much space on the disk again.
func (f *files) copy() (path string, err error) {
	out, err := os.CreateTemp(filepath.Dir(f.opt.Path), filepath.Base(f.opt.Path)+store.CopyMark+"*")
	if err != nil {
		return "", broken(fmt.Errorf("copy the database: %w", err))
	}
	err = f.store.Snapshot(func(db io.WriterTo, _ int64) error {
		_, err := db.WriteTo(out)
		return err
	})
	if err = errors.Join(err, out.Close()); err != nil {
		return "", broken(fmt.Errorf("copy the database: %w", errors.Join(err, os.Remove(out.Name()))))
	}
	return out.Name(), nil
}
