package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"offboard/bot"
	"offboard/config"
	"offboard/store"
	"offboard/store/audit"
	"offboard/store/audit/figures"
	"offboard/store/audit/population"
)

// A desk is where an operator asks for something: at a server that runs (a
// line), or at its files while none does (files). What is asked for, and what
// is answered, is the same.
type desk interface {
	// verify reads the whole log and proves that it is consistent, and that it
	// extends each of the checkpoints.
	verify(ctx context.Context, checkpoints []string, p progress) (audit.Report, error)
	// show is the record of a case, a person or the installation. That somebody
	// reads one of the first two is an entry.
	show(ctx context.Context, subject, user string) (record, error)
	// export takes evidence out of the log, which is an entry, and writes it to
	// what begin returns once all of it is there.
	export(ctx context.Context, in exportRequest, begin func(exported) io.Writer) error
	// reconcile compares HR's list of who left with the log, which is an entry.
	reconcile(ctx context.Context, in reconcileRequest) (population.Report, error)
	// report counts what happened in a period.
	report(ctx context.Context, in reportRequest, p progress) (figures.Report, error)
	// link asks to tie a chat account to a person. A second person must agree.
	link(ctx context.Context, w wish) (asked, error)
	// imports proposes a list of people who leave together. Somebody of HR or
	// security must take it over.
	imports(ctx context.Context, in importRequest, p progress) (imported, error)
	// backup writes a consistent copy of the database, without the keys, to
	// what begin returns once the size is known.
	backup(ctx context.Context, begin func(size int64) io.Writer) error
	close() error
}

var errNobody = errors.New("the operating system does not say who you are, and the log must: run it as a user that has a name (getent passwd)")

// progress is told from time to time how much is done.
type progress func(done, total int64)

// record is who did what about one subject.
type record struct {
	Subject string  `json:"subject"`
	Entries []entry `json:"entries"`

	Unrecorded bool `json:"unrecorded,omitempty"` // that it was read; see files.view
}

type entry struct {
	Seq   uint64    `json:"seq"`
	At    time.Time `json:"at"`
	Actor string    `json:"actor"` // number of the person; empty for the bot and for an operator
	Via   string    `json:"via"`
	By    string    `json:"by"` // the actor in words
	Words string    `json:"words"`
	More  []string  `json:"more,omitempty"` // of a configuration: what changed
}

// wish is a link that is asked for.
type wish struct {
	Account  string `json:"account"`
	Platform string `json:"platform"`
	Person   string `json:"person"`
	User     string `json:"-"` // of the operating system; nobody may say this for themselves
}

// asked is a link that waits for a second person, or the first of all, which
// waits for nobody.
type asked struct {
	Person string `json:"person"`
	Name   string `json:"name"`
	Line   string `json:"line"`
	Linked bool   `json:"linked"`
	Entry  uint64 `json:"entry,omitempty"`
	Agree  string `json:"agree,omitempty"` // what the second person types in the chat
}

// openDesk finds the server that uses this configuration, or opens its files.
// The secrets are needed only for the files.
func openDesk(ctx context.Context, path string, need need) (desk, error) {
	l, err := running(ctx, path)
	if err != nil {
		return nil, err
	}
	if l != nil {
		return l, nil
	}
	cfg, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	return openFiles(cfg, need)
}

// running is the server that uses this configuration; nil if none runs.
func running(ctx context.Context, path string) (*line, error) {
	socket, err := config.SocketOf(path)
	if err != nil || socket == "" {
		return nil, err
	}
	return dial(ctx, socket)
}

// dial returns nil if no server listens there.
func dial(ctx context.Context, socket string) (*line, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	switch {
	case err == nil:
		return newLine(socket), conn.Close()
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("the server's socket %s is for the user it runs as: use sudo -u, or ask whoever runs it (%w)", socket, err)
	case errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOTSOCK):
		return nil, nil // no server runs, which is no error
	}
	return nil, fmt.Errorf("speak to the server: %w", err)
}

// tidy keeps what people type fit for one line of a log.
func (w wish) tidy() wish {
	w.Account, w.Person, w.User = bot.Clean(w.Account, 80), bot.Clean(w.Person, 200), bot.Clean(w.User, 64)
	return w
}

// inWords is who an actor is to a reader of the record.
func inWords(a store.Actor, name func(store.PersonID) string) string {
	if user, ok := a.OperatorUser(); ok {
		return "operator " + user
	}
	if a.Person != "" {
		return name(a.Person) + " via " + a.Via
	}
	return "bot (" + a.Via + ")"
}
