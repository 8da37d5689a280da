package slacktest

import (
	"fmt"
	"slices"
	"strings"
)

type tokenKind string

const (
	botToken  tokenKind = "bot"
	userToken tokenKind = "user"
	appToken  tokenKind = "app"
)

type token struct {
	kind    tokenKind
	user    string // whose it is; empty for an app-level token
	scopes  []string
	revoked bool
}

func (t *token) may(scope string) bool { return slices.Contains(t.scopes, scope) }

// AddToken makes a token: xapp without a user, xoxb for a bot, xoxp for a
// person.
func (s *Slack) AddToken(user string, scopes ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &token{kind: appToken, user: user, scopes: slices.Clone(scopes)}
	prefix := "xapp-1"
	if u := s.user(user); u != nil {
		t.kind, prefix = userToken, "xoxp"
		if u.Kind == Bot {
			t.kind, prefix = botToken, "xoxb"
		}
	}
	s.count++
	secret := fmt.Sprintf("%s-%012d-slacktest", prefix, s.count)
	s.tokens[secret] = t
	return secret
}

// Revoke revokes a token: token_revoked from now on.
func (s *Slack) Revoke(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.tokens[secret]; t != nil {
		t.revoked = true
	}
}

// authorize says whose token it is and whether it may call m; s.mu is held.
func (s *Slack) authorize(secret string, m method) (*token, error) {
	if secret == "" {
		return nil, refuse("not_authed")
	}
	t := s.tokens[secret]
	if t == nil {
		return nil, refuse("invalid_auth")
	}
	if t.revoked {
		return nil, refuse("token_revoked")
	}
	if u := s.user(t.user); u != nil && u.Deactivated {
		return nil, refuse("account_inactive")
	}
	if !slices.Contains(m.kinds, t.kind) {
		s.problem("%s was called with a token of kind %s", m.name, t.kind)
		return nil, refuse("not_allowed_token_type")
	}
	if len(m.scopes) > 0 && !slices.ContainsFunc(m.scopes, t.may) {
		return t, s.missing(m.name, t, m.scopes...)
	}
	return t, nil
}

// missing is missing_scope with what is needed and provided; s.mu is held.
func (s *Slack) missing(method string, t *token, needed ...string) error {
	s.problem("%s needs the scope %s", method, strings.Join(needed, " or "))
	return &refusal{code: "missing_scope", extra: object{
		"needed": strings.Join(needed, ","), "provided": strings.Join(t.scopes, ","),
	}}
}
