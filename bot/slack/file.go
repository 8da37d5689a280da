package slack

import (
	"bytes"
	"context"
	"fmt"

	api "github.com/slack-go/slack"

	"offboard/bot"
)

var _ bot.Courier = (*Slack)(nil)

// Hand uploads a file and shares it in the direct messages with one person
// (files.getUploadURLExternal, files.completeUploadExternal). Until the last
// call nobody sees it; what was uploaded by then Slack throws away.
func (s *Slack) Hand(ctx context.Context, to bot.Place, f bot.File) error {
	if err := f.Check(to); err != nil {
		return fmt.Errorf("hand a file over: %w", err)
	}
	channel, err := s.rooms.of(ctx, to)
	if err != nil {
		return err
	}
	var at *api.GetUploadURLExternalResponse
	err = s.call(ctx, "files.getUploadURLExternal", "", func(ctx context.Context) (err error) {
		at, err = s.api.GetUploadURLExternalContext(ctx, api.GetUploadURLExternalParameters{FileName: f.Name, FileSize: len(f.Body)})
		return err
	})
	if err != nil {
		return err
	}
	err = s.call(ctx, "upload", "", func(ctx context.Context) error {
		return s.api.UploadToURL(ctx, api.UploadToURLParameters{UploadURL: at.UploadURL, Reader: bytes.NewReader(f.Body), Filename: f.Name})
	})
	if err != nil {
		return err
	}
	err = s.call(ctx, "files.completeUploadExternal", channel, func(ctx context.Context) error {
		_, err := s.api.CompleteUploadExternalContext(ctx, api.CompleteUploadExternalParameters{Files: []api.FileSummary{{ID: at.FileID, Title: f.Title}}, Channel: channel})
		return err
	})
	return gone(err)
}
