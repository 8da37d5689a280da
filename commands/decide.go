package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// submit asks the approver to decide.
func (c *Commands) submit(ctx context.Context, r *request) (bot.Reply, error) {
	scope, ok := typedScope(r)
	if !ok {
		return c.status(ctx, r)
	}
	cs, err := c.append(ctx, r, store.Submitted{Plan: r.obj.Plan, Scope: scope})
	if err != nil {
		return bot.Reply{}, err
	}
	return said("Submitted. %s; you see here what happens.", c.View.Asking(cs))
}

// amend corrects the terms of a case that is not approved yet. It is surveyed
// again, because what was found may be old.
func (c *Commands) amend(ctx context.Context, r *request) (bot.Reply, error) {
	leaver, err := c.leaver(ctx, r.c)
	if err != nil {
		return bot.Reply{}, err
	}
	if !r.Form {
		_, manager, err := c.Store.Person(r.c.Terms.Manager)
		if err != nil {
			return bot.Reply{}, err
		}
		ask := c.fields
		if r.c.Moves() {
			ask = c.moveFields
		}
		fields := ask(ctx, leaver, manager, r.c.Terms)
		for i := range fields {
			if fields[i].Name == "reason" {
				fields[i].Value = c.People.Text(string(r.c.ID), r.c.Terms.Reason)
			}
		}
		return bot.Reply{Form: &bot.Form{
			Verb: string(store.VerbAmend), Object: r.obj.String(), Title: "Change " + string(r.c.ID), Submit: "See what will happen", Fields: fields,
		}}, nil
	}
	terms, systems, wrong := c.asked(ctx, r, leaver)
	if len(wrong) > 0 {
		return bot.Reply{Errors: wrong}, nil
	}
	cs, err := c.append(ctx, r, store.Amended{Terms: terms, Systems: systems})
	if err != nil {
		return bot.Reply{}, err
	}
	return said("Changed. I look again at what %s has; then please submit it. %s%s", leaver.Name, c.remarks(cs), c.ruled(cs, terms))
}

// asked reads the terms of a form that corrects them, and the systems that are
// surveyed by them.
func (c *Commands) asked(ctx context.Context, r *request, person store.Card) (t store.Terms, systems []string, wrong map[string]string) {
	if r.c.Moves() {
		return c.moveTerms(ctx, r, person)
	}
	t, wrong = c.terms(ctx, r, person)
	return t, c.looked(person, t.Kind), wrong
}

// typedScope is the scope that a button brings, or the one whose beginning was
// typed as the message shows it. It is false where there is neither: then what
// would be decided is shown first.
func typedScope(r *request) (string, bool) {
	if r.obj.Detail != "" {
		return r.obj.Detail, true
	}
	scope := r.c.Plan(0).Scope
	return scope, len(r.arg) >= view.CodeLength && strings.HasPrefix(scope, strings.ToLower(r.arg))
}

// approve approves exactly the scope that the button shows, or whose code was
// typed. Typed without one, it shows what would be approved.
func (c *Commands) approve(ctx context.Context, r *request) (bot.Reply, error) {
	scope, ok := typedScope(r)
	if !ok && (slices.Contains(r.roles, store.Approver) || slices.Contains(r.roles, store.Further)) && len(r.c.Outstanding()) > 0 {
		return c.status(ctx, r)
	}
	cs, err := c.append(ctx, r, store.Decided{Plan: r.obj.Plan, Scope: scope, Approve: true})
	if err != nil {
		return bot.Reply{}, err
	}
	if r.c.Plan(0).Unratified() && len(cs.Outstanding()) == 0 {
		return said("Approved. I go on with the rest now and tell you when it is proven.")
	}
	if later(r) && len(cs.Outstanding()) == 0 {
		return said("Approved. What was found since is taken too.")
	}
	if len(cs.Outstanding()) > 0 {
		return said("Noted: %s. Nothing more is needed from you.", c.View.Asking(cs))
	}
	if text := c.View.HeldBack(cs); text != "" {
		return said("Approved. %s I tell you when it goes on.", text)
	}
	if p := cs.Plan(0); p.CutOff.Mode == store.Now || view.ApprovedLate(p) {
		return said("Approved. I begin now and tell you when it is proven.")
	}
	return said("Approved. Thank you; you need not do anything more.")
}

// later reports whether what is asked about was found after the plan was approved.
func later(r *request) bool { return r.c.Plan(0).State != store.Asked && len(r.c.Outstanding()) > 0 }

// decline sends the case back with a reason.
func (c *Commands) decline(ctx context.Context, r *request) (bot.Reply, error) {
	scope := r.obj.Detail
	reason := r.Values["reason"]
	if !r.Form {
		if scope == "" {
			scope = r.c.Plan(0).Scope
		}
		reason = r.arg
		if reason == "" {
			title, submit, hint := "Decline "+string(r.c.ID), "Decline", "It goes to whoever asked, to correct it"
			switch {
			case r.c.Plan(0).Unratified():
				title, submit, hint = "It was not right", "It was not right", "Whoever locked them out reads it, and it stays in the record"
			case later(r):
				title, submit, hint = "Leave what was found", "Leave it", "It stays in the record, with what is left"
			}
			return bot.Reply{Form: &bot.Form{
				Verb: string(store.VerbDecline), Object: store.Object{Case: r.c.ID, Plan: r.obj.Plan, Detail: scope}.String(),
				Title: title, Submit: submit,
				Fields: []bot.Field{{Name: "reason", Label: "Why?", Hint: hint, Kind: bot.Paragraph, Required: true}},
			}}, nil
		}
	}
	private, err := sealed("reason", reason)
	if err != nil {
		return bot.Reply{}, err
	}
	cs, err := c.append(ctx, r, store.Decided{Plan: r.obj.Plan, Scope: scope, Reason: private})
	if err != nil {
		return bot.Reply{}, field("reason", err)
	}
	if r.c.Plan(0).Unratified() {
		return said("Declined. What was not done yet is left as it is; what is locked stays locked until HR or security gives it back (/offboard undo %s). %s has your reason, and all who were told of the emergency are told this.", cs.ID, c.People.Name(cs.Asker()))
	}
	if later(r) {
		return said("Left as it is. What was found since is not taken, and the record and the closing message say so. All else goes on.")
	}
	if k := r.c.Plan(0).Kind; k == store.Retake || k == store.Destroy {
		return said("It stays, and I don't propose it again. Your reason is in the record of %s.", r.c.ID)
	}
	return said("Declined. %s has your reason and can correct it. %s", c.People.Name(cs.Asker()), c.View.Untouched(cs))
}

// longest is how much a person may write at once: what Slack gives back in a
// field of a form.
const longest = 3000

// sealed keeps what a person wrote, without what could disturb a reader. Too
// much is refused, never cut: half a reason is another reason.
func sealed(name, text string) (store.Private, error) {
	text = bot.Clean(text, len(text))
	if n := utf8.RuneCountInString(text); n > longest {
		return store.Private{}, field(name, refuse("That is too long: %d characters, and %d fit. Nothing was changed. Please shorten it.", n, longest))
	}
	return store.Seal(text), nil
}

// delegate says "not me, ask ...".
func (c *Commands) delegate(ctx context.Context, r *request) (bot.Reply, error) {
	who := strings.TrimSpace(r.Values["person"])
	if !r.Form {
		if who = r.arg; who == "" {
			return bot.Reply{Form: &bot.Form{
				Verb: string(store.VerbDelegate), Object: r.obj.String(), Title: "Not me, ask…", Submit: "Ask them",
				Fields: []bot.Field{{Name: "person", Label: "Who should decide?", Kind: bot.PersonField, Required: true}},
			}}, nil
		}
	}
	to, card, err := c.People.Resolve(ctx, r.User.Platform, who)
	if err != nil {
		return bot.Reply{}, field("person", err)
	}
	if !c.reachable(to) {
		return bot.Reply{}, field("person", unreachable(card))
	}
	if _, err := c.append(ctx, r, store.Delegated{Plan: r.obj.Plan, To: to}); err != nil {
		return bot.Reply{}, field("person", err)
	}
	return said("Thank you. %s is asked now instead of you.", card.Name)
}

// field says which field of a form a refusal is about, unless it says so
// itself. What no other value would mend is not about a field.
func field(name string, err error) error {
	r, ok := errors.AsType[*store.Refused](err)
	if ok && r.Field == "" && (r.Code == store.WhoIsIt || r.Code == store.Malformed) {
		copied := *r
		copied.Field = name
		return &copied
	}
	return err
}

// answer chooses who gets what: everything, or one item.
func (c *Commands) answer(ctx context.Context, r *request) (bot.Reply, error) {
	if r.obj.Detail == view.QuestionsDetail || firstWord(r.arg) == view.QuestionsDetail {
		return c.questions(ctx, r)
	}
	if !r.Form {
		return c.answerForm(r)
	}
	step, item, _ := strings.Cut(r.Values["what"], " ")
	a := store.Answer{Step: store.StepID(step), Item: item, Choice: store.Choice(r.Values["choice"])}
	if r.Values["what"] == "all" {
		a.Step, a.Item = "", ""
	}
	switch a.Choice {
	case store.Give:
		heir, _, err := c.People.Resolve(ctx, r.User.Platform, strings.TrimSpace(r.Values["heir"]))
		if err != nil {
			return bot.Reply{}, field("heir", err)
		}
		a.Heir = heir
	case store.Keep:
		until, err := store.ParseDate(strings.TrimSpace(r.Values["until"]))
		if err != nil {
			return bot.Reply{Errors: map[string]string{"until": "Until when? Enter a day like 2026-12-31."}}, nil
		}
		if a.Reason, err = sealed("reason", r.Values["reason"]); err != nil {
			return bot.Reply{}, err
		}
		a.Until = until
		if a.Reason.IsZero() {
			return bot.Reply{Errors: map[string]string{"reason": "Please say why it is kept."}}, nil
		}
	case store.Archive:
	}
	rev, err := strconv.Atoi(r.obj.Detail)
	if err != nil {
		return said("I don't know this form any more. Please open it again from the newest message.")
	}
	if _, err := c.append(ctx, r, store.Answered{Plan: r.obj.Plan, Rev: rev, Answers: []store.Answer{a}}); err != nil {
		return bot.Reply{}, field("heir", err)
	}
	return said("Noted. Your message shows who gets what.")
}

func (c *Commands) answerForm(r *request) (bot.Reply, error) {
	options := []bot.Option{{Value: "all", Label: "Everything"}}
	for _, s := range r.c.Plan(0).Steps {
		if !s.StepPlan.Answers || s.State.Ended() {
			continue
		}
		for _, h := range c.People.Held(r.c, s) {
			if h.Heir && len(options) < bot.MaxOptions {
				options = append(options, bot.Option{Value: fmt.Sprintf("%s %s", s.ID, h.ID), Label: bot.Clean(h.Label, bot.MaxOption)})
			}
		}
	}
	if len(options) == 1 && r.c.Plan(0).Replies() {
		return c.questionsForm(r)
	}
	if len(options) == 1 {
		return said("There is nothing to hand over in %s.", r.c.ID)
	}
	return bot.Reply{Form: &bot.Form{
		Verb: string(store.VerbAnswer), Object: store.Object{Case: r.c.ID, Plan: r.obj.Plan, Detail: strconv.Itoa(r.c.Plan(0).Rev)}.String(), Title: "Who gets what", Submit: "Note it",
		Fields: []bot.Field{
			{Name: "what", Label: "What", Kind: bot.Choice, Options: options, Value: "all", Required: true},
			{Name: "choice", Label: "What happens to it", Kind: bot.Choice, Value: string(store.Give), Required: true, Options: []bot.Option{
				{Value: string(store.Give), Label: "Give it to somebody"},
				{Value: string(store.Keep), Label: "Keep it until a day", Hint: "It stays as it is; IT takes it away then"},
				{Value: string(store.Archive), Label: "Archive it", Hint: "Nobody gets it; IT archives it"},
			}},
			{Name: "heir", Label: "Who gets it", Hint: "To give it", Kind: bot.PersonField},
			{Name: "until", Label: "Until", Hint: "To keep it", Kind: bot.DateField},
			{Name: "reason", Label: "Why", Hint: "To keep it", Kind: bot.Line},
		},
	}}, nil
}

// reachable reports whether there is a chat where this person can be asked.
func (c *Commands) reachable(p store.PersonID) bool {
	return slices.ContainsFunc(c.Platforms, func(platform string) bool { return len(c.People.Accounts(p, platform)) > 0 })
}

func unreachable(card store.Card) error {
	return &store.Refused{Code: store.WhoIsIt, Text: fmt.Sprintf("I know no chat account of %s, so I can't ask them. Choose somebody else, or have an administrator type /offboard link.", card.Name)}
}
