package discordtest_test

import (
	"fmt"
	"net/http"
	"testing"

	"offboard/bot/discord/discordtest"
)

func command(change object) object {
	return merge(object{"name": "offboard", "description": "x"}, change)
}

func option(kind int, change object) object {
	return merge(object{"type": kind, "name": "o", "description": "x"}, change)
}

// Each row is a list of commands that Discord refuses, and the place that its
// answer names; with "" it is one that it takes.
func TestCommandLimits(t *testing.T) {
	options := func(o ...object) []object { return []object{command(object{"options": o})} }
	users := func(n int) []object {
		return many(n, func(i int) object { return object{"type": 2, "name": fmt.Sprint("User ", i)} })
	}
	for name, c := range map[string]struct {
		list []object
		at   string
	}{
		"100":                           {many(100, func(i int) object { return command(object{"name": fmt.Sprint("c", i)}) }), ""},
		"101":                           {many(101, func(i int) object { return command(object{"name": fmt.Sprint("c", i)}) }), "_"},
		"15 in the menu of a user":      {users(15), ""},
		"16 in the menu of a user":      {users(16), "_"},
		"upper case":                    {[]object{command(object{"name": "Offboard"})}, "0.name"},
		"a space":                       {[]object{command(object{"name": "off board"})}, "0.name"},
		"name of 33":                    {[]object{command(object{"name": text(33)})}, "0.name"},
		"no description":                {[]object{command(object{"description": ""})}, "0.description"},
		"description of 101":            {[]object{command(object{"description": text(101)})}, "0.description"},
		"described menu command":        {[]object{{"type": 2, "name": "X", "description": "x"}}, "0.description"},
		"twice":                         {[]object{command(nil), command(nil)}, "1.name"},
		"25 options":                    {options(many(25, func(i int) object { return option(3, object{"name": fmt.Sprint("o", i)}) })...), ""},
		"26 options":                    {options(many(26, func(i int) object { return option(3, object{"name": fmt.Sprint("o", i)}) })...), "0.options"},
		"required after optional":       {options(option(3, nil), option(3, object{"name": "p", "required": true})), "0.options.1.required"},
		"option twice":                  {options(option(3, nil), option(3, nil)), "0.options.1.name"},
		"subcommand beside option":      {options(option(1, nil), option(3, object{"name": "p"})), "0.options.1.type"},
		"group with subcommands":        {options(option(2, object{"options": []object{option(1, object{"options": []object{option(3, nil)}})}})), ""},
		"group with options":            {options(option(2, object{"options": []object{option(3, nil)}})), "0.options.0.options"},
		"subcommand in a subcommand":    {options(option(1, object{"options": []object{option(1, nil)}})), "0.options.0.options.0.type"},
		"26 choices":                    {options(option(3, object{"choices": many(26, func(i int) object { return object{"name": fmt.Sprint(i), "value": "x"} })})), "0.options.0.choices"},
		"choice and autocomplete":       {options(option(3, object{"autocomplete": true, "choices": []object{{"name": "x", "value": "y"}}})), "0.options.0.autocomplete"},
		"autocomplete of a user":        {options(option(6, object{"autocomplete": true})), "0.options.0.choices"},
		"text for a number":             {options(option(4, object{"choices": []object{{"name": "x", "value": "y"}}})), "0.options.0.choices.0.value"},
		"max_value of a text":           {options(option(3, object{"max_value": 3})), "0.options.0"},
		"8000 characters":               {options(weights(25)...), ""},
		"more than 8000 characters":     {options(weights(81)[:25]...), "0"},
		"permissions as a number":       {[]object{command(object{"default_member_permissions": 8})}, "0.default_member_permissions"},
		"permissions as they should be": {[]object{command(object{"default_member_permissions": "0", "contexts": []int{0}, "integration_types": []int{0}})}, ""},
	} {
		bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
			a := b.call("PUT", "/applications/"+b.AppID+"/guilds/"+b.GuildID+"/commands", c.list)
			problems := b.Problems()
			errors := any(a.object["errors"])
			if c.at == "_" {
				errors, c.at = object{"x": errors}, "x"
			}
			switch {
			case c.at == "" && (a.status != http.StatusOK || len(problems) > 0):
				t.Errorf("%s: %s, %q", name, a.raw, problems)
			case c.at != "" && (a.code() != 50035 || len(problems) == 0 || !in(errors, c.at)):
				t.Errorf("%s: %.300s does not name %s", name, a.raw, c.at)
			}
		})
	}
}

// weights are options with choices of so many characters each, in 25 options.
func weights(per int) []object {
	return many(25, func(i int) object {
		return option(3, object{"name": fmt.Sprint("o", i), "choices": many(4, func(n int) object { return object{"name": fmt.Sprint(n), "value": text(per)} })})
	})
}

// What is put replaces everything; what keeps its name keeps its id.
func TestCommandsAreReplaced(t *testing.T) {
	bubble(t, discordtest.Config{}, func(t *testing.T, b *bench) {
		at := "/applications/" + b.AppID + "/guilds/" + b.GuildID + "/commands"
		first := b.call("PUT", at, []object{command(nil), command(object{"name": "old"})}).list
		again := b.call("PUT", at, []object{command(object{"description": "y"})}).list
		if len(again) != 1 || again[0]["id"] != first[0]["id"] || again[0]["version"] == first[0]["version"] || len(b.call("GET", at, nil).list) != 1 {
			t.Errorf("%v, then %v", first, again)
		}
		if c := b.Commands(b.GuildID); len(c) != 1 || c[0]["description"] != "y" {
			t.Errorf("%v", c)
		}
		if a := b.call("PUT", "/applications/1/guilds/"+b.GuildID+"/commands", []object{}); a.code() != 20012 {
			t.Error(a.raw)
		}
		other := b.AddGuild(discordtest.Guild{NoApp: true})
		if a := b.call("PUT", "/applications/"+b.AppID+"/guilds/"+other.ID+"/commands", []object{}); a.code() != 50001 {
			t.Error(a.raw)
		}
		for n := range 3 {
			a := b.call("PUT", at, many(80, func(i int) object { return command(object{"name": fmt.Sprintf("n%d-%d", n, i)}) }))
			if (a.code() == 30034) != (n == 2) { // 2 + 80 + 80 + 80
				t.Errorf("put %d: %.100s", n, a.raw)
			}
		}
		b.call("PUT", at, []object{command(object{"colour": 1})})
		if p := b.Problems(); len(p) != 1 {
			t.Errorf("%q", p)
		}
	})
}
