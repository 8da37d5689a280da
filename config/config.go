// Package config reads the one YAML file that describes an installation. The
// file is decoded strictly: what is not understood is an error with its line
// and column, and all problems of a file are reported together.
//
// The nouns are Config (the whole file), Section (the part of a system that
// only its connector understands) and Secret (a value that is never printed).
// The package imports nothing of ours and opens no connection: who a role
// covers, or whether a system answers, is found out elsewhere.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// Config is the whole file. Parse fills in the defaults and checks it, and
// nothing changes it afterwards.
type Config struct {
	Company     Company     `yaml:"company,required"`
	Database    string      `yaml:"database,required"` // path of the log
	Socket      string      `yaml:"socket"`            // path of the control socket; beside the database if it is not set
	Mode        string      `yaml:"mode"`              // act or observe
	Keys        Keys        `yaml:"keys,required"`
	Directory   string      `yaml:"directory,required"` // name of the system that is the people directory
	Systems     []System    `yaml:"systems,required"`
	Roles       []Role      `yaml:"roles,required"`
	OwnKinds    []KindEntry `yaml:"kinds"` // as written; Kinds merges them with the built-in ones
	Deny        []string    `yaml:"deny"`  // logins and ids of accounts that are never offboarded nor touched
	Limits      Limits      `yaml:"limits"`
	Attempts    int         `yaml:"attempts"` // tries of a step before a person is needed
	Retry       Retry       `yaml:"retry"`
	Tasks       []Task      `yaml:"tasks"`
	Times       Times       `yaml:"times"`
	Policy      []RuleEntry `yaml:"policy"`
	Profiles    []Profile   `yaml:"profiles"` // what people of a role have
	Places      Places      `yaml:"places,required"`
	Reminders   Reminders   `yaml:"reminders"`
	Emergency   Emergency   `yaml:"emergency"`
	Approvals   Approvals   `yaml:"approvals"`
	Answers     Answers     `yaml:"answers"`
	Questions   []Question  `yaml:"questions"` // none: nobody is asked
	Announce    Announce    `yaml:"announce"`
	Feedback    Feedback    `yaml:"feedback"`
	Slack       *Slack      `yaml:"slack"`   // nil: not used
	Discord     *Discord    `yaml:"discord"` // nil: not used
	Link        Link        `yaml:"link"`
	Mail        Mail        `yaml:"mail"`
	Log         Log         `yaml:"log"`
	HTTP        HTTP        `yaml:"http"`
	Metrics     Metrics     `yaml:"metrics"`
	Watch       Watch       `yaml:"watch"`
	Checkpoints Checkpoints `yaml:"checkpoints"`
	Erase       Duration    `yaml:"erase"`     // after the last of somebody's cases was closed, until they are erased; 0 is never
	Retention   Duration    `yaml:"retention"` // after access ended, until what is left may be deleted; 0 keeps it. See RetentionOf

	source source
	lines  []string
	text   string
}

// Company is who the installation belongs to.
type Company struct {
	Name string `yaml:"name,required"`
	Zone Zone   `yaml:"zone,required"` // times without a zone of their own are meant in it
}

// Keys says where the keys of the cases are kept and what they are wrapped with.
type Keys struct {
	File   string `yaml:"file,required"` // never the database: a backup of the log must not hold the keys
	Secret Secret `yaml:"secret,required"`
}

// System is one system that people have accounts in.
type System struct {
	Name    string   `yaml:"name,required"`
	Title   string   `yaml:"title"` // what people read; the name if it is not set
	Type    string   `yaml:"type,required"`
	Limit   int      `yaml:"limit"`   // steps that run at once in it; 0 leaves it to the executor
	Actions []string `yaml:"actions"` // actions of the connector that are used; nil is all but those that are optional
	Section Section  `yaml:"settings"`
}

// Role gives one role to people, by login or by group of the directory.
type Role struct {
	Role   string   `yaml:"role,required"` // one of RoleNames
	People []string `yaml:"people"`
	Groups []string `yaml:"groups"`
	Scope  string   `yaml:"scope"` // condition on the leaver, compiled elsewhere; empty covers everybody
}

// Feedback says whether people are asked at the end how a case went.
type Feedback struct {
	Ask bool `yaml:"ask"`
}

// Limits stop a mistake, or a stolen account, from emptying the company.
// How many cases may be opened within the window, by one person and from one
// source such as a chat platform.
type Limits struct {
	Window       Duration `yaml:"window"`
	PerRequester int      `yaml:"per_requester"`
	PerSource    int      `yaml:"per_source"`
	Percent      int      `yaml:"percent"` // of the people in the directory, as a bound on both; 0 is none
}

// The bounds of Limits.Window. A shorter one would bound nothing.
const (
	leastWindow = Duration(10 * time.Minute)
	mostWindow  = Duration(30 * 24 * time.Hour)
)

// Retry is how long the executor waits between attempts.
type Retry struct {
	First Duration `yaml:"first"`
	Max   Duration `yaml:"max"`
}

// Task is work that a person does by hand in every case.
type Task struct {
	Name         string `yaml:"name,required"`
	Words        string `yaml:"words,required"` // what a manager reads
	Instructions string `yaml:"instructions"`
	Owner        string `yaml:"owner,required"` // one of RoleNames
	Due          Offset `yaml:"due,required"`   // after the cut-off, or before it
	Proof        string `yaml:"proof"`          // what the owner is asked to show; empty asks for nothing

	Lapse Duration `yaml:"lapse"` // so long after it was due a case goes on without it; 0: never
}

// Places are the channels that cases are posted in.
type Places struct {
	IT        string           `yaml:"it,required"` // the live checklists
	Approvals string           `yaml:"approvals"`   // where approvals are asked for too, beside the direct message; empty is nowhere
	Other     map[string]Other `yaml:"other"`       // platform -> what its channels are called, where it is not the above
}

// Other is what the channels are called on one platform; empty is as elsewhere.
type Other struct {
	IT        string `yaml:"it"`
	Approvals string `yaml:"approvals"`
}

// On says what the channels are called on a platform.
func (p Places) On(platform string) (it, approvals string) {
	o := p.Other[platform]
	return cmp.Or(o.IT, p.IT), cmp.Or(o.Approvals, p.Approvals)
}

// Link says how chat accounts are tied to persons.
type Link struct {
	Attributes map[string]string `yaml:"attributes"` // platform -> directory attribute that holds the chat id
	Email      []string          `yaml:"email"`      // platforms whose word about somebody's address is trusted
}

// Slack is how the bot is reached in Slack.
type Slack struct {
	BotToken Secret `yaml:"bot_token,required"`
	AppToken Secret `yaml:"app_token,required"`
	Command  string `yaml:"command"` // without its slash; empty is offboard
	APIURL   string `yaml:"api_url"` // empty is Slack's own
}

// Discord is how the bot is reached in Discord.
type Discord struct {
	Token   Secret `yaml:"token,required"`
	Guild   string `yaml:"guild,required"` // id of the server; nobody else can do anything
	Command string `yaml:"command"`        // without its slash; empty is offboard
	APIURL  string `yaml:"api_url"`        // empty is Discord's own
}

// Log is the program's own log, not the log of cases.
type Log struct {
	Level string `yaml:"level"` // debug, info, warn or error
}

// HTTP is where the server tells other programs how it is.
type HTTP struct {
	Listen string `yaml:"listen,required"` // host:port
}

// Metrics is where Prometheus reads how the server is.
type Metrics struct {
	Listen string `yaml:"listen,required"` // host:port
}

// The modes.
const (
	Act     = "act"     // steps are carried out
	Observe = "observe" // nothing is changed anywhere: each step is a task for a person
)

// Platforms are the chat platforms that accounts can be on.
var Platforms = []string{"slack", "discord", "web"}

// RoleNames are the roles that the file can give. The approver is none of
// them: that is the manager of each case.
var RoleNames = []string{"hr", "it", "security", "auditor", "admin"}

// Zone is a time zone of the IANA database, such as Europe/Lisbon. The zero
// Zone has no Location; a Zone that Parse returned always has one.
type Zone struct{ *time.Location }

// UnmarshalText loads the zone. "Local" is refused: it would change its
// meaning with the machine.
func (z *Zone) UnmarshalText(text []byte) error {
	loc, err := time.LoadLocation(string(text))
	if err != nil || len(text) == 0 || loc == time.Local {
		return fmt.Errorf("%s is not a time zone; write one such as Europe/Lisbon or UTC", quote(string(text)))
	}
	z.Location = loc
	return nil
}

// Load reads and checks the file at path. Secrets are resolved, so it needs
// the environment that the bot will run in.
func Load(path string) (*Config, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// LoadWithoutSecrets is Load for who reads the file anywhere and signs in nowhere:
// secrets are not resolved, and their values are the references to them.
func LoadWithoutSecrets(path string) (*Config, error) {
	data, err := read(path)
	if err != nil {
		return nil, err
	}
	return parse(path, data, true)
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w; name the file with --config, or make one with: offboard init --out %s", path, fs.ErrNotExist, path)
	}
	if err != nil {
		return nil, fmt.Errorf("open the configuration: %w", err)
	}
	defer func() { _ = f.Close() }() // only read, so nothing can be lost
	// One byte more than allowed is enough for Parse to refuse the file.
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return data, nil
}

// Parse reads and checks a file that is in memory. The name stands in front
// of each problem: name:line:column. The error joins all problems found, one
// line each, in the order of the file.
func Parse(name string, data []byte) (*Config, error) { return parse(name, data, false) }

func parse(name string, data []byte, refs bool) (*Config, error) {
	root, err := parseYAML(name, data)
	if err != nil {
		return nil, err
	}
	c := &Config{
		Limits:   Limits{Window: Duration(24 * time.Hour), PerRequester: 10, PerSource: 30, Percent: 5},
		Attempts: 6,
		Retry:    Retry{First: Duration(2 * time.Second), Max: Duration(10 * time.Minute)},
		Log:      Log{Level: "info"},
		Mode:     Act,

		Reminders: usualReminders(),
		Emergency: usualEmergency(),
		Approvals: usualApprovals(),
		Answers:   usualAnswers(),
		Questions: usualQuestions(),
		Times:     usualTimes(),
		Announce:  usualAnnounce(),
		Feedback:  Feedback{Ask: true},
		Watch:     usualWatch(),

		Checkpoints: usualCheckpoints(),
	}
	found := &problems{file: name}
	c.source = decode(found, root, c, refs)
	c.check(found)
	if err := found.err(); err != nil {
		return nil, err
	}
	c.lines, c.text = lines(root, ""), string(data)
	if c.Socket == "" {
		c.Socket = socketBeside(c.Database)
	}
	for i := range c.Systems {
		if c.Systems[i].Title == "" {
			c.Systems[i].Title = c.Systems[i].Name
		}
	}
	return c, nil
}

// At says where in the file a value stands, as name:line:column, for checks
// made elsewhere: At("roles[1].scope"). A path that the file does not have is
// returned as it is.
func (c *Config) At(path string) string {
	if p, ok := c.source.at[path]; ok {
		return fmt.Sprintf("%s:%d:%d", c.source.file, p.line, p.column)
	}
	return path
}
