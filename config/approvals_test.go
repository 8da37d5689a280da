package config

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestApprovals(t *testing.T) {
	usual := parsed(t, ruled)
	if a := usual.Approvals; !slices.Equal(a.Fallback, []string{"hr", "security"}) || time.Duration(a.FallbackBefore) != 4*time.Hour || time.Duration(a.Deadline) != 24*time.Hour || a.Lead != nil {
		t.Errorf("usual: %+v", a)
	}
	if d := usual.Times.SurveyAgain; time.Duration(d) != 30*time.Minute {
		t.Errorf("the survey is repeated %s before", d)
	}
	own := parsed(t, ruled+"approvals: {fallback: [security, maria], fallback_before: 8h, deadline: 12h, lead: [joao]}\ntimes: {survey_again: 1h}\n")
	if a := own.Approvals; !slices.Equal(a.Fallback, []string{"security", "maria"}) || time.Duration(a.FallbackBefore) != 8*time.Hour || !slices.Equal(a.Lead, []string{"joao"}) || time.Duration(own.Times.SurveyAgain) != time.Hour {
		t.Errorf("%+v %+v", a, own.Times)
	}
	for text, want := range map[string]string{
		"approvals: {fallback: []}":        "approvals.fallback: name at least one role or login",
		"approvals: {fallback: [' ']}":     "approvals.fallback[0]: the text is empty",
		"approvals: {lead: ['']}":          "approvals.lead[0]: the text is empty",
		"approvals: {fallback_before: 5m}": "approvals.fallback_before: write from 15m to",
		"approvals: {deadline: 30m}":       "approvals.deadline: write from 1h to",
		"times: {survey_again: 1m}":        "times.survey_again: write from 5m to",
		"times: {survey_again: 48h}":       "times.survey_again: write from 5m to",
		"approvals: {fallbak: [hr]}":       "fallbak",
	} {
		t.Setenv("OFFBOARD_KEY", "k")
		if _, err := Parse("offboard.yaml", []byte(ruled+text+"\n")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Whoever may decide in place of an approver, or sooner, needs a second person.
func TestWeakerApprovals(t *testing.T) {
	old := parsed(t, ruled).Rules()
	for text, want := range map[string][]string{
		"approvals: {fallback: [security]}":       nil,
		"approvals: {fallback: [hr, it, eve]}":    {"eve may decide in place of an approver", "the role it may decide in place of an approver"},
		"approvals: {fallback_before: 1h}":        nil,
		"approvals: {fallback_before: 24h}":       {"others may decide in place of an approver 1d before the cut-off instead of 4h"},
		"approvals: {deadline: 2h, lead: [joao]}": {"others may decide in place of an approver 2h after the question instead of 1d"},
		"approvals: {deadline: 48h}":              nil,
		"times: {survey_again: 10m}":              nil,
	} {
		if got := parsed(t, ruled+text+"\n").Rules().Weakens(old); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// What nobody is named for, and a task that nobody confirms, have a time of their
// own; a shorter one needs a second person.
func TestAnswersAndLapses(t *testing.T) {
	task := func(rest string) string {
		return ruled + "tasks: [{name: laptop, words: Laptop returned, owner: hr, due: 3d" + rest + "}]\n"
	}
	usual := parsed(t, task(""))
	if a := usual.Answers; time.Duration(a.Within) != 72*time.Hour || a.Heir != HeirManager || usual.Tasks[0].Lapse != 0 {
		t.Errorf("usual: %+v", a)
	}
	own := parsed(t, task(", lapse: 30d")+"answers: {within: 4d, heir: above}\n")
	if a := own.Answers; time.Duration(a.Within) != 96*time.Hour || a.Heir != HeirAbove || time.Duration(own.Tasks[0].Lapse) != 30*24*time.Hour {
		t.Errorf("%+v %+v", a, own.Tasks)
	}
	for text, want := range map[string]string{
		ruled + "answers: {within: 1h}\n":                               "answers.within: write from 4h to 2w",
		ruled + "answers: {within: 30d}\n":                              "answers.within: write from 4h to 2w",
		ruled + "answers: {heir: nobody}\n":                             "answers.heir: \"nobody\" is not known; possible here: manager, above",
		strings.Replace(task(""), "name: laptop", "name: questions", 1): "tasks[0].name: questions is a step of the bot's own",
		task(", lapse: 1h"):                                             "tasks[0].lapse: write from 1d to 365d",
		task(", lapse: 2000d"):                                          "tasks[0].lapse: write from 1d to 365d",
		strings.Replace(task(", lapse: 30d"), "due: 3d", "due: 0s", 1):  "tasks[0].lapse: it counts from when the task was due",
	} {
		t.Setenv("OFFBOARD_KEY", "k")
		if _, err := Parse("offboard.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text[len(ruled):], err)
		}
	}
	for _, tt := range []struct {
		before, after *Config
		want          []string
	}{
		{usual, usual, nil},
		{usual, own, []string{"a case goes on without the task laptop if nobody has confirmed it 30d after it was due"}},
		{own, usual, []string{"what nobody was named for is handed over 3d after the question instead of 4d"}},
		{own, parsed(t, task(", lapse: 60d")+"answers: {within: 5d, heir: manager}\n"), nil},
		{own, parsed(t, task(", lapse: 10d")+"answers: {within: 4d}\n"), []string{"a case goes on without the task laptop if nobody has confirmed it 10d after it was due"}},
	} {
		if got := tt.after.Rules().Weakens(tt.before.Rules()); !slices.Equal(got, tt.want) {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// How many of a role must approve: read in both ways, bounded, and no more than
// there are where the file says who there is.
func TestSeveralOfARole(t *testing.T) {
	with := func(approvals string) string {
		return strings.Replace(ruled, "approvals: [hr]", "approvals: "+approvals, 1)
	}
	two := parsed(t, with("[{role: hr, count: 2}, admin]"))
	if a := two.Policy[3].Approvals; len(a) != 2 || a[0] != (Approver{"hr", 2}) || a[1].Role != "admin" || a[1].Persons() != 1 {
		t.Errorf("%+v", a)
	}
	for approvals, want := range map[string]string{
		"[{role: hr, count: 0}]":    "policy[3].approvals[0].count: write a number from 1 to 5",
		"[{role: hr, count: 6}]":    "policy[3].approvals[0].count: write a number from 1 to 5",
		"[{role: hr, count: two}]":  "policy[3].approvals[0].count needs a whole number",
		"[{role: hr, count: 3}]":    "policy[3].approvals[0].count: only 2 people have the role hr, so 3 could never approve",
		"[hr, {role: hr}]":          "policy[3].approvals[1]: the role hr stands there already",
		"[{count: 2}]":              `the key "role" is missing in policy[3].approvals[0]`,
		"[{role: hr, cuont: 2}]":    `unknown key "cuont"`,
		"[{role: boss, count: 2}]":  `policy[3].approvals[0]: "boss" is not known`,
		"[{role: [hr], count: 2}]":  "policy[3].approvals[0].role needs text",
		"[{role: audit, count: 1}]": `"audit" is not known`,
	} {
		t.Setenv("OFFBOARD_KEY", "k")
		if _, err := Parse("offboard.yaml", []byte(with(approvals))); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", approvals, err)
		}
	}
	// Of a group only the directory knows how many there are.
	parsed(t, with("[{role: admin, count: 4}]"))
	one := parsed(t, ruled)
	if got := two.Rules().Weakens(one.Rules()); got != nil {
		t.Errorf("one more must approve: %q", got)
	}
	want := []string{`no rule says any more: 2 people of hr must approve too where person.title == "CEO"`, `no rule says any more: admin must approve too where person.title == "CEO"`}
	got := one.Rules().Weakens(two.Rules())
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
