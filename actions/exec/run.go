package exec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	osexec "os/exec"
	"syscall"
	"time"

	"offboard/actions"
	"offboard/config"
)

// tryAgain is the exit code of a program that could not reach what it works on:
// EX_TEMPFAIL of sysexits(3), which mail programs use for the same.
const tryAgain = 75

// lingers is for how long a child that has left the group may keep the
// program's output open before it is read no further.
const lingers = time.Second

// run asks the program with a request and reads its answer. Every error that
// leaves this package passes through here, or names an action that was never
// asked for: it has a class, says what was asked, and holds no secret.
func run[T any](ctx context.Context, c *Client, command []string, r request, read func([]byte) (T, error)) (T, error) {
	var none T
	asked := "the program of " + c.system + ", asked to " + r.Verb
	if r.Action != "" {
		asked += " " + r.Action
	}
	in, err := r.bytes()
	if err != nil {
		return none, actions.Final(fmt.Errorf("%s: %w", asked, err))
	}
	out, err := c.start(ctx, command, in)
	exit, ended := errors.AsType[*osexec.ExitError](err)
	switch {
	case ctx.Err() != nil:
		// Whatever else went wrong is only the consequence.
		return none, actions.Again(fmt.Errorf("%s: %w", asked, ctx.Err()))
	case err != nil && !ended:
		class, after := actions.ClassOf(err)
		return none, &actions.Error{Class: class, After: after, Err: fmt.Errorf("%s: %w", asked, err)}
	}
	answer, wrong := read(out.answer)
	said, has := errors.AsType[*actions.Error](wrong)
	switch {
	case has:
		return none, &actions.Error{Class: said.Class, After: said.After, Err: fmt.Errorf("%s: %w%s", asked, said.Err, out.said(c))}
	case ended && !exit.Exited():
		return none, actions.Again(fmt.Errorf("%s: it was ended from outside: %s%s", asked, exit.ProcessState, out.said(c)))
	case ended && exit.ExitCode() == tryAgain:
		return none, actions.Again(fmt.Errorf("%s: it asks to be tried again (exit code %d)%s", asked, tryAgain, out.said(c)))
	case ended:
		// Whatever its answer says: a program that has failed has not succeeded.
		return none, actions.Final(fmt.Errorf("%s: it ended with the exit code %d%s", asked, exit.ExitCode(), out.said(c)))
	case wrong != nil:
		// What is quoted in it is the program's, and may be long or secret.
		return none, actions.Final(fmt.Errorf("%s: %s%s", asked, plain(c.redact(wrong.Error()), maxText), out.said(c)))
	}
	return answer, nil
}

// output is what a program wrote.
type output struct {
	answer []byte
	log    tail
}

// said is the end of what it wrote to its log, to follow an error.
func (o *output) said(c *Client) string {
	text := plain(c.redact(o.log.text()), 300)
	if text == "" {
		return ""
	}
	return "; it wrote: " + text
}

// start runs the program once and ends it, with all its children, when it has
// taken too long, has written too much, or ctx is done.
func (c *Client) start(ctx context.Context, command []string, in []byte) (*output, error) {
	out := &output{}
	if err := ctx.Err(); err != nil {
		return out, err
	}
	if err := config.TrustProgram(c.cfg.Dir, command); err != nil {
		return out, actions.Final(err)
	}
	ctx, stop := context.WithTimeout(ctx, c.cfg.Timeout)
	defer stop()
	answer := &limited{left: c.cfg.MaxOutput, full: stop}
	cmd := osexec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir = c.cfg.Dir
	cmd.Env = []string{} // nil would be the bot's own, with all its secrets
	for name, value := range c.cfg.Env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	for name, secret := range c.cfg.Secrets {
		cmd.Env = append(cmd.Env, name+"="+secret.Value())
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), answer, &out.log
	cmd.WaitDelay = lingers
	if err := group(cmd); err != nil {
		return out, actions.Final(err)
	}
	if err := cmd.Start(); err != nil {
		return out, starting(err)
	}
	err := cmd.Wait()
	// What it has started and left behind must not work on after it was said to
	// be over. While one of them lives, nobody else can have the group's number.
	end(cmd)
	out.answer = answer.b.Bytes()
	switch {
	case answer.over:
		return out, actions.Final(fmt.Errorf("it wrote more than %d bytes and was ended (max_output)%s", c.cfg.MaxOutput, out.said(c)))
	case ctx.Err() != nil:
		return out, actions.Again(fmt.Errorf("it was ended because it took longer than %s (timeout)%s", c.cfg.Timeout, out.said(c)))
	case errors.Is(err, osexec.ErrWaitDelay):
		return out, actions.Final(fmt.Errorf("it ended and left a process behind that keeps its output open, so nobody knows whether the answer is whole%s", out.said(c)))
	}
	if _, ended := errors.AsType[*osexec.ExitError](err); err != nil && !ended {
		return out, actions.Again(err)
	}
	return out, err
}

// starting says what it means that a program could not be started.
func starting(err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.ENOEXEC), errors.Is(err, syscall.ENOTDIR):
		return actions.Final(fmt.Errorf("it can't be started: %w; look at command, at dir, and at the first line of a script", err))
	}
	return actions.Again(fmt.Errorf("it can't be started now: %w", err))
}

// limited takes up to left bytes, and then ends the program.
type limited struct {
	b    bytes.Buffer
	left int
	over bool
	full func()
}

func (l *limited) Write(p []byte) (int, error) {
	if len(p) > l.left {
		l.over = true
		l.full()
		return 0, io.ErrShortWrite
	}
	l.left -= len(p)
	return l.b.Write(p)
}

// tail keeps the end of what is written to it.
type tail struct {
	b   []byte
	cut bool
}

// maxTail is enough for the lines at the end that tell what went wrong.
const maxTail = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	if over := len(t.b) - maxTail; over > 0 {
		t.b, t.cut = append(t.b[:0], t.b[over:]...), true
	}
	return len(p), nil
}

// text leaves out the first line if its beginning is lost: it may begin in the
// middle of a secret, which nobody would know.
func (t *tail) text() string {
	b := t.b
	if t.cut {
		_, b, _ = bytes.Cut(b, []byte("\n"))
	}
	return string(b)
}
