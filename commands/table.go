package commands

import (
	"context"
	"fmt"
	"slices"

	"offboard/bot"
	"offboard/store"
)

// verb is one thing that people can ask for.
type verb struct {
	name  store.Verb
	usage string // what is typed after /offboard
	words string // what it does, for help
	args  []bot.Arg
	form  bool // it opens a form, so who may not do it is told before
	run   func(*Commands, context.Context, *request) (bot.Reply, error)
}

// about reports whether the verb is about a case.
func (v verb) about() bool { return len(v.args) > 0 && v.args[0].Kind == bot.CaseArg }

// group keeps what is about the bot itself, and what is done seldom about people,
// apart: a platform may have few places (Discord: 25).
func (v verb) group() string {
	if slices.Contains([]store.Verb{store.VerbLink, store.VerbUnfreeze, store.VerbPause, store.VerbConfig, store.VerbClock, store.VerbBreaker, store.VerbSweep, store.VerbReport}, v.name) {
		return "bot"
	}
	if slices.Contains([]store.Verb{store.VerbMove, store.VerbEmergency, store.VerbHold, store.VerbUndo, store.VerbRehire, store.VerbBatch, store.VerbExport, store.VerbFeedback, store.VerbErase}, v.name) {
		return "people"
	}
	return ""
}

// What is typed after a verb. Whatever may be left out is asked for.
var (
	theCase    = bot.Arg{Name: "case", Hint: "Which case: a number or a name", Kind: bot.CaseArg, Required: true}
	leaver     = bot.Arg{Name: "person", Hint: "Who leaves: a name, a login or a mail address", Kind: bot.PersonArg}
	mover      = bot.Arg{Name: "person", Hint: "Who changes roles: a name, a login or a mail address", Kind: bot.PersonArg}
	heir       = bot.Arg{Name: "person", Hint: "Who instead: a name, a login or a mail address", Kind: bot.PersonArg}
	whose      = bot.Arg{Name: "person", Hint: "Whose it is: a name, a login or a mail address", Kind: bot.PersonArg, Required: true}
	frozen     = bot.Arg{Name: "person", Hint: "Who: a name, a login or a mail address", Kind: bot.PersonArg}
	rehired    = bot.Arg{Name: "person", Hint: "Who is back: the name, login or mail address they had", Kind: bot.PersonArg}
	gonePerson = bot.Arg{Name: "person", Hint: "Who: the number of their case, or the name or login they had", Kind: bot.TextArg}
	account    = bot.Arg{Name: "account", Hint: "The chat account", Kind: bot.AccountArg, Required: true}
)

// words is an argument of free text.
func words(name, hint string) bot.Arg { return bot.Arg{Name: name, Hint: hint, Kind: bot.TextArg} }

// args are the arguments of a verb.
func args(list ...bot.Arg) []bot.Arg { return list }

// table lists the verbs in the order in which help shows them. Who may use
// each is store's permission table.
func table() []verb {
	return []verb{
		{store.VerbStart, "start jane", "take somebody out of the company's systems", args(leaver), false, (*Commands).start},
		{store.VerbMove, "move jane designer engineer", "take what only the old role gave, when somebody changes roles", args(mover, words("roles", "The old and the new role")), false, (*Commands).move},
		{store.VerbEmergency, "emergency jane", "lock somebody out at once, and ask afterwards", args(leaver), false, (*Commands).emergency},
		{store.VerbInbox, "inbox", "what waits for you, and the cases you can see", nil, false, (*Commands).home},
		{store.VerbList, "list", "the cases you can see", nil, false, (*Commands).list},
		{store.VerbStatus, "status OFF-42", "how a case stands", args(theCase), false, (*Commands).status},
		{store.VerbSubmit, "submit OFF-42", "ask the manager to approve", args(theCase, words("code", "The code on the message")), false, (*Commands).submit},
		{store.VerbAmend, "amend OFF-42", "change a case that is not approved yet", args(theCase), true, (*Commands).amend},
		{store.VerbApprove, "approve OFF-42", "approve what was proposed", args(theCase, words("code", "The code on the message")), false, (*Commands).approve},
		{store.VerbDecline, "decline OFF-42 why", "send it back with a reason", args(theCase, words("why", "Why it goes back")), true, (*Commands).decline},
		{store.VerbDelegate, "delegate OFF-42 marco", "have somebody else asked instead of you", args(theCase, heir), true, (*Commands).delegate},
		{store.VerbAnswer, "answer OFF-42", "choose who gets what, or answer the questions", args(theCase, words("what", "Type questions for what only you may know")), true, (*Commands).answer},
		{store.VerbPress, "press OFF-42 now", "cut off now, where a case waits for that", args(theCase, words("now", "Type now, to be asked nothing more")), false, (*Commands).press},
		{store.VerbReschedule, "reschedule OFF-42 now", "change when access ends", args(theCase, words("when", "now, usual, press, or at 2026-11-30 17:00 in their time")), true, (*Commands).reschedule},
		{store.VerbCancel, "cancel OFF-42", "give up a case before it begins", args(theCase, words("why", "Why it is given up")), false, (*Commands).cancel},
		{store.VerbStop, "stop OFF-42", "stop what is not done yet", args(theCase, words("why", "Why it stops")), false, (*Commands).stop},
		{store.VerbUndo, "undo OFF-42 why", "give back what was taken, all of it or one step", args(theCase, words("why", "Which step, if only one, and why")), true, (*Commands).undo},
		{store.VerbRetry, "retry OFF-42", "try a failed step again", args(theCase, words("step", "Which step, if several have failed")), false, (*Commands).retry},
		{store.VerbTake, "take OFF-42", "say that you see to a lock-out that has failed", args(theCase, words("step", "Which lock-out, if several have failed")), false, (*Commands).take},
		{store.VerbSkip, "skip OFF-42", "leave a failed step out", args(theCase, words("why", "Which step, if several have failed, and why")), true, (*Commands).skip},
		{store.VerbSecond, "second OFF-42", "agree, as the second person", args(theCase), false, (*Commands).second},
		{store.VerbConfirm, "confirm OFF-42 laptop serial 4711", "say that a manual task is done", args(theCase, words("task", "Which task, and what was done")), true, (*Commands).confirm},
		{store.VerbNote, "note OFF-42 text", "add a remark to a case", args(theCase, words("text", "What to remember")), true, (*Commands).note},
		{store.VerbAudit, "audit OFF-42", "who did what, and when", args(theCase), false, (*Commands).audit},
		{store.VerbExport, "export OFF-42", "the evidence of a case as a file, by direct message", args(theCase, words("without", "What is left out: reason, note, identity, account, state, result")), false, (*Commands).export},
		{store.VerbReport, "report last month", "figures: what took how long, what was late, what failed", args(words("period", "this month, last month, 2026-Q3, 2026, last 90 days, or two days")), false, (*Commands).report},
		{store.VerbFeedback, "feedback OFF-42 good", "how a case went that you asked for or approved: good, fair or poor", args(theCase, words("how", "good, fair or poor, and what you would like to add")), false, (*Commands).feedback},
		{store.VerbLink, "link account login", "tie a chat account to a person", args(account, whose), false, (*Commands).link},
		{store.VerbResume, "resume OFF-42 why", "let a held case go on", args(theCase, words("why", "Why it goes on")), true, (*Commands).resume},
		{store.VerbRehire, "rehire jane why", "say that somebody who had left was hired again", args(rehired, words("why", "Why")), false, (*Commands).rehire},
		{store.VerbUnfreeze, "unfreeze jane why", "let a person decide again whose decisions are frozen; alone it lists them", args(frozen, words("why", "Why their decisions count again")), false, (*Commands).unfreeze},
		{store.VerbHold, "hold jane", "put a legal hold on somebody; alone it lists them", args(frozen), false, (*Commands).hold},
		{store.VerbErase, "erase OFF-42", "make what is known of somebody unreadable, after the retention; alone it lists who was erased", args(gonePerson), false, (*Commands).erase},
		{store.VerbPause, "pause why", "pause the bot; pause off lets it go on", args(words("why", "Why, or off to go on")), false, (*Commands).pause},
		{store.VerbConfig, "config", "what changed in the configuration, and what waits for agreement", nil, false, (*Commands).config},
		{store.VerbClock, "clock", "whether my clock is right", nil, false, (*Commands).clock},
		{store.VerbBatch, "batch", "lists of people who leave together, approved at once", args(words("what", "new, or a list and what to do: BATCH-3 submit clara")), false, (*Commands).batch},
		{store.VerbBreaker, "breaker", "from where, and by whom, too many cases were opened, and let them go on", args(words("what", "resume slack why, or agree and a number; alone it shows what is stopped")), false, (*Commands).breaker},
		{store.VerbSweep, "sweep", "accounts that can be used and belong to nobody who stays; whose one is, or why it may stay", args(words("what", "look, link, known or forget, and the account; alone it looks at all")), false, (*Commands).sweep},
		{store.VerbHelp, "help", "this list", nil, false, (*Commands).help},
	}
}

// help lists what this person can do. Approving and the like is shown to
// everybody: anybody may be somebody's manager.
func (c *Commands) help(_ context.Context, r *request) (bot.Reply, error) {
	roles := []store.Role{store.Approver}
	for _, cl := range r.actor.Claims {
		roles = append(roles, cl.Role)
	}
	var facts bot.Facts
	for _, v := range table() {
		if store.Permitted(v.name, roles) && (v.name != store.VerbMove || len(c.View.Roles) > 1) {
			facts = append(facts, bot.Fact{Label: "/offboard " + v.usage, Value: bot.T(v.words)})
		}
	}
	var more bot.Buttons
	button := func(v store.Verb, label string) {
		if store.Permitted(v, roles) {
			more = append(more, bot.Button{Label: label, Verb: string(v), Object: nothing})
		}
	}
	button(store.VerbInbox, "What waits for me")
	button(store.VerbStart, "Start…")
	button(store.VerbEmergency, "Emergency…")
	button(store.VerbList, "Open cases")
	button(store.VerbPause, "Pause…")
	button(store.VerbLink, "Link an account…")
	text := fmt.Sprintf("I take people out of the systems of %s when they leave, and prove that it is done.", c.Company)
	return show(text, bot.Heading{Text: "What you can do"}, bot.Prose{Text: bot.T(text)}, facts, more,
		bot.Fine{Text: bot.T("Every card has buttons for the same things. Nothing is taken away before a manager approves it; only an emergency locks out first.")})
}

// nothing is the object of a button that is about no case.
const nothing = "-"

// show is a message to the person alone.
func show(summary string, parts ...bot.Part) (bot.Reply, error) {
	return bot.Reply{Message: &bot.Message{Summary: bot.Clean(summary, bot.MaxSummary), Parts: parts}}, nil
}

// said is an answer of one sentence.
func said(format string, args ...any) (bot.Reply, error) {
	return say(fmt.Sprintf(format, args...)), nil
}

// waits are what waits for a person in a case, the person's own first.
func (c *Commands) waits(cs store.Case, a store.Actor, roles []store.Role) []store.Wait {
	return slices.DeleteFunc(cs.Waits(), func(w store.Wait) bool { return !w.For(a.Person, roles) })
}

// Use is how a verb is typed and what it does.
type Use struct {
	bot.Verb
	Usage string
}

// Usage lists the verbs in the order in which help shows them.
func Usage() []Use {
	var out []Use
	for _, v := range table() {
		out = append(out, Use{bot.Verb{Name: string(v.name), Words: v.words, Group: v.group(), Args: v.args}, v.usage})
	}
	return out
}
