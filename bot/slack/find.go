package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	api "github.com/slack-go/slack"
)

// Found by its key: how many messages are looked through, a page and in all.
const (
	findPage  = 200
	findPages = 5
)

// blockKey is the block_id of a message's first block.
func blockKey(key string) string { return "key:" + key }

// page is what we read of messages. Those of others may have any blocks, so
// the library's types, which know every kind of block, are not used.
type page struct {
	OK       bool   `json:"ok"`
	Error    string `json:"error"`
	Messages []struct {
		TS     string `json:"ts"`
		Bot    string `json:"bot_id"`
		Blocks []struct {
			ID string `json:"block_id"`
		} `json:"blocks"`
	} `json:"messages"`
	Metadata struct {
		Cursor string `json:"next_cursor"`
	} `json:"response_metadata"`
}

// find looks for a message of the bot by its key: among the last thousand of
// a channel, or the first thousand of a thread, for what was posted and then
// broke. It needs the scopes im:history, channels:history and groups:history,
// and keeps nothing of what it reads.
func (s *Slack) find(ctx context.Context, channel, thread, key string) (id string, err error) {
	me, err := s.self(ctx)
	if err != nil {
		return "", err
	}
	method, args := "conversations.history", url.Values{"channel": {channel}, "limit": {strconv.Itoa(findPage)}}
	_, above, inThread := strings.Cut(thread, "/")
	if inThread {
		method = "conversations.replies"
		args.Set("ts", above)
	}
	for range findPages {
		var p page
		err := s.again(ctx, method, "", func(ctx context.Context) (err error) {
			p, err = s.messages(ctx, method, args)
			return err
		})
		switch {
		case is(err, "missing_scope"):
			return "", fmt.Errorf("look whether the message was posted: the bot token lacks the scopes for it (see offboard check): %w", err)
		case err != nil:
			return "", gone(err)
		}
		for _, m := range p.Messages {
			if m.TS != above && m.Bot == me.botID && len(m.Blocks) > 0 && m.Blocks[0].ID == blockKey(key) {
				return channel + "/" + m.TS, nil
			}
		}
		if p.Metadata.Cursor == "" {
			break
		}
		args.Set("cursor", p.Metadata.Cursor)
	}
	return "", nil
}

// messages calls a method that lists messages. Its errors are the library's.
func (s *Slack) messages(ctx context.Context, method string, args url.Values) (page, error) {
	var p page
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.cfg.APIURL+method, strings.NewReader(args.Encode()))
	if err != nil {
		return p, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+s.cfg.BotToken)
	res, err := s.http.Do(req)
	if err != nil {
		return p, err
	}
	defer func() { _ = res.Body.Close() }() // only read
	switch {
	case res.StatusCode == http.StatusTooManyRequests:
		after, _ := strconv.Atoi(res.Header.Get("Retry-After")) // call has a least wait
		return p, &api.RateLimitedError{RetryAfter: time.Duration(after) * time.Second}
	case res.StatusCode != http.StatusOK:
		return p, api.StatusCodeError{Code: res.StatusCode, Status: res.Status}
	}
	if err := json.NewDecoder(res.Body).Decode(&p); err != nil {
		return p, err
	}
	if !p.OK {
		return p, api.SlackErrorResponse{Err: p.Error}
	}
	return p, nil
}
