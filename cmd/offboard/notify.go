package main

import (
	"context"
	"net"
	"os"
	"strconv"
	"time"
)

// notify tells a service manager how the server is (sd_notify(3)): READY=1 when
// it can be asked, WATCHDOG=1 as long as it reads its log, STOPPING=1 at the end.
// Without a manager that asked for it (NOTIFY_SOCKET) it does nothing.
func notify(state string) error {
	address := os.Getenv("NOTIFY_SOCKET")
	if address == "" {
		return nil
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		return err
	}
	if err = conn.SetWriteDeadline(time.Now().Add(time.Second)); err == nil { // a manager that hangs must not hang the server
		_, err = conn.Write([]byte(state))
	}
	if closed := conn.Close(); err == nil {
		err = closed
	}
	return err
}

// patted is how often the manager wants to hear that all is well; 0 is never.
// It asks for it twice as often as it would act (sd_watchdog_enabled(3)).
func patted() time.Duration {
	n, err := strconv.ParseInt(os.Getenv("WATCHDOG_USEC"), 10, 64)
	if pid := os.Getenv("WATCHDOG_PID"); err != nil || n <= 0 || pid != "" && pid != strconv.Itoa(os.Getpid()) {
		return 0
	}
	return time.Duration(n) * time.Microsecond / 2
}

// attended keeps the manager informed until ctx is done. A server that can't
// read its log is silent, or hangs here: the manager starts it again, which a
// kill at any moment allows.
func (s *server) attended(ctx context.Context) error {
	tell := func(state string) {
		if err := notify(state); err != nil {
			s.log.Warn().Err(err).Msg("the service manager can't be told how the server is")
		}
	}
	tell("READY=1")
	defer tell("STOPPING=1")
	every := patted()
	if every == 0 {
		<-ctx.Done()
		return nil
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if s.health.reads().Ready {
			tell("WATCHDOG=1")
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}
