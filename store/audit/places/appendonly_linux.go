package places

import (
	"os"

	"golang.org/x/sys/unix"
)

// AppendOnly reports whether a file can only be appended to (chattr +a,
// FS_APPEND_FL of ioctl_iflags(2)); known is false where that can't be told.
func AppendOnly(path string) (only, known bool) {
	f, err := os.Open(path)
	if err != nil {
		return false, false
	}
	defer func() { _ = f.Close() }() // only read
	const appendOnly = 0x20
	flags, err := unix.IoctlGetInt(int(f.Fd()), unix.FS_IOC_GETFLAGS)
	return flags&appendOnly != 0, err == nil
}
