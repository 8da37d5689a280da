package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
)

// File is a file that is uploaded with a message.
type File struct {
	Name string // letters, digits, dots, dashes and underscores
	Body []byte
}

// Upload is Do for a POST that brings a file: a form with the body as
// payload_json and the file as files[0] (reference, Uploading Files).
func (c *Client) Upload(ctx context.Context, path string, body any, f File, out any, opts ...CallOption) error {
	k := call{method: http.MethodPost, path: path, route: routeOf(http.MethodPost, path)}
	for _, o := range opts {
		o(&k)
	}
	payload, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("%s: %w", k.route, err)
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	// A buffer takes all that is written.
	part, _ := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="payload_json"`}, "Content-Type": {"application/json"}})
	_, _ = part.Write(payload)
	part, _ = w.CreateFormFile("files[0]", f.Name)
	_, _ = part.Write(f.Body)
	_ = w.Close()
	k.body, k.kind = form.Bytes(), w.FormDataContentType()
	return c.do(ctx, k, nil, out)
}
