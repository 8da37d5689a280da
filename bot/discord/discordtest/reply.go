package discordtest

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strconv"
	"strings"
)

// refusal is an error answer of the REST API.
type refusal struct {
	status  int
	code    int
	message string
	errors  object
}

func (r *refusal) Error() string { return strings.TrimSpace(strconv.Itoa(r.code) + " " + r.message) }

// refuse is the refusal for a JSON error code.
func refuse(code int) error {
	e, ok := errorCodes[code]
	if !ok {
		panic("no error code " + strconv.Itoa(code))
	}
	return &refusal{status: e.status, code: code, message: e.message}
}

func asRefusal(err error) *refusal {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r
	}
	return &refusal{status: http.StatusInternalServerError, message: err.Error()}
}

func said(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// reply answers: nothing is 204.
func reply(w http.ResponseWriter, answer any, err error) {
	if err != nil {
		r := asRefusal(err)
		out := object{"message": r.message, "code": r.code}
		if r.errors != nil {
			out["errors"] = r.errors
		}
		writeJSON(w, r.status, out)
		return
	}
	if answer == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if c, ok := answer.(created); ok {
		writeJSON(w, http.StatusCreated, c.body)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// created is an answer with status 201.
type created struct{ body any }

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// text is a JSON value as text.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// number is a JSON value as an integer, 0 if it is none.
func number(v any) int {
	switch v := v.(type) {
	case float64:
		return int(v)
	case int:
		return v
	case ChannelType:
		return int(v)
	}
	return 0
}

func truth(v any) bool {
	b, _ := v.(bool)
	return b
}

// objects are the objects in a JSON array.
func objects(v any) []object {
	var out []object
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if o, ok := e.(object); ok {
				out = append(out, o)
			}
		}
	case []object:
		return v
	}
	return out
}

// clone copies JSON, so that what a test holds does not change below it.
func clone[T any](v T) T {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // it was JSON
	}
	var out T
	if err := json.Unmarshal(raw, &out); err != nil {
		panic(err)
	}
	return out
}

func merged(a, b object) object {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}
