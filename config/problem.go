package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxProblems keeps the answer to a file that is no configuration at all
// short enough to read.
const maxProblems = 20

// position is a place in the file; both count from 1, columns in characters.
type position struct{ line, column int }

// problem is one line of the answer.
type problem struct {
	file string
	pos  position
	text string
}

// Error is the line that people read; editors and CI systems understand its
// beginning.
func (p problem) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", p.file, p.pos.line, p.pos.column, p.text)
}

// problems collects what is wrong with one file.
type problems struct {
	file string
	list []problem
}

func (p *problems) add(pos position, format string, args ...any) {
	text := strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")
	p.list = append(p.list, problem{p.file, pos, text})
}

func (p *problems) err() error {
	slices.SortStableFunc(p.list, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.pos.line, b.pos.line), cmp.Compare(a.pos.column, b.pos.column))
	})
	var errs []error
	for i, one := range p.list {
		if i == maxProblems {
			errs = append(errs, problem{p.file, one.pos, fmt.Sprintf("and %d more problems from here on", len(p.list)-i)})
			break
		}
		errs = append(errs, one)
	}
	return errors.Join(errs...)
}
