package discordtest

import (
	"slices"
	"time"
)

// Types of callbacks.
const (
	replies       = 4
	defers        = 5
	defersUpdate  = 6
	updates       = 7
	completes     = 8
	opensModal    = 9
	maxChoices    = 25
	maxFollowUps  = 5 // only of user-installed apps; a server's app may send more
	replyFlags    = SuppressEmbeds | Ephemeral | SuppressNotifications | ComponentsV2
	editableFlags = SuppressEmbeds | ComponentsV2
)

// callback is the first answer to an interaction.
func (c *call) callback() (any, error) {
	i := c.interactions[c.path["interaction"]]
	if i == nil || i.token != c.path["token"] {
		return nil, refuse(10062)
	}
	ack := Ack{After: time.Since(i.at), Type: number(c.args["type"]), Second: i.answer != 0}
	ack.Data, _ = c.args["data"].(object)
	answer, err := c.answerTo(i, ack)
	ack.Error = said(err)
	i.delivery.acks = append(i.delivery.acks, ack)
	if err != nil {
		return nil, err
	}
	i.answer = ack.Type
	i.delivery.finish(nil)
	if c.query.Get("with_response") != "true" {
		return nil, nil
	}
	resource := object{"type": ack.Type}
	if answer != nil {
		resource["message"] = c.messageJSON(answer)
	}
	back := object{"interaction": object{"id": i.id, "type": i.kind, "response_message_loading": ack.Type == defers}, "resource": resource}
	if answer != nil {
		back["interaction"].(object)["response_message_id"] = answer.ID
	}
	return back, nil
}

func (c *call) answerTo(i *interaction, ack Ack) (*Message, error) {
	switch {
	case i.answer != 0:
		return nil, refuse(40060)
	case i.delivery.over() || ack.After > c.cfg.Patience:
		return nil, refuse(10062)
	}
	for key := range c.args {
		if key != "type" && key != "data" {
			c.problem("%s: %s: Discord does not know this key", c.route.name, key)
		}
	}
	if !slices.Contains(answers(i), ack.Type) {
		c.form.add("type", "INTERACTION_CALLBACK_TYPE_INVALID", "An interaction of type %d cannot be answered with %d.", i.kind, ack.Type)
		return nil, c.malformed()
	}
	ch := c.channel(i.channel)
	switch ack.Type {
	case replies:
		return c.replied(i, ch)
	case defers:
		return c.deferred(i, ch, ack)
	case defersUpdate:
		if len(ack.Data) > 0 {
			c.problem("%s: Discord ignores the data of DEFERRED_UPDATE_MESSAGE", c.route.name)
		}
		i.original = i.source
		c.closeModal(i)
		return i.source, nil
	case updates:
		return c.updated(i, ack)
	case completes:
		return nil, c.completed(i, ack)
	default:
		return nil, c.opened(i, ack)
	}
}

// answers are the callbacks that an interaction can have.
func answers(i *interaction) []int {
	switch {
	case i.kind == isCommand:
		return []int{replies, defers, opensModal}
	case i.kind == isComponent:
		return []int{replies, defers, defersUpdate, updates, opensModal}
	case i.kind == isAutocomplete:
		return []int{completes}
	case i.source != nil: // a modal that a component opened
		return []int{replies, defers, defersUpdate, updates}
	default:
		return []int{replies, defers}
	}
}

func (c *call) replied(i *interaction, ch *channel) (*Message, error) {
	c.validate(bodyReply)
	data, _ := c.args["data"].(object)
	says, ment, err := c.contentOf("data.", data, Content{}, replyFlags)
	if err != nil {
		return nil, err
	}
	i.original = c.reply(i, ch, says, ment)
	c.closeModal(i)
	return i.original, nil
}

// reply posts a message as an answer to an interaction.
func (c *call) reply(i *interaction, ch *channel, says Content, ment mentions) *Message {
	m := Message{Author: c.BotUser, Content: says, by: i, mentions: ment}
	if says.Flags&Ephemeral != 0 {
		m.Only = i.user
	}
	switch {
	case i.kind == isCommand:
		m.kind = 20
	case i.source != nil && i.source.Only == "":
		m.Reply, m.kind = i.source.ID, 19
	}
	return c.add(ch, m)
}

func (c *call) deferred(i *interaction, ch *channel, ack Ack) (*Message, error) {
	flags := number(ack.Data["flags"])
	if flags&^Ephemeral != 0 {
		c.form.add("data.flags", "MESSAGE_FLAGS_INVALID", "Only EPHEMERAL can be set here.")
		return nil, c.malformed()
	}
	for key := range ack.Data {
		if key != "flags" {
			c.problem("%s: Discord ignores data.%s of a deferred reply", c.route.name, key)
		}
	}
	i.original = c.reply(i, ch, Content{Flags: Loading | flags}, mentions{})
	i.waitsFor = true
	c.closeModal(i)
	return i.original, nil
}

func (c *call) updated(i *interaction, ack Ack) (*Message, error) {
	c.validate(bodyUpdate)
	if i.source.Gone {
		return nil, refuse(10008)
	}
	says, ment, err := c.contentOf("data.", ack.Data, i.source.Content, editableFlags)
	if err != nil {
		return nil, err
	}
	i.original = i.source
	i.source.mentions = ment
	c.edit(i.source, says)
	c.closeModal(i)
	return i.source, nil
}

func (c *call) completed(i *interaction, ack Ack) error {
	l := c.linter()
	list, ok := ack.Data["choices"].([]any)
	if !ok {
		l.add("data.choices", "BASE_TYPE_REQUIRED", "This field is required")
	}
	choices := objects(list)
	l.amount("data.choices", len(choices), 0, maxChoices)
	for n, choice := range choices {
		at := place("data.choices", n)
		l.keys(at+".", choice, []string{"name", "name_localizations", "value"})
		l.long(at+".name", choice["name"], 1, 100)
		l.value(at+".value", choice["value"], i.optionType)
	}
	if err := c.malformed(); err != nil {
		return err
	}
	i.delivery.choices = choices
	return nil
}

func (c *call) opened(i *interaction, ack Ack) error {
	c.validate(bodyModal)
	l := c.linter()
	l.modal("data", ack.Data)
	if err := c.malformed(); err != nil {
		return err
	}
	c.show(i, clone(ack.Data))
	return nil
}
