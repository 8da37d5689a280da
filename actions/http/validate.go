package http

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"offboard/actions"
)

// The names that may be used in each place, beside those of the person.
var (
	inFind  = []string{"page"}
	inRead  = []string{"account.id", "page"}
	inItems = []string{"account.id", "account.login", "account.data", "mark", "page"}
	inDo    = []string{"account.id", "account.login", "account.data", "item.id", "item.label", "item.before", "key", "mark"}
	inList  = []string{"page"}

	answered = []string{"answer.status", "answer.json", "answer.header"}
)

// actionName is what a step id can hold.
var actionName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,23}$`)

// Validate reports what is wrong with the section, by key. What is wrong within an
// expression was found when it was read.
func (c Config) Validate() error {
	if err := c.Config.Validate(); err != nil {
		return err
	}
	v := &validator{}
	v.yes("fails", c.Fails, answered)
	v.templates("header", c.Header, nil)
	v.account(c.Account)
	if slices.Contains((&Client{cfg: c}).asks(), "person.chat") && c.Rehearse == nil {
		v.add("rehearse", "account.find uses person.chat, so somebody who has one must be named here: nothing else can show whether the system is reached")
	}
	if len(c.Actions) == 0 {
		v.add("actions", "there is none")
	}
	seen := map[string]bool{}
	for i, a := range c.Actions {
		at := fmt.Sprintf("actions[%d]", i)
		if seen[a.Name] {
			v.add(at+".name", "%s is there twice", a.Name)
		}
		seen[a.Name] = true
		v.action(at, a)
		if err := a.Then.Validate(); err != nil {
			v.errs = append(v.errs, fmt.Errorf("%s.%w", at, err))
		}
	}
	v.listing(c)
	return errors.Join(append(v.errs, actions.CheckOrder((&Client{cfg: c}).System("", "").Actions))...)
}

type validator struct{ errs []error }

func (v *validator) add(key, format string, args ...any) {
	v.errs = append(v.errs, fmt.Errorf("%s: %s", key, fmt.Sprintf(format, args...)))
}

// names wants no others than these and those of the person, who is everywhere but
// in a list of all accounts.
func (v *validator) names(key string, used []string, may ...[]string) {
	all := slices.Concat(may...)
	for _, name := range used {
		if strings.HasPrefix(name, "person.") && !strings.HasPrefix(key, "list.") || slices.Contains(all, name) {
			continue
		}
		v.add(key, "%s is not known here", name)
	}
}

func (v *validator) yes(key string, y *Yes, may ...[]string) {
	if y != nil && y.expr != nil {
		v.names(key, y.names, may...)
	}
}

func (v *validator) text(key string, t *Text, may ...[]string) {
	if t != nil && t.expr != nil {
		v.names(key, t.names, may...)
	}
}

func (v *validator) templates(key string, m map[string]Template, may []string) {
	for name, t := range m {
		v.names(key+"."+name, t.names(), may)
	}
}

func (v *validator) account(a Account) {
	it := []string{"it"}
	v.yes("account.when", a.When)
	switch {
	case (a.Find == nil) != (a.Read == nil):
		v.add("account", "find and read belong together: a person's accounts are found once, and then read by account.id")
	case a.Find == nil && (a.ID != nil || a.Login != nil || a.Admin != nil || a.Note != nil):
		v.add("account", "without find and read the account is the person's in the directory, and nothing else is said of it")
	case a.Find == nil:
		return
	case a.ID == nil || a.Login == nil:
		v.add("account", "id and login are needed")
	}
	v.read("account.find", *a.Find, inFind)
	v.read("account.read", *a.Read, inRead)
	v.text("account.id", a.ID, it)
	v.text("account.login", a.Login, it)
	v.yes("account.admin", a.Admin, it)
	v.text("account.note", a.Note, it)
}

func (v *validator) read(key string, r Read, may []string) {
	if (len(r.Get.parts) > 0) == (len(r.Post.parts) > 0) {
		v.add(key, "it needs one of get and post")
	}
	v.call(key, r.call(), may)
	v.yes(key+".proven", &r.Proven, answered, may)
	if r.List.expr != nil {
		v.names(key+".list", r.List.names, answered, may)
	}
	if r.Page != nil {
		v.text(key+".page.next", &r.Page.Next, answered, may)
	}
}

func (v *validator) call(key string, c call, may []string) {
	if !strings.HasPrefix(c.path.text, "/") {
		v.add(key, "its path must begin with /")
	}
	for _, p := range c.path.parts {
		if strings.ContainsAny(p.literal, "?#") {
			v.add(key, "its path has no room for a ?: use query")
		}
	}
	v.names(key, c.path.names(), may)
	v.templates(key+".query", c.query, may)
	v.templates(key+".header", c.header, may)
	v.templates(key+".form", c.form, may)
	v.names(key+".body", c.body.names(), may)
	if c.body.root != nil && len(c.form) > 0 {
		v.add(key, "it has a body or a form, not both")
	}
}

func (v *validator) action(at string, a Action) {
	if !actionName.MatchString(a.Name) {
		v.add(at+".name", "it needs a-z, 0-9 and hyphens, at most 24 of them")
	}
	switch a.phase() {
	case actions.PhaseCutOff, actions.PhaseAfter:
	case actions.PhaseDestroy:
		if a.LockOut || len(a.Undo) > 0 {
			v.add(at+".phase", "what deletes for good is no lock-out and has no undo")
		}
	default:
		v.add(at+".phase", "%q is none of cut-off, after, destroy", a.Phase)
	}
	switch a.proof() {
	case ByRead:
	case ByMark:
		if !slices.Contains(slices.Concat(a.Read.call().names(), a.Read.List.names), "mark") {
			v.add(at+".read", "with proof: mark it must ask for mark, or anything old would prove it")
		}
	case ByPerson:
		if len(a.Do)+len(a.Undo) > 0 || a.Pending != nil {
			v.add(at+".proof", "what a person does has no do, undo or pending")
		}
	default:
		v.add(at+".proof", "%q is none of read, mark, person", a.Proof)
	}
	if a.proof() != ByPerson && len(a.Do) == 0 {
		v.add(at+".do", "it is needed, unless a person does it (proof: person)")
	}
	if a.Loses == "" && len(a.Undo) == 0 && !a.Item.Irreversible {
		v.add(at, "it has no undo, so loses must say what can't be given back")
	}
	if (a.Undoes != "") != (len(a.Undo) > 0) {
		v.add(at+".undoes", "undo and the words for it belong together")
	}
	if a.Credential && a.Loses == "" {
		v.add(at+".loses", "it must say which credential is lost")
	}
	v.read(at+".read", a.Read, inItems)
	v.item(at, a)
	for i, r := range a.Do {
		v.request(fmt.Sprintf("%s.do[%d]", at, i), r, inDo)
	}
	for i, r := range a.Undo {
		v.request(fmt.Sprintf("%s.undo[%d]", at, i), r, inDo)
	}
}

func (v *validator) item(at string, a Action) {
	of := slices.Concat([]string{"it"}, inItems)
	if a.Item.ID == nil || a.Item.Label == nil {
		v.add(at+".item", "id and label are needed")
	}
	v.text(at+".item.id", a.Item.ID, of)
	v.text(at+".item.label", a.Item.Label, of)
	v.text(at+".item.before", a.Item.Before, of)
	v.text(at+".item.name", a.Item.Name, of)
	if a.Pending == nil {
		return
	}
	v.yes(at+".pending.when", &a.Pending.When, of)
	v.names(at+".pending.words", a.Pending.Words.names(), of)
	if a.Pending.Every < 0 {
		v.add(at+".pending.every", "it is negative")
	}
}

func (v *validator) request(key string, r Request, may []string) {
	c, n := r.call()
	if n != 1 {
		v.add(key, "it needs one of post, put, patch and delete")
		return
	}
	v.call(key, c, may)
	v.yes(key+".done", &r.Done, answered, may)
}

func (v *validator) listing(c Config) {
	l := c.List
	if l == nil {
		return
	}
	if c.Account.Find == nil {
		v.add("list", "it needs account, which says what names one")
	}
	it := []string{"it"}
	v.read("list.read", l.Read, inList)
	v.yes("list.enabled", &l.Enabled, it)
	v.text("list.mail", l.Mail, it)
	v.text("list.number", l.Number, it)
	v.text("list.used", l.Used, it)
	v.text("list.total", l.Total, answered)
}
