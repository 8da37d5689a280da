package view

import (
	"fmt"
	"strings"

	"offboard/bot"
	"offboard/store"
)

const (
	// shownLines is how many lines of a change are shown: what has more is read
	// in the file.
	shownLines = 15
	// agreeable is how many characters of what is weaker somebody can agree to.
	// All of it is shown: nobody agrees to what they have not seen.
	agreeable = 2400
)

// ConfigObject names a change of the configuration in a button.
func ConfigObject(entry uint64) string { return fmt.Sprintf("%s:%d", store.Installation, entry) }

// Config says what changed in the configuration, who changed it, and what
// waits for a second person. One that was replaced asks for nothing; may: the reader
// can agree.
func (v View) Config(c store.Configuration, replaced, may bool) bot.Message {
	f := v.ConfigFile(c)
	weaker := strings.Join(f.Weaker, "\n")
	m := bot.Message{Summary: "The configuration of Offboard has changed."}
	add := func(parts ...bot.Part) { m.Parts = append(m.Parts, parts...) }
	say := func(summary, text string) {
		if summary != "" {
			m.Summary = summary
		}
		add(bot.Prose{Text: bot.B(text)})
	}
	add(bot.Heading{Text: "The configuration of Offboard"})
	ask := false
	switch {
	case replaced:
		say("The configuration of Offboard has changed again.", "It has changed again since. /offboard config shows what counts now.")
	case !c.Wanted.IsZero() && len(weaker) > agreeable:
		say("The configuration of Offboard was made weaker, and nobody can agree to so much at once.", "It makes so much weaker that nobody can read it here, so none of it counts. Make the change in smaller parts.")
	case !c.Wanted.IsZero() && c.Void != nil:
		ask = true
		who := v.Name(c.Void.Person)
		say("The agreement to a weaker configuration of Offboard was not "+who+"'s. A second person must agree.",
			"The agreement of "+who+" was disowned with the link in the mail about it. None of it counts any more: somebody else of HR or security must agree who is neither IT nor an administrator.")
		add(bot.Prose{Text: bot.T("Ask whoever changed the file why, in person or by telephone, and talk to security first: somebody may have acted for both.")})
	case !c.Wanted.IsZero():
		ask = true
		say("The configuration of Offboard was made weaker. A second person must agree.", "It makes something weaker, so none of it counts yet: somebody of HR or security must agree who is neither IT nor an administrator.")
		add(bot.Prose{Text: bot.T("Ask whoever changed it why, in person or by telephone. If nobody knows of it, do not agree, and tell security.")})
	case c.Second != "":
		say("The configuration of Offboard was made weaker, and "+v.Name(c.Second)+" agreed.", v.Name(c.Second)+" has agreed to what is weaker. All of it counts.")
	case c.Not != "":
		say(v.Name(c.Not)+" did not agree to a weaker configuration: it does not count.", v.Name(c.Not)+" did not agree: none of it counts, whatever the file says. What was in force before goes on. Correct the file, and have it read again.")
	case len(f.Changed) == 0:
		say("The configuration of Offboard: no change to show.", "There is no change to show: it is the first one in the log, or only comments and the layout differ.")
	default:
		say("", "It has changed, and all of it counts. If nobody knows of this change, tell security.")
	}
	add(bot.Facts{
		{Label: "Changed by", Value: bot.T("the user " + bot.Clean(c.By, 64) + " of the server's machine")},
		{Label: "In the log since", Value: Moment(c.At, v.Zone)},
	})
	if weaker != "" {
		if len(weaker) > agreeable {
			weaker = shown(f.Weaker)
		}
		add(bot.Prose{Text: bot.Join(bot.B("Weaker"), bot.T("\n"+weaker))})
	}
	if len(f.Changed) > 0 {
		add(bot.Prose{Text: bot.Join(bot.B("Changed in the file"), bot.T("\n"+shown(f.Changed)))})
	}
	if ask {
		object := ConfigObject(c.Entry)
		b := bot.Buttons{{Label: "Don't agree", Verb: string(store.VerbConfig), Object: object + ":no"}}
		if may {
			b = append(bot.Buttons{{Label: "Agree", Verb: string(store.VerbConfig), Object: object, Style: bot.Primary}}, b...)
		}
		add(b)
	}
	add(bot.Fine{Text: bot.T("SHA-256 of the file: " + f.Sum + ". /offboard config shows this again.")})
	return m
}

// shown are the first lines, each short enough for a phone.
func shown(lines []string) string {
	rest := ""
	if more := len(lines) - shownLines; more > 0 {
		lines, rest = lines[:shownLines], fmt.Sprintf("\n… and %d more", more)
	}
	var out []string
	for _, l := range lines {
		out = append(out, bot.Clean(l, 150))
	}
	return strings.Join(out, "\n") + rest
}
