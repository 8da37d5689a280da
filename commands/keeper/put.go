package keeper

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"offboard/bot"
	"offboard/store"
)

// callTime is how long one call of a platform may take. A chat that hangs must
// not keep what is said in another one from being said.
const callTime = 45 * time.Second

// direct is where a person is written to: their account on the first platform
// where they have one and take messages, else by mail. The leaver is never
// written to.
func (b *board) direct(p store.PersonID) []bot.Place {
	if p == b.c.Person || p == "" {
		return nil
	}
	for _, r := range b.k.cfg.Rooms {
		for _, u := range b.k.cfg.People.Accounts(p, r.Platform.Name()) {
			if at := (bot.Place{Platform: u.Platform, Kind: bot.Direct, ID: u.ID}); !b.refuses(at) {
				return []bot.Place{at}
			}
		}
	}
	return slices.DeleteFunc(b.letterbox(p), b.refuses)
}

// refused stands in the place of a message's id where somebody takes none.
const refused = "refused"

// refuses reports whether somebody takes no messages there: who has switched
// them off is not asked again whenever the case is looked at.
func (b *board) refuses(at bot.Place) bool {
	return slices.ContainsFunc(slices.Concat(b.posts, b.older), func(p store.Post) bool { return p.Ref == refused && p.Platform == at.Platform && p.Place == at.ID })
}

// unsafe reports whether a message stands in a channel where it would not be
// posted now: people join channels, and an edit tells them as much as a post.
func (b *board) unsafe(ctx context.Context, p store.Post) bool {
	return !slices.ContainsFunc(slices.Concat(b.rooms(ctx), b.approvals(ctx)), func(at bot.Place) bool {
		return at.Kind == bot.Channel && at.Platform == p.Platform && at.ID == p.Place
	})
}

// hide takes out of a channel what a message said there. While it is not known
// who reads there the message stays as it is, and the case is tried again.
func (b *board) hide(ctx context.Context, p store.Post) error {
	if b.blind || b.blindToo {
		return nil
	}
	m := b.k.cfg.View.Hidden(b.c)
	m.Hides = true
	switch hash := digest(m); {
	case p.Ref == "":
		// Its answer was lost, so it may stand there: it is looked for. If it is
		// not there, this is what comes.
		return b.post(ctx, p, m, hash)
	case p.Hash != hash:
		return b.edit(ctx, p, m, hash, true)
	}
	return nil
}

// put makes one message true in every place where it should stand or stands.
func (b *board) put(ctx context.Context, w wanted) error {
	m, err := w.make()
	if err != nil {
		return err
	}
	m.Notify = w.notify
	hash := digest(m)
	var errs []error
	done := map[bot.Place]bool{}
	for _, p := range b.posts {
		if p.Name != w.name || done[place(p)] {
			continue
		}
		done[place(p)] = true
		if p.Kind == string(bot.Channel) && b.unsafe(ctx, p) {
			errs = append(errs, b.hide(ctx, p))
			continue
		}
		switch {
		case p.Ref == refused, w.once && p.Ref != "", p.Hash == hash && p.Ref != "":
		case p.Ref == "":
			errs = append(errs, b.post(ctx, p, m, hash))
		default:
			errs = append(errs, b.edit(ctx, p, m, hash, w.only))
		}
	}
	if w.only {
		return errors.Join(errs...)
	}
	for _, at := range w.at {
		at, ok := b.thread(at, w.in)
		if !ok || done[at] {
			continue
		}
		done[at] = true
		errs = append(errs, b.post(ctx, store.Post{
			Case: b.c.ID, Name: w.name, Platform: at.Platform, Kind: string(at.Kind), Place: at.ID, Thread: at.Thread, Key: key(b.c.ID, b.plan+w.name, at),
		}, m, hash))
	}
	return errors.Join(errs...)
}

// thread is the place below another message of the case.
func (b *board) thread(at bot.Place, in string) (bot.Place, bool) {
	if in == "" {
		return at, true
	}
	for _, p := range b.posts {
		if p.Name == in && p.Ref != "" && p.Ref != refused && p.Platform == at.Platform && p.Place == at.ID {
			at.Thread = p.Ref
			return at, true
		}
	}
	return at, false // the message above comes first
}

// post records the intent, posts, and records where it is. A kill between the
// two, or an answer that is lost, posts it again under the same key; what
// stands there then may be what it said the first time.
func (b *board) post(ctx context.Context, p store.Post, m bot.Message, hash string) error {
	platform := b.platform(p.Platform)
	if platform == nil {
		return nil // the platform is not configured any more
	}
	first := p.Hash
	m.About, m.Again, m.Replaces = string(p.Case), first != "", p.Replaces
	if p.Ref = ""; first == "" {
		first = hash
	}
	p.Hash, p.At = first, b.k.cfg.Store.Now()
	if err := b.save(p); err != nil {
		return err
	}
	// A message to one person is for them to read; in a channel it is for those
	// whom it calls. What only takes the place of another one calls nobody.
	m.Notify = slices.DeleteFunc(slices.Clone(m.Notify), func(u bot.User) bool { return u.Platform != p.Platform })
	if p.Kind == string(bot.Direct) && p.Thread == "" && p.Replaces == "" {
		m.Notify = []bot.User{{Platform: p.Platform, ID: p.Place}}
	}
	ref, err := b.send(ctx, platform, place(p), m, p.Key)
	if errors.Is(err, bot.ErrGone) {
		return b.gone(p, err)
	}
	if err != nil {
		return fmt.Errorf("post %s: %w", p.Name, err)
	}
	p.Ref = ref.ID
	if err := b.save(p); err != nil || first == hash {
		return err
	}
	return b.edit(ctx, p, m, hash, false)
}

// gone is about a place that is not there. Somebody who takes no messages there
// is written to elsewhere. If it is the thread of a message that was deleted,
// that message is looked at again and posted anew; else another place is another
// post, and this one has no way back.
func (b *board) gone(p store.Post, why error) error {
	b.k.cfg.Log.Warn().Str("case", string(p.Case)).Str("platform", p.Platform).Str("message", p.Name).Err(why).Msg("the place of a message is gone")
	if p.Kind == string(bot.Direct) && p.Thread == "" {
		p.Ref = refused
		return errors.Join(fmt.Errorf("post %s: another way is tried", p.Name), b.save(p))
	}
	i := slices.IndexFunc(b.posts, func(o store.Post) bool { return p.Thread != "" && o.Ref == p.Thread && o.Place == p.Place })
	if i < 0 {
		return nil
	}
	above := b.posts[i]
	above.Hash = ""
	return errors.Join(fmt.Errorf("post %s: the message above is gone", p.Name), b.save(above))
}

// edit brings a message up to date. One that somebody has deleted, or that is
// too old to be edited, is posted anew, unless it has nothing to ask any more.
func (b *board) edit(ctx context.Context, p store.Post, m bot.Message, hash string, only bool) error {
	platform := b.platform(p.Platform)
	if platform == nil {
		return nil
	}
	edited := m
	edited.Notify, edited.Replaces = nil, p.Replaces
	quick, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	begun := time.Now()
	err := platform.Edit(quick, bot.Ref{Place: place(p), ID: p.Ref}, edited)
	b.k.called(platform, begun, &err)
	old := errors.Is(err, bot.ErrOld)
	switch {
	case (old || errors.Is(err, bot.ErrGone)) && !only:
		p.Key, p.Hash, p.Replaces = key(p.Case, b.plan+p.Name+"/after/"+p.Ref, place(p)), "", "" // a new message, not the lost one again
		if old {
			p.Replaces = p.Ref
		}
		return b.post(ctx, p, m, hash)
	case errors.Is(err, bot.ErrEarly):
		b.early = true
		return nil
	case err != nil && !old && !errors.Is(err, bot.ErrGone):
		return fmt.Errorf("edit %s: %w", p.Name, err)
	}
	p.Hash = hash
	return b.save(p)
}

// save records a post, in the store and on the board.
func (b *board) save(p store.Post) error {
	saved := p
	saved.Name = b.plan + p.Name
	if err := b.k.cfg.Store.SavePost(saved); err != nil {
		return err
	}
	i := slices.IndexFunc(b.posts, func(o store.Post) bool { return o.Name == p.Name && place(o) == place(p) })
	if i < 0 {
		b.posts = append(b.posts, p)
	} else {
		b.posts[i] = p
	}
	return nil
}

func (b *board) platform(name string) bot.Platform {
	for _, r := range b.k.cfg.Rooms {
		if r.Platform.Name() == name {
			return r.Platform
		}
	}
	if m := b.k.cfg.Mail; m != nil && m.Name() == name {
		return m
	}
	return nil
}

func place(p store.Post) bot.Place {
	return bot.Place{Platform: p.Platform, Kind: bot.PlaceKind(p.Kind), ID: p.Place, Thread: p.Thread}
}

// key is the idempotency key of a post: at most 25 bytes (Discord's nonce).
func key(id store.CaseID, name string, at bot.Place) string {
	sum := sha256.Sum256([]byte(string(id) + "\x00" + name + "\x00" + at.Platform + "\x00" + at.ID + "\x00" + at.Thread))
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:12])
}

// digest tells two messages apart. The kind of each part counts, which its
// JSON form alone would not show.
func digest(m bot.Message) string {
	h := sha256.New()
	for _, p := range m.Parts {
		b, _ := json.Marshal(p) // texts and numbers only
		_, _ = fmt.Fprintf(h, "%T %s\n", p, b)
	}
	_, _ = fmt.Fprintf(h, "%s", m.Summary)
	return base32.StdEncoding.EncodeToString(h.Sum(nil)[:10])
}
