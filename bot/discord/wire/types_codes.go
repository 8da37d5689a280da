package wire

import (
	"encoding/json"
	"strconv"
)

// Code is Discord's number of an error, in the body beside the HTTP status
// (topics/opcodes-and-status-codes, JSON error codes).
type Code int

// The errors that this program tells apart.
const (
	UnknownChannel     Code = 10003
	UnknownGuild       Code = 10004
	UnknownInvite      Code = 10006
	UnknownMember      Code = 10007
	UnknownMessage     Code = 10008
	UnknownOverwrite   Code = 10009 // of a channel
	UnknownRole        Code = 10011
	UnknownUser        Code = 10013
	UnknownWebhook     Code = 10015 // also: the token of an interaction is over 15 minutes old
	UnknownBan         Code = 10026
	UnknownInteraction Code = 10062 // the answer came after three seconds, or the interaction never was
	UnknownCommand     Code = 10063
	TooManyOldEdits    Code = 30046 // of messages older than an hour; how many is not documented
	OpeningDMsTooFast  Code = 40003
	AlreadyAnswered    Code = 40060 // the interaction has had its first answer
	BlockedByFirewall  Code = 40333 // Cloudflare's
	MissingAccess      Code = 50001
	NotOurMessage      Code = 50005 // an edit of another user's message
	CannotMessageUser  Code = 50007 // they take no direct messages of the bot
	MissingPermissions Code = 50013
	InvalidOAuthToken  Code = 50025
	InvalidToken       Code = 50027 // of a webhook or an interaction: over
	InvalidForm        Code = 50035 // Discord refuses the body
	ThreadArchived     Code = 50083
	NoMutualGuild      Code = 50278 // no direct message: they are in no guild with the bot
	Overloaded         Code = 130000
	ThreadExists       Code = 160004 // the message has one already
	ThreadLocked       Code = 160005
)

// Permissions are bits, in decimal in a string (topics/permissions).
type Permissions uint64

// The permissions that this program looks at or needs.
const (
	CreateInstantInvite   Permissions = 1 << 0
	KickMembers           Permissions = 1 << 1
	BanMembers            Permissions = 1 << 2
	Administrator         Permissions = 1 << 3
	ManageChannels        Permissions = 1 << 4
	ManageGuild           Permissions = 1 << 5
	ViewChannel           Permissions = 1 << 10
	SendMessages          Permissions = 1 << 11
	ReadMessageHistory    Permissions = 1 << 16
	ManageRoles           Permissions = 1 << 28
	ManageWebhooks        Permissions = 1 << 29
	ManageThreads         Permissions = 1 << 34
	CreatePublicThreads   Permissions = 1 << 35
	CreatePrivateThreads  Permissions = 1 << 36
	SendMessagesInThreads Permissions = 1 << 38
	ModerateMembers       Permissions = 1 << 40
)

// Has reports whether all of these are among p. An administrator has all.
func (p Permissions) Has(all Permissions) bool { return p&Administrator != 0 || p&all == all }

// String is p in decimal.
func (p Permissions) String() string { return strconv.FormatUint(uint64(p), 10) }

// MarshalJSON writes a string: the bits are more than a number of JSON holds.
func (p Permissions) MarshalJSON() ([]byte, error) { return json.Marshal(p.String()) }

// UnmarshalJSON reads a string, or a number as older versions had it. What is
// neither is none.
func (p *Permissions) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = string(b)
	}
	n, _ := strconv.ParseUint(s, 10, 64)
	*p = Permissions(n)
	return nil
}
