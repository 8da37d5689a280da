package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"offboard/actions/demo"
	"offboard/config"
)

// house is the demo company with its servers running, and a folder with the
// configuration of a bot for it.
type house struct {
	dir     string
	company *demo.Company
}

// openHouse starts the company and writes its configuration. first and longest
// are the waits between attempts.
func openHouse(ctx context.Context, first, longest time.Duration) (*house, error) {
	dir, err := os.MkdirTemp("", "offboard-demo-")
	if err != nil {
		return nil, err
	}
	h := &house{dir: dir}
	if long := len(h.file("offboard.db.sock")) - maxSocket; long > 0 {
		return nil, errors.Join(fmt.Errorf("the folder for temporary files has a path that is %d characters too long for the demo's sockets: set TMPDIR to a shorter one (%s)", long, dir), os.RemoveAll(dir))
	}
	if h.company, err = demo.NewCompany(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := h.configure(first, longest); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

// close stops the servers and removes what was written.
func (h *house) close() error { return errors.Join(h.company.Close(), os.RemoveAll(h.dir)) }

// file is a file in the folder of the demo.
func (h *house) file(name string) string { return filepath.Join(h.dir, name) }

// config reads the configuration like any other.
func (h *house) config() (*config.Config, error) { return config.Load(h.file("offboard.yaml")) }

// configure fills in the demo's configuration.
func (h *house) configure(first, longest time.Duration) error {
	if err := os.WriteFile(h.file("secret"), []byte(rand.Text()), 0o600); err != nil {
		return err
	}
	values := map[string]string{"Dir": h.dir, "First": first.String(), "Max": longest.String()}
	for name, server := range map[string]*demo.Server{"Directory": h.company.Directory, "VPN": h.company.VPN, "Badge": h.company.Badge} {
		settings, err := h.settings(server)
		if err != nil {
			return err
		}
		values[name] = settings
	}
	t, err := template.New("company.yaml").Parse(demoConfig)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := t.Execute(&text, values); err != nil {
		return err
	}
	return os.WriteFile(h.file("offboard.yaml"), text.Bytes(), 0o600)
}

// settings writes a server's settings as they stand in a configuration.
func (h *house) settings(server *demo.Server) (string, error) {
	c := server.Config()
	if err := os.WriteFile(h.file("bind-password"), []byte(c.BindPassword.Value()), 0o600); err != nil {
		return "", err
	}
	return fmt.Sprintf("{url: %q, bind_dn: %q, bind_password: %q, base: %q, people_base: %q, groups_base: %q, policy_dn: %q, empty_group_member: %q, admin_groups: [%s], attributes: {zone: %q}}",
		c.URL, c.BindDN, "file:"+h.file("bind-password"), c.Base, c.PeopleBase, c.GroupsBase, c.PolicyDN, c.EmptyGroupMember, strings.Join(c.AdminGroups, ", "), c.Attributes.Zone), nil
}

// room is the channel where IT watches, and who is in it.
func room() (id string, members []string) {
	for _, p := range demo.People() {
		if p.Department == "IT" || p.Department == "Security" {
			members = append(members, p.Login)
		}
	}
	return "it-offboarding", members
}
