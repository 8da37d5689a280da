package slacktest

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// File is an uploaded file.
type File struct {
	ID    string
	Name  string
	Title string
	Size  int // as announced
	Data  []byte
	sent  bool
	done  bool
	at    time.Time
}

func (f *File) json() object {
	return object{
		"id": f.ID, "name": f.Name, "title": f.Title, "size": f.Size, "created": epoch(f.at), "timestamp": epoch(f.at),
		"mode": "hosted", "is_external": false, "is_public": false, "permalink": "https://files.example.com/" + f.ID,
		"url_private": "https://files.example.com/" + f.ID + "/" + f.Name,
	}
}

func (c *call) uploadURL() (object, error) {
	size, err := strconv.Atoi(c.str("length"))
	if err != nil || size <= 0 {
		return nil, refuse("invalid_arguments", "[ERROR] length must be above 0")
	}
	f := &File{ID: c.id("F"), Name: c.str("filename"), Size: size, at: time.Now()}
	c.uploads[f.ID] = f
	return object{"upload_url": c.URL() + "/upload/" + f.ID, "file_id": f.ID}, nil
}

// serveUpload takes the bytes, as a raw body or as a form with one file.
func (s *Slack) serveUpload(w http.ResponseWriter, r *http.Request) {
	f := s.fault(Uploads)
	if f != nil && !f.after {
		f.strike(w, r, s.done)
		return
	}
	var body io.Reader = r.Body
	if form, err := r.MultipartReader(); err == nil {
		part, err := form.NextPart()
		for err == nil && part.FileName() == "" {
			part, err = form.NextPart()
		}
		if err != nil {
			http.Error(w, "no file", http.StatusBadRequest)
			return
		}
		body = part
	}
	data, err := io.ReadAll(body)
	s.mu.Lock()
	file := s.uploads[r.PathValue("id")]
	ok := err == nil && file != nil && !file.sent && len(data) == file.Size
	if ok {
		file.Data, file.sent = data, true
	} else {
		s.problem("upload of %d bytes to %s: not what was announced", len(data), r.PathValue("id"))
	}
	s.mu.Unlock()
	switch {
	case f != nil:
		f.strike(w, r, s.done)
	case !ok:
		http.Error(w, "the file is not what was announced", http.StatusBadRequest)
	default:
		_, _ = io.WriteString(w, "OK - "+strconv.Itoa(len(data)))
	}
}

// uploadComplete makes files visible, in channels if it names some.
func (c *call) uploadComplete() (object, error) {
	var wanted []struct{ ID, Title string }
	if _, err := c.decode("files", &wanted); err != nil || len(wanted) == 0 {
		return nil, refuse("invalid_arguments", "[ERROR] files must be an array of objects")
	}
	var files []*File
	for _, w := range wanted {
		f := c.uploads[w.ID]
		if f == nil || !f.sent || f.done {
			return nil, refuse("file_not_found")
		}
		f.Title = w.Title
		files = append(files, f)
	}
	ids := list(c.str("channels"))
	if id := c.str("channel_id"); id != "" && !slices.Contains(ids, id) {
		ids = append(ids, id)
	}
	if len(ids) > 100 {
		return nil, refuse("channels_limit_exceeded")
	}
	var places []*channel
	for _, id := range ids {
		ch := c.channel(id) // unlike chat.postMessage, a user id is no channel here
		if err := c.reach(ch); err != nil {
			return nil, err
		}
		if !ch.has(c.tok.user) {
			return nil, refuse("not_in_channel")
		}
		places = append(places, ch)
	}
	var out []object
	for _, f := range files {
		f.done = true
		out = append(out, f.json())
	}
	for _, ch := range places {
		c.add(ch, Message{User: c.tok.user, ThreadTS: c.str("thread_ts"), Content: Content{Text: strings.TrimSpace(c.str("initial_comment")), Files: files}})
	}
	return object{"files": out}, nil
}
