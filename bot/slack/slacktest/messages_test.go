package slacktest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"offboard/bot/slack/slacktest"
)

func TestUpdate(t *testing.T) {
	bubble(t, slacktest.Config{EditWindow: time.Hour}, func(t *testing.T, b *bench) {
		update := func(channel, ts string, o ...slack.MsgOption) error {
			_, _, _, err := b.api.UpdateMessage(channel, ts, o...)
			return err
		}
		dm, ts := b.post(b.ann.ID, says("hello"))
		if dm != b.DirectChannel(b.ann.ID) {
			t.Errorf("posted to %s", dm)
		}
		b.refused(update(b.ann.ID, ts, says("x")), "channel_not_found")
		b.must(update(dm, ts, says("better")))
		b.must(update(dm, ts, slack.MsgOptionText("only text", false)))
		b.faulted("removes the blocks")
		if m := b.Messages(dm)[0]; len(m.Blocks) != 0 || m.Text != "only text" || len(m.Earlier) != 2 {
			t.Errorf("the message is %+v", m)
		}
		b.refused(update(dm, "1.000001", says("x")), "message_not_found")
		theirs, err := b.Say(b.ann.ID, b.room.ID, "mine")
		if err != nil || theirs != nil {
			t.Fatal(err)
		}
		b.refused(update(b.room.ID, b.Messages(b.room.ID)[0].TS, says("x")), "cant_update_message")
		hidden, err := b.api.PostEphemeral(b.room.ID, b.ben.ID, says("psst"))
		b.must(err)
		b.refused(update(b.room.ID, hidden, says("x")), "message_not_found")
		b.refused(update(dm, ts, slack.MsgOptionText(strings.Repeat("é", 4001), false)), "msg_too_long")
		b.faulted("4001 characters")
		time.Sleep(2 * time.Hour)
		b.refused(update(dm, ts, says("x")), "edit_window_closed")
		_, ts = b.post(b.room.ID, says("soon archived"))
		b.Archive(b.room.ID)
		b.refused(update(b.room.ID, ts, says("x")), "is_inactive")
		_, _, err = b.api.PostMessage(b.room.ID, says("x"))
		b.refused(err, "is_archived")
		b.Leave(b.room.ID, b.BotUser)
		b.refused(update(b.room.ID, ts, says("x")), "channel_not_found")
	})
}

func TestPost(t *testing.T) {
	bubble(t, slacktest.Config{RatesCounted: true}, func(t *testing.T, b *bench) {
		_, ts := b.post(b.room.ID, says("root"), slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "case", EventPayload: map[string]any{"id": "OFF-1"}}))
		if m := b.Messages(b.room.ID)[0]; m.Metadata["event_type"] != "case" {
			t.Errorf("the metadata is %v", m.Metadata)
		}
		_, reply := b.post(b.room.ID, says("reply"), slack.MsgOptionTS(ts))
		_, _, err := b.api.PostMessage(b.room.ID, says("x"), slack.MsgOptionTS(reply))
		b.refused(err, "cannot_reply_to_message")
		_, _, err = b.api.PostMessage("C999", says("x"))
		b.refused(err, "channel_not_found")
		_, _, err = b.api.PostMessage(b.room.ID)
		b.refused(err, "no_text")
		stranger := b.AddUser(slacktest.User{RealName: "Sam"})
		_, err = b.api.PostEphemeral(b.room.ID, stranger.ID, says("x"))
		b.refused(err, "user_not_in_channel")
		b.must(ignore4(b.api.UpdateMessage(b.room.ID, ts, says("still a case"))))
		if m := b.Messages(b.room.ID)[0]; m.Metadata["event_type"] != "case" {
			t.Errorf("an update without metadata leaves %v", m.Metadata)
		}
		b.post(b.room.ID, slack.MsgOptionText("hello @ben.ray", false))
		told := len(b.Notified(b.ben.ID))
		b.post(b.room.ID, slack.MsgOptionText("hello @ben.ray", false), slack.MsgOptionLinkNames(true))
		if n := len(b.Notified(b.ben.ID)); n != told+1 {
			t.Errorf("link_names notified Ben %d times", n-told)
		}
		link, err := b.api.GetPermalink(&slack.PermalinkParameters{Channel: b.room.ID, Ts: ts})
		b.must(err)
		if !strings.HasSuffix(link, "/archives/"+b.room.ID+"/p"+strings.ReplaceAll(ts, ".", "")) {
			t.Errorf("the link is %s", link)
		}
		_, _, err = b.api.DeleteMessage(b.room.ID, ts)
		b.must(err)
		_, _, _, err = b.api.UpdateMessage(b.room.ID, ts, says("x"))
		b.refused(err, "message_not_found")
		b.post(b.room.ID, slack.MsgOptionText(strings.Repeat("x", 40001), false))
		b.faulted("truncated after 40000")
		b.RemoveChannel(b.room.ID)
		_, _, err = b.api.PostMessage(b.room.ID, says("x"))
		b.refused(err, "channel_not_found")
	})
}

func ignore4(_, _, _ string, err error) error { return err }

func TestResponseURL(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		b.socket(acks(nil))
		d := b.did(b.Slash(b.ann.ID, b.room.ID, "/offboard"))
		url, _ := d.Payload["response_url"].(string)
		respond := func(m slack.WebhookMessage) error {
			return slack.PostWebhookCustomHTTPContext(t.Context(), url, b.HTTP(), &m)
		}
		b.must(respond(slack.WebhookMessage{Text: "for you"}))
		b.must(respond(slack.WebhookMessage{Text: "for all", ResponseType: slack.ResponseTypeInChannel}))
		if b.Sees(b.ben.ID) != "for all" || b.Sees(b.ann.ID) != "for you\n\nfor all" {
			t.Errorf("Ann sees %q, Ben %q", b.Sees(b.ann.ID), b.Sees(b.ben.ID))
		}
		hidden, err := b.api.PostEphemeral(b.room.ID, b.ann.ID, card("psst", slack.NewButtonBlockElement("ok", "", plain("OK"))))
		b.must(err)
		on, _ := b.On(b.ann.ID, "OK")
		click := b.did(b.Click(b.ann.ID, on, "OK"))
		if on.(slacktest.Message).TS != hidden || click.Payload["message"] != nil {
			t.Errorf("the payload of a click on an ephemeral message is %v", click.Payload)
		}
		b.must(slack.PostWebhookCustomHTTPContext(t.Context(), click.Payload["response_url"].(string), b.HTTP(), &slack.WebhookMessage{DeleteOriginal: true}))
		if seen := b.Sees(b.ann.ID); strings.Contains(seen, "psst") {
			t.Errorf("Ann still sees %s", seen)
		}
		time.Sleep(31 * time.Minute)
		if err := respond(slack.WebhookMessage{Text: "late"}); err == nil || b.Calls(slacktest.Responses)[3].Error != "expired_url" {
			t.Errorf("after half an hour: %v", err)
		}
	})
}

func TestScim(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		do := func(method, path, token, body string) int {
			req, err := http.NewRequestWithContext(t.Context(), method, b.URL()+path, strings.NewReader(body))
			b.must(err)
			req.Header.Set("Authorization", "Bearer "+token)
			res, err := b.HTTP().Do(req)
			b.must(err)
			b.must(res.Body.Close())
			return res.StatusCode
		}
		off := `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":false}]}`
		if got := do("PATCH", "/scim/v2/Users/"+b.ann.ID, b.BotToken, off); got != http.StatusUnauthorized {
			t.Errorf("a bot token gets %d", got)
		}
		if got := do("PATCH", "/scim/v2/Users/"+b.ann.ID, b.AdminToken, off); got != http.StatusOK || !b.User(b.ann.ID).Deactivated {
			t.Errorf("got %d and %+v", got, b.User(b.ann.ID))
		}
		if got := do("PATCH", "/scim/v1/Users/"+b.ann.ID, b.AdminToken, `{"active":true}`); got != http.StatusOK || b.User(b.ann.ID).Deactivated {
			t.Errorf("got %d and %+v", got, b.User(b.ann.ID))
		}
		if got := do("DELETE", "/scim/v2/Users/"+b.ben.ID, b.AdminToken, ""); got != http.StatusOK || !b.User(b.ben.ID).Deactivated {
			t.Errorf("got %d and %+v", got, b.User(b.ben.ID))
		}
		if _, err := b.Slash(b.ben.ID, "", "/offboard"); err == nil {
			t.Error("a deactivated person typed a command")
		}
		u, err := b.api.GetUserInfo(b.ben.ID)
		b.must(err)
		if !u.Deleted {
			t.Error("users.info does not say that Ben is gone")
		}
		if got := do("GET", "/scim/v2/Users/U999", b.AdminToken, ""); got != http.StatusNotFound {
			t.Errorf("nobody is %d", got)
		}
		me, err := b.api.GetUsers()
		b.must(err)
		for _, u := range me {
			if u.IsPrimaryOwner && do("DELETE", "/scim/v2/Users/"+u.ID, b.AdminToken, "") != http.StatusForbidden {
				t.Error("the owner was taken out")
			}
		}
		b.Fail(slacktest.Scim, slacktest.AfterEffect(http.StatusInternalServerError))
		if got := do("DELETE", "/scim/v2/Users/"+b.ann.ID, b.AdminToken, ""); got != http.StatusInternalServerError || !b.User(b.ann.ID).Deactivated {
			t.Errorf("got %d", got)
		}
		resp, err := http.NewRequestWithContext(t.Context(), "POST", b.API()+"admin.users.session.reset?user_id="+b.ann.ID, http.NoBody)
		b.must(err)
		resp.Header.Set("Authorization", "Bearer "+b.AdminToken)
		res, err := b.HTTP().Do(resp)
		b.must(err)
		b.must(res.Body.Close())
		if got := b.Resets(); len(got) != 1 || got[0] != b.ann.ID {
			t.Errorf("reset %v", got)
		}
	})
}
