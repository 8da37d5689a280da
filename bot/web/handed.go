package web

import (
	"context"
	"fmt"
	"net/http"

	"offboard/bot"
)

var _ bot.Courier = (*Chat)(nil)

// Hand puts a file into the direct messages of one person.
func (c *Chat) Hand(ctx context.Context, to bot.Place, f bot.File) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := f.Check(to); err != nil {
		return fmt.Errorf("hand a file over: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := c.readers(to); err != nil {
		return fmt.Errorf("hand a file over: %w", err)
	}
	m := bot.Message{Summary: f.Title, Parts: []bot.Part{bot.Prose{Text: bot.T(f.Title)}}}
	return c.add(&record{Place: to, Body: content{m}, File: &f})
}

// fileView is a file as its reader sees it.
type fileView struct{ Name, Size, URL string }

func (d drawer) file(r *record) *fileView {
	if r.File == nil {
		return nil
	}
	return &fileView{r.File.Name, fmt.Sprintf("%d kB", (len(r.File.Body)+999)/1000), "/as/" + d.me.ID + "/file/" + r.id()}
}

// handed gives a file to who it was handed to. A browser must only save it:
// what is in it is not the chat's.
func (c *Chat) handed(w http.ResponseWriter, r *http.Request) {
	p := c.person(r.PathValue("person"))
	c.mu.Lock()
	m := c.record(r.PathValue("message"))
	visible := p != nil && m != nil && m.File != nil && c.sees(p, m)
	c.mu.Unlock()
	if !visible {
		c.refuse(w, http.StatusNotFound, "There is no such file", "Go back to the chat.")
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="`+m.File.Name+`"`) // a name of letters, digits, dots and dashes
	_, _ = w.Write(m.File.Body)                                                     // nobody waits for it any more
}
