package exec

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"offboard/config"
)

// shortest is how long a secret must be to be told apart from other text.
const shortest = 6

// forms are the texts in which a program may write its secrets: as they are, a
// line of them (a private key), or as part of an address or of JSON. The longest
// come first, so that no rest of one is left.
func forms(secrets map[string]config.Secret) []string {
	var out []string
	for _, s := range secrets {
		for _, text := range append([]string{s.Value()}, strings.FieldsFunc(s.Value(), func(r rune) bool { return r == '\n' || r == '\r' })...) {
			if len(text) < shortest {
				continue
			}
			quoted, _ := json.Marshal(text) // text always has a JSON form
			out = append(out, text, url.QueryEscape(text), url.PathEscape(text), strings.Trim(string(quoted), `"`))
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(out)
}

// redact takes the secrets out of text.
func (c *Client) redact(text string) string {
	for _, s := range c.secrets {
		text = strings.ReplaceAll(text, s, "<redacted>")
	}
	return text
}
