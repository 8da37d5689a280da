package view

import (
	"fmt"
	"strings"

	"offboard/bot"
	"offboard/store"
)

// shownLines is how many lines of a change are shown: what has more is read in
// the file.
const shownLines = 15

// ConfigObject names a change of the configuration in a button.
func ConfigObject(entry uint64) string { return fmt.Sprintf("%s:%d", store.Installation, entry) }

// Config says what changed in the configuration, who changed it, and what
// waits for a second person.
func (v View) Config(c store.Configuration) bot.Message {
	f := v.ConfigFile(c)
	m := bot.Message{Summary: "The configuration of Offboard has changed."}
	add := func(parts ...bot.Part) { m.Parts = append(m.Parts, parts...) }
	add(bot.Heading{Text: "The configuration of Offboard"})
	facts := bot.Facts{
		{Label: "Changed by", Value: bot.T("the user " + bot.Clean(c.By, 64) + " of the server's machine")},
		{Label: "In the log since", Value: Moment(c.At, v.Zone)},
	}
	waits := !c.Wanted.IsZero()
	switch {
	case waits && c.Void != nil:
		m.Summary = "The agreement to weaker rules of Offboard was not " + v.Name(c.Void.Person) + "'s. A second person must agree."
		add(bot.Prose{Text: bot.B("The agreement of " + v.Name(c.Void.Person) + " was disowned with the link in the mail about it. What is weaker does not count any more: somebody else of HR or security must agree who is neither IT nor an administrator.")})
		add(bot.Prose{Text: bot.T("Ask whoever changed the file why, in person or by telephone, and talk to security first: somebody may have acted for both.")})
	case waits:
		m.Summary = "The configuration of Offboard was made weaker. A second person must agree."
		add(bot.Prose{Text: bot.B("Some of it is weaker, and does not count yet: somebody of HR or security must agree who is neither IT nor an administrator.")})
		add(bot.Prose{Text: bot.T("Ask whoever changed it why, in person or by telephone. If nobody knows of it, do not agree, and tell security.")})
	case c.Second != "":
		m.Summary = "The configuration of Offboard was made weaker, and " + v.Name(c.Second) + " agreed."
		add(bot.Prose{Text: bot.T(v.Name(c.Second) + " has agreed to what is weaker. All of it counts.")})
	case c.Not != "":
		m.Summary = v.Name(c.Not) + " did not agree to weaker rules: they do not count."
		add(bot.Prose{Text: bot.T(v.Name(c.Not) + " did not agree: what is weaker does not count, whatever the file says, and all roles stay as they were. Correct the file, and have it read again.")})
	case len(f.Changed) == 0:
		m.Summary = "The configuration of Offboard: no change to show."
		add(bot.Prose{Text: bot.T("There is no change to show: it is the first one in the log, or only comments and the layout differ.")})
	default:
		add(bot.Prose{Text: bot.T("It has changed, and all of it counts. If nobody knows of this change, tell security.")})
	}
	add(facts)
	if len(f.Weaker) > 0 {
		add(bot.Prose{Text: bot.Join(bot.B("Weaker"), bot.T("\n"+shown(f.Weaker)))})
	}
	if len(f.Changed) > 0 {
		add(bot.Prose{Text: bot.Join(bot.B("Changed in the file"), bot.T("\n"+shown(f.Changed)))})
	}
	if waits {
		object := ConfigObject(c.Entry)
		add(bot.Buttons{
			{Label: "Agree", Verb: string(store.VerbConfig), Object: object, Style: bot.Primary},
			{Label: "Don't agree", Verb: string(store.VerbConfig), Object: object + ":no"},
		})
	}
	add(bot.Fine{Text: bot.T("SHA-256 of the file: " + f.Sum + ". /offboard config shows this again.")})
	return m
}

// ConfigReplaced is what is left of an older message.
func (v View) ConfigReplaced() bot.Message {
	const text = "The configuration has changed again since. /offboard config shows what counts now."
	return bot.Message{Summary: text, Parts: []bot.Part{bot.Prose{Text: bot.T(text)}}}
}

func shown(lines []string) string {
	rest := ""
	if more := len(lines) - shownLines; more > 0 {
		lines, rest = lines[:shownLines], fmt.Sprintf("\n… and %d more", more)
	}
	return strings.Join(lines, "\n") + rest
}
