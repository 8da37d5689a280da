package web

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"offboard/bot"
)

// A file is for who it was handed to, and nobody else.
func TestHandedFile(t *testing.T) {
	t.Parallel()
	cfg := Config{Title: "Test", People: []Person{{ID: "ann", Name: "Ann Lee"}, {ID: "ben", Name: "Ben Ray"}}, File: filepath.Join(t.TempDir(), "chat.db")}
	c, b := serve(t, cfg)
	if err := c.Hand(t.Context(), direct("ann"), bot.File{Name: "x.zip", Title: "All of it", Body: []byte("<script>alert(1)</script>")}); err != nil {
		t.Fatal(err)
	}
	path := ""
	for _, a := range b.page("/as/ann").id("log").tagged("a") {
		path = a.attr["href"]
	}
	if status, body := b.get(path); status != http.StatusOK || !strings.Contains(body, "<script>") {
		t.Errorf("Ann gets %d, %q from %q", status, body, path)
	}
	for _, other := range []string{strings.Replace(path, "ann", "ben", 1), strings.Replace(path, "ann", "nobody", 1), "/as/ann/file/m99"} {
		if status, _ := b.get(other); status != http.StatusNotFound {
			t.Errorf("%s answers %d", other, status)
		}
	}
	if err := c.Hand(t.Context(), channel("room"), bot.File{Name: "x.zip", Title: "x", Body: []byte("x")}); err == nil {
		t.Error("a channel got a file")
	}
}
