package slackadmin

import (
	"net/http"
	"slices"
	"strings"
)

// method is a method of the Web API: what it needs, and what it does.
type method struct {
	scope  string
	tier   int // requests in a minute, also at once
	writes bool
	do     func(s *Server, t Token, arg func(string) string) (object, string)
}

// The tiers: 2 is 20 in a minute, 3 is 50, 4 is 100.
// https://docs.slack.dev/apis/web-api/rate-limits
var methods = map[string]method{
	"auth.test":                 {"", 300, false, authTest},
	"users.info":                {"users:read", 100, false, usersInfo},
	"users.lookupByEmail":       {"users:read.email", 50, false, lookupByEmail},
	"usergroups.list":           {"usergroups:read", 20, false, usergroupsList},
	"usergroups.users.list":     {"usergroups:read", 20, false, usergroupsUsers},
	"usergroups.users.update":   {"usergroups:write", 20, true, usergroupsUpdate},
	"usergroups.disable":        {"usergroups:write", 20, true, usergroupsDisable(true)},
	"usergroups.enable":         {"usergroups:write", 20, true, usergroupsDisable(false)},
	"admin.users.session.reset": {"admin.users:write", 20, true, sessionReset},
}

func (s *Server) web(w http.ResponseWriter, r *http.Request, name string) {
	s.calls = append(s.calls, name)
	no := func(name string, more ...string) {
		o := object{"ok": false, "error": name}
		if len(more) > 0 {
			o["needed"], o["provided"] = more[0], more[1]
		}
		answer(w, http.StatusOK, o)
	}
	m, ok := methods[name]
	if !ok {
		no("unknown_method")
		return
	}
	t, ok := s.token(r)
	if !ok {
		if r.Header.Get("Authorization") == "" {
			no("not_authed")
			return
		}
		no("invalid_auth")
		return
	}
	w.Header().Set("X-OAuth-Scopes", strings.Join(t.Scopes, ","))
	if m.scope != "" && !slices.Contains(t.Scopes, m.scope) {
		no("missing_scope", m.scope, strings.Join(t.Scopes, ","))
		return
	}
	if d, ok := s.take(name, m.tier, m.tier); !ok {
		tooMany(w, d)
		return
	}
	if err := r.ParseForm(); err != nil || r.Method != http.MethodPost {
		no("invalid_post_type")
		return
	}
	if m.writes {
		s.writes++
	}
	switch {
	case s.fails[name] != "":
		no(s.fails[name])
		return
	case m.writes && s.refuse:
		no("permission_denied")
		return
	case m.writes && s.lie:
		answer(w, http.StatusOK, object{"ok": true})
		return
	}
	out, err := m.do(s, t, r.PostForm.Get)
	switch {
	case err != "":
		no(err)
	case s.after[name]:
		w.WriteHeader(http.StatusInternalServerError)
	default:
		out["ok"] = true
		answer(w, http.StatusOK, out)
	}
}

func authTest(s *Server, t Token, _ func(string) string) (object, string) {
	team := TeamID
	if t.Team != "" {
		team = t.Team
	}
	out := object{"url": "https://lumen.slack.com/", "team": "Lumen Works", "team_id": team, "user_id": t.User, "is_enterprise_install": t.Org}
	if u := s.user(t.User); u != nil {
		out["user"] = u.Name
	}
	if t.Bot {
		out["bot_id"] = "B" + t.User
	}
	if s.Plan == Enterprise && t.Team == "" {
		out["enterprise_id"] = "E0LUMEN01"
	}
	return out, ""
}

func (s *Server) show(u *User) object {
	team := u.Team
	if team == "" {
		team = TeamID
	}
	out := object{
		"id": u.ID, "team_id": team, "name": u.Name, "real_name": u.RealName, "deleted": u.Deleted,
		"is_admin": u.Admin, "is_owner": u.Owner, "is_primary_owner": u.PrimaryOwner, "is_restricted": u.Guest, "is_ultra_restricted": false,
		"is_bot": u.Bot, "is_app_user": false, "is_stranger": u.Stranger, "profile": object{"email": u.Mail, "real_name": u.RealName},
	}
	if s.Plan == Enterprise && !u.Stranger {
		out["enterprise_user"] = object{"id": u.ID, "enterprise_id": "E0LUMEN01", "is_primary_owner": u.PrimaryOwner, "teams": []string{team}}
	}
	return out
}

func usersInfo(s *Server, _ Token, arg func(string) string) (object, string) {
	u := s.user(arg("user"))
	if u == nil {
		return nil, "user_not_found"
	}
	return object{"user": s.show(u)}, ""
}

// lookupByEmail does not find who is deactivated.
// https://docs.slack.dev/reference/methods/users.lookupByEmail
func lookupByEmail(s *Server, _ Token, arg func(string) string) (object, string) {
	for _, u := range s.Users {
		if strings.EqualFold(u.Mail, arg("email")) && u.Mail != "" && !u.Deleted {
			return object{"user": s.show(u)}, ""
		}
	}
	return nil, "users_not_found"
}

func usergroupsList(s *Server, _ Token, arg func(string) string) (object, string) {
	if s.Plan == Free {
		return nil, "plan_upgrade_required"
	}
	list := []object{}
	for _, g := range s.Groups {
		if g.Disabled && arg("include_disabled") != "true" {
			continue
		}
		o := object{"id": g.ID, "team_id": TeamID, "is_usergroup": true, "name": g.Name, "handle": g.Handle, "date_delete": 0, "auto_type": nil, "is_idp_group": g.IDP, "deleted_by": nil}
		if g.Disabled {
			o["date_delete"] = s.now.Unix()
			o["deleted_by"] = g.DeletedBy
		}
		if g.AutoType != "" {
			o["auto_type"] = g.AutoType
		}
		if arg("include_users") == "true" {
			o["users"] = s.active(g)
		}
		list = append(list, o)
	}
	return object{"usergroups": list}, ""
}

// active are the members that are not deactivated.
func (s *Server) active(g *Group) []string {
	return slices.DeleteFunc(slices.Clone(g.Users), func(id string) bool {
		u := s.user(id)
		return u == nil || u.Deleted
	})
}

func (s *Server) group(id string) *Group {
	i := slices.IndexFunc(s.Groups, func(g *Group) bool { return g.ID == id })
	if i < 0 {
		return nil
	}
	return s.Groups[i]
}

func usergroupsUsers(s *Server, _ Token, arg func(string) string) (object, string) {
	g := s.group(arg("usergroup"))
	if g == nil || g.Disabled && arg("include_disabled") != "true" {
		return nil, "no_such_subteam"
	}
	return object{"users": s.active(g)}, ""
}

func usergroupsUpdate(s *Server, _ Token, arg func(string) string) (object, string) {
	g := s.group(arg("usergroup"))
	switch {
	case g == nil:
		return nil, "no_such_subteam"
	case arg("users") == "":
		return nil, "no_users_provided"
	case g.AutoType != "" || g.IDP:
		return nil, "permission_denied"
	}
	ids := strings.Split(arg("users"), ",")
	for _, id := range ids {
		if u := s.user(id); u == nil || u.Deleted || u.Bot || u.Guest {
			return nil, "invalid_users"
		}
	}
	g.Users = ids
	return object{"usergroup": object{"id": g.ID, "users": ids}}, ""
}

func usergroupsDisable(off bool) func(s *Server, t Token, arg func(string) string) (object, string) {
	return func(s *Server, t Token, arg func(string) string) (object, string) {
		g := s.group(arg("usergroup"))
		if g == nil {
			return nil, "no_such_subteam"
		}
		if g.Disabled, g.DeletedBy = off, ""; off {
			g.DeletedBy = t.User
		}
		return object{"usergroup": object{"id": g.ID}}, ""
	}
}

func sessionReset(s *Server, t Token, arg func(string) string) (object, string) {
	caller, u := s.user(t.User), s.user(arg("user_id"))
	switch {
	case s.Plan != Enterprise:
		return nil, "feature_not_enabled"
	case t.Bot:
		return nil, "not_allowed_token_type"
	case caller == nil || !caller.Admin && !caller.Owner && !caller.PrimaryOwner:
		return nil, "not_an_admin"
	case u == nil || u.Deleted:
		return nil, "user_not_found"
	case u.Bot:
		return nil, "cannot_reset_bot"
	case u.PrimaryOwner && caller != u:
		return nil, "cannot_reset_primary_owner"
	}
	u.Sessions = 0
	return object{}, ""
}
