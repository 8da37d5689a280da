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
	"offboard/commands/view"
	"offboard/store"
)

func (k *Keeper) heirs(c store.Case) []store.PersonID { return view.Heirs(c) }

func (b *board) now() time.Time { return time.Now() }

// direct is where a person is written to: their account on the first platform
// where they have one. The leaver is never written to.
func (b *board) direct(p store.PersonID) []bot.Place {
	if p == b.c.Person || p == "" {
		return nil
	}
	for _, r := range b.k.cfg.Rooms {
		for _, u := range b.k.cfg.People.Accounts(p, r.Platform.Name()) {
			return []bot.Place{{Platform: u.Platform, Kind: bot.Direct, ID: u.ID}}
		}
	}
	return nil
}

// rooms are the places where IT watches, if everybody who reads there may know
// of the case; else each of those who may is written to directly. Who reads
// there is asked each time: people join channels.
func (b *board) rooms(ctx context.Context) []bot.Place {
	var out []bot.Place
	for _, r := range b.k.cfg.Rooms {
		if r.IT.ID == "" {
			continue
		}
		members, err := r.Platform.Members(ctx, r.IT)
		if err != nil {
			b.k.cfg.Log.Warn().Str("case", string(b.c.ID)).Str("platform", r.Platform.Name()).Err(err).Msg("read who is in the channel")
			continue
		}
		var may []bot.Place
		all := true
		for _, u := range members {
			switch {
			case b.may(ctx, u):
				may = append(may, bot.Place{Platform: u.Platform, Kind: bot.Direct, ID: u.ID})
			case b.c.Terms.Confidential || b.leaver(u):
				all = false
			}
		}
		if all {
			out = append(out, r.IT)
		} else {
			out = append(out, may...)
		}
	}
	return out
}

func (b *board) may(ctx context.Context, u bot.User) bool { return b.k.cfg.People.MaySee(ctx, u, b.c) }

func (b *board) leaver(u bot.User) bool {
	accounts := b.k.cfg.People.Accounts(b.c.Person, u.Platform)
	return slices.ContainsFunc(accounts, func(a bot.User) bool { return a.ID == u.ID })
}

// put makes one message true in every place where it should stand or stands.
func (b *board) put(ctx context.Context, w wanted) error {
	m, err := w.make()
	if err != nil {
		return err
	}
	hash := digest(m)
	var errs []error
	done := map[bot.Place]bool{}
	for _, p := range b.posts {
		if p.Name != w.name || done[place(p)] {
			continue
		}
		done[place(p)] = true
		switch {
		case w.once && p.Ref != "", p.Hash == hash && p.Ref != "":
		case p.Ref == "":
			errs = append(errs, b.post(ctx, p, m, hash))
		default:
			errs = append(errs, b.edit(ctx, p, m, hash))
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
			Case: b.c.ID, Name: w.name, Platform: at.Platform, Kind: string(at.Kind), Place: at.ID, Thread: at.Thread, Key: key(b.c.ID, w.name, at),
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
		if p.Name == in && p.Ref != "" && p.Platform == at.Platform && p.Place == at.ID {
			at.Thread = p.Ref
			return at, true
		}
	}
	return at, false // the message above comes first
}

// post records the intent, posts, and records where it is. A kill between the
// two posts it again under the same key.
func (b *board) post(ctx context.Context, p store.Post, m bot.Message, hash string) error {
	platform := b.platform(p.Platform)
	if platform == nil {
		return nil // the platform is not configured any more
	}
	p.Ref = ""
	if err := b.save(p); err != nil {
		return err
	}
	ref, err := platform.Post(ctx, place(p), m, p.Key)
	if errors.Is(err, bot.ErrGone) {
		b.k.cfg.Log.Warn().Str("case", string(p.Case)).Str("platform", p.Platform).Msg("the place of a message is gone")
		return nil // another place is another post; this one has no way back
	}
	if err != nil {
		return fmt.Errorf("post %s: %w", p.Name, err)
	}
	p.Ref, p.Hash = ref.ID, hash
	return b.save(p)
}

func (b *board) edit(ctx context.Context, p store.Post, m bot.Message, hash string) error {
	platform := b.platform(p.Platform)
	if platform == nil {
		return nil
	}
	err := platform.Edit(ctx, bot.Ref{Place: place(p), ID: p.Ref}, m)
	if errors.Is(err, bot.ErrGone) {
		p.Key = key(p.Case, p.Name+"/after/"+p.Ref, place(p)) // a new message, not the lost one again
		return b.post(ctx, p, m, hash)
	}
	if err != nil {
		return fmt.Errorf("edit %s: %w", p.Name, err)
	}
	p.Hash = hash
	return b.save(p)
}

// save records a post, in the store and on the board.
func (b *board) save(p store.Post) error {
	if err := b.k.cfg.Store.SavePost(p); err != nil {
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
