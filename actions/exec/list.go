package exec

import (
	"context"

	"offboard/actions"
)

// lister has the program list all accounts.
type lister struct{ *Client }

// List asks for one page.
func (l lister) List(ctx context.Context, page string) (actions.Page, error) {
	r := request{Version: version, Verb: verbList, System: l.system, Page: page}
	return run(ctx, l.Client, l.cfg.Command, r, func(b []byte) (actions.Page, error) { return l.page(b, page) })
}
