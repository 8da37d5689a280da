package main

import (
	"context"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"offboard/bot"
	"offboard/cmd/offboard/metrics"
	"offboard/config"
)

// newMeter counts for one bot: after a reload there is another, and its counters
// begin anew, as after a restart.
func newMeter() *metrics.Meter {
	v := version()
	return metrics.New(metrics.Build{Version: v.Version, Revision: v.Revision, Go: v.Go})
}

// expect tells the meter what there is to count.
func (a *app) expect() {
	var systems []string
	for _, s := range a.systems {
		systems = append(systems, s.Name)
	}
	a.meter.Expect(systems, names(a.platforms()))
}

// platforms are the chats, and the mail server if there is one.
func (a *app) platforms() []bot.Platform {
	var out []bot.Platform
	for _, room := range a.rooms {
		out = append(out, room.Platform)
	}
	if a.mail != nil {
		out = append(out, a.mail)
	}
	return out
}

// backedUp notes a backup that whoever asked for it has got. A kill before it is
// noted leaves an older one noted, which is on the safe side.
func (a *app) backedUp(entries uint64) {
	a.meter.BackedUp(time.Now(), entries)
	if err := a.store.SaveCursor(metrics.BackupCursor, entries); err != nil {
		a.log.Warn().Err(err).Msg("it is not noted that a backup was written")
	}
}

// measure reads the log for the meter. Whatever goes wrong there ends nothing
// else: no lock-out may wait for a number.
func (a *app) measure(ctx context.Context) error {
	for {
		err := a.meter.Run(ctx, a.store)
		if ctx.Err() != nil {
			return nil
		}
		a.log.Error().Err(err).Msg("the numbers at /metrics stand still; they are read anew in a minute")
		select {
		case <-ctx.Done():
		case <-time.After(time.Minute):
		}
	}
}

// scraped answers Prometheus at /metrics, and nothing else. up says of each
// system whether it answered when it was last looked at.
func (a *app) scraped(up func() map[string]bool) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.meter.Handler(metrics.Sources{
		Store: a.store, Silent: a.executor.Silent, Up: up, Backlog: a.keeper.Backlog, Places: a.poster.Places,
		Observes: a.cfg.Mode == config.Observe,
		Chats: func() map[string]error {
			out := map[string]error{}
			for _, p := range a.platforms() {
				out[p.Name()] = p.Health()
			}
			return out
		},
	}))
	return mux
}

// up says of each system that was looked at whether it answered.
func (h *health) up() map[string]bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := map[string]bool{}
	for name, p := range h.last {
		out[name] = p.Ready
	}
	return out
}

func metricsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "metrics",
		Short: "Print the Grafana dashboard and the alert rules for /metrics",
		Long: `With metrics: in the configuration, serve answers /metrics at that address in the
text format of Prometheus (OpenMetrics for who asks for it). It says how many cases
are open and how late things are, and names no person and no case.

What it counts begins anew with each start and each reload, as Prometheus expects.

` + exitCodes,
		Example: `  offboard metrics dashboard > offboard.json
  offboard metrics alerts > /etc/prometheus/offboard.yml
  curl -s http://127.0.0.1:9464/metrics`,
	}
	needsWord(cmd)
	for _, x := range []struct{ use, short, long, text string }{
		{"dashboard", "Print the dashboard", "Import what it prints in Grafana (Dashboards, New, Import) and choose your Prometheus.", metrics.Dashboard},
		{"alerts", "Print the alert rules", "Write what it prints where rule_files of your prometheus.yml points. What each alert asks for is in README.md, Monitoring.", metrics.Alerts},
	} {
		cmd.AddCommand(&cobra.Command{
			Use: x.use, Short: x.short, Long: x.long + "\n\n" + exitCodes, Args: cobra.NoArgs, Example: "  offboard metrics " + x.use,
			RunE: func(cmd *cobra.Command, _ []string) error {
				_, err := cmd.OutOrStdout().Write([]byte(x.text))
				return err
			},
		})
	}
	return cmd
}
