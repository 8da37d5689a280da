package discord_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"offboard/actions"
	"offboard/actions/discord"
	"offboard/bot/discord/discordtest"
	"offboard/config"
)

// everything is what the bot needs for all actions.
const everything = discordtest.ManageRoles | discordtest.ModerateMembers | discordtest.KickMembers | discordtest.BanMembers |
	discordtest.ManageGuild | discordtest.ManageWebhooks | discordtest.CreateInvite | discordtest.ViewChannel

// server is a Discord with people in it, and what stands between it and the bot.
type server struct {
	*discordtest.Discord
	jane, bo, ada, lea, dj                     discordtest.User // dj is not in the server
	design, oncall, boosters, moderators, lead discordtest.Role
	general, builds                            discordtest.Channel
	people                                     []string
	line                                       *line
}

// start is a company for one test. Jane has two roles and the one of boosters;
// Ada is an administrator by a role below the bot's, Lea one by a role above it.
func start(t testing.TB, permissions int64) *server {
	t.Helper()
	d := discordtest.New(t, discordtest.Config{RatesCounted: true, Permissions: permissions, MembersIntent: true})
	s := &server{Discord: d}
	s.design = d.AddRole(discordtest.Role{Name: "Design"})
	s.oncall = d.AddRole(discordtest.Role{Name: "On call"})
	s.moderators = d.AddRole(discordtest.Role{Name: "Moderators", Permissions: discordtest.Administrator})
	s.boosters = d.AddRole(discordtest.Role{Name: "Server Booster", Managed: true, Position: 1})
	s.lead = d.AddRole(discordtest.Role{Name: "Leads", Permissions: discordtest.Administrator, Position: 100})
	s.jane = d.AddUser(discordtest.User{Name: "jane.doe", GlobalName: "Jane Doe", Nick: "JD", Roles: []string{s.design.ID, s.oncall.ID, s.boosters.ID}})
	s.bo = d.AddUser(discordtest.User{Name: "bo.nilsen", GlobalName: "Bo Nilsen", Roles: []string{s.design.ID}})
	s.ada = d.AddUser(discordtest.User{Name: "ada", Roles: []string{s.design.ID, s.moderators.ID}})
	s.lea = d.AddUser(discordtest.User{Name: "lea", Roles: []string{s.design.ID, s.lead.ID}})
	s.dj = d.AddUser(discordtest.User{Name: "dj", GlobalName: "DJ", Stranger: true})
	s.people = []string{s.jane.ID, s.bo.ID, s.ada.ID, s.lea.ID, s.dj.ID, d.OwnerID}
	s.general = d.AddChannel(discordtest.Channel{Name: "general"})
	s.builds = d.AddChannel(discordtest.Channel{Name: "builds"})
	d.AddInvite(discordtest.Invite{Code: "janeSecretA", Channel: s.general.ID, Inviter: s.jane.ID, Uses: 3})
	d.AddInvite(discordtest.Invite{Code: "janeSecretB", Channel: s.builds.ID, Inviter: s.jane.ID})
	d.AddInvite(discordtest.Invite{Code: "boSecret", Channel: s.general.ID, Inviter: s.bo.ID})
	d.AddWebhook(discordtest.Webhook{Name: "CI", Channel: s.builds.ID, Creator: s.jane.ID})
	d.AddWebhook(discordtest.Webhook{Name: "Alerts", Channel: s.general.ID, Creator: s.jane.ID})
	d.AddWebhook(discordtest.Webhook{Name: "News", Channel: s.general.ID, Creator: s.bo.ID})
	d.AddIntegration(discordtest.Integration{Name: "Music Bot", User: s.jane.ID})
	s.line = &line{next: d.HTTP().Transport, wake: make(chan struct{})}
	return s
}

func (s *server) config() discord.Config {
	return discord.Config{Token: config.NewSecret(s.BotToken), Guild: s.GuildID, APIURL: s.API(), HTTP: &http.Client{Transport: s.line}}
}

// person is the directory's card of a Discord account.
func person(u discordtest.User) actions.Person {
	return actions.Person{ID: "id-" + u.Name, Name: u.GlobalName, Login: u.Name, Chat: map[string]string{"discord": u.ID}}
}

// secrets are what must never be seen outside of Discord.
func (s *server) secrets() []string {
	out := []string{s.BotToken}
	for _, i := range s.Invites(s.GuildID) {
		out = append(out, i.Code)
	}
	for _, w := range s.Webhooks(s.GuildID) {
		out = append(out, w.Token)
	}
	return out
}

// snapshot is all that an action can change.
func (s *server) snapshot() string {
	var b strings.Builder
	for _, id := range s.people {
		m, in := s.Member(s.GuildID, id)
		slices.Sort(m.Roles)
		fmt.Fprintln(&b, id, in, m.Nick, m.Roles, m.Timeout)
	}
	fmt.Fprintln(&b, s.Bans(s.GuildID))
	for _, i := range s.Invites(s.GuildID) {
		fmt.Fprintln(&b, "invite", i.Code)
	}
	for _, w := range s.Webhooks(s.GuildID) {
		fmt.Fprintln(&b, "webhook", w.ID)
	}
	for _, c := range []discordtest.Channel{s.general, s.builds} {
		all := s.Channel(c.ID).Overwrites
		slices.SortFunc(all, func(a, b discordtest.Overwrite) int { return strings.Compare(a.ID, b.ID) })
		for _, o := range all {
			fmt.Fprintf(&b, "%s %+v\n", c.Name, o)
		}
	}
	return b.String()
}

// allow gives somebody permissions in a channel by their name.
func (s *server) allow(room discordtest.Channel, user string, allow, deny int64) {
	s.ChangeChannel(room.ID, func(c *discordtest.Channel) {
		c.Overwrites = append(c.Overwrites, discordtest.Overwrite{ID: user, Member: true, Allow: allow, Deny: deny})
	})
}

// allowed is what a channel allows and denies to somebody by their name.
func (s *server) allowed(room discordtest.Channel, user string) (allow, deny int64, there bool) {
	all := s.Channel(room.ID).Overwrites
	i := slices.IndexFunc(all, func(o discordtest.Overwrite) bool { return o.ID == user })
	if i < 0 {
		return 0, 0, false
	}
	return all[i].Allow, all[i].Deny, true
}

// writes are the calls that may have changed something.
func (s *server) writes() []discordtest.Call {
	return slices.DeleteFunc(s.Calls(""), func(c discordtest.Call) bool { return strings.HasPrefix(c.Route, "GET ") })
}

// line is what stands between the bot and Discord.
type line struct {
	next http.RoundTripper

	mu     sync.Mutex
	fault  string
	wake   chan struct{}
	alter  func(path string, body map[string]any) // changes answers that are objects
	before func(r *http.Request)                  // is told of each call
	bot    string                                 // Authorization instead of the client's
}

// can makes a switch of a fault.
func (l *line) can(fault string) func(on bool) {
	return func(on bool) {
		l.mu.Lock()
		defer l.mu.Unlock()
		close(l.wake)
		l.wake, l.fault = make(chan struct{}), ""
		if on {
			l.fault = fault
		}
	}
}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	fault, wake, alter := l.fault, l.wake, l.alter
	l.mu.Unlock()
	write := r.Method != http.MethodGet
	switch {
	case fault == "down":
		return nil, fmt.Errorf("dial tcp: connection refused")
	case fault == "hang":
		select {
		case <-r.Context().Done():
			return nil, r.Context().Err()
		case <-wake:
		}
	case fault == "busy":
		return answer(r, http.StatusServiceUnavailable, "text/html", "<html>busy"), nil
	case fault == "ignore" && write:
		return answer(r, http.StatusOK, "application/json", "{}"), nil
	case fault == "refuse" && write:
		return answer(r, http.StatusForbidden, "application/json", `{"code":50013,"message":"Missing Permissions"}`), nil
	}
	if l.before != nil {
		l.before(r)
	}
	if l.bot != "" {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", l.bot)
	}
	res, err := l.next.RoundTrip(r)
	if err != nil || alter == nil || res.StatusCode != http.StatusOK {
		return res, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	body := map[string]any{}
	if json.Unmarshal(raw, &body) == nil {
		alter(r.URL.Path, body)
		if raw, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
	return res, nil
}

func answer(r *http.Request, status int, kind, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(body)),
	}
}

func spec(cfg discord.Config, name string) actions.Spec {
	all := discord.New(cfg).System("discord", "Discord").Actions
	return all[slices.IndexFunc(all, func(s actions.Spec) bool { return s.Name == name })]
}

func check(t *testing.T, cfg discord.Config, action string, target actions.Target) actions.Finding {
	t.Helper()
	f, err := spec(cfg, action).Action.Check(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// target is the step on one account with all it holds.
func target(t *testing.T, cfg discord.Config, action string, u discordtest.User) (actions.Target, actions.Finding) {
	t.Helper()
	tg := actions.Target{Person: person(u), Account: actions.Account{ID: u.ID, Login: u.Name}, First: time.Now(), Key: "OFF-42:1:discord/" + action + "/1"}
	f := check(t, cfg, action, tg)
	tg.Items = f.Items
	return tg, f
}

func do(t *testing.T, cfg discord.Config, action string, tg actions.Target) string {
	t.Helper()
	e, err := spec(cfg, action).Action.Do(t.Context(), tg)
	if err != nil {
		t.Fatal(err)
	}
	return e.Text
}

func undo(t *testing.T, cfg discord.Config, action string, tg actions.Target, before actions.Finding) (string, error) {
	t.Helper()
	e, err := spec(cfg, action).Action.(actions.Undoer).Undo(t.Context(), tg, before)
	return e.Text, err
}

func labels(f actions.Finding) string {
	var out []string
	for _, i := range f.Items {
		out = append(out, i.Label)
	}
	return strings.Join(out, "; ")
}

// says fails unless the texts together hold all parts.
func says(t *testing.T, texts []string, parts ...string) {
	t.Helper()
	all := strings.Join(texts, "\n")
	for _, p := range parts {
		if !strings.Contains(all, p) {
			t.Errorf("%q is not said in:\n%s", p, all)
		}
	}
}

// wantClass fails unless err is of this class, and returns its text.
func wantClass(t *testing.T, err error, want actions.Class) string {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one of class %s", want)
	}
	if got, _ := actions.ClassOf(err); got != want {
		t.Errorf("class %s, want %s: %v", got, want, err)
	}
	if strings.Contains(err.Error(), "bot-token") {
		t.Errorf("the error holds a token: %v", err)
	}
	return err.Error()
}
