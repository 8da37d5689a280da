package scim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"offboard/actions"
)

// groups takes an account out of its groups.
type groups struct{ *Client }

// Check holds one item for each group that shows the account among its members.
func (g groups) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return g.check(ctx, "read the groups", t, func(u resource, f *actions.Finding) error {
		all, err := g.of(ctx, u, t.Items, f)
		if err != nil {
			return err
		}
		for _, x := range all {
			f.Items = append(f.Items, actions.Item{ID: x.id, Account: u.id, Label: x.groupLabel(), Before: "member", Names: x.names()})
		}
		return nil
	})
}

func (r resource) groupLabel() string {
	all, shown := r.members()
	name := r.text("displayName")
	if name == "" {
		name = r.id
	}
	if !shown {
		return "group " + name
	}
	return fmt.Sprintf("group %s (%d members)", name, len(all))
}

// of are the groups of an account. What names a group is only a hint: the wanted
// items, the groups of the user (RFC 7643, 4.1.2), and a filter by member, which
// some servers answer with nothing and some with all. Each is read, and its list of
// members decides. Where no hint held true, all groups are looked at.
func (g groups) of(ctx context.Context, u resource, wanted []actions.Item, f *actions.Finding) ([]resource, error) {
	var ids []string
	add := func(id string) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, i := range wanted {
		add(i.ID)
	}
	own := map[string]bool{}
	list, _ := get(u.all, "groups").([]any)
	for _, x := range list {
		m, _ := x.(map[string]any)
		id := text(get(m, "value"))
		if strings.EqualFold(text(get(m, "type")), "indirect") {
			f.Notes = append(f.Notes, fmt.Sprintf("%s is in the group %s by way of another group", u.login(), text(get(m, "display"))))
			continue
		}
		own[id] = true
		add(id)
	}
	sv, err := g.service(ctx)
	if err != nil {
		return nil, err
	}
	hinted, complete, err := g.hinted(ctx, sv, u.id)
	if err != nil {
		return nil, err
	}
	for _, id := range hinted {
		add(id)
	}
	var out []resource
	proven := false
	keep := func(x resource) {
		_, shown := x.members()
		// Where a group does not show its members, the user's own list is all there is.
		if (x.has(u.id) || !shown && own[x.id]) && !slices.ContainsFunc(out, func(o resource) bool { return o.id == x.id }) {
			out = append(out, x)
		}
		proven = proven || x.has(u.id) && slices.Contains(hinted, x.id)
	}
	for _, id := range ids {
		x, err := g.read(ctx, groupsPath, id)
		if err != nil {
			return nil, err
		}
		if x != nil {
			keep(*x)
		}
	}
	if !proven || !complete {
		switch err := g.scan(ctx, sv, groupsPath, keep); {
		case errors.Is(err, errLong) && len(own) == 0:
			f.Unread = append(f.Unread, fmt.Sprintf("the groups of %s: the server does not search groups by member, and has more than %d", u.login(), g.cfg.Scan))
		case err != nil && !errors.Is(err, errLong):
			return nil, err
		}
	}
	slices.SortFunc(out, func(a, b resource) int { return strings.Compare(a.id, b.id) })
	return out, nil
}

// hinted are the groups that the server finds by a member; complete is false where
// it says that there are more.
func (g groups) hinted(ctx context.Context, sv service, user string) (ids []string, complete bool, err error) {
	if !sv.filters {
		return nil, false, nil
	}
	for _, filter := range []string{"members[value eq " + quote(user) + "]", "members.value eq " + quote(user)} {
		p, err := g.found(ctx, sv, groupsPath, filter)
		if unable(err) {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		for _, r := range p.resources {
			// A list may leave the members out; one that shows others has ignored the filter.
			if _, shown := r.members(); !shown || r.has(user) {
				ids = append(ids, r.id)
			}
		}
		if len(ids) > 0 {
			return ids, p.total <= len(p.resources), nil
		}
	}
	return nil, false, nil
}

// Do leaves the wanted groups, one after the other.
func (g groups) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return g.act(ctx, "leave the groups", t, func(u resource) (string, error) {
		return actions.Each(t.Items, classify, func(i actions.Item) (string, error) { return g.set(ctx, t, i.ID, u, false) })
	})
}

// Undo joins the named groups of before again.
func (g groups) Undo(ctx context.Context, t actions.Target, before actions.Finding) (actions.Evidence, error) {
	return g.act(ctx, "join the groups", t, func(u resource) (string, error) {
		return actions.Each(t.Of(before), classify, func(i actions.Item) (string, error) { return g.set(ctx, t, i.ID, u, true) })
	})
}

// set puts an account into a group, or takes it out.
func (g groups) set(ctx context.Context, t actions.Target, id string, u resource, in bool) (string, error) {
	over, err := g.groups.take(ctx, id)
	if err != nil {
		return "", err
	}
	defer over()
	x, err := g.read(ctx, groupsPath, id)
	switch {
	case err != nil:
		return "", err
	case x == nil && in:
		return "", actions.Final(errors.New("the group does not exist any more"))
	case x == nil:
		return "the group does not exist any more", nil
	}
	_, shown := x.members()
	if shown && x.has(u.id) == in {
		return "nothing to do", nil
	}
	ch := change{kind: groupsPath, now: *x, first: t.First, harm: lost(u.id), done: func(r *resource) bool {
		if r == nil {
			return !in
		}
		_, shown := r.members()
		return shown && r.has(u.id) == in
	}}
	known := membership(u, in)
	for _, name := range g.cfg.Leave {
		w := known[name]
		if name == byPut && !shown || in && name == byFilter && slices.Contains(g.cfg.Leave, byValue) {
			continue // a PUT would remove those who are not shown; byValue joins in the same way
		}
		ch.ways = append(ch.ways, w)
	}
	return g.apply(ctx, ch)
}

// membership are the ways of joining and leaving.
func membership(u resource, in bool) map[string]way {
	op, one := "remove", []any{map[string]any{"value": u.id}}
	if in {
		op = "add"
	}
	patch := func(name string, operation map[string]any) way {
		operation["op"] = op
		return way{name, http.MethodPatch, func(resource) any {
			return map[string]any{"schemas": []string{patchOp}, "Operations": []any{operation}}
		}}
	}
	out := map[string]way{
		byFilter: patch(byFilter, map[string]any{"path": "members[value eq " + quote(u.id) + "]"}),
		byValue:  patch(byValue, map[string]any{"path": "members", "value": one}),
		byNested: patch(byNested, map[string]any{"path": "members", "value": map[string]any{"members": one}}),
		byPut: {byPut, http.MethodPut, func(now resource) any {
			list, _ := get(now.all, "members").([]any)
			list = slices.DeleteFunc(slices.Clone(list), func(x any) bool {
				m, _ := x.(map[string]any)
				return text(get(m, "value")) == u.id
			})
			if in {
				list = append(list, one...)
			}
			if list == nil {
				list = []any{}
			}
			return now.with("members", list)
		}},
	}
	if in { // RFC 7644, 3.5.2.1: what is added stands in the value, not in the path
		out[byFilter] = out[byValue]
	}
	return out
}

// lost says who else is missing in a group since: some servers empty it when one
// member is taken out by value.
func lost(user string) func(before, after resource) string {
	return func(before, after resource) string {
		was, _ := before.members()
		var gone []string
		for _, m := range was {
			if m.id != user && !after.has(m.id) {
				gone = append(gone, strings.TrimSpace(m.display+" "+m.id))
			}
		}
		if len(gone) == 0 {
			return ""
		}
		n := len(gone)
		if n > 20 {
			gone = append(gone[:20], "...")
		}
		return fmt.Sprintf("%d OTHER MEMBERS ARE GONE from the group %s since: the server has removed them too, or somebody else has at the same time. See who did; if it was the server, put them back and take this way out of leave: %s", n, before.text("displayName"), strings.Join(gone, ", "))
	}
}

// names are what an access profile may call a group.
func (r resource) names() []string {
	if name := r.text("displayName"); name != "" {
		return []string{name, r.id}
	}
	return []string{r.id}
}
