package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"

	"offboard/bot"
)

// paper is a chat whose messages are lines in a file, each written before the
// bot is told: what somebody has read outlives a kill, as it does at a vendor.
// People speak to it over in, and it tells over out what happens.
type paper struct {
	in io.Reader

	mu   sync.Mutex
	file *os.File
	out  *json.Encoder
	refs map[posted]bot.Ref
	made int
}

// posted is what a key says once.
type posted struct {
	place bot.Place
	key   string
}

// sheet is a message as it was posted or edited.
type sheet struct {
	Ref   bot.Ref
	Key   string `json:",omitempty"` // of a post
	Again bool   `json:",omitempty"` // the key was known: nothing was changed
	Shown face
}

// face is what people read.
type face struct {
	Summary    string
	Parts      []string
	Buttons    []bot.Button
	Checkpoint string // of a closing message; it is not in Parts, for each is another
}

// checkpointWords begin the part of a closing message that has a checkpoint.
const checkpointWords = "Checkpoint of the audit log."

func show(m bot.Message) (face, error) {
	out := face{Summary: m.Summary}
	for _, p := range m.Parts {
		if fine, ok := p.(bot.Fine); ok && strings.HasPrefix(fine.Text.String(), checkpointWords) {
			_, out.Checkpoint, _ = strings.Cut(fine.Text.String(), "\n")
			continue
		}
		b, err := json.Marshal(p)
		if err != nil {
			return out, err
		}
		out.Parts = append(out.Parts, fmt.Sprintf("%T %s", p, b))
		if row, ok := p.(bot.Buttons); ok {
			out.Buttons = append(out.Buttons, row...)
		}
	}
	return out, nil
}

// said is what paper tells.
type said struct {
	Running bool   `json:",omitempty"` // people reach the bot
	Line    *sheet `json:",omitempty"`
	Answer  *told  `json:",omitempty"`
}

// told is what the bot says to somebody who did something, or what the form is
// about that it opens.
type told struct{ ID, Text string }

// readPaper reads the lines of a file. A kill may leave the last one torn;
// whole is where the others end.
func readPaper(path string) (lines []sheet, whole int, err error) {
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, 0, err
	}
	for {
		end := bytes.IndexByte(data[whole:], '\n')
		if end < 0 {
			return lines, whole, nil
		}
		var l sheet
		if err := json.Unmarshal(data[whole:whole+end], &l); err != nil {
			return nil, 0, err
		}
		lines = append(lines, l)
		whole += end + 1
	}
}

func openPaper(path string, in io.Reader, out io.Writer) (*paper, error) {
	lines, whole, err := readPaper(path)
	if err != nil {
		return nil, err
	}
	p := &paper{in: in, out: json.NewEncoder(out), refs: map[posted]bot.Ref{}}
	for _, l := range lines {
		if l.Key != "" && !l.Again {
			p.refs[posted{l.Ref.Place, l.Key}] = l.Ref
			p.made++
		}
	}
	if p.file, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600); err != nil {
		return nil, err
	}
	return p, p.file.Truncate(int64(whole))
}

func (p *paper) Name() string { return "web" }

func (p *paper) Run(ctx context.Context, h bot.Handler) error {
	p.mu.Lock()
	err := p.out.Encode(said{Running: true})
	p.mu.Unlock()
	if err != nil {
		return err
	}
	go p.listen(ctx, h)
	<-ctx.Done()
	return nil
}

// listen hands on what people do, until they have gone.
func (p *paper) listen(ctx context.Context, h bot.Handler) {
	lines := bufio.NewScanner(p.in)
	for lines.Scan() {
		var i bot.Interaction
		if json.Unmarshal(lines.Bytes(), &i) != nil {
			return
		}
		go func() {
			r := h(ctx, i)
			a := told{ID: i.ID}
			if r.Message != nil {
				a.Text = r.Message.Summary
			}
			if r.Form != nil {
				a.Text = r.Form.Object
			}
			for field, wrong := range r.Errors {
				a.Text += field + ": " + wrong
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			_ = p.out.Encode(said{Answer: &a}) // who asked may have gone
		}()
	}
}

func (p *paper) Post(_ context.Context, at bot.Place, m bot.Message, key string) (bot.Ref, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ref, again := p.refs[posted{at, key}]
	if !again {
		p.made++
		ref = bot.Ref{Place: at, ID: fmt.Sprintf("m%d", p.made)}
	}
	if err := p.write(sheet{Ref: ref, Key: key, Again: again}, m); err != nil {
		return bot.Ref{}, err
	}
	p.refs[posted{at, key}] = ref
	return ref, nil
}

func (p *paper) Edit(_ context.Context, at bot.Ref, m bot.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.write(sheet{Ref: at}, m)
}

// write puts a line on the paper, and then tells of it. p.mu is held.
func (p *paper) write(l sheet, m bot.Message) error {
	var err error
	if l.Shown, err = show(m); err != nil {
		return err
	}
	b, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if _, err := p.file.Write(append(b, '\n')); err != nil {
		return err
	}
	return p.out.Encode(said{Line: &l})
}

// Health is nil: a paper is always there.
func (*paper) Health() error { return nil }

// Members says who reads: in the channel Ivan, elsewhere who is written to.
func (p *paper) Members(_ context.Context, at bot.Place) ([]bot.User, error) {
	if at.Kind == bot.Channel {
		return []bot.User{{Platform: p.Name(), ID: "ivan"}}, nil
	}
	return []bot.User{{Platform: p.Name(), ID: at.ID}}, nil
}
