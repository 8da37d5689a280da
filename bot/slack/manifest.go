package slack

import (
	_ "embed" // the manifest
	"fmt"
	"regexp"
	"strings"
)

//go:embed manifest.yaml
var manifest string

// commandName is what Slack takes as a command (manifest schema: 2 to 32
// characters with the slash).
var commandName = regexp.MustCompile(`^[a-z0-9_-]{1,31}$`)

const mailScope = "      - users:read.email # the configuration trusts addresses (link.email)\n"

// Manifest is the app manifest, in YAML with a comment for every scope: for
// the slash command, without its slash, and with addresses where they say whose
// an account is.
func Manifest(command string, mail bool) (string, error) {
	if !commandName.MatchString(command) {
		return "", fmt.Errorf("%q cannot be a slash command: use up to 31 of a-z, 0-9, - and _", command)
	}
	out := strings.Replace(manifest, "/COMMAND", "/"+command, 1)
	if mail {
		const after = "      - users:read "
		before, rest, _ := strings.Cut(out, after)
		line, rest, _ := strings.Cut(rest, "\n")
		out = before + after + line + "\n" + mailScope + rest
	}
	return out, nil
}

var scopeLine = regexp.MustCompile(`(?m)^      - ([a-z:._]+) #`)

// scopes are those of the manifest.
func scopes(mail bool) []string {
	text, err := Manifest("offboard", mail)
	if err != nil {
		panic(err) // the name is fine
	}
	text, _, _ = strings.Cut(text, "settings:")
	var out []string
	for _, m := range scopeLine.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}
