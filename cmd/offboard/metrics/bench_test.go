package metrics

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"offboard/store"
	"offboard/store/audit/places"
)

// What a scrape costs with 5,000 open cases, all of which count.
func BenchmarkScrape(b *testing.B) {
	dir := b.TempDir()
	s, err := store.Open(store.Options{Path: filepath.Join(dir, "log"), Keys: filepath.Join(dir, "keys"), Secret: "sixteen characters"})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	m := New(Build{})
	m.Expect([]string{"dir", "vpn"}, []string{"chat"})
	m.loaded = true
	past := s.Now().Add(-time.Hour)
	for i := range 5000 {
		c := moments{kind: "leave", state: store.Begun, asked: past, due: past, tasks: []task{{store.IT, past}}, lockOuts: several{20, past}, stuck: map[string]int{"dir": 20}}
		m.cases[store.CaseID(fmt.Sprintf("OFF-%d", i))] = c
	}
	scrape := m.Handler(Sources{
		Store: s, Silent: func() map[string]time.Duration { return nil }, Up: func() map[string]bool { return nil }, Chats: func() map[string]error { return nil },
		Backlog: func() (int, int) { return 0, 0 }, Places: func() []places.Status { return nil },
	})
	for b.Loop() {
		scrape.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/metrics", nil))
	}
}
