package ldap_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	goldap "github.com/go-ldap/ldap/v3"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/actionstest/dirsrv"
	"offboard/actions/actionstest/slapd"
	"offboard/actions/demo"
	"offboard/actions/ldap"
	"offboard/config"
)

// instance is a 389 Directory Server with the demo company in it.
type instance struct {
	*fixture

	all  *goldap.Conn    // the root's: to sign in costs more than most reads
	seed []*goldap.Entry // as the company was at first
	made int             // how often somebody was made anew: each time with another id

	grants int // how often the rights were set
}

// The rights that README.md gives to the bot's account, and no others: that all
// actions pass their suite with them is the proof that they are enough.
var rights = map[string][]string{
	suffix: {
		`(targetattr != "userPassword")(version 3.0; acl "offboard reads"; allow (read, search, compare) userdn = "ldap:///` + demo.BotDN + `";)`,
		`(targetattr = "nsAccountLock || userPassword || manager || description || uid")(targetfilter = "(objectClass=inetOrgPerson)")(version 3.0; acl "offboard locks people"; allow (write) userdn = "ldap:///` + demo.BotDN + `";)`,
		`(target = "ldap:///uid=*,` + suffix + `")(version 3.0; acl "offboard deletes people"; allow (delete) userdn = "ldap:///` + demo.BotDN + `";)`,
		moves(peopleBase, leavers), moves(leavers, peopleBase), moves("ou=admins,"+suffix, leavers), moves(leavers, "ou=admins,"+suffix),
		// Not the bot's: the reader of the suite, who may write nothing.
		`(targetattr != "userPassword")(version 3.0; acl "reader"; allow (read, search, compare) userdn = "ldap:///` + readerDN + `";)`,
	},
	groupsBase: {
		`(targetattr = "member || uniqueMember || memberUid || owner")(version 3.0; acl "offboard takes out of groups"; allow (write) userdn = "ldap:///` + demo.BotDN + `";)`,
	},
}

const leavers = "ou=leavers," + suffix

func moves(from, to string) string {
	return fmt.Sprintf(`(target_from = "ldap:///%s")(target_to = "ldap:///%s")(version 3.0; acl "offboard moves from %[1]s to %[2]s"; allow (moddn) userdn = "ldap:///%s";)`, from, to, demo.BotDN)
}

func newInstance(t testing.TB) *instance {
	t.Helper()
	s := dirsrv.New(t, actionstest.Require(t, "ns-slapd"))
	g := newGate(t, s.Addr)
	cfg := demo.Settings()
	cfg.URL, cfg.PolicyDN, cfg.LeaversBase = "ldap://"+g.addr(), "", leavers
	d := &instance{fixture: &fixture{name: "389ds", cfg: cfg, gate: g, admin: s.Root}}
	var err error
	if d.all, err = s.Root(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.all.Close() })
	d.replace(t, "cn=config", "passwordTrackUpdateTime", "on")
	d.add(t, dirsrvEntries()...)
	for _, login := range []string{"jane", "adm-jane", "bo"} { // a change in this very second would prove nothing
		d.replace(t, dnOf(login), "pwdUpdateTime", "20200101000000Z")
	}
	d.replace(t, groupsBase, "aci", rights[groupsBase]...)
	d.grant(t, rights[suffix]...)
	if d.seed, err = d.company("*", "nsUniqueId", "nsAccountLock", "pwdUpdateTime"); err != nil {
		t.Fatal(err)
	}
	return d
}

// grant sets the access rules of the suffix, and waits until they are in force:
// the server answers before that. It is seen by one more rule, about an
// attribute of the reader that nobody uses, each time another.
func (d *instance) grant(t testing.TB, acis ...string) {
	t.Helper()
	attr := []string{"street", "postalCode", "l", "st"}[d.grants%4]
	d.grants++
	probe := fmt.Sprintf(`(target = "ldap:///%s")(targetattr = "%s")(version 3.0; acl "probe"; allow (write) userdn = "ldap:///%s";)`, readerDN, attr, demo.BotDN)
	d.replace(t, suffix, "aci", append(slices.Clone(acis), probe)...)
	req := goldap.NewSearchRequest(readerDN, goldap.ScopeBaseObject, goldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", []string{attr},
		[]goldap.Control{goldap.NewControlString("1.3.6.1.4.1.42.2.27.9.5.2", true, "dn: "+demo.BotDN)})
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		res, err := d.all.Search(req)
		if err != nil {
			t.Fatal(err)
		}
		_, letters, _ := strings.Cut(res.Entries[0].GetAttributeValue("attributeLevelRights"), ":")
		if strings.Contains(letters, "w") {
			return
		}
	}
	t.Fatal("the access rules do not come into force")
}

// dirsrvEntries is the demo's tree, without what belongs to slapd and without
// most of the people: the suite reads all of them again and again.
func dirsrvEntries() []slapd.Entry {
	some := []string{"jane", "bo", "ivan", "marco", "elif", "priya", "tom"}
	var entries []slapd.Entry
	for _, e := range slapdEntries() {
		login, person := strings.CutSuffix(strings.TrimPrefix(e.DN, "uid="), ","+peopleBase)
		if e.DN == suffix || strings.HasSuffix(e.DN, "ou=policies,"+suffix) || person && strings.HasPrefix(e.DN, "uid=") && !slices.Contains(some, login) {
			continue
		}
		e.Attrs = slices.DeleteFunc(slices.Clone(e.Attrs), func(a slapd.Attribute) bool { return a.Name == "entryUUID" })
		entries = append(entries, e)
	}
	return append(entries, slapd.NewEntry(leavers, "objectClass", "organizationalUnit"))
}

func (d *instance) company(attrs ...string) ([]*goldap.Entry, error) {
	res, err := d.all.Search(goldap.NewSearchRequest(suffix, goldap.ScopeWholeSubtree, goldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", attrs, nil))
	if err != nil {
		return nil, err
	}
	return res.Entries, nil
}

// restore makes the company what it was. Who was deleted is made anew.
func (d *instance) restore(t testing.TB) error {
	now, err := d.company("*", "nsUniqueId", "nsAccountLock", "pwdUpdateTime")
	if err != nil {
		return err
	}
	by := func(attr, value string) *goldap.Entry {
		for _, e := range now {
			if e.GetAttributeValue(attr) == value || attr == "dn" && strings.EqualFold(e.DN, value) {
				return e
			}
		}
		return nil
	}
	remade := false
	for _, was := range d.seed {
		switch is := by("nsUniqueId", was.GetAttributeValue("nsUniqueId")); {
		case is == nil:
			for _, e := range dirsrvEntries() {
				if e.DN == was.DN {
					d.add(t, e)
				}
			}
			remade = true
		case is.DN != was.DN:
			rdn, parent, _ := strings.Cut(was.DN, ",")
			if err := d.all.ModifyDN(goldap.NewModifyDNRequest(is.DN, rdn, true, parent)); err != nil {
				return err
			}
			remade = true // what names the entry has changed too
		}
	}
	if remade {
		if now, err = d.company("*", "nsUniqueId", "nsAccountLock", "pwdUpdateTime"); err != nil {
			return err
		}
		d.made++
	}
	for _, was := range d.seed {
		is, req := by("dn", was.DN), goldap.NewModifyRequest(was.DN, nil)
		for _, attr := range []string{"nsAccountLock", "pwdUpdateTime", "member", "manager", "owner", "description", "nsRoleDN"} {
			x := slices.Sorted(slices.Values(was.GetEqualFoldAttributeValues(attr)))
			if !slices.Equal(x, slices.Sorted(slices.Values(is.GetEqualFoldAttributeValues(attr)))) {
				req.Replace(attr, x)
			}
		}
		if len(req.Changes) > 0 {
			if err := d.all.Modify(req); err != nil {
				return fmt.Errorf("restore %s: %w", was.DN, err)
			}
		}
	}
	if remade {
		d.seed, err = d.company("*", "nsUniqueId", "nsAccountLock", "pwdUpdateTime")
	}
	return err
}

func (d *instance) snapshot(attrs ...string) (string, error) {
	entries, err := d.company(attrs...)
	if err != nil {
		return "", err
	}
	var lines []string
	for _, e := range entries {
		for _, a := range e.Attributes {
			switch strings.ToLower(a.Name) {
			case "userpassword", "memberof", "lastlogintime": // hashes, and what follows from others
			default:
				lines = append(lines, fmt.Sprintf("%s: %s: %q", e.DN, a.Name, slices.Sorted(slices.Values(a.Values))))
			}
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n"), nil
}

// writes are the numbers of all changes, but for what the server itself writes
// about the sign-ins of the bot.
func (d *instance) writes() (string, error) {
	all, err := d.snapshot("entryusn")
	lines := strings.Split(all, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool {
		return strings.HasPrefix(l, demo.BotDN) || strings.HasPrefix(l, readerDN)
	}), "\n"), err
}

func (d *instance) kit(t testing.TB, action, other string) actionstest.Kit {
	var person, bystander, heir actions.Person
	made := -1
	return actionstest.Kit{New: func() (*actionstest.World, error) {
		if err := d.restore(t); err != nil {
			return nil, err
		}
		if made != d.made {
			person, bystander, heir, made = d.person(t, "jane"), d.person(t, other), d.person(t, "marco"), d.made
		}
		if action == "delete" { // deletes nothing that is in use
			for _, login := range []string{"jane", "adm-jane"} {
				d.replace(t, dnOf(login), "nsAccountLock", "true")
			}
		}
		cfg := d.cfg
		return &actionstest.World{
			Spec:     func() actions.Spec { return specOf(ldap.New(cfg), action) },
			Person:   person,
			Stranger: actions.Person{ID: "3b7e0b9a-11114222-83334444-55556666", Name: "No Body", Login: "nobody*", Mail: "nobody@example.com", Number: "9999"},
			Other:    bystander,
			Heir:     heir,
			Snapshot: func() (string, error) { return d.snapshot("*", "nsAccountLock") },
			Writes:   d.writes,
			Secrets:  []string{cfg.BindPassword.Value(), readerPass, janePassword},
			Down:     d.gate.Down, Hang: d.gate.Hang,
			Refuse: func(refuse bool) {
				cfg = d.cfg
				if refuse {
					cfg.BindDN, cfg.BindPassword = readerDN, config.NewSecret(readerPass)
				}
			},
		}, nil
	}}
}
