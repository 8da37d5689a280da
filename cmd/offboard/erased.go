package main

import (
	"context"

	"github.com/rs/zerolog"

	"offboard/store"
	"offboard/store/audit"
)

// settleErased ends what a kill has left of an erasure, before anybody works with
// the log: cases that an old copy of it has open may have no keys any more.
func settleErased(s *store.Store, log zerolog.Logger) error {
	later, err := s.Unsaid()
	if err != nil {
		return err
	}
	if len(later) > 0 {
		log.Warn().Int("subjects", len(later)).Msg(audit.ErasedLater(len(later)) + "; that is recorded now")
	}
	if n, err := s.DestroyKeys(context.Background()); err != nil {
		log.Error().Err(err).Msg("keys of people who were erased are still in the key file; tried again each minute, and nobody is shown anything of them")
	} else if n > 0 {
		log.Info().Int("persons", n).Msg("keys of people who were erased are destroyed")
	}
	return nil
}
