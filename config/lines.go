package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// Lines are the values of the file, a line each with its path, in the order of
// the file: what two versions of it are compared by. They hold no secret: the
// file has only references to them, and what looks like one is hidden.
func (c *Config) Lines() []string { return slices.Clone(c.lines) }

// Sum is the SHA-256 of the file in hexadecimal, as sha256sum prints it.
func (c *Config) Sum() string {
	h := sha256.Sum256([]byte(c.text))
	return hex.EncodeToString(h[:])
}

// Text is the file as it was written, with references in the place of secrets.
func (c *Config) Text() string { return c.text }

// Difference is what changed from one version's lines to the other's: what is
// gone begins with "- " and what is new with "+ ", in the order of the files.
func Difference(before, after []string) []string {
	var out []string
	for _, l := range missing(before, after) {
		out = append(out, "- "+l)
	}
	for _, l := range missing(after, before) {
		out = append(out, "+ "+l)
	}
	return out
}

// lines walks through a file that was read without a problem.
func lines(n ast.Node, path string) []string {
	switch n := n.(type) {
	case ast.MapNode:
		var out []string
		for iter := n.MapRange(); iter.Next(); {
			key, err := textOf(iter.Key())
			if err == nil {
				out = append(out, lines(iter.Value(), join(path, key))...)
			}
		}
		return out
	case *ast.SequenceNode:
		var out []string
		taken := map[string]int{}
		for _, one := range n.Values {
			if !isMapping(one) {
				out = append(out, lines(one, path)...)
				continue
			}
			id := entryName(one)
			taken[id]++
			if n := taken[id]; n > 1 {
				id = fmt.Sprintf("%s #%d", id, n)
			}
			out = append(out, lines(one, path+"["+id+"]")...)
		}
		return out
	}
	text, err := textOf(n)
	if err != nil {
		return nil // nothing stands there
	}
	return []string{path + ": " + redact(path, text)}
}

// entryName is how an entry of a list is called, so that one that is put in
// front of it does not change its lines.
func entryName(n ast.Node) string {
	m, ok := n.(ast.MapNode)
	for _, key := range []string{"name", "id", "role"} {
		if !ok {
			break
		}
		for iter := m.MapRange(); iter.Next(); {
			if k, err := textOf(iter.Key()); err == nil && k == key {
				text, _ := textOf(iter.Value())
				return text
			}
		}
	}
	return ""
}

var (
	secretKey = regexp.MustCompile(`(?i)(secret|password|passphrase|token|credential|api_?key)[a-z_]*$`)
	userinfo  = regexp.MustCompile(`//[^/@\s]*@`)
)

// redact hides what could be a secret. Secret refuses a literal one, but a
// connector may read text that people wrote one into.
func redact(path, text string) string {
	if secretKey.MatchString(path) && !variable.MatchString(text) && !strings.HasPrefix(text, "file:") {
		return "(hidden)"
	}
	return userinfo.ReplaceAllString(text, "//(hidden)@")
}
