package mail

import (
	_ "embed" // the page
	"fmt"
	"html/template"
	"strings"
	"time"

	"offboard/bot"
)

// asOf says of which moment a mail is: it is not edited, as a message in a chat
// is.
func asOf(now time.Time, zone *time.Location) string {
	return fmt.Sprintf("As of %s (%s). This mail stays as it is; what is true now stands in the chat.", now.In(zone).Format("15:04, 2 January 2006"), zone)
}

// block is a part as both forms of the mail show it.
type block struct {
	Heading string
	Small   bool
	Text    bot.Text
	Facts   []bot.Fact
	Title   string
	Rows    []row
	Do      []do
	Choose  string
	Options []bot.Option
}

type row struct {
	Word         string
	Text, Detail bot.Text
}

// do is a button: what it is called and what to type instead of pressing it.
type do struct{ Label, Type string }

func blocks(m bot.Message) []block {
	var out []block
	for _, p := range m.Parts {
		var b block
		switch p := p.(type) {
		case bot.Heading:
			b.Heading = p.Text
		case bot.Prose:
			b.Text = p.Text
		case bot.Fine:
			b.Text, b.Small = p.Text, true
		case bot.Facts:
			b.Facts = p
		case bot.Checklist:
			b.Title = p.Title
			for _, r := range p.Rows {
				b.Rows = append(b.Rows, row{r.Mark.Word(), r.Text, r.Detail})
			}
		case bot.Buttons:
			for _, x := range p {
				b.Do = append(b.Do, do{x.Label, "/offboard " + x.Verb + " " + x.Object})
			}
		case bot.Menu:
			b.Choose, b.Options = p.Label, p.Options
		}
		out = append(out, b)
	}
	return out
}

// text is the mail for readers without HTML.
func text(m bot.Message, asOf string) string {
	var w strings.Builder
	for _, b := range blocks(m) {
		switch {
		case b.Heading != "":
			fmt.Fprintf(&w, "%s\n%s\n", b.Heading, strings.Repeat("=", min(len([]rune(b.Heading)), 70)))
		case b.Text != nil:
			fmt.Fprintln(&w, line(b.Text))
		}
		for _, f := range b.Facts {
			fmt.Fprintf(&w, "%s: %s\n", f.Label, line(f.Value))
		}
		if b.Title != "" {
			fmt.Fprintf(&w, "%s:\n", b.Title)
		}
		for _, r := range b.Rows {
			fmt.Fprintf(&w, "* %s: %s\n", r.Word, line(r.Text))
			if len(r.Detail) > 0 {
				fmt.Fprintf(&w, "  %s\n", line(r.Detail))
			}
		}
		if len(b.Do) > 0 {
			fmt.Fprintln(&w, typeIt)
		}
		for _, d := range b.Do {
			fmt.Fprintf(&w, "* %s: %s\n", d.Label, d.Type)
		}
		if b.Choose != "" {
			fmt.Fprintf(&w, "%s (%s)\n", b.Choose, chooseIt)
		}
		for _, o := range b.Options {
			fmt.Fprintf(&w, "* %s\n", o.Label)
		}
		fmt.Fprintln(&w)
	}
	return w.String() + "-- \n" + asOf + "\n"
}

const (
	typeIt   = "Nothing can be done by mail. Type in the chat:"
	chooseIt = "choose in the chat"
)

// line is a text with its links written out.
func line(t bot.Text) string {
	var w strings.Builder
	for _, s := range t {
		w.WriteString(word(s))
		if s.URL != "" && s.URL != s.Plain {
			w.WriteString(": " + s.URL)
		}
	}
	return w.String()
}

// word is what stands for a span: a mention is the name of the one mentioned,
// where the sender has not written another word.
func word(s bot.Span) string {
	if s.Plain == "" && s.User != nil {
		return s.User.Name
	}
	return s.Plain
}

//go:embed mail.html
var htmlPage string

var htmlMail = template.Must(template.New("mail").Funcs(template.FuncMap{"word": word}).Parse(htmlPage))

// page is the mail for readers with HTML. It loads nothing from anywhere, so
// nobody learns that it was opened.
func page(m bot.Message, asOf string) (string, error) {
	var w strings.Builder
	err := htmlMail.Execute(&w, struct {
		Summary, AsOf, TypeIt, ChooseIt string
		Blocks                          []block
	}{m.Summary, asOf, typeIt, chooseIt, blocks(m)})
	if err != nil {
		return "", fmt.Errorf("write a mail: %w", err)
	}
	return w.String(), nil
}
