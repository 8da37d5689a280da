package slack

// SCIM is where c's SCIM is looked for.
func (c Config) SCIM() string { return c.withDefaults().SCIMURL }
