package bottest

import (
	"bytes"
	"errors"
	"testing"

	"offboard/bot"
)

// A platform that can hand files over hands them to one person only.
func testFile(t *testing.T, s *suite) {
	c, ok := s.p.(bot.Courier)
	if !ok {
		return // not every platform can
	}
	f := bot.File{Name: "X-1.zip", Title: "All of X-1", Body: bytes.Repeat([]byte("PK\x03\x04 \x00\xff"), 100)}
	s.must(c.Hand(s.within(), s.direct(s.cast.Ann), f))
	s.sees(s.cast.Ann, "X-1.zip")
	s.sees(s.cast.Ann, "All of X-1")
	s.seesNot(s.cast.Ben, "X-1")
	if got := s.File(s.cast.Ann, f.Name); !bytes.Equal(got, f.Body) {
		t.Errorf("Ann has %d bytes of the file, and %d were sent", len(got), len(f.Body))
	}
	for name, bad := range map[string]struct {
		to bot.Place
		f  bot.File
	}{
		"a channel": {s.cast.Room, f}, "a path": {s.direct(s.cast.Ann), bot.File{Name: "../x", Title: "x", Body: f.Body}},
		"nothing": {s.direct(s.cast.Ann), bot.File{Name: "x", Title: "x"}},
	} {
		if err := c.Hand(s.within(), bad.to, bad.f); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	large := bot.File{Name: "x", Title: "x", Body: make([]byte, bot.MaxFile+1)}
	if err := c.Hand(s.within(), s.direct(s.cast.Ann), large); !errors.Is(err, bot.ErrLarge) {
		t.Errorf("a file that is too large: %v", err)
	}
}
