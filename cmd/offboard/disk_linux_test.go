package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	raw "unsafe" // the package has a word of that name

	"golang.org/x/sys/unix"
)

// A disk stands between a process and its files, and can fail as a real one
// does, while the process runs: the process hands its system calls that write
// to whoever made the disk, who lets them through or answers with an error
// (seccomp_unotify(2)). That needs no privilege and works in a container.
// What is not failed is done by the real file system.
type disk struct {
	t *testing.T

	mu      sync.Mutex
	fails   rule
	refused int                       // system calls that were
	blocks  map[string]map[int64]bool // by path, those that were ever written
	last    map[string]int64          // by path, the block of the last write
}

// call is a system call that writes.
type call struct {
	what     what
	path     string
	from, to int64 // of a write, in bytes
}

type what string

const (
	opens     what = "open" // for writing
	writes    what = "write"
	truncates what = "truncate"
	syncs     what = "sync"
)

// rule says how a call fails; 0 means that it does not. The disk's mutex is
// held.
type rule func(d *disk, c call) syscall.Errno

// full is a disk without space: what was written before can be written again,
// a file can be made longer with a hole, and no new block is to be had.
func full(path string) rule {
	return func(d *disk, c call) syscall.Errno {
		if c.path != path || c.what != writes {
			return 0
		}
		for at := c.from / blockSize; at*blockSize < c.to; at++ {
			if !d.blocks[c.path][at] {
				return unix.ENOSPC
			}
		}
		return 0
	}
}

// readOnly is a file system that the kernel has made so, as it does after an
// error of the disk; also for files that are open.
func readOnly(folder string) rule {
	return func(_ *disk, c call) syscall.Errno {
		if !strings.HasPrefix(c.path, folder) || c.what == syncs {
			return 0
		}
		return unix.EROFS
	}
}

// unsure is a disk that does not say whether the page is on it that makes a
// commit valid: bbolt's first two.
func unsure(path string) rule {
	return func(d *disk, c call) syscall.Errno {
		if c.path != path || c.what != syncs || d.last[path] > 1 {
			return 0
		}
		return unix.EIO
	}
}

const blockSize = 4096

// set makes the disk fail, or work again for nil, and returns how many calls
// it had refused.
func (d *disk) set(fails rule) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fails = fails
	return d.refused
}

func (d *disk) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.refused
}

func (d *disk) judge(c call) syscall.Errno {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails != nil {
		if errno := d.fails(d, c); errno != 0 {
			d.refused++
			return errno
		}
	}
	if c.what == writes {
		if d.blocks[c.path] == nil {
			d.blocks[c.path] = map[int64]bool{}
		}
		for at := c.from / blockSize; at*blockSize < c.to; at++ {
			d.blocks[c.path][at] = true
		}
		d.last[c.path] = c.from / blockSize
	}
	return 0
}

func newDisk(t *testing.T) *disk {
	return &disk{t: t, blocks: map[string]map[int64]bool{}, last: map[string]int64{}}
}

// below has a command's files lie on the disk. The command must be a run of
// this test binary that calls handOver before all else.
func (d *disk) below(cmd *exec.Cmd) {
	d.t.Helper()
	dir, err := os.MkdirTemp("", "ob") // a socket needs a short path
	if err != nil {
		d.t.Fatal(err)
	}
	path := filepath.Join(dir, "disk")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		d.t.Fatal(err)
	}
	cmd.Env = append(cmd.Env, onDisk+"="+path)
	var all sync.WaitGroup
	d.t.Cleanup(func() { // the command has been killed by now
		_ = l.Close()
		all.Wait()
		_ = os.RemoveAll(dir)
	})
	all.Go(func() {
		calls, err := receive(l)
		if err == nil {
			err = d.watch(calls)
		}
		if err != nil {
			d.t.Errorf("the disk: %v", err)
		}
	})
}

// onDisk names the socket where to hand over the system calls.
const onDisk = "OFFBOARD_TEST_DISK"

// notice is struct seccomp_notif.
type notice struct {
	id         uint64
	pid, flags uint32
	nr         int32
	arch       uint32
	ip         uint64
	args       [6]uint64
}

// verdictOn is struct seccomp_notif_resp.
type verdictOn struct {
	id    uint64
	val   int64
	errno int32
	flags uint32
}

// watch answers until the process has ended.
func (d *disk) watch(listener int) error {
	defer func() { _ = unix.Close(listener) }()
	for {
		poll := []unix.PollFd{{Fd: int32(listener), Events: unix.POLLIN}}
		if _, err := unix.Poll(poll, -1); err == unix.EINTR {
			continue
		} else if err != nil {
			return err
		}
		if poll[0].Revents&unix.POLLIN == 0 {
			return nil // nobody is left
		}
		var n notice
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(listener), unix.SECCOMP_IOCTL_NOTIF_RECV, uintptr(raw.Pointer(&n))); errno == unix.ENOENT || errno == unix.EINTR {
			continue // it was killed meanwhile
		} else if errno != 0 {
			return errno
		}
		answer := verdictOn{id: n.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
		if c, ok := n.call(); ok {
			if errno := d.judge(c); errno != 0 {
				answer.errno, answer.flags = -int32(errno), 0
			}
		}
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(listener), unix.SECCOMP_IOCTL_NOTIF_SEND, uintptr(raw.Pointer(&answer))); errno != 0 && errno != unix.ENOENT {
			return errno
		}
	}
}

// call is what the process wants to do.
func (n *notice) call() (call, bool) {
	switch n.nr {
	case unix.SYS_OPENAT:
		if n.args[2]&(unix.O_WRONLY|unix.O_RDWR|unix.O_CREAT) == 0 {
			return call{}, false
		}
		path, err := n.text(n.args[1])
		return call{what: opens, path: path}, err == nil
	case unix.SYS_PWRITE64:
		return call{what: writes, path: n.file(), from: int64(n.args[3]), to: int64(n.args[3] + n.args[2])}, true
	case unix.SYS_FTRUNCATE:
		return call{what: truncates, path: n.file()}, true
	case unix.SYS_WRITE:
		return call{what: writes, path: n.file()}, true
	case unix.SYS_COPY_FILE_RANGE:
		n.args[0] = n.args[2] // it is about the file that is written
		return call{what: writes, path: n.file()}, true
	}
	return call{what: syncs, path: n.file()}, true
}

// file is the path of the open file that a call is about; empty if the process
// has been killed.
func (n *notice) file() string {
	path, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", n.pid, n.args[0]))
	return path
}

// text is a string in the memory of the process.
func (n *notice) text(at uint64) (string, error) {
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", n.pid))
	if err != nil {
		return "", err
	}
	defer func() { _ = mem.Close() }()
	b := make([]byte, unix.PathMax)
	read, err := mem.ReadAt(b, int64(at)) // up to the end of its memory
	if end := bytes.IndexByte(b[:read], 0); end >= 0 {
		return string(b[:end]), nil
	}
	return "", err
}

func receive(l *net.UnixListener) (listener int, err error) {
	conn, err := l.AcceptUnix()
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	var word [200]byte
	rights := make([]byte, unix.CmsgSpace(4))
	n, got, _, _, err := conn.ReadMsgUnix(word[:], rights)
	if err != nil || got == 0 {
		return 0, fmt.Errorf("this machine does not let a process hand over its system calls (seccomp): %s, %w", word[:n], err)
	}
	messages, err := unix.ParseSocketControlMessage(rights[:got])
	if err != nil {
		return 0, err
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil {
		return 0, err
	}
	return fds[0], nil
}

// handOver gives the system calls of this process that write to the disk on
// which it was started, and more of them if they are named. If the kernel does
// not have that, it says so there.
func handOver(more ...uint32) error {
	conn, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: os.Getenv(onDisk), Net: "unix"})
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	listener, err := filter(append(more, unix.SYS_OPENAT, unix.SYS_PWRITE64, unix.SYS_FTRUNCATE, unix.SYS_FSYNC, unix.SYS_FDATASYNC)...)
	if err != nil {
		_, _ = conn.Write([]byte(err.Error()))
		return err
	}
	_, _, err = conn.WriteMsgUnix([]byte("ok"), unix.UnixRights(listener), nil)
	return errors.Join(err, unix.Close(listener))
}

// filter installs a filter in all threads: these calls are handed over.
func filter(calls ...uint32) (listener int, err error) {
	program := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}} // the number of the call
	for i, nr := range calls {
		program = append(program, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: nr, Jt: uint8(len(calls) - i)})
	}
	program = append(
		program,
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: 0x7fff0000}, // SECCOMP_RET_ALLOW
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_USER_NOTIF},
	)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return 0, err
	}
	const tsync = 1 // SECCOMP_FILTER_FLAG_TSYNC
	fd, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, tsync|unix.SECCOMP_FILTER_FLAG_TSYNC_ESRCH|unix.SECCOMP_FILTER_FLAG_NEW_LISTENER,
		uintptr(raw.Pointer(&unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]})))
	if errno != 0 {
		return 0, errno
	}
	return int(fd), nil
}
