package store

import "fmt"

// Words says what an event is, in a few words for a reader of the record.
func Words(e Event) string {
	switch b := e.Body.(type) {
	case Rushed:
		return "locked out first, as an emergency"
	case Drafted:
		if b.Emergency {
			return fmt.Sprintf("locked out %s first, as an emergency, %s%s", b.Person, b.Terms.Kind, e.Facts.Ruling.words())
		}
		what := b.Terms.Kind
		if m := b.Terms.Move; m != nil {
			what = fmt.Sprintf("a change of role from %s to %s", m.From, m.To)
		}
		return fmt.Sprintf("opened for %s, %s%s", b.Person, what, e.Facts.Ruling.words())
	case Amended:
		return "changed the terms" + e.Facts.Ruling.words()
	case Surveyed:
		return fmt.Sprintf("surveyed %s, steps found: %d", b.System, len(b.Steps))
	case Rehired:
		return "said that they were hired again"
	case Planned:
		if b.Kind == Restore {
			what := "what plan " + fmt.Sprint(b.Of) + " has taken"
			if len(b.Only) > 0 {
				what = fmt.Sprintf("what %v of plan %d has taken", b.Only, b.Of)
			}
			return "asked to give back " + what
		}
		return fmt.Sprintf("asked for a %s plan after plan %d", b.Kind, b.Of)
	case Rechecked:
		var clean, back, unread int
		for _, r := range b.Systems {
			clean, back, unread = clean+r.Clean, back+r.Back, unread+len(r.Unread)
		}
		return fmt.Sprintf("read again what was taken in %s: %s clean, %d came back, %d unread", Count(b.Cases, "case", "cases"), Count(clean, "step", "steps"), back, unread)
	case Swept:
		var looked, found, unread int
		for _, s := range b.Systems {
			looked, found = looked+s.Looked, found+s.Found
			if s.Unread {
				unread++
			}
		}
		return fmt.Sprintf("looked at %s: %d belong to nobody who works here (%d of them new), %d known, systems not read to the end: %d", Count(looked, "account", "accounts"), found, b.New, b.Known, unread)
	case Explained:
		if b.Until == "" {
			return "ended that an account in " + b.Account.System + " is known"
		}
		return fmt.Sprintf("said that an account in %s is known and may stay until %s", b.Account.System, b.Until)
	case Owned:
		if b.Off {
			return "took back that an account in " + b.Account.System + " is theirs"
		}
		return "said that an account in " + b.Account.System + " is theirs"
	case Returned:
		return fmt.Sprintf("found that access came back, steps: %d", len(b.Steps))
	case Unasked:
		return fmt.Sprintf("approved scope %s, as the configuration says", b.Scope)
	case Drifted:
		return fmt.Sprintf("found more in %s, steps: %d", b.System, len(b.Steps))
	case Submitted:
		return "submitted"
	case Decided:
		if b.Approve {
			return "approved scope " + b.Scope
		}
		return "declined"
	case Resurveyed:
		return fmt.Sprintf("surveyed all systems again (%d), not readable: %d", len(b.Systems), len(b.Unread))
	case Replaced:
		return fmt.Sprintf("moved what waited for %s to %s", b.From, b.To)
	case FellBack:
		return fmt.Sprintf("asked others in place of the approver (%d)", len(b.To))
	case Defaulted:
		return fmt.Sprintf("gave %s what nobody was named for in time", b.To)
	case Lapsed:
		return fmt.Sprintf("went on without %s, which nobody has confirmed", b.Step)
	case Delegated:
		return fmt.Sprintf("had %s asked instead", b.To)
	case Answered:
		return fmt.Sprintf("chose who gets what (%d)", len(b.Answers))
	case Replied:
		return fmt.Sprintf("said what they know of what is left behind (%d)", len(b.Replies))
	case Pressed:
		return "pressed \"Cut off now\""
	case Requested:
		if b.Change.Verb == VerbBreaker {
			return fmt.Sprintf("asked to lift what the breaker stops since entry %d", b.Change.Of)
		}
		return fmt.Sprintf("asked to %s %s", b.Change.Verb, b.Change.Step)
	case Seconded:
		if b.Agree {
			return fmt.Sprintf("agreed to entry %d", b.Entry)
		}
		return fmt.Sprintf("did not agree to entry %d", b.Entry)
	case Stopped:
		return "stopped it"
	case Retried:
		return fmt.Sprintf("had %s tried again", b.Step)
	case Taken:
		return fmt.Sprintf("sees to %s", b.Step)
	case ConfirmedBy:
		return fmt.Sprintf("confirmed %s", b.Step)
	case Noted:
		return "added a note"
	case Started:
		if b.Delay != "" {
			return "began late, by " + string(b.Delay)
		}
		return "began"
	case Attempted:
		return fmt.Sprintf("tries %s", b.Step)
	case Finished:
		if b.Accepted {
			return fmt.Sprintf("%s was accepted, not proven", b.Step)
		}
		return fmt.Sprintf("proved %s", b.Step)
	case Failed:
		return fmt.Sprintf("%s: %s", b.Step, b.Why)
	case Met:
		return "recorded the identity card"
	case Linked:
		return fmt.Sprintf("linked a %s account by %s", b.Account.Platform, b.How)
	case Configured:
		if !b.Wanted.IsZero() {
			return "changed the configuration; what it makes weaker waits for a second person"
		}
		return "changed the configuration"
	case Rekeyed:
		if b.Lost != "" {
			return "said that the key " + b.Lost + ", which signed the checkpoints, is lost, and let the key " + b.Verifier + " sign them from now on; the lost key has not said so"
		}
		return "handed the signing of checkpoints to another key: " + b.Verifier
	case Disowned:
		then := "took back what it has loosened"
		if _, ok := number("OFF-", e.Subject); ok {
			then = "held the case"
		}
		return fmt.Sprintf("recorded that entry %d was not made by %s, and %s", b.Entry, b.Person, then)
	case Frozen:
		return fmt.Sprintf("froze all decisions in this name, because of entry %d", b.Entry)
	case Paused:
		if b.On {
			return "paused the bot"
		}
		return "let the bot go on"
	case Doubted:
		return fmt.Sprintf("doubts the clock: the machine says %s", b.Machine.Format("2006-01-02 15:04:05"))
	case Trusted:
		if e.Actor.Person == "" {
			return "the clock is in doubt no more"
		}
		return fmt.Sprintf("said that the machine's clock is right, %s ahead", b.Ahead)
	case LegallyHeld:
		if b.On {
			return "put a legal hold on them"
		}
		return "lifted the legal hold"
	case Tripped:
		of := string(b.Person)
		if b.Source != "" {
			of = b.Source
		}
		return fmt.Sprintf("stopped new cases from %s: %d within %s", of, b.Cases, span(b.Window))
	case Listed:
		return "listed " + Count(len(b.Rows), "person who leaves", "people who leave")
	case Adopted:
		return "took the list over"
	case Orphaned:
		return fmt.Sprintf("%s, who asks for the list, leaves: somebody else has to take it over", b.From)
	case Inherited:
		return fmt.Sprintf("%s asks for it now, in place of %s", b.To, b.From)
	case Excepted:
		return fmt.Sprintf("could open no case for %d of the list", len(b.Rows))
	case Sent:
		return fmt.Sprintf("asked %s to approve the list, scope %s", b.To, b.Scope)
	case Dropped:
		return "gave the list up"
	case Covered:
		if b.Approve {
			return fmt.Sprintf("approved with %s, entry %d, by %s", b.Batch, b.Entry, b.By)
		}
		return fmt.Sprintf("given up with %s, entry %d, by %s", b.Batch, b.Entry, b.By)
	case Parted:
		return "took it out of its list"
	case Counted:
		return "counted " + Count(b.People, "person", "people") + " in the directory"
	case Erased:
		return b.words(e)
	case KeysDestroyed:
		return b.words()
	case Exported:
		return b.words()
	case Viewed:
		return b.words()
	case Rated:
		return "said how it went: " + b.Rating.Words()
	case Upgraded:
		return b.words()
	case Withheld:
		if e.Facts.Legal {
			return fmt.Sprintf("%s waits: there is a legal hold", b.Step)
		}
		return fmt.Sprintf("%s waits: the clock is in doubt", b.Step)
	}
	return e.Body.kind()
}
