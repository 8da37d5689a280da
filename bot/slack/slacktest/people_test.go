package slacktest_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"offboard/bot/slack/slacktest"
)

func TestSlash(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		var got slack.SlashCommand
		b.socket(acks(func(e socketmode.Event) any {
			got, _ = e.Data.(slack.SlashCommand)
			return map[string]any{"text": "You typed &lt;" + got.Command}
		}))
		d := b.did(b.Slash(b.ann.ID, b.room.ID, "/offboard start @ben.ray in #it, <x> & https://example.com"))
		want := "start <@" + b.ben.ID + "|ben.ray> in <#" + b.room.ID + "|it>, &lt;x&gt; &amp; <https://example.com>"
		if got.Text != strings.Replace(want, "|it>,", "|it>,", 1) || got.UserID != b.ann.ID || got.ChannelID != b.room.ID || got.TeamDomain != b.Domain || got.ChannelName != "privategroup" {
			t.Errorf("got %+v\nwant text %s", got, want)
		}
		if a := d.Acks(); len(a) != 1 || a[0].Late || a[0].After > 0 {
			t.Errorf("acks are %+v", a)
		}
		if seen := b.Sees(b.ann.ID); seen != "You typed </offboard" {
			t.Errorf("Ann sees %q", seen)
		}
		if seen := b.Sees(b.ben.ID); seen != "" {
			t.Errorf("Ben sees %q", seen)
		}
		if _, err := b.Slash(b.ann.ID, b.room.ID, "/other"); err == nil {
			t.Error("a command that the app does not have")
		}
	})
}

func card(label string, e ...slack.BlockElement) slack.MsgOption {
	return slack.MsgOptionCompose(slack.MsgOptionText("A card", false), slack.MsgOptionBlocks(section(label), slack.NewActionBlock("acts", e...)))
}

func TestClick(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		var got []slack.InteractionCallback
		b.socket(acks(func(e socketmode.Event) any {
			i, _ := e.Data.(slack.InteractionCallback)
			got = append(got, i)
			return nil
		}))
		menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain("Heir"), "heir",
			slack.NewOptionBlockObject("P-1", plain("Tom"), nil), slack.NewOptionBlockObject("P-2", plain("Ana"), nil))
		_, ts := b.post(b.room.ID, card("Press", slack.NewButtonBlockElement("approve", "OFF-1:1", plain("Approve")), menu))
		old := b.Messages(b.room.ID)[0]
		b.did(b.Click(b.ben.ID, old, "Approve"))
		i := got[0]
		if a := i.ActionCallback.BlockActions[0]; i.Type != slack.InteractionTypeBlockActions || a.ActionID != "approve" || a.BlockID != "acts" || a.Value != "OFF-1:1" {
			t.Errorf("got %+v", a)
		}
		if i.User.ID != b.ben.ID || i.Channel.ID != b.room.ID || i.Container.MessageTs != ts || i.Message.Timestamp != ts || i.TriggerID == "" {
			t.Errorf("got %+v", i)
		}
		b.did(b.Select(b.ben.ID, old, "heir", "Ana"))
		if a := got[1].ActionCallback.BlockActions[0]; a.SelectedOption.Value != "P-2" {
			t.Errorf("chose %+v", a)
		}
		// A card that has changed is clicked on as it was seen.
		_, _, _, err := b.api.UpdateMessage(b.room.ID, ts, says("It is decided"))
		b.must(err)
		b.did(b.Click(b.ann.ID, old, "approve"))
		if m := got[2].Message; m.Text != "It is decided" {
			t.Errorf("the payload has the message as it was: %+v", m.Text)
		}
		if _, ok := b.On(b.ann.ID, "Approve"); ok {
			t.Error("the button is still there")
		}
		stranger := b.AddUser(slacktest.User{RealName: "Sam"})
		if _, err := b.Click(stranger.ID, old, "approve"); err == nil {
			t.Error("somebody who is not in the channel clicked")
		}

		// The response URL of a click replaces its message, five times.
		for range 5 {
			b.must(slack.PostWebhookCustomHTTPContext(t.Context(), i.ResponseURL, b.HTTP(), &slack.WebhookMessage{Text: "replaced", ReplaceOriginal: true}))
		}
		if m := b.Messages(b.room.ID)[0]; m.Text != "replaced" || m.Edits != 6 {
			t.Errorf("the message is %+v", m)
		}
		err = slack.PostWebhookCustomHTTPContext(t.Context(), i.ResponseURL, b.HTTP(), &slack.WebhookMessage{Text: "too often"})
		if err == nil || b.Calls(slacktest.Responses)[5].Error != "used_url" {
			t.Errorf("the sixth use: %v", err)
		}
	})
}

func form() slack.ModalViewRequest {
	person := slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, plain("Search"), "v")
	person.MinQueryLength = new(int)
	return slack.ModalViewRequest{
		Type: slack.VTModal, Title: plain("Who leaves?"), Submit: plain("Continue"), Close: plain("Cancel"), CallbackID: "start", PrivateMetadata: "OFF-1", NotifyOnClose: true,
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewInputBlock("who", plain("Person"), nil, person),
			slack.NewInputBlock("day", plain("Last day"), plain("The last one at work"), slack.NewDatePickerBlockElement("v")),
			slack.NewInputBlock("why", plain("Reason"), nil, slack.NewPlainTextInputBlockElement(nil, "v")).WithOptional(true),
		}},
	}
}

func TestForm(t *testing.T) {
	bubble(t, slacktest.Config{Shortcuts: []string{"leave"}}, func(t *testing.T, b *bench) {
		var answer any
		var got []slack.InteractionCallback
		b.socket(acks(func(e socketmode.Event) any {
			i, _ := e.Data.(slack.InteractionCallback)
			got = append(got, i)
			switch i.Type {
			case slack.InteractionTypeBlockSuggestion:
				return slack.OptionsResponse{Options: []*slack.OptionBlockObject{slack.NewOptionBlockObject("P-9", plain("Tom Okafor"), nil)}}
			case slack.InteractionTypeViewSubmission:
				return answer
			default:
				return nil
			}
		}))
		b.did(b.Shortcut(b.ann.ID, "leave"))
		opened, err := b.api.OpenView(got[0].TriggerID, form())
		b.must(err)
		_, err = b.api.OpenView(got[0].TriggerID, form())
		b.refused(err, "exchanged_trigger_id")
		if seen := b.Sees(b.ann.ID); !strings.Contains(seen, "Who leaves?") || !strings.Contains(seen, "The last one at work") || b.Sees(b.ben.ID) != "" {
			t.Errorf("Ann sees %s", seen)
		}

		var refused slacktest.Refused
		if _, err = b.Submit(b.ann.ID, map[string]string{"day": "2026-12-24"}); !errors.As(err, &refused) || refused["who"] == "" || refused["why"] != "" {
			t.Errorf("a needed field is empty: %v", err)
		}
		top, _ := b.Modal(b.ann.ID)
		if _, err := b.Suggest(b.within(), b.ann.ID, top, "v", "tom"); err == nil {
			t.Error("three fields have that action_id, and one was found")
		}
		options, err := b.Suggest(b.within(), b.ann.ID, top, "who", "tom")
		b.must(err)
		if len(options) != 1 || got[1].Value != "tom" || got[1].BlockID != "who" || got[1].View.CallbackID != "start" {
			t.Errorf("offered %v for %+v", options, got[1])
		}

		answer = slack.NewErrorsViewSubmissionResponse(map[string]string{"day": "That day is over."})
		b.did(b.Submit(b.ann.ID, map[string]string{"who": "Tom Okafor", "why": "a\nb"}))
		values := got[2].View.State.Values
		if values["who"]["v"].SelectedOption.Value != "P-9" || values["day"]["v"].SelectedDate != "2026-12-24" || values["why"]["v"].Value != "a\nb" || got[2].View.PrivateMetadata != "OFF-1" {
			t.Errorf("sent %+v", values)
		}
		if top, _ = b.Modal(b.ann.ID); !maps.Equal(top.Errors, map[string]string{"day": "That day is over."}) || !strings.Contains(b.Sees(b.ann.ID), "That day is over.") {
			t.Errorf("the modal has %v", top.Errors)
		}

		answer = slack.NewPushViewSubmissionResponse(&slack.ModalViewRequest{Type: slack.VTModal, Title: plain("Sure?"), Blocks: slack.Blocks{BlockSet: []slack.Block{section("really")}}})
		b.did(b.Submit(b.ann.ID, nil))
		if top, _ = b.Modal(b.ann.ID); top.Title != "Sure?" {
			t.Errorf("on top is %q", top.Title)
		}
		_, err = b.Close(b.ann.ID, false)
		b.must(err)
		answer = slack.NewUpdateViewSubmissionResponse(&slack.ModalViewRequest{Type: slack.VTModal, Title: plain("Done"), Blocks: slack.Blocks{BlockSet: []slack.Block{section("thanks")}}})
		b.did(b.Submit(b.ann.ID, nil))
		top, _ = b.Modal(b.ann.ID)
		if top.Title != "Done" || top.ID != opened.ID {
			t.Errorf("now it is %+v", top)
		}
		_, err = b.api.UpdateView(form(), "", opened.Hash, opened.ID)
		b.refused(err, "hash_conflict")
		_, err = b.api.UpdateView(form(), "", top.Hash, opened.ID)
		b.must(err)
		closing, err := b.Close(b.ann.ID, false)
		if len(closing) != 1 {
			t.Fatalf("%d deliveries of a closed view: %v", len(closing), err)
		}
		b.did(closing[0], err)
		_, err = b.api.UpdateView(form(), "", "", opened.ID)
		b.refused(err, "not_found")
	})
}

func TestStack(t *testing.T) {
	bubble(t, slacktest.Config{Shortcuts: []string{"leave"}}, func(t *testing.T, b *bench) {
		var last slack.InteractionCallback
		b.socket(acks(func(e socketmode.Event) any {
			last, _ = e.Data.(slack.InteractionCallback)
			return nil
		}))
		button := slack.ModalViewRequest{Type: slack.VTModal, Title: plain("Deeper"), Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewActionBlock("a", slack.NewButtonBlockElement("next", "", plain("Next"))),
		}}}
		b.did(b.Shortcut(b.ann.ID, "leave"))
		_, err := b.api.PushView(last.TriggerID, button)
		b.refused(err, "not_found")
		b.did(b.Shortcut(b.ann.ID, "leave"))
		_, err = b.api.OpenView(last.TriggerID, button)
		b.must(err)
		for i := range 3 {
			top, _ := b.Modal(b.ann.ID)
			b.did(b.Click(b.ann.ID, top, "next"))
			_, err = b.api.PushView(last.TriggerID, button)
			if i < 2 {
				b.must(err)
			}
		}
		b.refused(err, "push_limit_reached")
		_, err = b.Close(b.ann.ID, true)
		b.must(err)
		if top, ok := b.Modal(b.ann.ID); ok {
			t.Errorf("%q is still open", top.Title)
		}
	})
}

func TestExternalID(t *testing.T) {
	bubble(t, slacktest.Config{}, func(_ *testing.T, b *bench) {
		b.socket(acks(nil))
		trigger := func() string { return b.did(b.Slash(b.ann.ID, "", "/offboard")).Payload["trigger_id"].(string) }
		f := form()
		f.ExternalID = "mine"
		_, err := b.api.OpenView(trigger(), f)
		b.must(err)
		_, err = b.api.UpdateView(f, "mine", "", "")
		b.must(err)
		_, err = b.api.OpenView(trigger(), f)
		b.refused(err, "duplicate_external_id")
		f.ExternalID = ""
		for i := range 90 {
			f.Blocks.BlockSet = append(f.Blocks.BlockSet, slack.NewSectionBlock(slack.NewTextBlockObject(slack.PlainTextType, strings.Repeat("x", 3000), false, false), nil, nil, slack.SectionBlockOptionBlockID(fmt.Sprint(i))))
		}
		_, err = b.api.OpenView(trigger(), f)
		b.refused(err, "view_too_large")
		b.faulted("bytes")
	})
}

func TestHome(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		var opened *slackevents.AppHomeOpenedEvent
		b.socket(acks(func(e socketmode.Event) any {
			if api, ok := e.Data.(slackevents.EventsAPIEvent); ok {
				opened, _ = api.InnerEvent.Data.(*slackevents.AppHomeOpenedEvent)
			}
			return nil
		}))
		b.did(b.OpenHome(b.ann.ID))
		if opened == nil || opened.Tab != "home" || opened.User != b.ann.ID {
			t.Fatalf("got %+v", opened)
		}
		home := func(says string) slack.PublishViewContextRequest {
			return slack.PublishViewContextRequest{UserID: b.ann.ID, View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{section(says)}}}}
		}
		v, err := b.api.PublishViewContext(t.Context(), home("waiting for you: 1"))
		b.must(err)
		stale := "1.0"
		r := home("nothing")
		r.Hash = &stale
		_, err = b.api.PublishViewContext(t.Context(), r)
		b.refused(err, "hash_conflict")
		r.Hash = &v.Hash
		_, err = b.api.PublishViewContext(t.Context(), r)
		b.must(err)
		if seen := b.Sees(b.ann.ID); seen != "nothing" {
			t.Errorf("Ann sees %q", seen)
		}
	})
}

func TestDM(t *testing.T) {
	bubble(t, slacktest.Config{}, func(t *testing.T, b *bench) {
		var got *slackevents.MessageEvent
		b.socket(acks(func(e socketmode.Event) any {
			if api, ok := e.Data.(slackevents.EventsAPIEvent); ok {
				got, _ = api.InnerEvent.Data.(*slackevents.MessageEvent)
			}
			return nil
		}))
		b.did(b.DM(b.ann.ID, "help <me> & you"))
		if got == nil || got.ChannelType != "im" || got.User != b.ann.ID || got.Text != "help &lt;me&gt; &amp; you" || got.Channel != b.DirectChannel(b.ann.ID) {
			t.Fatalf("got %+v", got)
		}
		if d, err := b.Say(b.ann.ID, b.room.ID, "not for the app"); d != nil || err != nil {
			t.Errorf("an app without groups:history heard of it: %v", err)
		}
	})
}

func TestNotifications(t *testing.T) {
	bubble(t, slacktest.Config{RatesCounted: true}, func(t *testing.T, b *bench) {
		g := b.AddGroup(slacktest.Group{Handle: "it", Users: []string{b.ben.ID}})
		told := func(user string) []slacktest.Via {
			var out []slacktest.Via
			for _, n := range b.Notified(user) {
				out = append(out, n.Via)
			}
			return out
		}
		_, ts := b.post(b.room.ID, says("for <@"+b.ann.ID+">"))
		b.post(b.room.ID, says("for nobody, &lt;@"+b.ann.ID+"&gt;"))
		b.post(b.room.ID, says("for <!subteam^"+g.ID+">"))
		b.post(b.room.ID, says("more"), slack.MsgOptionTS(ts))
		b.post(b.room.ID, says("<!here>"))
		b.post(b.ann.ID, says("between us"))
		_, _, _, err := b.api.UpdateMessage(b.room.ID, ts, says("an edit for <@"+b.ben.ID+">"))
		b.must(err)
		_, err = b.api.PostEphemeral(b.room.ID, b.ben.ID, says("only <@"+b.ben.ID+">"))
		b.must(err)
		if got := told(b.ann.ID); !slices.Equal(got, []slacktest.Via{slacktest.ViaMention, slacktest.ViaThread, slacktest.ViaBroadcast, slacktest.ViaDirect}) {
			t.Errorf("Ann was notified by %q", got)
		}
		if got := told(b.ben.ID); !slices.Equal(got, []slacktest.Via{slacktest.ViaGroup, slacktest.ViaBroadcast}) {
			t.Errorf("Ben was notified by %q", got)
		}
	})
}
