package commands_test

import "testing"

// The copy of a question in the channel for approvals: where it stands, and
// that it stays true. What it reads is in approvals_channel.txtar.
func TestApprovalsChannel(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		script string
		text   string
		want   int
	}{
		{"no secret", "do approvals marco bo guest\ndo scene asked", "[Approve", 1},
		{"a secret that all of them may know", "do approvals marco sasha aude\ndo scene asked kind=Termination", "[Approve", 1},
		{"a secret, and HR reads there", "do approvals marco helge\ndo scene asked kind=Termination", "OFF-1", 0},
		{"the leaver reads there", "do approvals marco jane\ndo scene asked", "OFF-1", 0},
		{"nobody is known to read there", "do approvals\ndo scene asked", "OFF-1", 0},
		{"the answer of the platform was lost", "do approvals marco\ndo scene draft\ndo posts lost 5\nhanna clicks \"Submit\"\ndo pass 2m", "OFF-1", 1},
		{"killed before the post", "do approvals marco\ndo scene draft\ndo posts fail 1000\nhanna clicks \"Submit\"\ndo stop\ndo posts fail 0\ndo start", "[Approve", 1},
		{"another time, and the old button is gone", "do approvals marco\ndo scene asked\nhanna: /offboard reschedule OFF-1 press", "when somebody presses", 1},
		{"declined", "do approvals marco\ndo scene asked\nmarco: /offboard decline OFF-1 THE REASON", "[Approve", 0},
		{"declined, without a reason", "do approvals marco\ndo scene asked\nmarco: /offboard decline OFF-1 THE REASON", "THE REASON", 0},
		{"declined, says so", "do approvals marco\ndo scene asked\nmarco: /offboard decline OFF-1 THE REASON", "back with Hanna Berg", 1},
		{"asked again, in the same message", "do approvals marco\ndo scene asked\nmarco: /offboard decline OFF-1 no\nhanna clicks \"Submit again\"", "OFF-1", 1},
		{"given up", "do approvals marco\ndo scene asked\nhanna: /offboard cancel OFF-1", "cancelled by Hanna Berg", 1},
		{"it was down when it was decided", "do approvals marco\ndo scene asked\ndo edits fail 20\nmarco clicks \"Approve\"\ndo pass 1h", "was approved by Marco Reyes", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			play(t, tt.script, func(c *company) { c.want(tt.want, "approvals", tt.text) })
		})
	}
}
