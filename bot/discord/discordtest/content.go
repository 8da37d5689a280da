package discordtest

import (
	"maps"
	"slices"
	"unicode/utf8"
)

// Limits of messages; the README says where they come from.
const (
	maxContent    = 2000
	maxEmbeds     = 10
	maxEmbedChars = 6000 // over all embeds
	maxNonce      = 25
	maxMentioned  = 100 // ids in each list of allowed_mentions
	maxReason     = 512 // of X-Audit-Log-Reason
)

// content reads and checks what an app wants a message to say: what is left
// out stays as it is now. Flags are those that may be set here. d.mu is held.
func (c *call) content(now Content, flags int) (Content, mentions, error) {
	says, ment, err := c.contentOf("", c.args, now, flags)
	return says, ment, err
}

// contentOf is content for an object that stands at a place in the body: at is
// "" or ends with a dot.
func (c *call) contentOf(at string, args object, now Content, flags int) (Content, mentions, error) {
	l := c.linter()
	l.keys(at, args, messageKeys)
	says := now
	says.Flags = now.Flags &^ Loading
	if f, ok := args["flags"]; ok && f != nil {
		set := number(f)
		if set&^flags != 0 {
			l.add(at+"flags", "MESSAGE_FLAGS_INVALID", "Flags %d cannot be set here.", set&^flags)
		}
		if now.v2() && set&ComponentsV2 == 0 {
			l.add(at+"flags", "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", "The IS_COMPONENTS_V2 flag cannot be removed from a message.")
		}
		says.Flags = says.Flags&(Ephemeral|hasThread) | set
	}
	if v, ok := args["content"]; ok {
		says.Text = text(v)
	}
	if v, ok := args["components"]; ok {
		says.Components = clone(append([]object{}, objects(v)...))
	}
	if v, ok := args["embeds"]; ok {
		says.Embeds = clone(append([]object{}, objects(v)...))
	}
	for _, key := range []string{"poll", "sticker_ids", "files", "tts"} {
		if v := args[key]; v != nil && !slices.Contains([]string{"false"}, text(v)) && !emptyList(v) {
			c.problem("%s: this fake shows no %s", c.route.name, key)
		}
	}
	if _, ok := args["attachments"]; ok || len(c.files) > 0 {
		says.Files = c.attached(l, at, args)
	}
	l.long(at+"content", says.Text, 0, maxContent)
	l.nonce(at+"nonce", args["nonce"])
	l.embeds(at+"embeds", says.Embeds)
	if says.v2() {
		if says.Text != "" {
			l.add(at+"content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2")
		}
		if len(says.Embeds) > 0 {
			l.add(at+"embeds", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "The 'embeds' field cannot be used when using MessageFlags.IS_COMPONENTS_V2")
		}
	}
	l.message(at+"components", says.Components, says.v2())
	ment := mentions{allowed: l.allowed(at+"allowed_mentions", args["allowed_mentions"])}
	if err := c.malformed(); err != nil {
		return says, ment, err
	}
	if says.Text == "" && len(says.Components) == 0 && len(says.Embeds) == 0 && len(says.Files) == 0 {
		c.problem("%s: the message is empty", c.route.name)
		return says, ment, refuse(50006)
	}
	filled(says.Components)
	return says, ment, nil
}

func emptyList(v any) bool {
	l, ok := v.([]any)
	return ok && len(l) == 0
}

// linter collects what is wrong with a body.
type linter struct {
	form    *form
	problem func(format string, args ...any)
	ids     map[string]string // custom_id -> where
	numbers map[int]bool      // ids of components
	count   int
	chars   int
}

// linter is one for the body of a call.
func (c *call) linter() *linter {
	return &linter{form: &c.form, problem: func(format string, args ...any) { c.problem(c.route.name+": "+format, args...) }}
}

func (l *linter) add(at, code, format string, args ...any) { l.form.add(at, code, format, args...) }

// long checks the length of a text, in Unicode code points.
func (l *linter) long(at string, v any, least, most int) {
	if v == nil {
		if least > 0 {
			l.add(at, "BASE_TYPE_REQUIRED", "This field is required")
		}
		return
	}
	s, ok := v.(string)
	n := utf8.RuneCountInString(s)
	switch {
	case !ok:
		l.add(at, "STRING_TYPE_CONVERT", "Could not interpret \"%v\" as string.", v)
	case n == 0 && least > 0:
		l.add(at, "BASE_TYPE_REQUIRED", "This field is required")
	case n < least || n > most:
		l.add(at, "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length, is %d.", least, most, n)
	}
}

// within checks a whole number, if there is one.
func (l *linter) within(at string, v any, least, most int) {
	if v == nil {
		return
	}
	n, ok := v.(float64)
	switch {
	case !ok || n != float64(int(n)):
		l.add(at, "NUMBER_TYPE_COERCE", "Value \"%v\" is not int.", v)
	case int(n) < least || int(n) > most:
		l.add(at, "NUMBER_TYPE_MAX", "int value should be between %d and %d.", least, most)
	}
}

// keys notes keys that Discord does not know: it ignores them without a word,
// so it is a problem and no refusal.
func (l *linter) keys(at string, o object, known []string) {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if !slices.Contains(known, key) {
			l.problem("%s%s: Discord does not know this key", at, key)
		}
	}
}

func (l *linter) nonce(at string, v any) {
	if s, ok := v.(string); ok && utf8.RuneCountInString(s) > maxNonce {
		l.add(at, "NONCE_TYPE_TOO_LONG", "Nonce must be %d or fewer in length.", maxNonce)
	}
}

func (l *linter) embeds(at string, embeds []object) {
	if len(embeds) > maxEmbeds {
		l.add(at, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxEmbeds)
	}
	total := 0
	for i, e := range embeds {
		here := place(at, i)
		l.keys(here+".", e, embedKeys)
		footer, _ := e["footer"].(object)
		author, _ := e["author"].(object)
		parts := []struct {
			at   string
			v    any
			most int
		}{{"title", e["title"], 256}, {"description", e["description"], 4096}, {"footer.text", footer["text"], 2048}, {"author.name", author["name"], 256}}
		for _, p := range parts {
			l.long(here+"."+p.at, p.v, 0, p.most)
			total += utf8.RuneCountInString(text(p.v))
		}
		fields := objects(e["fields"])
		if len(fields) > 25 {
			l.add(here+".fields", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
		}
		for j, f := range fields {
			l.long(place(here+".fields", j)+".name", f["name"], 1, 256)
			l.long(place(here+".fields", j)+".value", f["value"], 1, 1024)
			total += utf8.RuneCountInString(text(f["name"])) + utf8.RuneCountInString(text(f["value"]))
		}
		l.within(here+".color", e["color"], 0, 0xFFFFFF)
	}
	if total > maxEmbedChars {
		l.add(at, "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of %d", maxEmbedChars)
	}
}

// allowed reads allowed_mentions: nil where there is none.
func (l *linter) allowed(at string, v any) *allowed {
	o, ok := v.(object)
	if !ok {
		return nil
	}
	l.keys(at+".", o, []string{"parse", "users", "roles", "replied_user"})
	a := &allowed{replied: truth(o["replied_user"])}
	read := func(key string) []string {
		list, ok := o[key].([]any)
		if !ok && o[key] != nil {
			l.add(at+"."+key, "BASE_TYPE_BAD", "Only arrays are allowed.")
		}
		var out []string
		for i, e := range list {
			if slices.Contains(out, text(e)) {
				l.add(place(at+"."+key, i), "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value.")
			}
			out = append(out, text(e))
		}
		if key != "parse" && len(out) > maxMentioned {
			l.add(at+"."+key, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxMentioned)
		}
		return out
	}
	if v, ok := o["parse"]; ok && v == nil {
		l.problem("%s.parse is null: that allows nothing in one library and everything in another; send []", at)
	}
	a.parse, a.users, a.roles = read("parse"), read("users"), read("roles")
	for i, p := range a.parse {
		if !slices.Contains([]string{"users", "roles", "everyone"}, p) {
			l.add(place(at+".parse", i), "BASE_TYPE_CHOICES", "Value must be one of ('users', 'roles', 'everyone').")
		}
	}
	for _, kind := range []string{"users", "roles"} {
		if ids, _ := o[kind].([]any); slices.Contains(a.parse, kind) && len(ids) > 0 {
			l.add(at, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", "parse:[%q] and %s: [ids...] are mutually exclusive.", kind, kind)
		}
	}
	return a
}
