package slack

import (
	"context"
	"fmt"
	"net/url"

	"offboard/actions"
)

// sessions signs the account out everywhere. Slack only takes the order: it
// shows no sessions, so a person confirms.
type sessions struct{ *Client }

const (
	allSessions   = "sessions"
	scopeSessions = "admin.users:write"
)

// Check holds the sessions wherever the bot may end them: whether there are
// any can't be read.
func (s sessions) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return s.check(ctx, "look whether sessions can be ended", t, func(w *workspace, u user, f *actions.Finding) error {
		if why := w.noSessions(); why != "" {
			f.Notes = append(f.Notes, u.Name+": open sessions end when the account is deactivated; the bot can't end them apart: "+why)
			return nil
		}
		f.Items = append(f.Items, actions.Item{ID: allSessions, Account: u.ID, Label: "open sessions of " + u.Name + ", if there are any"})
		if u.primary() && u.ID != w.admin.UserID {
			f.ByHand[u.ID] = fmt.Sprintf("%s is the Primary Owner: only they can end their own sessions. Transfer the ownership first, at %s.", u.Name, w.page())
		}
		return nil
	})
}

// noSessions says why there is no API for it here, or is empty.
// https://docs.slack.dev/reference/methods/admin.users.session.reset
func (w *workspace) noSessions() string {
	switch {
	case w.admin == nil:
		return w.noAdm
	case w.token.Enterprise == "":
		return "Slack offers that to Enterprise organizations only"
	case !w.admin.may(scopeSessions):
		return "admin_token lacks the scope " + scopeSessions
	}
	return ""
}

// Do orders all sessions to be ended.
func (s sessions) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return s.act(ctx, "end the sessions", t, func(w *workspace, u user) (string, error) {
		if !t.Wants(allSessions) {
			return "nothing was asked for", nil
		}
		if why := w.noSessions(); why != "" {
			return "", actions.Final(fmt.Errorf("the sessions can't be ended apart: %s; they end when the account is deactivated, at %s", why, w.page()))
		}
		_, err := w.web(ctx, w.cfg.AdminToken, "admin.users.session.reset", url.Values{"user_id": {u.ID}}, nil)
		switch {
		case u.Deleted && named(err, "user_not_found"):
			return "admin.users.session.reset finds no account that is active: its sessions ended when it was deactivated", nil
		case err != nil:
			return "", err
		}
		return "admin.users.session.reset: accepted", nil
	})
}
