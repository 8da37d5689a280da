package discordtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// File is an attachment of a message.
type File struct {
	ID   string
	Name string
	Data []byte
}

// maxAttachment is how large a file may be without boosts (reference,
// Uploading Files; attachment_size_limit of an interaction).
const maxAttachment = 10 << 20

// readUpload reads a form with payload_json and files[n].
func (c *call) readUpload(boundary string) error {
	bad := &refusal{status: http.StatusBadRequest, message: "400: Bad Request"}
	r := multipart.NewReader(bytes.NewReader(c.raw), boundary)
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return bad
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return bad
		}
		n, isFile := strings.CutPrefix(part.FormName(), "files[")
		switch {
		case part.FormName() == "payload_json":
			if json.Unmarshal(data, &c.args) != nil {
				return refuse(50109)
			}
		case !isFile || !strings.HasSuffix(n, "]") || part.FileName() == "":
			return bad
		case len(data) > maxAttachment:
			return refuse(40005)
		default:
			c.files = append(c.files, File{ID: strings.TrimSuffix(n, "]"), Name: part.FileName(), Data: data})
		}
	}
}

// attached are the files that a body names; each of them must have been
// uploaded with it. d.mu is held.
func (c *call) attached(l *linter, at string, args object) []File {
	var out []File
	for i, a := range objects(args["attachments"]) {
		j := slices.IndexFunc(c.files, func(f File) bool { return f.ID == text(a["id"]) && f.Name == text(a["filename"]) })
		if j < 0 {
			l.add(at+"attachments."+strconv.Itoa(i), "ATTACHMENT_NOT_FOUND", "There is no such file in the form.")
			continue
		}
		out = append(out, c.files[j])
	}
	if len(out) != len(c.files) {
		c.problem("%s: a file is uploaded that attachments does not name", c.route.name)
	}
	return out
}

// attachments are files as a message shows them; d.mu is held.
func (d *Discord) attachments(m *Message) []object {
	out := []object{}
	for _, f := range m.Files {
		address := "https://cdn.example.com/attachments/" + m.Channel + "/" + m.ID + "/" + f.Name
		out = append(out, object{"id": m.ID, "filename": f.Name, "size": len(f.Data), "url": address, "proxy_url": address})
	}
	return out
}
