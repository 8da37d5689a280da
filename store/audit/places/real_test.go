package places_test

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"offboard/actions/actionstest/certs"
	"offboard/actions/actionstest/port"
	"offboard/bot/web/webtest"
	"offboard/store/audit"
	"offboard/store/audit/places"
)

// rsyslog's configuration: a collector over TLS that writes what it gets to a
// pipe, as it writes to a file.
const rsyslogConf = `global(workDirectory="%[1]s" defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="%[1]s/ca.pem"
  defaultNetstreamDriverCertFile="%[1]s/server.pem" defaultNetstreamDriverKeyFile="%[1]s/server.key")
module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")
input(type="imtcp" address="127.0.0.1" port="%[2]s")
action(type="ompipe" pipe="%[1]s/got")
`

// What rsyslog keeps of a checkpoint is one that audit verify takes, and a
// collector that the authority does not know gets none.
func TestRsyslog(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("rsyslogd")
	if err != nil {
		program = "/usr/sbin/rsyslogd"
		_, err = os.Stat(program)
	}
	drivers, _ := filepath.Glob("/usr/lib/*/rsyslog/lmnsd_gtls.so") // the pattern is a good one
	webtest.Need(t, err == nil && len(drivers) > 0, "rsyslogd with rsyslog-gnutls")
	dir := t.TempDir()
	certs.Write(t, dir)
	at := port.Reserve(t)
	if err := os.WriteFile(filepath.Join(dir, "conf"), fmt.Appendf(nil, rsyslogConf, dir, at[strings.LastIndexByte(at, ':')+1:]), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(filepath.Join(dir, "got"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := os.OpenFile(filepath.Join(dir, "got"), os.O_RDWR, 0) // a writer too, so that it never ends
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = got.Close() })
	cmd := exec.Command(program, "-n", "-i", "NONE", "-f", filepath.Join(dir, "conf")) //nolint:noctx // it ends with the test
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it keeps nothing
		_ = cmd.Wait()
	})
	pem, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: x509.NewCertPool()}
	conf.RootCAs.AppendCertsFromPEM(pem)
	u := &url.URL{Scheme: "tls", Host: at}
	c := taken(t)
	ctx, cancel := context.WithTimeout(t.Context(), webtest.Patience)
	defer cancel()
	for err = places.Syslog(u, conf).Put(ctx, c); err != nil; err = places.Syslog(u, conf).Put(ctx, c) {
		select { // it listens soon
		case <-ctx.Done():
			t.Fatalf("%v\n%s", err, said.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
	_ = got.SetReadDeadline(time.Now().Add(webtest.Patience))
	for lines := bufio.NewReader(got); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("%v\n%s", err, said.String())
		}
		if strings.Contains(line, "checkpoint") || strings.Contains(line, "offboard") { // not its own words about itself
			if !slices.Equal(audit.Find(line), []string{c.Text}) {
				t.Errorf("got %q", line)
			}
			break
		}
	}
	if err := places.Syslog(u, &tls.Config{MinVersion: tls.VersionTLS12}).Put(t.Context(), c); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a collector that nobody vouches for: %v", err)
	}
}

// signature computes S3's signature of a request as AWS documents it ("Signature
// Calculations for the Authorization Header: Transferring Payload in a Single
// Chunk"), from the request alone and the secret key.
func signature(r *http.Request, secret string) string {
	list := func(name string) string {
		_, rest, _ := strings.Cut(r.Header.Get("Authorization"), name+"=")
		value, _, _ := strings.Cut(rest, ",")
		return strings.TrimSpace(value)
	}
	var headers string
	names := strings.Split(list("SignedHeaders"), ";")
	for _, name := range names {
		value := strings.Join(r.Header.Values(name), ",")
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = fmt.Sprint(r.ContentLength)
		}
		headers += name + ":" + strings.TrimSpace(value) + "\n"
	}
	canonical := strings.Join([]string{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, headers, strings.Join(names, ";"), r.Header.Get("X-Amz-Content-Sha256")}, "\n")
	sum := sha256.Sum256([]byte(canonical))
	scope := strings.SplitN(list("Credential"), "/", 2)[1] // date/region/service/aws4_request
	text := strings.Join([]string{"AWS4-HMAC-SHA256", r.Header.Get("X-Amz-Date"), scope, hex.EncodeToString(sum[:])}, "\n")
	key := []byte("AWS4" + secret)
	for _, part := range append(strings.Split(scope, "/"), text) {
		m := hmac.New(sha256.New, key)
		m.Write([]byte(part))
		key = m.Sum(nil)
	}
	return hex.EncodeToString(key)
}

// The examples of the same page of AWS: an object that is put and one that is got,
// with the key that it prints.
func TestSignatureAsPublished(t *testing.T) {
	t.Parallel()
	const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" //nolint:gosec // printed in the documentation
	for want, tt := range map[string]struct {
		method, path, signed string
		header               map[string]string
	}{
		"98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd": {http.MethodPut, "/test%24file.text", "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class", map[string]string{
			"Date": "Fri, 24 May 2013 00:00:00 GMT", "X-Amz-Storage-Class": "REDUCED_REDUNDANCY", "X-Amz-Content-Sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
		}},
		"f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41": {http.MethodGet, "/test.txt", "host;range;x-amz-content-sha256;x-amz-date", map[string]string{
			"Range": "bytes=0-9", "X-Amz-Content-Sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		}},
	} {
		r, err := http.NewRequestWithContext(t.Context(), tt.method, "https://examplebucket.s3.amazonaws.com"+tt.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range tt.header {
			r.Header.Set(name, value)
		}
		r.Header.Set("X-Amz-Date", "20130524T000000Z")
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders="+tt.signed+",Signature="+want)
		if got := signature(r, secret); got != want {
			t.Errorf("%s: %s, and AWS says %s", tt.method, got, want)
		}
	}
}
