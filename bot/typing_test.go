package bot

import (
	"context"
	"reflect"
	"testing"
)

func TestTyping(t *testing.T) {
	there := Typing(func(verb string) string {
		if verb == "pause" {
			return "/leaver bot pause"
		}
		return "/leaver " + verb
	})
	for text, want := range map[string]string{
		"Type /offboard pause off, or /offboard status OFF-1.": "Type /leaver bot pause off, or /leaver status OFF-1.",
		"Every card: /offboard":                                "Every card: /leaver ",
		"the folder /srv/offboarding stays":                    "the folder /srv/offboarding stays",
		"":                                                     "",
	} {
		if got := there.In(text); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
	const before, after = "/offboard pause", "/leaver bot pause"
	make := func(s string) Message {
		return Message{Summary: s, Parts: []Part{
			Heading{"A heading"}, Prose{T(s)}, Fine{T(s)}, Facts{{s, T(s)}}, Checklist{"A list", []Row{{Open, T(s), T(s)}}}, Buttons{{Label: "Go", Verb: "pause", Object: "-"}},
		}}
	}
	m := make(before)
	if got := there.Message(m); !reflect.DeepEqual(got, make(after)) || !reflect.DeepEqual(m, make(before)) {
		t.Errorf("it became %+v, from %+v", got, m)
	}
	r := there.Handler(func(context.Context, Interaction) Reply {
		f := Form{Intro: T(before)}
		return Reply{Message: &m, Form: &f, Errors: map[string]string{"why": before}, Then: func(context.Context) Reply { return Say(before) }}
	})(t.Context(), Interaction{})
	if r.Message.Summary != after || r.Form.Intro.String() != after || r.Errors["why"] != after || r.Then(t.Context()).Message.Summary != after {
		t.Errorf("the answer is %+v", r)
	}
}
