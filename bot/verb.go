package bot

// Verb is one thing that people can ask for, for platforms that offer what can
// be typed before it is typed.
type Verb struct {
	Name  string // "approve"
	Words string // what it does, at most 100 characters
	Group string // those of one group stand together, apart from the others; may be empty
	Args  []Arg  // what is typed after it, in this order
}

// Arg is one thing that is typed after a verb. In Interaction.Text they stand
// one after the other.
type Arg struct {
	Name     string // lower-case letters, at most 32
	Hint     string // at most 100 characters
	Kind     ArgKind
	Required bool
}

// ArgKind is the kind of an argument.
type ArgKind string

// The kinds of arguments.
const (
	TextArg    ArgKind = "text"    // anything; the last one may have several words
	PersonArg  ArgKind = "person"  // offered by Search; the value is an option's Value, or typed text
	CaseArg    ArgKind = "case"    // offered by Cases; the value is an option's Value, or typed text
	AccountArg ArgKind = "account" // a chat account: a mention
)
