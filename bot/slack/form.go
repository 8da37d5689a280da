package slack

import (
	"strings"

	api "github.com/slack-go/slack"

	"offboard/bot"
	"offboard/bot/adapter"
)

// maxInput is how much one field of a form takes (docs.slack.dev,
// plain_text_input).
const maxInput = 3000

// modal is a form. private comes back with it, at most 3000 characters. Fields
// keep what was entered when the same form is shown again, because their
// block_id and action_id are their name.
func modal(f bot.Form, private string) api.ModalViewRequest {
	v := api.ModalViewRequest{
		Type: api.VTModal, Title: plain(f.Title), Submit: plain(f.Submit), Close: plain("Cancel"),
		CallbackID: f.Verb, PrivateMetadata: private,
	}
	if strings.TrimSpace(f.Intro.String()) != "" {
		var w writer
		adapter.Text(&w, f.Intro, maxInput)
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, api.NewRichTextBlock("", api.NewRichTextSection(w.out...)))
	}
	for _, fd := range f.Fields {
		b := api.NewInputBlock(fd.Name, plain(fd.Label), nil, input(fd)).WithOptional(!fd.Required)
		if fd.Hint != "" {
			b.Hint = plain(fd.Hint)
		}
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, b)
	}
	return v
}

func input(f bot.Field) api.BlockElement {
	switch f.Kind {
	case bot.Choice:
		e := api.NewOptionsSelectBlockElement(api.OptTypeStatic, nil, f.Name)
		for _, o := range f.Options {
			e.Options = append(e.Options, option(o))
		}
		e.InitialOption = chosen(f)
		return e
	case bot.PersonField:
		e := api.NewOptionsSelectBlockElement(api.OptTypeExternal, plain("Type part of a name"), f.Name)
		e.InitialOption = chosen(f)
		e.MinQueryLength = new(1)
		return e
	case bot.DateField:
		e := api.NewDatePickerBlockElement(f.Name)
		e.InitialDate = f.Value
		return e
	case bot.TimeField:
		e := api.NewTimePickerBlockElement(f.Name)
		e.InitialTime = f.Value
		return e
	case bot.Line, bot.Paragraph:
	}
	e := api.NewPlainTextInputBlockElement(nil, f.Name)
	e.Multiline = f.Kind == bot.Paragraph
	e.InitialValue = adapter.Shorten(f.Value, maxInput)
	if !e.Multiline {
		e.InitialValue = adapter.Line(e.InitialValue)
	}
	return e
}

// chosen is the option that a field shows at first. Slack wants it exactly as
// it is among the options.
func chosen(f bot.Field) *api.OptionBlockObject {
	for _, o := range f.Options {
		if o.Value == f.Value {
			return option(o)
		}
	}
	return nil
}

// values are the fields of a form that was sent, those left empty too.
func values(state *api.ViewState) map[string]string {
	out := map[string]string{}
	if state == nil {
		return out
	}
	for name, block := range state.Values {
		for _, a := range block {
			switch string(a.Type) {
			case api.OptTypeStatic, api.OptTypeExternal:
				out[name] = a.SelectedOption.Value
			case string(api.METDatepicker):
				out[name] = a.SelectedDate
			case string(api.METTimepicker):
				out[name] = a.SelectedTime
			default:
				out[name] = a.Value
			}
		}
	}
	return out
}
