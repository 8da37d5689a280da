package wire

import "strings"

// route is what a call is limited by before Discord has named its bucket: the
// method, the path without ids, and the major parameters (docs, Rate Limits).
type route struct {
	what  string // "PATCH channels/:id/messages/:id"
	major string // "channels/123"
	shown string // for errors: with ids, without tokens
	free  bool   // is not counted: callbacks of interactions
}

// String is for errors and logs.
func (r route) String() string { return r.shown }

// routeOf reads a path. Calls with an interaction's token are free: Discord
// does not count them globally, and each token has a bucket of its own, which
// would have to be kept for ever.
func routeOf(method, path string) route {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	if len(parts) > 2 && (parts[0] == "interactions" || parts[0] == "webhooks") {
		parts[2] = "token"
		return route{free: true, shown: method + " " + strings.Join(parts, "/")}
	}
	if len(parts) == 2 && parts[0] == "invites" { // its code lets people in
		parts[1] = ":code"
	}
	r := route{shown: method + " " + strings.Join(parts, "/")}
	for i, p := range parts {
		if !isID(p) {
			continue
		}
		if i == 1 && (parts[0] == "channels" || parts[0] == "guilds" || parts[0] == "webhooks") {
			r.major = parts[0] + "/" + p
		}
		parts[i] = ":id"
	}
	r.what = method + " " + strings.Join(parts, "/")
	return r
}

func isID(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}
