package discordtest

// markdown draws Discord's markdown.
func (p pen) markdown(s string) string { return s }
