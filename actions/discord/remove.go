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

// remove takes the account out of the server: it kicks, or bans.
type remove struct{ *Client }

const membership = "membership"

// wasMember is what Undo needs, kept as JSON in Item.Before.
type wasMember struct {
	Member bool `json:"member,omitempty"` // was in the server
	Ban    bool `json:"ban,omitempty"`    // was not banned, and we ban
}

// Check holds the membership until Discord has no such member, and where people
// are banned the right to join until it has the ban. So somebody who has left by
// themselves just before is banned all the same.
func (r remove) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return r.check(ctx, "read the membership", t, func(g *guild, a *account, f *actions.Finding) error {
		why := g.safe(a)
		was := wasMember{Member: a.member != nil}
		// The list of bans can't be read without the permission to ban.
		if g.cfg.After == Ban && g.lacks("remove") == "" {
			b, err := g.banOf(ctx, a.ID)
			if err != nil {
				return err
			}
			was.Ban = b == nil
		}
		if !was.Member && !was.Ban && (g.cfg.After == Kick || g.lacks("remove") == "") {
			return nil
		}
		before, err := json.Marshal(was)
		if err != nil {
			return err
		}
		f.Items = append(f.Items, actions.Item{ID: membership, Account: a.ID, Label: g.membershipOf(a), Before: string(before)})
		if why != "" {
			f.ByHand[a.ID] = fmt.Sprintf("%s %s (%s) %s the server %s by hand (right click on their name). The bot can't: %s.", g.order(), a.about(), a.ID, g.from(), g.Name, why)
			f.Notes = append(f.Notes, fmt.Sprintf("the bot can't take %s out of the server: %s", a.about(), why))
		}
		return nil
	})
}

// safe says why the bot can't take somebody out, or is empty.
func (g *guild) safe(a *account) string {
	if a.ID == g.Owner {
		return "they own it, and nobody can take out the owner. " + transfer
	}
	if a.member != nil {
		if all := g.rolesOf(a.member); len(all) > 0 && g.above(all[0]) {
			return fmt.Sprintf("their role %s is not below the bot's own role %s (Server Settings, Roles)", all[0].Name, g.top.Name)
		}
	}
	return g.lacks("remove")
}

func (g *guild) order() string {
	if g.cfg.After == Ban {
		return "Ban"
	}
	return "Kick"
}

func (g *guild) from() string {
	if g.cfg.After == Ban {
		return "from"
	}
	return "out of"
}

func (g *guild) membershipOf(a *account) string {
	if a.member == nil {
		return "join the server " + g.Name + " by any invite"
	}
	label := "member of the server " + g.Name
	if at, err := time.Parse(time.RFC3339, a.member.Joined); err == nil {
		label += " since " + at.Format(day)
	}
	return label
}

// ban is a ban as the server's list has it. Its reason is what the audit log
// says: ours names the case.
type ban struct {
	Reason string `json:"reason"` // may be null
}

// banOf is the ban of an account, or nil.
func (g *guild) banOf(ctx context.Context, id string) (*ban, error) {
	var b ban
	err := g.read(ctx, g.path("/bans/%s", id), &b)
	switch {
	case wire.Is(err, wire.UnknownBan):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &b, nil
}

// Do kicks or bans. Messages stay: they are the company's.
func (r remove) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return r.act(ctx, "take out of the server", t, func(g *guild, a *account) (string, error) {
		if !t.Wants(membership) {
			return "nothing was asked for", nil
		}
		if why := g.safe(a); why != "" {
			return "", actions.Final(errors.New(why))
		}
		if g.cfg.After == Ban {
			return g.ban(ctx, a)
		}
		if a.member == nil {
			return a.about() + " is not in the server", nil
		}
		err := g.write(ctx, "remove", http.MethodDelete, g.path("/members/%s", a.ID), nil, nil)
		if wire.Is(err, wire.UnknownMember) {
			return "left meanwhile", nil
		}
		return "DELETE of the member: success", err
	})
}

func (g *guild) ban(ctx context.Context, a *account) (string, error) {
	b, err := g.banOf(ctx, a.ID)
	switch {
	case err != nil:
		return "", err
	case b != nil && a.member == nil:
		return "banned already", nil
	}
	return "PUT of the ban: success", g.write(ctx, "remove", http.MethodPut, g.path("/bans/%s", a.ID), map[string]any{"delete_message_seconds": 0}, nil)
}

// Undo lifts the ban that this case made and makes an invite, which somebody
// hands to the person: nobody can put an account into a server but its owner. So
// a person is needed, and the invite is in the error that says so. It can be called
// again: once they have joined, it does nothing.
func (r remove) Undo(ctx context.Context, t actions.Target, before actions.Finding) (actions.Evidence, error) {
	return r.act(ctx, "let into the server again", t, func(g *guild, a *account) (string, error) {
		items := t.Of(before)
		if len(items) == 0 {
			return "nothing was asked for", nil
		}
		var was wasMember
		if err := json.Unmarshal([]byte(items[0].Before), &was); err != nil {
			return "", actions.Final(fmt.Errorf("what was recorded before is not readable: %w", err))
		}
		if a.member != nil {
			return a.about() + " is in the server", nil
		}
		text := "They may join " + g.Name + " again."
		if was.Ban {
			if err := g.unban(ctx, a); err != nil {
				return "", err
			}
			text = "The ban is lifted: they may join " + g.Name + " again."
		}
		if !was.Member {
			return text, nil
		}
		link, err := g.invite(ctx)
		if err != nil {
			return "", err
		}
		return "", actions.Final(fmt.Errorf("%s Hand them this invite, which works once and within 7 days: %s. When they have joined, press Retry, and the rest comes back", text, link))
	})
}

// unban lifts our ban. A ban that somebody else made since the survey is their
// decision: ours would have this case as its reason.
func (g *guild) unban(ctx context.Context, a *account) error {
	b, err := g.banOf(ctx, a.ID)
	switch {
	case err != nil || b == nil:
		return err
	case b.Reason != g.reason:
		return actions.Final(fmt.Errorf("somebody else has banned %s from the server %s, and that ban stays: ask the moderators (Server Settings, Bans, shows the reason); once they have lifted it, undo this again", a.about(), g.Name))
	}
	err = g.write(ctx, "remove", http.MethodDelete, g.path("/bans/%s", a.ID), nil, nil)
	if wire.Is(err, wire.UnknownBan) {
		return nil
	}
	return err
}

// invited is how long an invite that Undo makes can be used: Discord documents
// 7 days as the most.
const invited = 7 * 24 * time.Hour

// maxTries is in how many channels an invite is tried: Create Invite may be
// denied in any one of them.
const maxTries = 5

// invite makes an invite for one person: into the channel where Discord greets
// them, else the one with the rules, else the first that lets the bot.
func (g *guild) invite(ctx context.Context) (string, error) {
	all, err := g.channels(ctx)
	if err != nil {
		return "", err
	}
	var places []string
	for _, id := range []string{g.Greets, g.Rules} {
		if id != "" {
			places = append(places, id)
		}
	}
	for _, c := range all {
		if c.Type == wire.GuildText && c.ID != g.Greets && c.ID != g.Rules {
			places = append(places, c.ID)
		}
	}
	body := map[string]any{"max_age": int(invited.Seconds()), "max_uses": 1, "unique": true}
	err = actions.Final(errors.New("the server has no text channel to make an invite for: make one by hand, and hand it to them"))
	for _, id := range places[:min(len(places), maxTries)] {
		var out struct {
			Code string `json:"code"`
		}
		err = g.write(ctx, undoRemove, http.MethodPost, "channels/"+id+"/invites", body, &out)
		if err == nil && out.Code == "" {
			err = errors.New("the answer has no invite in it")
		}
		if err == nil {
			return "https://discord.gg/" + out.Code, nil
		}
		if class, _ := actions.ClassOf(classify(undoRemove, err)); class != actions.ClassFinal {
			break // it may pass: not the channel's fault
		}
	}
	return "", err
}
