package discord

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/bot/discord/wire"
)

var someVerbs = []bot.Verb{
	{Name: "start", Words: "take somebody out of the company's systems", Args: []bot.Arg{{Name: "person", Hint: "Who leaves", Kind: bot.PersonArg}}},
	{Name: "inbox", Words: "what waits for you"},
	{Name: "delegate", Words: "have somebody else asked", Args: []bot.Arg{
		{Name: "case", Hint: "Which case", Kind: bot.CaseArg, Required: true}, {Name: "person", Hint: "Who instead", Kind: bot.PersonArg}, {Name: "why", Hint: "Why", Kind: bot.TextArg},
	}},
	{Name: "link", Words: "tie a chat account to a person", Group: "bot", Args: []bot.Arg{{Name: "account", Hint: "The chat account", Kind: bot.AccountArg, Required: true}, {Name: "person", Hint: "Whose", Kind: bot.PersonArg, Required: true}}},
	{Name: "pause", Words: "pause the bot", Group: "bot", Args: []bot.Arg{{Name: "why", Hint: "Why, or off", Kind: bot.TextArg}}},
	{Name: "odd", Words: "needs the second", Args: []bot.Arg{{Name: "first", Hint: "First", Kind: bot.TextArg}, {Name: "second", Hint: "Second", Kind: bot.TextArg, Required: true}}},
}

func TestCommands_golden(t *testing.T) {
	got, err := commands("offboard", someVerbs)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range got {
		conforms(t, aCommand, c)
	}
	b, err := json.MarshalIndent(got, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	bottest.Golden(t, "testdata/commands.json", string(b))
}

// What Discord would refuse is found before it is sent.
func TestCommands_refused(t *testing.T) {
	var many, long []bot.Verb
	for i := range 26 {
		many = append(many, bot.Verb{Name: fmt.Sprint("v", i), Words: "w"})
	}
	for i := range 25 {
		v := bot.Verb{Name: fmt.Sprint("v", i), Words: strings.Repeat("w", 100)}
		for n := range 3 {
			v.Args = append(v.Args, bot.Arg{Name: fmt.Sprint("a", n), Hint: strings.Repeat("h", 100), Kind: bot.TextArg})
		}
		long = append(long, v)
	}
	for want, c := range map[string]struct {
		name  string
		verbs []bot.Verb
	}{
		"cannot be a slash command":      {"Off board", someVerbs},
		"26 options, at most 25":         {"offboard", many},
		"characters in all, at most":     {"offboard", long},
		"the name is not made of":        {"offboard", []bot.Verb{{Name: "Start", Words: "w"}}},
		"0 characters of description":    {"offboard", []bot.Verb{{Name: "start", Words: ""}}},
		"101 characters of description":  {"offboard", []bot.Verb{{Name: "start", Words: strings.Repeat("ä", 101)}}},
		`two options are named "person"`: {"offboard", []bot.Verb{{Name: "start", Words: "w", Args: []bot.Arg{{Name: "person", Hint: "h"}, {Name: "person", Hint: "h"}}}}},
		`two options are named "start"`:  {"offboard", []bot.Verb{{Name: "start", Words: "w"}, {Name: "start", Words: "w"}}},
		"start person: the name":         {"offboard", []bot.Verb{{Name: "start person", Words: "w"}}},
	} {
		if _, err := commands(c.name, c.verbs); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// They are registered again only when they differ.
func TestDiffer(t *testing.T) {
	wanted, err := commands("offboard", someVerbs)
	if err != nil {
		t.Fatal(err)
	}
	// As Discord gives them back: more keys, another order, "nothing" written out.
	var back []map[string]any
	if err := json.Unmarshal(encoded(t, wanted), &back); err != nil {
		t.Fatal(err)
	}
	for i, c := range back {
		c["id"], c["application_id"], c["version"], c["nsfw"], c["dm_permission"], c["name_localizations"] = fmt.Sprint(i), "1", "2", false, true, nil
		if c["description"] == nil {
			c["description"] = ""
		}
		if contexts, ok := c["contexts"].([]any); ok {
			slices.Reverse(contexts)
		}
	}
	slices.Reverse(back)
	read := func() (out []wire.Command) {
		if err := json.Unmarshal(encoded(t, back), &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if differ(wanted, read()) {
		t.Error("what Discord gives back differs from what it was sent")
	}
	for what, change := range map[string]func(c []wire.Command){
		"another description":  func(c []wire.Command) { c[1].Description = "x" },
		"an option less":       func(c []wire.Command) { c[1].Options = c[1].Options[1:] },
		"another order":        func(c []wire.Command) { slices.Reverse(c[1].Options) },
		"no suggestions":       func(c []wire.Command) { c[1].Options[0].Options[0].Autocomplete = false },
		"needed":               func(c []wire.Command) { c[1].Options[0].Options[0].Required = true },
		"another kind":         func(c []wire.Command) { c[1].Options[0].Options[0].Type = wire.UserOption },
		"only in the guild":    func(c []wire.Command) { c[1].Contexts = c[1].Contexts[1:] },
		"hidden from members":  func(c []wire.Command) { c[1].DefaultMemberPermissions = new(wire.Permissions(0)) },
		"another name":         func(c []wire.Command) { c[0].Name = "x" },
		"of a group something": func(c []wire.Command) { c[1].Options[3].Options[1].Description = "x" },
	} {
		c := read()
		change(c)
		if !differ(wanted, c) {
			t.Errorf("%s makes no difference", what)
		}
	}
	if !differ(wanted, wanted[:1]) || !differ(wanted, nil) {
		t.Error("a missing command makes no difference")
	}
}

func given(name, value string) wire.Given {
	return wire.Given{Name: name, Type: wire.StringOption, Value: value}
}

func under(name string, list ...wire.Given) wire.Given {
	return wire.Given{Name: name, Type: wire.Subcommand, Options: list}
}

func TestTyped_data(t *testing.T) {
	account := wire.Given{Name: "account", Type: wire.UserOption, Value: ann.ID}
	for what, c := range map[string]struct {
		data       wire.Data
		verb, text string
	}{
		"nothing after it":          {wire.Data{Options: []wire.Given{under("start")}}, "start", ""},
		"an argument":               {wire.Data{Options: []wire.Given{under("start", given("person", "P-17"))}}, "start", "P-17"},
		"of several words":          {wire.Data{Options: []wire.Given{under("start", given("person", "  jane doe "))}}, "start", "jane doe"},
		"a mention":                 {wire.Data{Options: []wire.Given{under("start", given("person", "<@"+ann.ID+">"))}}, "start", "@" + ann.ID},
		"an older mention":          {wire.Data{Options: []wire.Given{under("start", given("person", "see <@!"+ann.ID+"> x"))}}, "start", "see @" + ann.ID + " x"},
		"in the verb's order":       {wire.Data{Options: []wire.Given{under("delegate", given("why", "ill"), given("person", "marco"), given("case", "OFF-1"))}}, "delegate", "OFF-1 marco ill"},
		"required last":             {wire.Data{Options: []wire.Given{under("odd", given("second", "2"), given("first", "1"))}}, "odd", "1 2"},
		"one left out":              {wire.Data{Options: []wire.Given{under("delegate", given("case", "OFF-1"), given("why", "ill"))}}, "delegate", "OFF-1 ill"},
		"in a group":                {wire.Data{Options: []wire.Given{{Name: "bot", Type: wire.SubcommandGroup, Options: []wire.Given{under("link", account, given("person", "jane"))}}}}, "link", "@" + ann.ID + " jane"},
		"of an older version":       {wire.Data{Options: []wire.Given{under("vanish", given("x", "y"))}}, "vanish", ""},
		"an option that is unknown": {wire.Data{Options: []wire.Given{under("start", given("x", "y"))}}, "start", ""},
		"without a verb":            {wire.Data{}, "", ""},
		"a group without a verb":    {wire.Data{Options: []wire.Given{{Name: "bot", Type: wire.SubcommandGroup}}}, "bot", ""},
		"in the menu of a user":     {wire.Data{Type: wire.UserContext, Name: "Offboard", TargetID: ann.ID}, "start", "@" + ann.ID},
	} {
		verb, text, focused := typed(someVerbs, c.data)
		if verb != c.verb || text != c.text || focused != nil {
			t.Errorf("%s: %q %q %v, want %q %q", what, verb, text, focused, c.verb, c.text)
		}
	}
	d := wire.Data{Options: []wire.Given{under("delegate", given("case", "OFF-1"), wire.Given{Name: "person", Type: wire.StringOption, Value: "ma", Focused: true})}}
	verb, text, focused := typed(someVerbs, d)
	if verb != "delegate" || text != "OFF-1 ma" || focused == nil || focused.verb != "delegate" || focused.arg.Kind != bot.PersonArg || focused.text != "ma" {
		t.Errorf("%q %q %+v", verb, text, focused)
	}
}

// The documentation's own example of an autocomplete interaction is of another
// command: nothing of it is taken for one of ours.
func TestTyped_example(t *testing.T) {
	var d wire.Data
	if err := json.Unmarshal([]byte(`{"id": "816437322781949972", "name": "airhorn", "type": 1, "options": [{"type": 3, "name": "variant", "value": "data a user is typ", "focused": true}]}`), &d); err != nil {
		t.Fatal(err)
	}
	if _, text, focused := typed(someVerbs, d); text != "" || focused != nil {
		t.Errorf("%q %+v", text, focused)
	}
}

func TestSuggestions(t *testing.T) {
	var list []bot.Option
	for i := range 40 {
		list = append(list, bot.Option{Value: fmt.Sprint(i), Label: strings.Repeat("Ä", 75), Hint: strings.Repeat("é", 75)})
	}
	for n, want := range map[int]int{0: 0, 3: 3, 40: 25} {
		got := suggestions(list[:n])
		if len(got.Choices) != want {
			t.Errorf("%d of %d, want %d", len(got.Choices), n, want)
		}
		conforms(t, aChoice, wire.Response{Type: wire.OfferChoices, Data: got})
		if !strings.HasPrefix(string(encoded(t, got)), `{"choices":[`) {
			t.Errorf("%s", encoded(t, got))
		}
	}
	got := suggestions([]bot.Option{{Value: "P-1", Label: "Tom", Hint: "Design"}, {Value: "P-2", Label: "Ann"}}).Choices
	if got[0] != (wire.CommandChoice{Name: "Tom — Design", Value: "P-1"}) || got[1] != (wire.CommandChoice{Name: "Ann", Value: "P-2"}) {
		t.Errorf("%+v", got)
	}
}
