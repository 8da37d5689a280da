package store

import "os"

// Stats is how large the log is.
type Stats struct {
	Entries   uint64
	Bytes     int64 // of the database file; 0 if that is not known
	FreeBytes int64 // of them in pages that the next commits use first, as of the last commit
}

// Stats counts nothing and waits for nobody: it is for whoever asks often.
func (s *Store) Stats() Stats {
	out := Stats{Entries: s.Last(), FreeBytes: int64(s.db.Stats().FreeAlloc)}
	if info, err := os.Stat(s.opt.Path); err == nil {
		out.Bytes = info.Size()
	}
	return out
}
