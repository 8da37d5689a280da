package places_test

import (
	"bufio"
	"context"
	"crypto/md5" //nolint:gosec // as S3 asks
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"offboard/store"
	"offboard/store/audit"
	"offboard/store/audit/places"
)

func open(t *testing.T) *store.Store {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(store.Options{
		Path: filepath.Join(dir, "o.db"), Keys: filepath.Join(dir, "o.keys"), Secret: "a secret for tests only",
		Limits: func() store.Limits { return store.Limits{Window: time.Hour, Requester: 100, Source: 100} },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	meet(t, s, "jane")
	return s
}

func meet(t *testing.T, s *store.Store, id string) store.PersonID {
	t.Helper()
	p, err := s.Meet(t.Context(), store.Bot("people"), store.Card{ID: id, Name: id})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func taken(t *testing.T) places.Checkpoint {
	t.Helper()
	c, err := places.Take(open(t))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What is appended can be given to audit verify as it is.
func TestFile(t *testing.T) {
	c := taken(t)
	path := filepath.Join(t.TempDir(), "checkpoints.log")
	for range 2 {
		if err := places.File(path).Put(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil || string(b) != strings.Repeat(c.Text+"\n", 2) || !slices.Equal(audit.Find(string(b)), []string{c.Text}) {
		t.Errorf("%v: %q", err, b)
	}
	if err := places.File(filepath.Join(path, "none")).Put(t.Context(), c); err == nil {
		t.Error("a folder that is not there took it")
	}
	if err := os.Symlink("/dev/null", path+"2"); err != nil {
		t.Fatal(err)
	}
	if err := places.File(path+"2").Put(t.Context(), c); !errors.Is(err, places.ErrUnproven) && err == nil {
		t.Errorf("what keeps nothing took it: %v", err)
	}
}

var rfc5424 = regexp.MustCompile(`^<109>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \S+ offboard - checkpoint - \x{FEFF}` + store.Origin + ` 1 `)

// A collector gets one message of RFC 5424, counted where it is a stream.
func TestSyslog(t *testing.T) {
	c := taken(t)
	got := make(chan string, 1)
	stream, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it ends with the test
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		if conn, err := stream.Accept(); err == nil {
			b, _ := io.ReadAll(conn)
			count, rest, _ := strings.Cut(string(b), " ")
			if count != strconv.Itoa(len(rest)) {
				rest = "counted wrong: " + count
			}
			got <- rest
		}
	}()
	socket := filepath.Join(t.TempDir(), "log")
	datagrams := func(network, at string) (string, io.Closer) {
		conn, err := net.ListenPacket(network, at) //nolint:noctx // as above
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			b := make([]byte, 4096)
			if n, _, err := conn.ReadFrom(b); err == nil {
				got <- string(b[:n])
			}
		}()
		return conn.LocalAddr().String(), conn
	}
	udp, closer := datagrams("udp", "127.0.0.1:0")
	defer func() { _ = closer.Close() }()
	_, local := datagrams("unixgram", socket)
	defer func() { _ = local.Close() }()
	for _, at := range []string{"tcp://" + stream.Addr().String(), "udp://" + udp, "unix://" + socket} {
		u, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		if err := places.Syslog(u, nil).Put(t.Context(), c); err != nil {
			t.Fatal(at, err)
		}
		if line := <-got; !rfc5424.MatchString(line) || strings.Contains(line, "\n") || !slices.Equal(audit.Find(line), []string{c.Text}) {
			t.Errorf("%s: got %q", at, line)
		}
	}
	_ = stream.Close()
	u, _ := url.Parse("tcp://" + stream.Addr().String())
	if err := places.Syslog(u, nil).Put(t.Context(), c); err == nil {
		t.Error("a collector that is not there took it")
	}
}

// bucket is as S3 documents a bucket with object lock: a PUT needs Content-MD5,
// and If-None-Match keeps what is there (412).
type bucket struct {
	mu      sync.Mutex
	objects map[string]string
	auth    string // how the request must be authorized
	secret  string // key with which it must be signed; empty: not at all
	deaf    bool   // answers 200 and keeps nothing
}

func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if auth := r.Header.Get("Authorization"); !strings.HasPrefix(auth, b.auth) || b.secret != "" && !strings.HasSuffix(auth, "Signature="+signature(r, b.secret)) {
		http.Error(w, "<Code>AccessDenied</Code>", http.StatusForbidden)
		return
	}
	switch text, there := b.objects[r.URL.Path]; {
	case r.Method == http.MethodPut && there:
		w.WriteHeader(http.StatusPreconditionFailed)
	case r.Method == http.MethodPut:
		body, _ := io.ReadAll(bufio.NewReader(r.Body))
		digest := md5.Sum(body) //nolint:gosec // as above
		if r.Header.Get("Content-MD5") != base64.StdEncoding.EncodeToString(digest[:]) || r.Header.Get("If-None-Match") != "*" {
			http.Error(w, "InvalidRequest", http.StatusBadRequest)
			return
		}
		if !b.deaf {
			b.objects[r.URL.Path] = string(body)
		}
	case !there:
		w.WriteHeader(http.StatusNotFound)
	default:
		_, _ = io.WriteString(w, text)
	}
}

func TestObject(t *testing.T) {
	c := taken(t)
	b := &bucket{objects: map[string]string{}, auth: "AWS4-HMAC-SHA256 Credential=AKIA1/", secret: "very secret"}
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	conf := places.Bucket{URL: server.URL + "/audit%20log/offboard/", Keep: 24 * time.Hour, Client: server.Client(), KeyID: "AKIA1", Key: "very secret", Region: "eu-central-1"}
	for range 2 { // the second finds it there
		if err := places.Object(conf).Put(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range b.objects {
		if text != c.Text || !regexp.MustCompile(`^/audit log/offboard/000000000001-[0-9a-f]{16}\.txt$`).MatchString(name) {
			t.Errorf("%s: %q", name, text)
		}
		b.objects[name] = "something else"
	}
	if err := places.Object(conf).Put(t.Context(), c); !errors.Is(err, places.ErrUnproven) {
		t.Errorf("another object in its place: %v", err)
	}
	clear(b.objects)
	b.deaf = true
	if err := places.Object(conf).Put(t.Context(), c); !errors.Is(err, places.ErrUnproven) {
		t.Errorf("a server that keeps nothing: %v", err)
	}
	b.secret = "another"
	if err := places.Object(conf).Put(t.Context(), c); err == nil || !strings.Contains(err.Error(), "403 Forbidden") {
		t.Errorf("a signature with another key: %v", err)
	}
	b.auth, b.secret = "Bearer token", ""
	if err := places.Object(conf).Put(t.Context(), c); err == nil || !strings.Contains(err.Error(), "403 Forbidden: <Code>AccessDenied") || strings.Contains(err.Error(), "very secret") {
		t.Errorf("a wrong key: %v", err)
	}
	b.deaf = false
	conf.KeyID, conf.Bearer = "", "token"
	if err := places.Object(conf).Put(t.Context(), c); err != nil {
		t.Error(err)
	}
	server.Close()
	if err := places.Object(conf).Put(t.Context(), c); err == nil || strings.Contains(err.Error(), "token") {
		t.Errorf("a server that is gone: %v", err)
	}
}

// sent is how long the logs were of which a place got checkpoints.
type sent struct {
	mu   sync.Mutex
	list []uint64
}

func (s *sent) add(entries uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, entries)
}

func (s *sent) all() []uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

// A place that fails is tried again until the checkpoint is there, which is seen;
// a change waits for the interval, and a closed case does not.
func TestPoster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		var got sent
		var down atomic.Bool
		down.Store(true)
		place := places.Place{Name: "toy", Put: func(_ context.Context, c places.Checkpoint) error {
			if down.Load() {
				return errors.New("it is down")
			}
			got.add(c.Entries)
			return nil
		}}
		ctx, stop := context.WithCancel(t.Context())
		var done sync.WaitGroup
		start := func() *places.Poster {
			p := places.New(places.Config{Store: s, Places: []places.Place{place}, Every: time.Hour, Log: zerolog.Nop()})
			done.Go(func() { _ = p.Run(ctx) })
			synctest.Wait()
			return p
		}
		p := start()
		if st := p.Places()[0]; st.Place != "toy" || st.Why != "it is down" || st.Since.IsZero() {
			t.Errorf("it is down: %+v", st)
		}
		down.Store(false)
		time.Sleep(2 * time.Minute)
		if st := p.Places()[0]; st.Why != "" || st.Entries != 1 || !slices.Equal(got.all(), []uint64{1}) {
			t.Errorf("it is up again: %+v, %v", st, got.all())
		}
		leaver, manager := meet(t, s, "tom"), meet(t, s, "marco")
		time.Sleep(time.Minute)
		if len(got.all()) != 1 {
			t.Errorf("a change did not wait: %v", got.all())
		}
		time.Sleep(time.Hour)
		if !slices.Equal(got.all(), []uint64{1, 3}) {
			t.Errorf("after the interval: %v", got.all())
		}
		hr := store.Actor{Person: leaver, Via: "test", Claims: []store.Claim{{Role: store.HR}}}
		hr.Person = meet(t, s, "hanna")
		c, err := s.Append(t.Context(), store.NewCase, hr, store.Drafted{Person: leaver, Systems: []string{"dir"}, Terms: store.Terms{
			Kind: "resignation", LastDay: "2026-11-30", CutOff: store.CutOff{Mode: store.Now}, Zone: "UTC", Manager: manager,
		}})
		if err != nil {
			t.Fatal(err)
		}
		if c, err = s.Append(t.Context(), string(c.ID), hr, store.Requested{Change: store.Change{Verb: store.VerbCancel, Plan: 1}}); err != nil || c.State != store.CaseClosed {
			t.Fatal(c.State, err)
		}
		synctest.Wait()
		time.Sleep(2 * time.Second)
		if !slices.Equal(got.all(), []uint64{1, 3, 6}) {
			t.Errorf("after a case was closed: %v", got.all())
		}
		stop()
		done.Wait()
		ctx, stop = context.WithCancel(t.Context())
		defer stop()
		start() // nothing has changed since
		time.Sleep(3 * time.Hour)
		if !slices.Equal(got.all(), []uint64{1, 3, 6}) {
			t.Errorf("after a restart: %v", got.all())
		}
		stop()
		done.Wait()
	})
}
