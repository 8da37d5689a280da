package scim

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"offboard/actions"
)

// destroy deletes an account for good, and only one that is deactivated.
type destroy struct{ *Client }

const whole = "account"

// Check holds the account for as long as it answers and does not say that it is
// deleted.
func (d destroy) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return d.check(ctx, "read the account", t, func(u resource, f *actions.Finding) error {
		if u.deleted() {
			f.Notes = append(f.Notes, u.about()+" is shown by the server as deleted")
			return nil
		}
		if active, known := u.active(); active || !known {
			f.Notes = append(f.Notes, u.about()+" is not deactivated, and only a deactivated account is deleted")
		}
		if d.preset.keeps != "" {
			f.ByHand[u.id] = d.preset.keeps + ". See whether " + u.login() + " can be deleted there by hand, or say that it stays."
		}
		f.Items = append(f.Items, actions.Item{ID: whole, Account: u.id, Label: "the account " + u.login() + ", and all that it holds", Irreversible: true})
		return nil
	})
}

// deleted reports that the server itself says so, of an account that still
// answers: it is not active, and something marks it as deleted. That it is not
// active alone says nothing: it was deactivated before.
func (r resource) deleted() bool {
	active, known := r.active()
	if active || !known {
		return false
	}
	for _, path := range []string{"deleted", "meta.deleted", "isDeleted"} {
		if strings.EqualFold(r.text(path), "true") {
			return true
		}
	}
	for _, path := range []string{"deletedAt", "meta.deletedAt", "meta.deletedOn"} {
		if r.text(path) != "" {
			return true
		}
	}
	return strings.EqualFold(r.text("status"), "deleted")
}

// Do deletes the account.
func (d destroy) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return d.act(ctx, "delete the account", t, func(u resource) (string, error) {
		active, known := u.active()
		switch {
		case !t.Wants(whole) || u.deleted():
			return "nothing to do", nil
		case d.preset.keeps != "":
			return "", actions.Final(errors.New(d.preset.keeps))
		case active || !known:
			return "", actions.Final(errors.New("it is not deactivated, so somebody may use it: deactivate it first"))
		}
		sv, err := d.service(ctx)
		if err != nil {
			return "", err
		}
		call, a, err := d.call(ctx, http.MethodDelete, pathOf(users, u.id), nil, nil, u.match(sv))
		switch {
		case err != nil:
			return "", err
		case !a.OK() && a.Status != http.StatusNotFound && a.Status != http.StatusGone:
			return "", d.api.Refused(call, a)
		}
		what := fmt.Sprintf("DELETE: %d", a.Status)
		after, err := d.read(ctx, users, u.id)
		switch {
		case err != nil:
			return what, err
		case after == nil || after.deleted():
			return what + ", and a read shows it", nil
		}
		return what + ", and the account still answers, without a sign that it is deleted: that it is can't be proven", nil
	})
}
