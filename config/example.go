package config

import (
	"bytes"
	_ "embed"
)

//go:embed example.yaml
var example []byte

// Example is the commented example, which explains every key once. The caller
// owns the result.
func Example() []byte { return bytes.Clone(example) }
