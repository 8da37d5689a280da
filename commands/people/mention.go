package people

import (
	"context"
	"errors"
	"strings"

	"offboard/actions"
	"offboard/bot"
	"offboard/store"
)

// mentioned is whose chat account a mention names (see bot.Interaction): by a
// link that still holds, or by the directory. It is false for any other text
// and for an account that is nobody's.
func (p *People) mentioned(ctx context.Context, platform, text string) (store.Card, bool, error) {
	account, ok := strings.CutPrefix(text, "@")
	if !ok || account == "" || strings.Contains(account, " ") {
		return store.Card{}, false, nil
	}
	id, linked, err := p.store.Owner(platform, account)
	if err != nil {
		return store.Card{}, false, err
	}
	if id != "" {
		card, err := p.Card(ctx, linked.ID)
		switch {
		case err == nil && p.holds(id, bot.User{Platform: platform, ID: account}, card):
			return card, true, nil
		case err != nil && !errors.Is(err, actions.ErrNoPerson):
			return store.Card{}, false, err
		}
	}
	cards, err := p.dir.ByChat(ctx, platform, account)
	if err != nil || len(cards) != 1 {
		return store.Card{}, false, err
	}
	return tidy(cards[0]), true, nil
}

// Find is who was meant by what somebody typed on a platform: whoever is
// mentioned, else those whom the directory finds, best match first, else whoever
// has that id in it, which is what a search offers.
func (p *People) Find(ctx context.Context, platform, text string, limit int) ([]store.Card, error) {
	card, ok, err := p.mentioned(ctx, platform, text)
	switch {
	case err != nil:
		return nil, err
	case ok:
		return []store.Card{card}, nil
	}
	found, err := p.Search(ctx, strings.TrimPrefix(text, "@"), limit)
	if err == nil && len(found) == 0 {
		if card, err := p.Card(ctx, text); err == nil {
			return []store.Card{card}, nil
		}
	}
	return found, err
}
