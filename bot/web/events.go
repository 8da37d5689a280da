package web

import (
	"fmt"
	"net/http"
	"time"
)

// heartbeat keeps a stream alive through whatever forwards it, and notices a
// browser that has gone.
const heartbeat = 20 * time.Second

// events tells a page when to fetch itself again. It says nothing else: a page
// that has missed something, a restart say, needs no catching up.
func (c *Chat) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	text := "retry: 500\ndata: hello\n\n"
	for {
		changed := c.changed.wait()
		if _, err := fmt.Fprint(w, text); err != nil {
			return
		}
		if err := out.Flush(); err != nil {
			return
		}
		select {
		case <-changed:
			text = "data: changed\n\n"
		case <-beat.C:
			text = ":\n\n"
		case <-r.Context().Done():
			return
		case <-c.done:
			return
		}
	}
}
