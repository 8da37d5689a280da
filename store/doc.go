// Package store is what a case is, what may happen to it, and the log that
// keeps it.
//
// Everything that happens is one Event in one append-only log, and a Case is
// what its events fold to, so the audit log cannot disagree with the state.
// Rules live in Allows, consequences in Apply; both are pure. Append runs
// them inside one transaction and is the only way to change anything.
//
// Read it in this order: words.go (the vocabulary), bodies.go (what can
// happen), case.go, apply.go and allows.go (what follows and what may),
// permit.go (who may), then open.go, append.go, record.go and read.go (how it
// is kept), tree.go, keys.go and check.go (why it can be believed, and
// forgotten).
//
// It does not reach any other system and speaks to no person; the text of a
// Refused is the one thing in it that people read.
package store
