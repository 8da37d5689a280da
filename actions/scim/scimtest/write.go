package scimtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// change answers PATCH, PUT and DELETE.
func (s *Server) change(w http.ResponseWriter, r *http.Request, kind, id string) {
	s.writes++
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	s.calls = append(s.calls, fmt.Sprintf("%s %s %s", r.Method, strings.TrimPrefix(r.URL.Path, "/scim/v2"), body))
	o := s.find(kind, id)
	before := clone(o)
	switch match := r.Header.Get("If-Match"); {
	case s.refuse:
		refused(w, 403, "", "the token may only read")
		return
	case s.Quirks.ETags && match != "" && match != version(o):
		refused(w, 412, "", "Failed to update: the resource has changed")
		return
	case s.Quirks.Later:
		answer(w, 202, Object{})
		return
	case s.lie:
		answer(w, 200, s.shown(kind, o))
		return
	}
	status, why := s.apply(r.Method, kind, o, body)
	if status >= 400 {
		refused(w, status, "invalidValue", why)
		return
	}
	if s.Quirks.Stale > 0 {
		s.stale[id], s.old[id] = s.Quirks.Stale, before
	}
	bare(o)
	if now := s.find(kind, id); now != nil && !equal(before, now) {
		n := 0
		_, _ = fmt.Sscanf(version(before), `W/"%d"`, &n)
		now["meta"] = Object{"version": fmt.Sprintf(`W/"%d"`, n+1)}
	}
	if status == 204 || s.Quirks.NoContent {
		w.WriteHeader(204)
		return
	}
	answer(w, status, s.shown(kind, s.find(kind, id)))
}

// bare keeps of members only who they are: their names are the server's to show.
func bare(group Object) {
	list, _ := group["members"].([]any)
	for _, x := range list {
		delete(x.(Object), "display")
	}
}

func equal(a, b Object) bool { return fmt.Sprint(a) == fmt.Sprint(clone(b)) }

func (s *Server) apply(method, kind string, o Object, body []byte) (status int, why string) {
	switch method {
	case http.MethodDelete:
		if s.Quirks.SoftDelete {
			o["active"] = false
			if s.Quirks.Marks {
				o["deleted"] = true
			}
			return 204, ""
		}
		s.kinds[kind] = slices.DeleteFunc(s.kinds[kind], func(x Object) bool { return x["id"] == o["id"] })
		return 204, ""
	case http.MethodPut:
		return s.replace(o, body)
	case http.MethodPatch:
		if s.Quirks.NoPatch || s.Quirks.SilentPatch {
			return 501, "PATCH is not implemented"
		}
		return s.patch(o, body)
	}
	return 405, "no such method"
}

// replace is a PUT: what is not given is gone (RFC 7644, 3.5.1).
func (s *Server) replace(o Object, body []byte) (int, string) {
	var in Object
	if json.Unmarshal(body, &in) != nil || in["userName"] == nil && in["displayName"] == nil {
		return 400, "userName or displayName is missing"
	}
	if in["active"] != nil {
		v, ok := s.active(in["active"])
		if !ok {
			return 400, "active is not of its type"
		}
		in["active"] = v
	}
	for k := range o {
		if k != "id" && k != "meta" {
			delete(o, k)
		}
	}
	for k, v := range in {
		if k != "id" && k != "meta" && k != "groups" { // read only
			o[k] = v
		}
	}
	return 200, ""
}

// active is the value of active in a request.
func (s *Server) active(v any) (is, ok bool) {
	if s.Quirks.Text {
		text, ok := v.(string)
		return text == "True", ok && (text == "True" || text == "False")
	}
	is, ok = v.(bool)
	return is, ok
}

var memberPath = regexp.MustCompile(`^members\[value eq "(.*)"\]$`)

func (s *Server) patch(o Object, body []byte) (int, string) {
	var in struct {
		Schemas    []string
		Operations []struct {
			Op, Path string
			Value    any
		}
	}
	if json.Unmarshal(body, &in) != nil || len(in.Operations) == 0 || !slices.Contains(in.Schemas, "urn:ietf:params:scim:api:messages:2.0:PatchOp") {
		return 400, "that is no PatchOp"
	}
	for _, op := range in.Operations {
		inside, _ := op.Value.(Object)
		m := memberPath.FindStringSubmatch(op.Path)
		switch {
		case op.Op == "replace" && (op.Path == "active" || op.Path == "" && inside["active"] != nil):
			v := op.Value
			if op.Path == "" {
				v = inside["active"]
			}
			is, ok := s.active(v)
			if !ok {
				return 400, "active is not of its type"
			}
			if op.Path == "" && s.Quirks.DeafValue || op.Path != "" && s.Quirks.DeafPath {
				continue
			}
			o["active"] = is
			if s.Quirks.Renames && !is {
				o["userName"] = "removed-" + o["id"].(string)
			}
		case m != nil && s.Quirks.NoPathFilter:
			return 400, "a path with a filter is not supported"
		case m != nil && op.Op == "remove":
			if !s.Quirks.DeafMember {
				remove(o, m[1])
			}
		case op.Path == "members" && op.Op == "remove":
			if s.Quirks.EmptiesGroup {
				o["members"] = []any{}
				continue
			}
			for _, id := range values(Object{"v": op.Value}, "v", "value") {
				remove(o, id)
			}
		case op.Path == "members" && op.Op == "add":
			more, _ := op.Value.([]any)
			have, _ := o["members"].([]any)
			for _, id := range values(Object{"v": op.Value}, "v", "value") {
				have = remove(o, id)
			}
			o["members"] = append(have, more...)
		default:
			return 400, "invalidPath " + op.Path
		}
	}
	return 200, ""
}

func remove(group Object, user string) []any {
	list, _ := group["members"].([]any)
	list = slices.DeleteFunc(slices.Clone(list), func(x any) bool { return x.(Object)["value"] == user })
	group["members"] = list
	return list
}
