package web

// Panel is what stands beside the conversation: how the company's systems
// are, and buttons that do something to them. Its methods are called from
// several goroutines.
type Panel interface {
	// State is what is shown now.
	State() []Section
	// Act does what a button of the panel says. The text of its error is
	// shown to the person.
	Act(id string) error
	// Changed is closed when State has changed.
	Changed() <-chan struct{}
}

// Section is a part of the panel that can be folded.
type Section struct {
	Title   string
	Lines   []Line
	Buttons []PanelButton
	Note    string // below the buttons: why one of them is off
}

// Line is one thing to see.
type Line struct {
	Sign   Sign // empty for none
	Text   string
	Detail string   // one more line in small print; may be empty
	Held   []string // what is held there, each thing by itself
}

// Sign is a small picture before a line. What it shows is in the text too.
type Sign string

// The signs.
const (
	Key     Sign = "key"     // somebody can come in
	Lock    Sign = "lock"    // or cannot any more
	Trouble Sign = "trouble" // it does not work as it should
	Works   Sign = "works"   // it does
)

// PanelButton is one thing to do.
type PanelButton struct {
	ID     string
	Label  string
	Danger bool
	Off    bool // it does nothing now; Section.Note says why
}

// watchPanel tells the pages when the panel has changed.
func (c *Chat) watchPanel() {
	for {
		// The next change is asked for before the pages look at this one.
		changed := c.cfg.Panel.Changed()
		c.changed.notify()
		select {
		case <-changed:
		case <-c.done:
			return
		}
	}
}
