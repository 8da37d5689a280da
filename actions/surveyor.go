package actions

import (
	"context"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"offboard/store"
)

// surveyor gathers what the actions of one system find.
type surveyor struct {
	x        *Executor
	sys      System
	card     Person
	owned    []store.OwnedAccount // accounts that are theirs by somebody's word, in any system
	left     map[string]string    // what a rule leaves out; see Config.Left
	tasks    []store.StepID       // the manual tasks of the same plan
	out      *store.Surveyed
	accounts []string // ids, in the order found: their numbers in step ids
	items    int
	notes    []string
	searched string
	denied   []string // ids
	unread   bool
	down     bool // one action has tried often enough
	aside    bool // steps may be waiting: a read that fails closes no gate before them

	loss   *store.Loss     // what a change of role takes there; nil if it is a departure
	met    map[string]bool // words of it that something was found for
	names  []string        // of what was found
	others int             // things that stay
	hands  int
}

// tries of a survey's read before a person has to look: somebody waits for it.
const tries = 3

// maxItems of one survey: it is one entry of the log, and an entry is bounded.
const maxItems = 1000

// read runs one action's Check, a few times if the system does not answer.
func (s *surveyor) read(ctx context.Context, spec Spec) error {
	f, err := s.again(ctx, spec, Target{Person: s.card})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		class, _ := ClassOf(err)
		s.down = s.down || class == ClassAgain
		f = Finding{Unread: []string{err.Error()}}
	} else if err := s.linked(ctx, spec, &f); err != nil {
		return err
	}
	for _, it := range f.Items {
		if !slices.ContainsFunc(f.Accounts, func(a Account) bool { return a.ID == it.Account }) {
			f.Unread = append(f.Unread, it.Label+": the connector does not say whose it is")
		}
	}
	for _, u := range f.Unread {
		s.cannot(spec, u)
	}
	for _, n := range f.Notes {
		s.note(n)
	}
	if f.Searched != "" {
		s.searched = f.Searched
	}
	for _, a := range f.Accounts {
		s.account(spec, a, f)
	}
	return nil
}

// linked adds what is held by accounts that are the person's by somebody's word,
// which the system does not say. They are pinned, so they are read one by one.
func (s *surveyor) linked(ctx context.Context, spec Spec, f *Finding) error {
	for _, o := range s.owned {
		if o.Account.System != s.sys.Name || slices.ContainsFunc(f.Accounts, func(a Account) bool { return a.ID == o.ID }) {
			continue
		}
		more, err := s.again(ctx, spec, Target{Person: s.card, Account: Account{ID: o.ID, Login: o.Login}})
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			f.Unread = append(f.Unread, fmt.Sprintf("%s, which was linked to them: %s", o.Login, err))
			continue
		case len(more.Accounts) == 0:
			s.note("The account " + o.Login + ", which was linked to them, is not there any more.")
			continue
		}
		for _, a := range more.Accounts {
			a.Linked = true
			f.Accounts = append(f.Accounts, a)
		}
		f.Items = append(f.Items, more.Items...)
		f.Unread, f.Notes = append(f.Unread, more.Unread...), append(f.Notes, more.Notes...)
		for id, words := range more.ByHand {
			if f.ByHand == nil {
				f.ByHand = map[string]string{}
			}
			f.ByHand[id] = words
		}
		s.note("The account " + o.Login + " was linked to them by hand.")
	}
	return nil
}

// Theirs reports whether an account is still theirs whom a plan takes it from. One
// that was theirs by somebody's word only is not once that was taken back.
func (x *Executor) Theirs(id store.PersonID, system string, a Account) (bool, error) {
	if !a.Linked {
		return true, nil
	}
	owner, _, err := x.cfg.Store.OwnerOf(x.cfg.Store.SystemAccount(system, a.ID, a.Login))
	return owner == id, err
}

// again makes a call, a few times if the system does not answer.
func (s *surveyor) again(ctx context.Context, spec Spec, t Target) (Finding, error) {
	f, err := s.check(ctx, spec, t)
	for n := 0; n < tries-1 && !s.down && err != nil; n++ {
		if class, _ := ClassOf(err); class == ClassFinal {
			break
		}
		if err := pause(ctx, backoff(n, s.x.cfg.First, s.x.cfg.Max), nil); err != nil {
			return f, err
		}
		f, err = s.check(ctx, spec, t)
	}
	return f, err
}

// check makes one call. It does not wait for a closed gate: HR waits for the
// survey, and three more calls do not hurt.
func (s *surveyor) check(ctx context.Context, spec Spec, t Target) (Finding, error) {
	turn, err := s.x.gates[s.sys.Name].enter(ctx, false, func() patience { return asks })
	if err != nil {
		return Finding{}, err
	}
	defer turn.leave()
	f, err := s.x.check(ctx, turn, s.sys.Name, spec, t)
	if err != nil && s.aside && turn != nil {
		turn.heard = false
	}
	return f, err
}

// cannot notes what was not read, and why.
func (s *surveyor) cannot(spec Spec, why string) {
	s.unread = true
	s.out.Unread = append(s.out.Unread, store.Seal(fmt.Sprintf("%s (%s): %s", s.sys.Title, lower(spec.Words), why)))
}

func (s *surveyor) note(text string) {
	if !slices.Contains(s.notes, text) {
		s.notes = append(s.notes, text)
	}
}

// protects reports whether the deny list names an account, by its id or by a
// login that nobody gives to themselves: else a leaver could take the name of a
// protected account, and keep everything.
func (x *Executor) protects(a Account) bool {
	return x.cfg.Deny(a.ID) || !a.Chosen && x.cfg.Deny(a.Login)
}

// protect leaves an account to a person, once for all actions: it may be the
// leaver's way back in.
func (s *surveyor) protect(a Account) {
	if slices.Contains(s.denied, a.ID) {
		return
	}
	s.denied = append(s.denied, a.ID)
	s.note("The account " + a.Login + " is protected by the configuration. The bot leaves it alone, and IT has a task.")
	s.out.Steps = append(s.out.Steps, store.StepPlan{
		ID: stepID(s.sys.Name, "protected", len(s.denied)-1), System: s.sys.Name, Words: "See to an account that the configuration protects",
		Account: store.SealJSON(a), Login: store.Seal(a.Login), Admin: a.Admin, LockOut: true,
		Manual: &store.Manual{
			Owner: store.IT, Proof: "who uses it, and what was done",
			Instructions: "The bot never touches this account: it is on the deny list. If only this person uses it, lock it. If others need it, see that this person can't sign in to it any more: change its password and its keys.",
		},
	})
}

// account makes the step of one action on one account.
func (s *surveyor) account(spec Spec, a Account, f Finding) {
	var mine []Item
	for _, it := range f.Items {
		if it.Account == a.ID {
			mine = append(mine, it)
		}
	}
	mine = s.mine(spec, a, mine)
	if s.some() && len(mine) == 0 {
		return
	}
	if s.x.protects(a) {
		s.protect(a)
		return
	}
	if s.x.cfg.Deny(a.Login) {
		s.note("The name " + a.Login + " is on the deny list, but in " + s.sys.Title + " people choose their names themselves, so it protects nothing. If this account has to stay, put its id " + a.ID + " on the list before the cut-off.")
	}
	n := slices.Index(s.accounts, a.ID)
	if n < 0 {
		n = len(s.accounts)
		s.accounts = append(s.accounts, a.ID)
	}
	// Every action is planned for every account, also where nothing is held
	// now: it may be weeks until the cut-off, and what was given meanwhile
	// must be found then. A person who does it all by hand is not asked to
	// confirm that there is nothing.
	if len(mine) == 0 && !spec.LockOut && s.x.cfg.Observe {
		return
	}
	if s.items += len(mine); s.items > maxItems {
		s.items -= len(mine)
		s.cannot(spec, fmt.Sprintf("%s holds %d things, too many for one plan", a.Login, len(mine)))
		return
	}
	step := s.step(spec, a, n, number(mine, nil))
	if s.some() {
		step.Words = byRoleWords
	}
	if why := f.Needed[a.ID]; why != "" {
		step.Needed = store.Seal(why)
		s.note(a.Login + " is " + why + ". That needs one more approval; see to a successor first.")
	}
	if words := f.ByHand[a.ID]; words != "" {
		step = manual(step, words)
	} else if s.x.cfg.Observe {
		step = manual(step, observed)
	}
	s.out.Steps = append(s.out.Steps, step)
}

func (s *surveyor) step(spec Spec, a Account, n int, held []store.Held) store.StepPlan {
	step := store.StepPlan{
		ID: stepID(s.sys.Name, spec.Name, n), System: s.sys.Name, Action: spec.Name, Words: spec.Words,
		Account: store.SealJSON(a), Login: store.Seal(a.Login), Admin: a.Admin, Phase: string(spec.Phase), Proof: string(spec.Proof),
		LockOut: spec.LockOut, Answers: spec.Answers, Held: store.SealJSON(held), Loses: spec.Loses,
	}
	if spec.Then != nil {
		step.Then = &store.Then{Words: spec.Then.Words, Manual: spec.Then.manual()}
	}
	for _, h := range held {
		step.Items = append(step.Items, store.Item{ID: h.ID, Irreversible: h.Irreversible, Heir: h.Heir, Then: h.Then && spec.Then != nil})
	}
	for _, name := range spec.After {
		step.After = append(step.After, stepID(s.sys.Name, name, n))
	}
	for _, name := range spec.Needs {
		step.Needs = append(step.Needs, s.needed(name, n))
	}
	return step
}

// finish drops orders after steps that do not exist, or that hold up what keeps
// somebody out; leaves to a person what needs a step that does not exist, and turns
// what could not be read into a task.
func (s *surveyor) finish() {
	s.lacking()
	for i := range s.out.Steps {
		st := &s.out.Steps[i]
		credential := slices.ContainsFunc(s.sys.Actions, func(sp Spec) bool { return sp.Name == st.Action && sp.Credential })
		st.After = slices.DeleteFunc(st.After, func(id store.StepID) bool {
			j := slices.IndexFunc(s.out.Steps, func(o store.StepPlan) bool { return o.ID == id })
			// Until a person has locked them out by hand, a new password is all that does.
			return j < 0 || credential && s.out.Steps[j].LockOut && s.out.Steps[j].Manual != nil
		})
	}
	if s.loss != nil {
		s.moved()
	}
	if s.unread && !s.some() {
		s.out.Steps = append(s.out.Steps, byHand(s.sys.Name, "Look at "+s.sys.Title+" by hand: not everything could be read", s.card))
	}
	for _, n := range s.notes {
		s.out.Notes = append(s.out.Notes, store.Seal(s.sys.Title+": "+n))
	}
	if len(s.accounts) == 0 && !s.unread && len(s.denied) == 0 && !s.some() {
		s.out.Searched = store.Seal(s.searched)
	}
}

func lower(words string) string {
	r, n := utf8.DecodeRuneInString(words)
	return string(unicode.ToLower(r)) + words[n:]
}
