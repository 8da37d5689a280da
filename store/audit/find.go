package audit

import (
	"regexp"
	"strings"

	"offboard/store"
)

// signature is a line of a signed note (C2SP signed-note): a dash, the name of a
// key, and base64. Programs that people paste through make other dashes of it, and
// break the line before the base64 or, by force, within it; then its padding says
// where it ends.
const signature = `(?:—|–|--?|\\u2014)\s*\S+\s+(?:[A-Za-z0-9+/]+={1,2}|[A-Za-z0-9+/]+(?:[ \t]*\n[ \t]*[A-Za-z0-9+/]+){1,8}={1,2}|[A-Za-z0-9+/]+)`

// written is a checkpoint as it comes out of a chat, a mail, a line of syslog or
// JSON: what separates its lines may be quoted, escaped or a single space.
var written = regexp.MustCompile(regexp.QuoteMeta(store.Origin) + `\s+([0-9]{1,19})\s+([A-Za-z0-9+/]{43}=)\s+((?:` + signature + `\s*)+)`)

// unquoted takes away what chats and collectors put in place of the end of a line.
var unquoted = strings.NewReplacer("\r", "", "#012", "\n", `\n`, "\n", `\u2014`, "—", `\u003d`, "=", `\u002b`, "+", "`", " ", "\u00a0", " ")

// quotes are what mails put before a line that they quote, once for each answer.
var quotes = regexp.MustCompile(`(?m)^[ \t]*(?:[>|][ \t]*)+`)

// printable is what a mail looks like in the file that it is saved to, where it is
// quoted-printable (RFC 2045, 6.7): our own dash makes it that.
var printable = strings.NewReplacer("=\n", "", "=3D", "=", "=E2=80=94", "—", "=20", " ")

var one = regexp.MustCompile(signature)

// shortest is how many characters of base64 are taken for a signature, which has
// 92 and more: the dashes at the end of a mail (RFC 3676, 4.3) and two words after
// them look like one.
const shortest = 24

// Find returns the checkpoints in a text, each once and as it was signed: in a
// pasted message, a mail, a file that has one after the other. Whether they are
// true is not looked at.
func Find(text string) []string {
	var out []string
	seen := map[string]bool{}
	text = quotes.ReplaceAllString(unquoted.Replace(text), "")
	matches := written.FindAllStringSubmatch(text, -1)
	if strings.Contains(text, "=E2=80=94") {
		matches = append(matches, written.FindAllStringSubmatch(printable.Replace(text), -1)...)
	}
	for _, m := range matches {
		text := store.Origin + "\n" + m[1] + "\n" + m[2] + "\n\n"
		note := text
		for _, s := range one.FindAllString(m[3], -1) {
			parts := strings.Fields(strings.TrimLeft(s, "—–-"))
			if len(parts) < 2 {
				continue
			}
			if sig := strings.Join(parts[1:], ""); len(sig) >= shortest {
				note += "— " + parts[0] + " " + sig + "\n"
			}
		}
		if note != text && !seen[note] {
			seen[note] = true
			out = append(out, note)
		}
	}
	return out
}

// Line is a checkpoint in one line, for places that keep lines. Find reads it.
func Line(checkpoint string) string { return strings.Join(strings.Fields(checkpoint), " ") }
