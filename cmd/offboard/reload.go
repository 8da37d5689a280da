package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"offboard/config"
	"offboard/store"
)

// wanted is a configuration to be served, and who wants it.
type wanted struct {
	cfg  *config.Config
	user string // of the operating system
}

// again ends a server that is to begin again with another configuration.
type again struct{ with wanted }

// Error is seen by nobody.
func (*again) Error() string { return "the configuration has changed" }

// reload notices that another configuration is to be served.
type reload struct {
	path  string
	log   zerolog.Logger // of the server that runs
	hup   chan os.Signal
	asked chan wanted // by an operator at the control socket
}

func newReload(path string) *reload {
	r := &reload{path: path, log: zerolog.Nop(), hup: make(chan os.Signal, 1), asked: make(chan wanted)}
	signal.Notify(r.hup, syscall.SIGHUP)
	return r
}

func (r *reload) stop() { signal.Stop(r.hup) }

// wait returns an *again once something else is to be served: the file was
// read again, a second person has agreed to what it makes weaker, or that was
// disowned.
func (r *reload) wait(ctx context.Context, s *store.Store, now wanted, rev uint64) error {
	for {
		changed := s.Changed()
		st, err := s.State()
		if err != nil {
			return err
		}
		if st.Config.Rev != rev {
			return &again{now}
		}
		select {
		case <-ctx.Done():
			return nil
		case w := <-r.asked:
			return &again{w}
		case <-r.hup:
			next, err := r.read(now.cfg)
			if err != nil {
				r.log.Error().Err(err).Msg("the configuration was not read again: nothing has changed")
				continue
			}
			return &again{wanted{next, operator()}}
		case <-changed:
		}
	}
}

// read reads the file that a server with another version of it can go on with.
func (r *reload) read(now *config.Config) (*config.Config, error) {
	next, err := config.Load(r.path)
	if err != nil {
		return nil, err
	}
	if err := validate(next); err != nil {
		return nil, err
	}
	for _, x := range []struct{ path, now, next string }{
		{"database", now.Database, next.Database},
		{"keys.file", now.Keys.File, next.Keys.File},
	} {
		if x.now != x.next {
			return nil, fmt.Errorf("%s: another log needs a stop and a start: stop the server first", next.At(x.path))
		}
	}
	return next, nil
}

// reloaded is what a reload will change.
type reloaded struct {
	Same    bool     `json:"same"` // the file is the one that is served
	Changed []string `json:"changed,omitempty"`
	Weaker  []string `json:"weaker,omitempty"` // waits for a second person
}

func reloadCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "reload",
		Short: "Have the server read its configuration again",
		Long: `Reload has the server that runs read its file again, and prints what changes. A
file with a mistake changes nothing. Nothing is lost: the server goes on from its log.

The change is an entry in the log with your user name as the operating system has
it, and the administrators are told in the chat. A file that makes something weaker
(roles, the deny list, the policy, limits, confidential kinds, who is who) counts only
after somebody of HR or security, who is neither IT nor an administrator, has agreed
with "/offboard config"; until then what was in force goes on.

` + exitCodes,
		Example: `  offboard check && offboard reload
  offboard reload --json`,
		Args: cobra.NoArgs,
	}
	path, asJSON := configFlag(cmd), jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		socket, err := config.SocketOf(*path)
		if err != nil {
			return err
		}
		l, err := dial(cmd.Context(), socket)
		if err != nil {
			return err
		}
		if l == nil {
			return fmt.Errorf("no server listens at %s, so there is nothing to reload: offboard serve reads the file when it starts (after a change of socket: or database:, stop and start the server)", socket)
		}
		r, err := l.reload(cmd.Context())
		if err = errors.Join(err, l.close()); err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		switch {
		case *asJSON:
			return writeJSON(out, r)
		case r.Same:
			fmt.Fprintln(out, "The file has not changed. The server begins again with it.")
			return nil
		case len(r.Changed) == 0:
			fmt.Fprintln(out, "Only comments or the layout changed.")
			return nil
		}
		fmt.Fprintln(out, "Changed:")
		for _, l := range r.Changed {
			fmt.Fprintln(out, "  "+l)
		}
		if len(r.Weaker) > 0 {
			fmt.Fprintln(out, "\nThis is weaker. So all of it waits until somebody of HR or security agrees with /offboard config:")
			for _, l := range r.Weaker {
				fmt.Fprintln(out, "  "+l)
			}
		}
		return nil
	}
	return cmd
}

// reload compares the file with what is served, and has it served.
func (c *control) reload(ctx context.Context, user string) (reloaded, error) {
	next, err := c.reloads.read(c.cfg)
	if err != nil {
		return reloaded{}, err
	}
	diff, err := compare(c.desk.store, next)
	if err != nil {
		return reloaded{}, broken(err)
	}
	out := reloaded{Same: diff.same, Changed: slices.Clone(diff.Changed), Weaker: diff.Weaker}
	select {
	case c.reloads.asked <- wanted{next, user}:
		return out, nil
	case <-ctx.Done():
		return out, broken(ctx.Err())
	}
}
