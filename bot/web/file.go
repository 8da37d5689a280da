package web

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
)

// The buckets of the file. Everything is in memory too; the file is written
// before the memory, so that what somebody has seen outlives a kill.
var (
	messageBucket = []byte("messages") // number -> record
	personBucket  = []byte("people")   // id -> desk
	sessionBucket = []byte("sessions") // hash of the cookie -> when it began
)

// open opens the file and reads it.
func (c *Chat) open() error {
	db, err := bbolt.Open(c.cfg.File, 0o600, &bbolt.Options{Timeout: 5 * time.Second})
	if err != nil {
		return err
	}
	if err := db.Update(c.load); err != nil {
		_ = db.Close() // the first error says what is wrong
		return err
	}
	c.db = db
	return nil
}

func (c *Chat) load(tx *bbolt.Tx) error {
	for _, name := range [][]byte{messageBucket, personBucket, sessionBucket} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	err := tx.Bucket(messageBucket).ForEach(func(k, v []byte) error {
		r := &record{}
		if err := json.Unmarshal(v, r); err != nil {
			return fmt.Errorf("message %x: %w", k, err)
		}
		c.records = append(c.records, r)
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range c.people {
		if v := tx.Bucket(personBucket).Get([]byte(p.ID)); v != nil {
			if err := json.Unmarshal(v, &p.desk); err != nil {
				return fmt.Errorf("desk of %s: %w", p.ID, err)
			}
		}
	}
	return tx.Bucket(sessionBucket).ForEach(func(k, _ []byte) error {
		c.door.admit(string(k))
		return nil
	})
}

// number is the next message's. Numbers are never used again, not even after
// a message was dismissed.
func (c *Chat) number() (n uint64, err error) {
	err = c.db.Update(func(tx *bbolt.Tx) error {
		n, err = tx.Bucket(messageBucket).NextSequence()
		return err
	})
	return n, err
}

func (c *Chat) writeRecord(r *record) error {
	return c.put(messageBucket, numberKey(r.N), r)
}

func (c *Chat) deleteRecord(r *record) error {
	return c.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(messageBucket).Delete(numberKey(r.N))
	})
}

func (c *Chat) writeDesk(p *person, d desk) error {
	return c.put(personBucket, []byte(p.ID), d)
}

func (c *Chat) writeSession(hash string) error {
	return c.put(sessionBucket, []byte(hash), time.Now().UTC())
}

func (c *Chat) put(bucket, key []byte, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return c.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucket).Put(key, data)
	})
}

func numberKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
