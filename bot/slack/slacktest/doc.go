// Package slacktest is a fake Slack at the wire: the Web API, Socket Mode,
// response URLs, file uploads and SCIM of one workspace with one app in it, as
// the vendor's documents describe them. It enforces their limits, delivers
// what people do, and can be told to fail in the ways in which Slack fails.
//
//	s := slacktest.New(t, slacktest.Config{})
//	ann := s.AddUser(slacktest.User{RealName: "Ann Lee"})
//	room := s.AddChannel(slacktest.Channel{Name: "it", Members: []string{ann.ID, s.BotUser}})
//	api := slack.New(s.BotToken, slack.OptionAppLevelToken(s.AppToken), slack.OptionAPIURL(s.API()))
//	...
//	d, err := s.Slash(ann.ID, room.ID, "/offboard start jane")
//	err = d.Wait(ctx)
//	fmt.Println(s.Sees(ann.ID))
//
// Time is that of package time. With Config.Memory the network is in memory as
// well, and everything works in a synctest bubble: three seconds, thirty
// minutes and the hourly reconnect of a socket then cost nothing.
//
// What an app sends and Slack refuses as malformed is a problem, and problems
// that a test does not take with Problems fail it. README.md has the table of
// what is enforced and where each rule comes from.
package slacktest
