package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"offboard/actions"
	"offboard/bot"
	"offboard/store"
)

// erase has somebody erased: it shows what that does, asks for it, and takes the
// word of a second person. Without a name it lists what waits and what was done.
func (c *Commands) erase(_ context.Context, r *request) (bot.Reply, error) {
	first, asked, _ := strings.Cut(r.arg, " ")
	switch {
	case !store.Permitted(store.VerbErase, claimed(r.actor)):
		return said("Only HR, security and auditors can have somebody erased. Nothing was changed.")
	case strings.HasSuffix(r.Object, ":"+look):
		return c.eraseAsk(r, strings.TrimSuffix(r.Object, ":"+look)), nil
	case strings.Contains(r.Object, ":"):
		return c.eraseSecond(r), nil
	case strings.HasPrefix(r.Object, "P-"):
		return c.eraseFirst(r, store.PersonID(r.Object)), nil
	case strings.EqualFold(first, "agree"):
		return c.eraseAsk(r, strings.TrimSpace(asked)), nil
	case r.arg == "":
		return c.erasures(r)
	}
	return c.later(r, func(ctx context.Context) (bot.Reply, error) {
		id, err := c.whom(r, r.arg)
		if err != nil {
			return bot.Reply{}, err
		}
		parts, err := c.erasePreview(ctx, r, id)
		if err != nil {
			return bot.Reply{}, err
		}
		text := fmt.Sprintf("This is what erasing %s would do. Nothing was changed.", c.People.Name(id))
		parts = append(parts, bot.Buttons{{Label: "Ask a second person…", Verb: string(store.VerbErase), Object: string(id), Style: bot.Danger, Confirm: &bot.Confirm{
			Title: "Have them erased?", Text: bot.Clean(fmt.Sprintf("Once a second person agrees, nothing about %s can be read any more. Nobody can bring it back.", c.People.Name(id)), 300), Yes: "Ask for it",
		}}})
		return show(text, append([]bot.Part{bot.Heading{Text: bot.Clean("Erase "+c.People.Name(id)+"?", bot.MaxHeading)}}, parts...)...)
	}), nil
}

// later answers after the time that a click has: it reads many cases, and asks the
// directory.
func (c *Commands) later(r *request, answer func(context.Context) (bot.Reply, error)) bot.Reply {
	return bot.Reply{Then: func(ctx context.Context) bot.Reply {
		reply, err := answer(ctx)
		if err != nil {
			return c.failed(r.Interaction, err)
		}
		return reply
	}}
}

// whom finds the person of a case, or by the number, name, login or address that
// the log has. The directory may not have them any more.
func (c *Commands) whom(r *request, typed string) (store.PersonID, error) {
	object, err := store.ParseObject(typed)
	isCase := err == nil
	rows, err := c.Store.AllCases()
	if err != nil {
		return "", err
	}
	var found []store.Summary
	seen := map[store.PersonID]bool{}
	for _, row := range slices.Backward(rows) {
		isPerson := strings.HasPrefix(typed, "P-") // a button, or what a button says
		if isCase && row.ID != object.Case || !isCase && (row.Erased || seen[row.Person]) || isPerson && string(row.Person) != typed {
			continue
		}
		roles, err := c.People.Roles(r.actor, row.Person)
		if err != nil {
			return "", err
		}
		if !row.Visible(r.actor.Person, roles) || !store.Permitted(store.VerbErase, roles) {
			continue
		}
		_, card, err := c.Store.Person(row.Person)
		if err != nil {
			return "", err
		}
		same := slices.ContainsFunc([]string{string(row.Person), card.Name, card.Login, card.Mail}, func(s string) bool { return strings.EqualFold(s, typed) })
		if isCase || same {
			seen[row.Person] = true
			found = append(found, row)
		}
	}
	switch {
	case len(found) == 1:
		return found[0].Person, nil
	case isCase:
		return "", store.NoSuchCase(object.Case)
	case len(found) == 0:
		return "", refuse("I know of no case of that person that you can see. Type the number of their case, like this: /offboard erase OFF-42. Nothing was changed.")
	}
	var list []string
	for _, row := range found {
		_, card, err := c.Store.Person(row.Person)
		if err != nil {
			return "", err
		}
		list = append(list, bot.Clean(fmt.Sprintf("%s (%s)", row.ID, card.Line()), 200))
	}
	return "", refuse("Several people match. Type the number of the case: %s. Nothing was changed.", strings.Join(list[:min(len(list), 5)], ", "))
}

// here refuses while the directory says that somebody can sign in, or says
// nothing. What it has of their groups is kept, so that the rules know whether
// they have a role.
func (c *Commands) here(ctx context.Context, id store.PersonID) error {
	_, known, err := c.Store.Person(id)
	if err != nil {
		return err
	}
	card, err := c.People.Card(ctx, known.ID)
	switch {
	case errors.Is(err, actions.ErrNoPerson):
		return nil
	case err != nil:
		return &store.Refused{Code: store.NotNow, Text: "I can't ask the directory now whether they are gone. Nothing was changed. Please try again in a few minutes."}
	case !card.Disabled:
		return &store.Refused{Code: store.NotNow, Text: fmt.Sprintf("%s can't be erased now, and nothing was changed. The directory says that they can sign in. If they have left, open a case with /offboard start.", id)}
	}
	_, err = c.People.Meet(ctx, card)
	return err
}

// eraseFirst is the first person's word.
func (c *Commands) eraseFirst(r *request, id store.PersonID) bot.Reply {
	return c.later(r, func(ctx context.Context) (bot.Reply, error) {
		if err := c.mayErase(r, id); err != nil {
			return bot.Reply{}, err
		}
		if err := c.here(ctx, id); err != nil {
			return bot.Reply{}, err
		}
		if _, err := c.Store.Append(ctx, string(id), r.actor, store.Requested{Change: store.Change{Verb: store.VerbErase}}); err != nil {
			return bot.Reply{}, err
		}
		p, card, err := c.Store.Person(id)
		if err != nil {
			return bot.Reply{}, err
		}
		x, _ := p.Erasing()
		return said("You have asked for it. %s is erased once a second person of HR, security or the auditors agrees: they find it with /offboard inbox, or type /offboard erase agree %s:%d. Until then nothing changes.", card.Name, id, x.Entry)
	})
}

// mayErase refuses whoever may know of no case of somebody: the answer is that for
// a case that is not there.
func (c *Commands) mayErase(r *request, id store.PersonID) error {
	_, err := c.whom(r, string(id))
	return err
}

// eraseAsk shows a second person what they would agree to.
func (c *Commands) eraseAsk(r *request, asked string) bot.Reply {
	return c.later(r, func(ctx context.Context) (bot.Reply, error) {
		person, entry, _ := strings.Cut(asked, ":")
		n, err := strconv.ParseUint(entry, 10, 64)
		if err != nil || !strings.HasPrefix(person, "P-") {
			return said("Type it exactly as it was shown, like this: /offboard erase agree P-7:33")
		}
		id := store.PersonID(person)
		p, card, err := c.Store.Person(id)
		x, waits := p.Erasing()
		if err != nil || !waits || x.Entry != n || c.mayErase(r, id) != nil {
			return said("There is nothing like that to agree to. It may have been settled already.")
		}
		object := fmt.Sprintf("%s:%d", person, n)
		may := x.By != r.actor.Person && id != r.actor.Person
		text := fmt.Sprintf("%s asks to have %s erased. Nobody can bring back what is erased.", c.People.Name(x.By), card.Name)
		parts, err := c.erasePreview(ctx, r, id)
		if refused, ok := errors.AsType[*store.Refused](err); ok { // it can still be called off
			parts, may = []bot.Part{bot.Prose{Text: bot.T(c.People.Names(refused.Text))}}, false
		} else if err != nil {
			return bot.Reply{}, err
		}
		return show(text, append(append([]bot.Part{bot.Prose{Text: bot.T(text)}}, parts...), agreeing(store.VerbErase, object, may))...)
	})
}

// eraseSecond is a second person's word.
func (c *Commands) eraseSecond(r *request) bot.Reply {
	return c.later(r, func(ctx context.Context) (bot.Reply, error) {
		person, rest, _ := strings.Cut(r.Object, ":")
		entry, no, _ := strings.Cut(rest, ":")
		n, err := strconv.ParseUint(entry, 10, 64)
		if err != nil || c.mayErase(r, store.PersonID(person)) != nil {
			return said("There is nothing like that to agree to. It may have been settled already.")
		}
		name := c.People.Name(store.PersonID(person))
		if no == "" {
			if err := c.here(ctx, store.PersonID(person)); err != nil {
				return bot.Reply{}, err
			}
		}
		if _, err := c.Store.Append(ctx, person, r.actor, store.Seconded{Entry: n, Agree: no == ""}); err != nil {
			return bot.Reply{}, err
		}
		if no != "" {
			return said("It stays as it was: %s is not erased.", name)
		}
		return said("Erased: nothing about them can be read here any more. The keys are destroyed within a minute, and the messages about them are changed. /offboard erase shows what could not be changed.")
	})
}

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
	stays := "Who did what and when, with numbers in the place of names, so that the log still verifies. What cases of other people say about them."
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
