package places

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // what S3 asks for beside an object lock; it secures nothing here
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Bucket is where objects are put by HTTP: S3 and what speaks like it, or any
// server that takes a PUT.
type Bucket struct {
	URL    string        // of the folder, ending with /
	Keep   time.Duration // each object is locked so long (S3 Object Lock, compliance mode); 0 leaves it to the bucket
	Client *http.Client

	Bearer             string // for servers with tokens; empty: none
	KeyID, Key, Region string // for S3's signature, version 4; empty: none
}

// Object puts each checkpoint into a bucket under a name of its own, so that none
// replaces another, and reads it back.
func Object(b Bucket) Place {
	return Place{Name: "object", Put: func(ctx context.Context, c Checkpoint) error {
		at := b.URL + fmt.Sprintf("%012d-%s.txt", c.Entries, sum(c.Text)[:16])
		status, body, err := b.do(ctx, http.MethodPut, at, c)
		switch {
		case err != nil:
			return fmt.Errorf("put the checkpoint: %w", err)
		case status == http.StatusPreconditionFailed, status == http.StatusConflict: // it is there, or an object of that name is
		case status/100 != 2:
			return fmt.Errorf("put the checkpoint: the server answers %d %s%s", status, http.StatusText(status), said(body))
		}
		status, body, err = b.do(ctx, http.MethodGet, at, c)
		switch {
		case err != nil:
			return fmt.Errorf("read the checkpoint back: %w", err)
		case status == http.StatusForbidden || status == http.StatusMethodNotAllowed:
			return nil // the bot may only write there, which is as it should be
		case status != http.StatusOK:
			return unproven("reading it, the server answers %d %s", status, http.StatusText(status))
		case string(body) != c.Text:
			return unproven("something else has its name")
		}
		return nil
	}}
}

func (b Bucket) do(ctx context.Context, method, at string, c Checkpoint) (status int, body []byte, err error) {
	var payload []byte
	if method == http.MethodPut {
		payload = []byte(c.Text)
	}
	req, err := http.NewRequestWithContext(ctx, method, at, bytes.NewReader(payload))
	if err != nil {
		return 0, nil, err
	}
	if method == http.MethodPut {
		// S3 wants the first with a lock; the second keeps what is there.
		digest := md5.Sum(payload) //nolint:gosec // as above
		req.Header.Set("Content-MD5", base64.StdEncoding.EncodeToString(digest[:]))
		req.Header.Set("If-None-Match", "*")
		req.Header.Set("Content-Type", "text/plain; charset=utf-8")
		if b.Keep > 0 {
			req.Header.Set("X-Amz-Object-Lock-Mode", "COMPLIANCE")
			req.Header.Set("X-Amz-Object-Lock-Retain-Until-Date", c.At.Add(b.Keep).UTC().Format(time.RFC3339))
		}
	}
	switch {
	case b.Bearer != "":
		req.Header.Set("Authorization", "Bearer "+b.Bearer)
	case b.KeyID != "":
		req.Header.Set("X-Amz-Content-Sha256", sum(string(payload)))
		// S3 signs a path as it is sent; all other services escape it once more.
		asSent := func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }
		err = v4.NewSigner(asSent).SignHTTP(ctx, aws.Credentials{AccessKeyID: b.KeyID, SecretAccessKey: b.Key}, req, sum(string(payload)), "s3", b.Region, time.Now())
		if err != nil {
			return 0, nil, fmt.Errorf("sign: %w", err)
		}
	}
	res, err := b.Client.Do(req)
	if err != nil {
		return 0, nil, bare(err)
	}
	body, err = io.ReadAll(io.LimitReader(res.Body, 64<<10))
	_ = res.Body.Close() // it was read
	return res.StatusCode, body, err
}

// bare takes the address out of an error: a query may hold a secret.
func bare(err error) error {
	if u, ok := err.(*url.Error); ok { //nolint:errorlint // http.Client returns exactly this
		return u.Err
	}
	return err
}

func sum(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:])
}

// said is the beginning of an answer, on one line.
func said(body []byte) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(body), "?")), " ")
	if text == "" {
		return ""
	}
	return ": " + text[:min(len(text), 200)]
}
