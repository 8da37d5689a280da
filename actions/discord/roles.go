package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"offboard/actions"
	"offboard/bot/discord/wire"
)

// roles takes what a member may see and do beyond everybody else.
type roles struct{ *Client }

// Check holds one item for each role that a person could take away. One that
// is not below the bot's is among them, with a note: only a person can take it,
// or put the bot's above it, and until then the step must not be green.
func (r roles) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return r.check(ctx, "read the roles", t, func(g *guild, a *account, f *actions.Finding) error {
		if a.member == nil {
			return nil
		}
		var high []string
		for _, x := range g.rolesOf(a.member) {
			switch {
			case x.Managed:
				f.Notes = append(f.Notes, fmt.Sprintf("%s keeps the role %s as long as they are in the server: %s", a.about(), x.Name, x.keeper()))
				continue
			case g.above(x):
				high = append(high, x.Name)
			}
			f.Items = append(f.Items, actions.Item{ID: x.ID, Account: a.ID, Label: x.label(), Names: []string{x.Name, x.ID}})
		}
		if len(high) > 0 {
			f.Notes = append(f.Notes, fmt.Sprintf("the bot can't take %s from %s: %s. %s", roleNames(high), a.about(), g.below(high), g.drag()))
		}
		r.stuck(g, a, f, len(high))
		return nil
	})
}

// stuck says what a person does where the bot can take no role at all.
func (r roles) stuck(g *guild, a *account, f *actions.Finding, high int) {
	switch why := g.lacks("roles"); {
	case len(f.Items) == 0:
	case why != "" && r.removes():
		// One task is enough: who is taken out of the server has no roles.
		f.Items = nil
		f.Notes = append(f.Notes, fmt.Sprintf("the roles of %s end when they are taken out of the server, and are not taken before: %s", a.about(), why))
	case why != "":
		f.ByHand[a.ID] = fmt.Sprintf("Take these roles from %s in the server %s (Server Settings, Members). The bot can't: %s.", a.about(), g.Name, why)
	case high == len(f.Items):
		f.ByHand[a.ID] = fmt.Sprintf("Take these roles from %s in the server %s (Server Settings, Members). The bot can't: they are not below its own role %s.", a.about(), g.Name, g.top.Name)
	}
}

func (x role) label() string {
	if x.Permissions.Has(wire.Administrator) {
		return "role " + x.Name + " (administrator)"
	}
	return "role " + x.Name
}

// keeper is who alone gives and takes a managed role.
func (x role) keeper() string {
	if x.Tags.Boost != nil {
		return "Discord gives it for their boost of the server"
	}
	return "it belongs to an integration, such as a subscription, and nobody can take it"
}

// roleNames are roles in a sentence.
func roleNames(list []string) string {
	if len(list) == 1 {
		return "the role " + list[0]
	}
	return "the roles " + names(list)
}

// below says in what relation these roles are to the bot's.
func (g *guild) below(high []string) string {
	if len(high) == 1 {
		return "it is not below the bot's own role " + g.top.Name
	}
	return "they are not below the bot's own role " + g.top.Name
}

// drag is how the bot comes to stand above a role.
func (g *guild) drag() string {
	return fmt.Sprintf("Drag %s above in Server Settings, Roles, before the cut-off, and the bot does it", g.top.Name)
}

// Do takes each role on its own: one that can't be taken does not keep the others.
func (r roles) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return r.act(ctx, "take away the roles", t, func(g *guild, a *account) (string, error) {
		if a.member == nil {
			return a.about() + " is not in the server", nil
		}
		return actions.Each(t.Items, classify, func(i actions.Item) (string, error) { return g.takeRole(ctx, a, i.ID) })
	})
}

func (g *guild) takeRole(ctx context.Context, a *account, id string) (string, error) {
	if !slices.Contains(a.member.Roles, id) {
		return "taken already", nil
	}
	x, ok := g.role(id)
	switch {
	case !ok:
		return "the role is gone", nil
	case g.above(x):
		return "", actions.Final(fmt.Errorf("%s. %s; or take it by hand", g.below([]string{x.Name}), g.drag()))
	case g.lacks("roles") != "":
		return "", actions.Final(errors.New(g.lacks("roles")))
	}
	err := g.write(ctx, "roles", http.MethodDelete, g.path("/members/%s/roles/%s", a.ID, id), nil, nil)
	if wire.Is(err, wire.UnknownMember, wire.UnknownRole) {
		return "gone meanwhile", nil
	}
	return "DELETE of the role: success", err
}

func (g *guild) role(id string) (role, bool) {
	i := slices.IndexFunc(g.Roles, func(x role) bool { return x.ID == id })
	if i < 0 {
		return role{}, false
	}
	return g.Roles[i], true
}

// rejoin is how often it is looked whether somebody who was given their access
// back has joined the server again.
const rejoin = time.Hour

// Undo gives exactly the roles back that were taken. Whoever is not in the
// server can't be given any: then it is to be called again, and does its work
// once they have joined.
func (r roles) Undo(ctx context.Context, t actions.Target, before actions.Finding) (actions.Evidence, error) {
	return r.act(ctx, "give back the roles", t, func(g *guild, a *account) (string, error) {
		items := t.Of(before)
		switch {
		case len(items) == 0:
			return "nothing was asked for", nil
		case a.member == nil:
			return "", actions.Later(rejoin, "%s is not in the server %s: the roles come back once they have joined it again", a.about(), g.Name)
		}
		return actions.Each(items, classify, func(i actions.Item) (string, error) { return g.giveRole(ctx, a, i.ID) })
	})
}

func (g *guild) giveRole(ctx context.Context, a *account, id string) (string, error) {
	x, ok := g.role(id)
	switch {
	case !ok:
		return "", actions.Final(errors.New("the role does not exist any more"))
	case slices.Contains(a.member.Roles, id):
		return "held", nil
	case g.above(x):
		return "", actions.Final(fmt.Errorf("%s: give it by hand", g.below([]string{x.Name})))
	}
	return "PUT of the role: success", g.write(ctx, "roles", http.MethodPut, g.path("/members/%s/roles/%s", a.ID, id), nil, nil)
}

// names puts words in a row: "a, b and c".
func names(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
