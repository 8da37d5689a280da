package exec

import (
	"encoding/json"
	"time"

	"offboard/actions"
)

// version is that of the requests and answers. A program refuses one that it
// does not know, and so does the bot.
const version = 1

// The verbs that a program is asked with.
const (
	verbCheck = "check"
	verbDo    = "do"
	verbUndo  = "undo"
	verbList  = "list"
)

// request is what a program reads on its input, once, up to the end.
type request struct {
	Version int               `json:"version"`
	Verb    string            `json:"verb"`
	System  string            `json:"system"`            // as configured
	Action  string            `json:"action,omitempty"`  // as configured; none with list
	Person  *person           `json:"person,omitempty"`  // the leaver; none with list
	Account *account          `json:"account,omitempty"` // the one that is pinned; none in the check that looks for all accounts of the person
	Items   []item            `json:"items,omitempty"`   // those to take, or to give back
	Heirs   map[string]person `json:"heirs,omitempty"`   // by the id of an item
	First   *time.Time        `json:"first,omitempty"`   // of the first attempt, for proofs by mark
	Key     string            `json:"key,omitempty"`     // the same for every attempt
	Page    string            `json:"page,omitempty"`    // with list: the one that the last answer named
}

// person is an identity card. It is written out here because the store's own
// form may change, and this one may not.
type person struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Login      string            `json:"login,omitempty"`
	Mail       string            `json:"mail,omitempty"`
	Title      string            `json:"title,omitempty"`
	Department string            `json:"department,omitempty"`
	Country    string            `json:"country,omitempty"`
	Entity     string            `json:"entity,omitempty"`
	Location   string            `json:"location,omitempty"`
	Zone       string            `json:"zone,omitempty"`
	Manager    string            `json:"manager,omitempty"`
	Number     string            `json:"number,omitempty"`
	Chat       map[string]string `json:"chat,omitempty"`
	Employment string            `json:"employment,omitempty"`
	Groups     []string          `json:"groups,omitempty"`
	Accounts   []string          `json:"accounts,omitempty"`
}

func cardOf(p actions.Person) person {
	return person{
		ID: p.ID, Name: p.Name, Login: p.Login, Mail: p.Mail, Title: p.Title, Department: p.Department, Country: p.Country, Entity: p.Entity, Location: p.Location,
		Zone: p.Zone, Manager: p.Manager, Number: p.Number, Chat: p.Chat, Employment: p.Employment, Groups: p.Groups, Accounts: p.Accounts,
	}
}

// ask makes the request for one action. With undo the items are those that were
// found before, with their before-states.
func (a action) ask(verb string, t actions.Target, items []actions.Item) request {
	card := cardOf(t.Person)
	r := request{Version: version, Verb: verb, System: a.system, Action: a.cfg.Name, Person: &card, Key: t.Key}
	if t.Account.ID != "" {
		r.Account = &account{ID: t.Account.ID, Login: t.Account.Login}
	}
	if !t.First.IsZero() {
		first := t.First.UTC()
		r.First = &first
	}
	for _, i := range items {
		r.Items = append(r.Items, item{ID: i.ID, Account: i.Account, Label: i.Label, Before: i.Before, Irreversible: i.Irreversible})
		if heir, ok := t.Heirs[i.ID]; ok {
			if r.Heirs == nil {
				r.Heirs = map[string]person{}
			}
			r.Heirs[i.ID] = cardOf(heir)
		}
	}
	return r
}

func (r request) bytes() ([]byte, error) {
	b, err := json.Marshal(r)
	return append(b, '\n'), err
}
