package config_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"offboard/config"
)

type connector struct {
	URL      string            `yaml:"url,required"`
	Password config.Secret     `yaml:"password"`
	Timeout  time.Duration     `yaml:"timeout"`
	Wait     config.Duration   `yaml:"wait"`
	TLS      bool              `yaml:"tls"`
	Size     int               `yaml:"size"`
	Names    []string          `yaml:"names"`
	Headers  map[string]string `yaml:"headers"`
	Deep     struct {
		Even *bool `yaml:"even"`
		Mode mode  `yaml:"mode"`
	} `yaml:"deep"`
	Skipped string `yaml:"-"`
	Plain   string
	Odd     chan int `yaml:"odd"`
}

type inner struct {
	URL  string `yaml:"url,required"`
	Deep struct {
		Size int `yaml:"size"`
	} `yaml:"deep"`
}

type outer struct {
	Name  string `yaml:"name"`
	Inner inner  `yaml:",inline"`
}

// The keys of a struct that is inline stand among the others.
func TestSectionInline(t *testing.T) {
	var got outer
	err := section(t, "    settings:\n      url: x\n      name: y\n      deep: {size: 3}\n").Decode(&got)
	if err != nil || got.Name != "y" || got.Inner.URL != "x" || got.Inner.Deep.Size != 3 {
		t.Errorf("%+v, %v", got, err)
	}
	err = section(t, "    settings:\n      name: y\n      inner: {}\n").Decode(&got)
	if err == nil || !strings.Contains(err.Error(), `the key "url" is missing`) || !strings.Contains(err.Error(), `unknown key "inner"`) {
		t.Errorf("%v", err)
	}
}

type mode string

func (m *mode) UnmarshalText(text []byte) error {
	if *m = mode(text); *m != "act" {
		return errors.New("use act\nor observe")
	}
	return nil
}

func section(t *testing.T, settings string) config.Section {
	t.Helper()
	return parse(t, strings.Replace(minimal, "type: ldap\n", "type: ldap\n"+settings, 1)).Systems[0].Section
}

func TestSectionDecode(t *testing.T) {
	t.Setenv("PASSWORD", "hunter2")
	got := connector{Size: 7, Timeout: time.Second}
	err := section(t, `    settings:
      url: ldap://x
      password: ${PASSWORD}
      timeout: 1m30s
      wait: 2w
      tls: true
      names: [a, 2]
      headers: {x-a: b}
      deep: {even: false, mode: act}
      plain: |
        two
        lines
`).Decode(&got)
	if err != nil {
		t.Fatal(err)
	}
	if got.URL != "ldap://x" || got.Password.Value() != "hunter2" || got.Timeout != 90*time.Second || got.Wait.String() != "2w" ||
		!got.TLS || got.Size != 7 || len(got.Names) != 2 || got.Names[1] != "2" || got.Headers["x-a"] != "b" ||
		got.Deep.Even == nil || *got.Deep.Even || got.Deep.Mode != "act" || got.Plain != "two\nlines\n" {
		t.Errorf("%+v", got)
	}
}

func TestSectionErrors(t *testing.T) {
	tests := []struct{ settings, want string }{
		{"", "test.yaml:7:5: the key \"url\" is missing in systems[0].settings"},                   // the line of the system
		{"    settings:\n", "test.yaml:9:5: the key \"url\" is missing in systems[0].settings"},    // nothing below it
		{"    settings: {}\n", "test.yaml:9:5: the key \"url\" is missing in systems[0].settings"}, // empty
		{"    settings: [a]\n", "test.yaml:9:15: systems[0].settings needs keys with values (key: value), not a list"},
		{"    settings: {url: ''}\n", "test.yaml:9:16: systems[0].settings.url is empty; write a value"},
		{"    settings:\n      url: a\n      ulr: b\n", "test.yaml:11:7: unknown key \"ulr\"; did you mean \"url\"?"},
		{"    settings:\n      url: a\n      skipped: b\n", "unknown key \"skipped\"; possible here: url, password,"},
		{"    settings:\n      url: a\n      password: hunter2\n", "test.yaml:11:17: systems[0].settings.password: a secret is not written into this file"},
		{"    settings:\n      url: a\n      password: [hunter2]\n", "test.yaml:11:17: systems[0].settings.password: text is needed here, not a list"},
		{"    settings:\n      url: a\n      password: ${OFFBOARD_UNSET}\n", "the environment variable OFFBOARD_UNSET is not set"},
		{"    settings:\n      url: a\n      timeout: 5\n", "test.yaml:11:16: systems[0].settings.timeout: \"5\" is not a duration"},
		{"    settings:\n      url: a\n      deep:\n        mode: x\n", "test.yaml:12:15: systems[0].settings.deep.mode: use act or observe"}, // on one line
		{"    settings:\n      url: a\n      odd: 1\n", "report this as a bug"},
		{"    settings:\n      url: a\n      headers: {a: 1, a: 2}\n", "test.yaml:11:23: the key \"a\" stands here a second time; the first is in line 11"},
		{"    settings:\n      url: a\n      size: 99999999999999999999\n", "needs a whole number"},
		{"    settings:\n      url: a\n      size: 010\n", "needs a whole number, not this number"},
		{"    settings:\n      url: a\n      tls: yes\n", "needs true or false, not this text"},
	}
	for _, tt := range tests {
		err := section(t, tt.settings).Decode(&connector{})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.settings, err, tt.want)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %q", tt.settings, err)
		}
	}
}

// A section that no file was read for is an empty one.
func TestZeroSection(t *testing.T) {
	var to struct{ A string }
	if err := (config.Section{}).Decode(&to); err != nil {
		t.Error(err)
	}
}
