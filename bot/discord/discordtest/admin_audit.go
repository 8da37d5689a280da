package discordtest

import (
	"slices"
	"strconv"
	"time"
)

// AuditEntry is an entry of a server's audit log.
type AuditEntry struct {
	ID     string
	Actor  string // a user id
	Action int    // 14 and 15 overwrites, 20 kick, 22 and 23 ban and its end, 24 member, 25 roles, 40 and 42 invites, 50 and 52 webhooks
	Target string // an id; "" for invites
	Reason string // of X-Audit-Log-Reason
	At     time.Time
}

// AuditLog lists the entries of a server's audit log, the oldest first.
func (d *Discord) AuditLog(guild string) []AuditEntry {
	d.mu.Lock()
	defer d.mu.Unlock()
	if g := d.guild(guild); g != nil {
		return slices.Clone(g.audit)
	}
	return nil
}

// log writes what the app did; d.mu is held.
func (c *call) log(g *Guild, action int, target string) {
	g.audit = append(g.audit, AuditEntry{ID: c.id(), Actor: c.BotUser, Action: action, Target: target, Reason: c.reason, At: time.Now()})
	c.signal.Notify()
}

// readAudit gives the newest first.
func (c *call) readAudit() (any, error) {
	g, _, err := c.allowedTo(ViewAuditLog)
	if err != nil {
		return nil, err
	}
	limit := c.bounded("limit", 50, 1, 100)
	if err := c.malformed(); err != nil {
		return nil, err
	}
	entries, users := []object{}, []object{}
	named := map[string]bool{}
	for _, e := range slices.Backward(g.audit) {
		if q := c.query; len(entries) == limit || q.Has("user_id") && q.Get("user_id") != e.Actor ||
			q.Has("action_type") && q.Get("action_type") != strconv.Itoa(e.Action) || q.Has("before") && !below(e.ID, q.Get("before")) {
			continue
		}
		target := any(nil)
		if e.Target != "" {
			target = e.Target
		}
		one := object{"id": e.ID, "user_id": e.Actor, "target_id": target, "action_type": e.Action, "changes": []any{}}
		if e.Reason != "" {
			one["reason"] = e.Reason
		}
		entries = append(entries, one)
		for _, id := range []string{e.Actor, e.Target} {
			if u := c.user(id); u != nil && !named[id] {
				named[id] = true
				users = append(users, userJSON(u))
			}
		}
	}
	return object{
		"audit_log_entries": entries, "users": users, "webhooks": []any{}, "threads": []any{}, "integrations": []any{}, "application_commands": []any{},
		"auto_moderation_rules": []any{}, "guild_scheduled_events": []any{},
	}, nil
}
