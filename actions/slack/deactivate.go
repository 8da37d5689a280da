package slack

import (
	"context"
	"errors"
	"fmt"

	"offboard/actions"
)

// deactivate ends the ability to sign in, by SCIM.
type deactivate struct{ *Client }

const signIn = "sign-in"

// Check holds the ability to sign in until users.info and SCIM both say that
// the account is deactivated.
func (d deactivate) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return d.check(ctx, "read the account", t, func(w *workspace, u user, f *actions.Finding) error {
		s, why, err := w.provisioned(ctx, u.ID)
		if err != nil {
			return err
		}
		if u.Deleted && (s == nil || !s.Active) {
			return nil
		}
		label := "sign in as " + u.Name
		if u.Restricted || u.UltraRestricted {
			label += " (guest)"
		}
		f.Items = append(f.Items, actions.Item{ID: signIn, Account: u.ID, Label: label, Before: "active"})
		if words := w.byHand(u, why); words != "" {
			f.ByHand[u.ID] = words
		}
		return nil
	})
}

// byHand is what a person does where no API deactivates the account; why is
// the reason that SCIM gave. Empty where the bot can do it.
func (w *workspace) byHand(u user, why string) string {
	switch {
	case u.primary():
		return fmt.Sprintf("%s is the Primary Owner, whom nobody can deactivate. First they, or Slack's support, transfer the ownership; then deactivate the account at %s.", u.Name, w.page())
	case why != "":
		return fmt.Sprintf("Deactivate the account %s (%s) at %s: find it, open its menu, Deactivate account. The bot can't: %s.", u.Name, u.Profile.Email, w.page(), why)
	}
	return ""
}

// Do deactivates the account. That ends its sessions and tokens as well.
func (d deactivate) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return d.set(ctx, "deactivate the account", t, t.Wants(signIn), false)
}

// Undo activates it again.
func (d deactivate) Undo(ctx context.Context, t actions.Target, before actions.Finding) (actions.Evidence, error) {
	return d.set(ctx, "activate the account", t, len(t.Of(before)) > 0, true)
}

func (d deactivate) set(ctx context.Context, attempt string, t actions.Target, asked, active bool) (actions.Evidence, error) {
	return d.act(ctx, attempt, t, func(w *workspace, u user) (string, error) {
		if !asked {
			return "nothing was asked for", nil
		}
		s, why, err := w.provisioned(ctx, u.ID)
		switch {
		case err != nil:
			return "", err
		case u.Deleted != active && (s == nil || s.Active == active):
			return u.Name + " is so already", nil
		}
		if words := w.byHand(u, why); words != "" {
			return "", actions.Final(errors.New(words))
		}
		err = w.setActive(ctx, u.ID, active)
		if named(err, "cannot_disable_primary_owner", "primary_owner_check_failure") {
			u.PrimaryOwner = true
			return "", actions.Final(fmt.Errorf("%s (%w)", w.byHand(u, ""), err))
		}
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("SCIM PATCH %s: success, active: %t", u.ID, active), nil
	})
}
