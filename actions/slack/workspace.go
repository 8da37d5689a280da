package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"offboard/config"
)

// workspace is what the tokens belong to, read at the start of every call.
type workspace struct {
	*Client
	token identity
	admin *identity // nil without an admin_token that works
	noAdm string    // why there is none, in words
}

// identity is whom a token belongs to (auth.test).
type identity struct {
	URL        string `json:"url"`
	Team       string `json:"team"`
	User       string `json:"user"`
	TeamID     string `json:"team_id"`
	UserID     string `json:"user_id"`
	BotID      string `json:"bot_id"`
	Enterprise string `json:"enterprise_id"`
	Org        bool   `json:"is_enterprise_install"`
	scopes     []string
}

func (i identity) may(scope string) bool { return slices.Contains(i.scopes, scope) }

func (c *Client) identity(ctx context.Context, token config.Secret) (identity, error) {
	var i identity
	header, err := c.web(ctx, token, "auth.test", nil, &i)
	if err != nil {
		return i, err
	}
	i.scopes = scopes(header)
	return i, nil
}

// scopes are those that Slack says a token has.
func scopes(h http.Header) []string {
	return strings.FieldsFunc(h.Get("X-OAuth-Scopes"), func(r rune) bool { return r == ',' || r == ' ' })
}

// with signs in and runs fn. Every error that leaves this package has passed
// through here, so it has a class and names the attempt.
func (c *Client) with(ctx context.Context, attempt string, fn func(w *workspace) error) error {
	w, err := c.workspace(ctx)
	if err == nil {
		err = fn(w)
	}
	return classify(attempt, err)
}

func (c *Client) workspace(ctx context.Context) (*workspace, error) {
	w := &workspace{Client: c}
	var err error
	if w.token, err = c.identity(ctx, c.cfg.Token); err != nil {
		return nil, err
	}
	if c.cfg.AdminToken.Value() == "" {
		w.noAdm = "the bot has no admin_token"
		return w, nil
	}
	admin, err := c.identity(ctx, c.cfg.AdminToken)
	switch why := refusal(err); {
	case why != "":
		w.noAdm = "admin_token: " + why
	case err != nil:
		return nil, err
	case admin.TeamID != w.token.TeamID && (admin.Enterprise == "" || admin.Enterprise != w.token.Enterprise):
		w.noAdm = fmt.Sprintf("admin_token belongs to another workspace, %s", admin.Team)
	default:
		w.admin = &admin
	}
	return w, nil
}

// page is where people manage members.
func (w *workspace) page() string { return strings.TrimSuffix(w.token.URL, "/") + "/admin" }

// own reports whether the bot itself lives by this account.
func (w *workspace) own(id string) bool {
	return id == w.token.UserID || w.admin != nil && id == w.admin.UserID
}

// user is an account as users.info shows it.
type user struct {
	ID              string `json:"id"`
	TeamID          string `json:"team_id"`
	Name            string `json:"name"`
	RealName        string `json:"real_name"`
	Deleted         bool   `json:"deleted"`
	Admin           bool   `json:"is_admin"`
	Owner           bool   `json:"is_owner"`
	PrimaryOwner    bool   `json:"is_primary_owner"`
	Restricted      bool   `json:"is_restricted"`
	UltraRestricted bool   `json:"is_ultra_restricted"`
	Bot             bool   `json:"is_bot"`
	WorkflowBot     bool   `json:"is_workflow_bot"`
	Stranger        bool   `json:"is_stranger"`
	Profile         struct {
		Email string `json:"email"`
		Name  string `json:"real_name"`
	} `json:"profile"`
	Enterprise struct {
		ID           string `json:"enterprise_id"`
		PrimaryOwner bool   `json:"is_primary_owner"`
	} `json:"enterprise_user"`
}

// foreign says why an account is nobody's of this company, or is empty.
func (w *workspace) foreign(u user) string {
	switch inside := u.TeamID == w.token.TeamID || u.Enterprise.ID != "" && u.Enterprise.ID == w.token.Enterprise; {
	case u.Bot || u.WorkflowBot || u.ID == "USLACKBOT":
		return "is a bot"
	case u.Stranger || !inside:
		return "belongs to another company (Slack Connect)"
	}
	return ""
}

// user reads an account by its id; nil if there is none.
func (w *workspace) user(ctx context.Context, id string) (*user, error) {
	return w.oneUser(ctx, "users.info", url.Values{"user": {id}})
}

// byMail finds the active account with this address; nil if there is none.
// Slack does not find deactivated ones here.
func (w *workspace) byMail(ctx context.Context, mail string) (*user, error) {
	return w.oneUser(ctx, "users.lookupByEmail", url.Values{"email": {mail}})
}

func (w *workspace) oneUser(ctx context.Context, method string, args url.Values) (*user, error) {
	var out struct {
		User user `json:"user"`
	}
	_, err := w.web(ctx, w.cfg.Token, method, args, &out)
	switch {
	case named(err, "user_not_found", "users_not_found"):
		return nil, nil
	case err != nil:
		return nil, err
	case out.User.ID == "":
		return nil, errors.New(method + " answered without an account")
	}
	return &out.User, nil
}
