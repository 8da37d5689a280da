package people

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// Search looks for people in the directory, best match first.
func (p *People) Search(ctx context.Context, text string, limit int) ([]store.Card, error) {
	found, err := p.dir.Search(ctx, text, limit)
	for i := range found {
		found[i] = tidy(found[i])
	}
	return found, err
}

// tidy takes out of a card what could disturb a reader: who writes into a
// directory must not be able to break a message.
func tidy(c store.Card) store.Card {
	for _, text := range []*string{&c.Name, &c.Mail, &c.Title, &c.Department, &c.Location} {
		*text = bot.Clean(*text, 200)
	}
	if c.Name == "" {
		c.Name = cmp.Or(c.Login, c.ID)
	}
	return c
}

// Resolve finds the one person that a form field or an argument means on a
// platform: an id from a suggestion, a mention, or typed text. Its refusal
// lists the matches if there are several. It does not repeat the text, in
// which a person's number would be shown as their name.
func (p *People) Resolve(ctx context.Context, platform, text string) (store.PersonID, store.Card, error) {
	if text == "" {
		return "", store.Card{}, who("Choose somebody, or type a login or a full name.")
	}
	card, err := p.one(ctx, platform, text)
	if err != nil {
		return "", card, err
	}
	if card.Disabled {
		return "", card, who(card.Name + " can't take this on. Please choose somebody else.")
	}
	id, err := p.Meet(ctx, card)
	return id, card, err
}

// Exactly finds the one person of the directory with this id, login, address or
// full name, also one who cannot sign in any more. It is a *store.Refused with
// code NotNow where the directory does not answer.
func (p *People) Exactly(ctx context.Context, text string) (store.Card, error) {
	exact, err := p.Called(ctx, text)
	switch {
	case err != nil:
		return store.Card{}, silent("The directory does not answer, so I can't look anybody up. Nothing was changed. Please try again in a few minutes.")
	case len(exact) == 1:
		return exact[0], nil
	case len(exact) == 0:
		return store.Card{}, who("nobody in the directory has this login, mail address or id")
	}
	return store.Card{}, who("more than one person has this name; write the login")
}

// Called finds all who have this login, address or full name, or else this id.
func (p *People) Called(ctx context.Context, text string) ([]store.Card, error) {
	found, err := p.Search(ctx, text, 5)
	if err != nil {
		return nil, err
	}
	exact := slices.DeleteFunc(found, func(c store.Card) bool {
		return !strings.EqualFold(c.Login, text) && !strings.EqualFold(c.Mail, text) && !strings.EqualFold(c.Name, text)
	})
	if len(exact) == 0 {
		if card, err := p.Card(ctx, text); err == nil {
			exact = append(exact, card)
		}
	}
	return exact, nil
}

func who(text string) error { return &store.Refused{Code: store.WhoIsIt, Text: text} }

func (p *People) one(ctx context.Context, platform, text string) (store.Card, error) {
	const most = 5
	found, err := p.Find(ctx, platform, text, most)
	if err != nil {
		return store.Card{}, who("The directory does not answer, so I can't look anybody up. Nothing was changed. Please try again in a few minutes.")
	}
	text = strings.TrimPrefix(text, "@")
	exact := slices.DeleteFunc(slices.Clone(found), func(c store.Card) bool { return c.Login != text && c.Name != text && c.Mail != text })
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(exact) == 1:
		return exact[0], nil
	case len(found) == 0:
		return store.Card{}, who("Nobody in the directory matches that. Try a login or a full name.")
	}
	list := ""
	for _, c := range found {
		list += "\n" + c.Name + " — " + c.Line()
	}
	return store.Card{}, who("More than one person matches that. Type the login instead:" + list)
}
