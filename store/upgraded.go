package store

import "fmt"

// Upgraded says that a newer program has brought the tables to its format, in
// the same commit. No entry was touched: those before it are as they were.
type Upgraded struct {
	From    int    `json:"from"`
	To      int    `json:"to"`
	Program string `json:"program"` // the version of the program that did it
}

func (Upgraded) kind() string { return "upgraded" }

func (b Upgraded) words() string {
	return fmt.Sprintf("brought the log from format %d to %d, by the program %s", b.From, b.To, b.Program)
}

// allowsUpgraded lets nobody but the program itself say so.
func (State) allowsUpgraded(b Upgraded, e Event) *Refused {
	if e.Actor.Person != "" || e.Actor.operator() || b.From >= b.To {
		return refuse(NotYours, "Only the program itself brings its log to another format.")
	}
	return nil
}
