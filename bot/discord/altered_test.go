package discord

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// altered reaches the Discord of a scene, with other answers to calls whose path
// ends so: alter changes what was in the JSON.
func (s *scene) altered(path string, alter any) *http.Client {
	return &http.Client{Transport: between{s.HTTP().Transport, func(r *http.Request, res *http.Response) error {
		if !strings.HasSuffix(r.URL.Path, path) {
			return nil
		}
		var b []byte
		var err error
		switch alter := alter.(type) {
		case func([]map[string]any):
			var list []map[string]any
			err = json.NewDecoder(res.Body).Decode(&list)
			alter(list)
			b, _ = json.Marshal(list)
		case func(map[string]any):
			var o map[string]any
			err = json.NewDecoder(res.Body).Decode(&o)
			alter(o)
			b, _ = json.Marshal(o)
		}
		err = errors.Join(err, res.Body.Close())
		res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
		return err
	}}}
}

// skewed reaches a Discord whose clock is that much before ours.
func (s *scene) skewed(by time.Duration) *http.Client {
	return &http.Client{Transport: between{s.HTTP().Transport, func(_ *http.Request, res *http.Response) error {
		res.Header.Set("Date", time.Now().Add(by).UTC().Format(http.TimeFormat))
		return nil
	}}}
}

// between changes answers.
type between struct {
	http.RoundTripper
	change func(r *http.Request, res *http.Response) error
}

func (b between) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		err = b.change(r, res)
	}
	return res, err
}
