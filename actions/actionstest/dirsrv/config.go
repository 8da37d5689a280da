package dirsrv

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"strings"
)

// Where the package of the distribution keeps what dscreate makes an instance
// from. dscreate itself takes 12 seconds and wants systemd.
const (
	template = "/usr/share/dirsrv/data/template-dse.ldif"
	shipped  = "/etc/dirsrv"
)

// plugins are those that are off in the template and on in many companies.
var plugins = []string{"MemberOf Plugin", "referential integrity postoperation", "USN", "Account Policy Plugin"}

var placeholder = regexp.MustCompile(`%(\w+)%`)

// configure writes the configuration of a new instance below dir.
func configure(dir, host, port string) error {
	me, err := user.Current()
	if err != nil {
		return err
	}
	values := map[string]string{
		"fqdn": "localhost", "ds_port": port, "ds_user": me.Username, "rootdn": RootDN, "ds_passwd": "{CLEAR}" + RootPassword,
		"ldapi": dir + "/ldapi", "ldapi_enabled": "off", "ldapi_autobind": "off",
		"config_dir": dir, "cert_dir": dir, "db_lib": "mdb", "ds_suffix": Suffix,
	}
	for _, sub := range []string{"schema", "lock", "tmp", "ldif", "bak", "run", "inst", "log", "db"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			return err
		}
		values[sub+"_dir"] = filepath.Join(dir, sub)
	}
	values["db_home_dir"] = values["db_dir"]
	for from, to := range map[string]string{"schema/99user.ldif": "schema/99user.ldif", "config/slapd-collations.conf": "slapd-collations.conf", "config/certmap.conf": "certmap.conf"} {
		text, err := os.ReadFile(filepath.Join(shipped, from))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, to), text, 0o600); err != nil {
			return err
		}
	}
	text, err := os.ReadFile(template)
	if err != nil {
		return err
	}
	dse := placeholder.ReplaceAllStringFunc(string(text), func(name string) string {
		value, known := values[strings.Trim(name, "%")]
		if !known {
			err = fmt.Errorf("%s asks for %s", template, name)
		}
		return value
	})
	if err != nil {
		return err
	}
	// The scheme of the template hashes 10,000 times, at each sign-in of a test too.
	dse = strings.Replace(dse, "cn: config\n", "cn: config\nnsslapd-listenhost: "+host+"\npasswordStorageScheme: SSHA512\n", 1)
	dse = strings.Replace(dse, "alwaysrecordlogin: no", "alwaysrecordlogin: yes", 1)
	for _, name := range plugins {
		head, tail, _ := strings.Cut(dse, "dn: cn="+name+",cn=plugins,cn=config\n")
		entry, rest, found := strings.Cut(tail, "\n\n")
		if !found {
			return fmt.Errorf("%s has no plugin %s", template, name)
		}
		entry = regexp.MustCompile(`(?i)(nsslapd-pluginEnabled): off`).ReplaceAllString(entry, "$1: on")
		dse = head + "dn: cn=" + name + ",cn=plugins,cn=config\n" + entry + "\n\n" + rest
	}
	return os.WriteFile(filepath.Join(dir, "dse.ldif"), []byte(dse), 0o600)
}
