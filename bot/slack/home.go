package slack

import (
	api "github.com/slack-go/slack"

	"offboard/bot"
)

// home is a message as the Home tab of one person.
func home(m bot.Message) api.HomeTabViewRequest {
	return api.HomeTabViewRequest{Type: api.VTHomeTab, Blocks: api.Blocks{BlockSet: viewed.render(m)}}
}
