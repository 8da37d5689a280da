package actions

import (
	"context"
	"time"

	"offboard/store"
)

// punctual is how late a plan may begin without anything to explain.
const punctual = time.Minute

// begin says that a plan's time has come, and if that was a while ago, why.
func (x *Executor) begin(ctx context.Context, id store.CaseID, p store.Plan) error {
	s := store.Started{Plan: p.No}
	if x.cfg.Store.Now().Sub(p.Due) >= punctual {
		state, err := x.cfg.Store.State()
		if err != nil {
			return err
		}
		s.Delay = delay(p.Due, x.cfg.Store.Awake(), state)
	}
	_, err := x.cfg.Store.Append(ctx, string(id), store.Bot("executor"), s)
	return err
}

// delay is what kept a plan that was due from beginning: of all that ended
// after that time, the last.
func delay(due, awake time.Time, state store.State) (why store.Delay) {
	for _, c := range []struct {
		ended time.Time
		why   store.Delay
	}{{awake, store.ByOutage}, {state.Since, store.ByPause}, {state.Righted, store.ByClock}} {
		if c.ended.After(due) {
			due, why = c.ended, c.why
		}
	}
	return why
}
