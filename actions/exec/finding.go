package exec

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"offboard/actions"
)

// finding reads the answer to check; pinned is the id of the account that was
// asked about, or empty if all of the person were.
func (c *Client) finding(b []byte, cfg Action, pinned string) (actions.Finding, error) {
	var f found
	if err := c.parse(b, &f); err != nil {
		return actions.Finding{}, err
	}
	switch {
	case f.Accounts == nil:
		return actions.Finding{}, errors.New("its answer has no accounts; write [] if there are none")
	case f.Items == nil:
		return actions.Finding{}, errors.New("its answer has no items; write [] if nothing is held")
	}
	k := &kept{c: c}
	k.most("accounts", len(*f.Accounts), maxAccounts)
	k.most("items", len(*f.Items), maxItems)
	out := actions.Finding{Searched: k.text("searched", f.Searched, maxText)}
	known := map[string]bool{}
	for i, a := range *f.Accounts {
		at := fmt.Sprintf("accounts[%d]", i)
		k.no(known[a.ID], "%s.id: %q is there twice", at, a.ID)
		k.no(pinned != "" && a.ID != pinned, "%s.id: it was asked about the account %q only, and this is %q", at, pinned, a.ID)
		known[a.ID] = true
		out.Accounts = append(out.Accounts, k.account(at, a))
	}
	seen := map[[2]string]bool{}
	for i, it := range *f.Items {
		at := fmt.Sprintf("items[%d]", i)
		of := [2]string{it.Account, it.ID}
		k.no(!known[it.Account], "%s.account: %q is none of the accounts of the answer", at, it.Account)
		k.no(seen[of], "%s.id: %q is there twice", at, it.ID)
		k.no(len(it.Before) > maxBefore, "%s.before: it is longer than %d bytes", at, maxBefore)
		k.clean(at+".before", it.Before)
		k.no(it.Then && cfg.Then == nil, "%s.then: the action says in no then what somebody is to do about it", at)
		seen[of] = true
		var names []string
		if it.Name != "" {
			names = []string{k.text(at+".name", it.Name, maxLabel), it.ID}
		}
		out.Items = append(out.Items, actions.Item{
			Names: names, ID: k.id(at+".id", it.ID), Account: it.Account, Label: k.text(at+".label", it.Label, maxLabel),
			Before: it.Before, Irreversible: it.Irreversible, Heir: cfg.Answers, Then: it.Then,
		})
	}
	out.Unread, out.Notes = k.texts("unread", f.Unread), k.texts("notes", f.Notes)
	out.ByHand, out.Needed = k.about("by_hand", f.ByHand, known), k.about("needed", f.Needed, known)
	if k.err != nil {
		return actions.Finding{}, k.err
	}
	return out, nil
}

// page reads the answer to list; asked is the page that was asked for.
func (c *Client) page(b []byte, asked string) (actions.Page, error) {
	var p page
	if err := c.parse(b, &p); err != nil {
		return actions.Page{}, err
	}
	switch {
	case p.Accounts == nil:
		return actions.Page{}, errors.New("its answer has no accounts; write [] if there are none")
	case p.Next == nil:
		return actions.Page{}, errors.New(`its answer does not name the next page; write "" if this is the last`)
	}
	k := &kept{c: c}
	k.most("accounts", len(*p.Accounts), maxListed)
	k.no(*p.Next != "" && *p.Next == asked, "next: it is the page %q again", asked)
	k.no(p.Total < 0, "total: it is negative")
	k.no(len(*p.Accounts) == 0 && *p.Next != "", "accounts: a page without accounts is followed by another one")
	out := actions.Page{Next: *p.Next, Total: p.Total}
	if out.Next != "" {
		k.id("next", out.Next)
	}
	known := map[string]bool{}
	for i, a := range *p.Accounts {
		at := fmt.Sprintf("accounts[%d]", i)
		k.no(a.Enabled == nil, "%s.enabled: say true if somebody can sign in with it, and false if nobody can", at)
		k.no(known[a.ID], "%s.id: %q is there twice", at, a.ID)
		known[a.ID] = true
		one := actions.Listed{Account: k.account(at, a.account), Enabled: a.Enabled != nil && *a.Enabled}
		if a.Used != nil {
			one.Used = a.Used.UTC()
		}
		one.Person, one.Mail, one.Number = k.maybe(at+".person", a.Person), strings.ToLower(k.maybe(at+".mail", a.Mail)), k.maybe(at+".number", a.Number)
		out.Accounts = append(out.Accounts, one)
	}
	if k.err != nil {
		return actions.Page{}, k.err
	}
	return out, nil
}

// kept holds an answer to its limits, and remembers the first that it breaks.
type kept struct {
	c   *Client
	err error
}

func (k *kept) no(broken bool, format string, args ...any) {
	if broken && k.err == nil {
		k.err = fmt.Errorf("in its answer "+format, args...)
	}
}

func (k *kept) most(at string, n, limit int) {
	k.no(n > limit, "%s: there are %d, and %d are the most that there may be", at, n, limit)
}

// clean refuses a secret: ids and before-states come back to the program as
// they are, so nothing can be cut out of them.
func (k *kept) clean(at, text string) {
	k.no(k.c.redact(text) != text, "%s: there is a secret in it, which a program must never write", at)
}

// id is a name by which a program finds something again.
func (k *kept) id(at, id string) string {
	k.no(id == "", "%s: it is needed", at)
	k.no(len(id) > maxID, "%s: it is longer than %d bytes", at, maxID)
	k.no(strings.ContainsFunc(id, unicode.IsControl), "%s: there are control characters in it", at)
	k.clean(at, id)
	return id
}

// maybe is an id that may be left out.
func (k *kept) maybe(at, id string) string {
	if id == "" {
		return ""
	}
	return k.id(at, id)
}

// text is what people read.
func (k *kept) text(at, text string, limit int) string {
	k.no(strings.TrimSpace(text) == "", "%s: it is needed", at)
	k.no(utf8.RuneCountInString(text) > limit, "%s: it is longer than %d characters", at, limit)
	k.clean(at, text)
	return plain(text, limit)
}

func (k *kept) texts(at string, list []string) []string {
	k.most(at, len(list), maxTexts)
	var out []string
	for i, text := range list {
		out = append(out, k.text(fmt.Sprintf("%s[%d]", at, i), text, maxText))
	}
	return out
}

// about is what is said of each of some accounts.
func (k *kept) about(at string, texts map[string]string, known map[string]bool) map[string]string {
	out := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(texts)) {
		k.no(!known[id], "%s: %q is none of the accounts of the answer", at, id)
		out[id] = k.text(at+"."+id, texts[id], maxText)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func (k *kept) account(at string, a account) actions.Account {
	note := ""
	if a.Note != "" {
		note = k.text(at+".note", a.Note, maxText)
	}
	return actions.Account{ID: k.id(at+".id", a.ID), Login: k.text(at+".login", a.Login, maxLabel), Chosen: a.Chosen, Admin: a.Admin, Note: note}
}
