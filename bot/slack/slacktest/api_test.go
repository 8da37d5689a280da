package slacktest_test

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"offboard/bot/slack/slacktest"
)

func TestWhoIAm(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		me, err := b.api.AuthTest()
		b.must(err)
		if me.UserID != b.BotUser || me.BotID != b.BotID || me.TeamID != b.TeamID {
			t.Errorf("got %+v", me)
		}
		if scopes := me.Header.Get("X-OAuth-Scopes"); scopes != strings.Join(slacktest.DefaultScopes, ",") {
			t.Errorf("scopes are %q", scopes)
		}
		team, err := b.api.GetTeamInfo()
		b.must(err)
		bot, err := b.api.GetBotInfo(slack.GetBotInfoParameters{Bot: b.BotID})
		b.must(err)
		if team.ID != b.TeamID || bot.AppID != b.AppID {
			t.Errorf("got %+v and %+v", team, bot)
		}
	})
}

func TestTokens(t *testing.T) {
	bubble(t, slacktest.Config{Scopes: []string{"im:write"}}, func(_ *testing.T, b *bench) {
		with := func(token string) *slack.Client {
			return slack.New(token, slack.OptionAPIURL(b.API()), slack.OptionHTTPClient(b.HTTP()))
		}
		_, err := with("").AuthTest()
		b.refused(err, "not_authed")
		_, err = with("xoxb-made-up").AuthTest()
		b.refused(err, "invalid_auth")
		_, err = with(b.AppToken).GetUserInfo(b.ann.ID)
		b.refused(err, "not_allowed_token_type")
		b.faulted("kind app")
		_, err = b.api.GetUserInfo(b.ann.ID)
		b.refused(err, "missing_scope")
		b.faulted("users:read")
		var r slack.SlackErrorResponse
		if errors.As(err, &r); r.Needed != "users:read" || r.Provided != "im:write" {
			b.t.Errorf("needed %q, provided %q", r.Needed, r.Provided)
		}
		mine := b.AddToken(b.ann.ID, "users:read")
		b.Change(b.ann.ID, func(u *slacktest.User) { u.Deactivated = true })
		_, err = with(mine).GetUserInfo(b.ben.ID)
		b.refused(err, "account_inactive")
		b.Revoke(b.BotToken)
		_, err = b.api.AuthTest()
		b.refused(err, "token_revoked")
	})
}

func TestUsers(t *testing.T) {
	bubble(t, slacktest.Config{Page: 2}, func(t *testing.T, b *bench) {
		guest := b.AddUser(slacktest.User{RealName: "Gil Guest", Kind: slacktest.SingleGuest})
		gone := b.AddUser(slacktest.User{RealName: "Old Hand", Deactivated: true})
		far := b.AddUser(slacktest.User{RealName: "Far Away", Kind: slacktest.Foreign, Fields: map[string]slacktest.Field{"Xf1": {Label: "Number", Value: "17"}}})
		u, err := b.api.GetUserInfo(b.ann.ID)
		b.must(err)
		if u.Profile.Email != b.ann.Email || u.TZ != "Europe/Oslo" || u.TZOffset != 3600 || u.RealName != "Ann Lee" {
			t.Errorf("got %+v", u)
		}
		u, err = b.api.GetUserInfo(guest.ID)
		b.must(err)
		if !u.IsRestricted || !u.IsUltraRestricted {
			t.Errorf("the guest is %+v", u)
		}
		u, err = b.api.GetUserInfo(far.ID)
		b.must(err)
		if !u.IsStranger || u.TeamID == b.TeamID || u.Profile.Email != "" {
			t.Errorf("the stranger is %+v", u)
		}
		p, err := b.api.GetUserProfile(&slack.GetUserProfileParameters{UserID: far.ID, IncludeLabels: true})
		b.must(err)
		if f := p.Fields.ToMap()["Xf1"]; f.Value != "17" || f.Label != "Number" {
			t.Errorf("the field is %+v", f)
		}
		_, err = b.api.GetUserInfo("U999")
		b.refused(err, "user_not_found")
		u, err = b.api.GetUserByEmail(strings.ToUpper(b.ben.Email))
		b.must(err)
		if u.ID != b.ben.ID {
			t.Errorf("found %s", u.ID)
		}
		_, err = b.api.GetUserByEmail(gone.Email)
		b.refused(err, "users_not_found")
		all, err := b.api.GetUsers(slack.GetUsersOptionLimit(2))
		b.must(err)
		if len(all) != 7 || !slices.ContainsFunc(all, func(u slack.User) bool { return u.ID == gone.ID && u.Deleted }) {
			t.Errorf("%d users", len(all))
		}
	})
}

func TestConversations(t *testing.T) {
	scopes := append(slices.Clone(slacktest.DefaultScopes), "channels:join", "groups:history")
	bubble(t, slacktest.Config{Page: 2, Scopes: scopes}, func(t *testing.T, b *bench) {
		open := b.AddChannel(slacktest.Channel{Name: "open", Members: []string{b.ann.ID}})
		secret := b.AddChannel(slacktest.Channel{Name: "secret", Private: true, Members: []string{b.ann.ID}})
		var members []string
		p := &slack.GetUsersInConversationParameters{ChannelID: b.room.ID, Limit: 2}
		for {
			some, cursor, err := b.api.GetUsersInConversation(p)
			b.must(err)
			members = append(members, some...)
			if p.Cursor = cursor; cursor == "" {
				break
			}
		}
		if !slices.Equal(members, []string{b.ann.ID, b.ben.ID, b.BotUser}) {
			t.Errorf("the members are %v", members)
		}
		p.Cursor = "made up"
		_, _, err := b.api.GetUsersInConversation(p)
		b.refused(err, "invalid_cursor")
		_, err = b.api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: secret.ID})
		b.refused(err, "channel_not_found")
		_, _, err = b.api.PostMessage(open.ID, says("hello"))
		b.refused(err, "not_in_channel")
		c, _, _, err := b.api.JoinConversation(open.ID)
		b.must(err)
		if !c.IsMember {
			t.Error("joined and no member")
		}
		_, _, _, err = b.api.JoinConversation(secret.ID)
		b.refused(err, "channel_not_found")
		mine, _, err := b.api.GetConversationsForUser(&slack.GetConversationsForUserParameters{Types: []string{"public_channel", "private_channel"}})
		b.must(err)
		if len(mine) != 2 {
			t.Errorf("the app is in %d channels", len(mine))
		}

		im, _, _, err := b.api.OpenConversation(&slack.OpenConversationParameters{Users: []string{b.ben.ID}})
		b.must(err)
		if im.ID != b.DirectChannel(b.ben.ID) || im.ID[0] != 'D' {
			t.Errorf("direct messages are in %s", im.ID)
		}
		_, root := b.post(b.room.ID, says("the card"))
		b.post(b.room.ID, says("a reply"), slack.MsgOptionTS(root))
		h, err := b.api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: b.room.ID})
		b.must(err)
		replies, _, _, err := b.api.GetConversationReplies(&slack.GetConversationRepliesParameters{ChannelID: b.room.ID, Timestamp: root})
		b.must(err)
		if len(h.Messages) != 1 || len(replies) != 2 {
			t.Errorf("%d in the channel and %d in the thread", len(h.Messages), len(replies))
		}
		b.Change(b.ben.ID, func(u *slacktest.User) { u.Deactivated = true })
		_, _, _, err = b.api.OpenConversation(&slack.OpenConversationParameters{Users: []string{b.ben.ID}})
		b.refused(err, "user_disabled")
	})
}

// TestScopesOfChannels: each kind of channel has a scope of its own.
func TestScopesOfChannels(t *testing.T) {
	bubble(t, slacktest.Config{Scopes: []string{"channels:read", "chat:write"}}, func(_ *testing.T, b *bench) {
		open := b.AddChannel(slacktest.Channel{Name: "open"})
		_, err := b.api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: open.ID})
		b.must(err)
		for id, scope := range map[string]string{b.room.ID: "groups:read", b.DirectChannel(b.ann.ID): "im:read"} {
			_, err = b.api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: id})
			b.refused(err, "missing_scope")
			b.faulted(scope)
		}
	})
}

func TestGroups(t *testing.T) {
	bubble(t, slacktest.Config{Scopes: []string{"usergroups:read", "usergroups:write"}}, func(t *testing.T, b *bench) {
		g := b.AddGroup(slacktest.Group{Handle: "approvers", Name: "Approvers", Users: []string{b.ann.ID, b.ben.ID}})
		groups, err := b.api.GetUserGroups(slack.GetUserGroupsOptionIncludeUsers(true))
		b.must(err)
		if len(groups) != 1 || len(groups[0].Users) != 2 {
			t.Errorf("got %+v", groups)
		}
		_, err = b.api.UpdateUserGroupMembers(g.ID, b.ben.ID)
		b.must(err)
		users, err := b.api.GetUserGroupMembers(g.ID)
		b.must(err)
		if !slices.Equal(users, []string{b.ben.ID}) {
			t.Errorf("the members are %v", users)
		}
		_, err = b.api.GetUserGroupMembers("S999")
		b.refused(err, "no_such_subteam")
	})
	bubble(t, slacktest.Config{FreePlan: true}, func(_ *testing.T, b *bench) {
		_, err := b.api.GetUserGroups()
		b.refused(err, "plan_upgrade_required")
	})
}

func TestFiles(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		data := []byte("who, when\n")
		_, err := b.api.UploadFile(slack.UploadFileParameters{Reader: bytes.NewReader(data), FileSize: len(data), Filename: "audit.csv", Title: "Audit", Channel: b.DirectChannel(b.ann.ID)})
		b.must(err)
		files := b.Messages(b.DirectChannel(b.ann.ID))[0].Files
		if len(files) != 1 || !bytes.Equal(files[0].Data, data) || files[0].Title != "Audit" {
			t.Errorf("got %+v", files)
		}
		_, err = b.api.UploadFile(slack.UploadFileParameters{Reader: bytes.NewReader(data), FileSize: len(data) + 1, Filename: "short.csv"})
		if err == nil {
			t.Error("a file that is shorter than announced was taken")
		}
		b.faulted("not what was announced")
		if seen := b.Sees(b.ben.ID); strings.Contains(seen, "audit.csv") {
			t.Errorf("Ben sees %s", seen)
		}
	})
}

func TestJSONWhereFormsAreRead(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.API()+"users.info", strings.NewReader(`{"user":"`+b.ann.ID+`"}`))
		b.must(err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+b.BotToken)
		res, err := b.HTTP().Do(req)
		b.must(err)
		b.must(res.Body.Close())
		b.faulted("missing required field: user")
	})
}

func TestRates(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		for i := range 3 {
			_, _, err := b.api.PostMessage(b.room.ID, says("hello"))
			var limited *slack.RateLimitedError
			if i < 2 {
				b.must(err)
			} else if !errors.As(err, &limited) || limited.RetryAfter != time.Second {
				t.Fatalf("the third message in a second: %v", err)
			}
		}
		b.post(b.DirectChannel(b.ann.ID), says("another channel has a limit of its own"))
		time.Sleep(time.Second)
		b.post(b.room.ID, says("a second later"))
		if v := b.Violations(); len(v) != 1 || v[0].Channel != b.room.ID {
			t.Errorf("violations are %+v", v)
		}
		for range 20 {
			_, err := b.api.GetUserGroups()
			b.must(err)
		}
		_, err := b.api.GetUserGroups()
		var limited *slack.RateLimitedError
		if !errors.As(err, &limited) {
			t.Errorf("21 calls of tier 2 in a minute: %v", err)
		}
	})
	bubble(t, slacktest.Config{RatesCounted: true}, func(t *testing.T, b *bench) {
		for range 5 {
			b.post(b.room.ID, says("hello"))
		}
		if v := b.Violations(); len(v) != 3 {
			t.Errorf("violations are %+v", v)
		}
	})
}
