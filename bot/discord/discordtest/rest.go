package discordtest

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// object is JSON whose shape only matters where it is looked at.
type object = map[string]any

// Call is one call of the REST API.
type Call struct {
	Route  string // "POST /channels/{channel}/messages"
	Path   string // below the version
	Args   map[string]any
	Query  url.Values
	Reason string // X-Audit-Log-Reason, decoded
	At     time.Time
	Status int
	Error  string // what it was answered with; empty is ok
}

// call is one request while it is worked on.
type call struct {
	*Discord
	route *route
	path  map[string]string
	query url.Values
	raw   []byte
	args  map[string]any
	form  form
	files []File // uploaded with it

	sent, reason string // X-Audit-Log-Reason, as it came and decoded
	badReason    error
}

// maxBody is how large a request may be.
const maxBody = 25 << 20

// Calls lists the calls so far of a route, or of all with "".
func (d *Discord) Calls(route string) []Call {
	d.mu.Lock()
	defer d.mu.Unlock()
	if route != "" && !known(route) {
		d.t.Errorf("discordtest: there is no route %q", route)
	}
	var out []Call
	for _, c := range d.calls {
		if route == "" || c.Route == route {
			out = append(out, c)
		}
	}
	return out
}

func (d *Discord) routes() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /{$}", d.serveGateway)
	for i := range routes {
		r := &routes[i]
		method, path, _ := strings.Cut(r.name, " ")
		for _, version := range []string{"v9", "v10"} {
			m.HandleFunc(method+" /api/"+version+path, func(w http.ResponseWriter, req *http.Request) { d.serve(r, w, req) })
		}
	}
	m.HandleFunc("/", func(w http.ResponseWriter, req *http.Request) {
		d.mu.Lock()
		d.problem("%s %s: this fake does not have the route", req.Method, req.URL.Path)
		d.mu.Unlock()
		reply(w, nil, &refusal{status: http.StatusNotFound, message: "404: Not Found"})
	})
	return m
}

// known says whether Fail and Calls can name it.
func known(target string) bool {
	for _, r := range routes {
		if r.name == target {
			return true
		}
	}
	return target == Connecting || target == Identifying || target == Resuming || target == Dispatches
}

func (d *Discord) serve(r *route, w http.ResponseWriter, req *http.Request) {
	c := &call{Discord: d, route: r, query: req.URL.Query(), path: map[string]string{}}
	for _, name := range parameters(r.name) {
		c.path[name] = req.PathValue(name)
	}
	err := c.read(req)
	f := d.fault(r.name)
	if f != nil && !f.after {
		c.record(req, f.status, f.String())
		f.strike(w, req, d.done)
		return
	}
	d.mu.Lock()
	var limited time.Duration
	var global bool
	if err == nil {
		err = c.authorize(req)
	}
	if err == nil {
		if limited, global = c.limit(w.Header()); limited > 0 {
			err = &refusal{status: http.StatusTooManyRequests, message: "You are being rate limited."}
		}
	}
	var answer any
	if err == nil {
		answer, err = c.run()
	}
	d.mu.Unlock()
	if f != nil {
		c.record(req, f.status, f.String())
		f.strike(w, req, d.done)
		return
	}
	status := http.StatusOK
	if err != nil {
		status = asRefusal(err).status
	}
	c.record(req, status, said(err))
	if limited > 0 {
		tooMany(w, limited, global)
		return
	}
	reply(w, answer, err)
}

// run checks and does what was asked; d.mu is held.
func (c *call) run() (any, error) {
	if c.badReason != nil || strings.ContainsFunc(c.sent, func(r rune) bool { return r > 127 }) {
		c.problem("%s: X-Audit-Log-Reason is not URL-encoded: %q", c.route.name, c.sent)
	}
	if len([]rune(c.reason)) > maxReason {
		c.form.add("X-Audit-Log-Reason", "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxReason)
		return nil, c.malformed()
	}
	return c.route.run(c)
}

// malformed is the refusal for what c.form has collected, or nil; it is a
// problem as well. d.mu is held.
func (c *call) malformed() error {
	if c.form.empty() {
		return nil
	}
	c.problem("%s: %s", c.route.name, c.form.String())
	return &refusal{status: http.StatusBadRequest, code: 50035, message: "Invalid Form Body", errors: c.form.tree()}
}

// userAgent is how an app has to name itself.
var userAgent = regexp.MustCompile(`^DiscordBot \(\S+, \S+\)`)

// read takes the body of a request.
func (c *call) read(r *http.Request) error {
	c.sent = r.Header.Get("X-Audit-Log-Reason")
	c.reason, c.badReason = url.PathUnescape(c.sent)
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return &refusal{status: http.StatusBadRequest, message: "400: Bad Request"}
	}
	if len(body) > maxBody {
		return refuse(40005)
	}
	c.raw = body
	kind, boundary, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case len(body) == 0:
	case kind == "multipart/form-data" && c.route.name == PostMessage:
		return c.readUpload(boundary["boundary"])
	case kind == "application/json":
		if err := json.Unmarshal(body, &c.args); err != nil && !c.route.list {
			return refuse(50109)
		}
	default:
		return &refusal{status: http.StatusBadRequest, code: 50035, message: "Expected \"Content-Type\" header to be one of {'application/json'}."}
	}
	return nil
}

// authorize checks who asks; d.mu is held. Interactions and their webhooks
// have the token in the path, and /gateway is for everybody.
func (c *call) authorize(r *http.Request) error {
	if !userAgent.MatchString(r.UserAgent()) {
		c.problem("%s: the User-Agent %q is not \"DiscordBot (url, version)\": Discord may block it", c.route.name, r.UserAgent())
	}
	if c.route.open {
		return nil
	}
	token, bot := strings.CutPrefix(r.Header.Get("Authorization"), "Bot ")
	if !bot || token != c.BotToken {
		return &refusal{status: http.StatusUnauthorized, message: "401: Unauthorized"}
	}
	return nil
}

func (c *call) record(r *http.Request, status int, problem string) {
	_, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/api/"), "/")
	c.mu.Lock()
	c.calls = append(c.calls, Call{
		Route: c.route.name, Path: "/" + path, Args: c.args, Query: c.query, Reason: c.reason, At: time.Now(), Status: status, Error: problem,
	})
	c.mu.Unlock()
	c.signal.Notify()
}

// parameters are the names in the braces of a route.
func parameters(route string) []string {
	var out []string
	for _, part := range strings.Split(route, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			out = append(out, strings.TrimSuffix(name, "}"))
		}
	}
	return out
}
