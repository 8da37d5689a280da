package exec

import (
	"context"
	"errors"

	"offboard/actions"
)

// action is one action of the program.
type action struct {
	*Client
	cfg Action
}

// undoable is one that it can undo.
type undoable struct{ action }

// Check asks the program what the person holds.
func (a action) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return run(ctx, a.Client, a.cfg.Command, a.ask(verbCheck, t, t.Items), func(b []byte) (actions.Finding, error) {
		return a.finding(b, a.cfg, t.Account.ID)
	})
}

// Do has the program take the items, or hand them over.
func (a action) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	if a.cfg.Answers {
		for _, i := range t.Items {
			if heir := t.Heirs[i.ID]; heir.ID == "" || heir.ID == t.Person.ID {
				return actions.Evidence{}, actions.Final(errors.New("nobody is named who gets " + i.Label))
			}
		}
	}
	return a.act(ctx, verbDo, t, t.Items)
}

// Undo has the program give back what was found before and t asks for.
func (a undoable) Undo(ctx context.Context, t actions.Target, before actions.Finding) (actions.Evidence, error) {
	return a.act(ctx, verbUndo, t, t.Of(before))
}

func (a action) act(ctx context.Context, verb string, t actions.Target, items []actions.Item) (actions.Evidence, error) {
	switch {
	case t.Account.ID == "":
		return actions.Evidence{}, actions.Final(errors.New("no account is named"))
	case len(items) == 0:
		return actions.Evidence{Text: "nothing was asked for"}, nil
	}
	return run(ctx, a.Client, a.cfg.Command, a.ask(verb, t, items), a.evidence)
}
