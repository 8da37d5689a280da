package keeper

import (
	"context"
	"fmt"
	"strings"

	"offboard/store"
)

// planPrefix is what the names of the posts about a plan begin with. Each plan
// of a case has messages of its own, because an edit of those from weeks ago
// notifies nobody. The posts about the first one have none.
func planPrefix(no int) string {
	if no <= 1 {
		return ""
	}
	return fmt.Sprintf("plan/%d/", no)
}

// split tells the posts of a plan, named without its prefix, from those of others.
func split(posts []store.Post, plan string) (mine, others []store.Post) {
	for _, p := range posts {
		of := ""
		if no, rest, ok := strings.Cut(strings.TrimPrefix(p.Name, "plan/"), "/"); ok && rest != "" && strings.HasPrefix(p.Name, "plan/") {
			of = "plan/" + no + "/"
		}
		if of != plan {
			others = append(others, p)
			continue
		}
		p.Name = strings.TrimPrefix(p.Name, of)
		mine = append(mine, p)
	}
	return mine, others
}

// past ends what the messages about earlier plans say, once the current one has
// begun: it is not true any more, and nothing can be done there.
func (b *board) past(ctx context.Context) {
	if b.c.Plan(0).Begun.IsZero() {
		return
	}
	for no := 1; no < b.c.Plan(0).No; no++ {
		old := *b
		old.plan = planPrefix(no)
		old.posts, old.older = split(b.older, old.plan)
		for _, prefix := range []string{"card", "survey/", "approv", "need/", "alarm/", "second/", "hold/"} {
			m := b.k.cfg.View.Settled(b.c)
			if prefix == "card" || prefix == "survey/" {
				m = b.k.cfg.View.GoneOn(b.c)
			}
			for _, name := range old.over(prefix, nil) {
				b.errs = append(b.errs, old.put(ctx, wanted{name: name, only: true, make: still(m)}))
			}
		}
		b.early = b.early || old.early
	}
}
