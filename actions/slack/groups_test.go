package slack_test

import (
	"slices"
	"testing"

	"offboard/actions"
	"offboard/actions/slack/slackadmin"
)

// What she is in, in words; what others keep is noted, what is disabled is not held.
func TestGroupsCheck(t *testing.T) {
	_, cfg := start(t, slackadmin.Pro)
	_, f := target(t, cfg, "groups", jane, "U0JANE")
	var got []string
	for _, i := range f.Items {
		got = append(got, i.Label)
	}
	want := []string{"user group Design (@design) (2 members)", "user group On call (@oncall) (the only member: it will be disabled)"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	says(t, f.Notes, "Staff (@staff) is kept by the identity provider")
	_, f = target(t, cfg, "groups", jane, "U1JANE")
	says(t, f.Notes, "Workspace Admins (@admins) is kept by Slack for every admin")

	_, free := start(t, slackadmin.Free)
	if _, f := target(t, free, "groups", jane, "U0JANE"); len(f.Items)+len(f.Unread) != 0 || len(f.Accounts) != 1 {
		t.Errorf("a plan without user groups: %+v", f)
	}
}

// A group can't be emptied: it is disabled with its last member, and enabled with them.
func TestGroupsLastMember(t *testing.T) {
	s, cfg := start(t, slackadmin.Pro)
	before := s.Snapshot()
	tg, found := target(t, cfg, "groups", jane, "U0JANE")
	sp := spec(cfg, "groups")
	e, err := sp.Action.Do(t.Context(), tg)
	if err != nil {
		t.Fatal(err)
	}
	says(t, []string{e.Text}, "usergroups.users.update: success", "usergroups.disable: success")
	if !s.Groups[1].Disabled || slices.Contains(s.Groups[0].Users, "U0JANE") {
		t.Errorf("left behind:\n%s", s.Snapshot())
	}
	if _, err := sp.Action.(actions.Undoer).Undo(t.Context(), tg, found); err != nil {
		t.Fatal(err)
	}
	if s.Snapshot() != before {
		t.Errorf("given back:\n%s, want\n%s", s.Snapshot(), before)
	}
}

// One group that refuses does not keep the others; one that is gone is no error.
func TestGroupsOneRefuses(t *testing.T) {
	s, cfg := start(t, slackadmin.Pro)
	tg, found := target(t, cfg, "groups", jane, "U0JANE")
	s.Users[5].Deleted = true                                 // the list she leaves may hold nobody who is deactivated
	s.Groups[0].Users = []string{"U0JANE", "U0BO", "U0GUEST"} // nor a guest
	sp := spec(cfg, "groups")
	_, err := sp.Action.Do(t.Context(), tg)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "Design", "invalid_users")
	if !s.Groups[1].Disabled {
		t.Error("the other group was not left")
	}
	s.Groups = slices.Delete(s.Groups, 0, 1)
	if _, err := sp.Action.Do(t.Context(), tg); err != nil {
		t.Errorf("a group that is gone: %v", err)
	}
	_, err = sp.Action.(actions.Undoer).Undo(t.Context(), tg, found)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "does not exist any more")
	if s.Groups[0].Disabled {
		t.Error("the other group was not given back")
	}
	s.Users[3].Deleted = true
	_, err = sp.Action.(actions.Undoer).Undo(t.Context(), tg, found)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "activate the account first")
}

// A group that somebody disabled since is not enabled for one who was one of many.
func TestGroupsUndoDisabledByOthers(t *testing.T) {
	s, cfg := start(t, slackadmin.Pro)
	tg, found := target(t, cfg, "groups", jane, "U0JANE")
	tg.Items = tg.Items[:1]
	sp := spec(cfg, "groups")
	if _, err := sp.Action.Do(t.Context(), tg); err != nil {
		t.Fatal(err)
	}
	s.Groups[0].Disabled = true
	_, err := sp.Action.(actions.Undoer).Undo(t.Context(), tg, found)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "somebody has disabled the group")
	found.Items[0].Before = "?"
	_, err = sp.Action.(actions.Undoer).Undo(t.Context(), tg, found)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "not readable")
}

// Without the scope it is a person's work.
func TestGroupsByHand(t *testing.T) {
	s, cfg := start(t, slackadmin.Pro)
	s.Tokens[botToken] = slackadmin.Token{User: "U0BOT", Bot: true, Scopes: []string{"users:read", "users:read.email", "usergroups:read"}}
	tg, f := target(t, cfg, "groups", jane, "U0JANE")
	says(t, []string{f.ByHand["U0JANE"]}, "usergroups:write", "https://lumen.slack.com/admin")
	_, err := spec(cfg, "groups").Action.Do(t.Context(), tg)
	says(t, []string{wantClass(t, err, actions.ClassFinal)}, "lacks a scope", "needed: usergroups:write")
}
