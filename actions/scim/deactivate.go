package scim

import (
	"context"
	"net/http"
	"strings"

	"offboard/actions"
)

// deactivate ends the ability to sign in.
type deactivate struct{ *Client }

const signIn = "sign-in"

// Check holds the ability to sign in until the server shows active as false. A
// server that does not show it proves nothing.
func (d deactivate) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return d.check(ctx, "read the account", t, func(u resource, f *actions.Finding) error {
		active, known := u.active()
		if !active && known {
			return nil
		}
		if !known {
			f.Notes = append(f.Notes, u.about()+": the server does not show whether it is active, so that deactivating it can't be proven")
		}
		if d.preset.note != "" {
			f.Notes = append(f.Notes, d.preset.note)
		}
		f.Items = append(f.Items, actions.Item{ID: signIn, Account: u.id, Label: "sign in as " + u.login(), Before: "active"})
		return nil
	})
}

// Do deactivates the account.
func (d deactivate) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return d.set(ctx, "deactivate the account", t, t.Wants(signIn), false)
}

// Undo activates it again.
func (d deactivate) Undo(ctx context.Context, t actions.Target, before actions.Finding) (actions.Evidence, error) {
	return d.set(ctx, "activate the account", t, len(t.Of(before)) > 0, true)
}

func (d deactivate) set(ctx context.Context, attempt string, t actions.Target, asked, want bool) (actions.Evidence, error) {
	return d.act(ctx, attempt, t, func(u resource) (string, error) {
		if active, known := u.active(); !asked || known && active == want {
			return "nothing to do", nil
		}
		value := any(want)
		if d.cfg.Text || u.asText() {
			value = map[bool]string{true: "True", false: "False"}[want] // as Entra writes it
		}
		patch := func(op map[string]any) any {
			return map[string]any{"schemas": []string{patchOp}, "Operations": []any{op}}
		}
		known := map[string]way{
			byPath: {byPath, http.MethodPatch, func(resource) any {
				return patch(map[string]any{"op": "replace", "path": "active", "value": value})
			}},
			byValue: {byValue, http.MethodPatch, func(resource) any {
				return patch(map[string]any{"op": "replace", "value": map[string]any{"active": value}})
			}},
			byPut: {byPut, http.MethodPut, func(now resource) any { return now.with("active", value) }},
		}
		ch := change{kind: users, now: u, first: t.First, done: func(r *resource) bool {
			if r == nil {
				return !want // gone, as some servers show who is deactivated
			}
			active, known := r.active()
			return known && active == want
		}, harm: func(before, after resource) string {
			if b, a := before.text("userName"), after.text("userName"); !strings.EqualFold(b, a) {
				return "the account was called " + b + " and is now called " + a + ": the server has taken away more than was asked"
			}
			return ""
		}}
		for _, name := range d.cfg.Deactivate {
			ch.ways = append(ch.ways, known[name])
		}
		return d.apply(ctx, ch)
	})
}
