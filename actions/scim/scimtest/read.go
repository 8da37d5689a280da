package scimtest

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// show answers one resource.
func (s *Server) show(w http.ResponseWriter, kind, id string) {
	o := s.find(kind, id)
	if s.Quirks.Hides && o["active"] == false {
		refused(w, 404, "", "Resource "+id+" not found")
		return
	}
	if s.stale[id] > 0 {
		s.stale[id]--
		o = s.old[id]
	}
	out := s.shown(kind, o)
	if s.Quirks.ETags {
		w.Header().Set("ETag", version(o))
	}
	answer(w, 200, out)
}

func version(o Object) string {
	meta, _ := o["meta"].(Object)
	v, _ := meta["version"].(string)
	return v
}

// shown is a resource as the server shows it.
func (s *Server) shown(kind string, o Object) Object {
	out := clone(o)
	if !s.Quirks.ETags {
		delete(out, "meta")
	}
	if s.Quirks.Text {
		if b, ok := out["active"].(bool); ok {
			out["active"] = map[bool]string{true: "True", false: "False"}[b]
		}
	}
	if s.Quirks.HideActive {
		delete(out, "active")
	}
	members, _ := out["members"].([]any)
	for _, m := range members {
		m.(Object)["display"] = "user " + m.(Object)["value"].(string)
	}
	if s.Quirks.HideMembers {
		delete(out, "members")
	}
	if s.Quirks.UserGroups && kind == "Users" {
		in := []any{}
		for _, g := range s.kinds["Groups"] {
			if slices.Contains(values(g, "members", "value"), o["id"].(string)) {
				in = append(in, Object{"value": g["id"], "display": g["displayName"], "type": "direct"})
			}
		}
		out["groups"] = in
	}
	return out
}

// list answers a page.
func (s *Server) list(w http.ResponseWriter, r *http.Request, kind string) {
	q := r.URL.Query()
	all, ok := s.search(kind, q.Get("filter"))
	if !ok {
		refused(w, 400, "invalidFilter", "what is "+q.Get("filter")+"?")
		return
	}
	start, count := number(q.Get("startIndex"), 1), min(number(q.Get("count"), 20), s.max())
	total := len(all)
	if s.Quirks.RefusesPast && start > total {
		refused(w, 400, "invalidValue", "startIndex is too large")
		return
	}
	if s.Quirks.OnePage || s.Quirks.StartsOver && start > total {
		start = 1
	}
	if s.Quirks.StandsStill && start > total {
		start = 1 + (total-1)/count*count
	}
	if s.Quirks.SomeGroups && strings.HasPrefix(q.Get("filter"), "members") {
		count = 1
	}
	page := all[min(start-1, total):min(start-1+count, total)]
	items := len(page)
	if s.Quirks.WrongItems {
		items = 7
	}
	if s.Quirks.WrongTotal {
		total = len(page)
	}
	shown := []Object{}
	for _, o := range page {
		o = s.shown(kind, o)
		if s.Quirks.FalseGroup != "" && q.Get("filter") != "" {
			delete(o, "members")
		}
		shown = append(shown, o)
	}
	answer(w, 200, Object{
		"schemas":      []string{"urn:ietf:params:scim:api:messages:2.0:ListResponse"},
		"totalResults": total, "startIndex": start, "itemsPerPage": items, "Resources": shown,
	})
}

func number(text string, usual int) int {
	if n, err := strconv.Atoi(text); err == nil {
		return max(1, n)
	}
	return usual
}

var filterForm = regexp.MustCompile(`^([\w.:$-]+)(?:\[(\w+) eq (".*")\]| eq (".*"))$`)

// search finds by attribute eq "value"; ok is false for what it does not know.
func (s *Server) search(kind, filter string) (found []Object, ok bool) {
	if filter == "" || s.Quirks.IgnoreFilter {
		return s.kinds[kind], true
	}
	m := filterForm.FindStringSubmatch(filter)
	var want string
	if m == nil || json.Unmarshal([]byte(m[3]+m[4]), &want) != nil {
		return nil, s.Quirks.SilentMiss
	}
	attr, sub, _ := strings.Cut(m[1], ".")
	if m[2] != "" {
		sub = m[2]
	}
	if attr == "members" && s.Quirks.FalseGroup != "" {
		return []Object{s.find(kind, s.Quirks.FalseGroup)}, true
	}
	if s.Quirks.Filters != nil && !slices.Contains(s.Quirks.Filters, attr) {
		return nil, s.Quirks.SilentMiss
	}
	for _, o := range s.kinds[kind] {
		if slices.ContainsFunc(values(o, attr, sub), func(v string) bool {
			return v == want || !s.Quirks.CaseSensitive && strings.EqualFold(v, want)
		}) {
			found = append(found, o)
		}
	}
	return found, true
}

func values(o Object, attr, sub string) []string {
	switch v := o[attr].(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, x := range v {
			m, _ := x.(Object)
			if s, ok := m[sub].(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}
