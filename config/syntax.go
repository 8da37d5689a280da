package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// What a configuration never needs is refused before the parser sees it. Its
// time grows with the square of the keys in one mapping, and its memory with
// the square of the depth.
const (
	maxSize   = 256 << 10
	maxTokens = 20_000
	maxDepth  = 20
)

// parseYAML gives the tree of the one document in data, nil never.
func parseYAML(name string, data []byte) (ast.Node, error) {
	found := &problems{file: name}
	// Editors on Windows add a mark and two characters a line end; neither
	// moves a line or a column that people see.
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	if checkBytes(found, data); found.list != nil {
		return nil, found.err()
	}
	tokens := lexer.Tokenize(string(data))
	if checkTokens(found, tokens); found.list != nil {
		return nil, found.err()
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		// The text of err quotes lines of the file, and these may hold what
		// somebody wrongly wrote there.
		pos, text := position{1, 1}, "it cannot be read"
		if bad, ok := errors.AsType[yaml.Error](err); ok {
			pos = positionOf(bad.GetToken())
			// Some messages end in what was written.
			text, _, _ = strings.Cut(bad.GetMessage(), ": \"")
		}
		found.add(pos, "not valid YAML: %s; look at the colons, the quotes and the indentation here", text)
		return nil, found.err()
	}
	for _, doc := range file.Docs {
		if doc.Body != nil {
			return doc.Body, nil
		}
	}
	found.add(position{1, 1}, "%s", emptyFile)
	return nil, found.err()
}

const emptyFile = "the file is empty; start from the example: config/example.yaml"

// checkBytes refuses what is not text, and tabs where YAML has none.
func checkBytes(found *problems, data []byte) {
	if len(data) > maxSize {
		found.add(position{1, 1}, "the file is larger than %d KiB, which no configuration is; is it the right file?", maxSize>>10)
		return
	}
	empty := true
	for i, line := range strings.Split(string(data), "\n") {
		if at := badCharacter(line); at >= 0 {
			pos := position{i + 1, utf8.RuneCountInString(line[:at]) + 1}
			if r, size := utf8.DecodeRuneInString(line[at:]); r == utf8.RuneError && size == 1 {
				found.add(pos, "the file is not UTF-8 text; save it as UTF-8")
			} else {
				found.add(pos, "the control character U+%04X cannot stand in this file; remove it", r)
			}
			return
		}
		text := strings.TrimLeft(line, " \t")
		if text == "" || text[0] == '#' {
			continue
		}
		empty = false
		if tab := strings.IndexByte(line[:len(line)-len(text)], '\t'); tab >= 0 {
			found.add(position{i + 1, tab + 1}, "a tab in the indentation; use spaces")
		}
	}
	if empty {
		found.add(position{1, 1}, "%s", emptyFile)
	}
}

// badCharacter is the index of the first byte that is no text, or -1.
func badCharacter(line string) int {
	for i, r := range line {
		if r < ' ' && r != '\t' || r == 0x7f {
			return i
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(line[i:]); size == 1 {
				return i
			}
		}
	}
	return -1
}

// refused are the parts of YAML that let a file mean something other than it
// seems to, or expand without end.
var refused = map[token.Type]string{
	token.AnchorType:      "& begins a YAML anchor",
	token.AliasType:       "* begins a YAML alias",
	token.TagType:         "! begins a YAML tag",
	token.MergeKeyType:    "<< merges another mapping",
	token.MappingKeyType:  "? begins a complex key",
	token.DirectiveType:   "% begins a YAML directive",
	token.DocumentEndType: "... ends the document",
}

// brackets is how each of them changes the depth.
var brackets = map[token.Type]int{
	token.SequenceStartType: 1, token.SequenceEndType: -1,
	token.MappingStartType: 1, token.MappingEndType: -1,
}

// checkTokens refuses the YAML that is not used here, and depth and length
// that only an attack has.
func checkTokens(found *problems, tokens token.Tokens) {
	depth, dashes, line, written := 0, 0, 0, 0
	var last *token.Token
	for _, tk := range tokens {
		if tk.Type == token.CommentType {
			continue
		}
		if written++; written > maxTokens {
			found.add(positionOf(tk), "the file has more than %d words and signs, which no configuration has; is it the right file?", maxTokens)
			return
		}
		pos := positionOf(tk)
		if pos.line != line {
			dashes, line = 0, pos.line
		}
		if tk.Type == token.DocumentHeaderType && last != nil {
			found.add(pos, "a second document begins here; write everything into one")
			return
		}
		depth += brackets[tk.Type]
		if tk.Type == token.SequenceEntryType {
			dashes++
		}
		if depth+dashes > maxDepth {
			found.add(pos, "more than %d brackets or dashes inside each other; write this on several lines", maxDepth)
			return
		}
		if why, ok := refused[tk.Type]; ok {
			found.add(pos, "%s, which is not used here; write the value out, or put text in quotes", why)
		}
		if tk.Type == token.MappingStartType && last != nil && last.Type == token.StringType && strings.HasSuffix(last.Value, "$") {
			found.add(positionOf(last), `inside { } and [ ] a variable needs quotes: "${NAME}"`)
			return
		}
		last = tk
	}
}

func positionOf(tk *token.Token) position {
	if tk == nil || tk.Position == nil {
		return position{1, 1}
	}
	return position{max(tk.Position.Line, 1), max(tk.Position.Column, 1)}
}

// textOf is what a scalar says. A number is read as it was typed, so that ids
// of many digits stay whole.
func textOf(n ast.Node) (string, error) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, nil
	default:
		return "", fmt.Errorf("text is needed here, not %s", describe(n))
	}
}
