package commands_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"offboard/bot/bottest"
)

// The scenes with which most conversations begin: a case that has come so far.
// What happened before is not in the transcript.
var scenes = []struct{ name, script string }{
	{"draft", `
hanna: /offboard start {who}
hanna clicks "Choose" on "{login}@example.com"
hanna fills
  kind: {kind}
  last day of work: 2026-11-30
  access ends: {ends}
  time on the last day: {time}
  reason: Going to study
`},
	{"asked", `hanna clicks "Submit" on "OFF-1"`},
	{"approved", `{by} clicks "Approve" on "OFF-1"`},
	{"begun", `hanna: /offboard reschedule OFF-1 now`},
}

// scene plays up to where the story begins: "do scene asked kind=Termination".
func (c *company) scene(ctx context.Context, args []string) error {
	with := map[string]string{"who": "jane", "login": "jane", "kind": "Resignation", "ends": "At a time on the last day", "time": "17:00", "by": "marco"}
	for _, a := range args[1:] {
		name, value, _ := strings.Cut(a, "=")
		if _, ok := with[name]; !ok {
			return fmt.Errorf("a scene has no %q", name)
		}
		with[name] = value
	}
	for _, s := range scenes {
		script := s.script
		for name, value := range with {
			script = strings.ReplaceAll(script, "{"+name+"}", value)
		}
		if s.name == "draft" {
			script = strings.ReplaceAll(script, `"Choose"`, `"`+c.choose(with["login"])+`"`)
		}
		steps, err := bottest.Script(script)
		if err != nil {
			return err
		}
		if err := c.perform(ctx, steps); err != nil {
			return err
		}
		if s.name == args[0] {
			c.stage.Narrate(sceneMark + strings.Join(args, ", "))
			return nil
		}
	}
	return errors.New("there is no such scene")
}

const sceneMark = "The case is "

func (c *company) choose(login string) string {
	p, _ := person(login)
	return "Choose " + p.Name
}

// told is the transcript from where the story begins.
func told(transcript string) string {
	if i := strings.LastIndex(transcript, "## "+sceneMark); i >= 0 {
		return transcript[i:]
	}
	return transcript
}
