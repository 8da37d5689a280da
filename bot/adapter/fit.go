package adapter

import (
	"fmt"
	"sort"

	"offboard/bot"
)

// Fit is how much room the texts of a message get: characters, but for rows.
type Fit struct {
	Rows   int // of a checklist
	Facts  int // of a part
	Detail int // of a row
	Text   int // of a paragraph, a fact, a row
	Option int // of an option's label; its hint goes first
}

// Roomy is the Fit that is tried first, with at most so many rows in a checklist.
func Roomy(rows int) Fit {
	return Fit{Rows: rows, Facts: rows, Detail: 400, Text: 3000, Option: bot.MaxOption}
}

// fits are tried one after the other until the message fits: first fewer rows,
// then shorter details; the rest is for messages that this program does not
// write, so that even those are shown.
func fits(rows int) []Fit {
	f := Roomy(rows)
	out := []Fit{f}
	try := func(change func(*Fit)) {
		change(&f)
		out = append(out, f)
	}
	for rows := rows - 1; rows >= 8; rows-- {
		try(func(f *Fit) { f.Rows = rows })
	}
	for _, detail := range []int{200, 100, 60} {
		try(func(f *Fit) { f.Detail = detail })
	}
	for rows := 7; rows >= 2; rows-- {
		try(func(f *Fit) { f.Rows = rows })
	}
	for _, text := range []int{1000, 500, 250, 120, 60} {
		try(func(f *Fit) { f.Text, f.Facts = text, min(f.Facts, text/10) })
	}
	try(func(f *Fit) { f.Rows, f.Detail = 1, 0 })
	for _, n := range []int{60, 30, 10} {
		try(func(f *Fit) { f.Option = n })
	}
	return out
}

// Largest is the largest rendering of parts that fits: each Fit gives less room
// than the one before, and at the end parts are left out. try renders and reports
// whether the vendor, by its name for people, takes it. rows is how many of one
// checklist are shown at most: more is not read.
func Largest[T any](vendor string, rows int, parts []bot.Part, try func(parts []bot.Part, f Fit) (T, bool)) (out T) {
	list := fits(rows)
	n := sort.Search(len(list), func(i int) bool {
		r, ok := try(parts, list[i])
		if ok {
			out = r
		}
		return ok
	})
	if n < len(list) {
		return out
	}
	smallest := list[len(list)-1]
	return cut(vendor, parts, func(parts []bot.Part) (T, bool) { return try(parts, smallest) })
}

// cut leaves out what comes last, and says so: texts first, buttons only where
// they alone are too many. No message of this program comes here.
func cut[T any](vendor string, parts []bot.Part, try func(parts []bot.Part) (T, bool)) (out T) {
	for _, keep := range []func(bot.Part) bool{acts, func(bot.Part) bool { return false }} {
		fits := false
		low, high := 0, len(parts) // so many of the others stay
		for low <= high {
			n := (low + high) / 2
			if r, ok := try(without(vendor, parts, n, keep)); ok {
				out, fits, low = r, true, n+1
			} else {
				high = n - 1
			}
		}
		if fits {
			return out
		}
	}
	return out
}

// acts reports a part without which somebody could not act, or not know on
// what.
func acts(p bot.Part) bool {
	switch p.(type) {
	case bot.Buttons, bot.Menu, bot.Heading:
		return true
	}
	return false
}

// without leaves the first n parts and those to keep, and says how many are
// missing.
func without(vendor string, parts []bot.Part, n int, keep func(bot.Part) bool) []bot.Part {
	var out []bot.Part
	left := 0
	for _, p := range parts {
		switch {
		case keep(p):
			out = append(out, p)
		case n > 0:
			n--
			out = append(out, p)
		default:
			left++
		}
	}
	if left == 0 {
		return out
	}
	said := bot.Prose{Text: bot.T(fmt.Sprintf("%s has no room for all of this: %d parts are left out.", vendor, left))}
	return append([]bot.Part{said}, out...)
}

// Shorter are what a message is sent as, one after the other, while a vendor
// refuses it whatever its documented limits say: all of it, then its summary,
// its buttons and what to type (command) to read the rest, then without buttons.
func Shorter(vendor, command string, m bot.Message) []bot.Message {
	bare := bot.Message{Summary: m.Summary, Notify: m.Notify, About: m.About, Parts: []bot.Part{bot.Prose{Text: bot.T(m.Summary)}}}
	pressed := bare
	for _, p := range m.Parts {
		if b, ok := p.(bot.Buttons); ok {
			pressed.Parts = append(pressed.Parts, b)
		}
	}
	if m.About != "" {
		rest := bot.Fine{Text: bot.T(vendor + " does not show all of this message. Type /" + command + " status " + m.About + " to see it.")}
		bare.Parts, pressed.Parts = append(bare.Parts, rest), append(pressed.Parts, rest)
	}
	return []bot.Message{m, pressed, bare}
}
