package bot

import (
	"context"
	"errors"
	"fmt"
	"regexp"
)

// A Courier is a platform that can hand a file to one person.
type Courier interface {
	// Hand sends a file to somebody in their direct messages with the bot, and
	// nowhere else: who reads a channel can change. It is tried once. After an
	// error the file may be there all the same, where the answer was lost.
	Hand(ctx context.Context, to Place, f File) error
}

// File is something that is handed to one person.
type File struct {
	Name  string // "OFF-42.zip"; letters, digits, dots, dashes and underscores
	Title string // what it is, in one line of at most MaxHeading characters
	Body  []byte // at most MaxFile
}

// MaxFile is how large a file may be, in bytes: below the 10 MiB that Discord
// takes from a bot on a server without boosts (reference, Uploading Files).
const MaxFile = 8 << 20

var fileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$`)

// ErrLarge says that a file is larger than MaxFile.
var ErrLarge = fmt.Errorf("the file is larger than %d MiB", MaxFile>>20)

// Check reports why some platform would not take the file, or nil. Couriers
// call it before they send.
func (f File) Check(to Place) error {
	var c checker
	c.line("title", f.Title, MaxHeading)
	if !fileName.MatchString(f.Name) || len(f.Name) > MaxOption {
		c.add("%q is no name for a file", f.Name)
	}
	if len(f.Body) == 0 {
		c.add("the file is empty")
	}
	if len(f.Body) > MaxFile {
		c.errs = append(c.errs, ErrLarge)
	}
	if to.Kind != Direct || to.ID == "" {
		c.add("a file goes to one person, in direct messages, and not to a %s", to.Kind)
	}
	return errors.Join(c.errs...)
}
