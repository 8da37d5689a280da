package discordtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Types of commands and of their options.
const (
	chatInput   = 1
	userCommand = 2

	subCommand        = 1
	subCommandGroup   = 2
	optionString      = 3
	optionInteger     = 4
	optionBoolean     = 5
	optionUser        = 6
	optionChannel     = 7
	optionRole        = 8
	optionMentionable = 9
	optionNumber      = 10
)

// command is an application command that is registered.
type command struct {
	id      string
	guild   string // "" is global
	version string
	object
}

func (c *command) name() string { return text(c.object["name"]) }

func (c *command) kind() int {
	if c.object["type"] == nil {
		return chatInput
	}
	return number(c.object["type"])
}

// Commands lists what the app has registered for a server, or globally with
// "", as JSON.
func (d *Discord) Commands(guild string) []map[string]any {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []map[string]any
	for _, c := range d.commands[guild] {
		out = append(out, d.commandJSON(c))
	}
	return out
}

func (d *Discord) commandJSON(c *command) object {
	out := merged(object{
		"default_member_permissions": nil, "dm_permission": true, "contexts": nil, "integration_types": []int{0}, "description": "", "nsfw": false, "name_localizations": nil,
		"description_localizations": nil,
	}, c.object)
	out["id"], out["application_id"], out["version"], out["type"] = c.id, d.AppID, c.version, c.kind()
	if c.guild != "" {
		out["guild_id"] = c.guild
	}
	return out
}

// commandsFor is the server of the path; "" for the global commands.
func (c *call) commandsFor() (string, error) {
	if c.path["application"] != c.AppID {
		return "", refuse(20012)
	}
	id := c.path["guild"]
	if id == "" {
		return "", nil
	}
	g := c.guild(id)
	if g == nil || g.member(c.BotUser) == nil {
		return "", refuse(50001)
	}
	return id, nil
}

func (c *call) readCommands() (any, error) {
	guild, err := c.commandsFor()
	if err != nil {
		return nil, err
	}
	return c.commandList(guild), nil
}

func (c *call) commandList(guild string) []object {
	out := []object{}
	for _, o := range c.commands[guild] {
		out = append(out, c.commandJSON(o))
	}
	return out
}

// putCommands replaces all commands. Those that keep their name and type keep
// their id, and do not count in the daily limit.
func (c *call) putCommands() (any, error) {
	guild, err := c.commandsFor()
	if err != nil {
		return nil, err
	}
	var list []object
	if err := json.Unmarshal(c.raw, &list); err != nil {
		return nil, refuse(50109)
	}
	c.args = object{"commands": list}
	c.lintCommands(list)
	if err := c.malformed(); err != nil {
		return nil, err
	}
	now := time.Now()
	c.created = slices.DeleteFunc(c.created, func(t time.Time) bool { return now.Sub(t) >= 24*time.Hour })
	var after []*command
	for _, o := range list {
		n := &command{id: c.id(), guild: guild, version: c.id(), object: clone(o)}
		delete(n.object, "id")
		i := slices.IndexFunc(c.commands[guild], func(was *command) bool { return was.name() == n.name() && was.kind() == n.kind() })
		if i >= 0 {
			n.id = c.commands[guild][i].id
		} else {
			c.created = append(c.created, now)
		}
		after = append(after, n)
	}
	if len(c.created) > 200 {
		return nil, refuse(30034)
	}
	c.commands[guild] = after
	c.signal.Notify()
	return c.commandList(guild), nil
}

// usable is the command of that name that a person sees in a channel: one of
// the server's, or a global one. d.mu is held.
func (d *Discord) usable(u *User, c *channel, kind int, name string) (*command, error) {
	for _, guild := range []string{c.GuildID, ""} {
		for _, cmd := range d.commands[guild] {
			if cmd.name() != name || cmd.kind() != kind || guild == "" && c.direct() && !cmd.inDMs() {
				continue
			}
			if c.direct() {
				return cmd, nil
			}
			have := d.permissions(u.ID, c)
			if have&UseCommands == 0 {
				return nil, fmt.Errorf("%s may not use commands in %s", u.Name, c.Name)
			}
			if need, ok := cmd.object["default_member_permissions"].(string); ok && have&Administrator == 0 {
				bits, err := strconv.ParseInt(need, 10, 64)
				if err != nil || bits == 0 || have&bits != bits {
					return nil, fmt.Errorf("%s does not see %s: it asks for the permissions %s", u.Name, name, need)
				}
			}
			return cmd, nil
		}
	}
	return nil, fmt.Errorf("there is no command %q here", name)
}

// inDMs says whether a global command is there in direct messages.
func (c *command) inDMs() bool {
	if contexts, ok := c.object["contexts"].([]any); ok {
		return slices.ContainsFunc(contexts, func(v any) bool { return number(v) == 1 })
	}
	return c.object["dm_permission"] != false
}

// data is the data of an interaction.
func (c *command) data(path []string, options []object, resolved object) object {
	out := object{"id": c.id, "name": c.name(), "type": c.kind()}
	if c.guild != "" {
		out["guild_id"] = c.guild
	}
	for n, name := range slices.Backward(path) {
		kind := subCommand
		if n == 0 && len(path) == 2 {
			kind = subCommandGroup
		}
		one := object{"name": name, "type": kind, "options": append([]object{}, options...)}
		options = []object{one}
	}
	if len(options) > 0 {
		out["options"] = options
	}
	if resolved != nil {
		out["resolved"] = resolved
	}
	return out
}
