package mail_test

import (
	"context"
	"errors"
	"flag"
	"net/mail"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"offboard/bot"
	box "offboard/bot/mail"
	"offboard/bot/mail/mailtest"
)

var update = flag.Bool("update", false, "write the files in testdata")

func config(s *mailtest.Server) box.Config {
	return box.Config{
		Server: s.Addr, From: "Offboard <offboard@example.com>", Username: mailtest.User, Password: mailtest.Password, Roots: s.Roots, Salt: "one", Timeout: 5 * time.Second,
	}
}

func platform(t *testing.T, cfg box.Config) *box.Mail {
	t.Helper()
	m, err := box.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var (
	jane  = bot.Place{Platform: "mail", Kind: bot.Direct, ID: "jane.doe@example.com"}
	hello = bot.Message{Summary: "Hello", Parts: []bot.Part{bot.Prose{Text: bot.T("Good morning.")}}}
)

// every is a message with every part, and text that would mean something if it
// were not literal.
var every = bot.Message{
	Summary: "OFF-42: <b>Zoë</b> asks you to approve",
	Parts: []bot.Part{
		bot.Heading{Text: "OFF-42 · Jane <Doe>"},
		bot.Prose{Text: bot.Text{{Plain: "Zoë", Bold: true}, {Plain: " & <script>alert(1)</script> "}, {Plain: "look", URL: "https://example.com/a?b=1&c=2"}, {Plain: " "}, {Plain: "https://example.com/", URL: "https://example.com/"}}},
		bot.Facts{{Label: "Access ends", Value: bot.Text{{Plain: "Mon 30 November 2026, 17:00 (Europe/Lisbon)", Time: time.Unix(0, 0)}}}, {Label: "Person", Value: bot.Text{{Plain: "Jane", User: &bot.User{Platform: "slack", ID: "U1"}}}}},
		bot.Checklist{Title: "Company directory", Rows: []bot.Row{{Mark: bot.Proven, Text: bot.T("Lock the account"), Detail: bot.T("proven by a read")}, {Mark: bot.Failed, Text: bot.T(".")}}},
		bot.Buttons{{Label: "Approve", Verb: "approve", Object: "OFF-42:1:9f3ac1d2"}, {Label: "Decline…", Verb: "decline", Object: "OFF-42:1:9f3ac1d2"}},
		bot.Menu{Label: "Who gets it", Verb: "give", Object: "OFF-42", Field: "heir", Options: []bot.Option{{Value: "1", Label: "Marco"}}},
		bot.Fine{Text: bot.T("Or type:\n.\n/offboard approve OFF-42 9f3ac1d2")},
	},
}

// The whole mail, both forms of it.
func TestMail(t *testing.T) {
	s := mailtest.New(t, mailtest.Options{})
	cfg := config(s)
	lisbon, err := time.LoadLocation("Europe/Lisbon")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Zone = lisbon
	m := platform(t, cfg)
	ref, err := m.Post(t.Context(), jane, every, "K1")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Edit(t.Context(), ref, hello); err != nil {
		t.Error(err)
	}
	mails := s.Mails()
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	got := mails[0]
	if got.From != "offboard@example.com" || got.To != jane.ID || got.Subject() != every.Summary {
		t.Errorf("from %s to %s: %s", got.From, got.To, got.Subject())
	}
	for header, want := range map[string]string{
		"Auto-Submitted": "auto-generated", "From": `"Offboard" <offboard@example.com>`, "To": "<jane.doe@example.com>", "User-Agent": "", "X-Mailer": "",
		"Message-Id": "<" + ref.ID + ">",
	} {
		if v := got.Header.Get(header); v != want {
			t.Errorf("%s is %q, want %q", header, v, want)
		}
	}
	if at, err := got.Header.Date(); err != nil || time.Since(at) > time.Minute {
		t.Errorf("dated %s, %v", at, err)
	}
	golden(t, "every.txt", moment.ReplaceAllString(got.Text, "As of (now) (Europe/Lisbon)"))
	golden(t, "every.html", moment.ReplaceAllString(got.HTML, "As of (now) (Europe/Lisbon)"))
}

var moment = regexp.MustCompile(`As of \d\d:\d\d, \d+ [A-Z][a-z]+ \d{4} \(Europe/Lisbon\)`)

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got; go test -update writes it):\n%s", path, d)
	}
}

// What a server says, and what the caller makes of it.
func TestAnswers(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faults mailtest.Faults
		gone   bool
		want   string
	}{
		{"the recipient, not now", mailtest.Faults{Rcpt: mailtest.Refusal(450)}, false, "450 4.1.1"}, // greylisting
		{"the recipient, never", mailtest.Faults{Rcpt: mailtest.Refusal(550)}, true, "550 5.1.1"},
		{"the mail, not now", mailtest.Faults{Data: mailtest.Refusal(451)}, false, "451"},
		{"the mail, never", mailtest.Faults{Data: mailtest.Refusal(554)}, true, "554"},
		{"the sender, never", mailtest.Faults{From: mailtest.Refusal(553)}, false, "553"}, // the configuration is wrong, and can be corrected
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := mailtest.New(t, mailtest.Options{})
			s.Fail(tt.faults)
			m := platform(t, config(s))
			_, err := m.Post(t.Context(), jane, hello, "K1")
			if err == nil || errors.Is(err, bot.ErrGone) != tt.gone || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
			if err != nil && strings.Contains(err.Error(), "jane") {
				t.Errorf("the error names somebody: %v", err)
			}
			s.Fail(mailtest.Faults{})
			if _, err := m.Post(t.Context(), jane, hello, "K1"); err != nil || len(s.Mails()) != 1 {
				t.Errorf("after it: %v, %d mails", err, len(s.Mails()))
			}
		})
	}
}

// A connection that ends before the answer leaves it open whether the mail was
// sent. It is sent again, and whoever reads both sees one Message-ID.
func TestCutAfterData(t *testing.T) {
	s := mailtest.New(t, mailtest.Options{})
	s.Fail(mailtest.Faults{Cut: true})
	_, err := platform(t, config(s)).Post(t.Context(), jane, hello, "K1")
	if err == nil || errors.Is(err, bot.ErrGone) || !strings.Contains(err.Error(), "it is sent again") {
		t.Errorf("got %v", err)
	}
	s.Fail(mailtest.Faults{})
	m := platform(t, config(s)) // another process
	for range 2 {               // the second is of this run, and known
		if _, err := m.Post(t.Context(), jane, hello, "K1"); err != nil {
			t.Error(err)
		}
	}
	if _, err := m.Post(t.Context(), jane, hello, "K2"); err != nil {
		t.Error(err)
	}
	other := config(s)
	other.Salt = "two" // another installation, with the same numbers of cases
	if _, err := platform(t, other).Post(t.Context(), jane, hello, "K1"); err != nil {
		t.Error(err)
	}
	var ids []string
	for _, m := range s.Mails() {
		ids = append(ids, m.Header.Get("Message-Id"))
	}
	if len(ids) != 4 || ids[0] != ids[1] || ids[2] == ids[0] || ids[3] == ids[0] || !strings.HasSuffix(ids[0], "@example.com>") {
		t.Errorf("Message-IDs: %q", ids)
	}
}

func TestEncryption(t *testing.T) {
	for _, tt := range []struct {
		name string
		opt  mailtest.Options
		tls  string
		edit func(*box.Config)
		want string // "": it works
	}{
		{"starttls", mailtest.Options{}, "", nil, ""},
		{"tls", mailtest.Options{TLS: true}, box.TLS, nil, ""},
		{"a server without STARTTLS is not spoken to", mailtest.Options{Plain: true, Open: true}, box.StartTLS, nil, "STARTTLS"},
		{"none, to this machine", mailtest.Options{Plain: true, Open: true}, box.Plain, func(c *box.Config) { c.Username = "" }, ""},
		{"a certificate of nobody", mailtest.Options{}, box.StartTLS, func(c *box.Config) { c.Roots = nil }, "certificate"},
		{"a certificate of nobody, tls", mailtest.Options{TLS: true}, box.TLS, func(c *box.Config) { c.Roots = nil }, "certificate"},
		{"a wrong password", mailtest.Options{}, box.StartTLS, func(c *box.Config) { c.Password = "hunter2" }, "AUTH failed"},
		{"nobody signs in", mailtest.Options{}, box.StartTLS, func(c *box.Config) { c.Username = "" }, "502"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := mailtest.New(t, tt.opt)
			cfg := config(s)
			cfg.TLS = tt.tls
			if tt.edit != nil {
				tt.edit(&cfg)
			}
			m := platform(t, cfg)
			_, err := m.Post(t.Context(), jane, hello, "K1")
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) || errors.Is(err, bot.ErrGone) {
				t.Errorf("post: %v", err)
			}
			if err != nil && (strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), mailtest.Password)) {
				t.Errorf("the error holds the password: %v", err)
			}
			if err := m.Reach(t.Context()); (err != nil) != (tt.want != "" && tt.want != "502") {
				t.Errorf("reach: %v", err)
			}
			if n := len(s.Mails()); n != 0 && tt.want != "" {
				t.Errorf("%d mails were sent all the same", n)
			}
		})
	}
}

// A server that hangs does not keep the bot from ending.
func TestEndsWithItsContext(t *testing.T) {
	s := mailtest.New(t, mailtest.Options{})
	s.Fail(mailtest.Faults{Hang: true})
	cfg := config(s)
	cfg.Timeout = time.Hour
	m := platform(t, cfg)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 2)
	go func() {
		_, err := m.Post(ctx, jane, hello, "K1")
		done <- err
	}()
	go func() { done <- m.Run(ctx, nil) }()
	cancel()
	for range 2 {
		if err := <-done; errors.Is(err, bot.ErrGone) {
			t.Error(err)
		}
	}
}

func TestNew(t *testing.T) {
	for _, tt := range []struct{ name, server, from, tls, want string }{
		{"no port", "mail.example.com", "a@example.com", "", "missing port"},
		{"no number", "mail.example.com:smtp", "a@example.com", "", "invalid syntax"},
		{"no sender", "mail.example.com:587", "offboard", "", "not an address"},
		{"a line in the sender", "mail.example.com:587", "a@example.com\r\nBcc: b@example.com", "", "not an address"},
		{"none, to elsewhere", "mail.example.com:25", "a@example.com", box.Plain, "this machine only"},
		{"none, to a name that begins like it", "localhost.example.com:25", "a@example.com", box.Plain, "this machine only"},
		{"none, to 127.0.0.2", "127.0.0.2:25", "a@example.com", box.Plain, ""},
		{"none, to ::1", "[::1]:25", "a@example.com", box.Plain, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := box.New(box.Config{Server: tt.server, From: tt.from, TLS: tt.tls})
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// What is not one address of one person gets nothing, for good.
func TestAddresses(t *testing.T) {
	s := mailtest.New(t, mailtest.Options{})
	m := platform(t, config(s))
	for _, at := range []string{
		"", "jane", "jane@", "@example.com", "jane@example.com, bo@example.com", "Jane <jane@example.com>", "<jane@example.com>", "jane@example.com\r\nRCPT TO:<bo@example.com>",
		"jane@example.com\nBcc: bo@example.com", " jane@example.com", "jane@example.com ", "zoë@example.com", "jane@exämple.com", strings.Repeat("x", 250) + "@example.com", "jane\x00@example.com",
	} {
		if _, err := m.Post(t.Context(), bot.Place{Platform: "mail", Kind: bot.Direct, ID: at}, hello, "K"); !errors.Is(err, bot.ErrGone) {
			t.Errorf("%q: %v", at, err)
		}
	}
	if _, err := m.Post(t.Context(), bot.Place{Platform: "mail", Kind: bot.Channel, ID: jane.ID}, hello, "K"); !errors.Is(err, bot.ErrGone) {
		t.Errorf("a channel: %v", err)
	}
	if _, err := m.Post(t.Context(), jane, bot.Message{Summary: "a\r\nBcc: b@example.com"}, "K"); err == nil {
		t.Error("a message over the limits was sent")
	}
	if n := len(s.Mails()); n != 0 {
		t.Errorf("%d mails", n)
	}
	if got, err := m.Members(t.Context(), jane); err != nil || len(got) != 1 || got[0].ID != jane.ID {
		t.Errorf("members: %v, %v", got, err)
	}
}

// Whatever somebody is called, it never becomes a header, another recipient or
// markup; what is sent is what was written.
func FuzzText(f *testing.F) {
	for _, s := range []string{
		"Jane\r\nBcc: bo@example.com", "\r\n\r\n.\r\nQUIT\r\n", ".", "..", "=?utf-8?q?x?=", "<img src=https://example.com/x>", strings.Repeat("long ", 300), "é\u2028\u202ex", "\n.\nMAIL FROM:<x>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name := bot.Clean(s, 200)
		if name == "" {
			return
		}
		server := mailtest.New(t, mailtest.Options{})
		m := bot.Message{Summary: name, Parts: []bot.Part{bot.Heading{Text: bot.Clean(s, 150)}, bot.Prose{Text: bot.T(name)}}}
		if _, err := platform(t, config(server)).Post(t.Context(), jane, m, "K"); err != nil {
			t.Fatal(err)
		}
		mails := server.Mails()
		if len(mails) != 1 || mails[0].To != jane.ID || mails[0].Subject() != strings.ReplaceAll(name, "=?", "= ?") {
			t.Fatalf("%q became %+v", name, mails)
		}
		got := mails[0]
		if !strings.Contains(got.Text, "\n"+name+"\n") {
			t.Errorf("%q is not in:\n%s", name, got.Text)
		}
		for header := range got.Header {
			if !known[header] {
				t.Errorf("%q made the header %s", name, header)
			}
		}
		if strings.Contains(got.HTML, "<img") || strings.Contains(got.HTML, "<script") {
			t.Errorf("%q made markup:\n%s", name, got.HTML)
		}
		if _, err := mail.ParseAddressList(got.Header.Get("To")); err != nil {
			t.Error(err)
		}
	})
}

var known = map[string]bool{
	"Date": true, "From": true, "To": true, "Subject": true, "Message-Id": true, "Mime-Version": true, "Content-Type": true, "Auto-Submitted": true, "X-Auto-Response-Suppress": true,
}
