package discord

import "offboard/bot/discord/wire"

// everybodyReads reports whether a member without any role reads a channel.
func everybodyReads(g wire.Guild, c wire.Channel) bool {
	return g.Allowed(wire.Member{}, c).Has(wire.ViewChannel)
}
