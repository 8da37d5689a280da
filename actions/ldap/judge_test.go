package ldap

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// How long is waited for which server, and what is said then.
func TestJudge(t *testing.T) {
	behind, away, there := seen{host: "dc2", still: []string{"sign in as jane"}}, seen{host: "dc3", err: errors.New("it does not answer")}, seen{host: "dc4"}
	for _, tt := range []struct {
		name    string
		ago     time.Duration // since the first attempt; negative before it
		changed time.Duration // since the entry was changed last; 0: not known
		all     []seen
		class   actions.Class // empty: it is over
		next    time.Duration
		words   string
		unasked int
	}{
		{"all show it", time.Minute, 0, []seen{there}, "", 0, "", 0},
		{"one lags", time.Second, 0, []seen{there, behind}, actions.ClassLater, 15 * time.Second, "dc2 still shows sign in as jane", 0},
		{"the looks grow rarer", 10 * time.Minute, 0, []seen{behind}, actions.ClassLater, 10 * time.Minute, "repadmin /syncall dc1 /AdeP", 0},
		{"but not too rare", 3 * time.Hour, 0, []seen{behind}, actions.ClassLater, 30 * time.Minute, "After 4 hours a person is asked", 0},
		{"too long", 4 * time.Hour, 0, []seen{behind, behind, away}, actions.ClassFinal, 0, "dc2 and dc2 have not taken the change for 4 hours: force the replication (repadmin /syncall dc1 /AdeP), or switch off what is broken", 1},
		{"an outage came between", 5 * time.Hour, time.Hour, []seen{behind}, actions.ClassLater, 30 * time.Minute, "dc2", 0},
		{"a clock that is ahead is no reason to wait", 5 * time.Hour, -time.Hour, []seen{behind}, actions.ClassFinal, 0, "5 hours", 0},
		{"nothing was tried yet", -1, 9 * time.Hour, []seen{behind}, actions.ClassLater, 15 * time.Second, "dc2", 0},
		{"one is away", 14 * time.Minute, 0, []seen{away, there}, actions.ClassLater, 14 * time.Minute, "whether all other servers show it is not known: dc3 (it does not answer). After 15 minutes", 1},
		{"for long", 15 * time.Minute, 0, []seen{away, there}, "", 0, "", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var target actions.Target
				time.Sleep(240 * time.Hour)
				if tt.ago >= 0 {
					target.First = time.Now().Add(-tt.ago)
				}
				e := ldap.NewEntry("cn=jane", nil)
				if tt.changed != 0 {
					e = ldap.NewEntry("cn=jane", map[string][]string{modified: {time.Now().Add(-tt.changed).UTC().Format("20060102150405Z")}})
				}
				var f actions.Finding
				New(Config{URL: "ldaps://dc1"}).judge(target, written{fl: &activeDirectory, accounts: []account{{entry: e}}}, tt.all, &f)
				class, next := actions.ClassOf(f.Behind)
				if f.Behind == nil {
					class = ""
				}
				if class != tt.class || tt.class != "" && (next != tt.next || !strings.Contains(f.Behind.Error(), tt.words)) || len(f.Unasked) != tt.unasked {
					t.Errorf("%v, again after %s, want %q, %s, %q; not asked: %q", f.Behind, next, tt.class, tt.next, tt.words, f.Unasked)
				}
			})
		})
	}
}

func TestLastSignIn(t *testing.T) {
	day := func(n int) string { return toFileTime(time.Date(2026, 11, n, 8, 30, 0, 0, time.UTC)) }
	for _, tt := range []struct {
		everywhere, here string
		elsewhere        int
		exact            bool
		want             string
	}{
		{"", "0", 0, true, "no sign-in is recorded"},
		{day(2), "", 0, false, "last sign-in recorded 2026-11-02, which lags by up to 14 days"},
		{day(2), day(3), 0, true, "last sign-in 2026-11-03 08:30 UTC"},
		{day(4), day(3), 0, true, "last sign-in 2026-11-04 08:30 UTC"},
		{day(2), day(3), 5, true, "last sign-in 2026-11-05 08:30 UTC"},
		{day(2), "0", 5, false, "last sign-in recorded 2026-11-05, which lags by up to 14 days"},
	} {
		e := ldap.NewEntry("cn=jane", map[string][]string{"lastLogonTimestamp": {tt.everywhere}, lastLogon: {tt.here}})
		if tt.elsewhere > 0 {
			at, _ := fileTime(day(tt.elsewhere))
			newest(e, at)
		}
		if got := (domainFacts{exact: tt.exact}).note(e); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// A name that is any of the domain controllers is said; that of one is not.
func TestOneServer(t *testing.T) {
	for host, want := range map[string]int{"ad.example.com": 1, "AD.example.com:636": 1, "dc1.ad.example.com": 0, "127.0.0.1": 0} {
		s := served(t, func(id any, _ *ber.Packet) []*ber.Packet {
			return []*ber.Packet{
				found(id, "", "defaultNamingContext", []string{"DC=ad,DC=example,DC=com"}, "dnsHostName", []string{"dc7.ad.example.com"}),
				result(id, ldap.ApplicationSearchResultDone, 0),
			}
		})
		s.cfg.URL = "ldaps://" + host
		var i inspection
		if err := i.oneServer(s); err != nil || len(i.found) != want || want > 0 && !strings.Contains(i.found[0].Remedy, "dc7.ad.example.com") {
			t.Errorf("%s: %+v, %v", host, i.found, err)
		}
	}
}
