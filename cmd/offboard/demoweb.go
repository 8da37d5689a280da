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
)

// playground is the demo in the browser: this process is the company, with its
// servers and its clock, and keeps another one running that is the bot. So the
// bot can be killed for real, and the company is still there.
type playground struct {
	*house
	port *net.TCPListener // handed to every bot in turn, so that a page that reloads waits and is not refused
	out  io.Writer

	mu    sync.Mutex
	ahead time.Duration // how far the company's clock is ahead of the machine's
	bot   *exec.Cmd     // the one that runs now
}

// controlSocket is where the bot finds the company's side panel.
const controlSocket = "controls.sock"

// openDemo runs the demo in the browser until ctx is done.
func openDemo(ctx context.Context, out io.Writer, port int) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fmt.Fprintln(out, "Starting the company: forty people, three LDAP servers ...")
	h, err := openHouse(ctx, time.Second, 10*time.Second)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	p := &playground{house: h, out: out}
	if p.port, err = listenNear(ctx, port); err != nil {
		return err
	}
	defer func() { _ = p.port.Close() }()
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
	quick := 0
	for first := true; ctx.Err() == nil; first = false {
		cmd, err := p.start(ctx, first)
		if err != nil {
			return err
		}
		begun := time.Now()
		err = cmd.Wait()
		if quick++; time.Since(begun) > 5*time.Second {
			quick = 0
		}
		if quick > 5 {
			return fmt.Errorf("the bot ends again and again: %w", err)
		}
		if ctx.Err() == nil {
			fmt.Fprintf(p.out, "The bot has ended (%v). Starting it again ...\n", cmd.ProcessState)
		}
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
	cmd.ExtraFiles = []*os.File{file}
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
func (p *playground) kill() { p.signal(syscall.SIGKILL) }

func (p *playground) signal(sig os.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bot != nil {
		_ = p.bot.Process.Signal(sig) // it may have ended by itself
	}
}

// now is the time in the company.
func (p *playground) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Now().Add(p.ahead)
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
	p.signal(syscall.SIGTERM)
}
