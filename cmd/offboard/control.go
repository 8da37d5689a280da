package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/rs/zerolog"

	"offboard/actions/watch"
	"offboard/config"
	"offboard/store/audit"
	"offboard/store/audit/population"
)

// control answers at the socket what the commands of an operator ask.
type control struct {
	app     *app
	desk    *files
	health  *health
	reloads *reload
	cfg     *config.Config // as it is served
	sweep   watch.Sweep
	log     zerolog.Logger
}

func newControl(s *server, cfg *config.Config) *control {
	desk := newFiles(s.app.store, cfg)
	desk.people, desk.live = s.app.people, true
	return &control{app: s.app, desk: desk, health: s.health, reloads: s.reload, cfg: cfg, sweep: s.app.sweep, log: s.log}
}

func (c *control) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+pathVerify, func(w http.ResponseWriter, r *http.Request) {
		serveFrames(c, w, r, func(ctx context.Context, in verifyRequest, p progress) (audit.Report, error) {
			return c.desk.verify(ctx, in.Checkpoints, p)
		})
	})
	mux.HandleFunc("POST "+pathShow, func(w http.ResponseWriter, r *http.Request) {
		serveFrames(c, w, r, func(ctx context.Context, in showRequest, _ progress) (record, error) {
			return c.desk.show(ctx, in.Subject, r.RemoteAddr) // as the operating system says; see peerConn
		})
	})
	mux.HandleFunc("POST "+pathLink, func(w http.ResponseWriter, r *http.Request) {
		serveFrames(c, w, r, func(ctx context.Context, in wish, _ progress) (asked, error) {
			in.User = r.RemoteAddr // as the operating system says; see peerConn
			return c.desk.link(ctx, in)
		})
	})
	mux.HandleFunc("POST "+pathImport, func(w http.ResponseWriter, r *http.Request) {
		serveFrames(c, w, r, func(ctx context.Context, in importRequest, p progress) (imported, error) {
			in.User = r.RemoteAddr // as the operating system says; see peerConn
			return c.desk.imports(ctx, in, p)
		})
	})
	mux.HandleFunc("POST "+pathReconcile, func(w http.ResponseWriter, r *http.Request) {
		serveFrames(c, w, r, func(ctx context.Context, in reconcileRequest, _ progress) (population.Report, error) {
			in.User = r.RemoteAddr // as the operating system says; see peerConn
			return c.desk.reconcile(ctx, in)
		})
	})
	mux.HandleFunc("POST "+pathReload, func(w http.ResponseWriter, r *http.Request) {
		serveFrames(c, w, r, func(ctx context.Context, _ struct{}, _ progress) (reloaded, error) {
			return c.reload(ctx, r.RemoteAddr)
		})
	})
	mux.HandleFunc("POST "+pathReady, func(w http.ResponseWriter, r *http.Request) {
		serveFrames(c, w, r, func(context.Context, struct{}, progress) (readiness, error) {
			return c.health.readiness(), nil
		})
	})
	mux.HandleFunc("POST "+pathSweep, func(w http.ResponseWriter, r *http.Request) {
		serveFrames(c, w, r, func(ctx context.Context, _ struct{}, p progress) (sweepJSON, error) { return looked(ctx, c.sweep, p) })
	})
	mux.HandleFunc("POST "+pathReport, func(w http.ResponseWriter, r *http.Request) { serveFrames(c, w, r, c.desk.report) })
	mux.HandleFunc("POST "+pathBackup, c.backup)
	mux.HandleFunc("POST "+pathExport, c.export)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(versionHead, program())
		mux.ServeHTTP(w, r)
	})
}

// read reads a request. One that says what this program does not know is
// refused: half of what a newer one asks for may be what nobody wants, such as a
// pack that withholds nothing.
func read(r *http.Request, in any) error {
	d := json.NewDecoder(io.LimitReader(r.Body, maxRequest))
	d.DisallowUnknownFields()
	if err := d.Decode(in); err != nil {
		return fmt.Errorf("the server (%s) does not understand what it is asked (%w): use the program that it runs, or restart it with yours; nothing was done", program(), err)
	}
	return nil
}

// serveFrames reads a request, does it, and answers in frames.
func serveFrames[In, Out any](c *control, w http.ResponseWriter, r *http.Request, do func(context.Context, In, progress) (Out, error)) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	out := &frames{enc: json.NewEncoder(w), flush: http.NewResponseController(w)}
	var in In
	if err := read(r, &in); err != nil {
		out.send(resultFrame(nil, err))
		return
	}
	result, err := do(r.Context(), in, out.progress)
	c.log.Info().Str("asked", r.URL.Path).Bool("ok", err == nil).Msg("operator")
	out.send(resultFrame(result, err))
}

// frames sends frames; progress at most ten times a second.
type frames struct {
	enc   *json.Encoder
	flush *http.ResponseController
	last  time.Time
}

func (f *frames) progress(done, total int64) {
	if time.Since(f.last) < 100*time.Millisecond {
		return
	}
	f.last = time.Now()
	f.send(frame{Done: done, Total: total})
}

// send gives up silently when nobody listens any more: what was asked for is
// done all the same, and the log says so.
func (f *frames) send(one frame) {
	if f.enc.Encode(one) == nil {
		_ = f.flush.Flush()
	}
}

func (c *control) backup(w http.ResponseWriter, r *http.Request) {
	begun, has := false, c.app.store.Last()
	err := c.desk.backup(r.Context(), func(size int64) io.Writer {
		begun = true
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
		return w
	})
	c.log.Info().Str("asked", r.URL.Path).Bool("ok", err == nil).Msg("operator")
	if err == nil {
		c.app.backedUp(has)
	}
	if err != nil && !begun {
		w.WriteHeader(http.StatusInternalServerError)
		_ = json.NewEncoder(w).Encode(resultFrame(nil, err)) // nobody listens any more
	}
}
