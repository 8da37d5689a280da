package discordtest

// ListIntegrations is a target of Fail and Calls.
const ListIntegrations = "GET /guilds/{guild}/integrations"

// Integration is an app that somebody has added to a server.
type Integration struct {
	ID      string
	GuildID string
	Name    string
	User    string // who added it
}

// AddIntegration adds an app to a server. It fills in what is empty.
func (d *Discord) AddIntegration(i Integration) Integration {
	d.mu.Lock()
	defer d.mu.Unlock()
	if i.ID == "" {
		i.ID = d.id()
	}
	if i.GuildID == "" {
		i.GuildID = d.GuildID
	}
	g := d.guild(i.GuildID)
	g.integrations = append(g.integrations, i)
	d.signal.Notify()
	return i
}

// listIntegrations gives 50 at most.
func (c *call) listIntegrations() (any, error) {
	g, _, err := c.allowedTo(ManageGuild)
	if err != nil {
		return nil, err
	}
	out := []object{}
	for _, i := range g.integrations[:min(50, len(g.integrations))] {
		one := object{
			"id": i.ID, "type": "discord", "name": i.Name, "account": object{"id": i.ID, "name": i.Name}, "enabled": true, "scopes": []string{"bot"},
			"application": object{"id": i.ID, "name": i.Name, "icon": nil, "description": "", "type": nil},
		}
		if u := c.user(i.User); u != nil {
			one["user"] = userJSON(u)
		}
		out = append(out, one)
	}
	return out, nil
}
