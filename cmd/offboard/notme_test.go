package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"offboard/bot"
	"offboard/bot/bottest"
	"offboard/bot/mail/mailtest"
	"offboard/store"
)

// mailConfig is what a test adds to officeConfig for mail.
const mailConfig = `mail: {server: "%s", from: Offboard <offboard@example.com>, username: offboard, password: "file:DIR/mail-password", ca_file: DIR/mail-ca.pem, confirm_decisions: %t, link: "http://127.0.0.1:1/"}
`

// mailed is an office with a mail server.
func (o *office) mailed(confirm bool) *mailtest.Server {
	o.t.Helper()
	s := mailtest.New(o.t, mailtest.Options{})
	o.write("mail-password", mailtest.Password)
	o.write("mail-ca.pem", string(s.CA))
	o.configure(officeConfig + fmt.Sprintf(mailConfig, s.Addr, confirm))
	return s
}

// chatting is a chat with the people of the story in it.
func chatting(t *testing.T) *bottest.Chat {
	t.Helper()
	c := bottest.New("web")
	for login, name := range map[string]string{"hanna": "Hanna Berg", "marco": "Marco Reyes", "ivan": "Ivan Petrov", "sasha": "Sasha Lind", "lena": "Lena Vogel"} {
		c.AddUser(login, name)
	}
	c.AddChannel("it-offboarding", "ivan", "sasha")
	return c
}

var linkPattern = regexp.MustCompile(`http://127\.0\.0\.1:1(/notme/\S+)`)

// linkIn is the path of the link in a mail.
func linkIn(t *testing.T, m mailtest.Mail) string {
	t.Helper()
	found := linkPattern.FindStringSubmatch(m.Text)
	if found == nil || !strings.Contains(m.HTML, found[0]) {
		t.Fatalf("no link in:\n%s", m.Text)
	}
	return found[1]
}

func (s *server) visit(t *testing.T, method, path string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.http.Addr().String()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body), res.Header
}

// Everything real but the chat: a decision in the chat, the mail about it, the
// link opened by a scanner and then by the person, and two others who let the
// case go on to its end.
func TestThatWasNotMe(t *testing.T) {
	o := newOffice(t)
	post := o.mailed(true)
	chat := chatting(t)
	s := o.servingIn([]bot.Platform{chat})
	ctx, cancel := context.WithTimeout(t.Context(), longestLife)
	defer cancel()
	if err := chat.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	play := func(script string) {
		t.Helper()
		if err := chat.Play(ctx, script, bottest.PlayOptions{}); err != nil {
			t.Fatalf("%v\n%s", err, chat.Transcript())
		}
	}
	play(`
hanna: /offboard start lena
hanna clicks "Choose Lena Vogel"
hanna fills
  kind: Resignation
  last day of work: 2096-11-30
  access ends: When I press
  time zone: Europe/Berlin
  reason: Going to study
wait until hanna sees "This is what will happen"
hanna clicks "Submit" on "OFF-1"
wait until marco sees "asks for your approval"
marco clicks "Approve"
wait until hanna sees "Ready, checked"
`)
	mails, err := post.Await(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	m := mails[0]
	if m.To != "marco@example.com" || m.Subject() != "You approved OFF-1. Was that you?" || !strings.Contains(m.Text, "through Web") {
		t.Errorf("to %s: %s\n%s", m.To, m.Subject(), m.Text)
	}
	for _, name := range []string{"Lena", "Hanna", "Marco"} {
		if strings.Contains(m.Text+m.Subject(), name) {
			t.Errorf("the mail names %s:\n%s", name, m.Text)
		}
	}
	link := linkIn(t, m)

	before := s.app.store.Last()
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodGet} { // scanners open links
		status, body, header := s.visit(t, method, link)
		if status != http.StatusOK || method == http.MethodGet && !strings.Contains(body, "Was that not you?") {
			t.Errorf("%s: %d\n%s", method, status, body)
		}
		for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"} {
			if header.Get(name) != want {
				t.Errorf("%s: %q", name, header.Get(name))
			}
		}
		if csp := header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "script") {
			t.Errorf("policy: %s", csp)
		}
		for _, not := range []string{"Lena", "Marco", "Hanna", "<script"} {
			if strings.Contains(body, not) {
				t.Errorf("the page has %s:\n%s", not, body)
			}
		}
	}
	if got := s.app.store.Last(); got != before {
		t.Errorf("to open the link made %d entries", got-before)
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete} {
		if status, _, _ := s.visit(t, method, link); status != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, status)
		}
	}
	if status, body, _ := s.visit(t, http.MethodPost, link); status != http.StatusOK || !strings.Contains(body, "It is done") {
		t.Errorf("%d\n%s", status, body)
	}
	if status, body, _ := s.visit(t, http.MethodPost, link); status != http.StatusOK || !strings.Contains(body, "This was reported before") {
		t.Errorf("the second time: %d\n%s", status, body)
	}
	play(`
wait until hanna sees "OFF-1 is held"
wait until #it-offboarding shows "OFF-1 is held"
hanna clicks "Cut off now"
marco: /offboard note OFF-1 it was me after all
expect marco's answer "Your decisions are frozen since"
`)
	c, err := s.app.store.Case("OFF-1")
	if err != nil || !c.Plan(0).Begun.IsZero() {
		t.Errorf("it has begun: %v", err)
	}
	play(`
hanna: /offboard resume OFF-1 I called Marco, it was him
sasha: /offboard second OFF-1
sasha clicks "Agree"
wait until hanna sees "Checkpoint of the audit log"
expect hanna sees "OFF-1 is closed: Lena Vogel has no access any more."
`)
	// Pressed by hanna, asked for by hanna, agreed by sasha: each is told.
	if mails, err = post.Await(ctx, 4); err != nil {
		t.Fatal(err)
	}
	to := map[string]int{}
	for _, m := range mails {
		to[m.To]++
	}
	if to["marco@example.com"] != 1 || to["hanna@example.com"] != 2 || to["sasha@example.com"] != 1 || to["lena@example.com"] != 0 {
		t.Errorf("mails: %v", to)
	}
}

// A decision that is disowned when the case is over: the page does not promise
// what can't be held, and security is told.
func TestNotMeWhenTheCaseIsOver(t *testing.T) {
	o := newOffice(t)
	post := o.mailed(true)
	chat := chatting(t)
	s := o.servingIn([]bot.Platform{chat})
	ctx, cancel := context.WithTimeout(t.Context(), longestLife)
	defer cancel()
	if err := chat.Ready(ctx); err != nil {
		t.Fatal(err)
	}
	play := func(script string) {
		t.Helper()
		if err := chat.Play(ctx, script, bottest.PlayOptions{}); err != nil {
			t.Fatalf("%v\n%s", err, chat.Transcript())
		}
	}
	play(`
hanna: /offboard start lena
hanna clicks "Choose Lena Vogel"
hanna fills
  kind: Resignation
  last day of work: 2096-11-30
  access ends: Now
  time zone: Europe/Berlin
  reason: Going to study
wait until hanna sees "This is what will happen"
hanna clicks "Submit" on "OFF-1"
wait until marco sees "asks for your approval"
marco clicks "Approve"
wait until hanna sees "Checkpoint of the audit log"
`)
	mails, err := post.Await(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	link := linkIn(t, mails[0])
	for _, tt := range []struct{ method, want string }{
		{http.MethodGet, "OFF-1 is over; nothing is left to hold."},
		{http.MethodPost, "OFF-1 is over; nothing is left to hold. Security and the administrators are told."},
	} {
		if status, body, _ := s.visit(t, tt.method, link); status != http.StatusOK || !strings.Contains(body, tt.want) || strings.Contains(body, "is held") {
			t.Errorf("%s: %d\n%s", tt.method, status, body)
		}
	}
	play(`
wait until sasha sees "Frozen: the decisions of Marco Reyes"
wait until ivan sees "Frozen: the decisions of Marco Reyes"
expect sasha sees "Marco Reyes approved OFF-1"
`)
}

// A link that is not ours gets one page, whatever is wrong with it, and nobody
// can try many.
func TestWrongLinks(t *testing.T) {
	o := newOffice(t)
	o.mailed(true)
	s := o.servingIn([]bot.Platform{chatting(t)})
	var first string
	slow := false
	for i, token := range []string{"x", "1.AAAAAAAAAAAAAAAAAAAAAA", "99999.AAAAAAAAAAAAAAAAAAAAAA", "0.", strings.Repeat("9", 3000), "%00", "..%2f..%2fetc"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			status, body, _ := s.visit(t, method, "/notme/"+token)
			if first == "" {
				first = body
			}
			if status != http.StatusNotFound || body != first {
				t.Errorf("%d %s %s: %d\n%s", i, method, token, status, body)
			}
		}
	}
	for range 100 {
		status, body, header := s.visit(t, http.MethodPost, "/notme/1.AAAAAAAAAAAAAAAAAAAAAA")
		slow = slow || status == http.StatusTooManyRequests && header.Get("Retry-After") != "" && body == first
	}
	if !slow {
		t.Error("nobody is kept from trying")
	}
}

// Without confirmations there is no such page.
func TestNoPageWithoutConfirmations(t *testing.T) {
	o := newOffice(t)
	o.mailed(false)
	s := o.serving()
	if status, _, _ := s.visit(t, http.MethodGet, "/notme/x"); status != http.StatusNotFound {
		t.Errorf("got %d", status)
	}
	if s.app.mail == nil || s.app.confirm != nil {
		t.Errorf("mail %v, confirm %v", s.app.mail, s.app.confirm)
	}
}

// A log that can't be written is said, and the link works afterwards.
func TestNotMeWhenNothingCanBeSaved(t *testing.T) {
	full := true
	opt := storeOptions(newOffice(t).config())
	opt.Fault = func(at string) error {
		if full && at == "before" {
			return fmt.Errorf("no space left on device")
		}
		return nil
	}
	full = false
	s, err := store.Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	ivan, err := s.Meet(t.Context(), store.Bot("people"), store.Card{ID: "id-ivan", Name: "Ivan", Login: "ivan"})
	if err != nil {
		t.Fatal(err)
	}
	actor := store.Actor{Person: ivan, Via: "web", Claims: []store.Claim{{Role: store.IT}}}
	for _, on := range []bool{true, false} {
		if _, err := s.Append(t.Context(), store.Installation, actor, store.Paused{On: on}); err != nil {
			t.Fatal(err)
		}
	}
	e, err := s.Event(s.Last())
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	newNotMe(&app{store: s, zone: time.UTC}, zerologNop).handle(mux)
	for _, tt := range []struct {
		full   bool
		status int
		want   string
	}{{true, http.StatusServiceUnavailable, "That did not work"}, {false, http.StatusOK, "It is done"}} {
		full = tt.full
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/notme/"+s.DisownToken(e), nil))
		if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
			t.Errorf("%d\n%s", w.Code, w.Body)
		}
	}
}

func TestCheckMail(t *testing.T) {
	o := newOffice(t)
	post := o.mailed(true)
	o.run("check").want(t, 0, "✔ mail", "takes mails; none was sent", "! mail", "work on this machine only")
	if n := len(post.Mails()); n != 0 {
		t.Errorf("%d mails were sent", n)
	}
	o.write("mail-password", "hunter2")
	if r := o.run("check").want(t, codeBroken, "✖ mail", "AUTH failed"); strings.Contains(r.out+r.err, "hunter2") {
		t.Error("the password is shown")
	}
	o.write("mail-ca.pem", "nothing")
	o.run("check").want(t, codeUsage, "holds no certificate")
	open := mailtest.New(t, mailtest.Options{Plain: true, Open: true})
	o.configure(officeConfig + fmt.Sprintf("mail: {server: %q, from: offboard@example.com, tls: none}\n", open.Addr))
	o.run("check").want(t, 0, "✔ mail", "nothing is encrypted")
}
