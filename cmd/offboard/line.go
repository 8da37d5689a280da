package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"

	"offboard/store/audit"
)

// line is a desk at a server that runs.
type line struct{ client *http.Client }

func newLine(socket string) *line {
	return &line{&http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}}}
}

func (l *line) close() error {
	l.client.CloseIdleConnections()
	return nil
}

var errHungUp = errors.New("the server ended before it had answered: look with offboard audit show what was done, and try again when it runs")

func (l *line) post(ctx context.Context, path string, in any) (*http.Response, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://offboard"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := l.client.Do(req)
	if err != nil {
		return nil, broken(fmt.Errorf("speak to the server: %w", err))
	}
	if res.StatusCode == http.StatusNotFound {
		return nil, broken(errors.Join(fmt.Errorf("the server that runs is of another version (%s; this is %s) and does not know this: restart it with this program, or use the one that it runs; nothing was done", res.Header.Get(versionHead), program()), res.Body.Close()))
	}
	return res, nil
}

// call asks and reads the frames of the answer.
func (l *line) call(ctx context.Context, path string, in, out any, p progress) error {
	res, err := l.post(ctx, path, in)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // only read
	d := json.NewDecoder(res.Body)
	for {
		var f frame
		if err := d.Decode(&f); err != nil {
			return broken(fmt.Errorf("%w (%w)", errHungUp, err))
		}
		switch {
		case f.Error != "":
			return f.err()
		case f.Result != nil:
			return json.Unmarshal(f.Result, out)
		}
		p(f.Done, f.Total)
	}
}

func silent(int64, int64) {}

func (l *line) verify(ctx context.Context, checkpoints []string, p progress) (v audit.Report, err error) {
	err = l.call(ctx, pathVerify, verifyRequest{checkpoints}, &v, p)
	return v, err
}

func (l *line) show(ctx context.Context, subject, _ string) (r record, err error) { // the server knows who asks
	err = l.call(ctx, pathShow, showRequest{subject}, &r, silent)
	return r, err
}

func (l *line) link(ctx context.Context, w wish) (a asked, err error) {
	err = l.call(ctx, pathLink, w, &a, silent)
	return a, err
}

func (l *line) backup(ctx context.Context, begin func(size int64) io.Writer) error {
	res, err := l.post(ctx, pathBackup, struct{}{})
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // only read
	if res.StatusCode != http.StatusOK {
		var f frame
		if err := json.NewDecoder(res.Body).Decode(&f); err != nil {
			return broken(errHungUp)
		}
		return f.err()
	}
	// The length was announced, so a copy that was cut off is an error.
	if _, err := io.Copy(begin(res.ContentLength), res.Body); err != nil {
		return broken(fmt.Errorf("%w (%w)", errHungUp, err))
	}
	return nil
}

// ready is what the server says of itself.
func (l *line) ready(ctx context.Context) (r readiness, err error) {
	err = l.call(ctx, pathReady, struct{}{}, &r, silent)
	return r, err
}

// reload has the server read its file again, and says what changes.
func (l *line) reload(ctx context.Context) (r reloaded, err error) {
	err = l.call(ctx, pathReload, struct{}{}, &r, silent)
	return r, err
}
