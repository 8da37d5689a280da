package commands_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var times = regexp.MustCompile(`\{(\d+)\}`)

// fill writes {100} as a hundred characters.
func fill(s string) string {
	return times.ReplaceAllStringFunc(s, func(m string) string {
		n, _ := strconv.Atoi(m[1 : len(m)-1])
		return strings.Repeat("x", n)
	})
}

func shorten(s string) string {
	if len(s) > 200 {
		return strconv.Quote(s[:40]) + fmt.Sprintf("... (%d bytes)", len(s))
	}
	return strconv.QuoteToASCII(s)
}

var secrets = []struct {
	at   *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`(Or type: /offboard \w+ OFF-\d+) [0-9a-f]{8}`), "$1 (code)"},
	{regexp.MustCompile(`(batch BATCH-\d+ approve) [0-9a-f]{8}`), "$1 (code)"},
	{regexp.MustCompile(`(approved scope[ │|\n]+)[0-9a-f]+`), "${1}(hash)"},
	{regexp.MustCompile(`(?m)(│[ |]+)[A-Za-z0-9+/]{43}=$`), "$1(root hash)"},
	{regexp.MustCompile(`(?m)(│[ |]+)[A-Za-z0-9+/]{40,}\n.*│[ |]+[A-Za-z0-9+/]+=*$`), "$1(signature)"},
}

// mask takes out of a transcript what is random.
func mask(s string) string {
	for _, m := range secrets {
		s = m.at.ReplaceAllString(s, m.with)
	}
	return s
}
