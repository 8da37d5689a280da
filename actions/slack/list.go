package slack

import (
	"context"
	"net/url"
	"strings"

	"offboard/actions"
)

// lister lists all members of the workspace. Bots, and people of other companies
// in shared channels, are nobody's accounts here and are left out.
type lister struct{ *Client }

// listed is how many accounts come in one page: Slack recommends 200 at most.
// https://docs.slack.dev/reference/methods/users.list
const listed = "200"

// List reads one page.
func (l lister) List(ctx context.Context, page string) (actions.Page, error) {
	var out actions.Page
	err := l.with(ctx, "list all accounts", func(w *workspace) error {
		var answer struct {
			Members []user `json:"members"`
			Meta    struct {
				Next string `json:"next_cursor"`
			} `json:"response_metadata"`
		}
		args := url.Values{"limit": {listed}}
		if page != "" {
			args.Set("cursor", page)
		}
		if _, err := w.web(ctx, w.cfg.Token, "users.list", args, &answer); err != nil {
			return err
		}
		for _, u := range answer.Members {
			if w.foreign(u) != "" {
				continue
			}
			out.Accounts = append(out.Accounts, actions.Listed{
				Account: u.account(), Enabled: !u.Deleted, Chat: "slack", Mail: strings.ToLower(u.Profile.Email),
			})
		}
		out.Next = answer.Meta.Next
		return nil
	})
	return out, err
}
