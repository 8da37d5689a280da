// Package wire is Discord's REST API (version 10) as far as this program uses
// it: the JSON of its objects, and the calls.
//
// The names are Discord's own. What is received is read leniently: an object of
// a kind that does not exist yet must never make the rest unreadable. Sources
// are the pages of docs.discord.com/developers named beside each type.
package wire

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"
)

// User is an account (resources/user). Names are chosen by people: literal text,
// never compared.
type User struct {
	ID         string `json:"id"`
	Username   string `json:"username,omitempty"`
	GlobalName string `json:"global_name,omitempty"` // what people see; empty: Username
	Bot        bool   `json:"bot,omitempty"`
	System     bool   `json:"system,omitempty"` // Discord itself
}

// Shown is the name that people see, outside a guild where they may have
// another one.
func (u User) Shown() string {
	if u.GlobalName != "" {
		return u.GlobalName
	}
	return u.Username
}

// Member is a user in a guild (resources/guild). In resolved data User is empty
// and stands beside it.
type Member struct {
	User                       *User       `json:"user,omitempty"`
	Nick                       string      `json:"nick,omitempty"`
	Roles                      []string    `json:"roles,omitempty"`
	Permissions                Permissions `json:"permissions,omitempty"`                  // in the channel of an interaction; else 0
	Pending                    bool        `json:"pending,omitempty"`                      // has not passed the guild's screening
	CommunicationDisabledUntil string      `json:"communication_disabled_until,omitempty"` // RFC 3339; a time-out, which may be over
}

// Guild is a server (resources/guild).
type Guild struct {
	ID      string `json:"id"`
	Name    string `json:"name,omitempty"`
	OwnerID string `json:"owner_id,omitempty"`
	Roles   []Role `json:"roles,omitempty"`
}

// Role is a role of a guild (topics/permissions). The role that everybody has
// has the id of the guild.
type Role struct {
	ID          string      `json:"id"`
	Name        string      `json:"name,omitempty"`
	Position    int         `json:"position"` // a higher one is above; equal: the smaller id is above
	Permissions Permissions `json:"permissions"`
	Managed     bool        `json:"managed,omitempty"` // belongs to an integration; cannot be given or taken
}

// Channel is a channel, a thread or a direct message (resources/channel).
type Channel struct {
	ID                   string          `json:"id"`
	Type                 ChannelType     `json:"type"`
	GuildID              string          `json:"guild_id,omitempty"`
	Name                 string          `json:"name,omitempty"`
	ParentID             string          `json:"parent_id,omitempty"` // of a thread the channel, of a channel the category
	OwnerID              string          `json:"owner_id,omitempty"`  // of a thread, who made it
	PermissionOverwrites []Overwrite     `json:"permission_overwrites,omitempty"`
	Recipients           []User          `json:"recipients,omitempty"` // of a direct message
	ThreadMetadata       *ThreadMetadata `json:"thread_metadata,omitempty"`
}

// ChannelType tells the kinds of channels apart (resources/channel).
type ChannelType int

// The kinds of channels that this program meets.
const (
	GuildText     ChannelType = 0
	DM            ChannelType = 1
	GroupDM       ChannelType = 3
	Announcement  ChannelType = 5
	PublicThread  ChannelType = 11
	PrivateThread ChannelType = 12
)

// Thread reports a thread of any kind.
func (t ChannelType) Thread() bool { return t >= 10 && t <= 12 }

// Overwrite changes permissions in one channel (resources/channel).
type Overwrite struct {
	ID    string      `json:"id"`   // of a role or a user
	Type  int         `json:"type"` // 0 a role, 1 a user
	Allow Permissions `json:"allow"`
	Deny  Permissions `json:"deny"`
}

// ThreadMetadata is the state of a thread. One that is archived takes no edit
// (ThreadArchived); a new message of the bot opens it again if it is not locked.
type ThreadMetadata struct {
	Archived            bool `json:"archived"`
	AutoArchiveDuration int  `json:"auto_archive_duration"` // minutes
	Locked              bool `json:"locked"`
}

// ThreadBody starts a thread: at a message, or without one, where Type says its
// kind (resources/channel).
type ThreadBody struct {
	Name                string      `json:"name"`                            // 1 to 100 characters
	AutoArchiveDuration int         `json:"auto_archive_duration,omitempty"` // minutes: 60, 1440, 4320 or 10080
	Type                ChannelType `json:"type,omitempty"`                  // not at a message
	Invitable           *bool       `json:"invitable,omitempty"`             // of a private thread: whether members may add others
}

// ThreadEdit changes a thread; nil stays as it is.
type ThreadEdit struct {
	Name     string `json:"name,omitempty"`
	Archived *bool  `json:"archived,omitempty"`
	Locked   *bool  `json:"locked,omitempty"`
}

// epoch is the zero of the time in snowflakes, in milliseconds (reference).
const epoch = 1420070400000

// Snowflake reports whether s has the form of an id: 64 bits in decimal
// (reference).
func Snowflake(s string) bool {
	n, err := strconv.ParseUint(s, 10, 64)
	return err == nil && n > 1<<22 && strconv.FormatUint(n, 10) == s
}

// Made is when Discord made the object with this id, to the millisecond. It is
// zero for what is no id.
func Made(id string) time.Time {
	if !Snowflake(id) {
		return time.Time{}
	}
	n, _ := strconv.ParseUint(id, 10, 64)
	return time.UnixMilli(int64(n>>22) + epoch) //nolint:gosec // 42 bits
}

// lenient reads b into v, which must be a pointer to a type without its own
// UnmarshalJSON. Fields of another type than expected are left out.
func lenient(b []byte, v any) error {
	err := json.Unmarshal(b, v)
	if other := (*json.UnmarshalTypeError)(nil); errors.As(err, &other) {
		return nil
	}
	return err
}
