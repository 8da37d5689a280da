package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"offboard/config"
)

const (
	secretFile       = "offboard.secret"
	passwordVariable = "OFFBOARD_LDAP_PASSWORD"
)

// answers are what a configuration needs and only the company knows.
type answers struct {
	company, zone, url, base, bindDN string
	hr, it, security, auditor, admin string // logins, with commas; empty: nobody
	slack                            bool   // people are in Slack
	discord                          string // id of the Discord server that they are on; empty: none
}

// variables hold the secrets that the configuration asks for.
func (a *answers) variables() []string {
	out := []string{passwordVariable}
	if a.slack {
		out = append(out, "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
	}
	if a.discord != "" {
		out = append(out, "DISCORD_TOKEN")
	}
	return out
}

// nobody is the usual answer to who has a role that may stay empty.
const nobody = " "

func (a *answers) questions() []question {
	return []question{
		{"company", "Name of the company", "", &a.company},
		{"zone", "Time zone of the company", "UTC", &a.zone},
		{"ldap-url", "Address of the directory, such as ldaps://ldap.example.com", "", &a.url},
		{"base", "Entry below which all accounts are, such as dc=example,dc=com", "", &a.base},
		{"bind-dn", "The bot's own account there, such as cn=offboard,ou=services,dc=example,dc=com", "", &a.bindDN},
		{"hr", "Logins of those in HR who start cases, with commas", "", &a.hr},
		{"it", "Logins of those in IT who do what is manual, with commas", nobody, &a.it},
		{"security", "Logins of security, with commas", nobody, &a.security},
		{"auditor", "Logins of auditors, with commas", nobody, &a.auditor},
		{"admin", "Logins of administrators of the bot, with commas", nobody, &a.admin},
	}
}

// check refuses what no line of a file can hold.
func (a *answers) check() error {
	for _, q := range a.questions() {
		if strings.ContainsFunc(*q.to, unicode.IsControl) {
			return fmt.Errorf("--%s holds a control character: type it again", q.flag)
		}
		*q.to = strings.TrimSpace(*q.to)
	}
	return nil
}

// configuration is the example with the answers in it. What the example shows
// and the company has not asked for stays as a comment.
func (a *answers) configuration(dir string) ([]byte, error) {
	e := &edit{text: string(config.Example())}
	e.replace("# The configuration of Offboard, with every key there is. Copy it, change what\n# differs in your company, and delete what you do not need: keys marked\n# \"optional\" may be left out.",
		"# The configuration of Offboard, with every key there is. What begins with # is\n# not in force: it shows what could be.")
	e.replace("  name: Example Ltd\n", "  name: "+strconv.Quote(a.company)+"\n")
	e.replace("  zone: Europe/Lisbon\n", "  zone: "+strconv.Quote(a.zone)+"\n")
	e.replace("database: offboard.db\n", "database: "+strconv.Quote(filepath.Join(dir, "data", "offboard.db"))+"\n")
	e.replace("mode: act\n", "mode: observe\n")
	e.comment("socket: offboard.db.sock\n")
	e.replace("  file: offboard.keys\n", "  file: "+strconv.Quote(filepath.Join(dir, "keys", "offboard.keys"))+"\n")
	e.replace("  secret: ${OFFBOARD_KEY}\n", "  secret: "+strconv.Quote("file:"+filepath.Join(dir, secretFile))+"\n")
	e.comment("    actions: [lock, groups]\n")
	e.replace("      url: ldaps://ldap.example.com:636\n", "      url: "+strconv.Quote(a.url)+"\n")
	e.replace("      bind_dn: cn=offboard,ou=services,dc=example,dc=com\n", "      bind_dn: "+strconv.Quote(a.bindDN)+"\n")
	e.replace("      base: dc=example,dc=com\n", "      base: "+strconv.Quote(a.base)+"\n")
	e.keep("\n  - name: corp\n", "\n  - name: slack\n", "      ", "url", "bind_dn", "bind_password", "base")
	e.commentFrom("  - name: slack\n", "\n# Who may do what.")
	e.commentFrom("kinds:\n", "\n# Optional: logins that are never")
	e.replace("deny: [breakglass, offboard]\n", "deny: []\n")
	e.commentFrom("tasks:\n", "\n# The channels that cases")
	e.commentFrom("  # Optional: a private channel where approvals", "\n# Optional: when people who")
	e.comment("  lead: [maria]\n")
	if a.slack {
		e.commentFrom("  # Optional: the slash command, if another app", "\n# Optional: Discord.")
	} else {
		e.commentFrom("slack:\n", "\n# Optional: Discord.")
	}
	if a.discord != "" {
		e.replace("  guild: \"1403412345678901234\"\n", "  guild: "+strconv.Quote(a.discord)+"\n")
		e.commentFrom("  # Optional: the slash command, if another bot", "\n# Optional: how a chat account is tied")
	} else {
		e.commentFrom("discord:\n", "\n# Optional: how a chat account is tied")
	}
	e.commentFrom("link:\n", "\n# Optional: the program's own log.")
	e.commentFrom("http:\n", "")
	e.roles(a)
	return []byte(e.text), e.err
}

// roles puts who was named in the place of the example's people: a fictional
// login might be somebody's.
func (e *edit) roles(a *answers) {
	lines := ""
	for _, r := range []struct{ role, logins string }{{"hr", a.hr}, {"it", a.it}, {"security", a.security}, {"auditor", a.auditor}, {"admin", a.admin}} {
		var quoted []string
		for _, login := range strings.Split(r.logins, ",") {
			if login = strings.TrimSpace(login); login != "" {
				quoted = append(quoted, strconv.Quote(login))
			}
		}
		if len(quoted) > 0 {
			lines += fmt.Sprintf("  - role: %s\n    people: [%s]\n", r.role, strings.Join(quoted, ", "))
		}
	}
	e.commentFrom("  - role: hr\n", "\n# Optional: further kinds")
	e.replace("  # - role: hr\n", lines+"  # - role: hr\n") // below what explains the roles
}

// edit changes the example text by text. Each text must be there once: an
// example that has changed is noticed by the tests and not by a company.
type edit struct {
	text string
	err  error
}

func (e *edit) replace(old, with string) {
	if n := strings.Count("\n"+e.text, "\n"+old); n != 1 && e.err == nil {
		e.err = fmt.Errorf("the example has %q %d times: report this as a bug", old, n)
		return
	}
	e.text = strings.TrimPrefix(strings.Replace("\n"+e.text, "\n"+old, "\n"+with, 1), "\n")
}

// comment takes a line out of force.
func (e *edit) comment(line string) { e.replace(line, hash(line)) }

// commentFrom takes everything between two texts out of force, to the end if
// the second is empty.
func (e *edit) commentFrom(from, until string) {
	_, rest, ok := strings.Cut(e.text, "\n"+from)
	block := from + rest
	if ok && until != "" {
		if i := strings.Index(block, until); i >= 0 {
			block = block[:i]
		}
	}
	out := ""
	for _, line := range strings.SplitAfter(block, "\n") {
		out += hash(line)
	}
	e.replace(block, out)
}

// keep takes out of force, between two texts, all keys with this indent but those
// that are named: a key that the example gets later must not be in force by itself.
func (e *edit) keep(from, until, indent string, keys ...string) {
	before, rest, found := strings.Cut(e.text, from)
	block, after, ends := strings.Cut(rest, until)
	if (!found || !ends) && e.err == nil {
		e.err = fmt.Errorf("the example has no %q before %q: report this as a bug", from, until)
		return
	}
	out := ""
	for _, line := range strings.SplitAfter(block, "\n") {
		key, _, _ := strings.Cut(strings.TrimPrefix(line, indent), ":")
		if strings.HasPrefix(line, indent) && !slices.Contains(keys, key) {
			line = hash(line)
		}
		out += line
	}
	e.text = before + from + out + until + after
}

// hash puts "# " before the text of a line that is none already.
func hash(line string) string {
	text := strings.TrimLeft(line, " ")
	if strings.TrimSpace(line) == "" || strings.HasPrefix(text, "#") {
		return line
	}
	return line[:len(line)-len(text)] + "# " + text
}
