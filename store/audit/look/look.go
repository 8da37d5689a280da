// Package look is how the pages look that the audit makes: the report of an
// evidence pack, the comparison with HR's list, and the figures. One is read
// beside the other.
package look

import _ "embed"

// CSS is the style sheet that all of them begin with. It is for light and dark
// screens, small ones, and paper.
//
//go:embed style.css
var CSS string
