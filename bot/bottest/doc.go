// Package bottest tries out chats without a chat. A Chat is a platform in
// memory whose people a test or the demo plays; its Transcript is what a
// conversation looks like to those in it. Render is one message as plain text.
// A script is a conversation that a person can read and Play can perform.
// Platform is the suite that every adapter passes, and Chat as well.
//
// The package knows nothing of cases, and opens neither files nor sockets but
// for the golden files of tests. A Chat works inside a synctest bubble.
package bottest
