package commands_test

import (
	"bytes"
	"context"
	"fmt"

	"offboard/bot"
	"offboard/store"
	"offboard/store/audit"
	"offboard/store/audit/pack"
)

// evidence takes the evidence of a case as the program does, and checks it.
func (c *company) evidence(ctx context.Context, actor store.Actor, id store.CaseID, withheld []store.TextClass, kept string) (bot.File, uint64, error) {
	p, err := pack.Take(ctx, c.store, actor, pack.Request{Form: store.AsPack, Case: id, Withheld: withheld, Earlier: audit.Find(kept), Zone: "UTC", Company: "Lumen Works", Program: "test"})
	if err != nil {
		return bot.File{}, 0, err
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		return bot.File{}, 0, err
	}
	v, err := pack.Check(bytes.NewReader(b.Bytes()), int64(b.Len()), pack.Trusted{Verifier: c.store.VerifierKey(), Program: "test"})
	if err != nil || !v.OK {
		c.t.Errorf("the pack does not verify: %v, %v", err, v.Problems)
	}
	return bot.File{Name: fmt.Sprintf("%s-evidence-%d.zip", id, p.Taken().Entry), Title: "Evidence of " + string(id), Body: b.Bytes()}, p.Taken().Entry, nil
}
