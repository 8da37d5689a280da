package slack

import (
	"encoding/json"

	api "github.com/slack-go/slack"

	"offboard/bot"
	"offboard/bot/adapter"
)

const (
	// maxOptions are the options of a search (docs.slack.dev, external_select).
	maxOptions = 100
	// optionBytes keeps them within an acknowledgement, which Slack drops from
	// 20,480 bytes on.
	optionBytes = 18_000
	// product is the title of modals that have no better one.
	product = "Offboard"
)

// loading stands where something else will, because a modal has to be opened
// within three seconds.
func loading(title string) api.ModalViewRequest {
	return shown(title, []bot.Part{bot.Prose{Text: bot.T("One moment…")}}, bot.Message{})
}

// note is a message in a modal. Its heading is the title, where it fits.
func note(m bot.Message) api.ModalViewRequest {
	parts := adapter.Contents(m)
	title := product
	if h, ok := parts[0].(bot.Heading); ok && len(parts) > 1 && len([]rune(h.Text)) <= bot.MaxTitle {
		title, parts = h.Text, parts[1:]
	}
	return shown(title, parts, m)
}

func shown(title string, parts []bot.Part, m bot.Message) api.ModalViewRequest {
	m.Parts = parts
	return api.ModalViewRequest{
		Type: api.VTModal, Title: plain(adapter.Shorten(title, bot.MaxTitle)), Close: plain("Close"), Blocks: api.Blocks{BlockSet: viewed.render(m)},
	}
}

// suggestions answer a search. The library's type leaves out an empty list,
// which Slack asks for.
type suggestions struct {
	Options []*api.OptionBlockObject `json:"options"`
}

// options are the first ones of the list: as many as Slack takes.
func options(list []bot.Option) suggestions {
	out := suggestions{Options: []*api.OptionBlockObject{}}
	size := 0
	for _, o := range list[:min(len(list), maxOptions)] {
		o.Label, o.Hint = adapter.Shorten(o.Label, bot.MaxOption), adapter.Shorten(o.Hint, bot.MaxOption)
		e := option(o)
		b, err := json.Marshal(e)
		if err != nil {
			panic(err) // strings
		}
		if size += len(b) + 1; size > optionBytes {
			break
		}
		out.Options = append(out.Options, e)
	}
	return out
}
