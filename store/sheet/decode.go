package sheet

import (
	"bytes"
	"encoding/binary"
	"strings"
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
func (f Form) separator(text []byte) rune {
	best, most := ',', 0
	for line := range strings.SplitSeq(string(text[:min(len(text), 4096)]), "\n") {
		if hint, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(line)), "sep="); ok && len(hint) == 1 {
			return rune(hint[0])
		}
		for _, sep := range []rune{',', ';', '\t'} {
			known := 0
			for name := range strings.SplitSeq(line, string(sep)) {
				if f.known(strings.Trim(name, " \t\r\"")) != "" {
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
