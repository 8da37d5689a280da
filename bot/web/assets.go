package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"net/http"
)

//go:embed static
var static embed.FS

//go:embed templates
var templateFiles embed.FS

var (
	assets    = newAssetServer()
	templates = template.Must(template.New("").Funcs(template.FuncMap{"whole": func() template.JS { return whole }}).ParseFS(templateFiles, "templates/*.html"))
)

// whole stands in every page before what the page fetches. A server that is
// killed in between leaves a page without its script, which would stay as it is
// for ever: such a page loads itself anew.
const whole = `addEventListener("error", (e) => { if (e.target.matches?.("script, link")) setTimeout(() => location.reload(), 1000); }, true);`

// assetServer serves style, script and icon. They hold nothing of anybody, so
// that the page at the door can use them.
type assetServer struct {
	http.Handler
	version string // changes with any of them: an open page loads itself anew
}

func newAssetServer() assetServer {
	sum := sha256.New()
	err := fs.WalkDir(static, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := static.ReadFile(path)
		sum.Write(data)
		return err
	})
	if err != nil {
		panic(err) // they are part of the program
	}
	return assetServer{http.FileServerFS(static), hex.EncodeToString(sum.Sum(nil)[:6])}
}

// render writes a page, or nothing of it if it cannot be drawn.
func (c *Chat) render(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		c.cfg.Log.Error().Err(err).Str("page", name).Msg("web")
		http.Error(w, "This page cannot be drawn. The log of the program says why.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	// A browser that has gone does not miss the page.
	_, _ = b.WriteTo(w)
}

// doorPage is a page for somebody who is not in.
type doorPage struct {
	Title, Version, Heading, Text string
}

func (c *Chat) refuse(w http.ResponseWriter, status int, heading, text string) {
	c.render(w, status, "refused", doorPage{c.cfg.Title, assets.version, heading, text})
}
