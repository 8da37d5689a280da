package people

import (
	"context"
	"fmt"
	"time"

	"offboard/store"
)

// censusEvery is how often the directory is counted: a company does not double
// within hours, and a count reads every entry.
const censusEvery = 6 * time.Hour

// Census keeps the log's idea of how many people the directory has, which the
// circuit breaker goes by, until ctx is done. A directory that does not answer
// leaves it as it was.
func (p *People) Census(ctx context.Context, failed func(error)) {
	for {
		wait := censusEvery
		if err := p.count(ctx); err != nil && ctx.Err() == nil {
			failed(fmt.Errorf("count the people of the directory: %w", err))
			wait = time.Minute
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// count records the number where it differs by a hundredth: less changes no
// limit, and would be an entry each day.
func (p *People) count(ctx context.Context) error {
	n, err := p.dir.Count(ctx)
	if err != nil || n == 0 {
		return err
	}
	st, err := p.store.State()
	if err != nil || max(n-st.People, st.People-n)*100 < st.People {
		return err
	}
	if n == st.People {
		return nil
	}
	_, err = p.store.Append(ctx, store.Installation, store.Bot("census"), store.Counted{People: n})
	return err
}
