package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"offboard/actions/demo"
)

// playground is the demo in the browser: this process is the company, with its
// servers and its clock, and keeps another one running that is the bot. So the
// bot can be killed for real, and the company is still there.
type playground struct {
	*house
	port *net.TCPListener // handed to every bot in turn, so that a page that reloads waits and is not refused
	out  io.Writer

	life *os.File // what every bot reads: it ends when this process does, however it does
	zone *time.Location

	mu    sync.Mutex
	ahead time.Duration // how far the company's clock is ahead of the machine's
	bot   *exec.Cmd     // the one that runs now
	why   string        // it is being ended by a button; empty: by itself
}

// controlSocket is where the bot finds the company's side panel.
const controlSocket = "controls.sock"

// openDemo runs the demo in the browser until ctx is done.
func openDemo(ctx context.Context, out io.Writer, port int) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fmt.Fprintf(out, "Starting Lumen Works, a fictional company: %d people, 3 LDAP servers ... ", len(demo.People()))
	h, err := openHouse(ctx, time.Second, 10*time.Second)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "ready.")
	defer func() {
		if err = errors.Join(err, h.close()); err == nil {
			fmt.Fprintln(out, "The demo has ended, and has left nothing behind.")
		}
	}()
	cfg, err := h.config()
	if err != nil {
		return err
	}
	p := &playground{house: h, out: out, zone: cfg.Company.Zone.Location}
	if p.port, err = listenNear(ctx, port); err != nil {
		return err
	}
	defer func() { _ = p.port.Close() }()
	if got := p.port.Addr().(*net.TCPAddr).Port; port != 0 && got != port {
		fmt.Fprintf(out, "Another program has port %d, so this takes %d.\n", port, got)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "unix", h.file(controlSocket))
	if err != nil {
		return err
	}
	side := newControls(ctx, h.company, p.kill, p.pass, p.now)
	served := make(chan error, 1)
	go func() { served <- side.serve(ctx, l) }()
	err = p.keep(ctx)
	cancel()
	return errors.Join(err, <-served)
}

// listenNear takes the port, or a free one if somebody has it.
func listenNear(ctx context.Context, port int) (*net.TCPListener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if errors.Is(err, syscall.EADDRINUSE) {
		l, err = lc.Listen(ctx, "tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, fmt.Errorf("listen for the browser: %w", err)
	}
	return l.(*net.TCPListener), nil
}

// keep keeps a bot running until ctx is done. One that ends by itself at once,
// again and again, is an error of the program.
func (p *playground) keep(ctx context.Context) error {
	bot, company, err := os.Pipe()
	if err != nil {
		return err
	}
	p.life = bot
	defer func() { _, _ = company.Close(), bot.Close() }()
	fmt.Fprint(p.out, "Starting the bot ... ")
	quick := 0
	for first := true; ctx.Err() == nil; first = false {
		cmd, err := p.start(ctx, first)
		if err != nil {
			return err
		}
		begun := time.Now()
		err = cmd.Wait()
		if ctx.Err() != nil {
			break
		}
		p.mu.Lock()
		why := p.why
		p.why = ""
		p.mu.Unlock()
		if quick++; why != "" || time.Since(begun) > 5*time.Second {
			quick = 0
		}
		if quick > 5 {
			return fmt.Errorf("the bot ends again and again: %w", err)
		}
		if why == "" {
			why = fmt.Sprintf("The bot has ended (%v)", cmd.ProcessState)
		}
		fmt.Fprintf(p.out, "%s. Starting it again ... ", why)
	}
	return nil
}

// start starts a bot on the listener.
func (p *playground) start(ctx context.Context, first bool) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	file, err := p.port.File()
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	cmd := exec.CommandContext(ctx, self, "demo", "bot", p.dir)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = grace
	cmd.ExtraFiles = []*os.File{file, p.life}
	cmd.Stdout, cmd.Stderr = p.out, os.Stderr
	p.mu.Lock()
	defer p.mu.Unlock()
	cmd.Env = append(os.Environ(), "OFFBOARD_DEMO_AHEAD="+p.ahead.String(), fmt.Sprintf("OFFBOARD_DEMO_FIRST=%t", first))
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p.bot = cmd
	return cmd, nil
}

// kill kills the bot as a power cut would.
func (p *playground) kill() { p.signal(syscall.SIGKILL, "The bot was killed") }

func (p *playground) signal(sig os.Signal, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bot != nil {
		p.why = why
		_ = p.bot.Process.Signal(sig) // it may have ended by itself
	}
}

// now is the time in the company, in its zone.
func (p *playground) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Now().Add(p.ahead).In(p.zone)
}

// pass lets time pass: every clock of the company is set forward, and the bot
// is started anew with one that is too, as after a machine that slept.
func (p *playground) pass(d time.Duration) {
	p.mu.Lock()
	p.ahead += d
	ahead := p.ahead
	p.mu.Unlock()
	for _, s := range p.company.Servers() {
		s.Ahead(ahead)
	}
	p.signal(syscall.SIGTERM, "Time has passed")
}
