package slacktest

// MethodTiers are the rate limit tiers of all methods; 0 is a special one.
func MethodTiers() map[string]int {
	out := map[string]int{}
	for name, m := range methods {
		out[name] = m.tier
	}
	return out
}

// Frame sends a frame that a test has made.
func (c *Conn) Frame(v map[string]any) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.frame(v)
}
