package store

import (
	"testing"
	"time"
	_ "time/tzdata" // the test machine may have no time zones

	"pgregory.net/rapid"
)

// The times that clocks skip and repeat, at changes that have happened.
func TestWish(t *testing.T) {
	for _, tt := range []struct {
		zone, wish, want string
		fit              Fit
	}{
		{"Europe/Lisbon", "2026-11-30 18:00", "2026-11-30T18:00:00Z", Once},
		{"Europe/Lisbon", "2026-06-30 18:00", "2026-06-30T17:00:00Z", Once}, // by the offset of that day, not of today
		{"Europe/Lisbon", "2026-03-29 00:59", "2026-03-29T00:59:00Z", Once},
		{"Europe/Lisbon", "2026-03-29 01:00", "2026-03-29T01:00:00Z", Gap}, // 01:00 is 02:00 there
		{"Europe/Lisbon", "2026-03-29 01:30", "2026-03-29T01:00:00Z", Gap},
		{"Europe/Lisbon", "2026-03-29 02:00", "2026-03-29T01:00:00Z", Once},
		{"Europe/Lisbon", "2026-10-25 00:59", "2026-10-24T23:59:00Z", Once},
		{"Europe/Lisbon", "2026-10-25 01:00", "2026-10-25T00:00:00Z", Twice},
		{"Europe/Lisbon", "2026-10-25 01:30", "2026-10-25T00:30:00Z", Twice}, // the first of the two
		{"Europe/Lisbon", "2026-10-25 02:00", "2026-10-25T02:00:00Z", Once},
		{"America/New_York", "2026-03-08 02:30", "2026-03-08T07:00:00Z", Gap},
		{"America/New_York", "2026-11-01 01:30", "2026-11-01T05:30:00Z", Twice},
		{"Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00Z", Gap}, // half an hour only
		{"Australia/Lord_Howe", "2026-10-04 02:30", "2026-10-03T15:30:00Z", Once},
		{"Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z", Twice},
		{"Australia/Lord_Howe", "2026-04-05 01:29", "2026-04-04T14:29:00Z", Once},
		{"Pacific/Apia", "2011-12-29 18:00", "2011-12-30T04:00:00Z", Once},
		{"Pacific/Apia", "2011-12-30 18:00", "2011-12-30T10:00:00Z", Gap}, // a day that was not: access ends with the day before
		{"Pacific/Apia", "2011-12-31 00:00", "2011-12-30T10:00:00Z", Once},
		{"Africa/Casablanca", "2026-02-15 02:30", "2026-02-15T01:30:00Z", Twice}, // back for Ramadan
		{"Africa/Casablanca", "2026-03-22 02:30", "2026-03-22T02:00:00Z", Gap},
		{"Asia/Kathmandu", "2026-11-30 18:00", "2026-11-30T12:15:00Z", Once},
		{"America/Nuuk", "2026-03-28 23:30", "2026-03-29T01:00:00Z", Gap}, // the gap ends with the day
		{"Africa/Cairo", "2026-04-24 00:30", "2026-04-23T22:00:00Z", Gap}, // the day begins at 01:00
		{"UTC", "2026-11-30 18:00", "2026-11-30T18:00:00Z", Once},
	} {
		zone, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		got, fit := Wish(tt.wish).In(zone)
		if got.Format(time.RFC3339) != tt.want || fit != tt.fit {
			t.Errorf("%s in %s is %s (%q), want %s (%q)", tt.wish, tt.zone, got.Format(time.RFC3339), fit, tt.want, tt.fit)
		}
		if cut := (CutOff{Mode: At, At: got, Wish: Wish(tt.wish)}); !cut.sound() || cut.Fit(zone) != tt.fit || WishOf(cut.Wish.Day(), cut.Wish.Clock()) != cut.Wish {
			t.Errorf("%s in %s: the cut-off made of it does not fit it", tt.wish, tt.zone)
		}
	}
	for _, w := range []Wish{"", "2026-11-30", "2026-11-30 8:00", "2026-11-30 24:00", "2026-02-30 18:00", "2026-11-30 18:00 "} {
		if w.Valid() || w.Clock() != "" || w.Day() != "" {
			t.Errorf("%q can be read", w)
		}
		if at, fit := w.In(time.UTC); fit != NoWish || !at.IsZero() {
			t.Errorf("%q is %s", w, at)
		}
	}
	if (CutOff{Mode: Now, Wish: "2026-11-30 18:00"}).sound() || (CutOff{Mode: At, At: time.Unix(0, 0), Wish: "2026-11-30 18:00"}).sound() {
		t.Error("a wish that has nothing to do with the instant is sound")
	}
	if (CutOff{Mode: At, At: time.Unix(0, 0)}).Fit(time.UTC) != NoWish {
		t.Error("a cut-off without a wish does not fit it")
	}
	if (CutOff{Mode: At, At: time.Unix(0, 0), Wish: "2026-11-30 18:00"}).Fit(time.UTC) != Moved {
		t.Error("rules of a zone that have changed are not noticed")
	}
}

// zones are places with odd clocks: half and quarter hours, changes at midnight,
// late in the evening and for a month of fasting, and none.
var zones = []string{
	"UTC", "Europe/Lisbon", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Toronto", "America/St_Johns", "America/Havana", "America/Asuncion", "America/Santiago",
	"America/Nuuk", "America/Scoresbysund", "America/Caracas", "Africa/Cairo", "Africa/Casablanca", "Africa/Monrovia", "Asia/Beirut", "Asia/Gaza", "Asia/Tehran", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Pyongyang",
	"Australia/Lord_Howe", "Australia/Adelaide", "Antarctica/Troll", "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Kwajalein", "Pacific/Chatham", "Pacific/Marquesas",
}

// The cut-off is on the last day of work, wherever that is: at the time that was
// chosen if there is such a time, else at the end of the gap, which is never
// later than the day's own end.
func TestWishIsOnItsDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		day := Date(time.Date(1970, 1, 1+rapid.IntRange(0, 25000).Draw(t, "day"), 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
		wish := WishOf(day, time.Unix(60*rapid.Int64Range(0, 24*60-1).Draw(t, "minute"), 0).UTC().Format("15:04"))
		at, fit := wish.In(zone)
		there := at.In(zone)
		before := there.Add(-time.Nanosecond)
		switch fit {
		case Once, Twice:
			if there.Format(wishLayout) != string(wish) || there.Second() != 0 {
				t.Fatalf("%s in %s is %s there", wish, zone, there)
			}
			for d := time.Minute; d <= 3*time.Hour; d += time.Minute { // nothing earlier reads the same
				if there.Add(-d).Format(wishLayout) == string(wish) {
					t.Fatalf("%s in %s is %s, and %s before that too", wish, zone, there, d)
				}
			}
		case Gap:
			if before.Format(wishLayout) >= string(wish) || there.Format(wishLayout) <= string(wish) {
				t.Fatalf("%s in %s is %s, which is not the end of the gap", wish, zone, there)
			}
			if Date(before.Format(time.DateOnly)) > day {
				t.Fatalf("%s in %s: somebody has access on the day after", wish, zone)
			}
		case Moved, NoWish:
			t.Fatalf("%s in %s: %s", wish, zone, fit)
		}
	})
}

// A cut-off with a wish is written, read and hashed; one without it as before.
func TestWishInTheLog(t *testing.T) {
	old := Plan{No: 1, CutOff: CutOff{Mode: At, At: time.Unix(1e9, 0).UTC()}}
	if got := asJSON(t, old.CutOff); got != `{"mode":"at","at":"2001-09-09T01:46:40Z"}` {
		t.Errorf("without a wish it is written %s", got)
	}
	wished := old
	wished.CutOff.Wish = "2001-09-09 02:46"
	if old.scope() == wished.scope() {
		t.Error("an approval does not cover what was chosen")
	}
	if r := allowsCutOff(CutOff{Mode: At, At: time.Unix(1e9, 0), Wish: "soon"}, time.Unix(1e8, 0), time.UTC); r == nil || r.Code != Malformed {
		t.Errorf("a wish that can't be read: %v", r)
	}
}
