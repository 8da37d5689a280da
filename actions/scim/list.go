package scim

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"offboard/actions"
)

// maxList is how many accounts are listed at most: a server whose pages never end
// must not be asked for ever.
const maxList = 500_000

// cursor is where a list goes on. A page that shows the first account of the list
// again, or the last of the page before, says that the paging has started over, or
// stands still.
type cursor struct {
	Start int    // from 1; 0 after the last page
	Count int    // how many are asked for
	Total int    // as the page before has said
	First string // id
	Last  string // id
}

// begin is the first page. A server is not asked for more than it says that it
// gives (RFC 7643, 5: filter.maxResults).
func (c *Client) begin(sv service) cursor {
	at := cursor{Start: 1, Count: c.cfg.Page}
	if sv.max > 0 {
		at.Count = min(at.Count, sv.max)
	}
	return at
}

func (at cursor) query() url.Values {
	return url.Values{"startIndex": {strconv.Itoa(at.Start)}, "count": {strconv.Itoa(at.Count)}}
}

func (at cursor) String() string {
	if at.Start == 0 {
		return ""
	}
	b, err := json.Marshal(at)
	if err != nil {
		return "" // a struct of numbers and strings always becomes JSON
	}
	return string(b)
}

func parseCursor(s string) (cursor, error) {
	var at cursor
	if err := json.Unmarshal([]byte(s), &at); err != nil || at.Start < 1 || at.Start > maxList || at.Count < 1 {
		return cursor{}, actions.Final(fmt.Errorf("%q is no page of this list", s))
	}
	return at, nil
}

// turn reads the page at a cursor, and where the next one is. It believes neither
// itemsPerPage nor that a page is the last, since some servers say on each page
// that there is no more: a list ends with an empty page, one that starts over or
// is refused; and if the server has then shown fewer than it says that there are,
// that is an error.
func (c *Client) turn(ctx context.Context, kind string, at cursor) (page, cursor, error) {
	p, err := c.page(ctx, kind, at.query())
	before := at.Start - 1
	switch {
	case before > 0 && unable(err): // as some do past the end
		p.total = at.Total
	case err != nil:
		return p, cursor{}, err
	}
	over := before > 0 && slices.ContainsFunc(p.resources, func(r resource) bool { return r.id == at.First || r.id == at.Last })
	if over {
		p.resources = nil
	}
	came := before + len(p.resources)
	switch {
	case len(p.resources) == 0 && p.total > before:
		why := "no more"
		if over {
			why = "its paging starts over"
		}
		return p, cursor{}, actions.Final(fmt.Errorf("list %s: the server shows %d of %d, and then %s", kind, before, p.total, why))
	case len(p.resources) == 0:
		return p, cursor{}, nil
	case came >= maxList:
		return p, cursor{}, actions.Final(fmt.Errorf("list %s: it does not end after %d", kind, maxList))
	}
	next := cursor{came + 1, at.Count, p.total, at.First, p.resources[len(p.resources)-1].id}
	if before == 0 {
		next.First = p.resources[0].id
	}
	return p, next, nil
}

// lister lists all accounts.
type lister struct{ *Client }

// List reads one page.
func (l lister) List(ctx context.Context, at string) (actions.Page, error) {
	var from cursor
	if at == "" {
		sv, err := l.service(ctx)
		if err != nil {
			return actions.Page{}, classify("list all accounts", err)
		}
		from = l.begin(sv)
	} else {
		var err error
		if from, err = parseCursor(at); err != nil {
			return actions.Page{}, err
		}
	}
	p, next, err := l.turn(ctx, users, from)
	if err != nil {
		return actions.Page{}, classify("list all accounts", err)
	}
	out := actions.Page{Next: next.String(), Total: max(0, p.total)}
	for _, r := range p.resources {
		active, known := r.active()
		mail := r.text("emails")
		if mail == "" && strings.Contains(r.login(), "@") {
			mail = r.login()
		}
		out.Accounts = append(out.Accounts, actions.Listed{
			Account: l.account(r), Enabled: active || !known, Mail: strings.ToLower(mail), Number: r.text(enterprise + ":employeeNumber"),
		})
	}
	return out, nil
}
