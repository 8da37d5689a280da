package store

import (
	"testing"

	bolt "go.etcd.io/bbolt"
)

// A card that was opened before is not read any more once its key is gone.
func TestNoCardWithoutItsKey(t *testing.T) {
	o := newOffice(t)
	id := o.people["jane"]
	if _, card, err := o.Person(id); err != nil || card.Name == "" {
		t.Fatalf("%+v, %v", card, err)
	}
	slot := int64(0)
	if err := o.view(func(tx *bolt.Tx) error { slot = table{tx}.slot(string(id)); return nil }); err != nil {
		t.Fatal(err)
	}
	key := make([]byte, slotSize)
	if _, err := o.keys.file.ReadAt(key, slot*slotSize); err != nil {
		t.Fatal(err)
	}
	if _, err := o.keys.file.WriteAt(make([]byte, slotSize), slot*slotSize); err != nil {
		t.Fatal(err)
	}
	delete(o.keys.cache, slot)
	if _, card, err := o.Person(id); err == nil || card.Name != "" {
		t.Errorf("%+v is still read", card)
	}
	if _, err := o.keys.file.WriteAt(key, slot*slotSize); err != nil { // the log is checked at the end
		t.Fatal(err)
	}
}
