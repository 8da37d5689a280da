package scim

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"offboard/actions"
	"offboard/actions/rest"
)

// Config is the section of one SCIM 2.0 server.
type Config struct {
	rest.Config `yaml:",inline"`

	Preset     string        `yaml:"preset"`     // the vendor, which fills in what follows: slack, github, salesforce, zoom, atlassian
	Find       []string      `yaml:"find"`       // filters: attribute eq {login}, {mail}, {number}, {id} or {name}
	Deactivate []string      `yaml:"deactivate"` // how, in this order: path, value, put
	Leave      []string      `yaml:"leave"`      // how to leave a group, in this order: filter, value, nested, put
	Text       bool          `yaml:"text"`       // active is written as "False" and "True"
	Page       int           `yaml:"page"`       // how many are asked for at a time; 0 means 100
	Scan       int           `yaml:"scan"`       // up to how many are read one by one where filters do not help; 0 means 2000
	Settle     time.Duration `yaml:"settle"`     // so long after the first attempt a read may still show what was before; 0 means 10m
}

// Ways of changing a resource.
const (
	byPath   = "path"   // PATCH with the path active
	byValue  = "value"  // PATCH without a path; of a group: path members and a value, as Entra sends it
	byFilter = "filter" // PATCH with the path members[value eq "..."]
	byNested = "nested" // PATCH with the path members and a value below members, as Salesforce wants it
	byPut    = "put"    // PUT of the whole resource
)

const (
	defaultPage   = 100
	defaultScan   = 2000
	defaultSettle = 10 * time.Minute
)

var (
	defaultFind       = []string{"userName eq {login}", "userName eq {mail}", "emails[value eq {mail}]", "externalId eq {id}", "externalId eq {number}"}
	defaultDeactivate = []string{byPath, byValue, byPut}
	defaultLeave      = []string{byFilter, byValue, byPut}
)

// Validate reports what is wrong with the section. It opens nothing but ca_file.
func (c Config) Validate() error {
	if err := c.Config.Validate(); err != nil {
		return err
	}
	p, ok := presets[c.Preset]
	switch {
	case !ok && c.Preset != "":
		return fmt.Errorf("preset: %q is not one of %s", c.Preset, strings.Join(presetNames(), ", "))
	case p.never != "" && strings.Contains(c.URL, p.never):
		return fmt.Errorf("url: %s", p.why)
	}
	for i, f := range c.Find {
		if _, err := parseFilter(f); err != nil {
			return fmt.Errorf("find[%d]: %w", i, err)
		}
	}
	for _, list := range []struct {
		key       string
		ways, can []string
	}{
		{"deactivate", c.Deactivate, defaultDeactivate},
		{"leave", c.Leave, []string{byFilter, byValue, byNested, byPut}},
	} {
		for _, w := range list.ways {
			if !slices.Contains(list.can, w) {
				return fmt.Errorf("%s: %q is not one of %s", list.key, w, strings.Join(list.can, ", "))
			}
		}
	}
	for _, n := range []struct {
		key   string
		value int64
	}{{"page", int64(c.Page)}, {"scan", int64(c.Scan)}, {"settle", int64(c.Settle)}} {
		if n.value < 0 {
			return fmt.Errorf("%s: it is negative", n.key)
		}
	}
	return nil
}

// filled is c with what the preset says, and then what is usual, where c says
// nothing.
func (c Config) filled() Config {
	p := presets[c.Preset]
	c.Text = c.Text || p.text
	c.Find = firstOf(c.Find, p.find, defaultFind)
	c.Deactivate = firstOf(c.Deactivate, p.deactivate, defaultDeactivate)
	c.Leave = firstOf(c.Leave, p.leave, defaultLeave)
	if c.Page == 0 {
		c.Page = defaultPage
	}
	if c.Scan == 0 {
		c.Scan = defaultScan
	}
	if c.Settle == 0 {
		c.Settle = defaultSettle
	}
	return c
}

func firstOf(lists ...[]string) []string {
	for _, l := range lists {
		if len(l) > 0 {
			return l
		}
	}
	return nil
}

// A filter asks for one attribute to equal something that is known of a person.
type filter struct {
	attr, sub string // attr[sub eq ...], or attr eq ...
	field     string
}

var filterForm = regexp.MustCompile(`^([A-Za-z][\w.:$-]*)(?:\[(\w+) eq \{(\w+)\}\]| eq \{(\w+)\})$`)

func parseFilter(s string) (filter, error) {
	m := filterForm.FindStringSubmatch(s)
	if m == nil {
		return filter{}, fmt.Errorf("%q is not of the form userName eq {login} or emails[value eq {mail}]", s)
	}
	f := filter{attr: m[1], sub: m[2], field: m[3] + m[4]}
	if _, ok := fieldOf(f.field, actions.Person{}); !ok {
		return f, fmt.Errorf("%q: {%s} is not one of {login}, {mail}, {number}, {id}, {name}", s, f.field)
	}
	return f, nil
}

// fieldOf is what the directory says of a person.
func fieldOf(name string, p actions.Person) (string, bool) {
	v, ok := map[string]string{"login": p.Login, "mail": p.Mail, "number": p.Number, "id": p.ID, "name": p.Name}[name]
	return v, ok
}

// path is where the value stands in a resource.
func (f filter) path() string {
	if f.sub != "" {
		return f.attr + "." + f.sub
	}
	return f.attr
}

// query is the filter in SCIM's words: a JSON string is compared (RFC 7644,
// 3.4.2.2).
func (f filter) query(value string) string {
	if f.sub != "" {
		return f.attr + "[" + f.sub + " eq " + quote(value) + "]"
	}
	return f.attr + " eq " + quote(value)
}
