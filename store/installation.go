package store

import (
	"context"
	"slices"
	"time"
)

// State is what concerns the whole installation.
type State struct {
	Paused bool          `json:"paused"`
	By     PersonID      `json:"by,omitempty"`
	Since  time.Time     `json:"since,omitzero"`
	Reason Private       `json:"reason,omitzero"`
	Config Configuration `json:"config,omitzero"`
	Doubt  *Doubt        `json:"doubt,omitempty"`

	Unpaused *Unpaused `json:"unpaused,omitempty"` // how it came not to be paused any more
	Righted  time.Time `json:"righted,omitzero"`   // when the clock was last in doubt no more
	Seq      uint64    `json:"seq"`

	Passes  map[string]Pass `json:"passes,omitempty"`  // system -> how far it has been read again
	People  int             `json:"people,omitempty"`  // in the directory, as last counted; 0: nobody knows
	Brakes  []Brake         `json:"brakes,omitempty"`  // one for each source and person that the breaker has ever stopped
	Pending []Pending       `json:"pending,omitempty"` // to lift one of them
	Known   []Known         `json:"known,omitempty"`   // accounts that belong to nobody and may stay
	Sweep   *Sweep          `json:"sweep,omitempty"`   // the last one of the schedule
	Signing []Signing       `json:"signing,omitempty"` // keys of the checkpoints after the first
	Views   []Viewing       `json:"views,omitempty"`   // of the last day on which there were any
}

// Configuration is what the installation runs with, as the log knows it. Its
// texts are the caller's; the rules of the store never read them.
type Configuration struct {
	Entry  uint64    `json:"entry"` // the Configured that it comes from
	At     time.Time `json:"at"`
	By     string    `json:"by"` // user of the operating system
	File   Private   `json:"file"`
	Rules  Private   `json:"rules"`            // in force
	Wanted Private   `json:"wanted,omitzero"`  // weaker, and waits for a second person
	Second PersonID  `json:"second,omitempty"` // who agreed to the weaker ones, or
	Not    PersonID  `json:"not,omitempty"`    // who did not
	Void   *Void     `json:"void,omitempty"`   // the last agreement to this file that was disowned

	Rev        uint64      `json:"rev"`                  // the last entry that changed what is in force
	Agreements []Agreement `json:"agreements,omitempty"` // by which Rules came about, also for files before this one
	// Redo says that Rules may be weaker than this file in something: they are
	// those of an older one. Whoever serves it records it anew.
	Redo bool `json:"redo,omitempty"`
}

// ConfigFile is the JSON of Configured.File.
type ConfigFile struct {
	Sum     string   `json:"sum"`               // SHA-256 of the file, in hexadecimal
	Lines   []string `json:"lines"`             // its values, without secrets
	Changed []string `json:"changed,omitempty"` // "- " gone and "+ " new, against the one before; none at the first
	Weaker  []string `json:"weaker,omitempty"`  // what waits for a second person
}

// Configurations are all that have been, each as it ended: replaced by the next
// or, the last one, in the State.
func (s *Store) Configurations(ctx context.Context) ([]Configuration, error) {
	events, err := s.Events(ctx, Installation)
	var out []Configuration
	var st State
	for _, e := range events {
		st = st.Apply(e)
		switch _, changed := e.Body.(Configured); {
		case changed:
			out = append(out, st.Config)
		case len(out) > 0:
			out[len(out)-1] = st.Config
		}
	}
	return out, err
}

// Allows is Case.Allows for what concerns the installation.
func (s State) Allows(e Event) error {
	if r := s.refusal(e); r != nil {
		return r
	}
	return nil
}

func (s State) refusal(e Event) *Refused {
	switch {
	case e.Facts.Own:
		return AccessEnded()
	case !e.Facts.Frozen.IsZero():
		return decisionsFrozen(e.Facts.Frozen)
	}
	switch b := e.Body.(type) {
	case Paused:
		return s.allowsPause(b, e)
	case Configured:
		if !e.Actor.operator() {
			return refuse(NotYours, "The configuration is a file on the server's machine.")
		}
		return nil
	case Tripped, Counted:
		return s.allowsByBot(b, e)
	case Requested:
		return s.allowsLift(b.Change, e)
	case Seconded:
		if x, brake, ok := s.asked(b.Entry); ok && (!brake.Hidden || brake.Known(e.Facts.Roles)) {
			return s.allowsSecond(b, x, brake, e)
		}
		return s.allowsRules(b, e)
	case Doubted:
		return s.allowsDoubt(e)
	case Trusted:
		return s.allowsTrust(b, e)
	case Disowned:
		return noLink(e)
	case Rechecked:
		return s.allowsRechecked(b, e)
	case Explained:
		return s.allowsExplained(b, e)
	case Swept:
		return s.allowsSwept(b, e)
	case Rekeyed:
		return s.allowsRekeyed(b, e)
	case Exported:
		return s.allowsExported(b, e)
	case Viewed:
		return s.allowsViewed(b, e)
	case Upgraded:
		return s.allowsUpgraded(b, e)
	}
	return refuse(Malformed, "This does not concern the installation.")
}

func (s State) allowsPause(b Paused, e Event) *Refused {
	switch {
	case !Permitted(VerbPause, e.Facts.Roles):
		return refuse(NotYours, "Only IT, security and administrators can pause the bot.")
	case b.On == s.Paused && b.On:
		return refuse(Already, "The bot is paused already, by %s. /offboard pause off lets it go on.", s.By)
	case b.On == s.Paused:
		return refuse(Already, "The bot is not paused.")
	}
	return nil
}

// allowsRules is about agreeing to weaker rules. The roles are those that are
// in force, so nobody agrees by the power that the change would give them.
func (s State) allowsRules(b Seconded, e Event) *Refused {
	switch {
	case s.Config.Wanted.IsZero() || s.Config.Entry != b.Entry:
		return refuse(Already, "That has been settled already. /offboard config shows what is in force.")
	case b.Agree && !apart(e.Facts):
		return refuse(NotYours, "Whoever changed the file has power over this machine. So somebody of HR or security must agree who is neither IT nor an administrator.")
	case !b.Agree && !slices.ContainsFunc(e.Facts.Roles, func(r Role) bool { return slices.Contains(permits[VerbSecond], r) }):
		return refuse(NotYours, "Only HR, IT, security and administrators can refuse this.")
	}
	return nil
}

// Apply is Case.Apply for what concerns the installation.
func (s State) Apply(e Event) State {
	s.Seq = e.Seq
	switch b := e.Body.(type) {
	case Paused:
		s.Unpaused = nil
		if !b.On {
			s.Unpaused = &Unpaused{Entry: e.Seq, By: s.By, Reason: s.Reason}
		}
		s.Paused, s.By, s.Since, s.Reason = b.On, e.Actor.Person, e.At, b.Reason
	case Configured:
		user, _ := e.Actor.OperatorUser()
		s.Config = Configuration{Entry: e.Seq, At: e.At, By: user, File: b.File, Rules: b.Rules, Wanted: b.Wanted, Rev: e.Seq, Agreements: s.Config.recent(e.At)}
	case Tripped:
		s.tripped(b, e)
	case Counted:
		s.People = b.People
	case Requested:
		s.Pending = append(slices.Clone(s.Pending), Pending{Entry: e.Seq, Change: b.Change, By: e.Actor.Person, Roles: e.Facts.Roles, At: e.At})
	case Seconded:
		s.lifted(b, e)
		if b.Entry != s.Config.Entry {
			break
		}
		if b.Agree {
			s.Config.agree(e)
		} else {
			s.Config.Not = e.Actor.Person
		}
		s.Config.Wanted = Private{}
	case Doubted:
		s.Doubt = &Doubt{Entry: e.Seq, Since: e.At, Machine: b.Machine}
	case Trusted:
		s.Doubt, s.Righted = nil, e.At
	case Disowned:
		s.disown(b, e)
	case Rechecked:
		s.passed(b, e)
	case Explained:
		s.explain(b, e)
	case Swept:
		s.swept(b, e)
	case Viewed:
		s.Views = viewed(s.Views, b, e)
	case Rekeyed:
		s.Signing = append(slices.Clone(s.Signing), Signing{Entry: e.Seq, Verifier: b.Verifier, No: b.No, Lost: b.Lost})
	}
	return s
}
