// Package discordtest is a fake Discord at the wire: the gateway, the REST API
// and interactions of some servers with one app in them, as the vendor's
// documents describe them. It enforces their limits, delivers what people do,
// and can be told to fail in the ways in which Discord fails.
//
//	d := discordtest.New(t, discordtest.Config{})
//	ann := d.AddUser(discordtest.User{GlobalName: "Ann Lee"})
//	room := d.AddChannel(discordtest.Channel{Name: "it", Private: true, Members: []string{ann.ID, d.BotUser}})
//	... an app with d.BotToken, d.API() and the gateway that d.API()+"/gateway/bot" names ...
//	click, err := d.Slash(ann.ID, room.ID, "/offboard start person:jane")
//	err = click.Wait(ctx)
//	fmt.Println(d.Sees(ann.ID))
//
// Time is that of package time. With Config.Memory the network is in memory as
// well, and everything works in a synctest bubble: three seconds, fifteen
// minutes and a day's worth of heartbeats then cost nothing.
//
// What an app sends and Discord refuses as malformed is a problem, and
// problems that a test does not take with Problems fail it. README.md has the
// table of what is enforced and where each rule comes from.
package discordtest
