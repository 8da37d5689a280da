package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"offboard/bot/web"
)

// panel is the demo's side panel where it is shown: in the bot's process. It
// asks the company's (controls.go).
type panel struct {
	http  *http.Client
	plans func() plans

	mu      sync.Mutex
	changed chan struct{}
}

// newPanel speaks to the controls at a Unix socket until ctx is done.
func newPanel(ctx context.Context, socket string, plans func() plans) *panel {
	p := &panel{plans: plans, changed: make(chan struct{}), http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}}}
	go p.watch(ctx)
	return p
}

// watch waits for changes in the company and passes them on.
func (p *panel) watch(ctx context.Context) {
	version := ""
	for ctx.Err() == nil {
		now, err := p.ask(ctx, http.MethodGet, "/changed?since="+url.QueryEscape(version), nil)
		if err != nil {
			select { // the company is closing, or was not there yet
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
			continue
		}
		if now := string(now); now != version {
			version = now
			p.mu.Lock()
			close(p.changed)
			p.changed = make(chan struct{})
			p.mu.Unlock()
		}
	}
}

// State is what the company's controls show.
func (p *panel) State() []web.Section {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	var out []web.Section
	in, err := json.Marshal(p.plans())
	var b []byte
	if err == nil {
		b, err = p.ask(ctx, http.MethodGet, "/state?plans="+url.QueryEscape(string(in)), nil)
	}
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		return []web.Section{{Title: "The company", Lines: []web.Line{{Text: "It does not answer. Start the demo again."}}}}
	}
	return out
}

// Act presses a button of the controls.
func (p *panel) Act(id string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_, err := p.ask(ctx, http.MethodPost, "/act", url.Values{"id": {id}})
	return err
}

// Changed is closed at the next change.
func (p *panel) Changed() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.changed
}

func (p *panel) ask(ctx context.Context, method, path string, form url.Values) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://company"+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := p.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s", strings.TrimSpace(string(b)))
	}
	return b, err
}
