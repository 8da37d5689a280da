package discordtest

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	heading   = regexp.MustCompile(`^(?:#{1,3}|-#)[ \t]+(\S.*)$`)
	bullet    = regexp.MustCompile(`^([ \t]*)[-*][ \t]+(\S.*)$`)
	ordered   = regexp.MustCompile(`^([ \t]*)(\d{1,9})\.[ \t]+(\S.*)$`)
	language  = regexp.MustCompile(`^[\w+\-.#]*\n`)
	bareURL   = regexp.MustCompile(`^https?://[^\s<>]+[^\s<>.,:;"')\]]`)
	maskedURL = regexp.MustCompile(`^\(\s*<?(https?://[^\s<>)]+)>?(?:\s+["'][^"']*["'])?\s*\)`)
	emojiName = regexp.MustCompile(`^:[a-z][a-z0-9_+-]*:(?::skin-tone-[1-5]:)?`)
)

// markdown draws Discord's markdown: first what whole lines can be, around
// blocks of code, which are literal.
func (p pen) markdown(s string) string {
	var out strings.Builder
	s = strings.TrimSpace(s)
	for {
		from := fence(s, 0)
		if from < 0 {
			break
		}
		to := strings.Index(s[from+3:], "```")
		if to < 0 {
			break
		}
		out.WriteString(p.lines(s[:from]))
		code := s[from+3 : from+3+to]
		if at := language.FindStringIndex(code); at != nil && len(code) > at[1] {
			code = code[at[1]:]
		}
		out.WriteString(strings.TrimSuffix(code, "\n"))
		s = s[from+3+to+3:]
	}
	out.WriteString(p.lines(s))
	return out.String()
}

// fence is where a block of code begins, if its marks are not escaped.
func fence(s string, from int) int {
	at := strings.Index(s[from:], "```")
	switch {
	case at < 0:
		return -1
	case escaped(s, from+at):
		return fence(s, from+at+1)
	}
	return from + at
}

func escaped(s string, at int) bool {
	n := 0
	for at-n > 0 && s[at-n-1] == '\\' {
		n++
	}
	return n%2 == 1
}

// lines draws headings, small print, quotes and lists, and what is in them.
func (p pen) lines(s string) string {
	var plain []string
	list := strings.Split(s, "\n")
	for n := 0; n < len(list); n++ {
		line := list[n]
		switch {
		case strings.HasPrefix(line, ">>> "):
			rest := strings.Join(list[n:], "\n")[4:]
			return strings.Join(append(plain, quoted(p.lines(rest))), "\n")
		case strings.HasPrefix(line, "> "):
			plain = append(plain, quoted(p.lines(line[2:])))
		default:
			plain = append(plain, p.line(line))
		}
	}
	return strings.Join(plain, "\n")
}

func quoted(s string) string { return "▎ " + strings.ReplaceAll(s, "\n", "\n▎ ") }

func (p pen) line(line string) string {
	if found := heading.FindStringSubmatch(line); found != nil {
		return p.inline(found[1])
	}
	if found := bullet.FindStringSubmatch(line); found != nil {
		return found[1] + "• " + p.inline(found[2])
	}
	if found := ordered.FindStringSubmatch(line); found != nil {
		n, _ := strconv.Atoi(found[2]) // nine digits at most
		return found[1] + strconv.Itoa(n) + ". " + p.inline(found[3])
	}
	return p.inline(line)
}

// inline draws what stands within a line.
func (p pen) inline(s string) string {
	var out strings.Builder
	for s != "" {
		drawn, n := p.next(s)
		if n == 0 {
			drawn, n = s[:1], 1
		}
		out.WriteString(drawn)
		s = s[n:]
	}
	return out.String()
}

// next draws the markup at the beginning of s, and says how long it is: 0 if
// there is none.
func (p pen) next(s string) (drawn string, n int) {
	switch c := s[0]; c {
	case '\\':
		if len(s) > 1 && strings.ContainsRune("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", rune(s[1])) {
			return s[1:2], 2
		}
	case '`':
		return code(s)
	case '<':
		return p.special(s)
	case '[':
		return p.masked(s)
	case ':':
		if found := emojiName.FindString(s); found != "" {
			return "☺", len(found)
		}
	case 'h':
		if found := bareURL.FindString(s); found != "" {
			return found, len(found)
		}
	case '*', '_', '~', '|':
		return p.styled(s)
	}
	return "", 0
}

// code is text between backticks: it is literal.
func code(s string) (string, int) {
	run := len(s) - len(strings.TrimLeft(s, "`"))
	mark := s[:run]
	for from := run; from < len(s); {
		at := strings.Index(s[from:], mark)
		if at < 0 {
			break
		}
		end := from + at
		after := end + run
		if after == len(s) || s[after] != '`' {
			return strings.TrimSpace(s[run:end]), after
		}
		for after < len(s) && s[after] == '`' {
			after++
		}
		from = after
	}
	return mark, run
}

// masked is a link with a text of its own: its address is not seen.
func (p pen) masked(s string) (string, int) {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '[':
			depth++
		case ']':
			if depth--; depth > 0 {
				continue
			}
			found := maskedURL.FindString(s[i+1:])
			if found == "" || strings.TrimSpace(s[1:i]) == "" {
				return "", 0
			}
			return p.inline(s[1:i]), i + 1 + len(found)
		}
	}
	return "", 0
}

// styled draws bold, italic, underlined and struck text without its marks, and
// spoilers as what they hide.
func (p pen) styled(s string) (string, int) {
	for _, mark := range []string{"**", "__", "~~", "||", "*", "_"} {
		if !strings.HasPrefix(s, mark) {
			continue
		}
		end := closing(s, mark)
		if end < 0 {
			continue
		}
		if mark == "||" {
			return "█████", end + 2
		}
		return p.inline(s[len(mark):end]), end + len(mark)
	}
	return "", 0
}

// closing is where the same mark ends styled text, or -1.
func closing(s, mark string) int {
	single := len(mark) == 1
	if single && (len(s) < 2 || mark == "*" && strings.ContainsRune(" \t\n", rune(s[1]))) {
		return -1
	}
	for i := len(mark) + 1; i <= len(s)-len(mark); i++ {
		switch {
		case s[i-1] == '\\' && escaped(s, i):
			continue
		case !strings.HasPrefix(s[i:], mark):
			continue
		case single && strings.HasPrefix(s[i:], mark+mark):
			i++ // the marks of something within
			continue
		}
		after := byte(' ')
		if i+len(mark) < len(s) {
			after = s[i+len(mark)]
		}
		switch {
		case mark == "_" && (after == '_' || wordy(after)), mark == "*" && strings.ContainsRune(" \t\n", rune(s[i-1])):
			continue
		case !single && after == mark[0] && mark != "||" && mark != "~~":
			continue
		}
		return i
	}
	return -1
}

func wordy(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80
}
