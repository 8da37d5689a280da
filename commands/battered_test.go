package commands_test

import (
	"time"

	"offboard/bot"
)

// battered is a stage at the wire on which everything fails again and again.
// Accounts are the vendor's ids of users.
type battered interface {
	stage
	enrol(m member)
	join(account string, in bool)
	notes() []note
	sees(account string) string

	breakCalls(dice func(n int) int) // what has not happened in a moment does not happen
	breakLine(dice func(n int) int)  // one connection, or its session
	heal() (faults, calls int)       // ends all trouble

	slash(account, line string) bool
	presses(account, name string) bool           // the newest button of that name, "approve:OFF-1:"
	begins(account, login, kind, manager string) // does the next thing that opens a case
	gives(account string)                        // closes what lies on top
	stands() map[string]standing                 // by the refs of posts
	tooOld(ref string) bool                      // it could not be edited once, and another message may have its place
	account(login string) bot.User
}

// standing is a message of the bot that everybody in its place can read.
type standing struct {
	key    string // what posts are told apart by, with its place
	answer bool   // what somebody did was answered by it, which could not be shown otherwise
	text   string
	inRoom bool // it is in the channel of IT
}

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }
