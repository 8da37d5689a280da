package batch

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// How a table is written: spreadsheets save it in several ways, and say in none of
// them which.

// decoded is a text as UTF-8 without a mark at its beginning; wrong says where it
// can't be read.
func decoded(text []byte) (_ []byte, wrong *Problem) {
	switch {
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}): // "Unicode Text" of a spreadsheet
		return utf16Text(text[2:], binary.LittleEndian)
	case bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		return utf16Text(text[2:], binary.BigEndian)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	for no, line := range bytes.Split(text, []byte("\n")) {
		if !utf8.Valid(line) || bytes.IndexByte(line, 0) >= 0 {
			return nil, &Problem{no + 1, "", "this line is not UTF-8; in the spreadsheet choose \"Save as\" and \"CSV UTF-8\""}
		}
	}
	return text, nil
}

func utf16Text(text []byte, order binary.ByteOrder) ([]byte, *Problem) {
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = order.Uint16(text[2*i:])
	}
	out := string(utf16.Decode(units))
	if i := strings.IndexAny(out, "\x00\ufffd"); i >= 0 || len(text)%2 != 0 {
		return nil, &Problem{1 + strings.Count(out[:max(i, 0)], "\n"), "", "the list is damaged: it says that it is UTF-16, and is not; in the spreadsheet choose \"Save as\" and \"CSV UTF-8\""}
	}
	return []byte(out), nil
}

// separator is what stands between the values of a table: whatever makes most
// columns known of its header. Where the comma separates decimals (in German,
// French and many others) spreadsheets write semicolons.
func separator(text []byte) rune {
	best, most := ',', 0
	for line := range strings.SplitSeq(string(text[:min(len(text), 4096)]), "\n") {
		if hint, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(line)), "sep="); ok && len(hint) == 1 {
			return rune(hint[0])
		}
		for _, sep := range []rune{',', ';', '\t'} {
			known := 0
			for name := range strings.SplitSeq(line, string(sep)) {
				if aliases[folded.Replace(strings.ToLower(strings.Trim(name, " \t\r\"")))] != "" {
					known++
				}
			}
			// Where none is known the one that separates anything is meant: the
			// columns are then named one by one.
			if n := known*1000 + strings.Count(line, string(sep)); n > most {
				best, most = sep, n
			}
		}
		if strings.TrimSpace(line) != "" {
			break // the header
		}
	}
	return best
}

const likeDay = "write the day like 2026-11-30"

// aDate says what is wrong with a day that is not written like 2026-11-30, and where it
// can be told how to write it. Nobody guesses: 3/12 is a day in spring or in winter.
func aDate(text string) string {
	for _, sep := range []string{"/", ".", "-"} {
		var n []int
		for part := range strings.SplitSeq(text, sep) {
			if v, err := strconv.Atoi(part); err == nil && len(part) <= 4 {
				n = append(n, v)
			}
		}
		if len(n) != 3 || strings.Count(text, sep) != 2 {
			continue
		}
		first := isoDay(n[2], n[1], n[0]) // the day first
		other := isoDay(n[2], n[0], n[1])
		asWritten := isoDay(n[0], n[1], n[2])
		switch {
		case asWritten != "":
			return fmt.Sprintf("write %s as %s", text, asWritten)
		case first != "" && other != "" && first != other && sep != ".":
			return fmt.Sprintf("%s can be read as %s or as %s; write the one that is meant", text, first, other)
		case first != "":
			return fmt.Sprintf("write %s as %s: with the day first it could be mistaken for another day", text, first)
		case other != "":
			return fmt.Sprintf("write %s as %s: with the month first it could be mistaken for another day", text, other)
		case n[0] < 1000 && n[2] < 1000:
			return likeDay + ", with the year in four digits"
		}
		return fmt.Sprintf("there is no day %s; %s", text, likeDay)
	}
	return likeDay
}

// isoDay writes a day; empty if there is none such.
func isoDay(year, month, day int) string {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if year < 1000 || t.Year() != year || int(t.Month()) != month || t.Day() != day {
		return ""
	}
	return t.Format(time.DateOnly)
}
