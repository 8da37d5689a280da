package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// Evidence takes the evidence of a case for somebody, and says in which entry
// that stands. kept is a checkpoint as somebody has pasted it, or empty: the
// evidence then proves that the log goes on from it. A refusal is a
// *store.Refused. See package store/audit/pack.
type Evidence func(ctx context.Context, actor store.Actor, id store.CaseID, withheld []store.TextClass, kept string) (bot.File, uint64, error)

// evidence is the button for who may take the evidence of a case away.
func (c *Commands) evidence(id store.CaseID) bot.Button {
	return bot.Button{Label: "Evidence pack", Verb: string(store.VerbExport), Object: string(id), Confirm: &bot.Confirm{
		Title: "Take the evidence away?",
		Text:  fmt.Sprintf("You get all of %s as a file, by direct message: names, reasons and what was held. Handle it as you handle the record. The log says that you took it.", id),
		Yes:   "Send it to me",
	}}
}

// export hands the evidence of a case to an auditor, by direct message and
// nowhere else. The entry that says so is written before the file is made: what
// fails after it leaves an entry and no file.
func (c *Commands) export(_ context.Context, r *request) (bot.Reply, error) {
	courier := c.Couriers[r.User.Platform]
	switch {
	case !store.Permitted(store.VerbExport, r.roles):
		return bot.Reply{}, &store.Refused{Code: store.NotYours, Text: fmt.Sprintf("Only auditors take the evidence away. /offboard status %s shows how the case stands.", r.c.ID)}
	case courier == nil || c.Evidence == nil:
		return said("I can't send files here. Whoever runs the server can: offboard audit export %s --out pack.zip.", r.c.ID)
	}
	without, kept := r.arg, ""
	if at := strings.Index(r.arg, store.Origin); at >= 0 {
		without, kept = r.arg[:at], r.arg[at:]
	}
	withheld, err := withheldIn(without)
	if err != nil {
		return bot.Reply{}, err
	}
	reply, _ := said("I am putting the evidence of %s together. It comes by direct message.", r.c.ID)
	reply.Then = func(ctx context.Context) bot.Reply {
		file, entry, err := c.Evidence(ctx, r.actor, r.c.ID, withheld, kept)
		if err != nil {
			return c.failed(r.Interaction, err)
		}
		to := bot.Place{Platform: r.User.Platform, Kind: bot.Direct, ID: r.User.ID}
		switch err := courier.Hand(ctx, to, file); {
		case errors.Is(err, bot.ErrLarge):
			return say(fmt.Sprintf("The evidence of %s is too large for the chat. Whoever runs the server can give it to you: offboard audit export %s --out pack.zip. Entry %d of the log says that you asked.", r.c.ID, r.c.ID, entry))
		case err != nil:
			c.Log.Error().Str("case", string(r.c.ID)).Err(err).Msg("hand the evidence over")
			return say(fmt.Sprintf("The evidence of %s could not be sent to you. Entry %d of the log says that you asked for it. Try again in a few minutes; if it stays, ask whoever runs the server.", r.c.ID, entry))
		}
		return say(fmt.Sprintf("The evidence of %s is in your direct messages. Entry %d of the log says that you took it. Check it with: offboard audit check %s.", r.c.ID, entry, file.Name))
	}
	return reply, nil
}

// withheldIn reads the classes of texts that somebody wants left out.
func withheldIn(text string) ([]store.TextClass, error) {
	var out []store.TextClass
	var all []string
	for _, class := range store.TextClasses {
		all = append(all, string(class))
	}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ' ' || r == ',' }) {
		if word == "without" || word == "no" {
			continue
		}
		if !slices.Contains(all, word) {
			return nil, refuse("What is to be left out? Any of: %s. A checkpoint that you have kept comes last, from its line %s on.", strings.Join(all, ", "), store.Origin)
		}
		out = append(out, store.TextClass(word))
	}
	return out, nil
}
