package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Secret is a value that is never printed: String, GoString and the marshalers
// give "<redacted>". In the file it is written as "${NAME}" (an environment
// variable), "file:/path" (the content of a file, without the newline at its end)
// or "credential:NAME" (such a file in the folder that CREDENTIALS_DIRECTORY names,
// as systemd sets it for LoadCredential=); a literal secret in the file is an error.
//
// The value is behind a pointer because fmt ignores methods on unexported
// fields: it prints the address instead of the secret there.
type Secret struct{ value *string }

// NewSecret wraps a value that was made in memory, as the demo and tests do.
func NewSecret(value string) Secret { return Secret{&value} }

// Value is the secret itself.
func (s Secret) Value() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// String hides the secret.
func (Secret) String() string { return "<redacted>" }

// Format hides the secret from every verb; without it %d would show it.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "<redacted>") }

// MarshalText hides the secret from every encoder.
func (Secret) MarshalText() ([]byte, error) { return []byte("<redacted>"), nil }

// UnmarshalText reads the reference text and resolves it at once, so that a
// missing variable or file is reported with its place in the configuration.
func (s *Secret) UnmarshalText(text []byte) error {
	var reference Secret
	if err := reference.refer(text); err != nil {
		return err
	}
	*s = Secret{}
	ref := reference.Value()
	file, isFile := strings.CutPrefix(ref, "file:")
	if name, isCredential := strings.CutPrefix(ref, "credential:"); isCredential {
		dir := os.Getenv("CREDENTIALS_DIRECTORY")
		if dir == "" {
			return fmt.Errorf("the credential %s: CREDENTIALS_DIRECTORY is not set; systemd sets it for LoadCredential=%s:FILE, and for a command of your own set it to the folder with the secrets", name, name)
		}
		file, isFile = filepath.Join(dir, name), true
	}
	switch {
	case variable.MatchString(ref):
		name := ref[2 : len(ref)-1]
		v := os.Getenv(name)
		if v == "" {
			return fmt.Errorf("the environment variable %s is not set; set it for the bot", name)
		}
		*s = NewSecret(v)
	case isFile:
		b, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("read the secret: %w", err)
		}
		v := strings.TrimRight(string(b), "\r\n")
		if v == "" {
			return fmt.Errorf("the file %s is empty; write the secret into it", file)
		}
		*s = NewSecret(v)
	}
	return nil
}

// refer reads the reference and does not resolve it: Value is the reference then.
func (s *Secret) refer(text []byte) error {
	ref := string(text)
	switch {
	case ref == "":
		*s = Secret{}
	case variable.MatchString(ref), strings.HasPrefix(ref, "file:"), credential.MatchString(ref):
		*s = NewSecret(ref)
	default:
		return errors.New("a secret is not written into this file: use ${NAME}, in capitals, for an environment variable, file:/path for a file, or credential:NAME for one of systemd's")
	}
	return nil
}

// variable is strict so that a literal secret that happens to begin like a
// reference is not repeated in an error.
var variable = regexp.MustCompile(`^\$\{[A-Z_][A-Z0-9_]*\}$`)

// credential names a file, and no way to another folder.
var credential = regexp.MustCompile(`^credential:[A-Za-z0-9][A-Za-z0-9._-]*$`)
