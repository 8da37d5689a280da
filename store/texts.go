package store

import (
	"encoding/base64"
	"reflect"
	"strings"
)

// TextClass says what kind of text a Private holds, for whoever decides which
// of them are opened for somebody.
type TextClass string

// The classes.
const (
	ReasonText   TextClass = "reason"   // why somebody asked, declined, kept, stopped ...
	NoteText     TextClass = "note"     // remarks, notes of proof, what the approver knows
	IdentityText TextClass = "identity" // who a person is, and their chat accounts
	AccountText  TextClass = "account"  // accounts in systems: login and immutable id
	StateText    TextClass = "state"    // what was held: names of groups, before-states
	ResultText   TextClass = "result"   // what systems answered, and what could not be read
	ConfigText   TextClass = "config"   // rules and configuration
)

// TextClasses lists the classes.
var TextClasses = []TextClass{ReasonText, NoteText, IdentityText, AccountText, StateText, ResultText, ConfigText}

// textClasses says the class of each field with a sealed text, by its name in
// the entry; with the kind of the entry in front where a name means two things.
var textClasses = map[string]TextClass{
	"reason": ReasonText, "why": ReasonText,
	"note": NoteText, "text": NoteText, "comment": NoteText,
	"card": IdentityText, "requested.change.account.id": IdentityText, "linked.account.id": IdentityText,
	"account": AccountText, "login": AccountText, "id": AccountText, "needed": AccountText,
	"held": StateText, "found": StateText, "loses": StateText, "detail": StateText,
	"searched": ResultText, "unread": ResultText, "notes": ResultText, "evidence": ResultText, "message": ResultText,
	"file": ConfigText, "rules": ConfigText, "wanted": ConfigText,
}

// SealedText is a sealed text as an entry has it.
type SealedText struct {
	Path    string // of its field in the body, without indexes: "terms.reason"
	Class   TextClass
	Private Private
}

// Texts lists the sealed texts of an event, in the order of its fields. A
// field without a class is a mistake of the program, and counts as a reason.
func Texts(e Event) []SealedText {
	var out []SealedText
	texts(reflect.ValueOf(e.Body), e.Body.kind(), func(path string, p Private) {
		out = append(out, SealedText{Path: strings.TrimPrefix(path, e.Body.kind()+"."), Class: classOf(path), Private: p})
	})
	return out
}

func classOf(path string) TextClass {
	if c, ok := textClasses[path]; ok {
		return c
	}
	if c, ok := textClasses[path[strings.LastIndexByte(path, '.')+1:]]; ok {
		return c
	}
	return ReasonText
}

// texts calls f for every Private that is not zero, however deep.
func texts(v reflect.Value, path string, f func(string, Private)) {
	if v.Type() == privateType {
		if p := v.Interface().(Private); !p.IsZero() {
			f(path, p)
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			switch {
			case !field.IsExported() || name == "-":
			case field.Anonymous:
				texts(v.Field(i), path, f)
			default:
				texts(v.Field(i), path+"."+name, f)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			texts(v.Index(i), path, f)
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			texts(v.Elem(), path, f)
		}
	default: // a leaf; maps are not used in bodies
	}
}

// Commitment is what stands in the entry in the place of the text.
func (p Private) Commitment() string { return base64.StdEncoding.EncodeToString(p.commit[:]) }

// Opening is what proves which text a commitment stands for.
type Opening struct {
	Salt [16]byte
	Text string
}

// Opens reports whether the commitment of p stands for this text.
func (o Opening) Opens(p Private) bool { return !p.IsZero() && commitment(o.Salt, o.Text) == p.commit }
