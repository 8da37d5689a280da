package commands

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"offboard/actions"
	"offboard/bot"
	"offboard/store"
)

// erasePreview says what erasing somebody does, what stays, and what nobody here
// can reach. It is a *store.Refused while something is in the way.
func (c *Commands) erasePreview(ctx context.Context, r *request, id store.PersonID) ([]bot.Part, error) {
	p, err := c.Store.PreviewErase(id, r.actor)
	if err != nil {
		return nil, err
	}
	if err := c.here(ctx, id); err != nil {
		return nil, err
	}
	posts, mails, systems, taken, err := c.eraseReach(ctx, p)
	if err != nil {
		return nil, err
	}
	var cases, lists []string
	for _, cs := range p.Cases {
		cases = append(cases, string(cs.ID))
	}
	for _, l := range p.Lists {
		lists = append(lists, string(l))
	}
	stays := "Who did what and when, with numbers in the place of names, so that the log still verifies. What cases of other people, and reports about all accounts (sweeps), say about them."
	if len(lists) > 0 {
		stays += " Why each person leaves who was on " + strings.Join(lists, ", ") + "."
	}
	beyond := []string{"copies of the key file, if somebody has one", "answers and files that only one person was sent"}
	if mails > 0 {
		beyond = append(beyond, store.Count(mails, "mail that was sent", "mails that were sent"))
	}
	times := map[string]int{}
	for _, t := range taken {
		times[t]++
	}
	for i, t := range taken {
		if n := times[t]; n > 1 && slices.Index(taken, t) == i {
			beyond = append(beyond, fmt.Sprintf("%s, %d times", t, n))
		} else if n == 1 {
			beyond = append(beyond, t)
		}
	}
	if len(systems) > 0 {
		beyond = append(beyond, "what these systems keep: "+strings.Join(systems, ", "))
	}
	if len(c.Platforms) > 0 {
		beyond = append(beyond, "what the vendors of the chat keep of messages that were changed ("+strings.Join(c.Platforms, ", ")+")")
	}
	return []bot.Part{
		bot.Prose{Text: bot.T("Two people must agree: the one who asks, and a second one. It can't be undone.")},
		bot.Facts{
			{Label: "Who", Value: bot.T(bot.Clean(c.People.Name(id)+" — "+c.People.Line(id), 300))},
			{Label: "Erased", Value: bot.T(bot.Clean("Everything about them that has words: name, accounts and chat accounts; and of "+strings.Join(cases, ", ")+" the reasons, notes, log-ins, groups, what was held, and what systems answered. In all backups of the database too.", 900))},
			{Label: "Messages", Value: bot.T(store.Count(posts, "message is", "messages are") + " changed to \"Erased after retention\".")},
			{Label: "Stays", Value: bot.T(bot.Clean(stays, 900))},
			{Label: "Out of reach", Value: bot.T(bot.Clean(strings.Join(beyond, "; ")+".", 900))},
		},
	}, nil
}

// eraseReach counts the messages that can be changed and the mails, and names the
// systems that were looked at and the evidence that was taken away.
func (c *Commands) eraseReach(ctx context.Context, p store.ErasePreview) (posts, mails int, systems, taken []string, err error) {
	evidence := func(events []store.Event, which string) {
		for _, e := range events {
			if _, ok := e.Body.(store.Exported); ok {
				by := "the server's command line"
				if e.Actor.Person != "" {
					by = c.People.Name(e.Actor.Person)
				}
				taken = append(taken, fmt.Sprintf("the evidence of %s that %s took on %s", which, by, e.At.In(c.View.Zone).Format("2 January 2006")))
			}
		}
	}
	for _, cs := range p.Cases {
		list, err := c.Store.Posts(cs.ID)
		if err != nil {
			return 0, 0, nil, nil, err
		}
		for _, post := range list {
			if slices.Contains(c.Platforms, post.Platform) {
				posts++
			} else {
				mails++
			}
		}
		for _, plan := range cs.Plans {
			for _, s := range plan.Systems {
				if title := bot.Clean(c.View.Systems[s], 60); s != actions.Tasks && title != "" && !slices.Contains(systems, title) {
					systems = append(systems, title)
				}
			}
		}
		events, err := c.Store.Events(ctx, string(cs.ID))
		if err != nil {
			return 0, 0, nil, nil, err
		}
		evidence(events, string(cs.ID))
	}
	events, err := c.Store.Events(ctx, store.Installation)
	evidence(events, "several cases")
	return posts, mails, systems, taken, err
}

// erasures lists what waits for a second person, and who was erased: what could
// not be changed is named.
func (c *Commands) erasures(r *request) (bot.Reply, error) {
	waiting, err := c.Store.Concerns()
	if err != nil {
		return bot.Reply{}, err
	}
	var parts []bot.Part
	n := 0
	for _, p := range waiting {
		x, ok := p.Erasing()
		if !ok || p.ID == r.actor.Person || c.mayErase(r, p.ID) != nil {
			continue
		}
		n++
		parts = append(parts, bot.Prose{Text: bot.T(bot.Clean(fmt.Sprintf("%s asks to have %s erased.", c.People.Name(x.By), c.People.Name(p.ID)), 300))},
			bot.Buttons{{Label: "Look at it", Verb: string(store.VerbErase), Object: fmt.Sprintf("%s:%d:%s", p.ID, x.Entry, look)}})
	}
	erased, err := c.Store.Erasures()
	if err != nil {
		return bot.Reply{}, err
	}
	const most = 8
	shown := 0
	for _, p := range erased {
		fact, ok, err := c.erasure(r, p)
		if err != nil {
			return bot.Reply{}, err
		}
		if ok && shown < most {
			shown++
			parts = append(parts, fact)
		}
	}
	var texts []string
	if n > 0 {
		texts = append(texts, store.Count(n, "request waits", "requests wait")+" for a second person.")
	}
	if shown > 0 {
		texts = append(texts, "The last who were erased:")
	}
	text := cmp.Or(strings.Join(texts, " "), "Nobody has been erased whose cases you could see.")
	return show(text, append([]bot.Part{bot.Prose{Text: bot.T(text)}}, append(parts, bot.Fine{Text: bot.T("To have somebody erased, type /offboard erase and the number of their case.")})...)...)
}

// erasure is one of those who were erased; false if the reader may know of none of
// the cases.
func (c *Commands) erasure(r *request, p store.Person) (bot.Facts, bool, error) {
	var cases []string
	stuck, open := map[string]int{}, 0
	for _, subject := range p.Erased.Subjects {
		if subject == string(p.ID) {
			continue
		}
		cs, err := c.Store.Case(store.CaseID(subject))
		if err != nil {
			return nil, false, err
		}
		roles, err := c.People.Roles(r.actor, cs.Person)
		if err != nil || !cs.Visible(r.actor.Person, roles) {
			return nil, false, err
		}
		cases = append(cases, subject)
		posts, err := c.Store.Posts(cs.ID)
		if err != nil {
			return nil, false, err
		}
		for _, post := range posts {
			switch {
			case post.Stuck:
				stuck[post.Platform]++
			case !post.Erased:
				open++
			}
		}
	}
	how := "as the configuration says"
	switch {
	case p.Erased.Found:
		how = "before an older copy of the database was put back"
	case p.Erased.Agreed != 0:
		how = "two people agreed"
	}
	keys := "not destroyed yet; I try it each minute"
	if !p.Erased.Proven.IsZero() {
		keys = "destroyed, and nothing opens any more"
	}
	messages := "all changed"
	var left []string
	if open > 0 {
		left = append(left, fmt.Sprintf("%d still to be changed", open))
	}
	for _, platform := range slices.Sorted(maps.Keys(stuck)) {
		left = append(left, fmt.Sprintf("%d on %s that can't be changed", stuck[platform], platform))
	}
	if len(left) > 0 {
		messages = strings.Join(left, ", ")
	}
	return bot.Facts{
		{Label: "Erased", Value: bot.T(fmt.Sprintf("%s, on %s, %s", strings.Join(cases, ", "), p.Erased.At.In(c.View.Zone).Format("2 January 2006"), how))},
		{Label: "Keys", Value: bot.T(keys)},
		{Label: "Messages", Value: bot.T(messages)},
	}, len(cases) > 0, nil
}
