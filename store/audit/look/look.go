// Package look is how the pages look that the audit makes: the report of an
// evidence pack, that of the figures, and that of who left. One page is read
// beside the other.
package look

import (
	_ "embed"
	"html/template"
	"time"
)

var (
	//go:embed style.css
	style string
	//go:embed head.html
	head string
)

// Page is the template of a page that is one file: no script, nothing that is
// fetched, and a policy in its head that forbids both. The text begins with
// {{template "head"}} and has {{style}} in its head: the style sheet of all of
// them, which is for light and dark screens, small ones, and paper, and then more.
// A text that is no template is a mistake of the program, and panics.
func Page(text, more string) *template.Template {
	t := template.New("page").Funcs(template.FuncMap{"style": func() template.CSS { return template.CSS(style + more) }})
	return template.Must(template.Must(t.Parse(head)).Parse(text))
}

// Moment is a time in a zone, with its difference from UTC, so that the hour that
// comes twice a year is told apart; empty for the zero time.
func Moment(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02 15:04:05 -07:00")
}
