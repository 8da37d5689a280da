package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"offboard/actions"
	"offboard/bot/discord/wire"
)

// timeout keeps a member from writing, reacting and speaking. They can still
// read what they see.
type timeout struct{ *Client }

const (
	writing = "writing"
	// longest is how long a member is timed out: 28 days are the most
	// (https://docs.discord.com/developers/resources/guild#modify-guild-member),
	// less an hour for clocks that differ.
	longest = 28*24*time.Hour - time.Hour
	// lasting is what a time-out must still last to count. Shorter ones are a
	// moderator's, of an hour or ten minutes, or ours when it nears its end.
	lasting = 24 * time.Hour
)

// wasTimedOut is what Undo needs, kept as JSON in Item.Before.
type wasTimedOut struct {
	Until time.Time `json:"until,omitzero"` // a time-out of a moderator, which may be over
}

// until is when the time-out of a member ends; zero without one, or after it.
func (m *member) until() time.Time {
	at, err := time.Parse(time.RFC3339, m.CommunicationDisabledUntil)
	if err != nil || !at.After(time.Now()) {
		return time.Time{}
	}
	return at.UTC()
}

// day is a day for people.
const day = "2 January 2006"

// Check holds the ability to write until a time-out keeps them from it for at
// least a day more.
func (o timeout) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return o.check(ctx, "read the time-out", t, func(g *guild, a *account, f *actions.Finding) error {
		if a.member == nil {
			return nil
		}
		until := a.member.until()
		if time.Until(until) >= lasting {
			f.Notes = append(f.Notes, fmt.Sprintf("%s is timed out until %s: reads, and can't write or speak", a.about(), until.Format(day)))
			return nil
		}
		why := g.exempt(a)
		if why != "" && o.removes() {
			// Nobody could do it by hand either, or need not: remove has the task.
			f.Notes = append(f.Notes, fmt.Sprintf("%s can't be timed out, and can write and make invites until they are out of the server: %s. Look at Server Settings, Invites, once they are out", a.about(), why))
			return nil
		}
		before, err := json.Marshal(wasTimedOut{until})
		if err != nil {
			return err
		}
		f.Items = append(f.Items, actions.Item{ID: writing, Account: a.ID, Label: "write and speak in the server " + g.Name, Before: string(before)})
		switch {
		case why != "":
			f.ByHand[a.ID] = fmt.Sprintf("See to it that %s can't write in the server %s any more, or take them out of it. The bot can't time them out: %s.", a.about(), g.Name, why)
		case o.removes():
			f.Notes = append(f.Notes, "a time-out ends after 28 days at the latest: the person has to be out of the server before")
		default:
			f.Notes = append(f.Notes, "a time-out ends 28 days after the cut-off, which is Discord's limit, unless it is done again before; meanwhile the person reads what everybody reads")
		}
		return nil
	})
}

// exempt says why the bot can't time somebody out, or is empty. A role that the
// bot takes before does not count.
func (g *guild) exempt(a *account) string {
	if a.ID == g.Owner {
		return "they own the server. " + transfer
	}
	for _, r := range g.rolesOf(a.member) {
		switch {
		case g.above(r):
			return fmt.Sprintf("their role %s is not below the bot's own role %s. %s", r.Name, g.top.Name, g.drag())
		case r.Permissions.Has(wire.Administrator) && (r.Managed || g.lacks("roles") != ""):
			return fmt.Sprintf("their role %s makes them an administrator, and the bot can't take it", r.Name)
		}
	}
	return g.lacks("timeout")
}

// transfer is what must come first where an owner leaves.
const transfer = "First they transfer the ownership (Server Settings, Members, the menu beside the new owner, Transfer Ownership); if they can't be reached, ask Discord's support"

// Do times the account out for as long as Discord lets it.
func (o timeout) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return o.act(ctx, "time-out", t, func(g *guild, a *account) (string, error) {
		switch {
		case !t.Wants(writing):
			return "nothing was asked for", nil
		case a.member == nil:
			return a.about() + " is not in the server", nil
		case time.Until(a.member.until()) >= lasting:
			return "timed out already, until " + a.member.until().Format(day), nil
		}
		if why := g.exempt(a); why != "" {
			return "", actions.Final(errors.New(why))
		}
		if g.permissions(a.member).Has(wire.Administrator) {
			return "", actions.Final(errors.New("they are an administrator by a role that is not taken yet: take the roles first"))
		}
		until := time.Now().Add(longest).UTC()
		return "timed out until " + until.Format(day), g.setTimeout(ctx, a, until)
	})
}

// setTimeout times a member out, or with the zero time not any more.
func (g *guild) setTimeout(ctx context.Context, a *account, until time.Time) error {
	body := map[string]any{"communication_disabled_until": nil}
	if !until.IsZero() {
		body["communication_disabled_until"] = until.Format(time.RFC3339)
	}
	return g.write(ctx, "timeout", http.MethodPatch, g.path("/members/%s", a.ID), body, nil)
}

// Undo ends the time-out; one that a moderator had given goes on.
func (o timeout) Undo(ctx context.Context, t actions.Target, before actions.Finding) (actions.Evidence, error) {
	return o.act(ctx, "end the time-out", t, func(g *guild, a *account) (string, error) {
		items := t.Of(before)
		switch {
		case len(items) == 0:
			return "nothing was asked for", nil
		case a.member == nil:
			// Whether a time-out outlives an absence is not documented.
			return "", actions.Later(rejoin, "%s is not in the server %s: a time-out that is left ends once they have joined it again", a.about(), g.Name)
		}
		var was wasTimedOut
		if err := json.Unmarshal([]byte(items[0].Before), &was); err != nil {
			return "", actions.Final(fmt.Errorf("what was recorded before is not readable: %w", err))
		}
		if !was.Until.After(time.Now()) {
			was.Until = time.Time{}
		}
		if now := a.member.until(); now.Equal(was.Until) {
			return "it is so already", nil
		}
		return "PATCH of the member: success", g.setTimeout(ctx, a, was.Until)
	})
}
