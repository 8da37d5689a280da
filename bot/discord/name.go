package discord

// name is what accounts are linked under.
const name = "discord"
