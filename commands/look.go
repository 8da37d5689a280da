package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/commands/view"
	"offboard/store"
)

// paused says so, if the bot is: somebody who waits for a step must know why.
func (c *Commands) paused() []bot.Part {
	st, err := c.Store.State()
	if err != nil || !st.Paused {
		return nil
	}
	text := fmt.Sprintf("I am paused since %s, by %s: no step begins. /offboard pause off lets me go on.", st.Since.In(c.View.Zone).Format("2 January 15:04"), c.People.Name(st.By))
	return []bot.Part{bot.Prose{Text: bot.B(text)}}
}

// status shows a case as it concerns the person: to the requester the survey,
// to an approver the question, to others the card. It is the second way to
// every button, for when the message with them is lost.
func (c *Commands) status(ctx context.Context, r *request) (bot.Reply, error) {
	if r.c.ReadsOnly(r.actor.Person, r.roles) {
		if err := c.viewed(ctx, r, store.CardView); err != nil {
			return bot.Reply{}, err
		}
	}
	var m bot.Message
	v := c.View
	v.When = view.When{Now: c.Store.Now(), Exact: true}
	if view.Armed(r.c) {
		v.Reached = view.Reached(c.Ready.Reached(r.c.ID))
		c.Ready.Again(r.c.ID) // the messages that stand show what comes of it
	}
	switch {
	case r.c.Erased != nil:
		m = v.Erased(r.c)
	case r.c.State == store.CaseClosed:
		m = v.Closing(r.c, "", true, false)
		if store.Permitted(store.VerbUndo, r.roles) {
			m.Parts = append(m.Parts, v.UndoOne(r.c)...)
		}
	case decidesLater(r):
		m = v.Drift(r.c, r.actor.Person)
	case further(r):
		m = v.Further(r.c, r.actor.Person, r.c.Seat(r.actor.Person, r.roles))
	case slices.Contains(r.c.Plan(0).Approvers, r.actor.Person):
		m = v.Approval(r.c, r.actor.Person)
	case r.actor.Person == r.c.Asker() && r.c.Plan(0).State != store.Begun, r.c.Plan(0).Begun.IsZero() && r.c.Plan(0).State != store.Approved:
		m = v.Survey(r.c)
		if p := r.c.Plan(0).State; p == store.Proposed || p == store.Declined {
			lacking, err := c.People.Lacking(ctx, r.c)
			if err != nil {
				c.Log.Warn().Str("case", string(r.c.ID)).Err(err).Msg("who could approve is not known now")
			}
			m.Parts = append(m.Parts, c.View.Lacking(r.c, lacking)...)
		}
	default:
		m = v.Card(r.c)
	}
	m.Parts = usable(m.Parts, r)
	if p := r.c.Plan(0).State; p == store.Surveying || p == store.Approved || p == store.Begun {
		m.Parts = append(c.paused(), m.Parts...)
	}
	if store.Permitted(store.VerbAudit, r.roles) {
		buttons := bot.Buttons{{Label: "The record", Verb: string(store.VerbAudit), Object: string(r.c.ID)}}
		if store.Permitted(store.VerbExport, r.roles) && c.Couriers[r.User.Platform] != nil {
			buttons = append(buttons, c.evidence(r.c.ID))
		}
		m.Parts = append(m.Parts, buttons)
	}
	return bot.Reply{Message: &m}, nil
}

// further reports whether somebody is asked to approve by a role of theirs, or in
// place of the approver.
func further(r *request) bool {
	p := r.c.Plan(0)
	return p.State == store.Asked && r.c.Eligible(r.actor.Person) && !slices.Contains(p.Approvers, r.actor.Person) && r.c.Seat(r.actor.Person, r.roles) != ""
}

// decidesLater reports whether somebody is asked about what was found after the
// plan was approved.
func decidesLater(r *request) bool {
	return r.c.Plan(0).State != store.Asked && r.c.Eligible(r.actor.Person) && r.c.Seat(r.actor.Person, r.roles) != ""
}

// usable leaves out the buttons that this person may not press. It spares people
// a refusal; what they may do is decided when they do it.
func usable(parts []bot.Part, r *request) []bot.Part {
	may := func(x bot.Button) bool {
		for _, p := range r.c.Pending {
			if x.Verb == string(store.VerbSecond) && strings.HasSuffix(x.Object, fmt.Sprintf(":%d", p.Entry)) {
				return p.MaySecond(r.actor.Person, r.roles)
			}
		}
		return store.Permitted(store.Verb(x.Verb), r.roles)
	}
	var out []bot.Part
	for _, p := range parts {
		if b, ok := p.(bot.Buttons); ok {
			b = slices.DeleteFunc(slices.Clone(b), func(x bot.Button) bool { return !may(x) })
			if len(b) == 0 {
				continue
			}
			p = b
		}
		out = append(out, p)
	}
	return out
}

func (c *Commands) waitWords(cs store.Case, w store.Wait) string {
	s := cs.Plan(0).Step(w.Step)
	switch w.Verb {
	case store.VerbSubmit:
		return "Read it and submit it"
	case store.VerbApprove:
		return "Approve or decline it"
	case store.VerbAnswer:
		if w.Step != "" {
			return "Say what only you may know (/offboard answer " + string(cs.ID) + " " + view.QuestionsDetail + ")"
		}
		return "Choose who gets what (/offboard answer " + string(cs.ID) + ")"
	case store.VerbPress:
		return fmt.Sprintf("Press %q when the time has come", c.View.Press(cs))
	case store.VerbSecond:
		return "A second person must agree to a change"
	case store.VerbResume:
		return "It is held: look why, and let it go on or stop it"
	case store.VerbRetry:
		return "Look at a failed step: " + s.Words
	case store.VerbTake:
		return "See to a lock-out that fails: " + s.Words
	case store.VerbHold:
		return "Lift the legal hold, or leave it: " + s.Words
	case store.VerbClock:
		return "Say whether my clock is right (/offboard clock): " + s.Words
	default:
		return "Confirm: " + c.View.Words(cs, s)
	}
}

// list shows the open cases that the person may see.
func (c *Commands) list(_ context.Context, r *request) (bot.Reply, error) {
	if !store.Permitted(store.VerbList, claimed(r.actor)) {
		return said("The list of cases is for HR, IT, security and auditors. /offboard inbox shows what waits for you.")
	}
	rows, err := c.Store.OpenCases()
	if err != nil {
		return bot.Reply{}, err
	}
	list := bot.Checklist{}
	for _, row := range rows {
		configured, err := c.People.Roles(r.actor, row.Person)
		if err != nil {
			return bot.Reply{}, err
		}
		if !row.Visible(r.actor.Person, configured) {
			continue
		}
		cs, err := c.Store.Case(row.ID)
		if err != nil {
			return bot.Reply{}, err
		}
		list.Rows = append(list.Rows, c.View.Row(cs))
	}
	away, err := c.away(r)
	if err != nil {
		return bot.Reply{}, err
	}
	summary := store.Count(len(list.Rows), "open case", "open cases") + "."
	switch {
	case len(list.Rows)+len(away) == 0:
		return said("There is no open case that you can see.")
	case len(list.Rows) == 0:
		summary = "There is no open case that you can see."
	}
	parts := []bot.Part{bot.Heading{Text: summary}}
	if len(list.Rows) > 0 {
		parts = append(parts, list)
	}
	return show(summary, append(append(parts, away...), c.paused()...)...)
}

// note adds a remark.
func (c *Commands) note(ctx context.Context, r *request) (bot.Reply, error) {
	text := r.Values["text"]
	if !r.Form {
		if text = r.arg; text == "" {
			return bot.Reply{Form: &bot.Form{
				Verb: string(store.VerbNote), Object: r.obj.String(), Title: "Note for " + string(r.c.ID), Submit: "Add it",
				Fields: []bot.Field{{Name: "text", Label: "Note", Kind: bot.Paragraph, Required: true}},
			}}, nil
		}
	}
	private, err := sealed("text", text)
	if err != nil {
		return bot.Reply{}, err
	}
	if _, err := c.append(ctx, r, store.Noted{Text: private}); err != nil {
		return bot.Reply{}, field("text", err)
	}
	return said("Noted.")
}

// audit shows who did what and when, and the checkpoint that proves it.
func (c *Commands) audit(ctx context.Context, r *request) (bot.Reply, error) {
	if !store.Permitted(store.VerbAudit, r.roles) {
		return said("The record is for security and auditors. /offboard status %s shows how the case stands.", r.c.ID)
	}
	if err := c.viewed(ctx, r, store.RecordView); err != nil {
		return bot.Reply{}, err
	}
	events, err := c.Store.Events(ctx, string(r.c.ID))
	if err != nil {
		return bot.Reply{}, err
	}
	var proof bot.Part
	if checkpoint, err := c.Store.Checkpoint(); err != nil {
		c.Log.Error().Err(err).Msg("the record is shown without a checkpoint")
		proof = c.View.Unsigned()
	} else {
		proof = bot.Fine{Text: bot.T("Checkpoint\n" + checkpoint)}
	}
	// What people did is shown whole; what the bot did is counted here, and
	// listed by the command line.
	const most = 60
	bots := 0
	list := bot.Checklist{Title: "What people did, in " + r.c.Zone().String()}
	for _, e := range events {
		if e.Actor.Person == "" || len(list.Rows) >= most {
			bots++
			continue
		}
		at := e.At.In(r.c.Zone()).Format("2006-01-02 15:04:05")
		row := bot.Row{Mark: bot.Info, Text: bot.T(fmt.Sprintf("#%d  %s  %s: %s", e.Seq, at, c.by(e), c.People.Names(store.Words(e))))}
		if b, ok := e.Body.(store.Rated); ok && !b.Comment.IsZero() { // this is where it is read
			row.Detail = bot.T(c.People.Text(string(r.c.ID), b.Comment))
		}
		list.Rows = append(list.Rows, row)
	}
	summary := fmt.Sprintf("The record of %s.", r.c.ID)
	more := fmt.Sprintf("%d more entries, what the bot found and tried: offboard audit show %s", bots, r.c.ID)
	return show(summary, bot.Heading{Text: summary}, list, bot.Prose{Text: bot.T(more)}, proof)
}

// viewed records that somebody reads evidence, before they are shown any of it.
func (c *Commands) viewed(ctx context.Context, r *request, what store.View) error {
	return c.Store.View(ctx, string(r.c.ID), r.actor, store.Viewed{What: what})
}

func (c *Commands) by(e store.Event) string {
	return c.People.Name(e.Actor.Person) + " via " + e.Actor.Via
}
