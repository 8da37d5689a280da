package scim_test

import (
	"slices"
	"strings"
	"testing"

	"offboard/actions"
	"offboard/actions/rest"
	"offboard/actions/scim"
	"offboard/actions/scim/scimtest"
	"offboard/config"
)

const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

func user(id, login, name, mail, number string) scimtest.Object {
	return scimtest.Object{
		"schemas": []any{"urn:ietf:params:scim:schemas:core:2.0:User"}, "id": id, "userName": login, "active": true,
		"name": scimtest.Object{"formatted": name}, "emails": []any{scimtest.Object{"value": mail, "primary": true}},
		"nickName": "kept", enterprise: scimtest.Object{"employeeNumber": number},
	}
}

func group(id, name string, members ...string) scimtest.Object {
	list := []any{}
	for _, m := range members {
		list = append(list, scimtest.Object{"value": m})
	}
	return scimtest.Object{"schemas": []any{"urn:ietf:params:scim:schemas:core:2.0:Group"}, "id": id, "displayName": name, "members": list}
}

// company is a server with people on it: Jane has two accounts, both found by
// what the directory says.
func company() *scimtest.Server {
	return scimtest.New([]scimtest.Object{
		user("u-jane", "jane", "Jane Doe", "Jane@Lumen.example", "1042"),
		user("u-adm", "adm-jane", "Jane Doe", "jane@lumen.example", "1042"),
		user("u-bo", "bo", "Bo Nilsen", "bo@lumen.example", "1043"),
		user("u-cy", "cy", "Cy Young", "cy@lumen.example", ""),
	}, []scimtest.Object{
		group("g-design", "Design", "u-jane", "u-bo", "u-cy"),
		group("g-solo", "On call", "u-jane"),
		group("g-admin", "Admins", "u-adm", "u-bo"),
		group("g-other", "Other", "u-bo"),
	})
}

var (
	jane = actions.Person{ID: "id-jane", Name: "Jane Doe", Login: "jane", Mail: "jane@lumen.example", Number: "1042"}
	bo   = actions.Person{ID: "id-bo", Name: "Bo Nilsen", Login: "bo", Mail: "bo@lumen.example", Number: "1043"}
	none = actions.Person{ID: "id-none", Name: "No Body", Login: "nobody", Mail: `no"body@lumen.example`}
)

func settings(s *scimtest.Server) scim.Config {
	return scim.Config{Config: rest.Config{URL: s.URL + "/scim/v2", Auth: rest.Auth{Bearer: config.NewSecret(scimtest.Token)}}}
}

// start is a company for one test.
func start(t *testing.T, q scimtest.Quirks) (*scimtest.Server, scim.Config) {
	t.Helper()
	s := company()
	s.Quirks = q
	t.Cleanup(s.Close)
	return s, settings(s)
}

func system(t testing.TB, cfg scim.Config) actions.System {
	t.Helper()
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	c, err := scim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c.System("app", "App")
}

func specOf(all []actions.Spec, name string) actions.Spec {
	return all[slices.IndexFunc(all, func(s actions.Spec) bool { return s.Name == name })]
}

// target is the step on one account with all it holds.
func target(t testing.TB, sys actions.System, action, account string) (actions.Target, actions.Finding) {
	t.Helper()
	tg := actions.Target{Person: jane, Account: actions.Account{ID: account, Login: account}, Key: "OFF-1:1:" + account}
	f, err := specOf(sys.Actions, action).Action.Check(t.Context(), tg)
	if err != nil {
		t.Fatal(err)
	}
	tg.Items = f.Items
	return tg, f
}

func held(f actions.Finding) string {
	var out []string
	for _, i := range f.Items {
		out = append(out, i.ID)
	}
	return strings.Join(out, " ")
}

func accounts(f actions.Finding) string {
	var out []string
	for _, a := range f.Accounts {
		out = append(out, a.ID)
	}
	return strings.Join(out, " ")
}
