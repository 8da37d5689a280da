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
