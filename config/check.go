package config

import (
	"fmt"
	"maps"
	"net"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	levels      = []string{"debug", "info", "warn", "error"}
	snowflake   = regexp.MustCompile(`^[0-9]{15,20}$`)
	commandName = regexp.MustCompile(`^[a-z0-9_-]{1,32}$`)
	urlPattern  = regexp.MustCompile(`^(https://[^/ ]+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?)/([^ ]*/)?$`) // a token is sent there
	idPattern   = regexp.MustCompile(`^[a-z0-9-]{1,24}$`)
)

// checker looks at what the decoder cannot: values that depend on each other
// and words of a fixed set. A value that could not be read has its problem
// already and is passed over.
type checker struct {
	*Config
	found *problems
}

func (c *Config) check(found *problems) {
	k := checker{c, found}
	whole := len(found.list) == 0
	k.files()
	k.systems(whole)
	k.roles()
	k.kinds(whole)
	k.tasks()
	k.questions()
	k.policy(whole)
	k.profiles(whole)
	k.numbers()
	k.reminders()
	k.emergency(whole)
	k.times()
	k.approvals()
	k.answers()
	k.watch()
	k.announce()
	k.retention()
	k.erase()
	k.words("log.level", c.Log.Level, levels)
	k.words("mode", c.Mode, []string{Act, Observe})
	k.listen()
	k.mail()
	k.checkpoints()
	for _, p := range slices.Sorted(maps.Keys(c.Link.Attributes)) {
		k.words(join("link.attributes", p), p, Platforms)
		k.filled(join("link.attributes", p), c.Link.Attributes[p])
	}
	if k.written("slack.api_url") && !urlPattern.MatchString(c.Slack.APIURL) {
		k.add("slack.api_url", "it must begin with https:// and end with /, such as https://slack-gov.com/api/")
	}
	k.discord()
	for i, p := range c.Link.Email {
		k.words(fmt.Sprintf("link.email[%d]", i), p, Platforms)
	}
	k.allFilled("deny", c.Deny)
	k.filled("places.approvals", c.Places.Approvals)
	for _, p := range slices.Sorted(maps.Keys(c.Places.Other)) {
		k.words(join("places.other", p), p, Platforms)
	}
}

func (k checker) discord() {
	d := k.Discord
	if d == nil {
		return
	}
	if k.written("discord.guild") && !snowflake.MatchString(d.Guild) {
		k.add("discord.guild", "it must be the id of the server, such as 1403412345678901234: in Discord's settings turn on Advanced, Developer Mode; then right-click the server, Copy Server ID")
	}
	if k.written("discord.command") && !commandName.MatchString(d.Command) {
		k.add("discord.command", "Discord wants 1 to 32 small letters, digits, - and _, such as offboard")
	}
	if k.written("discord.api_url") && !urlPattern.MatchString(d.APIURL) {
		k.add("discord.api_url", "it must begin with https:// and end with /, such as https://discord.com/api/v10/")
	}
}

// listen looks at the form only: whether the port is free is seen later.
func (k checker) listen() {
	for _, a := range []struct{ path, listen, such string }{{"http.listen", k.HTTP.Listen, "127.0.0.1:8080"}, {"metrics.listen", k.Metrics.Listen, "127.0.0.1:9464"}} {
		if _, port, err := net.SplitHostPort(a.listen); k.written(a.path) && (err != nil || port == "") {
			k.add(a.path, "%s is not an address to listen on; write one such as %s", quote(a.listen), a.such)
		}
	}
	if k.written("metrics.listen") && k.Metrics.Listen == k.HTTP.Listen && !strings.HasSuffix(k.HTTP.Listen, ":0") { // 0 is any that is free
		k.add("metrics.listen", "http.listen has this address already; take another port, such as 127.0.0.1:9464")
	}
}

// CheckTypes reports each system whose type is none of these, the types that
// the program knows.
func (c *Config) CheckTypes(types []string) error {
	k := checker{c, &problems{file: c.source.file}}
	for i, s := range c.Systems {
		k.words(fmt.Sprintf("systems[%d].type", i), s.Type, types)
	}
	return k.found.err()
}

// CheckActions reports each action that its system does not have. The keys are
// the names of the systems, the values the names of all their actions.
func (c *Config) CheckActions(has map[string][]string) error {
	k := checker{c, &problems{file: c.source.file}}
	for i, s := range c.Systems {
		for j, a := range s.Actions {
			k.words(fmt.Sprintf("systems[%d].actions[%d]", i, j), a, has[s.Name])
		}
	}
	k.policyActions(has)
	return k.found.err()
}

func (k checker) add(path, format string, args ...any) {
	at := path
	for !k.written(at) && strings.ContainsAny(at, ".[") { // what is not written is missing in what is
		at = at[:strings.LastIndexAny(at, ".[")]
	}
	k.found.add(k.source.at[at], "%s: %s", path, fmt.Sprintf(format, args...))
}

func (k checker) written(path string) bool {
	_, ok := k.source.at[path]
	return ok
}

// words wants one word of a fixed set.
func (k checker) words(path, word string, known []string) {
	if k.written(path) && !slices.Contains(known, word) {
		k.add(path, "%s is not known; %s", quote(word), hint(word, known))
	}
}

func (k checker) filled(path, text string) {
	if k.written(path) && strings.TrimSpace(text) == "" {
		k.add(path, "the text is empty; write one or remove it")
	}
}

func (k checker) allFilled(path string, texts []string) {
	for i, t := range texts {
		k.filled(fmt.Sprintf("%s[%d]", path, i), t)
	}
}

// none tells a list without entries from one that could not be read.
func (k checker) none(path string, list []string) bool {
	return !k.source.bad[path] && len(list) == 0
}

// id wants a name that people can say and type, and wants it once.
func (k checker) id(path, id string, first map[string]int) {
	if !k.written(path) {
		return
	}
	if !idPattern.MatchString(id) {
		k.add(path, "%s cannot be a name; use 1 to 24 of a-z, 0-9 and the hyphen", quote(id))
	}
	if line, ok := first[id]; ok {
		k.add(path, "%s is already used in line %d; choose another name", quote(id), line)
		return
	}
	first[id] = k.source.at[path].line
}

func (k checker) files() {
	database, err1 := filepath.Abs(k.Database)
	keys, err2 := filepath.Abs(k.Keys.File)
	if k.Database != "" && err1 == nil && err2 == nil && database == keys {
		k.add("keys.file", "this is the database; keep the keys in a file of their own, so that no backup of the log holds them")
	}
}

func (k checker) systems(whole bool) {
	first := map[string]int{}
	var names []string
	for i, s := range k.Systems {
		at := fmt.Sprintf("systems[%d]", i)
		k.id(at+".name", s.Name, first)
		names = append(names, s.Name)
		if k.written(at+".limit") && s.Limit < 1 {
			k.add(at+".limit", "at least 1 step must be able to run; remove the line for the usual number")
		}
		k.allFilled(at+".actions", s.Actions)
		if k.written(at+".actions") && k.none(at+".actions", s.Actions) {
			k.add(at+".actions", "the list is empty; remove the line to use all actions of the connector")
		}
	}
	if whole && !slices.Contains(names, k.Directory) {
		k.add("directory", "there is no system %s; %s", quote(k.Directory), hint(k.Directory, names))
	}
}

func (k checker) roles() {
	for i, r := range k.Roles {
		at := fmt.Sprintf("roles[%d]", i)
		k.role(at+".role", r.Role)
		k.allFilled(at+".people", r.People)
		k.allFilled(at+".groups", r.Groups)
		if k.none(at+".people", r.People) && k.none(at+".groups", r.Groups) {
			k.add(at, "nobody is given this role; add people or groups")
		}
	}
}

func (k checker) role(path, role string) {
	if role == "approver" {
		k.add(path, "approver is no role that this file gives: the manager of each case approves; remove the entry")
		return
	}
	k.words(path, role, RoleNames)
}

func (k checker) kinds(whole bool) {
	first := map[string]int{}
	for i, e := range k.OwnKinds {
		at := fmt.Sprintf("kinds[%d]", i)
		k.id(at+".id", e.ID, first)
		// A kind can build on those above it, so there are no circles.
		var known []string
		titled := false
		for _, one := range mergeKinds(k.OwnKinds[:i]) {
			known = append(known, one.ID)
			titled = titled || one.ID == e.ID
		}
		if e.ID == moveKind {
			k.add(at+".id", "%s is a change of role, and no kind of departure; choose another id", quote(e.ID))
		}
		if k.written(at + ".base") {
			k.words(at+".base", e.Base, known)
			if e.Base == e.ID {
				k.add(at+".base", "a kind cannot be its own base; remove the line, it changes the built-in kind anyway")
			}
		}
		if whole && e.Title == "" && !titled {
			k.add(at+".id", "%s is a new kind and needs a title", quote(e.ID))
		}
	}
}

func (k checker) tasks() {
	first := map[string]int{}
	for i, t := range k.Tasks {
		at := fmt.Sprintf("tasks[%d]", i)
		k.id(at+".name", t.Name, first)
		if t.Name == "questions" || t.Name == "identify" { // two steps of one id make no plan
			k.add(at+".name", "%s is a step of the bot's own; choose another name", t.Name)
		}
		k.role(at+".owner", t.Owner)
	}
}

func (k checker) numbers() {
	l := k.Limits
	if k.written("limits.window") && (l.Window < leastWindow || l.Window > mostWindow) {
		k.add("limits.window", "it must be %s to %s", leastWindow, mostWindow)
	}
	if k.written("limits.per_requester") && l.PerRequester < 1 {
		k.add("limits.per_requester", "one person must be able to open at least 1 case")
	}
	if k.written("limits.per_source") && l.PerSource < 1 {
		k.add("limits.per_source", "at least 1 case must be able to come from each source")
	}
	if k.written("limits.percent") && (l.Percent < 0 || l.Percent > 100) {
		k.add("limits.percent", "it must be 1 to 100, or 0 for no such limit")
	}
	if k.written("attempts") && k.Attempts < 1 {
		k.add("attempts", "at least 1 attempt is needed")
	}
	path := "retry.first"
	if !k.written(path) {
		path = "retry.max"
	}
	if k.written(path) && (k.Retry.First <= 0 || k.Retry.Max < k.Retry.First) {
		k.add(path, "the first wait (%s) must be more than nothing and not longer than the longest (%s)", k.Retry.First, k.Retry.Max)
	}
}
