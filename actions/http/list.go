package http

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"offboard/actions"
)

// lister lists all accounts.
type lister struct{ *Client }

// List reads one page. The name of a page is its number and what asks for it.
func (l lister) List(ctx context.Context, page string) (actions.Page, error) {
	n, next := 1, ""
	if page != "" {
		number, rest, _ := strings.Cut(page, " ")
		var err error
		if n, err = strconv.Atoi(number); err != nil {
			return actions.Page{}, actions.Final(errors.New("this is no page of the list"))
		}
		next = rest
	}
	if n > maxPages {
		return actions.Page{}, actions.Final(fmt.Errorf("the list has more than %d pages: ask for larger ones", maxPages))
	}
	d := l.cfg.List
	raw, following, said, err := l.page(ctx, d.Read, vars{}, n, next)
	if err != nil {
		return actions.Page{}, err
	}
	out := actions.Page{}
	if following != "" {
		out.Next = fmt.Sprintf("%d %s", n+1, following)
		if following == next {
			return actions.Page{}, actions.Final(errors.New("the pages of the list begin again"))
		}
	}
	if d.Total != nil {
		text, err := d.Total.string(ctx, said)
		if err == nil {
			out.Total, err = strconv.Atoi(text)
		}
		if err != nil {
			return actions.Page{}, wrong(ctx, fmt.Errorf("list.total: %w", err))
		}
	}
	all, err := l.describe(ctx, raw)
	if err != nil {
		return actions.Page{}, err
	}
	for _, f := range all {
		one, err := l.listed(ctx, f)
		if err != nil {
			return actions.Page{}, wrong(ctx, fmt.Errorf("list: %w", err))
		}
		out.Accounts = append(out.Accounts, one)
	}
	return out, nil
}

func (l lister) listed(ctx context.Context, f found) (out actions.Listed, err error) {
	d, v := l.cfg.List, vars{"it": f.data}
	out.Account = f.Account
	if out.Enabled, err = d.Enabled.holds(ctx, v); err != nil {
		return out, err
	}
	var used string
	for _, w := range []struct {
		expr *Text
		to   *string
	}{{d.Mail, &out.Mail}, {d.Number, &out.Number}, {d.Used, &used}} {
		if w.expr == nil {
			continue
		}
		if *w.to, err = w.expr.string(ctx, v); err != nil {
			return out, err
		}
	}
	out.Mail = strings.ToLower(out.Mail)
	if used != "" {
		if out.Used, err = time.Parse(time.RFC3339, used); err != nil {
			return out, fmt.Errorf("%q is not a time as in RFC 3339", d.Used.text)
		}
	}
	return out, nil
}
