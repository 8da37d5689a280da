package slack

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"offboard/actions"
)

// needs are the scopes of token. https://docs.slack.dev/reference/scopes
var needs = []string{"users:read", "users:read.email", "usergroups:read", scopeGroups}

// reach signs in with both tokens.
func (c *Client) reach(ctx context.Context) error {
	return c.with(ctx, "look at Slack", func(w *workspace) error {
		if w.admin == nil && c.cfg.AdminToken.Value() != "" {
			return actions.Final(fmt.Errorf("%s", w.noAdm))
		}
		return nil
	})
}

// inspect looks at the tokens: what they lack, and what they may do beyond
// what is needed.
func (c *Client) inspect(ctx context.Context) ([]actions.Remark, error) {
	i := &inspection{}
	err := c.with(ctx, "look at Slack", func(w *workspace) error {
		i.token(w)
		if w.admin == nil {
			i.noAdmin(w)
			return nil
		}
		i.adminScopes(w)
		if err := i.owner(ctx, w); err != nil {
			return err
		}
		return i.scim(ctx, w)
	})
	return i.found, err
}

type inspection struct{ found []actions.Remark }

func (i *inspection) broken(remedy, format string, args ...any) {
	i.found = append(i.found, actions.Remark{Broken: true, Text: fmt.Sprintf(format, args...), Remedy: remedy})
}

func (i *inspection) unsafe(remedy, format string, args ...any) {
	i.found = append(i.found, actions.Remark{Text: fmt.Sprintf(format, args...), Remedy: remedy})
}

// token looks at the one for daily work.
func (i *inspection) token(w *workspace) {
	var lacks, admin []string
	for _, s := range needs {
		if !w.token.may(s) {
			lacks = append(lacks, s)
		}
	}
	for _, s := range w.token.scopes {
		if s == "admin" || strings.HasPrefix(s, "admin.") {
			admin = append(admin, s)
		}
	}
	if len(lacks) > 0 {
		i.broken("add them in the app's OAuth & Permissions, and install the app again", "token lacks the scopes %s", strings.Join(lacks, ", "))
	}
	if len(admin) > 0 {
		i.unsafe("take them off; what may deactivate people is admin_token", "token has scopes of an administrator: %s", strings.Join(admin, ", "))
	}
	if w.token.BotID == "" {
		i.unsafe("use a bot token (xoxb-)", "token is a user token: it stops when @%s is deactivated", w.token.User)
	}
	if w.token.Org {
		i.broken("install the app on the workspace, and use that token", "token belongs to the whole organization, and user groups belong to workspaces")
	}
}

func (i *inspection) noAdmin(w *workspace) {
	if w.cfg.AdminToken.Value() == "" {
		i.unsafe("on the plans Business+ and Enterprise, set admin_token; on others leave it so", "without admin_token each deactivation is a task for a person")
		return
	}
	i.broken("correct admin_token", "%s", w.noAdm)
}

// adminScopes looks at what the token that deactivates may do.
func (i *inspection) adminScopes(w *workspace) {
	a := w.admin
	if a.BotID != "" {
		i.broken("use a user token (xoxp-) of an owner or admin", "admin_token is a bot token, which SCIM does not accept")
	}
	if !a.may("admin") {
		i.broken("add it, and install the app again", "admin_token lacks the scope admin, which SCIM needs")
	}
	useful := []string{"admin", "identify"} // every user token has identify
	if w.token.Enterprise != "" {
		useful = append(useful, scopeSessions)
		if !a.may(scopeSessions) {
			i.unsafe("add it, and install the app on the organization again", "admin_token lacks the scope %s, so sessions are not ended apart", scopeSessions)
		}
	}
	var more []string
	for _, s := range a.scopes {
		if !slices.Contains(useful, s) {
			more = append(more, s)
		}
	}
	if len(more) > 0 {
		i.unsafe("take them off", "admin_token may do more than it needs: %s", strings.Join(more, ", "))
	}
}

// owner says whose departure would end the bot's power.
func (i *inspection) owner(ctx context.Context, w *workspace) error {
	u, err := w.user(ctx, w.admin.UserID)
	if err != nil || u == nil {
		return err
	}
	i.unsafe("let it belong to an account that stays, such as a service account, and name its id "+u.ID+" under deny",
		"admin_token acts as @%s (%s): it stops when that account is deactivated, and the bot never touches that account", u.Name, u.RealName)
	return nil
}

// scim tries to read one account.
func (i *inspection) scim(ctx context.Context, w *workspace) error {
	err := w.scim(ctx, http.MethodGet, "Users?count=1", nil, nil)
	why := refusal(err)
	if why == "" {
		return err
	}
	i.broken("correct that, or take admin_token out: then deactivating is a person's task", "accounts can't be deactivated by SCIM: %s", why)
	return nil
}
