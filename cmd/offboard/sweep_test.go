package main

import "testing"

// The accounts that belong to nobody are printed, for people and for scripts,
// also while the server runs; a system that can't be read is no clean one.
func TestSweepCommand(t *testing.T) {
	o := newOffice(t)
	o.run("sweep").want(t, 0, "Company directory: ", "accounts")
	o.run("sweep", "--json").want(t, 0, `"strays": [`, `"looked": {`, `"unable": null`)
	o.fill()
	o.serving()
	o.run("sweep").want(t, 0, "Company directory: ")
}
