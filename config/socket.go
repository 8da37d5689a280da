package config

import "github.com/goccy/go-yaml/ast"

func socketBeside(database string) string { return database + ".sock" }

// SocketOf reads from the file at path only where the control socket is. It
// needs no secret: whoever speaks to a server that runs has its environment
// seldom at hand.
func SocketOf(path string) (string, error) {
	data, err := read(path)
	if err != nil {
		return "", err
	}
	root, err := parseYAML(path, data)
	if err != nil {
		return "", err
	}
	database, socket := top(root, "database"), top(root, "socket")
	if socket == "" && database != "" {
		socket = socketBeside(database)
	}
	return socket, nil
}

// top is the text of a key at the top of the file; empty if there is none.
func top(root ast.Node, key string) string {
	m, ok := root.(ast.MapNode)
	if !ok {
		return ""
	}
	for it := m.MapRange(); it.Next(); {
		if it.Key().GetToken().Value != key {
			continue
		}
		if text, err := textOf(it.Value()); err == nil {
			return text
		}
	}
	return ""
}
