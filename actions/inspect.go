package actions

// Remark is something that a read-only look at a whole system shows: what does
// not work, or works and is not safe, and what to do about it.
type Remark struct {
	Broken bool // it does not work; else it is not safe
	Text   string
	Remedy string
}
