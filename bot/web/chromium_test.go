package web

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/rs/zerolog"

	"offboard/bot/web/webtest"
)

// screen is somebody before the toy company.
type screen struct{ *webtest.Screen }

func look(t *testing.T) *screen {
	t.Helper()
	return &screen{webtest.Look(t)}
}

// open serves the toy company and lets the browser in.
func (s *screen) open(file string) (y *toy, base string) {
	s.T.Helper()
	c := s.company(file)
	base = listen(s.T, c)
	y = runToy(s.T, c)
	s.Do(chromedp.Navigate(base + "/?token=" + c.Token()))
	s.Sees("#state", "Live")
	return y, base
}

func (s *screen) company(file string) *Chat {
	s.T.Helper()
	cfg := toyConfig(file)
	cfg.Log = zerolog.New(zerolog.NewTestWriter(s.T))
	c, err := New(cfg)
	if err != nil {
		s.T.Fatal(err)
	}
	return c
}
