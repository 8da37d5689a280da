package audit

import (
	"regexp"
	"strings"

	"offboard/store"
)

// signature is a line of a signed note (C2SP signed-note): a dash, the name of a
// key, and base64. Programs that people paste through make other dashes of it.
const signature = `(?:—|–|--?|\\u2014)[ \t]*\S+[ \t]+[A-Za-z0-9+/]+={0,2}`

// written is a checkpoint as it comes out of a chat, a mail, a line of syslog or
// JSON: what separates its lines may be quoted, escaped or a single space.
var written = regexp.MustCompile(regexp.QuoteMeta(store.Origin) + `\s+([0-9]{1,19})\s+([A-Za-z0-9+/]{43}=)\s+((?:` + signature + `\s*)+)`)

// unquoted takes away what chats, mails and collectors put before or in place of
// the end of a line.
var unquoted = strings.NewReplacer("\r", "", "\n>", "\n", "#012", "\n", `\n`, "\n", `\u2014`, "—", `\u003d`, "=", `\u002b`, "+", "`", " ", "\u00a0", " ")

var one = regexp.MustCompile(signature)

// Find returns the checkpoints in a text, each once and as it was signed: in a
// pasted message, a mail, a file that has one after the other. Whether they are
// true is not looked at.
func Find(text string) []string {
	var out []string
	seen := map[string]bool{}
	for _, m := range written.FindAllStringSubmatch(unquoted.Replace(text), -1) {
		note := store.Origin + "\n" + m[1] + "\n" + m[2] + "\n\n"
		for _, s := range one.FindAllString(m[3], -1) {
			parts := strings.Fields(strings.TrimLeft(s, "—–-"))
			if len(parts) == 2 {
				note += "— " + parts[0] + " " + parts[1] + "\n"
			}
		}
		if !seen[note] {
			seen[note] = true
			out = append(out, note)
		}
	}
	return out
}

// Line is a checkpoint in one line, for places that keep lines. Find reads it.
func Line(checkpoint string) string { return strings.Join(strings.Fields(checkpoint), " ") }
