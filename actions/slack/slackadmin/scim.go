package slackadmin

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// refusals are the HTTP codes of SCIM's errors.
// https://docs.slack.dev/reference/scim-api/
var refusals = map[string]int{
	"missing_authentication": 401, "invalid_authentication": 401,
	"plus_teams_only": 403, "permission_denied": 403, "cannot_modify_owner": 403,
	"cannot_disable_primary_owner": 403, "cannot_disable_bot_user_with_scim": 403, "non_org_teams_only": 403,
	"no_such_user": 404, "bad_endpoint": 404,
	"missing_schema_element": 400, "invalid_request_payload": 400, "invalid_query": 400,
}

func (s *Server) scim(w http.ResponseWriter, r *http.Request, path string) {
	name := "SCIM " + r.Method
	s.calls = append(s.calls, name)
	no := func(detail string) {
		status := refusals[detail]
		if status == 0 {
			status = http.StatusBadRequest
		}
		answer(w, status, object{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:Error"}, "detail": detail, "status": status})
	}
	t, ok := s.token(r)
	u := s.user(t.User)
	switch {
	case r.Header.Get("Authorization") == "":
		no("missing_authentication")
		return
	case !ok || t.Bot || !slices.Contains(t.Scopes, "admin") || u == nil || !u.Admin && !u.Owner && !u.PrimaryOwner:
		no("invalid_authentication")
		return
	case s.Plan < Business:
		no("plus_teams_only")
		return
	}
	// https://docs.slack.dev/reference/scim-api/rate-limits
	perMinute, burst, bucket := 300, 300, name
	if r.Method == http.MethodPatch {
		s.writes++
		perMinute, burst = 180, 20
	}
	if d, ok := s.take(bucket, perMinute, burst); !ok {
		tooMany(w, d)
		return
	}
	if s.fails[name] != "" {
		no(s.fails[name])
		return
	}
	id, one := strings.CutPrefix(path, "Users/")
	switch {
	case r.Method == http.MethodGet && path == "Users":
		s.listUsers(w, r.URL.Query().Get("filter"), no)
	case r.Method == http.MethodGet && one:
		if u := s.user(id); u == nil || u.Stranger {
			no("no_such_user")
		} else {
			answer(w, http.StatusOK, s.resource(u))
		}
	case r.Method == http.MethodPatch && one:
		s.patch(w, r, id, no)
	default:
		no("bad_endpoint")
	}
}

func (s *Server) resource(u *User) object {
	active := !u.Deleted
	if u.ScimActive != nil {
		active = *u.ScimActive
	}
	out := object{
		"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"},
		"id":      u.ID, "externalId": "", "userName": u.Name, "nickName": u.Name, "displayName": u.RealName, "active": active,
		"emails": []object{{"value": u.Mail, "primary": true}}, "groups": []object{},
	}
	enterprise := object{"employeeNumber": nil, "manager": object{"managerId": nil}}
	if u.Number != "" {
		enterprise["employeeNumber"] = u.Number
	}
	out["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"] = enterprise
	return out
}

var emailFilter = regexp.MustCompile(`(?i)^email eq ("[^"]*")$`)

func (s *Server) listUsers(w http.ResponseWriter, filter string, no func(string)) {
	want := ""
	if filter != "" && !s.NoFilter {
		m := emailFilter.FindStringSubmatch(filter)
		if m == nil || json.Unmarshal([]byte(m[1]), &want) != nil {
			no("invalid_query")
			return
		}
	}
	found := []object{}
	for _, u := range s.Users {
		if !u.Stranger && (want == "" || strings.EqualFold(u.Mail, want)) {
			found = append(found, s.resource(u))
		}
	}
	answer(w, http.StatusOK, object{
		"schemas":   []string{"urn:ietf:params:scim:api:messages:2.0:ListResponse"},
		"Resources": found, "totalResults": len(found), "itemsPerPage": len(found), "startIndex": 1,
	})
}

func (s *Server) patch(w http.ResponseWriter, r *http.Request, id string, no func(string)) {
	var in struct {
		Schemas    []string `json:"schemas"`
		Operations []struct {
			Op    string `json:"op"`
			Path  string `json:"path"`
			Value *bool  `json:"value"`
		} `json:"Operations"`
	}
	err := json.NewDecoder(r.Body).Decode(&in)
	u := s.user(id)
	switch {
	case err != nil:
		no("invalid_request_payload")
	case !slices.Contains(in.Schemas, "urn:ietf:params:scim:api:messages:2.0:PatchOp"):
		no("missing_schema_element")
	case len(in.Operations) != 1 || in.Operations[0].Path != "active" || in.Operations[0].Op != "replace" || in.Operations[0].Value == nil:
		no("invalid_request_payload")
	case u == nil || u.Stranger:
		no("no_such_user")
	case u.Bot:
		no("cannot_disable_bot_user_with_scim")
	case u.PrimaryOwner:
		no("cannot_disable_primary_owner")
	case s.refuse:
		no("permission_denied")
	case s.lie:
		answer(w, http.StatusOK, s.resource(u))
	default:
		u.Deleted = !*in.Operations[0].Value
		if u.Deleted {
			u.Sessions = 0
		}
		if s.after["SCIM PATCH"] {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		answer(w, http.StatusOK, s.resource(u))
	}
}
