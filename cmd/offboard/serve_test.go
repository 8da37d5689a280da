package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"offboard/bot/bottest"
	"offboard/store"
)

func get(t *testing.T, h http.Handler, path, accept string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// /readyz says what is not ready, /healthz only that the process lives.
func TestReadiness(t *testing.T) {
	o := newOffice(t)
	rooms := mustChat(t)
	a, err := newApp(o.config(), operator(), just(rooms...), zerologNop, store.Clock{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	}()
	h := newHealth(a, zerologNop)
	w := get(t, h.handler(), "/readyz", "*/*")
	const before = "store: ready\nclock: ready\nconfiguration: ready\ncheckpoint key: ready\nsystem corp: NOT READY: it has not been looked at yet\nplatform web: NOT READY: it is not running\n"
	if w.Code != http.StatusServiceUnavailable || w.Body.String() != before {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	chat := rooms[0].(*bottest.Chat)
	go func() { ended <- chat.Run(ctx, a.commands.Handle) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	if err := chat.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	h.look(t.Context())
	const all = "store: ready\nclock: ready\nconfiguration: ready\ncheckpoint key: ready\nsystem corp: ready\nplatform web: ready\n"
	if w = get(t, h.handler(), "/readyz", "*/*"); w.Code != http.StatusOK || w.Body.String() != all {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
	o.company.Directory.Down(true)
	h.look(t.Context())
	var r readiness
	w = get(t, h.handler(), "/readyz", "application/json")
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil || w.Code != http.StatusServiceUnavailable || r.Ready || r.Parts[4].Ready || !strings.Contains(r.Parts[4].Why, "cannot be reached") {
		t.Errorf("%d, %v\n%+v", w.Code, err, r)
	}
	if w = get(t, h.handler(), "/healthz", ""); w.Code != http.StatusOK {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
	if w = get(t, h.handler(), "/else", ""); w.Code != http.StatusNotFound {
		t.Errorf("%d", w.Code)
	}
}

// A second server on the same log says so and changes nothing.
func TestSecondServer(t *testing.T) {
	o := newOffice(t)
	o.serving()
	o.run("serve").want(t, codeBroken, store.ErrLocked.Error())
	o.run("audit", "verify").want(t, 0)
}

func TestSocket(t *testing.T) {
	o := newOffice(t)
	path := filepath.Join(o.dir, "s")
	// A server that was killed leaves its socket.
	old, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	old.SetUnlinkOnClose(false)
	if _, err := listenControl(t.Context(), path); err == nil || !strings.Contains(err.Error(), "another server listens") {
		t.Errorf("a socket in use: %v", err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	if d, err := dial(t.Context(), path); d != nil || err != nil {
		t.Errorf("nobody listens, and it gives %v, %v", d, err)
	}
	l, err := listenControl(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode() != fs.ModeSocket|0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
	// What is no socket stays.
	if _, err := listenControl(t.Context(), o.path); err == nil || !strings.Contains(err.Error(), "is something else") {
		t.Errorf("a file: %v", err)
	}
	if _, err := listenControl(t.Context(), path+strings.Repeat("x", maxSocket)); err == nil || !strings.Contains(err.Error(), "set socket:") {
		t.Errorf("a long path: %v", err)
	}
}

// A request says nothing about who asks: the kernel does.
func TestOperatorIsWhoTheKernelSays(t *testing.T) {
	o := newOffice(t)
	o.serving()
	l := newLine(o.config().Socket)
	defer func() { _ = l.close() }()
	body := map[string]string{"account": "U-1", "platform": "web", "person": "hanna", "user": "root2", "User": "root3"}
	var a asked
	// What a newer program might ask for is refused, not left out.
	if err := l.call(t.Context(), pathLink, body, &a, silent); err == nil || !strings.Contains(err.Error(), "use the program that it runs") {
		t.Errorf("a field that is not known: %v", err)
	}
	delete(body, "user")
	delete(body, "User")
	if err := l.call(t.Context(), pathLink, body, &a, silent); err != nil {
		t.Fatal(err)
	}
	r, err := l.show(t.Context(), a.Person, "")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.Entries[len(r.Entries)-1].Via, "cli:"+userName(os.Getuid()); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Rubbish at the socket is answered, and harms nothing.
func TestRubbishAtTheSocket(t *testing.T) {
	o := newOffice(t)
	o.serving()
	l := newLine(o.config().Socket)
	defer func() { _ = l.close() }()
	for _, path := range []string{pathVerify, pathShow, pathLink, pathReady} {
		if err := l.call(t.Context(), path, []int{1}, &struct{}{}, silent); err == nil {
			t.Errorf("%s took a list", path)
		}
	}
	if err := l.call(t.Context(), "/v9/else", 1, &struct{}{}, silent); err == nil || !strings.Contains(err.Error(), "another version ("+program()+"; this is "+program()+")") {
		t.Errorf("got %v", err)
	}
	if _, err := l.show(t.Context(), strings.Repeat("x", 2*maxRequest), ""); err == nil {
		t.Error("a huge request was taken")
	}
}

// A server that is killed in the middle leaves copies: the next one sweeps.
func TestSweep(t *testing.T) {
	o := newOffice(t)
	left := o.write("data/o.db"+store.CopyMark+"1", "x")
	o.serving()
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

// An answer that hangs does not keep the server from ending.
func TestHangingAnswerIsCutOff(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	entered := make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- answerAt(ctx, l, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(entered)
			<-r.Context().Done() // it never answers; Close ends it
		}), time.Millisecond)
	}()
	go func() {
		res, err := http.Get("http://" + l.Addr().String())
		if err == nil {
			_ = res.Body.Close()
		}
	}()
	<-entered
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
