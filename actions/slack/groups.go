package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"offboard/actions"
	"offboard/store"
)

// groups ends memberships in user groups.
type groups struct{ *Client }

// group is a user group as usergroups.list shows it.
type group struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Handle   string   `json:"handle"`
	Deleted  int64    `json:"date_delete"` // not 0: disabled
	AutoType string   `json:"auto_type"`   // admin or owner: Slack keeps it by itself
	IDP      bool     `json:"is_idp_group"`
	Locked   bool     `json:"is_membership_locked"`
	Users    []string `json:"users"`

	DeletedBy string `json:"deleted_by"` // who disabled it; https://docs.slack.dev/reference/objects/usergroup-object
}

// before is what Undo needs of a membership, kept as JSON in Item.Before.
type before struct {
	Last bool `json:"last,omitempty"` // the only member: leaving disables the group
}

// allGroups reads all user groups, disabled ones too, with their members.
func (w *workspace) allGroups(ctx context.Context) ([]group, error) {
	var out struct {
		Groups []group `json:"usergroups"`
	}
	_, err := w.web(ctx, w.cfg.Token, "usergroups.list", url.Values{"include_users": {"true"}, "include_disabled": {"true"}}, &out)
	slices.SortFunc(out.Groups, func(a, b group) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out.Groups, err
}

// Check holds one item for each membership in a group that is not disabled.
func (g groups) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return g.check(ctx, "read the user groups", t, func(w *workspace, u user, f *actions.Finding) error {
		all, err := w.allGroups(ctx)
		if named(err, "plan_upgrade_required") {
			return nil // a plan without user groups has no members of them
		}
		if err != nil {
			return err
		}
		for _, x := range all {
			if x.Deleted != 0 || !slices.Contains(x.Users, u.ID) {
				continue
			}
			if keeper := x.keeper(); keeper != "" {
				f.Notes = append(f.Notes, fmt.Sprintf("the user group %s is kept by %s: %s leaves it there, or when the account is deactivated", x.title(), keeper, u.Name))
				continue
			}
			b, err := json.Marshal(before{Last: len(x.Users) == 1})
			if err != nil {
				return err
			}
			label := fmt.Sprintf("user group %s (%s)", x.title(), store.Count(len(x.Users), "member", "members"))
			if len(x.Users) == 1 {
				label = fmt.Sprintf("user group %s (the only member: it will be disabled)", x.title())
			}
			f.Items = append(f.Items, actions.Item{ID: x.ID, Account: u.ID, Label: label, Before: string(b), Names: []string{x.Name, x.Handle, x.ID}})
		}
		if !w.token.may(scopeGroups) && slices.ContainsFunc(f.Items, func(i actions.Item) bool { return i.Account == u.ID }) {
			f.ByHand[u.ID] = fmt.Sprintf("Take %s out of these user groups in Slack (People, User groups), or at %s. The bot can't: its token lacks the scope %s.", u.Name, w.page(), scopeGroups)
		}
		return nil
	})
}

const scopeGroups = "usergroups:write"

func (g group) title() string {
	if g.Handle != "" {
		return g.Name + " (@" + g.Handle + ")"
	}
	return g.Name
}

// keeper is who else decides about the members, or empty.
func (g group) keeper() string {
	switch {
	case g.AutoType != "":
		return "Slack for every " + g.AutoType
	case g.IDP:
		return "the identity provider"
	case g.Locked:
		return "a lock on its members"
	}
	return ""
}

// Do leaves each group on its own: one that refuses does not keep the others.
func (g groups) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return g.act(ctx, "leave user groups", t, func(w *workspace, u user) (string, error) {
		return actions.Each(t.Items, classify, func(i actions.Item) (string, error) { return w.leaveGroup(ctx, i.ID, u.ID) })
	})
}

// leaveGroup takes one member out of the group's list. Slack replaces whole lists only,
// so the list is read just before.
func (w *workspace) leaveGroup(ctx context.Context, id, member string) (string, error) {
	now, err := w.members(ctx, id)
	switch {
	case named(err, "no_such_subteam"):
		return "is gone", nil
	case err != nil:
		return "", err
	case !slices.Contains(now, member):
		return "left already", nil
	}
	rest := slices.DeleteFunc(now, func(m string) bool { return m == member })
	if len(rest) == 0 {
		// https://docs.slack.dev/reference/methods/usergroups.users.update: a
		// group can't be emptied, it is disabled instead.
		return "usergroups.disable: success, they were the only member", w.write(ctx, "usergroups.disable", url.Values{"usergroup": {id}})
	}
	return "usergroups.users.update: success", w.setMembers(ctx, id, rest)
}

// members are those of a group that is not disabled.
func (w *workspace) members(ctx context.Context, id string) ([]string, error) {
	var out struct {
		Users []string `json:"users"`
	}
	_, err := w.web(ctx, w.cfg.Token, "usergroups.users.list", url.Values{"usergroup": {id}}, &out)
	return out.Users, err
}

func (w *workspace) setMembers(ctx context.Context, id string, members []string) error {
	return w.write(ctx, "usergroups.users.update", url.Values{"usergroup": {id}, "users": {strings.Join(members, ",")}})
}

func (w *workspace) write(ctx context.Context, method string, args url.Values) error {
	_, err := w.web(ctx, w.cfg.Token, method, args, nil)
	return err
}

// Undo joins exactly the groups that were left, and enables those that were
// disabled with their last member.
func (g groups) Undo(ctx context.Context, t actions.Target, found actions.Finding) (actions.Evidence, error) {
	return g.act(ctx, "join user groups again", t, func(w *workspace, u user) (string, error) {
		items := t.Of(found)
		if len(items) == 0 {
			return "nothing was asked for", nil
		}
		if u.Deleted {
			return "", actions.Final(fmt.Errorf("%s is deactivated: activate the account first", u.Name))
		}
		all, err := w.allGroups(ctx)
		if err != nil {
			return "", err
		}
		return actions.Each(items, classify, func(i actions.Item) (string, error) { return w.joinGroup(ctx, i, u.ID, all) })
	})
}

func (w *workspace) joinGroup(ctx context.Context, i actions.Item, member string, all []group) (string, error) {
	var b before
	if err := json.Unmarshal([]byte(i.Before), &b); err != nil {
		return "", actions.Final(fmt.Errorf("what was recorded before is not readable: %w", err))
	}
	n := slices.IndexFunc(all, func(x group) bool { return x.ID == i.ID })
	if n < 0 {
		return "", actions.Final(errors.New("the group does not exist any more"))
	}
	if x := all[n]; x.Deleted != 0 {
		if !b.Last && !w.own(x.DeletedBy) {
			return "", actions.Final(errors.New("somebody has disabled the group since"))
		}
		if err := w.write(ctx, "usergroups.enable", url.Values{"usergroup": {i.ID}}); err != nil {
			return "", err
		}
		if !b.Last {
			// It was disabled in the place of its last member, another account
			// of theirs, whom it still lists and who is not given it back here.
			return "usergroups.users.update: success", w.setMembers(ctx, i.ID, []string{member})
		}
	}
	now, err := w.members(ctx, i.ID)
	switch {
	case err != nil:
		return "", err
	case slices.Contains(now, member):
		return "joined", nil
	}
	return "usergroups.users.update: success", w.setMembers(ctx, i.ID, append(now, member))
}
