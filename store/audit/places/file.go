package places

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// File appends checkpoints to a file that the bot can only append to: chattr +a,
// a mount that keeps versions, a share of another machine.
func File(path string) Place {
	return Place{Name: "file", Put: func(_ context.Context, c Checkpoint) error {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
		if err != nil {
			return fmt.Errorf("append the checkpoint: %w", err)
		}
		text := c.Text + "\n" // a blank line between two
		_, err = io.WriteString(f, text)
		if err == nil {
			err = f.Sync()
		}
		if err = errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("append the checkpoint to %s: %w", path, err)
		}
		return ends(path, text)
	}}
}

// ends reads back what was appended, unless the bot may not read there.
func ends(path, text string) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrPermission) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the checkpoint back: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	b := make([]byte, len(text))
	if info, err := f.Stat(); err != nil || info.Size() < int64(len(b)) {
		return unproven("%s is too short", path)
	} else if _, err := f.ReadAt(b, info.Size()-int64(len(b))); err != nil {
		return fmt.Errorf("read the checkpoint back: %w", err)
	}
	if string(b) != text {
		return unproven("%s ends with something else", path)
	}
	return nil
}
