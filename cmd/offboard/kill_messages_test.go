package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"offboard/bot"
	"offboard/store"
)

// mirror is a platform on which a keeper that was never disturbed posts all
// messages again, under their keys.
type mirror struct {
	*paper
	t     *testing.T
	shown map[string]face // message id -> what it should say
}

func (k *killed) mirror() *mirror {
	k.Helper()
	p, err := openPaper(filepath.Join(k.dir, "paper"), nil, io.Discard)
	if err != nil {
		k.Fatal(err)
	}
	return &mirror{paper: p, t: k.T, shown: map[string]face{}}
}

func (m *mirror) Post(_ context.Context, at bot.Place, msg bot.Message, key string) (bot.Ref, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	ref, ok := m.refs[posted{at, key}]
	if !ok {
		m.t.Errorf("this message is missing in %v: %s", at, msg.Summary)
		return bot.Ref{}, bot.ErrGone
	}
	if _, twice := m.shown[ref.ID]; twice {
		m.t.Errorf("this message is posted twice: %s", msg.Summary)
	}
	var err error
	if m.shown[ref.ID], err = show(msg); err != nil {
		m.t.Error(err)
	}
	return ref, nil
}

func (m *mirror) Edit(_ context.Context, at bot.Ref, msg bot.Message) error {
	m.t.Errorf("%s is edited although it was just posted: %s", at.ID, msg.Summary)
	return nil
}

// messages checks that the store knows where every message on the paper is,
// one for each case, name and place, and has the keeper show all cases anew on
// a mirror: every message must say what stands on the paper.
func (k *killed) messages(a *app, m *mirror) {
	k.Helper()
	s := a.store
	where, names := map[string]string{}, map[string]string{}
	past := map[string]bool{} // what was said of a leave, and stays when it is undone
	old := map[string]bool{}  // what may have been, of a case with further plans
	subjects := []store.CaseID{store.Installation}
	undone, later := map[store.CaseID]bool{}, map[store.CaseID]bool{}
	for _, l := range k.crowd.leavers {
		subjects = append(subjects, store.CaseID(l.caseID))
		undone[store.CaseID(l.caseID)], later[store.CaseID(l.caseID)] = l.undone, l.later.ends != ""
	}
	for _, id := range subjects {
		posts, err := s.Posts(id)
		if err != nil {
			k.Fatal(err)
		}
		for _, post := range posts {
			name := fmt.Sprint(post.Case, post.Name, post.Place, post.Thread)
			if post.Ref == "" && later[id] { // killed before it was said, and then a further plan had overtaken it
				continue
			}
			if names[name] != "" || where[post.Ref] != "" || post.Ref == "" {
				k.Errorf("%s stands at %s and %s, where %s stands", name, names[name], post.Ref, where[post.Ref])
			}
			names[name], where[post.Ref] = post.Ref, name
			what, _, _ := strings.Cut(post.Name, "/")
			past[post.Ref] = undone[id] && slices.Contains([]string{"closing", "heir", "detail"}, what) || what == "fellback" // it told of a question that is answered by now
			old[post.Ref] = later[id]
			post.Ref, post.Hash = "", ""
			if err := s.SavePost(post); err != nil {
				k.Fatal(err)
			}
		}
	}
	sheets := map[string]face{}
	for _, l := range k.paper() {
		if !l.Again {
			sheets[l.Ref.ID] = l.Shown
		}
		if where[l.Ref.ID] == "" {
			k.Errorf("nobody knows of the message %s: %s", l.Ref.ID, l.Shown.Summary)
			where[l.Ref.ID] = "said"
		}
	}
	k.anew(a)
	for ref, name := range where {
		want, shown := m.shown[ref]
		got := sheets[ref]
		if past[ref] || old[ref] && !shown {
			want = got
		}
		want.Checkpoint, got.Checkpoint = "", ""
		if d := cmp.Diff(want, got); d != "" {
			k.Errorf("%s does not say how things stand (-want +got):\n%s", name, d)
		}
	}
}

// anew runs a keeper until it has shown every case.
func (k *killed) anew(a *app) {
	k.Helper()
	if err := a.store.SaveCursor("keeper", 0); err != nil {
		k.Fatal(err)
	}
	ctx, stop := context.WithTimeout(k.Context(), longestLife)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- a.keeper.Run(ctx) }()
	for at := uint64(0); at < a.store.Last() && ctx.Err() == nil; {
		time.Sleep(10 * time.Millisecond) // nothing tells when the place is saved
		var err error
		if at, err = a.store.Cursor("keeper"); err != nil {
			k.Fatal(err)
		}
	}
	if ctx.Err() != nil {
		k.Error("the keeper does not get to the end of the log")
	}
	stop()
	if err := <-done; err != nil {
		k.Error(err)
	}
}
