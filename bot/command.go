package bot

import "strings"

// Command splits what was typed after the slash command into the verb and the
// rest, so that every platform reads a typed line alike. A phone writes
// "Start" where "start" is meant, so the verb comes back in lower case.
func Command(text string) (verb, rest string) {
	verb, rest, _ = strings.Cut(strings.TrimSpace(text), " ")
	return strings.ToLower(verb), strings.TrimSpace(rest)
}
