package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"offboard/config"
	"offboard/store"
)

// The signing command may take so long, and its output is read so far. The chat
// waits for a checkpoint at the end of a case.
const (
	signWithin = 10 * time.Second
	mostSigned = 4 << 10
)

// signers are the keys of a configuration that live elsewhere.
func signers(cfg *config.Config) []store.SigningKey {
	var out []store.SigningKey
	for _, s := range cfg.Checkpoints.Signers {
		k := store.SigningKey{Verifier: s.Verifier}
		if !s.Lost {
			k.Sign = func(text []byte) ([]byte, error) { return sign(s.Command, text) }
		}
		out = append(out, k)
	}
	return out
}

// sign runs a program without a shell and without this program's environment,
// which holds secrets. The store verifies what comes out of it.
func sign(command []string, text []byte) ([]byte, error) {
	const dir = "/"
	if err := config.TrustProgram(dir, command); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), signWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // the configuration names it
	var out, said limited
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(text), &out, &said
	cmd.Env, cmd.Dir = []string{"PATH=/usr/local/bin:/usr/bin:/bin"}, dir
	cmd.WaitDelay = time.Second // for a child that keeps the output open
	if err := cmd.Run(); err != nil {
		switch {
		case out.over:
			err = errTooMuch // and was ended by that, in one way or another
		case ctx.Err() != nil:
			err = fmt.Errorf("it took longer than %s", signWithin)
		}
		return nil, fmt.Errorf("%s: %w%s", command[0], err, said.words())
	}
	if out.b.Len() == ed25519.SignatureSize {
		return out.b.Bytes(), nil
	}
	sig, err := base64.StdEncoding.DecodeString(strings.TrimSpace(out.b.String()))
	if err != nil || len(sig) != ed25519.SignatureSize {
		return nil, fmt.Errorf("%s wrote %d bytes, which are neither a signature of 64 bytes nor its base64%s", command[0], out.b.Len(), said.words())
	}
	return sig, nil
}

// limited keeps what a program writes, and ends one that writes too much.
type limited struct {
	b    bytes.Buffer
	over bool
}

var errTooMuch = errors.New("it wrote too much")

func (l *limited) Write(p []byte) (int, error) {
	if l.b.Len()+len(p) > mostSigned {
		l.over = true
		return 0, errTooMuch
	}
	return l.b.Write(p)
}

func (l *limited) words() string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(l.b.String(), "?")), " ")
	if text == "" {
		return ""
	}
	return "; it wrote: " + text[:min(len(text), 200)]
}
