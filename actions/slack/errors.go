package slack

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"offboard/actions"
)

// classify says what an error means in plain words, with Slack's own name for
// it after them, and whether trying again may help. An error that has a class
// keeps it.
func classify(attempt string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*actions.Error](err); ok {
		return &actions.Error{Class: e.Class, After: e.After, Err: fmt.Errorf("%s: %w", attempt, err)}
	}
	e, ok := errors.AsType[*apiError](err)
	if !ok {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // the address may hold somebody's mail address
		}
		if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
			return actions.Final(fmt.Errorf("%s: the certificate of Slack is not trusted: check api_url, scim_url and what stands between: %w", attempt, err))
		}
		return actions.Again(fmt.Errorf("%s: Slack cannot be reached: %w", attempt, err))
	}
	if e.passing() {
		// The gate of the system keeps everybody away until then.
		return &actions.Error{Class: actions.ClassAgain, After: e.After, Err: fmt.Errorf("%s: Slack asks to come back later (%w)", attempt, err)}
	}
	return actions.Final(fmt.Errorf("%s: %s (%w)", attempt, meaning(e.Name), err))
}

// passing reports whether the same request may succeed later.
func (e *apiError) passing() bool {
	switch e.Name {
	case "internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited", "too_many_requests",
		"resource_locked", "database_query_failure", "user_session_reset_failed", "team_added_to_org", "org_login_required":
		return true
	}
	return e.Status >= 500 || e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout
}

// meaning is Slack's name of an error in plain words.
// https://docs.slack.dev/reference/scim-api/, and the page of each method.
func meaning(name string) string {
	switch name {
	case "missing_scope":
		return "the token lacks a scope"
	case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "invalid_authentication", "missing_authentication":
		return "Slack does not accept the token: it was revoked, its owner was deactivated, or for SCIM it lacks the scope admin"
	case "not_allowed_token_type", "is_bot":
		return "this is the wrong kind of token"
	case "not_an_admin", "permission_denied", "no_permission", "access_denied", "restricted_action":
		return "the token's owner may not do that: see the roles and the permissions of the workspace"
	case "plus_teams_only":
		return "SCIM needs the plan Business+ or Enterprise"
	case "feature_not_enabled":
		return "the plan of this workspace does not have that"
	case "plan_upgrade_required":
		return "the plan of this workspace has no user groups"
	case "non_org_teams_only":
		return "in an Enterprise organization admin_token must be installed on the organization"
	case "cannot_disable_primary_owner", "primary_owner_check_failure", "cannot_reset_primary_owner", "session_reset_not_allowed":
		return "nobody else may do that to the Primary Owner"
	case "cannot_modify_owner":
		return "an owner can't be changed by SCIM"
	case "cannot_disable_bot_user_with_scim", "cannot_reset_bot":
		return "that is a bot"
	case "accesslimited":
		return "Slack does not allow this network"
	case "invalid_users", "failed_for_some_users", "unable_to_add_deleted_or_guest_to_group":
		return "somebody in the list is deactivated or a guest, and can't be in a user group"
	}
	return "Slack refused"
}

// named reports whether err is an answer of Slack with one of these names.
func named(err error, names ...string) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && slices.Contains(names, e.Name)
}

// refusal is in words why Slack says no for good, or empty if err is something
// that may pass.
func refusal(err error) string {
	if e, ok := errors.AsType[*apiError](err); ok && !e.passing() {
		return fmt.Sprintf("%s (%s)", meaning(e.Name), e)
	}
	return ""
}
