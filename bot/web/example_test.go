package web_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"offboard/bot"
	"offboard/bot/web"
)

// The chat is put behind a server on a loopback address, and run like any
// platform.
func Example() {
	run := func(ctx context.Context, cfg web.Config, h bot.Handler) error {
		chat, err := web.New(cfg)
		if err != nil {
			return err
		}
		l, err := net.Listen("tcp", "127.0.0.1:8085")
		if err != nil {
			return errors.Join(err, chat.Close())
		}
		server := &http.Server{Handler: chat.Handler(), ReadHeaderTimeout: 10 * time.Second}
		go func() { _ = server.Serve(l) }()
		fmt.Printf("Open http://%s/?token=%s\n", l.Addr(), chat.Token())
		err = chat.Run(ctx, h)
		return errors.Join(err, chat.Close(), server.Shutdown(context.WithoutCancel(ctx)))
	}
	_ = run
}
