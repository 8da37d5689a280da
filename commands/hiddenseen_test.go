package commands_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"offboard/bot"
	"offboard/commands/keeper"
)

// everything is what outsiders got: the answers in their order, and the
// messages place by place.
type everything struct {
	answers []string
	heard   map[string][]heard
}

// answer is everything that the answer to one interaction says.
func (w *world) answer(a deed) string {
	w.t.Helper()
	w.asked++
	i := bot.Interaction{
		ID: fmt.Sprintf("o%d", w.asked), User: w.tap.account(a.who), Verb: a.verb, Object: w.fill(a.object), Text: w.fill(a.text), Form: a.form,
	}
	if a.values != nil {
		i.Values = maps.Clone(a.values)
		for k, v := range i.Values {
			i.Values[k] = w.fill(v)
		}
	}
	out := ""
	reply := w.commands.Handle(w.t.Context(), i)
	for {
		out += w.plain(reply)
		if reply.Then == nil {
			return out
		}
		reply = reply.Then(w.t.Context())
	}
}

// plain is a reply, byte for byte but for what masked says.
func (w *world) plain(r bot.Reply) string {
	var b strings.Builder
	if m := r.Message; m != nil {
		b.WriteString(saying(*m))
	}
	for _, v := range []any{r.Form, r.Errors, r.Options} {
		text, err := json.Marshal(v)
		if err != nil {
			w.t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s\n", text)
	}
	return w.masked(b.String())
}

func saying(m bot.Message) string {
	out := m.Summary + "\n"
	for _, p := range m.Parts {
		text, _ := json.Marshal(p) // texts and numbers only
		out += fmt.Sprintf("%T %s\n", p, text)
	}
	return out
}

var caseNumber = regexp.MustCompile(`OFF-[0-9]+`)

// chance is what no two runs have in common: hashes rest on salts. The numbers
// of entries count all that is written, whatever it is about; see the README. Each
// begins with a text that is looked for first: an answer has many bytes. No platform
// shows less than a second of a moment, and one commit waits for another.
var chance = []struct {
	at   *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`(/offboard (submit|approve) <\w+>) [0-9a-f]{8}\b`), "$1 (code)"},
	{regexp.MustCompile(`offboard/log/v1.*`), "(checkpoint)"},
	{regexp.MustCompile(`("Time":"[^".]*)\.[0-9]+Z`), "${1}Z"},
	{regexp.MustCompile(`(P-[0-9]+):[0-9]+`), "$1:(entry)"},
	{regexp.MustCompile(`(INST):[0-9]+`), "$1:(entry)"},
	{regexp.MustCompile(`("Verb":"second","Object":"<\w+>:1):[0-9]+`), "$1:(entry)"},
	{regexp.MustCompile(`entry [0-9]+( of the record, "[^]]*)?`), "entry (entry, and when)"},
}

func (w *world) masked(s string) string {
	names := map[string]string{}
	for name, id := range w.cases {
		names[id] = name
	}
	s = caseNumber.ReplaceAllStringFunc(s, func(id string) string {
		if name, ok := names[id]; ok {
			return "<" + name + ">"
		}
		var n int
		_, _ = fmt.Sscanf(id, "OFF-%d", &n)
		if n == 42 { // the example in texts
			return id
		}
		return fmt.Sprintf("<N%d>", n-w.opened())
	})
	s = unscoped(s)
	for _, m := range chance {
		s = m.at.ReplaceAllString(s, m.with)
	}
	return s
}

// unscoped takes out hashes of scopes: words of 16 hexadecimal digits.
func unscoped(s string) string {
	var b strings.Builder
	word, hex, done := 0, true, 0 // where the word begins; it is hexadecimal; what is written
	for i := 0; i <= len(s); i++ {
		if i < len(s) {
			switch c := s[i]; {
			case c >= '0' && c <= '9' || c >= 'a' && c <= 'f':
				continue
			case c == '_' || c >= 'g' && c <= 'z' || c >= 'A' && c <= 'Z':
				hex = false
				continue
			}
		}
		if hex && i-word == 16 {
			b.WriteString(s[done:word] + "(scope)")
			done = i
		}
		word, hex = i+1, true
	}
	return b.String() + s[done:]
}

// opened is how many cases were opened before those of outsiders.
func (w *world) opened() int {
	if w.hidden {
		return 4
	}
	return 3
}

// heard is one call of the platform that an outsider learns of.
type heard struct {
	at   time.Time
	text string
}

// tap writes down what reaches outsiders, place by place.
type tap struct {
	*chatStage
	mu    sync.Mutex
	calls map[string][]heard
}

func (s *tap) connect() ([]keeper.Room, func(context.Context) error) {
	rooms, ready := s.chatStage.connect()
	rooms[0].Platform = tapped{rooms[0].Platform, s}
	return rooms, ready
}

type tapped struct {
	bot.Platform
	s *tap
}

func (p tapped) Post(ctx context.Context, at bot.Place, m bot.Message, key string) (bot.Ref, error) {
	p.s.hear("posted", at, m)
	return p.Platform.Post(ctx, at, m, key)
}

func (p tapped) Edit(ctx context.Context, at bot.Ref, m bot.Message) error {
	p.s.hear("edited", at.Place, m)
	return p.Platform.Edit(ctx, at, m)
}

func (s *tap) hear(how string, at bot.Place, m bot.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls == nil {
		s.calls = map[string][]heard{}
	}
	notify, _ := json.Marshal(m.Notify)
	s.calls[at.ID] = append(s.calls[at.ID], heard{time.Now(), fmt.Sprintf("%s about %s, notifies %s\n%s", how, m.About, notify, saying(m))})
}

// heard is what has reached an outsider directly, or a channel that one reads.
func (w *world) heard() map[string][]heard {
	w.tap.mu.Lock()
	defer w.tap.mu.Unlock()
	out := map[string][]heard{}
	for place, calls := range w.tap.calls {
		if slices.Contains(insiders, place) {
			continue
		}
		for _, c := range calls {
			out[place] = append(out[place], heard{c.at, w.masked(c.text)})
		}
	}
	return out
}

func compare(deeds []deed, with, without everything) (differs []string) {
	anybody := anybody()
	n := 0
	for _, d := range deeds {
		if d.stage || d.pass != 0 {
			continue
		}
		a, b := anybody(with.answers[n]), anybody(without.answers[n])
		n++
		if a != b {
			differs = append(differs, fmt.Sprintf("%+v is answered\n%s\nand without the hidden case\n%s", d, a, b))
		}
	}
	places := map[string]bool{}
	for p := range with.heard {
		places[p] = true
	}
	for p := range without.heard {
		places[p] = true
	}
	for p := range places {
		a, b := with.heard[p], without.heard[p]
		for i := range max(len(a), len(b)) {
			var x, y heard
			if i < len(a) {
				x = a[i]
			}
			if i < len(b) {
				y = b[i]
			}
			if x.text != y.text || x.at.Sub(y.at).Abs() > 2*time.Second {
				differs = append(differs, fmt.Sprintf("message %d to %s is, at %s\n%s\nand without the hidden case, at %s\n%s", i, p, x.at, x.text, y.at, y.text))
				break
			}
		}
	}
	return differs
}

// anybody takes out of a refusal who it names: whoever it is that can't take
// something on.
func anybody() func(string) string {
	var names []string
	for _, p := range staff() {
		names = append(names, p.Name+" "+notTaken, "(somebody) "+notTaken)
	}
	return strings.NewReplacer(names...).Replace
}
