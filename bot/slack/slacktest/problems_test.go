package slacktest_test

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"offboard/bot/bottest"
	"offboard/bot/slack/slacktest"
)

func TestProblemsFailTheTest(t *testing.T) {
	for _, c := range []struct {
		name  string
		taken bool
		want  int
	}{{"left", false, 1}, {"taken", true, 0}} {
		t.Run(c.name, func(t *testing.T) {
			w := &bottest.Recorder{TB: t}
			s := slacktest.New(w, slacktest.Config{Memory: true})
			ann := s.AddUser(slacktest.User{RealName: "Ann Lee"})
			api := slack.New(s.BotToken, slack.OptionAPIURL(s.API()), slack.OptionHTTPClient(s.HTTP()))
			_, _, err := api.PostMessage(ann.ID, slack.MsgOptionBlocks(slack.NewHeaderBlock(plain(strings.Repeat("x", 151)))))
			if err == nil {
				t.Error("a header of 151 characters was posted")
			}
			if c.taken && len(s.Problems()) != 1 {
				t.Error("there is no problem to take")
			}
			w.End()
			if w.Errors() != c.want {
				t.Errorf("the test failed with %q", w)
			}
		})
	}
}

// TestNetwork is all of it over TCP, as another process would use it.
func TestNetwork(t *testing.T) {
	b := newBench(t, slacktest.Config{})
	b.socket(acks(nil))
	b.did(b.Slash(b.ann.ID, b.room.ID, "/offboard"))
	b.post(b.room.ID, says("over TCP"))
	if seen := b.Sees(b.ben.ID); seen != "over TCP" || !strings.HasPrefix(b.URL(), "http://127.0.0.1:") {
		t.Errorf("Ben sees %q at %s", seen, b.URL())
	}
}
