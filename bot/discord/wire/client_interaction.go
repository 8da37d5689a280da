package wire

import (
	"context"
	"net/http"
	"net/url"
)

// Callback gives the first answer to an interaction, within three seconds of
// it. It is sent again when it is not known whether it arrived; that it was
// answered already (40060) is then no error.
func (c *Client) Callback(ctx context.Context, id, token string, response any) error {
	path := "interactions/" + url.PathEscape(id) + "/" + url.PathEscape(token) + "/callback"
	k := call{method: http.MethodPost, path: path, route: routeOf(http.MethodPost, path), bare: true}
	err := c.do(ctx, k, response, nil)
	for try := 0; Unclear(err) && try < tries-1; try++ {
		if pause(ctx, c.wait(try)) != nil {
			break
		}
		if err = c.do(ctx, k, response, nil); Is(err, AlreadyAnswered) {
			return nil
		}
	}
	return err
}

// EditOriginal replaces the first answer to an interaction, within 15 minutes
// of it.
func (c *Client) EditOriginal(ctx context.Context, app, token string, message any) error {
	return c.followUp(ctx, http.MethodPatch, app, token, "/messages/@original", message)
}

// DeleteOriginal takes the first answer to an interaction away.
func (c *Client) DeleteOriginal(ctx context.Context, app, token string) error {
	return c.followUp(ctx, http.MethodDelete, app, token, "/messages/@original", nil)
}

// FollowUp gives one more answer to an interaction, within 15 minutes of it.
func (c *Client) FollowUp(ctx context.Context, app, token string, message any) error {
	return c.followUp(ctx, http.MethodPost, app, token, "", message)
}

func (c *Client) followUp(ctx context.Context, method, app, token, below string, message any) error {
	path := "webhooks/" + url.PathEscape(app) + "/" + url.PathEscape(token) + below
	k := call{method: method, path: path, route: routeOf(method, path), bare: true, repeat: method != http.MethodPost}
	return c.do(ctx, k, message, nil)
}
