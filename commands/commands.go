// Package commands is what people can ask: one file a verb, or a few that
// belong together. A button and the typed command of a verb take the same way:
// Handle finds out who it is, the verb turns what was typed, clicked or filled
// in into one store.Append, and the answer says what happened.
//
// It touches no system and decides nothing: the rules are in package store,
// and who may do what is its permission table.
package commands

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"offboard/actions"
	"offboard/bot"
	"offboard/commands/people"
	"offboard/commands/view"
	"offboard/store"
	"offboard/store/audit/figures"
)

// Config is what the commands work with.
type Config struct {
	Store     *store.Store
	People    *people.People
	View      view.View
	Systems   []string // what is surveyed for a case
	Emergency Emergency
	Platforms []string // where people can be asked
	Company   string   // its name, for help
	Times     Times
	Clocks    map[string]bot.Timekeeper // platform -> where the profiles say a time zone
	Ready     *actions.Readiness        // of cases that wait for a press
	Log       zerolog.Logger

	// Left says what the policy leaves out for somebody; see actions.Config. Hour
	// is the time of day that it has for their cut-off, "18:00"; it may be empty.
	// Nil: nothing, none.
	Left func(leaver store.Card, kind string) map[string]string
	Hour func(leaver store.Card, kind string) string

	// Profiles is what a role has, for who changes from one to another.
	Profiles Profiles

	// Evidence is nil where nobody can take any; Couriers are the platforms on
	// which it can be handed over.
	Evidence Evidence
	Couriers map[string]bot.Courier

	// Figures are counted from there.
	Figures figures.Source
	// NoFeedback: it is not taken how a case went.
	NoFeedback bool

	// Sweep looks at all accounts of all systems that can list them.
	Sweep func(ctx context.Context, progress func(title string, done, total int)) (actions.Swept, error)
}

// Commands answers interactions.
type Commands struct {
	Config
	verbs map[string]verb

	mu     sync.Mutex
	strays []store.Stray // what the last sweep has found that somebody asked for; after a restart they look again
}

// New makes the commands.
func New(cfg Config) *Commands {
	if cfg.Left == nil {
		cfg.Left = func(store.Card, string) map[string]string { return nil }
	}
	if cfg.Hour == nil {
		cfg.Hour = func(store.Card, string) string { return "" }
	}
	if cfg.Profiles.Of == nil {
		cfg.Profiles.Of = func(store.Card) []string { return nil }
	}
	if cfg.Profiles.Loses == nil {
		cfg.Profiles.Loses = func(string, string) []store.Loss { return nil }
	}
	c := &Commands{Config: cfg, verbs: map[string]verb{}}
	for _, v := range table() {
		c.verbs[string(v.name)] = v
	}
	return c
}

// request is an interaction of a known person.
type request struct {
	bot.Interaction
	actor store.Actor
	me    store.Card
	arg   string       // what was typed after the verb and the case
	obj   store.Object // what it is about, where the verb is about a case
	c     store.Case   // that case
	roles []store.Role // the person's roles in it
}

// answerWithin is the time an interaction has; see bot.Handler.
const answerWithin = 1800 * time.Millisecond

// Handle answers one interaction. It is a bot.Handler.
func (c *Commands) Handle(ctx context.Context, i bot.Interaction) bot.Reply {
	return c.guarded(i, func() bot.Reply {
		quick, cancel := context.WithTimeout(ctx, answerWithin)
		defer cancel()
		reply, err := c.handle(quick, i)
		if err != nil {
			return c.failed(i, err)
		}
		return c.guardedThen(i, reply)
	})
}

// guardedThen does the same for the answers that follow.
func (c *Commands) guardedThen(i bot.Interaction, reply bot.Reply) bot.Reply {
	if then := reply.Then; then != nil {
		reply.Then = func(ctx context.Context) bot.Reply {
			return c.guarded(i, func() bot.Reply { return c.guardedThen(i, then(ctx)) })
		}
	}
	return reply
}

// guarded turns a panic into an answer: one broken verb must not end the bot.
func (c *Commands) guarded(i bot.Interaction, answer func() bot.Reply) (reply bot.Reply) {
	defer func() {
		if r := recover(); r != nil {
			c.Log.Error().Str("verb", c.word(i)).Str("panic", fmt.Sprintf("%T", r)).Bytes("stack", debug.Stack()).Msg("handle")
			reply = say(broken(i))
		}
	}()
	return answer()
}

func (c *Commands) handle(ctx context.Context, i bot.Interaction) (bot.Reply, error) {
	name := i.Verb
	if name == "" {
		name = string(store.VerbInbox)
	}
	v, ok := c.verbs[name]
	if run, by := asked[name]; by {
		v, ok = verb{run: run}, true
	}
	if !ok {
		return said("I don't know %q. Type /offboard help to see what I can do.", bot.Clean(name, 40))
	}
	actor, me, err := c.People.Who(ctx, i.User)
	if err != nil {
		return bot.Reply{}, err
	}
	// With the person in it: who knows the id of somebody else's delivery must
	// not get the answer to it.
	actor.Once = i.User.Platform + "/" + string(actor.Person) + "/" + i.ID
	r := &request{Interaction: i, actor: actor, me: me, arg: strings.TrimSpace(i.Text)}
	if err := c.stays(actor.Person); err != nil {
		return bot.Reply{}, err
	}
	if v.about() {
		if err := c.find(r, v); err != nil {
			return bot.Reply{}, err
		}
	}
	return v.run(c, ctx, r)
}

// stays refuses somebody whose own access has ended. Append does so too; this
// is for what only reads.
func (c *Commands) stays(p store.PersonID) error {
	gone, err := c.Store.Gone(p)
	if gone {
		return store.AccessEnded()
	}
	return err
}

// ofErased are the verbs for what is left of a case whose person was erased.
var ofErased = []store.Verb{store.VerbStatus, store.VerbAudit, store.VerbExport}

// find reads the case that an interaction is about. A case that is not there
// and one that is not for this person give the same answer.
func (c *Commands) find(r *request, v verb) error {
	id := r.Object
	if id == nothing { // a menu of cases
		id = r.Values[caseField]
	}
	if id == "" {
		id, r.arg, _ = strings.Cut(r.arg, " ")
		r.arg = strings.TrimSpace(r.arg)
	}
	if id == "" {
		return refuse("Which case? Type it like this: /offboard %s. /offboard list shows the cases you can see.", v.usage)
	}
	obj, err := store.ParseObject(id)
	if list, ok := store.ParseBatch(id); ok && err != nil {
		return aList(v.name, list)
	}
	if err != nil {
		return refuse("That is not a case number. It looks like OFF-42; /offboard list shows those you can see.")
	}
	r.obj = obj
	if r.c, err = c.Store.Case(obj.Case); err != nil {
		return err
	}
	configured, err := c.People.Roles(r.actor, r.c.Person)
	if err != nil {
		return err
	}
	if !r.c.Visible(r.actor.Person, configured) {
		return c.unseen(r)
	}
	if r.c.Erased != nil && !slices.Contains(ofErased, v.name) { // no form may be filled in from what is gone
		return r.c.Forgotten()
	}
	r.roles = r.c.RolesOf(r.actor.Person, configured)
	if r.obj.Plan == 0 {
		r.obj.Plan = r.c.Plan(0).No
	}
	if r.c.Bound(v.name) && store.Permitted(v.name, r.roles) {
		return r.c.OfList(r.actor.Person)
	}
	if v.form && !r.Form && !store.Permitted(v.name, r.roles) {
		// Nobody fills in a form that would be refused. Append has the last word.
		return c.notYours(r, v.name)
	}
	return nil
}

// notYours says who may do what this person may not.
func (c *Commands) notYours(r *request, v store.Verb) error {
	text := fmt.Sprintf("You don't have a role that may %s %s. Nothing was changed. /offboard help lists what you can do.", v, r.c.ID)
	if approvers := r.c.Plan(0).Approvers; store.Permitted(v, []store.Role{store.Approver}) && v != store.VerbNote && len(approvers) > 0 {
		text = fmt.Sprintf("Only %s can do this for %s. Nothing was changed.", r.c.Deciders(v), r.c.ID)
	}
	return &store.Refused{Code: store.NotYours, Text: text}
}

// refuse says what is wrong with what was typed, and what to do.
func refuse(format string, args ...any) error {
	return &store.Refused{Code: store.Malformed, Text: fmt.Sprintf(format, args...)}
}

// append does a body about the request's case.
func (c *Commands) append(ctx context.Context, r *request, b store.Body) (store.Case, error) {
	return c.Store.Append(ctx, string(r.obj.Case), r.actor, b)
}

// failed turns an error into an answer: beside its field where a form is open
// and the refusal is about one, else in words.
func (c *Commands) failed(i bot.Interaction, err error) bot.Reply {
	if refused, ok := errors.AsType[*store.Refused](err); ok && i.Form && refused.Field != "" {
		return bot.Reply{Errors: map[string]string{refused.Field: c.People.Names(refused.Text)}}
	}
	return say(c.text(i, err))
}

// text is what a person reads of an error. A refusal is for them; of
// everything else they get one sentence and a reference, and the log has the
// rest.
func (c *Commands) text(i bot.Interaction, err error) string {
	if refused, ok := errors.AsType[*store.Refused](err); ok {
		return c.People.Names(refused.Text)
	}
	c.Log.Error().Str("verb", c.word(i)).Str("reference", reference(i)).Err(err).Msg("handle")
	if errors.Is(err, store.ErrNotSaved) {
		return fmt.Sprintf("This could not be saved, and nothing was changed. Please try again in a minute; if it stays, give IT this reference: %s.", reference(i))
	}
	return broken(i)
}

// broken promises nothing: what went wrong may have gone wrong after the save.
func broken(i bot.Interaction) string {
	return fmt.Sprintf("Something went wrong here. Look with /offboard inbox how things stand before you try again; if it stays, give IT this reference: %s.", reference(i))
}

// say is an answer in words. Its summary is one line, whatever the text has.
func say(text string) bot.Reply {
	return bot.Reply{Message: &bot.Message{Summary: bot.Clean(text, bot.MaxSummary), Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}}
}

// word is the verb of an interaction for the program's log; what somebody typed
// in its place may be a name.
func (c *Commands) word(i bot.Interaction) string {
	if _, ok := c.verbs[i.Verb]; ok || i.Verb == "" || asked[i.Verb] != nil {
		return i.Verb
	}
	return "unknown"
}

// reference names an interaction in the log and to the person.
func reference(i bot.Interaction) string {
	id := i.ID
	if len(id) > 12 {
		id = id[len(id)-12:]
	}
	return bot.Clean(id, 12)
}
