package slacktest

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// scimWrites is Slack's limit of writes to users: 180 a minute, 20 at once.
var scimWrites = rate{180, 20}

var scimFilter = regexp.MustCompile(`(?i)^(userName|email|emails(?:\.value)?|id) eq "([^"]+)"$`)

// serveScim is as much of SCIM v1 and v2 as taking a person out needs: find,
// read, set active, delete.
func (s *Slack) serveScim(w http.ResponseWriter, r *http.Request) {
	var body map[string]any
	if r.Body != nil {
		_ = json.NewDecoder(r.Body).Decode(&body)
	}
	f := s.fault(Scim)
	if f != nil && !f.after {
		s.record(Scim, body, f.String())
		f.strike(w, r, s.done)
		return
	}
	s.mu.Lock()
	status, answer, wait := s.scim(r, body)
	s.mu.Unlock()
	if f != nil {
		s.record(Scim, body, f.String())
		f.strike(w, r, s.done)
		return
	}
	problem := ""
	if status != http.StatusOK {
		problem = "HTTP " + strconv.Itoa(status)
	}
	s.record(Scim, body, problem)
	if wait > 0 {
		tooMany(w, wait)
		return
	}
	if answer == nil {
		w.WriteHeader(status)
		return
	}
	writeJSON(w, status, answer)
}

func (s *Slack) scim(r *http.Request, body map[string]any) (int, any, time.Duration) {
	version := r.PathValue("version")
	secret, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	t := s.tokens[secret]
	if t == nil || t.revoked || t.kind != userToken || !t.may("admin") {
		return s.scimError(http.StatusUnauthorized, version, "invalid_authentication")
	}
	if s.cfg.FreePlan {
		return s.scimError(http.StatusForbidden, version, "scim_disabled")
	}
	id := r.PathValue("id")
	if id == "" {
		return http.StatusOK, s.scimFind(r.URL.Query().Get("filter"), version), 0
	}
	u := s.user(id)
	if u == nil || u.Kind == Bot {
		return s.scimError(http.StatusNotFound, version, "user_not_found")
	}
	if r.Method != http.MethodGet {
		if wait := s.take("scim write", scimWrites); wait > 0 {
			s.violations = append(s.violations, Violation{Method: "scim", At: time.Now(), Wait: wait})
			if !s.cfg.RatesCounted {
				return http.StatusTooManyRequests, nil, wait
			}
		}
	}
	switch r.Method {
	case http.MethodGet:
	case http.MethodDelete:
		if status, detail := s.activate(u, false); status != 0 {
			return s.scimError(status, version, detail)
		}
		return http.StatusOK, nil, 0
	case http.MethodPatch:
		active, ok := scimActive(version, body)
		if !ok {
			return s.scimError(http.StatusBadRequest, version, "only active can be set here")
		}
		if status, detail := s.activate(u, active); status != 0 {
			return s.scimError(status, version, detail)
		}
	default:
		return s.scimError(http.StatusMethodNotAllowed, version, "method_not_allowed")
	}
	return http.StatusOK, scimUser(u, version), 0
}

// activate deactivates or reactivates an account; s.mu is held.
func (s *Slack) activate(u *User, active bool) (int, string) {
	if u.Owner && !active {
		return http.StatusForbidden, "cannot_modify_primary_owner"
	}
	if u.Deactivated == !active {
		return 0, ""
	}
	u.Deactivated = !active
	if u.Deactivated {
		s.forget(u)
	}
	s.changed(u)
	s.signal.Notify()
	return 0, ""
}

func scimActive(version string, body map[string]any) (active, ok bool) {
	if version == "v1" {
		active, ok = body["active"].(bool)
		return active, ok
	}
	for _, op := range objects(body["Operations"]) {
		value := op["value"]
		if o, isObject := value.(map[string]any); isObject {
			value = o["active"]
		} else if !strings.EqualFold(text(op["path"]), "active") {
			continue
		}
		if strings.EqualFold(text(op["op"]), "replace") {
			active, ok = value.(bool)
		}
	}
	return active, ok
}

func (s *Slack) scimFind(filter, version string) object {
	found := []object{}
	parts := scimFilter.FindStringSubmatch(filter)
	for _, u := range s.users {
		if u.Kind == Bot || filter != "" && parts == nil {
			continue
		}
		if parts != nil {
			have := map[string]string{"username": u.Name, "id": u.ID}[strings.ToLower(parts[1])]
			if strings.HasPrefix(strings.ToLower(parts[1]), "email") {
				have = u.Email
			}
			if !strings.EqualFold(have, parts[2]) {
				continue
			}
		}
		found = append(found, scimUser(u, version))
	}
	return object{
		"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:ListResponse"}, "totalResults": len(found),
		"itemsPerPage": len(found), "startIndex": 1, "Resources": found,
	}
}

func scimUser(u *User, version string) object {
	schema := "urn:ietf:params:scim:schemas:core:2.0:User"
	if version == "v1" {
		schema = "urn:scim:schemas:core:1.0"
	}
	first, last, _ := strings.Cut(u.RealName, " ")
	return object{
		"schemas": []string{schema}, "id": u.ID, "userName": u.Name, "displayName": u.RealName, "active": !u.Deactivated,
		"name": object{"givenName": first, "familyName": last}, "emails": []object{{"value": u.Email, "primary": true}},
	}
}

func (s *Slack) scimError(status int, version, detail string) (int, any, time.Duration) {
	if version == "v1" {
		return status, object{"Errors": object{"description": detail, "code": status}}, 0
	}
	return status, object{
		"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:Error"}, "detail": detail, "status": strconv.Itoa(status),
	}, 0
}
