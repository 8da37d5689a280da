package store

import (
	"slices"
	"time"
)

// Card is a person's identity card: what is needed to tell namesakes apart and
// to find their accounts. The log keeps it sealed with the person's own key.
type Card struct {
	ID         string            `json:"id"`                   // immutable id in the directory, e.g. an entryUUID (RFC 4530)
	Name       string            `json:"name"`                 // display name
	Login      string            `json:"login,omitempty"`      // login name, e.g. uid
	Mail       string            `json:"mail,omitempty"`       // main address, lower case
	Title      string            `json:"title,omitempty"`      // job title
	Department string            `json:"department,omitempty"` // e.g. "Design"
	Country    string            `json:"country,omitempty"`    // ISO 3166 code, upper case, if known
	Entity     string            `json:"entity,omitempty"`     // legal entity, if known
	Location   string            `json:"location,omitempty"`   // e.g. "Lisbon"
	Zone       string            `json:"zone,omitempty"`       // IANA time zone, if known
	Manager    string            `json:"manager,omitempty"`    // ID of the manager, if known
	Number     string            `json:"number,omitempty"`     // employee number, if known
	Chat       map[string]string `json:"chat,omitempty"`       // platform -> chat account, where the directory names it
	Employment string            `json:"employment,omitempty"` // type of employment, e.g. "contractor", if known
	Admin      bool              `json:"admin,omitempty"`      // one of their accounts is known to be privileged
	Groups     []string          `json:"groups,omitempty"`     // names of their groups, as the roles of the configuration name them
	Accounts   []string          `json:"accounts,omitempty"`   // further logins of the same human, e.g. adm-jane
	Disabled   bool              `json:"-"`                    // the directory says that they cannot sign in
}

// Line is the card in one line, enough to tell namesakes apart.
func (c Card) Line() string {
	out := ""
	for _, s := range []string{c.Title, c.Department, c.Location, c.Login} {
		if s == "" {
			continue
		}
		if out != "" {
			out += " · "
		}
		out += s
	}
	return out
}

// Person is somebody the installation knows, as the log folds to it.
type Person struct {
	ID      PersonID   `json:"id"`
	Lookup  string     `json:"lookup"`
	Card    Private    `json:"card"`
	Links   []Link     `json:"links,omitempty"`
	Pending []Pending  `json:"pending,omitempty"`
	Frozen  *Freeze    `json:"frozen,omitempty"`
	Thawed  *Thaw      `json:"thawed,omitempty"` // when Frozen was last lifted
	Legal   *LegalHold `json:"legal,omitempty"`
	// Disowned are the entries because of which they were frozen, each once.
	Disowned []uint64 `json:"disowned,omitempty"`
	Owned    []Own    `json:"owned,omitempty"`
	Erased   *Erasure `json:"erased,omitempty"`
	// EraseAgreed is the entry by which a second person agreed to erase them; the
	// entry after it does.
	EraseAgreed uint64    `json:"eraseAgreed,omitempty"`
	Views       []Viewing `json:"views,omitempty"` // of the last day on which there were any
	Seq         uint64    `json:"seq"`
}

// Link is a chat account of a person, and on whose word.
type Link struct {
	Account Account   `json:"account"`
	How     How       `json:"how"`
	By      PersonID  `json:"by,omitempty"`
	Second  PersonID  `json:"second,omitempty"`
	Asked   uint64    `json:"asked,omitempty"`  // entry of By
	Agreed  uint64    `json:"agreed,omitempty"` // entry of Second
	At      time.Time `json:"at"`
}

// Allows is Case.Allows for what concerns a person.
func (p Person) Allows(e Event) error {
	if r := p.refusal(e); r != nil {
		return r
	}
	return nil
}

func (p Person) refusal(e Event) *Refused {
	if _, ok := e.Body.(Met); p.ID == "" && !ok {
		return unknown(PersonID(e.Subject))
	}
	if p.Erased != nil {
		return p.gone(e)
	}
	switch b := e.Body.(type) {
	case Erased:
		return p.allowsErased(b, e)
	case Met:
		switch {
		case e.Actor.Person != "" || e.Actor.operator():
			return refuse(NotYours, "Only the bot itself records what the directory says.")
		case p.ID != "" && b.Lookup != p.Lookup:
			return refuse(WhoIsIt, "%s is somebody else in the directory.", p.ID)
		}
		return nil
	case Linked:
		if e.Actor.Person != "" || b.How != ByAttribute && b.How != ByMail || e.Actor.operator() {
			return refuse(NotYours, "An administrator links accounts with /offboard link, and a second person agrees.")
		}
		return p.free(e.Facts)
	case LegallyHeld:
		return p.allowsLegalHold(b, e)
	case Owned:
		return p.allowsOwned(b, e)
	case Viewed:
		return p.allowsViewed(b, e)
	case Frozen:
		return p.allowsFrozen(b, e)
	case Disowned:
		return noLink(e)
	case Requested:
		switch {
		case e.Facts.Own:
			return AccessEnded()
		case !e.Facts.Frozen.IsZero():
			return decisionsFrozen(e.Facts.Frozen)
		case b.Change.Verb == VerbUnfreeze && !Permitted(VerbUnfreeze, e.Facts.Roles):
			return refuse(NotYours, "Only security and administrators can let somebody decide again. Nothing was changed.")
		case b.Change.Verb == VerbUnfreeze:
			return p.allowsUnfreeze(b.Change, e)
		case b.Change.Verb == VerbErase:
			return p.allowsErase(e)
		case b.Change.Verb != VerbLink || b.Change.Account == nil:
			return refuse(Malformed, "Type /offboard link, the account, and whose it is.")
		case !e.Actor.operator() && !Permitted(VerbLink, e.Facts.Roles):
			return refuse(NotYours, "Only an administrator can link accounts.")
		case p.ID == e.Actor.Person:
			return refuse(NotYours, "You can't link an account to yourself. Please ask another administrator.")
		}
		return p.free(e.Facts)
	case Seconded:
		i := p.pending(b.Entry)
		switch {
		case i < 0:
			return settled()
		case e.Facts.Own:
			return AccessEnded()
		case !e.Facts.Frozen.IsZero():
			return decisionsFrozen(e.Facts.Frozen)
		case b.Agree && e.Facts.First != "":
			return firstFrozen(e.Facts.First)
		case p.Pending[i].Change.Verb == VerbErase:
			return p.allowsEraseSecond(p.Pending[i], b, e)
		case !Permitted(VerbSecond, e.Facts.Roles):
			return refuse(NotYours, "Somebody with a role must agree to this: HR, IT, security or another administrator.")
		case b.Agree && (p.Pending[i].By == e.Actor.Person || p.ID == e.Actor.Person):
			return refuse(NotYours, "A second person must agree: not the one who asked, and not the one whose account it is.")
		case b.Agree && p.Pending[i].By == "" && !apart(e.Facts):
			return refuse(NotYours, "This was asked for at the server's command line. Somebody of HR or security must agree who is neither IT nor an administrator.")
		case b.Agree && p.Pending[i].Change.Verb == VerbUnfreeze:
			return p.allowsUnfreeze(p.Pending[i].Change, e)
		case b.Agree:
			return p.free(e.Facts)
		}
		return nil
	}
	return refuse(Malformed, "This does not concern a person.")
}

func settled() *Refused { return refuse(Already, "That has been settled already.") }

func unknown(p PersonID) *Refused {
	return refuse(WhoIsIt, "I don't know %s. Please choose somebody from the directory.", p)
}

// free refuses an account that belongs to somebody already. Facts.Taken is
// stamped by Append.
func (p Person) free(f Facts) *Refused {
	switch f.Taken {
	case "":
		return nil
	case p.ID:
		return refuse(Already, "This account is linked to %s already.", p.ID)
	}
	return refuse(WhoIsIt, "This account is linked to somebody else. An account belongs to one person.")
}

func (p Person) pending(entry uint64) int {
	return slices.IndexFunc(p.Pending, func(x Pending) bool { return x.Entry == entry })
}

// Apply is Case.Apply for what concerns a person.
func (p Person) Apply(e Event) Person {
	p.ID, p.Seq = PersonID(e.Subject), e.Seq
	link := func(l Link) { p.Links = append(slices.Clone(p.Links), l) }
	switch b := e.Body.(type) {
	case Met:
		p.Lookup, p.Card = b.Lookup, b.Card
	case Linked:
		link(Link{Account: b.Account, How: b.How, At: e.At})
	case LegallyHeld:
		p.legallyHeld(b, e)
	case Owned:
		p.own(b, e)
	case Viewed:
		p.Views = viewed(p.Views, b, e)
	case Frozen:
		p.freeze(b, e)
	case Disowned:
		p.disown(b, e)
	case Erased:
		p.erase(b, e)
	case KeysDestroyed:
		if p.Erased != nil {
			proven := *p.Erased
			proven.Proven = e.At
			p.Erased = &proven
		}
	case Requested:
		if e.Facts.Founding {
			link(Link{Account: *b.Change.Account, How: ByOperator, At: e.At})
			break
		}
		p.Pending = append(slices.Clone(p.Pending), Pending{Entry: e.Seq, Change: b.Change, By: e.Actor.Person, Roles: e.Facts.Roles, At: e.At})
	case Seconded:
		if i := p.pending(b.Entry); i >= 0 {
			x := p.Pending[i]
			p.Pending = slices.Delete(slices.Clone(p.Pending), i, i+1)
			switch {
			case b.Agree && x.Change.Verb == VerbUnfreeze:
				p.thaw(x, e)
			case b.Agree && x.Change.Verb == VerbErase:
				p.EraseAgreed = e.Seq
			case b.Agree && x.Change.Account != nil:
				how := ByAdmin
				if x.By == "" {
					how = ByOperator
				}
				link(Link{Account: *x.Change.Account, How: how, By: x.By, Second: e.Actor.Person, Asked: x.Entry, Agreed: e.Seq, At: e.At})
			}
		}
	}
	return p
}
