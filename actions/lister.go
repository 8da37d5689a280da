package actions

import (
	"context"
	"time"

	"offboard/store"
)

// A Lister lists every account of a system, whoever it belongs to. It only reads.
type Lister interface {
	// List returns one page of accounts; page "" is the first. What it can't
	// read is an error, never a shorter list.
	List(ctx context.Context, page string) (Page, error)
}

// Page is a part of the accounts of a system.
type Page struct {
	Accounts []Listed
	Next     string // names the next page; "" if this is the last
	Total    int    // how many accounts there are, about; 0 if the system does not say
}

// Listed is an account with what tells whose it is.
type Listed struct {
	Account
	Enabled bool      // somebody can sign in with it
	Used    time.Time // when it was last used, by what the system says; zero if it does not
	Person  string    // Person.ID of its owner, where the system itself says so
	Chat    string    // the chat platform whose account it is, as the directory may name it; else empty
	Mail    string    // lower case; may be empty
	Number  string    // employee number; may be empty
}

// Swept is what a sweep has found.
type Swept struct {
	Strays []store.Stray
	Known  int               // accounts that belong to nobody who works here and may stay
	Looked map[string]int    // title of a system -> accounts that were looked at
	Unread map[string]string // title -> why not all of it could be read: what is missing there is not clean
	Unable []string          // titles of systems that can't list accounts
}
