package store

import (
	"encoding/binary"
	"hash/crc32"
)

// What is not evidence has nothing that it could be compared with, so it carries
// a checksum: a disk that changes it is found by Check. Whoever changes it on
// purpose can make that too, and gains nothing that the log would believe.

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// summed is a value with the CRC-32C of its table, key and itself behind it.
func summed(bucket, key, value []byte) []byte {
	return binary.BigEndian.AppendUint32(append([]byte{}, value...), sumOf(bucket, key, value))
}

// plain is the value without its checksum, which only Check compares: a loop goes
// on with what is there. It is nil if there is none.
func plain(v []byte) []byte {
	if len(v) < crc32.Size {
		return nil
	}
	return v[:len(v)-crc32.Size]
}

// sound reports whether a value is as it was written.
func sound(bucket, key, v []byte) bool {
	return len(v) >= crc32.Size && binary.BigEndian.Uint32(v[len(v)-crc32.Size:]) == sumOf(bucket, key, plain(v))
}

func sumOf(bucket, key, value []byte) uint32 {
	h := crc32.Update(0, castagnoli, bucket)
	h = crc32.Update(h, castagnoli, key)
	return crc32.Update(h, castagnoli, value)
}
