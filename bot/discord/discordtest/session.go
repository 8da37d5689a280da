package discordtest

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

// session is what IDENTIFY makes and RESUME goes on with.
type session struct {
	id      string
	intents int
	seq     int
	sent    []packet // every dispatch, for a resume
	conn    *Conn    // nil while it waits for a resume
	gone    time.Time
}

type packet struct {
	seq int
	raw json.RawMessage
}

// Intents that a client may only ask for when they are on in the app's
// settings.
const (
	intentGuilds    = 1 << 0
	intentMembers   = 1 << 1
	intentPresences = 1 << 8
	intentContent   = 1 << 15

	allIntents = 1<<26 - 1
)

// heard takes a frame from a client; d.mu is held.
func (d *Discord) heard(c *Conn, raw []byte) {
	now := time.Now()
	c.taken = append(slices.DeleteFunc(c.taken, func(t time.Time) bool { return now.Sub(t) >= time.Minute }), now)
	if len(c.taken) > maxPerMinute {
		d.problem("gateway: more than %d events in 60 s", maxPerMinute)
		c.close(closeRateLimited, "You are being rate limited.")
		return
	}
	var frame struct {
		Op *int            `json:"op"`
		D  json.RawMessage `json:"d"`
	}
	if err := json.Unmarshal(raw, &frame); err != nil || frame.Op == nil {
		d.problem("gateway: a frame that cannot be read: %.100s", raw)
		c.close(closeDecode, "Error while decoding payload.")
		return
	}
	switch *frame.Op {
	case opHeartbeat:
		c.beats++
		c.expect()
		if !c.mute {
			c.frame(object{"op": opHeartbeatACK, "s": nil, "t": nil, "d": nil})
		}
	case opIdentify:
		d.identify(c, frame.D)
	case opResume:
		d.resume(c, frame.D)
	case opPresence, opVoiceState, opRequestMembers:
		if c.session == nil {
			c.close(closeNotAuthenticated, "Not authenticated.")
		}
	default:
		d.problem("gateway: unknown opcode %d", *frame.Op)
		c.close(closeUnknownOpcode, "Unknown opcode.")
	}
}

// identify begins a session; d.mu is held.
func (d *Discord) identify(c *Conn, raw json.RawMessage) {
	var id struct {
		Token      string
		Intents    *int
		Properties map[string]any
		Shard      *[2]int
		Compress   bool
	}
	if err := json.Unmarshal(raw, &id); err != nil {
		d.problem("gateway: IDENTIFY cannot be read: %v", err)
		c.close(closeDecode, "Error while decoding payload.")
		return
	}
	now := time.Now()
	recent := !d.began.IsZero() && now.Sub(d.began) < identifyEvery
	d.identified = append(slices.DeleteFunc(d.identified, func(t time.Time) bool { return now.Sub(t) >= 24*time.Hour }), now)
	f := d.faults.Next(Identifying)
	switch {
	case c.session != nil:
		d.problem("gateway: a second IDENTIFY on a connection")
		c.close(closeAlready, "Already authenticated.")
	case strings.TrimPrefix(id.Token, "Bot ") != d.BotToken:
		c.close(closeAuthentication, "Authentication failed.")
	case id.Intents == nil || *id.Intents < 0 || *id.Intents > allIntents:
		d.problem("gateway: IDENTIFY has no intents, or invalid ones")
		c.close(closeInvalidIntents, "Invalid intent(s).")
	case !d.allowed(*id.Intents):
		c.close(closeDisallowedIntents, "Disallowed intent(s).")
	case id.Shard != nil && (id.Shard[1] != 1 || id.Shard[0] != 0):
		c.close(closeInvalidShard, "Invalid shard.")
	case len(d.identified) > sessionsPerDay:
		d.problem("gateway: more than %d IDENTIFYs in a day: Discord would reset the token", sessionsPerDay)
		c.close(closeAuthentication, "Authentication failed.")
	case f != nil && f.code != 0:
		c.close(f.code, f.text)
	case f != nil && f.packet != nil:
		c.frame(f.packet)
	case recent:
		c.frame(object{"op": opInvalidSession, "s": nil, "t": nil, "d": false})
	default:
		s := &session{id: d.secret("session"), intents: *id.Intents, conn: c}
		c.session = s
		d.sessions, d.began = append(d.sessions, s), now
		d.ready(s)
	}
}

func (d *Discord) allowed(intents int) bool {
	return (intents&intentMembers == 0 || d.cfg.MembersIntent) && (intents&intentPresences == 0 || d.cfg.PresenceIntent) && (intents&intentContent == 0 || d.cfg.MessagesIntent)
}

func (d *Discord) ready(s *session) {
	var guilds []object
	for _, g := range d.guilds {
		if g.member(d.BotUser) != nil {
			guilds = append(guilds, object{"id": g.ID, "unavailable": true})
		}
	}
	me := userJSON(d.user(d.BotUser))
	maps.Copy(me, object{"verified": true, "mfa_enabled": true, "email": nil, "flags": 0})
	s.dispatch("READY", object{
		"v": 10, "user": me, "guilds": guilds, "session_id": s.id, "resume_gateway_url": d.gatewayURL(), "session_type": "normal", "shard": []int{0, 1},
		"application": object{"id": d.AppID, "flags": d.flags()}, "private_channels": []any{}, "presences": []any{}, "relationships": []any{}, "user_settings": object{},
		"user_settings_proto": "", "guild_join_requests": []any{}, "geo_ordered_rtc_regions": []string{"rotterdam"}, "game_relationships": []any{}, "auth": object{}, "_trace": []string{},
	})
	if s.intents&intentGuilds == 0 {
		return
	}
	for _, g := range d.guilds {
		if g.member(d.BotUser) != nil {
			s.dispatch("GUILD_CREATE", d.guildCreate(g))
		}
	}
}

// resume goes on with a session: everything after the sequence number that the
// client names comes again, then RESUMED. d.mu is held.
func (d *Discord) resume(c *Conn, raw json.RawMessage) {
	var id struct {
		Token     string
		SessionID string `json:"session_id"`
		Seq       *int
	}
	if err := json.Unmarshal(raw, &id); err != nil || id.Seq == nil {
		d.problem("gateway: RESUME cannot be read, or has no seq: %.100s", raw)
		c.close(closeDecode, "Error while decoding payload.")
		return
	}
	f := d.faults.Next(Resuming)
	i := slices.IndexFunc(d.sessions, func(s *session) bool { return s.id == id.SessionID })
	switch {
	case c.session != nil:
		c.close(closeAlready, "Already authenticated.")
		return
	case strings.TrimPrefix(id.Token, "Bot ") != d.BotToken:
		c.close(closeAuthentication, "Authentication failed.")
		return
	case f != nil && f.code != 0:
		c.close(f.code, f.text)
		return
	case f != nil && f.packet != nil:
		c.frame(f.packet)
		return
	case i < 0 || d.sessions[i].conn == nil && time.Since(d.sessions[i].gone) > resumable:
		c.frame(object{"op": opInvalidSession, "s": nil, "t": nil, "d": false})
		return
	}
	s := d.sessions[i]
	if *id.Seq > s.seq || *id.Seq < 0 {
		d.problem("gateway: RESUME from %d, and the last was %d", *id.Seq, s.seq)
		c.close(closeInvalidSeq, "Invalid seq.")
		return
	}
	if s.conn != nil && s.conn != c { // the client knows that it is gone, and Discord does not
		s.conn.part(closeTimedOut, "resumed on another connection")
	}
	c.session, s.conn = s, c
	from := *id.Seq
	if f != nil {
		from -= f.number
	}
	for _, p := range s.sent {
		if p.seq > from {
			c.put(outgoing{raw: p.raw})
		}
	}
	s.dispatch("RESUMED", object{"_trace": []string{}})
}

// dispatch sends an event, or keeps it for a resume.
func (s *session) dispatch(event string, data any) {
	s.seq++
	raw, err := json.Marshal(object{"op": opDispatch, "s": s.seq, "t": event, "d": data})
	if err != nil {
		panic(err) // this package made it
	}
	s.sent = append(s.sent, packet{s.seq, raw})
	if s.conn != nil {
		s.conn.put(outgoing{raw: raw})
	}
}

// forget ends a session; d.mu is held.
func (d *Discord) forget(s *session) {
	d.sessions = without(d.sessions, func(o *session) bool { return o == s })
}

// listening are the sessions that an event is for: those that are connected,
// and those that can still be resumed. d.mu is held.
func (d *Discord) listening() []*session {
	return slices.DeleteFunc(slices.Clone(d.sessions), func(s *session) bool { return s.conn == nil && time.Since(s.gone) > resumable })
}
