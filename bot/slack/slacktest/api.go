package slacktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// object is JSON whose shape only matters where it is looked at.
type object = map[string]any

// Call is one call of the Web API, of a response URL ("response_url"), or of
// SCIM ("scim").
type Call struct {
	Method string
	Args   map[string]any // texts of a form, or the JSON body; without the token
	At     time.Time
	Error  string // what it was answered with; empty is ok
}

// refusal is an error answer of the Web API.
type refusal struct {
	code     string
	messages []string // response_metadata.messages
	extra    object
}

func (r *refusal) Error() string { return r.code }

func refuse(code string, messages ...string) error { return &refusal{code: code, messages: messages} }

// call is one call of a method.
type call struct {
	*Slack
	m    method
	tok  *token
	args map[string]any
}

// Calls lists the calls so far of a method, or of all with "".
func (s *Slack) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	for _, c := range s.calls {
		if method == "" || c.Method == method {
			out = append(out, c)
		}
	}
	return out
}

func (s *Slack) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method")
	args, secret, err := read(r)
	f := s.fault(name)
	if f != nil && !f.after {
		s.record(name, args, f.String())
		f.strike(w, r, s.done)
		return
	}
	s.mu.Lock()
	var answer object
	var tok *token
	m, known := methods[name]
	m.name = name
	if !known {
		s.problem("%s: this fake does not have the method", name)
		err = refuse("unknown_method")
	}
	if err == nil {
		tok, err = s.authorize(secret, m)
	}
	var wait time.Duration
	if err == nil {
		if m.form && strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			args = map[string]any{} // Slack reads no JSON here
		}
		c := &call{Slack: s, m: m, tok: tok, args: args}
		if wait = s.limit(c); wait > 0 {
			err = refuse("ratelimited")
		} else {
			answer, err = c.run()
		}
	}
	s.mu.Unlock()
	if tok != nil {
		w.Header().Set("X-OAuth-Scopes", strings.Join(tok.scopes, ","))
		w.Header().Set("X-Accepted-OAuth-Scopes", strings.Join(m.scopes, ","))
	}
	if f != nil {
		s.record(name, args, f.String())
		f.strike(w, r, s.done)
		return
	}
	s.record(name, args, code(err))
	if wait > 0 {
		tooMany(w, wait)
		return
	}
	reply(w, answer, err)
}

func (c *call) run() (object, error) {
	var lacking []string
	for _, name := range c.m.required {
		if c.str(name) == "" && c.args[name] == nil {
			lacking = append(lacking, "[ERROR] missing required field: "+name)
		}
	}
	if len(lacking) > 0 {
		c.problem("%s: %s", c.m.name, strings.Join(lacking, ", "))
		return nil, refuse("invalid_arguments", lacking...)
	}
	return c.m.run(c)
}

func (s *Slack) record(name string, args map[string]any, problem string) {
	s.mu.Lock()
	s.calls = append(s.calls, Call{Method: name, Args: args, At: time.Now(), Error: problem})
	s.mu.Unlock()
	s.signal.Notify()
}

func code(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// read takes the arguments and the token of a request. A token in a JSON body
// does not count.
func read(r *http.Request) (map[string]any, string, error) {
	args := map[string]any{}
	secret, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.Method == http.MethodGet || kind == "" && r.ContentLength == 0 || kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data":
		if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
			return args, secret, refuse("invalid_form_data")
		}
		for k := range r.Form {
			args[k] = r.Form.Get(k)
		}
		if secret == "" {
			secret = r.Form.Get("token")
		}
		delete(args, "token")
	case kind == "application/json":
		body, err := io.ReadAll(r.Body)
		if err == nil && len(body) > 0 && strings.TrimSpace(string(body)) != "null" {
			err = json.Unmarshal(body, &args)
		}
		if err != nil {
			return args, secret, refuse("invalid_json")
		}
	case kind == "":
		return args, secret, refuse("missing_post_type")
	default:
		return args, secret, refuse("invalid_post_type")
	}
	return args, secret, nil
}

func reply(w http.ResponseWriter, answer object, err error) {
	out := object{"ok": err == nil}
	maps.Copy(out, answer)
	if err != nil {
		out["error"] = err.Error()
		if r, ok := errors.AsType[*refusal](err); ok {
			maps.Copy(out, r.extra)
			if len(r.messages) > 0 {
				out["response_metadata"] = object{"messages": r.messages}
			}
		}
	}
	writeJSON(w, http.StatusOK, out)
}

func tooMany(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	writeJSON(w, http.StatusTooManyRequests, object{"ok": false, "error": "ratelimited"})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// str is an argument as text, whether it came in a form or in JSON.
func (c *call) str(name string) string { return text(c.args[name]) }

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

func (c *call) flag(name string) bool { return truth(c.args[name]) }

func truth(v any) bool {
	b, err := strconv.ParseBool(text(v))
	return err == nil && b
}

// decode reads an argument that is JSON, or JSON as text, into v. It reports
// whether there was one.
func (c *call) decode(name string, v any) (bool, error) { return decode(c.args[name], v) }

func decode(arg, v any) (bool, error) {
	raw, isText := arg.(string)
	if arg == nil || isText && raw == "" {
		return false, nil
	}
	if !isText {
		b, err := json.Marshal(arg)
		if err != nil {
			return true, err
		}
		raw = string(b)
	}
	if err := json.Unmarshal([]byte(raw), v); err != nil {
		return true, fmt.Errorf("%T: %w", v, err)
	}
	return true, nil
}
