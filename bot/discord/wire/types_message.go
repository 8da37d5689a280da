package wire

import "encoding/json"

// Message is a message as it is received (resources/message). Of other people's
// messages Content and Components are empty without an intent that this program
// does not ask for.
type Message struct {
	ID         string      `json:"id"`
	ChannelID  string      `json:"channel_id"`
	Type       int         `json:"type"` // 0 a message, 19 a reply, 20 an answer to a command
	Author     *User       `json:"author,omitempty"`
	WebhookID  string      `json:"webhook_id,omitempty"`
	Content    string      `json:"content,omitempty"`
	Flags      Flags       `json:"flags,omitempty"`
	Components []Component `json:"components,omitempty"`
	Nonce      string      `json:"nonce,omitempty"` // only in the answer to a post, and only if it was a string
}

// UnmarshalJSON is lenient.
func (m *Message) UnmarshalJSON(b []byte) error {
	type plain Message
	return lenient(b, (*plain)(m))
}

// MessageBody posts or edits a message, or answers an interaction. With
// ComponentsV2 it has no Content. An edit must set AllowedMentions again.
type MessageBody struct {
	Content         string          `json:"content,omitempty"` // at most 2000 characters
	Components      []Component     `json:"components,omitempty"`
	Flags           Flags           `json:"flags,omitempty"`
	AllowedMentions AllowedMentions `json:"allowed_mentions"`
	// Nonce, at most 25 characters, makes a second post with the same one within
	// "the past few minutes" return the first message, if EnforceNonce is set.
	// Only a post has them.
	Nonce        string `json:"nonce,omitempty"`
	EnforceNonce bool   `json:"enforce_nonce,omitempty"`
	// Reference makes it a reply. Only a post has it.
	Reference *Reference `json:"message_reference,omitempty"`
	// Attachments are the files that are uploaded with it; see Client.Upload.
	Attachments []Attachment `json:"attachments,omitempty"`
	// NoContent takes the plain text away from a message that becomes one of
	// components: an edit without it is refused.
	NoContent bool `json:"-"`
}

// Attachment is a file that comes with a post (reference, Uploading Files): ID is
// the number n of the part files[n].
type Attachment struct {
	ID   string `json:"id"`
	Name string `json:"filename"`
}

// Reference is the message that one replies to (resources/message, message
// reference). With FailIfNotExists false it may be gone.
type Reference struct {
	MessageID       string `json:"message_id"`
	FailIfNotExists bool   `json:"fail_if_not_exists"`
}

// MarshalJSON writes content as null where it is taken away.
func (b MessageBody) MarshalJSON() ([]byte, error) {
	type plain MessageBody
	if !b.NoContent {
		return json.Marshal(plain(b))
	}
	return json.Marshal(struct {
		plain
		Content *string `json:"content"`
	}{plain: plain(b)})
}

// AllowedMentions says who may be notified. The zero value is nobody; without
// the object Discord notifies whoever the text mentions (resources/message).
type AllowedMentions struct {
	Parse []string `json:"parse"`           // kinds that are looked for in the text; empty by rule
	Users []string `json:"users,omitempty"` // at most 100
}

// MarshalJSON writes an empty parse as a list, because null is "not set".
func (a AllowedMentions) MarshalJSON() ([]byte, error) {
	type plain AllowedMentions
	if a.Parse == nil {
		a.Parse = []string{}
	}
	return json.Marshal(plain(a))
}

// Flags are bits of a message (resources/message).
type Flags int

// The flags that this program sets.
const (
	Ephemeral    Flags = 1 << 6  // only who did the interaction sees it
	Silent       Flags = 1 << 12 // SUPPRESS_NOTIFICATIONS: a badge, no notification; only in a post
	ComponentsV2 Flags = 1 << 15 // made of components alone; cannot be taken back
)
