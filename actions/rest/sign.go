package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"offboard/actions"
)

// sign adds what the API knows the bot by.
func (c *Client) sign(req *http.Request, token *oauth2.Token) {
	switch a := c.cfg.Auth; {
	case token != nil:
		token.SetAuthHeader(req)
	case a.Basic != nil:
		req.SetBasicAuth(a.Basic.User, a.Basic.Password.Value())
	case a.Header != nil:
		req.Header.Set(a.Header.Name, a.Header.Value.Value())
	case a.Bearer.Value() != "":
		req.Header.Set("Authorization", "Bearer "+a.Bearer.Value())
	}
}

// token is a token that is good for a while, other than the one that was refused;
// nil without OAuth. One caller fetches it, the others wait for that.
func (c *Client) token(ctx context.Context, refused *oauth2.Token) (*oauth2.Token, error) {
	o := c.cfg.Auth.OAuth
	if o == nil {
		return nil, nil
	}
	var have *oauth2.Token
	select {
	case have = <-c.signed:
	case <-ctx.Done():
		return nil, actions.Again(fmt.Errorf("sign in: %w", ctx.Err()))
	}
	defer func() { c.signed <- have }()
	if have.Valid() && have != refused {
		return have, nil
	}
	cc := clientcredentials.Config{
		ClientID: o.ClientID, ClientSecret: o.ClientSecret.Value(), TokenURL: o.TokenURL, Scopes: o.Scopes,
		EndpointParams: url.Values{}, AuthStyle: oauth2.AuthStyleInHeader,
	}
	if o.InBody {
		cc.AuthStyle = oauth2.AuthStyleInParams
	}
	for k, v := range o.Params {
		cc.EndpointParams.Set(k, v)
	}
	fresh, err := cc.Token(context.WithValue(ctx, oauth2.HTTPClient, c.http))
	if err != nil {
		have = nil
		return nil, c.unsigned(ctx, err)
	}
	have = fresh
	c.given.Store(&fresh.AccessToken)
	return have, nil
}

// unsigned is why no token was given. RFC 6749, 5.2 names the reasons; the text
// beside them is not repeated, since it may quote what was sent.
func (c *Client) unsigned(ctx context.Context, err error) error {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return c.unreached(ctx, "sign in", err)
	}
	a := Answer{Header: http.Header{}}
	if refused.Response != nil {
		a.Status, a.Header = refused.Response.StatusCode, refused.Response.Header
	}
	if code := refused.ErrorCode; code != "" {
		return actions.Final(fmt.Errorf("sign in: the server of tokens says %s: look at auth.oauth", c.clean(code)))
	}
	return c.Refused(Call{Method: "sign", Path: "in"}, a)
}
