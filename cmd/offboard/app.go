package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"offboard/actions"
	"offboard/actions/watch"
	"offboard/bot"
	"offboard/cmd/offboard/metrics"
	"offboard/commands"
	"offboard/commands/batch"
	"offboard/commands/keeper"
	"offboard/commands/people"
	"offboard/commands/view"
	"offboard/config"
	"offboard/store"
	"offboard/store/audit/places"
)

// app is a running bot: the store, the loops around it, and the chats. It runs
// with one configuration; for another one it is closed and a new one is made.
type app struct {
	cfg      *config.Config // what is in force
	rev      uint64         // since this revision of it
	store    *store.Store
	executor *actions.Executor
	watch    *watch.Watch
	sweep    watch.Sweep
	keeper   *keeper.Keeper
	batches  *batch.Runner
	confirm  *keeper.Confirmer // nil if decisions are not told by mail
	zone     *time.Location    // of the company
	ready    *actions.Readiness
	commands *commands.Commands
	rooms    []keeper.Room
	lost     atomic.Int32 // how many of them could not begin
	fallback bool         // another configuration is served if this one can't be
	mail     bot.Platform // nil if there is none
	poster   *places.Poster
	meter    *metrics.Meter
	people   *people.People
	systems  []actions.System
	log      zerolog.Logger
}

// newApp puts a bot together from a configuration as somebody wrote it. The
// user is who started it. What runs is what the log says is in force. The
// caller closes it.
func newApp(written *config.Config, user string, chats chats, log zerolog.Logger, clock store.Clock) (*app, error) {
	if err := validate(written); err != nil {
		return nil, err
	}
	inForce := *written // until the log was asked
	opt := storeOptions(&inForce)
	opt.Clock = clock
	meter := newMeter()
	opt.Wrote = meter.Wrote
	s, err := store.Open(opt)
	if err != nil {
		return nil, err
	}
	if u := s.Upgraded; u != nil {
		log.Info().Int("from", u.From).Int("to", u.To).Str("before", u.Copy).Msg("the log was brought to another format; the file as it was before is kept, and only the program before can use that")
	}
	a, err := assemble(s, meter, written, &inForce, user, chats, log)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return a, nil
}

// assemble puts the parts around an open store. Which configuration is in force
// is known from then on.
func assemble(s *store.Store, meter *metrics.Meter, written, inForce *config.Config, user string, chats chats, log zerolog.Logger) (*app, error) {
	cfg, err := configure(context.Background(), s, written, user)
	if err != nil {
		return nil, err
	}
	*inForce = *cfg
	st, err := s.State()
	if err != nil {
		return nil, err
	}
	if handed, err := s.HandOver(context.Background(), user); err != nil {
		log.Error().Err(err).Msg("checkpoints go on with the key before: no lock-out may wait for a key")
	} else if handed {
		log.Info().Str("verifier", s.VerifierKey()).Msg("checkpoints are signed by another key from now on; the key before has signed that")
	}
	if err := settleErased(s, log); err != nil {
		return nil, err
	}
	platforms, err := chats(cfg, log)
	if err != nil {
		return nil, err
	}
	if len(platforms) == 0 {
		return nil, errNoPlatform
	}
	deny := denied(cfg)
	systems, directory, err := connect(cfg)
	if err != nil {
		return nil, err
	}
	book, err := rulebook(cfg, systems)
	if err != nil {
		return nil, err
	}
	a := &app{cfg: cfg, rev: st.Config.Rev, store: s, meter: meter, systems: systems, log: log, zone: cfg.Company.Zone.Location}
	a.executor = actions.New(actions.Config{
		Store: s, Systems: systems, Tasks: tasks(cfg), Questions: enquiry(cfg), Deny: deny, Left: book.Left, Observe: cfg.Mode == config.Observe, Attempts: cfg.Attempts,
		First: time.Duration(cfg.Retry.First), Max: time.Duration(cfg.Retry.Max), Again: time.Duration(cfg.Times.SurveyAgain), Log: log.With().Str("loop", "executor").Logger(),
		Called: meter.Called,
	})
	who, err := people.New(s, directory, roles(cfg), cfg.Link.Email...)
	if err != nil {
		return nil, err
	}
	a.sweep = watch.Sweep{Systems: systems, Directory: directory, Deny: deny, Store: s, Call: a.executor.Ask}
	a.watch = watch.New(watch.Config{
		Sweep: a.sweep, Sweeps: timetable(cfg), Look: func(far watch.Looked) { a.keeper.Sweeping(far.Due, far.Title, far.Done, far.Total) },
		HR: func(ctx context.Context, leaver store.PersonID) ([]store.PersonID, error) {
			return who.Holders(ctx, leaver, store.HR)
		},
		Store: s, Executor: a.executor, Systems: systems, Directory: directory, Schedule: schedule(cfg.Watch), Unasked: cfg.Watch.RetakeWithoutAsking,
		Forget: who.Forget,
		Log:    log.With().Str("loop", "watch").Logger(),
	})
	a.people = who
	v := view.View{Book: who, Kinds: kinds(cfg), Systems: titles(systems), Zone: cfg.Company.Zone.Location, Why: book.Why(), Roles: profiles(book)}
	for _, p := range platforms {
		channel := func(id string) bot.Place { return bot.Place{Platform: p.Name(), Kind: bot.Channel, ID: id} }
		it, approvals := cfg.Places.On(p.Name())
		a.rooms = append(a.rooms, keeper.Room{Platform: p, IT: channel(it), Approvals: channel(approvals)})
	}
	if err := a.letters(cfg, v, log); err != nil {
		return nil, err
	}
	kept, err := checkpointPlaces(cfg, a.mail)
	if err != nil {
		return nil, err
	}
	a.poster = places.New(places.Config{
		Store: s, Places: kept, Every: time.Duration(cfg.Checkpoints.Every), Tried: func() { a.keeper.Look(store.Installation) }, Log: log.With().Str("loop", "checkpoints").Logger(),
	})
	a.ready = actions.NewReadiness(a.executor, func(id store.CaseID) { a.keeper.Look(id) })
	a.keeper = keeper.New(keeper.Config{
		Store: s, People: who, View: v, Rooms: a.rooms, Mail: a.mail, Remind: reminders(cfg), Log: log.With().Str("loop", "keeper").Logger(),
		Approvals: approvals(cfg), Answers: keeper.Answers{Within: time.Duration(cfg.Answers.Within), Above: cfg.Answers.Heir == config.HeirAbove},
		Emergencies: emergencies(cfg), Announce: announce(cfg), Returns: named(cfg.Watch.Tell), NoFeedback: !cfg.Feedback.Ask,
		Unwitnessed: func() ([]view.Unwitnessed, bool) { return unwitnessed(a.poster.Places(), s) },
		Reached:     func(id store.CaseID) view.Reached { return view.Reached(a.ready.Reached(id)) },
		Called:      meter.Posted,
	})
	a.batches = batch.New(batch.Config{Store: s, People: who, Systems: a.executor.Systems(), Log: log.With().Str("loop", "batch").Logger()})
	a.commands = commands.New(commands.Config{
		Store: s, People: who, View: v, Systems: a.executor.Systems(), Platforms: names(platforms), Company: cfg.Company.Name, Log: log,
		Emergency: commands.Emergency{Kind: cfg.Emergency.Kind},
		Left:      book.Left, Hour: book.Hour, Profiles: commands.Profiles{Of: book.Of, Loses: book.Loses},
		Times: times(cfg), Clocks: clocks(platforms), Ready: a.ready,
		Sweep: a.sweep.Run, NoFeedback: !cfg.Feedback.Ask,
		Figures: counted(s, cfg), Evidence: evidence(s, cfg), Couriers: couriers(platforms),
	})
	a.expect()
	return a, nil
}

// letters makes what is done by mail.
func (a *app) letters(cfg *config.Config, v view.View, log zerolog.Logger) error {
	m, err := mailbox(cfg, a.store.VerifierKey())
	if err != nil {
		return err
	}
	if m != nil {
		a.mail = m
	}
	if !cfg.Mail.ConfirmDecisions {
		return keeper.ConfirmNothing(a.store)
	}
	a.confirm = keeper.NewConfirmer(keeper.ConfirmConfig{
		Store: a.store, People: a.people, View: v, Mail: m, Link: cfg.Mail.Link, Zone: a.zone, Log: log.With().Str("loop", "confirm").Logger(),
	})
	return nil
}

// run works until ctx is done or a part of it cannot go on.
func (a *app) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.executor.Run(ctx) })
	g.Go(func() error { return a.ready.Run(ctx) })
	g.Go(func() error { return a.watch.Run(ctx) })
	g.Go(func() error { return a.keeper.Run(ctx) })
	g.Go(func() error { return a.batches.Run(ctx) })
	g.Go(func() error { return a.poster.Run(ctx) })
	if a.cfg.Metrics.Listen != "" {
		g.Go(func() error { return a.measure(ctx) })
	}
	g.Go(func() error {
		a.store.KeepTime(ctx, a.clock)
		return nil
	})
	g.Go(func() error {
		a.people.Census(ctx, func(err error) { a.log.Warn().Err(err).Msg("the breaker goes by the number that was counted last") })
		return nil
	})
	if a.confirm != nil {
		g.Go(func() error { return a.confirm.Run(ctx) })
	}
	for _, r := range a.rooms {
		g.Go(func() error {
			return a.chat(ctx, r.Platform)
		})
	}
	return g.Wait()
}

// chat runs a platform. One that can't begin ends the server, if there is no
// other or another configuration to go on with: its tokens are wrong. Else, or if
// it breaks later, because a token was revoked, it is tried again: no lock-out
// may wait for a chat.
func (a *app) chat(ctx context.Context, p bot.Platform) error {
	for begun := time.Now(); ; {
		err := p.Run(ctx, a.commands.Handle)
		switch {
		case err == nil || ctx.Err() != nil:
			return nil
		case time.Since(begun) < proven && (a.fallback || int(a.lost.Add(1)) >= len(a.rooms)):
			return fmt.Errorf("%s: %w", p.Name(), err)
		}
		a.log.Error().Str("platform", p.Name()).Err(err).Msg("the chat has ended, and nobody reaches the bot there; it is tried again each minute, and all else goes on")
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(proven):
		}
	}
}

func (a *app) close() error { return a.store.Close() }

// clocks are the platforms that say in which time zone people are.
func clocks(platforms []bot.Platform) map[string]bot.Timekeeper {
	out := map[string]bot.Timekeeper{}
	for _, p := range platforms {
		if t, ok := p.(bot.Timekeeper); ok {
			out[p.Name()] = t
		}
	}
	return out
}

func couriers(platforms []bot.Platform) map[string]bot.Courier {
	out := map[string]bot.Courier{}
	for _, p := range platforms {
		if c, ok := p.(bot.Courier); ok {
			out[p.Name()] = c
		}
	}
	return out
}

func titles(systems []actions.System) map[string]string {
	out := map[string]string{actions.Tasks: "By hand"}
	for _, s := range systems {
		out[s.Name] = s.Title
	}
	return out
}

func names(platforms []bot.Platform) []string {
	var out []string
	for _, p := range platforms {
		out = append(out, p.Name())
	}
	return out
}
