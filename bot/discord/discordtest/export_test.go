package discordtest

// Check says what is wrong with a body by Discord's OpenAPI document, or "".
func (d *Discord) Check(schema string, body any) string {
	at, what, wrong := d.schema.check(schema, body)
	if !wrong {
		return ""
	}
	return at + ": " + what
}

// KnownKeys are the keys that a type of component has here.
func KnownKeys() map[int][]string {
	out := map[int][]string{}
	for kind := range keysOf {
		out[kind] = componentKeys(kind)
	}
	return out
}

// KnownObjects are the keys of the other objects that an app sends, by the name
// of their schema.
func KnownObjects() map[string][]string {
	return map[string][]string{"RichEmbed": embedKeys, bodyCommand: commandKeys}
}

// RoutePaths are all routes.
func RoutePaths() []string {
	var out []string
	for _, r := range routes {
		out = append(out, r.name)
	}
	return out
}
