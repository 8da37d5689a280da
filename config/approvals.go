package config

import (
	"fmt"
	"slices"
	"time"
)

// Approvals says what happens while approvals are missing.
type Approvals struct {
	Fallback       []string `yaml:"fallback"`        // roles, or logins, who may decide in place of a silent approver where the policy says lock
	FallbackBefore Duration `yaml:"fallback_before"` // they are asked so long before the cut-off
	Deadline       Duration `yaml:"deadline"`        // for a cut-off without a time: after so long an approval counts as missing
	Lead           []string `yaml:"lead"`            // logins of those who are called when the cut-off has passed and approvals are missing; none is everybody of HR
}

func usualApprovals() Approvals {
	return Approvals{Fallback: []string{"hr", "security"}, FallbackBefore: Duration(4 * time.Hour), Deadline: Duration(24 * time.Hour)}
}

func (k checker) approvals() {
	k.allFilled("approvals.fallback", k.Approvals.Fallback)
	k.allFilled("approvals.lead", k.Approvals.Lead)
	if k.written("approvals.fallback") && len(k.Approvals.Fallback) == 0 {
		k.add("approvals.fallback", "name at least one role or login, or remove the line; then HR and security are asked")
	}
	for _, t := range []struct {
		path        string
		d           Duration
		least, most time.Duration
		why         string
	}{
		{"approvals.fallback_before", k.Approvals.FallbackBefore, 15 * time.Minute, 7 * 24 * time.Hour, "somebody must have the time to decide"},
		{"approvals.deadline", k.Approvals.Deadline, time.Hour, 14 * 24 * time.Hour, "people need time to answer, and access must not stay for weeks"},
		{"times.survey_again", k.Times.SurveyAgain, 5 * time.Minute, 24 * time.Hour, "what is found needs an approval, and what comes later is not seen"},
	} {
		if k.written(t.path) && (time.Duration(t.d) < t.least || time.Duration(t.d) > t.most) {
			k.add(t.path, "write from %s to %s: %s", Duration(t.least), Duration(t.most), t.why)
		}
	}
}

// weakensApprovals says who could decide in place of an approver, or sooner, and
// could not under the rules in force.
func (r Rules) weakensApprovals(inForce Rules) []string {
	var out []string
	for _, who := range missing(r.Fallback, inForce.Fallback) {
		name := who
		if slices.Contains(RoleNames, who) {
			name = "the role " + who
		}
		out = append(out, name+" may decide in place of an approver")
	}
	if r.FallbackBefore > inForce.FallbackBefore {
		out = append(out, fmt.Sprintf("others may decide in place of an approver %s before the cut-off instead of %s", r.FallbackBefore, inForce.FallbackBefore))
	}
	if r.Deadline < inForce.Deadline {
		out = append(out, fmt.Sprintf("others may decide in place of an approver %s after the question instead of %s", r.Deadline, inForce.Deadline))
	}
	return out
}
