package discord

import "errors"

// fatalCodes are the ends that no retry mends (docs, Gateway close codes).
var fatalCodes = map[int]string{
	4004: "it refuses the bot token; make a new one under Bot in the app's settings",
	4010: "invalid shard",
	4011: "the bot is in too many servers for one connection",
	4012: "this version of the gateway is switched off; Offboard has to be updated",
	4013: "invalid intents; Offboard has to be updated",
	4014: "an intent is not allowed; Offboard asks for none and has to be updated",
}

// fatal is an error that ends Run.
type fatal struct{ error }

func (f *fatal) Unwrap() error { return f.error }

func final(err error) bool {
	_, ok := errors.AsType[*fatal](err)
	return ok
}
