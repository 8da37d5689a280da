package figures

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

func mustZone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

var titles = map[string]string{"resignation": "Resignation", "end-of-contract": "End of contract", "directory": "Company directory", "mail": "Mail", "vpn": "VPN", "wiki": "Wiki"}

func TestReport(t *testing.T) {
	zone := mustZone(t, "Europe/Lisbon")
	inCompany(t, func(t *testing.T, o *company) {
		src := Source{Store: o.Store, Company: "Lumen Works", Kinds: titles, Systems: titles}
		r, err := src.Read(t.Context(), Query{Period: "2026-Q3", Zone: zone, Scope: Open}, func(int, int) {})
		if err != nil {
			t.Fatal(err)
		}
		var page bytes.Buffer
		if err := r.HTML(&page); err != nil {
			t.Fatal(err)
		}
		text, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "report.json", append(text, '\n'))
		golden(t, "report.html", page.Bytes())
	})
}
